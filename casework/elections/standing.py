"""How an election stands, kept beside its diagram: made at its first step, found at every later one."""

from datetime import date, datetime, time
from typing import Any

from casework.cases.step import Step
from casework.elections.models import Election, Mandate
from casework.elections.queries import election_of, mandates
from casework.errors import Refused


def election(step: Step) -> Election:
    """Return the election of the case at hand, begun when there is none yet. Raises Refused outside an estate."""
    known = election_of(step.work, step.case.id)
    if known is not None:
        return known
    estate_id = step.case.estate_id
    if estate_id is None:
        raise Refused("选举须在小区内办理。", "An election belongs to an estate.")
    made = Election(
        case_id=step.case.id,
        estate_id=estate_id,
        variant=str(step.data.get("variant") or "first"),
        attempt=0,
        failed=0,
        organiser="committee",
        slate_changed=False,
    )
    step.work.session.add(made)
    step.work.session.flush()
    return made


def today(step: Step) -> date:
    """Return the local day of the step."""
    return step.work.now.astimezone(step.work.house.zone).date()


def at_start_of(step: Step, day: date) -> datetime:
    """Return the first moment of a local day: periods that are counted from a day leave that day out."""
    return datetime.combine(day, time.min, step.work.house.zone)


def start_mandate(step: Step, body: str, scope: list[Any], until: str, members: list[Any]) -> Mandate:
    """Record what a body may do for the owners of the estate from today, until `until` has happened."""
    mandate = Mandate(
        estate_id=step.case.estate_id or step.case.area_id,
        case_id=step.case.id,
        body=body,
        scope=scope,
        members=members,
        since=today(step),
        until=until,
    )
    step.work.session.add(mandate)
    step.work.session.flush()
    return mandate


def end_mandates(step: Step, body: str, because: str) -> list[Mandate]:
    """End the mandates of `body` that run in the estate; return them."""
    ended = [one for one in mandates(step.work, step.case.estate_id or step.case.area_id) if one.body == body]
    for mandate in ended:
        mandate.ended_at, mandate.ended_because = step.work.now, because
    return ended
