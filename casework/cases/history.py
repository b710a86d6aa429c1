"""The history of a case: written in order, never changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import Table, insert

from casework.cases.changes import announce_change
from casework.cases.models import Case, History
from casework.persistence import Actor, Work


@dataclass(frozen=True)
class Line:
    """One line of history before it has its place and its moment."""

    process: str | None
    element: str | None
    kind: str
    what: str
    zh: str | None = None
    en: str | None = None
    refs: dict[str, Any] = field(default_factory=dict)


def write(work: Work, case: Case, lines: Iterable[Line]) -> None:
    """Append `lines` to the history of a locked `case` in the name of the actor of `work`; open pages are told."""
    said = [(line, work.actor) for line in lines]
    waiting: list[tuple[Line, Actor]] | None = work.known.get(("lines", case.id))
    if waiting is None:
        _insert(work, case, said)
    else:
        waiting.extend(said)


def gather(work: Work, case: Case) -> None:
    """Have the lines of `case` wait until `flush`: a step writes all of them at once, in their order."""
    work.known.setdefault(("lines", case.id), [])


def flush(work: Work, case: Case) -> None:
    """Write the lines that have waited; from now on lines are written as they come."""
    _insert(work, case, work.known.pop(("lines", case.id), []))


def _insert(work: Work, case: Case, lines: Sequence[tuple[Line, Actor]]) -> None:
    if not lines:
        return
    last, case.lines = case.lines, case.lines + len(lines)
    # The table, not the class: lines with and without a text go in one statement.
    work.session.execute(
        insert(cast(Table, History.__table__)),
        [
            {
                "case_id": case.id,
                "seq": last + place,
                "at": work.now,
                "actor_kind": actor.kind,
                "person_id": actor.person_id,
                "process": line.process,
                "element": line.element,
                "kind": line.kind,
                "what": line.what,
                "text_zh": line.zh,
                "text_en": line.en,
                "refs": line.refs,
            }
            for place, (line, actor) in enumerate(lines, 1)
        ],
    )
    announce_change(work, case.id)
