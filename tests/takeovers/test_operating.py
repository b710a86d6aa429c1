"""A year of service is rated by four and paid to the fen; works and revenue are told by records alone."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import DBAPIError

from casework.cases.models import Case
from casework.cases.step import Step
from casework.directory import services as directory
from casework.errors import Conflict, NotFound, Refused
from casework.persistence import Work
from casework.takeovers import counting, operating, revenue, units, yearly
from casework.takeovers.models import FlaggedEstate, UnitPeriod
from casework.takeovers.money_models import FeeYear, RevenueEntry, SubsidyPayment, YearScore
from casework.takeovers.terms import part, term_of
from casework.takeovers.works_models import RenovationItem
from tests.factories import Stage

ZONE = ZoneInfo("Asia/Shanghai")
MAY = datetime(2026, 5, 2, 9, 30, tzinfo=ZONE)
CONTRACT = {"from": "2026-06-01", "to": "2029-05-31"}
AREA = Decimal("48532.17")
PLAN: list[Mapping[str, Any]] = [
    {"item": "gate", "planned": 19, "payer": "government"},
    {"item": "heating", "planned": 16, "payer": "utility", "estimate": "120000.00"},
    {"item": "road", "planned": "1040.5", "payer": "government"},
]


@pytest.fixture
def case_id(stage: Stage) -> int:
    """A case of an estate that a company was hired to take over."""
    case_id = stage.report()
    with stage.work() as work:
        case = work.session.get_one(Case, case_id)
        units.flag(work, case, "firm_left", MAY, gone=True)
        units.change(work, case, stage.town.organisations["second company"], "serving", MAY + timedelta(hours=1))
    return case_id


@contextmanager
def stepping(stage: Stage, case_id: int) -> Iterator[Step]:
    with stage.work() as work:
        case = work.session.get_one(Case, case_id)
        yield Step(work, case, None, "takeover_operation", "probe", f"probe-{work.now}", {})  # type: ignore[arg-type]


def begun(step: Step) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Begin the service and its first year."""
    found = operating.begin_works(step, PLAN, CONTRACT)
    return found, yearly.open_year(step, found["term"], found["unit"], AREA, 30)


def ratings(points: str = "80", households: int = 30, paid: str = "90000", **changed: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {"rater": "housing", "score": Decimal(points), "fees_due": Decimal(100000), "fees_paid": Decimal(paid)},
        {"rater": "street", "score": Decimal(points)},
        {"rater": "community", "score": Decimal(points)},
        {"rater": "residents", "score": Decimal(points), "households": households},
    ]
    return [{**row, "evidence": [], **changed.get(row["rater"], {})} for row in rows]


def full(area: Decimal = AREA) -> list[dict[str, Any]]:
    return [{"months": 12, "area": area}]


def test_a_contract_is_laid_out_with_its_works_and_the_planning_of_its_end(stage: Stage, case_id: int) -> None:
    with stepping(stage, case_id) as step:
        found = operating.begin_works(step, PLAN, CONTRACT)
        assert found["unit"] == stage.town.organisations["second company"]
        assert (found["term"]["from"], found["term"]["to"]) == (date(2026, 6, 1), date(2029, 5, 31))
        assert found["term"]["plan_at"].astimezone(ZONE).date() == date(2028, 12, 3)
        assert [(one["item"], one["planned"], one["seasonal"]) for one in found["works"]] == [
            ("gate", 19, False),
            ("heating", 16, True),
            ("road", Decimal("1040.5"), False),
        ]


def test_what_is_carried_over_goes_on_with_the_next_contract_and_what_is_accepted_stays(
    stage: Stage, case_id: int
) -> None:
    with stepping(stage, case_id) as step:
        gate, heating, _ = operating.begin_works(step, PLAN, CONTRACT)["works"]
        operating.finish_item(step, gate, "carried_over", 15, photo=[1])
        operating.finish_item(step, heating, "accepted", 16, acceptance=[2], photo=[1])
        again = operating.begin_works(step, PLAN, {"from": "2029-06-01", "to": "2032-05-31"})["works"]
        assert [(one["item"], one["done"]) for one in again] == [("gate", 15), ("road", 0)]
        assert [row.number for row in operating.works_of(step.work, case_id)] == [1, 2, 3]


