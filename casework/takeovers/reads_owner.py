"""What a taken-over estate is to those who live there: who answers, what was decided, what it costs, what is rated.

Queries only. A person sees the estates of the flats they are bound to today, and everything of them that owners may.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import or_, select

from casework import attachments
from casework.cases.views import Law
from casework.directory.models import Area
from casework.directory.viewing import SYSTEM_VIEWER, Viewer
from casework.errors import NotFound, Texts
from casework.persistence import Work
from casework.takeovers import rating, reads_estate, reads_money
from casework.takeovers.estate_views import (
    ContractView,
    InspectionView,
    PostingView,
    UnitView,
    WorkView,
    YearView,
)
from casework.takeovers.models import FlaggedEstate, UnitPeriod
from casework.takeovers.money import MONTHS, to_fen
from casework.takeovers.money_models import RevenuePosting
from casework.takeovers.rating import Tally
from casework.takeovers.rating_models import HouseholdRating
from casework.takeovers.works_models import RenovationItem
from casework.votes.models import RollOwner, RollPart, Vote
from casework.votes.reading import flat_name
from casework.votes.rolls import current

_POINTS_A_STEP = 20
"""Households choose 1 to 5: a step is so many points, so that 3 is the pass mark."""


@dataclass(frozen=True, slots=True)
class ItemResult:
    """One item of a vote and whether it passed."""

    title: str
    passed: bool
    special: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """A vote that was counted since the estate was flagged, item by item."""

    vote_id: int
    title: str
    counted_at: Any
    items: Sequence[ItemResult]


@dataclass(frozen=True, slots=True)
class FlatCost:
    """What a flat of the viewer's pays: None without an area on the roll or a fee in force."""

    name: Texts
    area: Decimal | None
    month: Decimal | None
    year: Decimal | None


@dataclass(frozen=True, slots=True)
class OpenRating:
    """A year that a household of the viewer's can rate now; `given` is what it has given so far, 1 to 5."""

    year_id: int
    number: int
    unit: Texts
    household_id: int
    flat: Texts
    given: int | None
    words: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class OwnEstate:
    """Everything that somebody who lives in a taken-over estate is told of it."""

    id: int
    name: Texts
    units: Sequence[UnitView]
    decisions: Sequence[Decision]
    contract: ContractView | None
    flats: Sequence[FlatCost]
    works: Sequence[WorkView]
    postings: Sequence[PostingView]
    postings_after: int | None
    inspection: InspectionView | None
    years: Sequence[YearView]
    rules: Sequence[Law]
    ratings: Sequence[OpenRating]


def own(work: Work, viewer: Viewer, after: Mapping[int, int] | None = None) -> Sequence[OwnEstate]:
    """Return the taken-over estates where the viewer has a flat; `after` is where the account of an estate goes on."""
    return [_estate(work, viewer, area, (after or {}).get(area.id)) for area in _estates(work, viewer)]


def sees(work: Work, viewer: Viewer, estate_id: int) -> bool:
    """Say whether the viewer has a flat in a taken-over estate."""
    return any(area.id == estate_id for area in _estates(work, viewer))


def open_photo(work: Work, estate_id: int, file_id: int, *, small: bool = False) -> attachments.OpenFile:
    """Open a photo of the works or of a posting of an estate; whether the estate is seen is asked before.

    Raises NotFound for any other file.
    """
    works = select(RenovationItem.id).where(
        RenovationItem.estate_id == estate_id, RenovationItem.photos.contains([file_id])
    )
    posted = select(RevenuePosting.id).where(
        RevenuePosting.estate_id == estate_id, RevenuePosting.photos.contains([file_id])
    )
    if work.session.scalar(works.union_all(posted).limit(1)) is None:
        raise NotFound("没有找到文件", "The file was not found")
    return attachments.open_file(work, file_id, SYSTEM_VIEWER, small=small)


def points(step: int) -> Decimal:
    """Return how many points of a hundred a choice of 1 to 5 is."""
    return Decimal(step * _POINTS_A_STEP)


def _estates(work: Work, viewer: Viewer) -> Sequence[Area]:
    """Return the estates of the viewer's flats that were ever flagged or have had a unit."""
    above = {int(step) for _home, path, _kind in viewer.homes for step in path.split(".") if step}
    taken = or_(
        Area.id.in_(select(FlaggedEstate.estate_id)),
        Area.id.in_(select(UnitPeriod.estate_id)),
    )
    query = select(Area).where(Area.id.in_(above), Area.kind == "estate", taken)
    return work.session.scalars(query.order_by(Area.sort_key, Area.id)).all()


