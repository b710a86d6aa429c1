"""Who may be taken off a list or out of a seat, and by whom: themselves, or who organises the votes of the estate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from casework.cases.commands import once
from casework.cases.models import Case
from casework.cases.views import Texts
from casework.directory.mentions import posted_names
from casework.directory.models import Area
from casework.directory.viewing import Viewer
from casework.elections import leaving
from casework.elections.models import Candidate
from casework.elections.overview import POSTS
from casework.elections.queries import candidates_of, election_of, in_office, seats_of
from casework.errors import Forbidden, Invalid, NotFound
from casework.persistence import Work

ORGANISERS = frozenset({"group_lead", "community_officer", "street_officer", "street_lead"})
"""Who records for others: the preparatory group and those who guide it. Members speak for themselves alone."""


@dataclass(frozen=True, slots=True)
class Leaver:
    """Somebody who stands or sits, and the post it is for."""

    person_id: int
    name: Texts
    post: Texts


@dataclass(frozen=True, slots=True)
class Leavers:
    """Who may go, as the viewer may record it; `own` where it is the viewer alone, `reasons` they may give."""

    estate_id: int
    estate: Texts
    case_no: str
    people: Sequence[Leaver]
    own: bool
    reasons: Mapping[str, Texts]


def organises(viewer: Viewer, path: str) -> bool:
    """Say whether the viewer records for others in the estate at `path`."""
    return any(post.role in ORGANISERS and post.path and path.startswith(post.path) for post in viewer.posts)


def may_leave(work: Work, viewer: Viewer, estate_id: int) -> bool:
    """Say whether the viewer records that a member of the estate's committee leaves: an organiser, or a member."""
    if organises(viewer, work.session.get_one(Area, estate_id).path):
        return True
    committee = in_office(work, estate_id)
    return committee is not None and viewer.person_id in {seat.person_id for seat in seats_of(work, committee.id)}


def candidates(work: Work, viewer: Viewer, case_no: str) -> Leavers:
    """Return the candidates of an open election whose withdrawal the viewer may record.

    Raises NotFound for anything else than an open election, and for who neither stands in it nor organises it.
    """
    case = work.session.scalars(select(Case).where(Case.no == case_no, Case.status == "open")).first()
    election = election_of(work, case.id) if case is not None else None
    if case is None or election is None:
        raise NotFound("没有正在办理的这件选举。", "There is no such election under way.")
    rows = [one for one in candidates_of(work, election) if _stands(one)]
    posts = {one.person_id: POSTS[one.post] for one in rows}
    return _leavers(work, viewer, election.estate_id, posts, case_no, {})


def seats(work: Work, viewer: Viewer, estate_id: int) -> Leavers:
    """Return the members and substitutes whose leaving the viewer may record.

    Raises NotFound without a committee in office, and for who neither sits in it nor organises its votes.
    """
    committee = in_office(work, estate_id)
    if committee is None:
        raise NotFound("小区没有在任的业主委员会。", "No committee is in office in this estate.")
    posts = {seat.person_id: POSTS[seat.post] for seat in seats_of(work, committee.id)}
    return _leavers(work, viewer, estate_id, posts, "", leaving.REASONS)


def withdraw(work: Work, viewer: Viewer, case_no: str, person_id: int, because: str, *, key: str | None) -> None:
    """Record that a candidate withdrew or died (`leaving.withdraw_candidate`); the same `key` again does nothing.

    Raises as `candidates` does, Forbidden for another candidate than the viewer may record, Invalid without a reason.
    """

    def act() -> dict[str, int]:
        _must_be_among(candidates(work, viewer, case_no), person_id)
        case = work.session.scalars(select(Case).where(Case.no == case_no)).one()
        leaving.withdraw_candidate(work, case.id, person_id, because)
        return {"person": person_id}

    once(work, key, {"case": case_no, "person": person_id, "because": because}, act)


def leave(work: Work, viewer: Viewer, estate_id: int, person_id: int, because: str, *, key: str | None) -> str | None:
    """Record that somebody left their seat (`leaving.leave_seat`); return the number of the election it opened.

    The same `key` again returns the same. Raises as `seats` does, Forbidden for another member than the viewer may
    record, Invalid for a reason that the viewer may not give.
    """

    def act() -> dict[str, str | None]:
        found = seats(work, viewer, estate_id)
        _must_be_among(found, person_id)
        if because not in found.reasons:
            raise Invalid("请选择离任原因。", "Choose why they leave.", {"because": [("请选择", "Choose one")]})
        opened = leaving.leave_seat(work, estate_id, person_id, because)
        return {"case": opened.no if opened is not None else None}

    answer = once(work, key, {"estate": estate_id, "person": person_id, "because": because}, act)
    return str(answer["case"]) if answer["case"] is not None else None


def _stands(one: Candidate) -> bool:
    return one.state in ("nominated", "passed")


def _leavers(
    work: Work, viewer: Viewer, estate_id: int, posts: Mapping[int, Texts], case_no: str, reasons: Mapping[str, Texts]
) -> Leavers:
    estate = work.session.get_one(Area, estate_id)
    for_others = organises(viewer, estate.path)
    mine = {one: post for one, post in posts.items() if for_others or one == viewer.person_id}
    if not for_others and not mine:
        raise NotFound("没有找到", "Not found")
    names = posted_names(work, list(mine))
    given = reasons if for_others else {one: text for one, text in reasons.items() if one in leaving.OWN_REASONS}
    people = [Leaver(one, names[one], post) for one, post in mine.items() if one in names]
    return Leavers(estate_id, estate.names, case_no, people, not for_others, given)


def _must_be_among(found: Leavers, person_id: int) -> None:
    if person_id not in {one.person_id for one in found.people}:
        raise Forbidden("您不能为此人办理。", "You can't record this for that person.")