def test_a_work_is_called_by_its_kind_unless_it_has_a_title(stage: Stage, case_id: int) -> None:
    plan = [{"item": "gate"}, {"item": "gate", "title": "北门门禁"}, {"item": "围墙"}]
    with stepping(stage, case_id) as step:
        found = operating.begin_works(step, plan, CONTRACT)["works"]
        assert [(one["item"], one["title"], one["title_en"]) for one in found] == [
            ("gate", "门禁", "Access control"),
            ("gate", "北门门禁", "北门门禁"),
            ("other", "围墙", "围墙"),
        ]


def test_what_a_utility_owns_is_never_paid_by_owners_and_acceptance_takes_a_paper(stage: Stage, case_id: int) -> None:
    with stepping(stage, case_id) as step:
        with pytest.raises(Refused, match="utility"):
            operating.begin_works(step, [{"item": "heating", "payer": "owners"}], CONTRACT)
        gate, heating, _ = operating.begin_works(step, PLAN, CONTRACT)["works"]
        with pytest.raises(Refused, match="utility"):
            operating.finish_item(step, heating, "carried_over", 3, payer="owners")
        with pytest.raises(Refused, match="paper"):
            operating.finish_item(step, gate, "accepted", 19)
        with pytest.raises(NotFound):
            operating.finish_item(step, {"id": 10**9}, "carried_over", 1)


def test_a_company_that_stays_goes_on_for_what_is_left_of_its_contract(stage: Stage, case_id: int) -> None:
    with stepping(stage, case_id) as step, pytest.raises(Refused, match="from when to when"):
        operating.begin_works(step)
    with stepping(stage, case_id) as step:
        units.change(step.work, step.case, stage.town.organisations["company"], "serving", MAY + timedelta(hours=2))
        step.work.session.execute(
            text("UPDATE contract SET during = '[2026-05-02,2028-01-01)' WHERE upper_inf(during)")
        )
        term = operating.begin_works(step)["term"]
        assert (term["from"], term["to"]) == (step.work.now.astimezone(ZONE).date(), date(2027, 12, 31))


@pytest.mark.parametrize(
    ("since", "length", "expected"),
    [
        (date(2026, 8, 31), 3, (date(2026, 8, 31), date(2026, 11, 29), 3)),
        (date(2026, 11, 30), 3, (date(2026, 11, 30), date(2027, 2, 27), 3)),
        (date(2027, 2, 28), 3, (date(2027, 2, 28), date(2027, 5, 30), 3)),
        (date(2026, 8, 31), 12, (date(2026, 8, 31), date(2027, 8, 30), 12)),
        (date(2027, 8, 31), 12, (date(2027, 8, 31), date(2028, 4, 15), 7)),
    ],
)
def test_years_and_quarters_begin_on_the_day_of_the_contract_or_the_last_of_the_month(
    since: date, length: int, expected: tuple[date, date, int]
) -> None:
    found = part(date(2026, 8, 31), date(2028, 4, 15), since, length)
    assert found is not None
    assert (found.from_on, found.to_on, found.months) == expected
    assert part(date(2026, 8, 31), date(2028, 4, 15), date(2028, 4, 16), length) is None


def test_a_contract_begins_on_the_local_day_and_is_refused_where_it_names_none() -> None:
    midnight = datetime(2026, 5, 31, 16, tzinfo=ZoneInfo("UTC"))
    assert term_of({"from": midnight, "to": "2027-05-31"}) == (date(2026, 6, 1), date(2027, 5, 31))
    with pytest.raises(Refused, match="from when to when"):
        term_of({"from": "2026-06-01"})
    with pytest.raises(Refused, match="before it begins"):
        term_of({"from": "2026-06-01", "to": "2026-05-31"})


def test_the_subsidy_steps_down_over_three_years_to_the_fen_and_is_over_then(stage: Stage, case_id: int) -> None:
    paid = []
    with stepping(stage, case_id) as step:
        found = operating.begin_works(step, [], {"from": "2026-06-01", "to": "2030-05-31"})
        for number in range(1, 5):
            year = yearly.open_year(step, found["term"], found["unit"], AREA, 30)
            assert (year["number"], year["months"], year["runs_on"]) == (number, 12, number < 4)
            yearly.score(step, year, ratings())
            if year["rate"] is not None:
                paid.append(yearly.pay_subsidy(step, year, "pay", full())["amount"])
        assert paid == [Decimal("174715.81"), Decimal("116477.21"), Decimal("58238.60")]
        with pytest.raises(Refused, match="over"):
            yearly.pay_subsidy(step, year, "pay", full())
        with pytest.raises(Refused, match="no next year"):
            yearly.open_year(step, found["term"], found["unit"])
        assert counting.figures(step.work, step.case.estate_id or 0).subsidy == Decimal("349431.62")


