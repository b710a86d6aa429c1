"""Taken-over estates as rows, without playing their cases: what tests of pages point at."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.dialects.postgresql import Range

from casework.cases import services as cases
from casework.cases.models import Case, WorkItem
from casework.persistence import Work
from casework.takeovers.entry_models import Inspection, InspectionItem, ServiceContract
from casework.takeovers.models import FlaggedEstate, UnitPeriod
from casework.takeovers.money import price, subsidy_of_year
from casework.takeovers.money_models import (
    RATERS,
    Evaluation,
    FeeYear,
    RevenueEntry,
    RevenuePosting,
    SubsidyPayment,
    YearScore,
)
from casework.takeovers.rating_models import HouseholdRating
from casework.takeovers.works_models import NAMES, RenovationItem

ZONE = ZoneInfo("Asia/Shanghai")
AREA = Decimal("48532.17")
SERVICES = (("保洁", "0.25"), ("秩序", "0.30"), ("维护", "0.15"))
USES = (
    {"item": "停车", "income": "96000.00", "cost": "21000.00"},
    {"item": "广告", "income": "8000.00", "cost": "500.00"},
)
OWN = {"title": "公告", "text": "公告", "poster": "estate.community", "decider": "estate.street"}


def at(day: date, hour: int = 9) -> datetime:
    """Return an hour of a day in Shandong."""
    return datetime.combine(day, time(hour), ZONE)


def case_of(work: Work, estate_id: int, process: str = "takeover_operation") -> int:
    """Start a case and have it taken for one of a takeover, so that its rows can stand without its tasks."""
    case = cases.start_case(work, "publicity_and_objections", OWN, area_id=estate_id)
    work.session.flush()
    for item in work.session.query(WorkItem).filter_by(case_id=case.id):
        item.state = "cancelled"
    case.process, case.title_zh, case.title_en = process, "国企物业兜底", "Takeover"
    work.session.flush()
    return case.id


def serve(
    work: Work,
    case_id: int,
    periods: Sequence[tuple[int, str, date, date | None]],
    *,
    class_: str | None = "C",
) -> None:
    """Flag an estate from its first period on, and have units answer one after the other: (unit, kind, from, until)."""
    estate = estate_of(work, case_id)
    since = at(periods[0][2])
    work.session.add(
        FlaggedEstate(estate_id=estate, case_id=case_id, origin="old_estate", flagged_at=since, class_=class_)
    )
    for unit, kind, begins, ends in periods:
        during = Range(at(begins), None if ends is None else at(ends), bounds="[)")
        limit = at(begins) + timedelta(days=180) if kind == "emergency" else None
        period = UnitPeriod(estate_id=estate, unit_id=unit, kind=kind, during=during, until=limit, case_id=case_id)
        work.session.add(period)
    work.session.flush()


def sign(
    work: Work,
    case_id: int,
    unit_id: int,
    since: date,
    until: date,
    *,
    allowed: Sequence[str] = ("停车",),
    entered: bool = True,
    filed: bool = True,
) -> ServiceContract:
    """Have a contract signed a week before it begins, with a year's calculation."""
    services = [{"item": item, "rate": rate} for item, rate in SERVICES]
    found = price(AREA, services, Decimal("0.30"), USES, Decimal("0.30"), allowed)
    made = ServiceContract(
        case_id=case_id,
        estate_id=estate_of(work, case_id),
        unit_id=unit_id,
        area=AREA,
        fee=Decimal("0.30"),
        lines=[
            {"kind": one.kind, "item": one.item, "rate": one.rate and str(one.rate), "amount": str(one.amount)}
            for one in found.lines
        ],
        left_out=list(found.left_out),
        shortfall=found.shortfall,
        posted_on=since - timedelta(days=20),
        signed_on=since - timedelta(days=7),
        from_on=since,
        to_on=until,
        filing_no="任住建备〔2026〕12号" if filed else None,
        filed_on=since - timedelta(days=1) if filed else None,
        entered_at=at(since) if entered else None,
    )
    work.session.add(made)
    work.session.flush()
    return made


def plan(work: Work, case_id: int, kind: str, planned: str, done: str = "0", **more: Any) -> RenovationItem:
    """Put a work on record; anything but an open one is settled now."""
    number = work.session.query(RenovationItem).filter_by(case_id=case_id).count() + 1
    settled = more.get("state", "open") != "open"
    values = {
        "title": NAMES[kind][0],
        "payer": "government",
        "opened_at": work.now - timedelta(days=60),
        "settled_at": work.now if settled else None,
        "acceptance": [1] if more.get("state") == "accepted" else [],
        "photos": [],
        **more,
    }
    made = RenovationItem(
        case_id=case_id,
        estate_id=estate_of(work, case_id),
        number=number,
        kind=kind,
        planned=Decimal(planned),
        done=Decimal(done),
        **values,
    )
    work.session.add(made)
    work.session.flush()
    return made


