"""What the inbox asks of the domain."""

from datetime import date, datetime

from flask import g

from casework.cases import inbox, queries, reading
from casework.cases.models import Case
from casework.cases.timeline import timeline
from casework.cases.views import InboxCounts, InboxPage, InboxRow, Texts
from casework.definitions import library
from casework.directory import queries as directory
from casework.errors import NotFound
from casework.persistence import Work
from webapp.filters import Filters
from webapp.inbox.views import Peek

RECENT = 4


def page(work: Work, filters: Filters) -> InboxPage:
    """Return one page of open work in due order."""
    return inbox.page(work, g.visitor.viewer, asked(filters))


def counts(work: Work, filters: Filters) -> InboxCounts:
    """Return the side column and the day strip."""
    del filters
    return inbox.counts(work, g.visitor.viewer)


def peek(work: Work, task_id: int) -> Peek:
    """Return one row with its case in short; NotFound out of sight."""
    seen_by = g.visitor.viewer
    row = inbox.row_of(work, seen_by, task_id)
    if row is None:
        raise NotFound("没有这件待办。", "There is no such task.")
    case = queries.case_for(work, seen_by, row.case_no)
    clocks = reading.clock_views(work, case)
    release = library.opened(work.session, case.release_id)
    return Peek(
        row,
        next((one for one in clocks if one.leading), None),
        _facts(work, case, row),
        [one for one in timeline(work, case, release) if one.kind != "now"][:RECENT],
    )


def _facts(work: Work, case: Case, row: InboxRow) -> list[tuple[Texts, Texts]]:
    facts: list[tuple[Texts, Texts]] = [(("地点", "Place"), row.place)]
    unit = directory.organisation(work, case.unit_id)
    if unit is not None:
        facts.append((("责任单位", "Responsible"), unit.names))
    if case.tier in queries.TIERS:
        facts.append((("督办", "Supervision"), queries.TIERS[case.tier]))
    return facts


def asked(filters: Filters) -> inbox.Filters:
    """Return the filters of the address as the domain takes them; what can't be read is not asked."""
    day, after = filters.value("day"), filters.value("after")
    return inbox.Filters(
        list=filters.value("list") or "all",
        mark=filters.value("mark"),
        urgency=filters.value("urgency"),
        kind=filters.value("kind"),
        estate=filters.number("estate"),
        group=filters.value("group"),
        day=_day(day) if day else None,
        words=filters.value("q"),
        after=after if after and _readable(after) else None,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _readable(after: str) -> bool:
    at, _, last = after.rpartition("~")
    try:
        aware = datetime.fromisoformat(at).tzinfo is not None
    except ValueError:
        return False
    return aware and last.isascii() and last.isdigit() and len(last) < 19