def test_a_corrected_area_counts_from_its_month_on(stage: Stage, case_id: int) -> None:
    with stepping(stage, case_id) as step:
        _, year = begun(step)
        yearly.score(step, year, ratings())
        for rows, said in (
            ([{"months": 5, "area": AREA}], "add up to 12"),
            ([{"months": 12, "area": AREA, "rate": "0.20"}], "0.30"),
        ):
            with pytest.raises(Refused, match=said):
                yearly.pay_subsidy(step, year, "pay", rows)
        rows = [{"months": 5, "area": AREA}, {"months": 7, "area": "48000.33", "rate": "0.30"}]
        assert yearly.pay_subsidy(step, year, "pay", rows) == {"amount": Decimal("173598.95"), "state": "paid"}
        with pytest.raises(Conflict):
            yearly.pay_subsidy(step, year, "pay", rows)


def test_the_subsidy_of_a_failed_year_is_held_and_uses_up_its_step(stage: Stage, case_id: int) -> None:
    with stepping(stage, case_id) as step:
        found, year = begun(step)
        with pytest.raises(Refused, match="follows the result"):
            yearly.pay_subsidy(step, year, "pay", full())
        assert yearly.score(step, year, ratings("59.99"))["failed"] is True
        with pytest.raises(Refused, match="held"):
            yearly.pay_subsidy(step, year, "pay", full())
        assert yearly.pay_subsidy(step, year, "hold", full()) == {"amount": Decimal("174715.81"), "state": "held"}
        following = yearly.open_year(step, found["term"], found["unit"], AREA, 30)
        assert following["rate"] == Decimal("0.20")
        assert counting.figures(step.work, step.case.estate_id or 0).subsidy == 0


def test_four_ratings_count_alike_and_there_is_no_result_without_all_of_them(stage: Stage, case_id: int) -> None:
    with stepping(stage, case_id) as step:
        _, year = begun(step)
        with pytest.raises(Refused, match="the community, the residents"):
            yearly.score(step, year, ratings()[:2])
        with pytest.raises(Refused, match="too few"):
            yearly.score(step, year, ratings(households=8))
        assert step.work.session.scalars(select(YearScore)).all() == []
        given = ratings(street={"score": Decimal("60.25")}, residents={"score": Decimal("71.5")})
        found = yearly.score(step, year, given)
        assert (found["composite"], found["fee_rate"], found["fails"]) == (Decimal("72.9375"), Decimal("0.9"), 0)
        with pytest.raises(Conflict):
            yearly.score(step, year, given)


def test_exactly_the_pass_mark_passes_and_exactly_the_floor_of_fees_is_enough(stage: Stage, case_id: int) -> None:
    with stepping(stage, case_id) as step:
        found, year = begun(step)
        result = yearly.score(step, year, ratings("60", paid="60000"))
        assert (result["failed"], result["below_floor"]) == (False, False)
        year = yearly.open_year(step, found["term"], found["unit"], AREA, 30)
        result = yearly.score(step, year, ratings("60", paid="59999.99"))
        assert (result["failed"], result["below_floor"]) == (False, True)
        owed = step.work.session.get_one(FeeYear, int(year["id"]))
        assert owed.arrears == Decimal("40000.01")


def test_failures_in_a_row_are_counted_until_a_year_passes_or_the_company_changes(stage: Stage, case_id: int) -> None:
    with stepping(stage, case_id) as step:
        found = operating.begin_works(step, [], {"from": "2026-06-01", "to": "2036-05-31"})
        counted = []
        for points, unit in (("50", "unit"), ("50", "unit"), ("70", "unit"), ("50", "unit"), ("50", "other")):
            serving = found["unit"] if unit == "unit" else stage.town.organisations["company"]
            year = yearly.open_year(step, found["term"], serving, AREA, 30)
            counted.append(yearly.score(step, year, ratings(points))["fails"])
        assert counted == [1, 2, 0, 1, 1]