def year(work: Work, case_id: int, unit_id: int, number: int, since: date) -> FeeYear:
    """Open a year of service."""
    made = FeeYear(
        case_id=case_id,
        estate_id=estate_of(work, case_id),
        unit_id=unit_id,
        number=number,
        from_on=since,
        to_on=since.replace(year=since.year + 1) - timedelta(days=1),
        months=12,
    )
    work.session.add(made)
    work.session.flush()
    return made


def rated(work: Work, of: FeeYear, points: str, *, paid: str = "90000.00", fails: int = 0) -> None:
    """Have a year rated by all four, failed with `fails` failures in a row, and its subsidy paid or held."""
    of.due, of.collected = Decimal("100000.00"), Decimal(paid)
    for rater in RATERS:
        households = 120 if rater == "residents" else None
        given = {"year_id": of.id, "rater": rater, "score": Decimal(points), "households": households}
        work.session.add(Evaluation(**given, evidence=[], at=work.now))
    result = {"composite": Decimal(points), "last": False, "failed": fails > 0, "fails": fails}
    low = Decimal(paid) < Decimal("60000.00")
    work.session.add(YearScore(year_id=of.id, **result, below_floor=low, at=work.now))
    rate = Decimal("0.30")
    work.session.add(
        SubsidyPayment(
            year_id=of.id,
            state="held" if fails else "paid",
            parts=[{"months": 12, "area": str(AREA), "rate": str(rate)}],
            amount=subsidy_of_year([(12, AREA, rate)]),
            at=work.now,
        )
    )
    work.session.flush()


def ask_residents(work: Work, of: FeeYear, households: int = 10, groups: Sequence[str] = ()) -> WorkItem:
    """Have the residents' rating of a year asked for: its evaluation is open."""
    told = {"id": of.id, "number": of.number, "households": households}
    data = {"year": told, "rating": {"rater": "residents"}}
    return task(work, of.case_id, "takeover_year", "evaluate", groups, data, instance={"rater": "residents"})


def task(
    work: Work,
    case_id: int,
    process: str,
    element: str,
    groups: Sequence[str],
    data: Mapping[str, Any] | None = None,
    *,
    due: datetime | None = None,
    instance: Any = None,
) -> WorkItem:
    """Open a task of a case to some groups."""
    case = work.session.get_one(Case, case_id)
    number = work.session.query(WorkItem).filter_by(case_id=case_id).count()
    made = WorkItem(
        case_id=case_id,
        task=f"made-{number}",
        process=process,
        element=element,
        role="soe_manager",
        scope="estate.company",
        conflicts=[],
        groups=list(groups),
        excluded=[],
        recused=[],
        subject={"instance": instance, "data": dict(data or {}), "target": None},
        estate_id=case.estate_id,
        area_path=case.area_path,
        due_at=due,
        opened_at=work.now,
    )
    work.session.add(made)
    work.session.flush()
    return made


def post(work: Work, case_id: int, unit_id: int, since: date, income: str, cost: str, balance: str) -> RevenuePosting:
    """Post a quarter of the owners' account, with one line for each."""
    made = RevenuePosting(
        case_id=case_id,
        estate_id=estate_of(work, case_id),
        unit_id=unit_id,
        from_on=since,
        to_on=since + timedelta(days=88),
        income=Decimal(income),
        cost=Decimal(cost),
        balance=Decimal(balance),
        photos=[],
        posted_at=at(since + timedelta(days=90)),
        until=at(since + timedelta(days=120)),
    )
    work.session.add(made)
    work.session.flush()
    for kind, item, amount in (("income", "停车", income), ("cost", "设施维护", cost)):
        work.session.add(RevenueEntry(posting_id=made.id, kind=kind, item=item, on=since, amount=Decimal(amount)))
    work.session.flush()
    return made


def inspect(work: Work, case_id: int, to_unit: int, items: Sequence[Mapping[str, Any]], **more: Any) -> Inspection:
    """Have an estate inspected: `items` are rows of the inspection, without their number."""
    made = Inspection(
        case_id=case_id, estate_id=estate_of(work, case_id), to_unit_id=to_unit, begun_at=work.now, **more
    )
    work.session.add(made)
    work.session.flush()
    for number, item in enumerate(items, 1):
        values = {"photos": [], "keeper": "", **item}
        work.session.add(InspectionItem(inspection_id=made.id, number=number, **values))
    work.session.flush()
    return made


def household_rates(work: Work, of: FeeYear, household_id: int, person_id: int, score: int, words: str = "") -> None:
    """Have a household's rating on record."""
    values = {"year_id": of.id, "household_id": household_id, "by_id": person_id, "words": words}
    work.session.add(HouseholdRating(**values, score=Decimal(score), at=work.now))
    work.session.flush()


def estate_of(work: Work, case_id: int) -> int:
    """Return the estate of a case."""
    return work.session.get_one(Case, case_id).estate_id or 0
