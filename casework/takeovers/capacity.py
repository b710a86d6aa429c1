"""What companies can take on: capacities that counties set, what is left of them, and who fits an estate."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from math import asin, cos, radians, sin, sqrt
from typing import Any, NamedTuple

from sqlalchemy import Select, func, or_, select, union

from casework import audit
from casework.credit import queries as credit
from casework.directory import queries as directory
from casework.directory.days import today
from casework.directory.models import Area, AreaShape, Contract, Organisation
from casework.directory.viewing import viewer
from casework.errors import Forbidden, Invalid, NotFound, Refused, Texts
from casework.persistence import Work
from casework.takeovers.entry_models import ServiceContract
from casework.takeovers.models import UnitPeriod
from casework.takeovers.planning_models import FirmCapacity
from casework.votes.roll_models import Roll

SETTERS = ("county_officer", "county_lead", "soe_officer")
"""Who says what a company can take on: housing and state-assets offices of the county."""
_EARTH_KM = 6371.0088
_TENTH = Decimal("0.1")
_MOST_AREA, _MOST_ESTATES = Decimal("999999999.99"), 10_000


class Place(NamedTuple):
    """A point in WGS 84, in degrees."""

    longitude: Decimal
    latitude: Decimal


@dataclass(frozen=True)
class Load:
    """What a company serves or has signed for: estates, and their m² as far as they are known.

    `unmeasured` counts the estates whose area no contract and no roll tells: they add nothing to `area`.
    """

    estates: int = 0
    area: Decimal = Decimal(0)
    unmeasured: int = 0


@dataclass(frozen=True)
class Candidate:
    """A company that could take an estate over: what it can serve (`most`), what it serves elsewhere, what is left.

    `distance` is in km from its place to the estate, None where either lies nowhere on record; `credit` the points that
    stand against it today; `here` says that it serves the estate now, `fits` that the estate has room in what is left.
    """

    unit_id: int
    names: Texts
    most_estates: int
    most_area: Decimal
    load: Load
    distance: Decimal | None
    credit: int
    here: bool
    fits: bool

    @property
    def free_estates(self) -> int:
        """How many more estates it can serve, below zero where it serves too many."""
        return self.most_estates - self.load.estates

    @property
    def free_area(self) -> Decimal:
        """How many more m² it can serve, below zero where it serves too much."""
        return self.most_area - self.load.area


def set_capacity(
    work: Work, organisation_id: int, area: Decimal, estates: int, place: tuple[Any, Any] | None = None
) -> FirmCapacity:
    """Say how many m² and estates a company can serve at once, and where it works from (longitude, latitude).

    Set again it replaces what was said before. Raises NotFound for anything but a company, Forbidden for anybody but
    an office of a county where the company works, Invalid for a number or place that can't be.
    """
    firm = directory.organisation(work, organisation_id)
    if firm is None or firm.kind != "company":
        raise NotFound("没有这家企业。", "There is no such company.")
    _must_set(work, firm)
    where = _checked(area, estates, place)
    row = work.session.get(FirmCapacity, organisation_id, with_for_update=True)
    if row is None:
        row = FirmCapacity(organisation_id=organisation_id)
        work.session.add(row)
    row.area, row.estates, row.at = Decimal(area), int(estates), work.now
    row.longitude, row.latitude = where or (None, None)
    work.session.flush()
    audit.record(work, ("organisation", organisation_id), "capacity_set", area=str(row.area), estates=row.estates)
    return row


def candidates(work: Work, estate_id: int, area: Decimal | None = None, also: Sequence[int] = ()) -> list[Candidate]:
    """Return the companies with a capacity on record that work in the estate's county, best first.

    Those with room come first, then the nearest, then the better credit, then who has most left. `area` is the m² to
    be served, without one what contracts and rolls tell of it; `also` are further estates taken on with this one.
    """
    estates = {estate_id, *also}
    wanted = _measured(work, estates) if area is None else Decimal(area)
    rows = work.session.execute(_near(work, estate_id)).all()
    ids = [firm.id for firm, _ in rows]
    loads, points = loads_of(work, ids, without=estates), credit.points(work, ids)
    place, here = place_of(work, estate_id), directory.company_of(work, estate_id, today(work))
    found = [
        Candidate(
            unit_id=firm.id,
            names=firm.names,
            most_estates=most.estates,
            most_area=most.area,
            load=loads[firm.id],
            distance=_distance(most, place),
            credit=points[firm.id],
            here=here is not None and here.id == firm.id,
            fits=_fits(most, loads[firm.id], len(estates), wanted),
        )
        for firm, most in rows
    ]
    return sorted(found, key=_rank)


def has_room(work: Work, unit_id: int, estate_id: int, area: Decimal | None = None, also: Sequence[int] = ()) -> bool:
    """Say whether a company has room for the estate, and `also` for others; one without a capacity on record has."""
    found = next((one for one in candidates(work, estate_id, area, also) if one.unit_id == unit_id), None)
    return found is None or found.fits


def must_have_room(
    work: Work, unit_id: int, estate_id: int, area: Decimal | None = None, also: Sequence[int] = ()
) -> None:
    """Raise Refused with what is left where a company has no room for the estate, and `also` for others."""
    found = next((one for one in candidates(work, estate_id, area, also) if one.unit_id == unit_id), None)
    if found is not None and not found.fits:
        raise Refused(
            f"{found.names[0]}空余能力不够：还可承接 {found.free_estates} 个小区、{found.free_area} 平方米。请另选。",
            f"{found.names[1]} has room for {found.free_estates} estates, {found.free_area} m²: choose another.",
        )


def loads_of(work: Work, unit_ids: Collection[int], without: Iterable[int] = ()) -> dict[int, Load]:
    """Return what each company serves today or has signed for, the estates in `without` left out."""
    day, left_out = today(work), sorted(set(without))
    served = union(
        select(UnitPeriod.unit_id, UnitPeriod.estate_id).where(
            UnitPeriod.kind.in_(("serving", "emergency")), UnitPeriod.during.contains(work.now)
        ),
        select(Contract.organisation_id, Contract.estate_id).where(
            or_(func.upper_inf(Contract.during), func.upper(Contract.during) > day)
        ),
        select(ServiceContract.unit_id, ServiceContract.estate_id).where(
            ServiceContract.entered_at.is_(None), ServiceContract.stopped_at.is_(None), ServiceContract.to_on >= day
        ),
    ).subquery()
    pairs = select(served.c.unit_id, served.c.estate_id).where(
        served.c.unit_id.in_(unit_ids), served.c.estate_id.not_in(left_out)
    )
    estates: dict[int, list[int]] = {unit_id: [] for unit_id in unit_ids}
    for unit_id, estate_id in work.session.execute(pairs):
        estates[unit_id].append(estate_id)
    areas = areas_of(work, {one for held in estates.values() for one in held})
    return {
        unit_id: Load(
            len(held),
            sum((areas[one] for one in held if one in areas), Decimal(0)),
            sum(one not in areas for one in held),
        )
        for unit_id, held in estates.items()
    }


def areas_of(work: Work, estate_ids: Collection[int]) -> dict[int, Decimal]:
    """Return the m² of estates: of the newest contract that was not stopped, else of the newest roll of owners."""
    rolled = select(Roll.estate_id, Roll.area).where(Roll.estate_id.in_(estate_ids), Roll.area > 0)
    signed = select(ServiceContract.estate_id, ServiceContract.area).where(
        ServiceContract.estate_id.in_(estate_ids), ServiceContract.stopped_at.is_(None)
    )
    rolls = work.session.execute(rolled.order_by(Roll.as_of, Roll.id))
    contracts = work.session.execute(signed.order_by(ServiceContract.from_on))
    return {row[0]: row[1] for rows in (rolls, contracts) for row in rows}


def place_of(work: Work, area_id: int) -> Place | None:
    """Return where an area lies: its point, or the middle of its shape's corners; None where nothing is on record."""
    shape = work.session.get(AreaShape, area_id)
    corners = list(_corners(shape.geometry.get("coordinates"))) if shape is not None else []
    if not corners:
        return None
    east, north = zip(*corners, strict=True)
    return Place(sum(east, Decimal(0)) / len(corners), sum(north, Decimal(0)) / len(corners))


