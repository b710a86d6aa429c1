"""Made-up flagged estates of the county: at any stage, with whoever answers for them and whatever came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import Range

from casework.cases import services as cases
from casework.cases.models import Case, WorkItem
from casework.directory import services as directory
from casework.directory.models import Area, AreaShape
from casework.persistence import Work
from casework.takeovers.entry_models import ServiceContract
from casework.takeovers.models import FlaggedEstate, UnitPeriod
from casework.takeovers.money_models import FeeYear, SubsidyPayment, YearScore
from casework.takeovers.planning_models import Bundle, BundleMember
from casework.takeovers.works_models import NAMES, RenovationItem
from tests.webapp.city import City

CARRIER = "publicity_and_objections"
"""A published process whose cases are taken for takeovers, so that any stage can be looked at."""
STEPS: Mapping[str, tuple[str, Sequence[tuple[str, str]]]] = {
    "flagged": ("estate_takeover", [("estate_takeover", "check_flag")]),
    "survey": ("estate_takeover", [("estate_takeover", "survey")]),
    "plan": ("estate_takeover", [("estate_takeover", "draft_plan")]),
    "matching": ("estate_takeover", [("estate_takeover", "match_firm")]),
    "publicity": ("estate_takeover", [("estate_takeover", "publicise"), (CARRIER, "post")]),
    "vote": ("estate_takeover", [("estate_takeover", "vote"), ("owner_vote", "open_box")]),
    "inspection": (
        "estate_takeover",
        [("estate_takeover", "entry"), ("takeover_entry", "inspect"), ("takeover_inspection", "publish")],
    ),
    "contract": ("estate_takeover", [("estate_takeover", "entry"), ("takeover_entry", "sign")]),
    "entry": ("estate_takeover", [("estate_takeover", "entry"), ("takeover_entry", "report_in")]),
    "trial": ("estate_takeover", [("estate_takeover", "operate"), ("takeover_operation", "trial")]),
    "operating": ("takeover_operation", [("takeover_operation", "yearly"), ("takeover_year", "evaluate")]),
    "failure": ("estate_takeover", [("estate_takeover", "failure_meeting"), ("joint_conference", "hold")]),
    "vote of a member": ("bundle_mandate", [("bundle_mandate", "vote"), ("owner_vote", "open_box")]),
    "entry of a member": ("bundle_entry", [("bundle_entry", "entry"), ("takeover_entry", "wait_from")]),
    "emergency": ("emergency_service", [("emergency_service", "t_end")]),
    "basic": ("emergency_service", [("emergency_service", "t_end")]),
}


@dataclass(frozen=True)
class Flagged:
    """What a test points at."""

    estate_id: int
    case_id: int
    case_no: str


def office(city: City, role: str = "soe_officer", name: str = "国资", area: str = "任城区") -> None:
    """Have somebody in the county's state-assets office."""
    from tests.webapp.city import SINCE, _account

    with city.casework.work() as work:
        bureau = directory.add_organisation(work, "bureau", f"{area}国资局", area_id=city.areas[area], code="SA")
        city.people[name] = _account(work, "staff", name, "13800000077")
        directory.appoint(work, city.people[name], role, since=SINCE, organisation_id=bureau.id)


def flag(
    city: City,
    estate: str = "水景花苑",
    stage: str = "survey",
    *,
    community: str = "草桥社区",
    klass: str | None = "C",
    kind: str = "interim",
    unit: str = "济阳街道办",
    due: timedelta | None = None,
    until: timedelta | None = None,
    task: tuple[str, str] | None = None,
    settled: bool = False,
    closed: bool = False,
) -> Flagged:
    """Flag an estate, made where it is not there, thirty days ago; ten days ago `unit` began to answer for it.

    `due` is when the case's clock runs out, from now; `task` an open one (element, role) that is due then; `closed`
    leaves the estate without an open case.
    """
    with city.casework.work() as work:
        estate_id = place(work, city, estate, community)
        case = carried(work, estate_id, stage)
        case.due_at = None if due is None or task else work.now + due
        since, began = work.now - timedelta(days=30), work.now - timedelta(days=10)
        work.session.add(
            FlaggedEstate(
                estate_id=estate_id,
                case_id=case.id,
                origin="old_estate",
                class_=klass,
                flagged_at=since,
                ended_at=work.now - timedelta(days=1) if settled else None,
                ended_because="market" if settled else None,
            )
        )
        if settled or closed:
            case.status, case.closed_at = "closed", work.now
        street = city.units["济阳街道办"]
        _period(work, case, street, "interim", since, began)
        _period(work, case, city.units[unit], kind, began, None, None if until is None else work.now + until)
        if task is not None:
            _task(work, case, *task, due=None if due is None else work.now + due)
        return Flagged(estate_id, case.id, case.no)


