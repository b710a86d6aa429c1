"""The history of a case: written in order, never changed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import Table, insert

from casework.cases import sheet
from casework.cases.changes import announce_change
from casework.cases.models import Case, History
from casework.persistence import Work


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
    rows = [_row(work, case, line) for line in lines]
    step = sheet.gathering(work, case)
    if step is not None:
        step.tell(rows)
        return
    if not rows:
        return
    for row in rows:
        case.lines += 1
        row["seq"] = case.lines
    # The table, not the class: lines with and without a text go in one statement.
    work.session.execute(insert(cast(Table, History.__table__)), rows)
    announce_change(work, case.id)


def _row(work: Work, case: Case, line: Line) -> dict[str, Any]:
    return {
        "case_id": case.id,
        "at": work.now,
        "actor_kind": work.actor.kind,
        "person_id": work.actor.person_id,
        "process": line.process,
        "element": line.element,
        "kind": line.kind,
        "what": line.what,
        "text_zh": line.zh,
        "text_en": line.en,
        "refs": line.refs,
    }