def distance_km(one: Place, other: Place) -> Decimal:
    """Return the distance between two places along the ground, in km to a tenth."""
    east, north, other_east, other_north = (radians(float(degrees)) for degrees in (*one, *other))
    half = sin((other_north - north) / 2) ** 2 + cos(north) * cos(other_north) * sin((other_east - east) / 2) ** 2
    return Decimal(2 * _EARTH_KM * asin(min(1.0, sqrt(half)))).quantize(_TENTH)


def _near(work: Work, estate_id: int) -> Select[Organisation, FirmCapacity]:
    """Find the companies with a capacity that are on record in the estate's county, above it, or below it."""
    county = directory.ancestor(work, estate_id, "county") or work.session.get_one(Area, estate_id)
    there = or_(Area.path.like(f"{county.path}%"), Area.id.in_(county.lineage))
    return (
        select(Organisation, FirmCapacity)
        .join(FirmCapacity, FirmCapacity.organisation_id == Organisation.id)
        .join(Area, Area.id == Organisation.area_id)
        .where(there, or_(Organisation.valid_to.is_(None), Organisation.valid_to >= today(work)))
    )


def _rank(one: Candidate) -> tuple[bool, bool, Decimal, int, Decimal, int]:
    away = one.distance or Decimal(0)
    return not one.fits, one.distance is None, away, -one.credit, -one.free_area, one.unit_id


