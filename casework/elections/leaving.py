"""Candidates and members who go: withdrawn, resigned, recalled, dead, or owners no more."""

from collections.abc import Mapping
from decimal import Decimal

from casework import audit
from casework.cases import history
from casework.cases import services as cases
from casework.cases.models import Case
from casework.cases.views import Texts
from casework.directory import services as directory
from casework.directory.queries import members_of as posts_in
from casework.elections.models import Committee, CommitteeAct
from casework.elections.queries import (
    PROCESS,
    SUBSTITUTE,
    candidates_of,
    election_of,
    in_office,
    members_of,
    seats_of,
    under_way,
)
from casework.elections.seating import rules_of
from casework.errors import Invalid, NotFound, Refused
from casework.persistence import Work

WITHDRAWN = "withdrawn"
"""The ground of a candidate who stands no more, though nothing was found against them."""
REASONS: Mapping[str, Texts] = {
    "resigned": ("辞职", "Resigned"),
    "sold": ("不再是业主", "Owner no more"),
    "recalled": ("业主大会罢免", "Recalled by the owners"),
    "removed": ("丧失资格", "May not sit any more"),
    "died": ("去世", "Died"),
}
OWN_REASONS = ("resigned", "sold")
"""Why somebody may leave by their own word; everything else is recorded by the organisers."""
_EARLY = "election.early.trigger_ratio"


def withdraw_candidate(work: Work, case_id: int, person_id: int, because: str) -> None:
    """Take a candidate out of the running, who withdrew or died: a list that hangs is posted again without them.

    Whoever is voted for all the same gets no seat. Raises NotFound for nobody's candidate, Refused once seated,
    Invalid without a reason.
    """
    if not because.strip():
        raise Invalid("请写明原因。", "Say why.", {"because": [("请填写", "Fill this in")]})
    election = election_of(work, case_id)
    rows = candidates_of(work, election) if election is not None else []
    one = next((row for row in rows if row.person_id == person_id), None)
    if election is None or one is None:
        raise NotFound("此人不是本轮候选人。", "This person is no candidate of this round.")
    if one.state == "elected":
        raise Refused("已经当选，请办理离任。", "Elected already: record that they leave their seat.")
    listed = one.place is not None
    one.state, one.grounds, one.place, one.recheck_open = "failed", [WITHDRAWN], None, False
    one.reviewed_at = work.now
    election.slate_changed = election.slate_changed or listed
    work.session.flush()
    case, refs = work.session.get_one(Case, case_id, with_for_update=True), {"candidate": one.id}
    zh, en = "一名候选人退出。", "A candidate is out."
    history.write(work, case, [history.Line(PROCESS, None, "operation", "candidate_left", zh, en, refs)])
    audit.record(work, ("case", case_id), "candidate_left", candidate=one.id, because=because.strip())


def leave_seat(work: Work, estate_id: int, person_id: int, because: str) -> Case | None:
    """Record that somebody left the committee, by one of REASONS; open what fills the seat, and their hand-over.

    A member's seat opens a by-election, to be filled from the substitutes where there are any, or an early election
    where too few would be left; None while an election runs, or for a substitute. Raises NotFound for who has no
    seat, Invalid for another reason.
    """
    if because not in REASONS:
        raise Invalid("请选择离任原因。", "Choose why they leave.", {"because": [("请选择", "Choose one")]})
    committee = in_office(work, estate_id)
    seats = seats_of(work, committee.id) if committee is not None else []
    seat = next((one for one in seats if one.person_id == person_id), None)
    if committee is None or seat is None:
        raise NotFound("此人不在业主委员会任职。", "This person has no seat in the committee.")
    today = work.now.astimezone(work.house.zone).date()
    seat.left_on = today
    for post in posts_in(work, organisation_id=committee.organisation_id):
        if post.person_id == person_id:
            directory.leave_office(work, post)
    refs = {"person": person_id, "because": because}
    made = CommitteeAct(committee_id=committee.id, kind="left", at=work.now, by_person=work.actor.person_id, refs=refs)
    work.session.add(made)
    work.session.flush()
    audit.record(work, ("area", estate_id), "seat_left", committee=committee.id, because=because)
    if seat.post == SUBSTITUTE:
        return None
    if because != "died":
        _hand_over(work, estate_id, person_id)
    return None if under_way(work, estate_id) else _open_election(work, committee)


def _hand_over(work: Work, estate_id: int, person_id: int) -> None:
    to = {"area": Decimal(estate_id)}
    data = {"from": [Decimal(person_id)], "to": to, "template": "member", "limit": "election.handover.member_days"}
    cases.start_case(work, "document_handover", data, area_id=estate_id)


def _open_election(work: Work, committee: Committee) -> Case:
    left = len(members_of(work, committee.id))
    could_be = min(committee.seats, len(seats_of(work, committee.id)))
    early = rules_of(work, committee).share_fits(_EARLY, could_be, committee.seats)
    data = {
        "variant": "early" if early else "by",
        "reason": "seat_vacant",
        "met_on": work.now.astimezone(work.house.zone).date(),
        "seats_now": left,
        "seats_left": committee.seats - left,
    }
    return cases.start_case(work, PROCESS, data, area_id=committee.estate_id)
