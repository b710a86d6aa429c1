"""The records of a takeover, made up: what its papers are filled with."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from casework.cases.models import Case, WorkItem
from casework.cases.values import to_json
from casework.handovers.models import Handover
from casework.persistence import Work
from casework.takeovers import units
from casework.takeovers.entry_models import Inspection, InspectionItem, ServiceContract
from casework.takeovers.money import price
from casework.takeovers.money_models import RevenueEntry, RevenuePosting
from casework.takeovers.planning_models import EstateSurvey
from casework.takeovers.works_models import RenovationItem
from casework.votes.models import Roll, Vote
from tests.votes.estate import RULES

ZONE = ZoneInfo("Asia/Shanghai")
MAY = datetime(2026, 5, 2, 9, 30, tzinfo=ZONE)
DAY = timedelta(days=1)
AREA = Decimal("48532.17")
PARKING, LIFTS = "停车位", "电梯广告"
PLAN: Mapping[str, Any] = {
    "service_level": "basic",
    "items": [{"item": "保洁", "rate": Decimal("0.45")}, {"item": "秩序 <b> & 巡查", "rate": Decimal("0.40")}],
    "fee": Decimal("0.50"),
    "subsidy": [{"year": n, "rate": Decimal(rate)} for n, rate in enumerate(("0.30", "0.20", "0.10"), 1)],
    "revenue_items": [
        {"item": PARKING, "income": Decimal("96000.00"), "cost": Decimal("21000.00")},
        {"item": LIFTS, "income": Decimal("3600.00"), "cost": Decimal("600.50")},
    ],
    "renovation": [{"item": "gate", "payer": "government", "planned": 19, "estimate": Decimal("285000.00")}],
    "trial": True,
}


def records(work: Work, case: Case, old: int, new: int, person: int) -> None:
    """Put a whole takeover of the estate of a case on record: unit `old` goes on 2 May 2026, `new` enters on 1 June."""
    estate = case.estate_id or 0
    units.flag(work, case, "firm_left", MAY)
    units.change(work, case, old, "emergency", MAY + timedelta(hours=1), until=datetime(2026, 11, 3, tzinfo=ZONE))
    of_it = {"case_id": case.id, "estate_id": estate}
    survey = {"item": "gate", "state": "worn", "count": "3"}
    work.session.add(
        EstateSurvey(
            **of_it,
            at=MAY + DAY,
            facts=[survey],
            hazards=[{"item": "2号楼电梯", "grade": "A"}],
            wish="state_firm",
            body="committee",
            debts=Decimal("12345.60"),
        )
    )
    planned(work, case, new)
    _vote(work, case, person)
    inspected(work, case, old, new)
    _contract(work, of_it, new)
    work.session.add(
        RenovationItem(
            **of_it,
            number=1,
            kind="gate",
            title="门禁",
            payer="government",
            planned=Decimal(19),
            done=Decimal(15),
            opened_at=MAY,
        )
    )
    posting = RevenuePosting(
        **of_it,
        unit_id=new,
        from_on=date(2026, 6, 1),
        to_on=date(2026, 8, 31),
        income=Decimal("24000.00"),
        cost=Decimal("5250.25"),
        balance=Decimal("20000.00"),
        photos=[],
        posted_at=datetime(2026, 9, 1, 9, tzinfo=ZONE),
        until=datetime(2026, 10, 9, tzinfo=ZONE),
    )
    work.session.add(posting)
    work.session.flush()
    for kind, item, amount in (("income", "停车费", "24000.00"), ("cost", "收费岗亭用电", "5250.25")):
        line = {"kind": kind, "item": item, "on": date(2026, 8, 30), "amount": Decimal(amount)}
        work.session.add(RevenueEntry(posting_id=posting.id, **line))
    units.change(work, case, new, "serving", datetime(2026, 6, 1, 8, tzinfo=ZONE))
    work.session.flush()


def planned(work: Work, case: Case, firm: int, plan: Mapping[str, Any] = PLAN) -> None:
    """Open a task of the case that sees the plan, as the tasks of an entry do."""
    seen = {"plan": dict(plan), "soe": {"organisation": firm}, "built_area": AREA}
    work.session.add(
        WorkItem(
            case_id=case.id,
            task=f"seen-{case.id}-{work.now}",
            process="takeover_entry",
            element="sign",
            role="soe_manager",
            scope="estate.company",
            conflicts=[],
            groups=[],
            excluded=[],
            recused=[],
            subject=to_json({"instance": None, "data": seen, "target": None}),
            state="done",
            area_path=case.area_path,
            opened_at=work.now,
        )
    )
    work.session.flush()


def inspected(work: Work, case: Case, old: int, new: int, count: int = 3) -> Inspection:
    """Record an inspection: a stopped lift, missing drawings, and sound lamps up to `count` items."""
    made = Inspection(
        case_id=case.id,
        estate_id=case.estate_id or 0,
        from_unit_id=old,
        to_unit_id=new,
        begun_at=MAY + 20 * DAY,
        agreement=[1],
        agreed_on=date(2026, 5, 29),
        posted_at=datetime(2026, 5, 30, 10, tzinfo=ZONE),
        posted_until=datetime(2026, 6, 15, tzinfo=ZONE),
    )
    lift = {"group": "equipment", "item": "2号电梯", "state": "defect", "grade": "A", "duty": "old_unit"}
    papers = {
        "group": "documents",
        "item": "竣工图纸",
        "state": "missing",
        "duty": "developer",
        "keeper": "市城建档案馆",
    }
    papers["keeper"] = "市城建档案馆"
    lamps = [{"group": "facilities", "item": f"路灯{n}", "state": "sound"} for n in range(3, count + 1)]
    rows: list[dict[str, Any]] = [lift | {"isolated_at": MAY + 21 * DAY, "due": date(2026, 6, 28)}, papers, *lamps]
    made.items = [InspectionItem(number=n, **row) for n, row in enumerate(rows, 1)]
    work.session.add(made)
    work.session.flush()
    return made


def handed_over(work: Work, case: Case, at: datetime, states: Mapping[str, str], note: str = "") -> Handover:
    """Record a hand-over of a company that leaves, signed at a moment; a note tells why it is unlike the one before."""
    before = {"drawings": "present", "accounts": "present"}
    made = Handover(
        case_id=case.id,
        area_id=case.estate_id or 0,
        template="firm_exit",
        parties={},
        opened_at=at,
        due_at=at + 30 * DAY,
        items=[{"item": item, "state": state, "note": note} for item, state in states.items()],
        signatures=[],
        differences=[
            {"item": item, "before": before[item], "now": state, "note": note}
            for item, state in states.items()
            if state != before[item]
        ],
        state="done",
        ended_at=at + DAY,
        police={},
    )
    work.session.add(made)
    work.session.flush()
    return made


def _vote(work: Work, case: Case, person: int) -> None:
    roll = Roll(
        estate_id=case.estate_id,
        as_of=date(2026, 5, 10),
        source="名册.xlsx",
        source_digest=b"\x01" * 32,
        made_at=MAY,
        made_by=person,
        parts=10,
        heads=10,
        area=AREA,
    )
    work.session.add(roll)
    work.session.flush()
    titles = ("选聘方案公示的物业服务企业", "收费标准", f"利用共用部分经营：{PARKING}", f"利用共用部分经营：{LIFTS}")
    classes = ("ordinary", "ordinary", "special", "special")
    items = [
        {"no": n, "title": title, "text": "见公示的方案。", "class": kind, "kind": "decision"}
        for n, (title, kind) in enumerate(zip(titles, classes, strict=True), 1)
    ]
    said = {word: {"heads": 7, "area": "700.00"} for word in ("for", "against", "abstain", "invalid")}
    result = {
        "items": [
            {"no": one["no"], "title": one["title"], "kind": "decision", "passed": one["no"] != 3, **said}
            for one in items
        ]
    }
    vote = Vote(
        estate_id=case.estate_id,
        case_id=case.id,
        roll_id=roll.id,
        mode="paper",
        state="counted",
        title="选聘物业服务企业",
        items=items,
        rules={**RULES, "silent": {"mode": "off"}},
        opens_at=MAY + 15 * DAY,
        closes_at=MAY + 18 * DAY,
        closed_at=MAY + 18 * DAY,
        counted_at=MAY + 19 * DAY,
        box=b"\x02" * 32,
        result=result,
    )
    work.session.add(vote)
    work.session.flush()


def _contract(work: Work, of_it: Mapping[str, Any], firm: int) -> None:
    year = price(AREA, PLAN["items"], PLAN["fee"], PLAN["revenue_items"], Decimal("0.30"), [LIFTS])
    lines = [
        {
            "kind": one.kind,
            "item": one.item,
            "rate": None if one.rate is None else str(one.rate),
            "amount": str(one.amount),
        }
        for one in year.lines
    ]
    work.session.add(
        ServiceContract(
            **of_it,
            unit_id=firm,
            area=AREA,
            fee=PLAN["fee"],
            lines=lines,
            left_out=list(year.left_out),
            shortfall=year.shortfall,
            posted_on=date(2026, 5, 22),
            signed_on=date(2026, 5, 30),
            from_on=date(2026, 6, 1),
            to_on=date(2029, 5, 31),
            files=[1],
            filing_no="HT-2026-007",
            filed_on=date(2026, 6, 5),
            filing_receipt=[2],
            entered_at=datetime(2026, 6, 1, 8, tzinfo=ZONE),
        )
    )
    work.session.flush()
