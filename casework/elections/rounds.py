"""Rounds of an election: who organises, what the vote gave, what is missing, and what happens when time runs out."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from casework.cases import clocks
from casework.cases.models import Subscription
from casework.cases.notices import tell
from casework.cases.step import Step
from casework.elections.founding import dissolve
from casework.elections.leaving import WITHDRAWN
from casework.elections.models import Election
from casework.elections.queries import candidates_of, in_office, members_of
from casework.elections.standing import at_start_of, election, today
from casework.elections.values import people_of
from casework.errors import Refused
from casework.publicity.queries import latest
from casework.votes.models import Vote

_ASSEMBLY, _ORDER = "assembly", "order"
_MEETING = "election.committee.first_meeting_days"


def open_round(step: Step) -> Mapping[str, Any]:
    """Begin a round: nobody is elected yet. Where the sitting committee organises, the assembly is due before its term.

    Returns {elected, members, repeated, open_seats, result}.
    """
    work, case = step.work, step.case
    found = election(step)
    ends = step.day(step.data.get("term_ends"))
    if found.organiser == "committee" and found.variant == "regular" and ends is not None:
        over = at_start_of(step, ends + timedelta(days=1))
        clocks.start(work, case, _ASSEMBLY, "election.regular.before_expiry_days", over, again=True)
    tell(step, "election_started", "tier:1 tier:2", variant=found.variant)
    staying = [Decimal(person) for person in _staying(step, found)]
    return {
        "elected": [],
        "members": staying,
        "repeated": False,
        "open_seats": _empty_seats(step, found),
        "result": None,
    }


def record_result(step: Step, elected: Sequence[Any] | None = None, counted_on: Any = None) -> Mapping[str, Any]:
    """Add what the vote gave to who is elected already; the time for filing runs from the count of the votes.

    The first meeting has its time from the day that the rules count from: the count, or when the result stands, its
    posting over.
    Returns {elected, substitutes, members: elected and who stays in office, in a by-election}.
    """
    work, case = step.work, step.case
    found = election(step)
    wanted = set(people_of(elected))
    rows = candidates_of(work, found)
    for one in rows:
        if one.person_id in wanted and WITHDRAWN not in one.grounds:
            one.state = "elected"
    chosen = [one.person_id for one in rows if one.state == "elected" and one.post == "member"]
    spare = [one.person_id for one in rows if one.state == "elected" and one.post == "substitute"]
    if wanted:
        found.elected_on = step.day(counted_on) or _counted_on(step)
        since = at_start_of(step, found.elected_on)
        clocks.start(work, case, "filing", "election.filing.days", since, again=True)
        clocks.start(work, case, "first_meeting", _MEETING, _meeting_from(step, since), again=True)
    for name in (_ASSEMBLY, _ORDER):
        clocks.stop(work, case, name, "held")
    _leave_overdue(step)
    step.note(f"选出委员 {len(chosen)} 人。", f"{len(chosen)} members are elected.", what="result_recorded")
    return {
        "elected": [Decimal(person) for person in chosen],
        "substitutes": [Decimal(person) for person in spare],
        "members": [Decimal(person) for person in dict.fromkeys([*_staying(step, found), *chosen])],
    }


def plan_missing(step: Step, missing: int) -> Mapping[str, Any]:
    """Have the missing seats elected separately: whoever is elected stays so. Returns {repeated, open_seats}."""
    for one in candidates_of(step.work, election(step)):
        one.place = None
    step.note(
        f"当选人数不足，另行选举 {int(missing)} 名委员。",
        f"Too few are elected: {int(missing)} seats are elected separately.",
        what="missing_planned",
    )
    return {"repeated": True, "open_seats": Decimal(int(missing))}


def next_attempt(step: Step, reason: str | None = None) -> None:
    """Count the attempt as over, and as lost if a group ran it; the street forms a group for the next one."""
    _end_attempt(step, reason)


def open_interim(step: Step) -> None:
    """Count the last attempt as lost, and open the case of an interim body; nobody organises this election any more."""
    _end_attempt(step, None)
    step.later(
        "cases.start",
        {
            "process": "interim_body",
            "from": step.case.id,
            "area": step.case.area_id,
            "why": "interim_body",
            "data": {"grounds": "two_failures"},
        },
        key="interim_body",
    )


def overdue(step: Step, choice: str, days: int | None = None, reason: str = "") -> None:
    """Do what the street decides when the assembly is late: extend, order it, have a group formed anew, or keep on."""
    work, case = step.work, step.case
    rules = clocks.counting(work, case).pinned
    if choice == "extend":
        most = int(str(rules.value("election.first.assembly_extension_days")))
        if not 0 < int(days or 0) <= most:
            raise Refused(f"本地规定最多可延长 {most} 天。", f"The rules of this place allow at most {most} days more.")
        clocks.extend(work, case, _ASSEMBLY, int(days or 0), "days", basis="election.first.assembly_extension_days")
    elif choice == "order":
        clock = clocks.start(work, case, _ORDER, "election.overdue.order_days", work.now, again=True)
        tell(step, "assembly_ordered", _organisers(step), due_at=clock.due_at)
    elif choice == "regroup":
        step.throw("run_stopped", {"stopped_because": reason})
    step.note(
        f"会议逾期，街道决定：{_CHOICES[choice][0]}。",
        f"The assembly is late; the street decides: {_CHOICES[choice][1]}.",
        what=f"overdue_{choice}",
    )


_CHOICES = {
    "extend": ("延长", "more time"),
    "order": ("责令限期召开", "an order to hold it"),
    "regroup": ("重新组建筹备组", "a new group"),
    "keep": ("继续组织", "go on"),
}


def _end_attempt(step: Step, reason: str | None) -> None:
    found = election(step)
    found.attempt += 1
    found.failed += found.organiser == "group"
    found.slate_changed = False
    dissolve(step, found, "attempt_over")
    for name in (_ASSEMBLY, _ORDER, "filing", "first_meeting", "announce", "documents"):
        clocks.stop(step.work, step.case, name, "attempt_over")
    _leave_overdue(step)
    tell(step, "attempt_failed", "tier:2", attempt=found.attempt)
    step.note(
        f"第 {found.attempt} 次组织未成，其中筹备组或换届小组组织 {found.failed} 次。{reason or ''}",
        f"Attempt {found.attempt} has failed, {found.failed} of them run by a group.",
        what="attempt_over",
        attempt=found.attempt,
        failed=found.failed,
    )


def _leave_overdue(step: Step) -> None:
    """Take back the question what to do about a late assembly: decided later, it would touch the next round."""
    query = select(Subscription.name).where(Subscription.case_id == step.case.id, Subscription.name == "round_over")
    if step.work.session.scalar(query.limit(1)) is not None:
        step.throw("round_over")


def _empty_seats(step: Step, found: Election) -> Decimal | None:
    """Return how many seats a by-election fills; None where all of them are elected."""
    committee = in_office(step.work, found.estate_id) if found.variant == "by" else None
    return None if committee is None else Decimal(committee.seats - len(members_of(step.work, committee.id)))


def _counted_on(step: Step) -> date:
    """Return the day on which the owners' votes were counted; today where no vote of this house was held."""
    query = select(Vote.counted_at).where(Vote.case_id == step.case.id, Vote.counted_at.is_not(None))
    counted = step.work.session.scalars(query.order_by(Vote.id.desc()).limit(1)).first()
    return step.day(counted) or today(step)


def _meeting_from(step: Step, elected: datetime) -> datetime:
    """Return where the time of the first meeting begins, however late somebody concludes the posting."""
    if clocks.counting(step.work, step.case).pinned.value("election.committee.first_meeting_from") == "elected":
        return elected
    posted = latest(step.work, step.case.id)
    return step.work.now if posted is None else min(step.work.now, posted.ends_at)


def _organisers(step: Step) -> str:
    found = election(step)
    if found.organiser == "group":
        return "group_lead"
    committee = in_office(step.work, found.estate_id)
    return f"organisation:{committee.organisation_id}" if committee is not None else "group_lead"


def _staying(step: Step, found: Election) -> list[int]:
    """Return who stays in office through the election: the members left, where only the empty seats are filled."""
    committee = in_office(step.work, found.estate_id) if found.variant == "by" else None
    return [seat.person_id for seat in members_of(step.work, committee.id)] if committee is not None else []


OPERATIONS = {
    "elections.open_round": open_round,
    "elections.record_result": record_result,
    "elections.plan_missing": plan_missing,
    "elections.next_attempt": next_attempt,
    "elections.open_interim": open_interim,
    "elections.overdue": overdue,
}
