"""An election as those who organise it look at it: its group, candidates, roll, votes and postings, in plain values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select

from casework.cases.models import Case
from casework.cases.views import Texts
from casework.directory.mentions import posted_names
from casework.directory.people import Shown, shown
from casework.elections.leaving import WITHDRAWN
from casework.elections.models import Candidate, Election
from casework.elections.queries import candidates_of, election_of, group_of
from casework.elections.timetable import Deadline, deadlines
from casework.persistence import Work
from casework.publicity.board import Notice, postings_of
from casework.votes.models import Ballot, Roll, Vote
from casework.votes.queries import turnout

VARIANTS: Mapping[str, Texts] = {
    "first": ("首次选举", "First election"),
    "regular": ("换届", "Regular re-election"),
    "early": ("提前换届", "Early re-election"),
    "by": ("补选", "By-election"),
}
ORGANISERS: Mapping[str, Texts] = {
    "committee": ("现任委员会", "The sitting committee"),
    "group": ("筹备组或换届小组", "A preparatory or replacement group"),
}
POSTS: Mapping[str, Texts] = {
    "chair": ("主任", "Chair"),
    "vice": ("副主任", "Vice chair"),
    "executive": ("执行委员", "Executive member"),
    "member": ("委员", "Member"),
    "substitute": ("候补委员", "Substitute"),
}
SIDES: Mapping[str, Texts] = {
    "owner": ("业主代表", "Owners"),
    "street": ("街道", "Street"),
    "community": ("社区", "Community"),
    "police": ("派出所", "Police"),
    "developer": ("建设单位", "Developer"),
    "company": ("物业服务人", "Company"),
    "committee": ("业主委员会", "Committee"),
}
CANDIDATE_STATES: Mapping[str, Texts] = {
    "nominated": ("待审查", "To be reviewed"),
    "passed": ("审查通过", "Passed"),
    "failed": ("审查未通过", "Not passed"),
    "elected": ("当选", "Elected"),
    WITHDRAWN: ("已退出", "Withdrew"),
}
VOTE_STATES: Mapping[str, Texts] = {
    "prepared": ("未开始", "Not open yet"),
    "open": ("投票中", "Open"),
    "closed": ("已截止，待计票", "Closed, to be counted"),
    "counted": ("已计票", "Counted"),
    "stopped": ("已中止", "Stopped"),
}
_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class MemberView:
    """Somebody in the group that prepares the election."""

    name: Texts
    side: Texts
    leads: bool


@dataclass(frozen=True, slots=True)
class CandidateView:
    """Somebody who was put forward; `place` on the list, none for who is not on it."""

    name: Texts
    post: Texts
    state: str
    stands: Texts
    party: bool
    place: int | None
    grounds: Sequence[str]
    recheck: bool


@dataclass(frozen=True, slots=True)
class Half:
    """One of the two thresholds of a vote. `missing` is what must still take part, nothing once it is enough."""

    part: Decimal
    whole: Decimal
    ratio: Fraction
    needed: Decimal

    @property
    def missing(self) -> Decimal:
        """What must still take part."""
        return max(Decimal(0), self.needed - self.part)

    def percent(self, of: Decimal) -> str:
        """Return how far `of` reaches, in per cent of the whole with one place, cut."""
        tenths = int(1000 * Fraction(of) / Fraction(self.whole)) if self.whole else 0
        return f"{tenths // 10}.{tenths % 10}"


@dataclass(frozen=True, slots=True)
class VoteView:
    """A vote of the election: when it is open, how many ballots were handed over, and how far both halves are."""

    id: int
    title: str
    state: str
    stands: Texts
    opens_at: datetime | None
    closes_at: datetime | None
    ballots: int
    delivered: int
    heads: Half
    area: Half
    enough: bool


@dataclass(frozen=True, slots=True)
class RollView:
    """The owners' roll: frozen with its digest, or still a draft."""

    as_of: date
    frozen_at: datetime | None
    digest: str
    parts: int
    heads: int
    area: Decimal


@dataclass(frozen=True, slots=True)
class ElectionView:
    """Everything of an election beside what every case shows."""

    case_no: str
    estate_id: int
    variant: Texts
    organiser: Texts
    attempt: int
    failed: int
    founded_on: date | None
    members: Sequence[MemberView]
    candidates: Sequence[CandidateView]
    roll: RollView | None
    votes: Sequence[VoteView]
    postings: Sequence[Notice]
    deadlines: Sequence[Deadline]


