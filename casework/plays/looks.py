"""What a scenario may expect of conferences, postings, receptions and the statistics."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select

from casework.cases.models import Case
from casework.conferences.queries import current as conference_of
from casework.directory.viewing import SYSTEM_VIEWER
from casework.persistence import Work
from casework.plays.comparing import due, equal
from casework.plays.town import Town
from casework.publicity.queries import objections
from casework.receptions.models import ReceptionIssue, Sitting
from casework.statistics.periods import Period
from casework.statistics.queries import overview


def _conference(work: Work, town: Town, case: Case, expected: Any) -> None:
    """Expect of the newest conference of the case: {level, members: [organisations], meeting_on}."""
    row = conference_of(work, case.id)
    if expected == "none" or row is None:
        equal("联席会议 conference", expected, "none" if row is None else f"level {row.level}")
        return
    for field, value in expected.items():
        wanted = sorted(town.organisations[name] for name in value) if field in {"members", "silent"} else value
        found = sorted(row.members) if field == "members" else getattr(row, field)
        equal(f"联席会议 {field}", wanted, found)


def _objections(work: Work, town: Town, case: Case, expected: Any) -> None:
    """Expect the objections to what is posted, in order: open, or the finding."""
    del town
    equal("异议 objections", list(expected), [row.finding or "open" for row in objections(work, case.id)])


def _issues(work: Work, town: Town, case: Case, expected: Any) -> None:
    """Expect of what was brought to a sitting: {brought, solved}."""
    del town
    rows = work.session.scalars(select(ReceptionIssue).where(ReceptionIssue.case_id == case.id)).all()
    found = {"brought": len(rows), "solved": sum(row.solved and row.signed_at is not None for row in rows)}
    equal("接待事项 issues", dict(expected), found)


def _sittings(work: Work, town: Town, case: Case | None, expected: Any) -> None:
    """Expect the planned days of all sittings that have been opened, in order."""
    del town, case
    equal("接待 sittings", list(expected), list(work.session.scalars(select(Sitting.planned_on).order_by(Sitting.id))))


def _sitting(work: Work, town: Town, case: Case, expected: Any) -> None:
    """Expect of the sitting that the case is about: planned_on, sits_at, moved."""
    del town
    row = work.session.scalars(select(Sitting).where(Sitting.case_id == case.id)).one()
    for field, value in expected.items():
        if field == "sits_at":
            due(work, "接待时间 sits_at", value, row.sits_at)
        else:
            equal(f"接待 {field}", value, getattr(row, field))


def _statistics(work: Work, town: Town, case: Case | None, expected: Any) -> None:
    """Expect figures of the month that it is: {received: 3, once: [1, 2], …}; a share is [part, whole]."""
    del town, case
    today = work.now.astimezone(work.house.zone)
    view = overview(work, SYSTEM_VIEWER, Period.month(today.year, today.month, work.house.zone))
    for key, value in expected.items():
        figure = view.figure(key)
        found = figure.count if figure.rate is None else [figure.rate.part, figure.rate.whole]
        equal(f"统计 {key}", value, found)


LOOKS: Mapping[str, Callable[..., None]] = {
    "conference": _conference,
    "objections": _objections,
    "issues": _issues,
    "sittings": _sittings,
    "sitting": _sitting,
    "statistics": _statistics,
}