def _fits(most: FirmCapacity, load: Load, estates: int, area: Decimal) -> bool:
    return load.estates + estates <= most.estates and load.area + area <= most.area


def _measured(work: Work, estate_ids: Collection[int]) -> Decimal:
    return sum(areas_of(work, estate_ids).values(), Decimal(0))


def _distance(most: FirmCapacity, place: Place | None) -> Decimal | None:
    if place is None or most.longitude is None or most.latitude is None:
        return None
    return distance_km(Place(most.longitude, most.latitude), place)


def _corners(found: Any) -> Iterator[tuple[Decimal, Decimal]]:
    """Run over the positions of a GeoJSON geometry, however deep they lie."""
    if not isinstance(found, list) or not found:
        return
    if isinstance(found[0], list):
        for inner in found:
            yield from _corners(inner)
    else:
        yield Decimal(str(found[0])), Decimal(str(found[1]))


def _must_set(work: Work, firm: Organisation) -> None:
    """Raise Forbidden unless the actor is the system or holds an office of a county that the company belongs to."""
    if work.actor.kind == "system":
        return
    posts = viewer(work, work.actor.person_id).posts if work.actor.person_id is not None else ()
    home = firm.area.path
    if not any(post.role in SETTERS and (home.startswith(post.path) or post.path.startswith(home)) for post in posts):
        raise Forbidden(
            "只有企业所在县的住建或者国资部门可以核定承接能力。",
            "Only the housing or state-assets office of the company's county sets what it can take on.",
        )


def _checked(area: Any, estates: Any, place: tuple[Any, Any] | None) -> Place | None:
    """Return the place as decimals. Raises Invalid, naming the field, for what no company can have."""
    wrong: dict[str, Sequence[Texts]] = {}
    if not _within(area, Decimal(0), _MOST_AREA):
        wrong["area"] = [("请填 0 以上的面积，平方米", "Enter an area of 0 m² or more")]
    if not _within(estates, Decimal(0), Decimal(_MOST_ESTATES)) or Decimal(estates) % 1:
        wrong["estates"] = [("请填 0 以上的整数", "Enter a whole number of 0 or more")]
    for name, degrees, most in zip(("longitude", "latitude"), place or (), (180, 90), strict=False):
        if not _within(degrees, Decimal(-most), Decimal(most)):
            wrong[name] = [(f"请填 −{most} 到 {most} 之间的度数", f"Enter degrees from −{most} to {most}")]
    if wrong:
        raise Invalid("承接能力有误", "The capacity can't be right", wrong)
    return None if place is None else Place(*(round(Decimal(str(degrees)), 6) for degrees in place))


def _within(value: Any, least: Decimal, most: Decimal) -> bool:
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return False
    return found.is_finite() and least <= found <= most
