"""What of elections is a person's own: the committee they sit in, what they organise, the votes they count or guard."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from casework.cases.models import Case
from casework.cases.queries import may_see
from casework.cases.views import Texts
from casework.directory.models import Area
from casework.directory.viewing import Viewer
from casework.elections.models import Candidate, Committee, CommitteeSeat, Election, ElectionGroup
from casework.elections.overview import POSTS
from casework.elections.queries import in_office
from casework.persistence import Work
from casework.votes.keeping import TELLER
from casework.votes.models import Trustee, Vote

ROLES = frozenset({"chair", "committee_member", "group_lead", TELLER})
"""Posts that have a part in elections without supervising any."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat in a committee that is in office."""

    estate_id: int
    estate: Texts
    post: Texts


@dataclass(frozen=True, slots=True)
class Own:
    """Everything of elections that is a person's own, the newest first; elections by number, votes by id."""

    seats: Sequence[Seat]
    elections: Sequence[tuple[str, Texts, Texts]]
    votes: Sequence[tuple[int, str, Texts, Texts]]
    standing: Sequence[tuple[str, Texts, Texts]]
    """Open elections in which the person stands: by number, with the post and the estate."""


def own(work: Work, viewer: Viewer) -> Own:
    """Return what of elections is the viewer's own."""
    return Own(_seats(work, viewer), _elections(work, viewer), _votes(work, viewer), _standing(work, viewer))


def _seats(work: Work, viewer: Viewer) -> list[Seat]:
    query = select(Committee, CommitteeSeat, Area).join(CommitteeSeat, CommitteeSeat.committee_id == Committee.id)
    query = query.join(Area, Area.id == Committee.estate_id).where(Committee.state == "in_office")
    mine = query.where(CommitteeSeat.person_id == viewer.person_id, CommitteeSeat.left_on.is_(None))
    return [Seat(area.id, area.names, POSTS[seat.post]) for _one, seat, area in work.session.execute(mine)]


def _standing(work: Work, viewer: Viewer) -> list[tuple[str, Texts, Texts]]:
    query = select(Case.no, Candidate.post, Area).join(Election, Election.case_id == Case.id)
    query = query.join(Candidate, Candidate.case_id == Case.id).join(Area, Area.id == Election.estate_id)
    stands = query.where(Case.status == "open", Candidate.attempt == Election.attempt)
    mine = stands.where(Candidate.person_id == viewer.person_id, Candidate.state.in_(("nominated", "passed")))
    rows = work.session.execute(mine.order_by(Case.id.desc())).all()
    return [(no, POSTS[post], area.names) for no, post, area in rows]


def _elections(work: Work, viewer: Viewer) -> list[tuple[str, Texts, Texts]]:
    """Return the open elections that the viewer's group or sitting committee organises, as far as they see them."""
    query = select(Case, Election, Area).join(Election, Election.case_id == Case.id)
    query = query.join(Area, Area.id == Election.estate_id).where(Case.status == "open")
    query = query.where(may_see(work, viewer)).order_by(Case.id.desc())
    estates = [post.path for post in viewer.posts if post.role in ROLES - {TELLER} and post.path]
    found: list[tuple[str, Texts, Texts]] = []
    for case, election, area in work.session.execute(query):
        group = work.session.scalars(
            select(ElectionGroup).filter_by(case_id=case.id, attempt=election.attempt)
        ).one_or_none()
        leads = group is not None and group.lead_id == viewer.person_id
        sits = any(int(row["person"]) == viewer.person_id for row in group.members) if group is not None else False
        committee = in_office(work, election.estate_id) if election.organiser == "committee" else None
        holds = committee is not None and committee.organisation_id in viewer.organisations
        if leads or sits or holds or any(case.area_path.startswith(path) for path in estates):
            title: Texts = (case.title_zh or "业主委员会选举", case.title_en or "Committee election")
            found.append((case.no, title, area.names))
    return found


def _votes(work: Work, viewer: Viewer) -> list[tuple[int, str, Texts, Texts]]:
    """Return the votes that are not over whose ballots the viewer counts, or whose key they guard a share of."""
    query = select(Vote, Area).join(Area, Area.id == Vote.estate_id).order_by(Vote.id.desc())
    guarded = set(work.session.scalars(select(Trustee.vote_id).where(Trustee.person_id == viewer.person_id)))
    told = [post.path for post in viewer.posts if post.role == TELLER and post.path]
    found: list[tuple[int, str, Texts, Texts]] = []
    for vote, area in work.session.execute(query.where(Vote.state.not_in(("counted", "stopped")))):
        if vote.id in guarded:
            found.append((vote.id, vote.title, area.names, ("您是开箱受托人", "You are a trustee of the box")))
        elif any(area.path.startswith(path) for path in told):
            found.append((vote.id, vote.title, area.names, ("您是计票人", "You are a teller")))
    return found