def _estate(work: Work, viewer: Viewer, area: Area, after: int | None) -> OwnEstate:
    contracts = [one for one in reads_estate.contracts(work, area.id) if one.stopped_at is None]
    contract = next((one for one in contracts if one.entered_at is not None), contracts[0] if contracts else None)
    years = reads_money.years(work, area.id)
    shown, older = reads_money.postings(work, area.id, after=after)
    inspections = reads_estate.inspections(work, area.id)
    return OwnEstate(
        id=area.id,
        name=area.names,
        units=reads_estate.units(work, area.id),
        decisions=_decisions(work, area.id),
        contract=contract,
        flats=_flats(work, viewer, area, contract),
        works=reads_estate.works(work, area.id),
        postings=shown,
        postings_after=older,
        inspection=inspections[0] if inspections else None,
        years=years,
        rules=reads_money.rules(work, years[0].id) if years else (),
        ratings=_ratings(work, viewer, area),
    )


def _decisions(work: Work, estate_id: int) -> Sequence[Decision]:
    """Return the votes on matters, elections left out, that were counted since the estate was first flagged."""
    flagged = select(FlaggedEstate.flagged_at).where(FlaggedEstate.estate_id == estate_id)
    since = flagged.order_by(FlaggedEstate.flagged_at).limit(1).scalar_subquery()
    query = select(Vote).where(Vote.estate_id == estate_id, Vote.state == "counted", Vote.counted_at >= since)
    found = []
    for vote in work.session.scalars(query.order_by(Vote.counted_at.desc(), Vote.id.desc())):
        special = {item["no"] for item in vote.items if item.get("class") == "special"}
        items = [
            ItemResult(str(item["title"]), bool(item["passed"]), item["no"] in special)
            for item in (vote.result or {}).get("items", ())
            if item.get("kind") != "election"
        ]
        if items:
            found.append(Decision(vote.id, vote.title, vote.counted_at, items))
    return found


def _flats(work: Work, viewer: Viewer, estate: Area, contract: ContractView | None) -> Sequence[FlatCost]:
    """Return what each flat of the viewer's costs: areas come from the newest roll, by the flat or by its owner."""
    homes = _owned(viewer, estate)
    roll = current(work, estate.id)
    mine = select(RollOwner.head_id).where(RollOwner.person_id == viewer.person_id)
    parts = select(RollPart).where(
        RollPart.roll_id == (roll.id if roll is not None else 0),
        or_(RollPart.household_id.in_(homes), RollPart.head_id.in_(mine)),
    )
    known: dict[int, Decimal] = {}
    others: list[tuple[Texts, Decimal]] = []
    for part in work.session.scalars(parts.order_by(RollPart.id)):
        home = part.household_id
        if home is not None and home in homes:
            known[home] = known.get(home, Decimal(0)) + part.area
        else:
            others.append((flat_name(part.building, part.unit, part.room), part.area))
    fee, names = contract.fee if contract is not None else None, _names(work, homes)
    flats = [_cost(names[home], known.get(home), fee) for home in homes if home in known or not others]
    return [*flats, *(_cost(name, area, fee) for name, area in others)]


def _owned(viewer: Viewer, estate: Area) -> Sequence[int]:
    return [home for home, path, kind in viewer.homes if path.startswith(estate.path) and kind == "owner"]


def _cost(name: Texts, area: Decimal | None, fee: Decimal | None) -> FlatCost:
    if area is None or fee is None:
        return FlatCost(name, area, None, None)
    return FlatCost(name, area, to_fen(area * fee), to_fen(area * fee * MONTHS))


def _ratings(work: Work, viewer: Viewer, estate: Area) -> Sequence[OpenRating]:
    """Return what the viewer's own households can rate now."""
    years = rating.open_years(work, [estate.id])
    homes = _owned(viewer, estate)
    if not years or not homes:
        return []
    given = {
        (one.year_id, one.household_id): one
        for one in work.session.scalars(
            select(HouseholdRating).where(
                HouseholdRating.year_id.in_(list(years)), HouseholdRating.household_id.in_(homes)
            )
        )
    }
    names, found = _names(work, homes), []
    for year in years.values():
        tally = rating.tally(work, year.rules, year.id, year.households)
        for home in homes:
            one = given.get((year.id, home))
            step = None if one is None else int(one.score / _POINTS_A_STEP)
            words = one.words if one is not None else ""
            found.append(OpenRating(year.id, year.number, year.unit, home, names[home], step, words, tally))
    return found


def _names(work: Work, homes: Sequence[int]) -> Mapping[int, Texts]:
    return {one.id: one.names for one in work.session.scalars(select(Area).where(Area.id.in_(homes)))}
