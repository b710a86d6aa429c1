"""What a company can still take on is counted from what it serves and has signed; who fits an estate comes first."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from casework.cases.models import Case
from casework.credit.models import CreditEntry
from casework.directory import services as directory
from casework.directory.models import AreaShape
from casework.errors import Forbidden, Invalid, NotFound, Refused
from casework.persistence import Work
from casework.plays.town import add_staff
from casework.takeovers import capacity, units
from casework.takeovers.capacity import Candidate, Place, candidates, distance_km, set_capacity
from casework.takeovers.entry_models import ServiceContract
from casework.takeovers.planning_models import FirmCapacity
from tests.factories import NOON, Stage

CITY_HALL = (Decimal("116.587"), Decimal("35.415"))
SOUTH = (Decimal("116.587"), Decimal("35.315"))
"""A tenth of a degree of latitude from there: 11.1 km."""
DAY = timedelta(days=1)


@pytest.fixture
def case_id(stage: Stage) -> int:
    """A case of the estate, which lies at the city hall and is served by the first company."""
    case_id = stage.report()
    with stage.work() as work:
        work.session.add(_point(stage.town.areas["estate"], CITY_HALL))
    return case_id


def _point(area_id: int, at: tuple[Decimal, Decimal]) -> AreaShape:
    return AreaShape(area_id=area_id, geometry={"type": "Point", "coordinates": [float(one) for one in at]}, source="")


def firm(stage: Stage, work: Work, name: str, area: str = "100000", estates: int = 5, **more: object) -> int:
    """Add a company with a capacity, at the city hall unless told otherwise."""
    made = directory.add_organisation(work, "company", name, area_id=stage.town.areas["county"])
    set_capacity(work, made.id, Decimal(area), estates, more.get("place", CITY_HALL))  # type: ignore[arg-type]
    return made.id


@contextmanager
def looking(stage: Stage, by: str | None = None) -> Iterator[tuple[Work, int]]:
    with stage.work(by) as work:
        yield work, stage.town.areas["estate"]


def names(found: list[Candidate]) -> list[str]:
    return [one.names[0] for one in found]


def sign(work: Work, case_id: int, estate_id: int, unit_id: int, area: str, **more: object) -> ServiceContract:
    """Have a contract signed that begins in two months."""
    made = ServiceContract(
        case_id=case_id,
        estate_id=estate_id,
        unit_id=unit_id,
        area=Decimal(area),
        fee=Decimal("0.60"),
        lines=[],
        shortfall=Decimal(0),
        posted_on=date(2026, 5, 10),
        signed_on=date(2026, 5, 20),
        from_on=date(2026, 8, 1),
        to_on=date(2029, 7, 31),
        **more,
    )
    work.session.add(made)
    work.session.flush()
    return made


def test_the_nearest_company_with_room_comes_first_and_one_without_room_last(stage: Stage, case_id: int) -> None:
    with looking(stage) as (work, estate_id):
        firm(stage, work, "远的", place=SOUTH)
        firm(stage, work, "满的", estates=0)
        firm(stage, work, "近的")
        firm(stage, work, "不知在哪", place=None)
        found = candidates(work, estate_id, Decimal(50000))
    assert names(found) == ["近的", "远的", "不知在哪", "满的"]
    assert [one.distance for one in found] == [Decimal("0.0"), Decimal("11.1"), None, Decimal("0.0")]
    assert [one.fits for one in found] == [True, True, True, False]


def test_at_the_same_distance_the_better_credit_comes_first(stage: Stage, case_id: int) -> None:
    with looking(stage) as (work, estate_id):
        worse, better = firm(stage, work, "记过分的"), firm(stage, work, "没记分的")
        for number, (shows, lapses, withdrawn) in enumerate(
            [(NOON, NOON + DAY, None), (NOON + DAY, NOON + 9 * DAY, None), (NOON, NOON + DAY, NOON), (NOON, NOON, None)]
        ):
            work.session.add(_entry(case_id, worse, number, shows, lapses, withdrawn))
        work.session.flush()
        found = candidates(work, estate_id)
    assert [(one.unit_id, one.credit) for one in found] == [(better, 0), (worse, -2)]


def _entry(
    case_id: int, unit: int, number: int, shows: datetime, lapses: datetime, withdrawn: datetime | None
) -> CreditEntry:
    return CreditEntry(
        organisation_id=unit,
        case_id=case_id,
        code="poor",
        occasion=str(number),
        points=-2,
        basis="",
        at=NOON,
        shows_at=shows,
        lapses_at=lapses,
        withdrawn_at=withdrawn,
    )


def test_what_a_company_serves_and_has_signed_for_is_taken_from_what_it_can(stage: Stage, case_id: int) -> None:
    with looking(stage) as (work, estate_id):
        unit = firm(stage, work, "国企甲", area="100000", estates=3)
        served, signed = (
            directory.add_area(work, "estate", name, parent_id=stage.town.areas["community"]).id
            for name in ("已接管", "已签约")
        )
        directory.sign_contract(work, unit, served, date(2026, 1, 1))
        sign(work, case_id, signed, unit, "60000.50")
        (one,) = candidates(work, estate_id, Decimal(39999))
        assert (one.load.estates, one.load.area, one.load.unmeasured) == (2, Decimal("60000.50"), 1)
        assert (one.free_estates, one.free_area, one.fits) == (1, Decimal("39999.50"), True)
        assert not candidates(work, estate_id, Decimal(40000))[0].fits


def test_a_contract_that_was_stopped_or_has_ended_takes_no_room(stage: Stage, case_id: int) -> None:
    with looking(stage) as (work, estate_id):
        unit = firm(stage, work, "国企甲")
        other = directory.add_area(work, "estate", "别处", parent_id=stage.town.areas["community"]).id
        sign(work, case_id, other, unit, "60000", stopped_at=NOON)
        directory.sign_contract(work, unit, other, date(2025, 1, 1), date(2026, 5, 31))
        assert candidates(work, estate_id)[0].load.estates == 0


def test_the_estate_itself_never_takes_room_from_the_company_that_serves_it(stage: Stage, case_id: int) -> None:
    with looking(stage) as (work, estate_id):
        case = work.session.get_one(Case, case_id)
        unit = stage.town.organisations["company"]
        units.flag(work, case, "old_estate", NOON)
        set_capacity(work, unit, Decimal(1000), 1)
        (one,) = candidates(work, estate_id, Decimal(1000))
    assert (one.here, one.fits, one.load.estates) == (True, True, 0)


def test_a_bundle_needs_room_for_all_its_estates(stage: Stage, case_id: int) -> None:
    with looking(stage) as (work, estate_id):
        other = directory.add_area(work, "estate", "同包", parent_id=stage.town.areas["community"]).id
        unit = firm(stage, work, "国企甲", estates=1)
        capacity.must_have_room(work, unit, estate_id)
        with pytest.raises(Refused, match="1 个小区"):
            capacity.must_have_room(work, unit, estate_id, also=[other])


def test_a_company_that_nobody_limited_has_room_and_is_no_candidate(stage: Stage, case_id: int) -> None:
    with looking(stage) as (work, estate_id):
        assert capacity.has_room(work, stage.town.organisations["company"], estate_id)
        assert candidates(work, estate_id) == []


def test_companies_of_another_county_are_no_candidates(stage: Stage, case_id: int) -> None:
    with looking(stage) as (work, estate_id):
        county = directory.add_area(work, "county", "邻县", parent_id=stage.town.areas["city"]).id
        far = directory.add_organisation(work, "company", "邻县国企", area_id=county)
        set_capacity(work, far.id, Decimal(1), 1)
        assert candidates(work, estate_id) == []


def test_only_the_offices_of_the_county_set_a_capacity_and_set_again_it_replaces(stage: Stage) -> None:
    unit = stage.town.organisations["company"]
    for name in ("街道老高", "总部老郑"):
        with stage.work(name) as work, pytest.raises(Forbidden):
            set_capacity(work, unit, Decimal(1), 1)
    with stage.work() as work:
        add_staff(work, stage.town, "国资老岳", "soe_officer", "HC")
    for number, name in enumerate(("县住建小何", "国资老岳"), 1):
        with stage.work(name) as work:
            set_capacity(work, unit, Decimal(1000), number, CITY_HALL)
    with stage.work() as work:
        row = work.session.get_one(FirmCapacity, unit)
        assert (row.area, row.estates, row.longitude) == (Decimal("1000.00"), 2, CITY_HALL[0])


@pytest.mark.parametrize(
    ("field", "area", "estates", "place"),
    [
        ("area", "-1", 1, None),
        ("area", "NaN", 1, None),
        ("estates", "1", "1.5", None),
        ("longitude", "1", 1, (181, 0)),
        ("latitude", "1", 1, (0, "north")),
    ],
)
def test_what_can_not_be_is_named_by_field(stage: Stage, field: str, area: str, estates: object, place: object) -> None:
    with stage.work() as work, pytest.raises(Invalid) as wrong:
        set_capacity(work, stage.town.organisations["company"], area, estates, place)  # type: ignore[arg-type]
    assert list(wrong.value.fields) == [field]


def test_only_a_company_has_a_capacity(stage: Stage) -> None:
    with stage.work() as work, pytest.raises(NotFound):
        set_capacity(work, stage.town.organisations["ST"], Decimal(1), 1)


def test_distances_are_told_along_the_ground() -> None:
    assert distance_km(Place(Decimal(0), Decimal(0)), Place(Decimal(180), Decimal(0))) == Decimal("20015.1")
    assert distance_km(Place(*CITY_HALL), Place(*SOUTH)) == Decimal("11.1")


def test_an_estate_drawn_as_a_shape_lies_in_the_middle_of_its_corners(stage: Stage) -> None:
    with looking(stage) as (work, estate_id):
        corners = [[116.0, 35.0], [116.2, 35.0], [116.2, 35.2], [116.0, 35.2]]
        work.session.add(
            AreaShape(area_id=estate_id, geometry={"type": "Polygon", "coordinates": [corners]}, source="")
        )
        work.session.flush()
        assert capacity.place_of(work, estate_id) == (Decimal("116.1"), Decimal("35.1"))
