"""What has come of taking over estates, counted from records and never typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Select, Subquery, func, select
from sqlalchemy.orm import aliased

from casework.directory.models import Area
from casework.persistence import Work
from casework.takeovers.models import FlaggedEstate, UnitPeriod
from casework.takeovers.money_models import FeeYear, SubsidyPayment
from casework.takeovers.works_models import WORKS, RenovationItem


@dataclass(frozen=True)
class Figures:
    """The figures of an area: how many estates, companies and households, what is in place, and the subsidy paid.

    `works` counts by kind of work, pieces and for roads metres; `subsidy` is in yuan.
    """

    estates: int
    companies: int
    households: int
    works: Mapping[str, Decimal]
    subsidy: Decimal


def figures(work: Work, area_id: int, until: datetime | None = None) -> Figures:
    """Count for the area and all below it, as things stood at `until`, now without one.

    An estate counts as taken over once a unit that was hired began to serve it after it was flagged. A work counts by
    what was found in place when it was accepted or carried over, not by what was planned.
    """
    moment = until or work.now
    below = select(Area.id).where(Area.path.like(f"{work.session.get_one(Area, area_id).path}%"))
    taken = taken_over(moment).where(UnitPeriod.estate_id.in_(below)).subquery()
    estates, companies = work.session.execute(
        select(func.count(taken.c.estate_id.distinct()), func.count(taken.c.unit_id.distinct()))
    ).one()
    return Figures(
        estates, companies, _households(work, taken), _works(work, below, moment), _paid(work, below, moment)
    )


def taken_over(moment: datetime) -> Select[int, int]:
    """Find the estates that a hired unit began to serve after they were flagged, with the unit."""
    began = func.lower(UnitPeriod.during)
    return (
        select(UnitPeriod.estate_id, UnitPeriod.unit_id)
        .join(FlaggedEstate, FlaggedEstate.estate_id == UnitPeriod.estate_id)
        .where(UnitPeriod.kind == "serving", began > FlaggedEstate.flagged_at, began <= moment)
    )


def _households(work: Work, taken: Subquery) -> int:
    estate, household = aliased(Area), aliased(Area)
    rows = (
        select(func.count(household.id.distinct()))
        .join_from(estate, household, household.path.like(estate.path.concat("%")))
        .where(estate.id.in_(select(taken.c.estate_id)), household.kind == "household")
    )
    return work.session.scalar(rows) or 0


def _works(work: Work, below: Select[int], moment: datetime) -> Mapping[str, Decimal]:
    rows = (
        select(RenovationItem.kind, func.sum(RenovationItem.done))
        .where(RenovationItem.estate_id.in_(below), RenovationItem.settled_at <= moment)
        .group_by(RenovationItem.kind)
    )
    found = {kind: total for kind, total in work.session.execute(rows)}  # noqa: C416
    return {kind: found.get(kind, Decimal(0)) for kind in WORKS}


def _paid(work: Work, below: Select[int], moment: datetime) -> Decimal:
    rows = (
        select(func.sum(SubsidyPayment.amount))
        .join(FeeYear, FeeYear.id == SubsidyPayment.year_id)
        .where(FeeYear.estate_id.in_(below), SubsidyPayment.state == "paid", SubsidyPayment.at <= moment)
    )
    return work.session.scalar(rows) or Decimal("0.00")