def place(work: Work, city: City, name: str, community: str = "草桥社区") -> int:
    """Return the estate of that name, made where it is not there."""
    found = work.session.scalars(select(Area.id).where(Area.name == name, Area.kind == "estate")).first()
    if found is None:
        found = directory.add_area(work, "estate", name, parent_id=city.areas[community], name_en="").id
    return found


def carried(work: Work, area_id: int, stage: str) -> Case:
    """Open a case that is taken for one of a takeover, at the stage."""
    data = {"title": "公示", "text": "公示", "poster": "estate.community", "decider": "estate.street"}
    case = cases.start_case(work, CARRIER, data, area_id=area_id)
    for item in work.session.scalars(select(WorkItem).where(WorkItem.case_id == case.id)):
        item.state = "cancelled"
    case.process, tokens = STEPS[stage]
    case.tokens = [{"process": process, "element": element} for process, element in tokens]
    case.due_at, case.due_clock = None, None
    return case


def lie(city: City, estate_id: int, east: str, north: str) -> None:
    """Have an estate lie somewhere."""
    with city.casework.work() as work:
        geometry = {"type": "Point", "coordinates": [float(east), float(north)]}
        work.session.merge(AreaShape(area_id=estate_id, geometry=geometry, source="测试"))


def sign(city: City, made: Flagged, unit: str = "九安物业", *, first: date, last: date, area: str = "10000.00") -> int:
    """Have a company's contract in force at a flagged estate."""
    with city.casework.work() as work:
        row = ServiceContract(
            case_id=made.case_id,
            estate_id=made.estate_id,
            unit_id=city.units[unit],
            area=Decimal(area),
            fee=Decimal("0.30"),
            lines=[
                {"kind": "service", "item": "保洁", "rate": "0.60", "amount": "72000.00"},
                {"kind": "fee", "item": "", "rate": "0.30", "amount": "36000.00"},
            ],
            shortfall=Decimal("36000.00"),
            posted_on=first - timedelta(days=20),
            signed_on=first - timedelta(days=5),
            from_on=first,
            to_on=last,
            filing_no="备 2026-7",
            filed_on=first,
            entered_at=datetime.combine(first, datetime.min.time(), work.house.zone),
        )
        work.session.add(row)
        work.session.flush()
        return row.id


def year(
    city: City,
    made: Flagged,
    number: int,
    first: date,
    last: date,
    *,
    points: str | None = None,
    paid: str | None = None,
    state: str = "paid",
    unit: str = "九安物业",
    area: str = "10000.00",
) -> int:
    """Have a year of service at a flagged estate: rated where `points` are given, paid or held where `paid` is."""
    with city.casework.work() as work:
        rated = points is not None
        row = FeeYear(
            case_id=made.case_id,
            estate_id=made.estate_id,
            unit_id=city.units[unit],
            number=number,
            from_on=first,
            to_on=last,
            months=12,
            due=Decimal("36000.00") if rated else None,
            collected=Decimal("30000.00") if rated else None,
        )
        work.session.add(row)
        work.session.flush()
        if points is not None:
            failed = Decimal(points) < 60
            work.session.add(
                YearScore(
                    year_id=row.id,
                    composite=Decimal(points),
                    last=False,
                    failed=failed,
                    fails=int(failed),
                    below_floor=False,
                    at=work.now,
                )
            )
        if paid is not None:
            parts = [{"months": 12, "area": area, "rate": "0.30"}]
            work.session.add(
                SubsidyPayment(year_id=row.id, state=state, parts=parts, amount=Decimal(paid), at=work.now)
            )
        return row.id


def works(city: City, made: Flagged, kind: str, planned: str, done: str | None = None) -> int:
    """Have works of a kind on the plan of an estate; accepted where `done` says how many are in place."""
    with city.casework.work() as work:
        number = len(work.session.scalars(select(RenovationItem).filter_by(case_id=made.case_id)).all()) + 1
        row = RenovationItem(
            case_id=made.case_id,
            estate_id=made.estate_id,
            number=number,
            kind=kind,
            title=NAMES[kind][0],
            payer="government",
            planned=Decimal(planned),
            done=Decimal(done or 0),
            state="open" if done is None else "accepted",
            opened_at=work.now - timedelta(days=9),
            settled_at=None if done is None else work.now,
            acceptance=[] if done is None else [1],
        )
        work.session.add(row)
        work.session.flush()
        return row.id