def another_estate(work: Work, stage: Stage, case_id: int, name: str, points: str) -> None:
    """Have another estate of the county rated in the same year."""
    estate = directory.add_area(work, "estate", name, parent_id=stage.town.areas["community"])
    company = stage.town.organisations["company"]
    number = len(work.session.scalars(select(FeeYear)).all()) + 10
    year = FeeYear(
        case_id=case_id,
        estate_id=estate.id,
        unit_id=company,
        number=number,
        from_on=date(2026, 1, number),
        to_on=date(2026, 12, 31),
        months=12,
    )
    work.session.add(year)
    work.session.flush()
    result = {"composite": Decimal(points), "last": False, "failed": False, "fails": 0, "below_floor": False}
    work.session.add(YearScore(year_id=year.id, at=work.now, **result))
    work.session.flush()


def test_the_last_of_the_county_has_failed_with_a_score_that_passes(stage: Stage, case_id: int) -> None:
    with stepping(stage, case_id) as step:
        found, year = begun(step)
        another_estate(step.work, stage, case_id, "东苑", "85")
        another_estate(step.work, stage, case_id, "西苑", "80.01")
        result = yearly.score(step, year, ratings("80"))
        assert (result["last"], result["failed"], result["fails"]) == (True, True, 1)
        assert found["unit"] is not None


@pytest.mark.parametrize("other", ["80", "79.99"])
def test_who_is_not_alone_below_all_others_is_not_the_last(stage: Stage, case_id: int, other: str) -> None:
    with stepping(stage, case_id) as step:
        _, year = begun(step)
        another_estate(step.work, stage, case_id, "东苑", other)
        assert yearly.score(step, year, ratings("80"))["last"] is False


def test_a_year_broken_off_before_its_result_uses_up_no_step(stage: Stage, case_id: int) -> None:
    with stepping(stage, case_id) as step:
        begun(step)
        later = operating.begin_works(step, [], {"from": "2026-11-01", "to": "2029-10-31"})
        year = yearly.open_year(step, later["term"], later["unit"], AREA, 30)
        assert (year["number"], year["from"], year["rate"]) == (1, date(2026, 11, 1), Decimal("0.30"))


def quarter(step: Step) -> Mapping[str, Any]:
    found = operating.begin_works(step, [], {"from": "2026-06-01", "to": "2026-10-15"})
    return revenue.open_quarter(step, found["term"], found["unit"])


PARKING = {"kind": "income", "item": "停车", "day": "2026-07-01", "amount": "24000.00"}
GUARD = {"kind": "cost", "item": "管理费", "day": "2026-08-31", "amount": "5250.35"}


def test_revenue_is_posted_every_quarter_with_what_is_left(stage: Stage, case_id: int) -> None:
    with stepping(stage, case_id) as step:
        first = quarter(step)
        assert (first["from"], first["to"], first["runs_on"]) == (date(2026, 6, 1), date(2026, 8, 31), True)
        with pytest.raises(Refused, match=r"18749\.65"):
            revenue.post_revenue(step, first, [PARKING, GUARD], "18749.64", [1])
        with pytest.raises(Refused, match="2026-09-01"):
            revenue.post_revenue(step, first, [{**PARKING, "day": "2026-09-01"}], "24000.00", [1])
        posted = revenue.post_revenue(step, first, [PARKING, GUARD], "18749.65", [1])
        assert (posted["income"], posted["cost"], posted["balance"]) == (
            Decimal("24000.00"),
            Decimal("5250.35"),
            Decimal("18749.65"),
        )
        assert posted["until"] >= step.work.now + timedelta(days=30)
        second = quarter(step)
        assert (second["from"], second["to"], second["runs_on"], second["before"]) == (
            date(2026, 9, 1),
            date(2026, 10, 15),
            False,
            Decimal("18749.65"),
        )
        correction = {"kind": "cost", "item": "管理费更正", "day": "2026-09-02", "amount": "-0.35"}
        assert revenue.post_revenue(step, second, [correction], "18750.00", [1])["balance"] == Decimal("18750.00")