def overview(work: Work, case: Case) -> ElectionView:
    """Return how the election of a case stands; before its figures are confirmed there is no group and no candidate."""
    election = election_of(work, case.id)
    estate_id = case.estate_id or case.area_id
    group = group_of(work, election) if election is not None else None
    votes = work.session.scalars(select(Vote).where(Vote.case_id == case.id).order_by(Vote.id.desc())).all()
    return ElectionView(
        case_no=case.no,
        estate_id=estate_id,
        variant=VARIANTS[election.variant] if election is not None else "",
        organiser=ORGANISERS[election.organiser] if election is not None else "",
        attempt=election.attempt + 1 if election is not None else 1,
        failed=election.failed if election is not None else 0,
        founded_on=group.founded_on if group is not None else None,
        members=_members(work, group.members, group.lead_id) if group is not None else (),
        candidates=_candidates(work, election) if election is not None else (),
        roll=_roll(work, estate_id, votes),
        votes=[_vote(work, vote) for vote in votes],
        postings=postings_of(work, case.id),
        deadlines=deadlines(work, case, election),
    )


def named(people: Mapping[int, Shown], person_id: int) -> Texts:
    """Return how a page names a person; a dash for one who is not known."""
    found = people.get(person_id)
    return (found.text("zh"), found.text("en")) if found is not None else "–"


def _members(work: Work, rows: Iterable[Mapping[str, Any]], lead_id: int) -> list[MemberView]:
    known = [(int(row["person"]), str(row.get("side") or "")) for row in rows]
    people = shown(work, {lead_id, *(person for person, _side in known)}, full=True)
    made = [MemberView(named(people, who), SIDES.get(side, side), who == lead_id) for who, side in known]
    if lead_id not in {person for person, _side in known}:
        made.append(MemberView(named(people, lead_id), "", leads=True))
    return sorted(made, key=lambda one: not one.leads)


def _candidates(work: Work, election: Election) -> list[CandidateView]:
    rows = candidates_of(work, election)
    people = shown(work, {one.person_id for one in rows}, full=True)
    posted = posted_names(work, [one.person_id for one in rows if one.place is not None])
    return [_candidate(one, posted.get(one.person_id) or named(people, one.person_id)) for one in rows]


def _candidate(one: Candidate, name: Texts) -> CandidateView:
    state = WITHDRAWN if WITHDRAWN in one.grounds else one.state
    return CandidateView(
        name=name,
        post=POSTS[one.post],
        state=state,
        stands=CANDIDATE_STATES[state],
        party=one.party,
        place=one.place,
        grounds=[str(ground) for ground in one.grounds if ground != WITHDRAWN],
        recheck=one.recheck_open,
    )


def _roll(work: Work, estate_id: int, votes: Sequence[Vote]) -> RollView | None:
    """Return the roll that the newest vote is held on, or else the newest of the estate."""
    newest = select(Roll).where(Roll.estate_id == estate_id).order_by(Roll.id.desc()).limit(1)
    roll = work.session.get(Roll, votes[0].roll_id) if votes else work.session.scalars(newest).first()
    if roll is None:
        return None
    digest = roll.digest.hex() if roll.digest else ""
    return RollView(roll.as_of, roll.frozen_at, digest, roll.parts, roll.heads, roll.area)


def _vote(work: Work, vote: Vote) -> VoteView:
    counted = select(func.count(), func.count(Ballot.delivered_at)).where(Ballot.vote_id == vote.id)
    ballots, delivered = work.session.execute(counted).one()
    sofar = turnout(work, vote.id)
    asked = vote.rules["participation"]
    return VoteView(
        id=vote.id,
        title=vote.title,
        state=vote.state,
        stands=VOTE_STATES[vote.state],
        opens_at=vote.opens_at,
        closes_at=vote.closes_at,
        ballots=ballots,
        delivered=delivered,
        heads=half(Decimal(sofar["heads"]), Decimal(sofar["whole_heads"]), asked["heads"], Decimal(1)),
        area=half(sofar["area"], sofar["whole_area"], asked["area"], _HUNDREDTH),
        enough=sofar["enough"],
    )


def half(part: Decimal, whole: Decimal, asked: Mapping[str, Any], step: Decimal) -> Half:
    """Return one threshold; `step` is the least that can be added: one head, a hundredth of a square metre.

    Where more than the ratio is asked, the line itself is not enough.
    """
    ratio = Fraction(str(asked["ratio"]))
    exact = ratio * Fraction(whole)
    steps = -(-exact // Fraction(step))
    if asked.get("more") and steps * Fraction(step) == exact:
        steps += 1
    return Half(part, whole, ratio, (int(steps) * step).quantize(step, ROUND_CEILING))
