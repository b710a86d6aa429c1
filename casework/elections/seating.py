"""Putting a committee in office: its seats and term, its substitutes, and what the one before hands over."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from casework import calendar, jobs
from casework.cases import clocks
from casework.cases.assignment import place
from casework.cases.notices import tell
from casework.cases.step import Step
from casework.directory import services as directory
from casework.directory.models import Area, Organisation
from casework.directory.names import sort_key
from casework.directory.queries import members_of as posts_in
from casework.elections.founding import dissolve
from casework.elections.models import Committee, CommitteeAct, CommitteeSeat, Election
from casework.elections.queries import (
    SUBSTITUTE,
    candidates_of,
    election_of,
    group_of,
    in_office,
    members_of,
    party_share,
    seats_of,
)
from casework.elections.standing import at_start_of, election, today
from casework.elections.values import people_of, person_of
from casework.errors import Refused
from casework.persistence import Work
from casework.policies import Pinned, pin, pinned

_POSTS = ("chair", "vice", "executive")
_TARGET = "election.committee.party_target_ratio"


def seat_committee(
    step: Step,
    elected: Sequence[Any] | None = None,
    substitutes: Sequence[Any] | None = None,
    term_years: int | None = None,
    seats: int | None = None,
    officers: Mapping[str, Any] | None = None,
) -> Mapping[str, Any]:
    """Put those elected in office: in a by-election beside who stays, else as a new committee for a new term.

    What is to be handed over opens a case of its own; the share of party members is told against its target, and
    blocks nothing. Returns {committee: {id, organisation, members, term_ends}}.
    """
    found = election(step)
    sitting = in_office(step.work, found.estate_id)
    if found.variant == "by" or elected is None:
        if sitting is None:
            raise Refused(
                "小区没有在任的业主委员会，不能补选。", "No committee is in office: there is nothing to fill."
            )
        committee = sitting
    else:
        committee = _new_term(step, found, sitting, int(term_years or 5), int(seats or len(elected)))
    _seat(step, committee, people_of(elected), people_of(substitutes), officers or {})
    act(step, committee, "seated")
    clocks.stop(step.work, step.case, "first_meeting", "held")
    _tell_party_share(step, committee)
    dissolve(step, found, "committee_seated")
    return {
        "committee": {
            "id": Decimal(committee.id),
            "organisation": Decimal(committee.organisation_id),
            "members": [Decimal(seat.person_id) for seat in members_of(step.work, committee.id)],
            "term_ends": committee.term_ends,
        }
    }


def fill_from_substitutes(step: Step) -> Mapping[str, Any]:
    """Fill the empty seats of the committee with its substitutes, in order of votes. Returns {filled: [persons]}.

    Raises Refused where no committee is in office or no substitute is left.
    """
    work = step.work
    committee = in_office(work, election(step).estate_id)
    if committee is None:
        raise Refused("小区没有在任的业主委员会。", "No committee is in office in this estate.")
    empty = committee.seats - len(members_of(work, committee.id))
    spare = [seat for seat in seats_of(work, committee.id) if seat.post == SUBSTITUTE][:empty]
    if not spare:
        raise Refused("没有可以递补的候补委员，请补选。", "No substitute is left: hold a by-election.")
    for seat in spare:
        seat.post, seat.since = "member", today(step)
        directory.take_office(work, seat.person_id, "committee_member", organisation_id=committee.organisation_id)
    work.session.flush()
    act(step, committee, "filled", persons=[seat.person_id for seat in spare])
    clocks.start(work, step.case, "filing", "election.filing.change_days", work.now, again=True)
    step.note(f"候补委员递补 {len(spare)} 人。", f"{len(spare)} substitutes took a seat.", what="filled")
    return {"filled": [Decimal(seat.person_id) for seat in spare]}


def act(step: Step, committee: Committee, kind: str, **refs: Any) -> CommitteeAct:
    """Record something done by a committee or in its name, so that it can be found when its election is annulled."""
    made = CommitteeAct(
        committee_id=committee.id,
        case_id=step.case.id,
        kind=kind,
        at=step.work.now,
        by_person=step.person_id,
        refs=refs,
    )
    step.work.session.add(made)
    step.work.session.flush()
    return made


def end_term(work: Work, committee: Committee, state: str, because: str, on: date) -> None:
    """Take a committee out of office: its members' posts end on the day before `on`."""
    committee.state, committee.ended_on, committee.ended_because = state, on, because
    for post in posts_in(work, organisation_id=committee.organisation_id):
        directory.leave_office(work, post)
    for seat in seats_of(work, committee.id):
        seat.left_on = on
    work.session.flush()


def open_term(
    work: Work,
    estate_id: int,
    *,
    case_id: int | None,
    seats: int,
    elected_on: date,
    seated_on: date,
    term_ends: date,
) -> Committee:
    """Open a term of the estate's committee; the body is made with the first one."""
    committee = Committee(
        estate_id=estate_id,
        organisation_id=_body(work, estate_id).id,
        case_id=case_id,
        state="in_office",
        powers="full",
        seats=seats,
        elected_on=elected_on,
        seated_on=seated_on,
        term_ends=term_ends,
    )
    work.session.add(committee)
    work.session.flush()
    return committee