@pytest.mark.parametrize("change", ["UPDATE revenue_entry SET amount = 1", "DELETE FROM revenue_entry"])
def test_a_line_of_the_owners_account_is_never_changed(stage: Stage, case_id: int, change: str) -> None:
    with stepping(stage, case_id) as step:
        revenue.post_revenue(step, quarter(step), [PARKING], "24000.00", [1])
        with pytest.raises(DBAPIError, match="never changed"), step.work.session.begin_nested():
            step.work.session.execute(text(change))
        assert step.work.session.scalars(select(RevenueEntry.amount)).all() == [Decimal("24000.00")]


def test_the_end_of_a_service_is_told_and_walking_away_with_the_fine_of_the_place(stage: Stage, case_id: int) -> None:
    with stepping(stage, case_id) as step:
        for result in ("done", "trial_ended", "failed", "quit"):
            assert operating.conclude(step, result) == {"result": result}
        assert "yuan" not in str(step.lines[-1].en)


def test_the_figures_are_those_of_the_records(stage: Stage, case_id: int) -> None:
    with stepping(stage, case_id) as step:
        works = operating.begin_works(step, PLAN, CONTRACT)["works"]
        county = stage.town.areas["county"]
        before = counting.figures(step.work, county)
        assert (before.estates, before.companies, before.households) == (1, 1, 3)
        assert set(before.works.values()) == {Decimal(0)}
        gate, heating, road = works
        operating.finish_item(step, gate, "carried_over", 15, photo=[1])
        operating.finish_item(step, heating, "accepted", 16, acceptance=[2], photo=[1])
        operating.finish_item(step, road, "accepted", "1040.5", acceptance=[2], photo=[1])
        found = counting.figures(step.work, county).works
        assert (found["gate"], found["heating"], found["road"], found["camera"]) == (15, 16, Decimal("1040.5"), 0)
        earlier = counting.figures(step.work, county, MAY)
        assert (earlier.estates, earlier.works["gate"]) == (0, 0)
        assert step.work.session.scalars(select(RenovationItem.state)).all() == [
            "carried_over",
            "accepted",
            "accepted",
        ]
        assert step.work.session.scalars(select(SubsidyPayment)).all() == []


def test_a_company_that_only_stays_has_taken_nothing_over(stage: Stage) -> None:
    case_id = stage.report()
    with stepping(stage, case_id) as step:
        units.flag(step.work, step.case, "old_estate", MAY)
        assert counting.figures(step.work, stage.town.areas["county"]).estates == 0


ARTICLES = {"gate": 15, "camera": 19, "drain": 10, "heating": 16, "meter": 184, "road": Decimal("1026.4")}
"""What was put in place in one county, spread over its estates."""


def test_the_figures_of_a_county_can_be_counted_again(stage: Stage, case_id: int) -> None:
    street, firms = stage.town.areas["community"], [stage.town.organisations["second company"]]
    with stepping(stage, case_id) as step:
        work = step.work
        while len(firms) < 4:
            firm = directory.add_organisation(work, "company", f"国企{len(firms)}", area_id=stage.town.areas["city"])
            firms.append(firm.id)
        for number in range(60):
            estate = directory.add_area(work, "estate", f"老院{number}", parent_id=street)
            work.session.add(FlaggedEstate(estate_id=estate.id, case_id=case_id, origin="old_estate", flagged_at=MAY))
            spans = [(MAY, MAY + timedelta(days=9), "interim", firms[0])]
            spans += [(MAY + timedelta(days=9), None, "serving", firms[number % 4])]
            for begins, ends, kind, unit in spans:
                during = Range(begins, ends, bounds="[)")
                work.session.add(
                    UnitPeriod(estate_id=estate.id, unit_id=unit, kind=kind, during=during, case_id=case_id)
                )
        operating.begin_works(step, [{"item": kind, "planned": 200} for kind in ARTICLES], CONTRACT)
        for row in operating.works_of(work, case_id):
            operating.finish_item(step, {"id": row.id}, "carried_over", ARTICLES[row.kind], photo=[1])
        found = counting.figures(work, stage.town.areas["county"], MAY + timedelta(days=60))
        assert (found.estates, found.companies) == (61, 4)
        assert {kind: found.works[kind] for kind in ARTICLES} == ARTICLES
        one_early = counting.figures(work, stage.town.areas["county"], MAY + timedelta(days=8))
        assert one_early.estates == 1
