"""Files that come with a form: kept at once as drafts, so that a mistake elsewhere in the form does not lose them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import g, request

from casework import attachments
from casework.errors import CaseworkError, Invalid, Texts
from casework.persistence import Work
from webapp.door import work


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file already kept, as the form shows it again."""

    token: str
    name: str


@dataclass(slots=True)
class Received:
    """The files of a form, by field, and what was wrong with those that were refused."""

    files: dict[str, list[KeptFile]] = field(default_factory=dict)
    problems: dict[str, list[Texts]] = field(default_factory=dict)

    def refuse_problems(self) -> None:
        """Raise Invalid where a file was refused, so that the page says so beside the field."""
        if self.problems:
            raise Invalid("有文件不能上传", "A file can't be uploaded", self.problems)

    def ids(self, opened: Work, name: str = "proof") -> list[int]:
        """Return the ids of the drafts that one field of the form holds."""
        kept = self.files.get(name)
        return [one.id for one in attachments.drafts_by_token(opened, [file.token for file in kept])] if kept else []

    def answered(self, opened: Work, answers: Mapping[str, Any]) -> tuple[dict[str, Any], dict[int, Any]]:
        """Return the answers with ids in place of tokens, and the files by their ids."""
        found: dict[int, Any] = {}
        filled = _copied(answers)
        for name, kept in self.files.items():
            drafts = attachments.drafts_by_token(opened, [one.token for one in kept]) if kept else []
            _put(filled, name, [draft.id for draft in drafts])
            found.update({draft.id: draft for draft in drafts})
        return filled, found

    def follow(self, schema: Mapping[str, Any], answers: dict[str, Any]) -> None:
        """Name the files by the rows they stand in now that a row was added or taken away."""
        known = {one.token: one for kept in self.files.values() for one in kept}
        places = _file_fields(schema, answers)
        self.files = {name: [known[token] for token in owner.get(key) or ()] for name, owner, key in places}


def proofs(name: str = "proof") -> Received:
    """Keep the photos and PDFs that were sent in one field of a plain form, beside those of an earlier try of it."""
    schema = {"components": [{"type": "filepicker", "key": name}]}
    answers = {name: [one for one in request.form.getlist(name) if one]}
    return receive(schema, answers, request.files, proof=True)


def receive(schema: Mapping[str, Any], answers: dict[str, Any], sent: Any, *, proof: bool = False) -> Received:
    """Keep the files that were sent, beside those kept by an earlier try of the same form.

    Staff may send documents; everybody else too where the form asks for `proof`, as a certificate in PDF.
    """
    received = Received()
    for name, owner, key in _file_fields(schema, answers):
        files = [one for one in sent.getlist(name) if one.filename]
        with work() as opened:
            kept = _kept_before(opened, owner.get(key) or [])
            for one in files:
                try:
                    kept.append(_keep(opened, one, proof=proof))
                except CaseworkError as error:
                    received.problems.setdefault(name, []).append((error.zh, error.en))
        received.files[name] = kept
        owner[key] = [one.token for one in kept]
    return received


def _kept_before(opened: Work, tokens: list[str]) -> list[KeptFile]:
    return [KeptFile(one.token, one.name) for one in attachments.drafts_by_token(opened, tokens)] if tokens else []


def _keep(opened: Work, sent: Any, *, proof: bool) -> KeptFile:
    with opened.session.begin_nested():
        made = attachments.keep(opened, sent.stream, sent.filename, evidence=proof or "work" in g.visitor.may)
    return KeptFile(made.token, made.name)


def _file_fields(
    scope: Mapping[str, Any], answers: dict[str, Any], prefix: str = ""
) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Run over the file fields of a form and of its rows: by what name each is sent, and where its answer stands."""
    for one in scope.get("components", ()):
        kind, key = one.get("type"), str(one.get("key") or one.get("path") or "")
        if kind == "filepicker":
            yield f"{prefix}{key}", answers, key
        elif kind == "group" and not one.get("path"):
            yield from _file_fields(one, answers, prefix)
        elif kind == "dynamiclist":
            for index, row in enumerate(answers.get(key) or ()):
                yield from _file_fields(one, row, f"{prefix}{key}.{index}.")


def _copied(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return answers whose rows may be filled without touching those of the page."""
    return {
        name: [dict(row) if isinstance(row, dict) else row for row in value] if isinstance(value, list) else value
        for name, value in answers.items()
    }


def _put(answers: dict[str, Any], name: str, value: list[int]) -> None:
    """Set what is called `name`, in a row where there is such a row: places.0.photo."""
    rows, _, rest = name.partition(".")
    index, _, key = rest.partition(".")
    held = answers.get(rows)
    if isinstance(held, list) and index.isdecimal() and int(index) < len(held) and isinstance(held[int(index)], dict):
        held[int(index)][key] = value
    else:
        answers[name] = value
