"""Files that come with a form: kept at once as drafts, so that a mistake elsewhere in the form does not lose them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import g

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

    def answered(self, opened: Work, answers: Mapping[str, Any]) -> tuple[dict[str, Any], dict[int, Any]]:
        """Return the answers with ids in place of tokens, and the files by their ids."""
        found: dict[int, Any] = {}
        filled = dict(answers)
        for name, kept in self.files.items():
            drafts = attachments.drafts_by_token(opened, [one.token for one in kept]) if kept else []
            filled[name] = [draft.id for draft in drafts]
            found.update({draft.id: draft for draft in drafts})
        return filled, found


def receive(schema: Mapping[str, Any], answers: dict[str, Any], sent: Any) -> Received:
    """Keep the files that were sent, beside those kept by an earlier try of the same form."""
    received = Received()
    for name in _file_fields(schema):
        files = [one for one in sent.getlist(name) if one.filename]
        with work() as opened:
            kept = _kept_before(opened, answers.get(name) or [])
            for one in files:
                try:
                    kept.append(_keep(opened, one))
                except CaseworkError as error:
                    received.problems.setdefault(name, []).append((error.zh, error.en))
        received.files[name] = kept
        answers[name] = [one.token for one in kept]
    return received


def _kept_before(opened: Work, tokens: list[str]) -> list[KeptFile]:
    return [KeptFile(one.token, one.name) for one in attachments.drafts_by_token(opened, tokens)] if tokens else []


def _keep(opened: Work, sent: Any) -> KeptFile:
    with opened.session.begin_nested():
        made = attachments.keep(opened, sent.stream, sent.filename, evidence="work" in g.visitor.may)
    return KeptFile(made.token, made.name)


def _file_fields(scope: Mapping[str, Any]) -> list[str]:
    found: list[str] = []
    for one in scope.get("components", ()):
        if one.get("type") == "filepicker":
            found.append(str(one["key"]))
        elif one.get("type") == "group" and not one.get("path"):
            found += _file_fields(one)
    return found
