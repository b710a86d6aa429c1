"""Reading elections and committees."""

from collections.abc import Sequence
from fractions import Fraction

from sqlalchemy import select

from casework.cases.models import Case
from casework.elections.models import (
    Candidate,
    Committee,
    CommitteeAct,
    CommitteeSeat,
    Election,
    ElectionGroup,
    Filing,
    Mandate,
)
from casework.persistence import Work

PROCESS = "committee_election"
SUBSTITUTE = "substitute"


def election_of(work: Work, case_id: int) -> Election | None:
    """Return how the election of a case stands; None before its figures are confirmed."""
    return work.session.get(Election, case_id)


def group_of(work: Work, election: Election) -> ElectionGroup | None:
    """Return the group of the attempt that runs; None where the committee organises, or none is founded yet."""
    query = select(ElectionGroup).filter_by(case_id=election.case_id, attempt=election.attempt)
    return work.session.scalars(query).first()


def candidates_of(work: Work, election: Election) -> Sequence[Candidate]:
    """Return who was put forward in the attempt that runs, in order of the list, then as they came."""
    query = select(Candidate).filter_by(case_id=election.case_id, attempt=election.attempt)
    return work.session.scalars(query.order_by(Candidate.place.nulls_last(), Candidate.id)).all()


def in_office(work: Work, estate_id: int) -> Committee | None:
    """Return the committee that is in office in an estate; there is never more than one."""
    query = select(Committee).where(Committee.estate_id == estate_id, Committee.state == "in_office")
    return work.session.scalars(query).first()


def committee_from(work: Work, case_id: int) -> Committee | None:
    """Return the newest committee that an election put in office, whatever became of it."""
    query = select(Committee).where(Committee.case_id == case_id).order_by(Committee.id.desc()).limit(1)
    return work.session.scalars(query).first()


def terms_of(work: Work, estate_id: int) -> Sequence[Committee]:
    """Return every term of the estate's committee, newest first."""
    query = select(Committee).where(Committee.estate_id == estate_id)
    return work.session.scalars(query.order_by(Committee.id.desc())).all()


def seats_of(work: Work, committee_id: int) -> Sequence[CommitteeSeat]:
    """Return who sits in a committee now: members as they were seated, then substitutes in order of votes."""
    query = select(CommitteeSeat).where(CommitteeSeat.committee_id == committee_id, CommitteeSeat.left_on.is_(None))
    rank = (CommitteeSeat.post == SUBSTITUTE, CommitteeSeat.rank, CommitteeSeat.id)
    return work.session.scalars(query.order_by(*rank)).all()


def members_of(work: Work, committee_id: int) -> Sequence[CommitteeSeat]:
    """Return the members of a committee now, without substitutes."""
    return [seat for seat in seats_of(work, committee_id) if seat.post != SUBSTITUTE]


def party_share(seats: Sequence[CommitteeSeat]) -> Fraction | None:
    """Return the share of party members among `seats`; None where nobody sits."""
    return Fraction(sum(seat.party for seat in seats), len(seats)) if seats else None


def acts_of(work: Work, committee_id: int) -> Sequence[CommitteeAct]:
    """Return what a committee did, oldest first."""
    query = select(CommitteeAct).where(CommitteeAct.committee_id == committee_id)
    return work.session.scalars(query.order_by(CommitteeAct.id)).all()


def filings_of(work: Work, committee_id: int) -> Sequence[Filing]:
    """Return what a committee filed, newest first."""
    query = select(Filing).where(Filing.committee_id == committee_id)
    return work.session.scalars(query.order_by(Filing.id.desc())).all()


def under_way(work: Work, estate_id: int) -> Case | None:
    """Return the election that runs in an estate, or None: there is one owners' assembly at a time."""
    query = select(Case).where(Case.process == PROCESS, Case.status == "open", Case.estate_id == estate_id)
    return work.session.scalars(query.order_by(Case.id).limit(1)).first()


def mandates(work: Work, estate_id: int) -> Sequence[Mandate]:
    """Return the mandates that run in an estate, oldest first."""
    query = select(Mandate).where(Mandate.estate_id == estate_id, Mandate.ended_at.is_(None))
    return work.session.scalars(query.order_by(Mandate.id)).all()