def bundle(city: City, outcomes: Mapping[int, str], *, step: str = "m_voted", unit: str | None = None) -> Flagged:
    """Have a bundle of flagged estates with the outcome of each."""
    with city.casework.work() as work:
        case = carried(work, city.areas["济阳街道"], "plan")
        case.process, case.tokens = "takeover_bundle", [{"process": "takeover_bundle", "element": step}]
        street, firm = city.areas["济阳街道"], city.units[unit] if unit else None
        row = Bundle(case_id=case.id, street_id=street, unit_id=firm, made_at=work.now)
        work.session.add(row)
        work.session.flush()
        for estate_id, outcome in outcomes.items():
            decided = None if outcome == "pending" else work.now
            work.session.add(BundleMember(bundle_id=row.id, estate_id=estate_id, outcome=outcome, decided_at=decided))
        return Flagged(row.id, case.id, case.no)


def many(city: City, number: int, *, due_every: int = 3, shapes: bool = False) -> None:
    """Flag many estates at once, each with a case of its own, every third with a clock that runs out."""
    made = flag(city, "样板小区", "survey")
    with city.casework.work() as work:
        above = work.session.get_one(Area, city.areas["草桥社区"])
        first = (work.session.scalars(select(Area.id).order_by(Area.id.desc()).limit(1)).one()) + 1
        pattern = work.session.execute(select(Area.__table__).where(Area.id == made.estate_id)).mappings().one()
        ids = range(first, first + number)
        areas = [
            {**pattern, "id": one, "name": f"小区{one}", "sort_key": f"xiaoqu{one}", "path": f"{above.path}{one}."}
            for one in ids
        ]
        work.session.execute(insert(Area.__table__), areas)
        pattern = work.session.execute(select(Case.__table__).where(Case.id == made.case_id)).mappings().one()
        bare = {key: value for key, value in pattern.items() if key != "id"}
        rows: list[dict[str, Any]] = [
            {
                **bare,
                "no": f"JG-MANY-{one}",
                "estate_id": one,
                "area_id": one,
                "area_path": f"{above.path}{one}.",
                "due_at": work.now + timedelta(hours=one - first - 50) if one % due_every == 0 else None,
            }
            for one in ids
        ]
        work.session.execute(insert(Case.__table__), rows)
        opened = work.session.execute(select(Case.estate_id, Case.id).where(Case.no.like("JG-MANY-%")))
        case_ids = {row[0]: row[1] for row in opened}
        since, street = work.now - timedelta(days=3), city.units["济阳街道办"]
        flags = [
            {
                "estate_id": one,
                "case_id": case_ids[one],
                "origin": "old_estate",
                "class": "ABCD"[one % 4],
                "flagged_at": since,
            }
            for one in ids
        ]
        periods = [
            {
                "estate_id": one,
                "unit_id": street,
                "kind": "interim",
                "during": Range(since, None),
                "case_id": case_ids[one],
            }
            for one in ids
        ]
        work.session.execute(insert(FlaggedEstate.__table__), flags)
        work.session.execute(insert(UnitPeriod.__table__), periods)
        if shapes:
            work.session.execute(
                insert(AreaShape),
                [
                    {
                        "area_id": one,
                        "geometry": {
                            "type": "Point",
                            "coordinates": [116.5 + (one * 37 % 1000) / 4000, 35.3 + (one * 91 % 997) / 4000],
                        },
                        "source": "测试",
                    }
                    for one in ids
                ],
            )


def _period(
    work: Work,
    case: Case,
    unit: int,
    kind: str,
    since: datetime,
    before: datetime | None,
    until: datetime | None = None,
) -> None:
    during = Range(since, before, bounds="[)")
    work.session.add(
        UnitPeriod(estate_id=case.estate_id or 0, unit_id=unit, kind=kind, during=during, until=until, case_id=case.id)
    )


def _task(work: Work, case: Case, element: str, role: str, *, due: datetime | None) -> None:
    item = work.session.scalars(select(WorkItem).where(WorkItem.case_id == case.id)).first()
    assert item is not None
    item.state, item.process, item.element, item.role, item.due_at = "open", case.process, element, role, due