def give_seat(
    work: Work, committee: Committee, person_id: int, post: str, *, rank: int = 0, party: bool = False
) -> None:
    """Give somebody a seat, with the post in the directory that lets them act; who has one gets the new post."""
    known = work.session.scalars(
        select(CommitteeSeat).filter_by(committee_id=committee.id, person_id=person_id)
    ).first()
    if known is None:
        known = CommitteeSeat(committee_id=committee.id, person_id=person_id, post=post, since=committee.seated_on)
        work.session.add(known)
    known.post, known.rank, known.party, known.left_on = post, rank, party, None
    work.session.flush()
    if post != SUBSTITUTE:
        role = "chair" if post == "chair" else "committee_member"
        directory.take_office(work, person_id, role, organisation_id=committee.organisation_id)


def plan_next(work: Work, committee: Committee) -> None:
    """Have the regular election opened in time before the term ends, and the powers looked at when it is over."""
    rules = rules_of(work, committee)
    lead = rules.deadline("election.regular.lead_days", committee.term_ends, calendar.current(work.session))
    payload = {"committee": committee.id}
    jobs.schedule(
        work,
        "elections.regular_due",
        due_at=max(lead.instant, work.now),
        payload=payload,
        key=f"regular:{committee.id}",
    )
    over = end_of_term(work, committee)
    jobs.schedule(work, "elections.term_over", due_at=over, payload=payload, key=f"term_over:{committee.id}")


def end_of_term(work: Work, committee: Committee) -> datetime:
    """Return the first moment after the last day of a committee's term."""
    return datetime.combine(committee.term_ends + timedelta(days=1), datetime.min.time(), work.house.zone)


def rules_of(work: Work, committee: Committee) -> Pinned:
    """Return the rules that hold today where a committee is."""
    day = work.now.astimezone(work.house.zone).date()
    where = place(work, committee.estate_id)
    return pinned(work.session, pin(work, where.codes, day, estate_id=committee.estate_id).digest)


def _new_term(step: Step, found: Election, sitting: Committee | None, years: int, seats: int) -> Committee:
    work, day = step.work, today(step)
    _open_handover(step, found, sitting)
    if sitting is not None:
        end_term(work, sitting, "former", "successor", day)
    committee = open_term(
        work,
        found.estate_id,
        case_id=step.case.id,
        seats=seats,
        elected_on=found.elected_on or day,
        seated_on=day,
        term_ends=years_on(day, years),
    )
    plan_next(work, committee)
    return committee


def _open_handover(step: Step, found: Election, sitting: Committee | None) -> None:
    """Open the hand-over of whoever had the files: the old committee, or the lead of the group.

    A body that acts in the meantime hands over by itself, once the committee is filed.
    """
    group = group_of(step.work, found)
    holders = [group.lead_id] if group is not None else []
    if sitting is not None:
        holders = [seat.person_id for seat in members_of(step.work, sitting.id)]
    rule = clocks.counting(step.work, step.case).pinned.value("election.handover.committee_from")
    data = {
        "from": [Decimal(person) for person in holders],
        "to": {"area": Decimal(found.estate_id)},
        "template": "committee",
        "limit": "election.handover.committee_days",
        "since": at_start_of(step, found.elected_on if rule == "elected" and found.elected_on else today(step)),
    }
    step.later(
        "cases.start",
        {
            "process": "document_handover",
            "from": step.case.id,
            "area": step.case.area_id,
            "why": "handover",
            "data": data,
        },
        key="handover",
    )


def _seat(
    step: Step, committee: Committee, elected: Sequence[int], spare: Sequence[int], officers: Mapping[str, Any]
) -> None:
    found = election_of(step.work, step.case.id)
    party = {one.person_id: one.party for one in candidates_of(step.work, found)} if found is not None else {}
    posts = {person_of(officers[post]): post for post in _POSTS if officers.get(post) is not None}
    for person_id in dict.fromkeys([*elected, *posts]):
        known = next((one for one in members_of(step.work, committee.id) if one.person_id == person_id), None)
        belongs = party.get(person_id, known.party if known is not None else False)
        give_seat(step.work, committee, person_id, posts.get(person_id, "member"), party=belongs)
    for rank, person_id in enumerate(spare, 1):
        give_seat(step.work, committee, person_id, SUBSTITUTE, rank=rank, party=party.get(person_id, False))


def _tell_party_share(step: Step, committee: Committee) -> None:
    seats = members_of(step.work, committee.id)
    target = Fraction(str(clocks.counting(step.work, step.case).pinned.value(_TARGET)))
    share = party_share(seats)
    if share is None or share >= target:
        return
    members = sum(seat.party for seat in seats)
    tell(step, "party_share_low", "tier:2 tier:3", members=members, whole=len(seats), target=str(target))
    step.note(
        f"党员委员 {members}/{len(seats)}，低于目标 {target}；不影响选举效力，已报告。",
        f"Party members {members} of {len(seats)}, below the target of {target}: reported, the election stands.",
        what="party_share_low",
    )


def _body(work: Work, estate_id: int) -> Organisation:
    query = select(Organisation).filter_by(kind="committee", area_id=estate_id)
    known = work.session.scalars(query.order_by(Organisation.id)).first()
    if known is None:
        estate = work.session.get_one(Area, estate_id)
        name = f"{estate.name}业主委员会"
        english = f"Owners' committee of {estate.name_en or estate.name}"
        known = Organisation(kind="committee", name=name, name_en=english, sort_key=sort_key(name), area_id=estate_id)
        work.session.add(known)
        work.session.flush()
    return known


def years_on(day: date, years: int) -> date:
    """Return the last day of a term of so many years that begins on `day`."""
    last = date(day.year + years, 3, 1) if (day.month, day.day) == (2, 29) else day.replace(year=day.year + years)
    return last - timedelta(days=1)


OPERATIONS = {
    "elections.seat_committee": seat_committee,
    "elections.fill_from_substitutes": fill_from_substitutes,
}
