"""The committee of an estate as its page shows it: term, seats, substitutes, filing, what comes next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from sqlalchemy import select

from casework.cases.assignment import place
from casework.cases.models import Case
from casework.cases.views import Texts
from casework.directory.mentions import posted_names
from casework.directory.models import Area
from casework.directory.viewing import Viewer
from casework.elections.models import Committee, Filing
from casework.elections.overview import POSTS
from casework.elections.queries import SUBSTITUTE, filings_of, party_share, seats_of, terms_of
from casework.errors import NotFound
from casework.jobs import Job
from casework.persistence import Work
from casework.policies import Pinned, pin, pinned

TARGET = "election.committee.party_target_ratio"
POWERS: Mapping[str, Texts] = {
    "full": ("正常履职", "Full powers"),
    "frozen": ("任期已满，不得作出重大决定", "Term over: no major decisions"),
    "stopped": ("任期已满，停止履职", "Term over: powers stopped"),
}
STATES: Mapping[str, Texts] = {
    "in_office": ("在任", "In office"),
    "former": ("往届", "Former"),
    "annulled": ("选举被撤销", "Election annulled"),
}
FILING_STATES: Mapping[str, Texts] = {
    "submitted": ("已提交，等备案证明", "Handed in, certificate awaited"),
    "returned": ("退回补正", "Sent back to be completed"),
    "issued": ("已备案", "Filed"),
    "revoked": ("备案已撤销", "Revoked"),
}


@dataclass(frozen=True, slots=True)
class SeatView:
    """Somebody's seat; `rank` is the order in which substitutes take one."""

    name: Texts
    post: Texts
    party: bool
    since: date
    rank: int


@dataclass(frozen=True, slots=True)
class PartyShare:
    """How many members belong to the party, against the target of the place: told, and never in the way."""

    members: int
    whole: int
    target: Fraction
    met: bool
    why: Texts


@dataclass(frozen=True, slots=True)
class FilingView:
    """What was handed to the authorities for the record."""

    state: str
    stands: Texts
    submitted_at: datetime
    issued_on: date | None
    certificate_no: str


@dataclass(frozen=True, slots=True)
class TermView:
    """One term: `case_no` is the election it came from, where there was one here."""

    state: str
    stands: Texts
    powers: Texts
    seats: int
    elected_on: date
    term_ends: date
    ended_on: date | None
    case_no: str | None
    members: Sequence[SeatView] = ()
    substitutes: Sequence[SeatView] = ()
    filings: Sequence[FilingView] = ()
    next_election: datetime | None = None
    party: PartyShare | None = None


@dataclass(frozen=True, slots=True)
class CommitteeView:
    """The committee of an estate: the term that runs, if any, and those before."""

    estate_id: int
    estate: Texts
    now: TermView | None
    before: Sequence[TermView]


def committee(work: Work, viewer: Viewer, estate_id: int) -> CommitteeView:
    """Return the committee of an estate to who reads it by office or lives there; raise NotFound for anybody else."""
    estate = work.session.get(Area, estate_id)
    if estate is None or estate.kind != "estate" or not _concerned(viewer, estate):
        raise NotFound("没有这个小区，或您无权查看。", "There is no such estate, or it is not yours to see.")
    terms = terms_of(work, estate_id)
    sitting = next((one for one in terms if one.state == "in_office"), None)
    return CommitteeView(
        estate_id,
        estate.names,
        _whole(work, sitting) if sitting is not None else None,
        [_term(work, one) for one in terms if one is not sitting],
    )


def _concerned(viewer: Viewer, estate: Area) -> bool:
    lives_there = any(path.startswith(estate.path) for _home, path, _kind in viewer.homes)
    sits = any(post.path.startswith(estate.path) for post in viewer.posts)
    return lives_there or sits or viewer.reads(estate.path)


def _term(work: Work, one: Committee) -> TermView:
    case = work.session.get(Case, one.case_id) if one.case_id is not None else None
    return TermView(
        state=one.state,
        stands=STATES[one.state],
        powers=POWERS[one.powers],
        seats=one.seats,
        elected_on=one.elected_on,
        term_ends=one.term_ends,
        ended_on=one.ended_on,
        case_no=case.no if case is not None else None,
    )


def _whole(work: Work, one: Committee) -> TermView:
    term, seats = _term(work, one), seats_of(work, one.id)
    people = posted_names(work, {seat.person_id for seat in seats})
    views = [
        (seat.post, SeatView(people[seat.person_id], POSTS[seat.post], seat.party, seat.since, seat.rank))
        for seat in seats
    ]
    planned = select(Job.due_at).where(Job.key == f"regular:{one.id}", Job.state == "ready")
    return TermView(
        state=term.state,
        stands=term.stands,
        powers=term.powers,
        seats=term.seats,
        elected_on=term.elected_on,
        term_ends=term.term_ends,
        ended_on=None,
        case_no=term.case_no,
        members=[view for post, view in views if post != SUBSTITUTE],
        substitutes=[view for post, view in views if post == SUBSTITUTE],
        filings=[_filing(filing) for filing in filings_of(work, one.id)],
        next_election=work.session.scalar(planned),
        party=_party(work, one),
    )


def _filing(one: Filing) -> FilingView:
    return FilingView(one.state, FILING_STATES[one.state], one.submitted_at, one.issued_on, one.certificate_no or "")


def _party(work: Work, one: Committee) -> PartyShare | None:
    """Return the share against the target; None where the place has no target, or nobody sits."""
    rules = _rules(work, one)
    members = [seat for seat in seats_of(work, one.id) if seat.post != SUBSTITUTE]
    target, share = Fraction(str(rules.value(TARGET))), party_share(members)
    if share is None or not target:
        return None
    counted = sum(seat.party for seat in members)
    why = (rules.why(TARGET, "zh"), rules.why(TARGET, "en"))
    return PartyShare(counted, len(members), target, share >= target, why)


def _rules(work: Work, one: Committee) -> Pinned:
    case = work.session.get(Case, one.case_id) if one.case_id is not None else None
    if case is not None:
        return pinned(work.session, case.policies)
    today = work.now.astimezone(work.house.zone).date()
    return pin(work, place(work, one.estate_id).codes, today, estate_id=one.estate_id)
