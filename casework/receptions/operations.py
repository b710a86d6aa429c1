"""What the diagram of a sitting may ask for."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from casework import calendar
from casework.cases import clocks
from casework.cases.notices import tell
from casework.cases.step import Step
from casework.receptions.handlers import schedule_missed
from casework.receptions.models import ReceptionIssue
from casework.receptions.services import sitting_of

_LIMIT = "reception.reschedule_days"


def reschedule(step: Step) -> Mapping[str, Any]:
    """Move a sitting that can't be held: the next working day, within the days the rules allow; never skipped.

    The street is told. Returns {sitting_at} with the answers of the confirmation taken back.
    """
    work = step.work
    before = _moment(step, step.data.get("sitting_at"))
    after = _next_working_day(step, before)
    sitting = sitting_of(work, step.case.id)
    if sitting is not None:
        sitting.sits_at = after
        sitting.moved += 1
        schedule_missed(work, sitting)
    zone = work.house.zone
    old, new = before.astimezone(zone), after.astimezone(zone)
    tell(step, "sitting_missed", "street_officer", date=f"{old:%Y-%m-%d}", new_date=f"{new:%Y-%m-%d}")
    step.note(
        f"改期到 {new:%Y-%m-%d %H:%M}。",
        f"Moved to {new:%Y-%m-%d %H:%M}.",
        what="rescheduled",
        old=before,
        new=after,
    )
    return {"sitting_at": after, "attending": None, "deputy": None}


def record(step: Step, issues: Sequence[Mapping[str, Any]] | None = None) -> Mapping[str, Any]:
    """Keep what was brought to the sitting: a matter solved on the spot counts with its signature.

    Returns {brought, solved}.
    """
    work, case = step.work, step.case
    sitting = sitting_of(work, case.id)
    if sitting is not None:
        sitting.held_at = work.now
    brought = list(issues or ())
    for place, issue in enumerate(brought):
        work.session.execute(insert(ReceptionIssue).values(_row(step, place, issue)).on_conflict_do_nothing())
    solved = sum(bool(issue.get("solved_now")) for issue in brought)
    step.note(
        f"登记 {len(brought)} 件，现场解决 {solved} 件。",
        f"{len(brought)} matters brought, {solved} solved on the spot.",
        what="held",
        brought=len(brought),
        solved=solved,
    )
    return {"brought": len(brought), "solved": solved}


def _row(step: Step, place: int, issue: Mapping[str, Any]) -> dict[str, Any]:
    sign = issue.get("sign")
    signed = sign.get("at") if isinstance(sign, Mapping) else None
    person, flat = issue.get("person"), issue.get("flat")
    return {
        "case_id": step.case.id,
        "place": place,
        "kind": str(step.data.get("kind") or "reception"),
        "person_id": None if person is None else int(person),
        "area_id": step.case.area_id if flat is None else int(flat),
        "category": issue["category"],
        "solved": bool(issue.get("solved_now")),
        "signed_at": signed,
        "at": step.work.now,
    }


def _next_working_day(step: Step, before: datetime) -> datetime:
    work = step.work
    rules = clocks.counting(work, step.case)
    local = before.astimezone(rules.zone)
    since = max(local.date(), work.now.astimezone(rules.zone).date())
    last = calendar.last_day(rules.pinned.deadline(_LIMIT, since, rules.calendar, rules.zone).instant, rules.zone)
    allowed = (since + timedelta(n) for n in range(1, (last - since).days + 1))
    day = next((one for one in allowed if rules.calendar.is_workday(one)), last)
    return datetime.combine(day, local.time(), rules.zone)


def _moment(step: Step, value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, datetime.min.time(), step.work.house.zone)
    return step.work.now


OPERATIONS = {"series.reschedule": reschedule, "series.record": record}
