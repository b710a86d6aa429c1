"""Which estates are at a stage of a takeover that somebody wants to look at, and an owner there."""

from collections.abc import Collection, Sequence

from sqlalchemy import select

from casework.cases.models import Case, WorkItem
from casework.directory.models import Area, HouseholdBinding
from casework.persistence import Work
from casework.takeovers.entry_models import ServiceContract
from casework.takeovers.models import FlaggedEstate
from casework.votes.queries import estates_voting

_PROCESS, _SURVEY = "estate_takeover", "survey"


def longest_to_survey(work: Work) -> Sequence[int]:
    """Return the estate whose survey is open longest, after every area that it lies in; nothing where none is open."""
    estates = select(Area).join(Case, Case.estate_id == Area.id).join(WorkItem, WorkItem.case_id == Case.id)
    waiting = estates.where(WorkItem.process == _PROCESS, WorkItem.element == _SURVEY, WorkItem.state == "open")
    estate = work.session.scalars(waiting.order_by(WorkItem.id).limit(1)).first()
    return () if estate is None else estate.lineage


def estates_hiring(work: Work) -> Sequence[int]:
    """Return the flagged estates whose owners can vote now."""
    flagged = select(FlaggedEstate.estate_id).where(FlaggedEstate.ended_at.is_(None))
    return sorted(set(work.session.scalars(flagged)) & set(estates_voting(work)))


def estates_served(work: Work) -> Sequence[int]:
    """Return the estates that a company has entered under a contract that runs, the first of them first."""
    served = select(ServiceContract.estate_id).where(
        ServiceContract.entered_at.is_not(None), ServiceContract.stopped_at.is_(None)
    )
    return list(dict.fromkeys(work.session.scalars(served.order_by(ServiceContract.entered_at))))


def owner_at(work: Work, estate_ids: Collection[int]) -> HouseholdBinding | None:
    """Return the home of an owner at one of the estates, always the same; None where nobody owns there."""
    paths = [area.path for area in work.session.scalars(select(Area).where(Area.id.in_(estate_ids)).order_by(Area.id))]
    for path in paths:
        owners = select(HouseholdBinding).join(Area, Area.id == HouseholdBinding.household_id)
        owned = owners.where(HouseholdBinding.kind == "owner", Area.path.like(f"{path}%"))
        found = work.session.scalars(owned.order_by(HouseholdBinding.id.desc()).limit(1)).first()
        if found is not None:
            return found
    return None
