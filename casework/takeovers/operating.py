"""What the diagram of a taken-over estate's service may ask for: its works, item by item, and how it ended."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from casework.calendar import months_on
from casework.cases import clocks
from casework.cases.models import Case
from casework.cases.step import Step
from casework.directory import queries as directory
from casework.errors import NotFound, Refused
from casework.persistence import Work
from casework.takeovers import units
from casework.takeovers.terms import DAY, YEAR, term_of
from casework.takeovers.works_models import BY_UTILITY, NAMES, PAYERS, RenovationItem

_SEASONAL = ("drain", "heating")
_PLAN = "takeover.exit.plan_days"
_ENDS = {
    "done": ("合同期满。", "The contract has run its time."),
    "trial_ended": (
        "试运行到期没有表决，停止试运行，转基本服务；不自动转为不定期合同。",
        "The trial ended without a vote: it stops and basic service follows. It never becomes a contract without end.",
    ),
    "failed": (
        "年度评价不合格，提交失败处置；现责任单位继续服务，未完成的改造留在计划中。",
        "The evaluation failed: what to do is decided jointly. The unit serves on, open works stay on the plan.",
    ),
    "quit": ("物业企业擅自撤离。", "The company walked away."),
}


def begin_works(
    step: Step, items: Sequence[Mapping[str, Any]] | None = None, contract: Mapping[str, Any] | None = None
) -> Mapping[str, Any]:
    """Put the planned works on record and lay out the contract {from, to}: its unit, term, and when its end is planned.

    `items` are rows {item, payer, estimate, planned, title, unit}; what was carried over is opened again, what was
    accepted stays as it is. A company that serves on after its contract has ended does so without a term (民法典 948):
    its service is laid out a year at a time. Returns {unit, term: {from, to, ends, plan_at}, works}. Raises Refused
    where nobody serves, where no contract says from when to when, or for a work that nobody may pay for.
    """
    case = step.case
    estate_id = _estate(case)
    unit_id = serving_unit(step.work, estate_id)
    first, last = term_of(contract or _running(step.work, estate_id, unit_id))
    while last < step.work.now.astimezone(step.work.house.zone).date():
        first, last = last + DAY, months_on(last + DAY, YEAR)[0] - DAY
    known = {(row.kind, row.title): row for row in works_of(step.work, case.id)}
    number = max((row.number for row in known.values()), default=0)
    for wanted in items or ():
        kind, title = _kind(wanted)
        row = known.get((kind, title))
        if row is None:
            number += 1
            known[kind, title] = _plan(step, estate_id, number, kind, title, wanted)
        elif row.state == "carried_over":
            row.state, row.settled_at = "open", None
    step.work.session.flush()
    opened = [row for row in sorted(known.values(), key=lambda row: row.number) if row.state == "open"]
    step.note(
        f"开始履约：合同自 {first} 至 {last}，改造 {len(opened)} 项。",
        f"Service begins: contract from {first} to {last}, {len(opened)} works to do.",
        what="operating",
        unit=unit_id,
    )
    rules = clocks.counting(step.work, case)
    plan_at = rules.pinned.deadline(_PLAN, last, rules.calendar, rules.zone).instant
    return {
        "unit": Decimal(unit_id),
        "term": {"from": first, "to": last, "ends": last + DAY, "plan_at": plan_at},
        "works": [shown(row) for row in opened],
    }


def finish_item(
    step: Step,
    item: Any,
    state: str,
    done: Any,
    planned: Any = None,
    payer: str | None = None,
    acceptance: Any = None,
    photo: Any = None,
    unit: Any = None,
) -> None:
    """Record what came of a work: accepted with its paper, or carried over with what is done so far.

    Raises NotFound for a work of another case, Refused where the paper is missing or where a utility's own
    installation would be paid by owners.
    """
    number = item.get("id") if isinstance(item, Mapping) else item
    row = step.work.session.get(RenovationItem, int(number or 0), with_for_update=True)
    if row is None or row.case_id != step.case.id:
        raise NotFound("没有这项改造。", "There is no such work.")
    papers, photos = _files(acceptance), _files(photo)
    if state == "accepted" and not papers:
        raise Refused("验收合格须上传验收材料。", "Accepting a work needs the paper of its acceptance.")
    row.payer = _payer(row.kind, payer or row.payer)
    row.planned = row.planned if planned is None else Decimal(planned)
    row.done, row.state, row.settled_at = Decimal(done), state, step.work.now
    row.acceptance, row.photos = papers, photos
    row.unit_id = row.unit_id if unit is None else int(unit)
    step.work.session.flush()
    zh, en = ("验收", "accepted") if state == "accepted" else ("结转", "carried over")
    step.note(
        f"{row.title}{zh}：计划 {row.planned.normalize():f}，完成 {row.done.normalize():f}。",
        f"{row.title_en}: {en}, {row.done.normalize():f} of {row.planned.normalize():f} done.",
        what="item_settled",
        item=row.id,
    )


def conclude(step: Step, result: str) -> Mapping[str, Any]:
    """Record how the service under this contract ended: `done`, `trial_ended`, `failed` or `quit`. Returns {result}.

    A company that walks away is shown the fine that the place asks for; the unit in place serves on until another is.
    """
    zh, en = _ENDS[result]
    if result == "quit":
        pinned = clocks.counting(step.work, step.case).pinned
        least, most = (
            Decimal(str(pinned.value(f"takeover.withdrawal.fine_{end}_yuan") or 0)) for end in ("min", "max")
        )
        if most:
            zh += f"建议罚款 {least} 至 {most} 元（{pinned.source('takeover.withdrawal.fine_max_yuan')}）。"
            en += (
                f" A fine of {least} to {most} yuan is proposed"
                f" ({pinned.source('takeover.withdrawal.fine_max_yuan', 'en')})."
            )
    step.note(zh, en, what=result)
    return {"result": result}


def works_of(work: Work, case_id: int) -> Sequence[RenovationItem]:
    """Return the works of a case in the order of their plan."""
    rows = select(RenovationItem).where(RenovationItem.case_id == case_id)
    return work.session.scalars(rows.order_by(RenovationItem.number)).all()


def tags(work: Work, case: Case) -> Sequence[str]:
    """Return `renovation` for a complaint from an estate where works the season waits for are not finished.

    Complaints are expected there; they are answered like any other.
    """
    if case.process != "complaint_handling" or case.estate_id is None:
        return []
    waiting = select(RenovationItem.id).where(
        RenovationItem.estate_id == case.estate_id, RenovationItem.state != "accepted", RenovationItem.seasonal
    )
    return [] if work.session.scalar(waiting.limit(1)) is None else ["renovation"]


def serving_unit(work: Work, estate_id: int) -> int:
    """Return the unit that answers for an estate now. Raises Refused where there is none."""
    period = units.responsible(work, estate_id)
    if period is not None:
        return period.unit_id
    company = directory.company_of(work, estate_id, work.now.astimezone(work.house.zone).date())
    if company is None:
        raise Refused("小区现在没有责任单位，不能开始履约。", "Nobody answers for the estate: service can't begin.")
    return company.id


def shown(row: RenovationItem) -> dict[str, Any]:
    """Return a work as diagrams and forms see it."""
    return {
        "id": Decimal(row.id),
        "item": row.kind,
        "title": row.title,
        "title_en": row.title_en,
        "planned": row.planned,
        "done": row.done,
        "payer": row.payer,
        "unit": None if row.unit_id is None else Decimal(row.unit_id),
        "seasonal": row.seasonal,
    }


def _plan(step: Step, estate_id: int, number: int, kind: str, title: str, wanted: Mapping[str, Any]) -> RenovationItem:
    estimate, unit = wanted.get("estimate"), wanted.get("unit")
    made = RenovationItem(
        case_id=step.case.id,
        estate_id=estate_id,
        number=number,
        kind=kind,
        title=title,
        unit_id=None if unit is None else int(unit),
        payer=_payer(kind, str(wanted.get("payer") or "government")),
        planned=Decimal(wanted.get("planned") or wanted.get("count") or 1),
        done=Decimal(0),
        estimate=None if estimate is None else Decimal(estimate),
        seasonal=kind in _SEASONAL,
        opened_at=step.work.now,
        acceptance=[],
        photos=[],
    )
    step.work.session.add(made)
    return made


def _kind(wanted: Mapping[str, Any]) -> tuple[str, str]:
    named = str(wanted.get("item") or "")
    if named in NAMES:
        return named, str(wanted.get("title") or NAMES[named][0])
    return "other", str(wanted.get("title") or named or NAMES["other"][0])


def _payer(kind: str, payer: str) -> str:
    if payer not in PAYERS:
        raise Refused(f"没有出资方“{payer}”。", f"There is no payer “{payer}”.")
    if kind in BY_UTILITY and payer == "owners":
        raise Refused(
            "供热和智能水电表属专业经营设施，由专业经营单位承担，不得由业主或维修资金支付。",
            "Heating and meters belong to the utility, which pays for them: neither owners nor their fund do.",
        )
    return payer


def _running(work: Work, estate_id: int, unit_id: int) -> Mapping[str, Any]:
    """Return what is left of the contract on record, for a company that stays without a new one."""
    found = directory.contracts_of(work, organisation_id=unit_id, estate_id=estate_id)
    if not found or found[0].during.upper is None:
        return {}
    return {"from": work.now.astimezone(work.house.zone).date(), "to": found[0].during.upper - DAY}


def _files(value: Any) -> list[int]:
    if value is None:
        return []
    return [int(one) for one in value] if isinstance(value, Sequence) else [int(value)]


def _estate(case: Case) -> int:
    if case.estate_id is None:
        raise Refused("履约须在小区内办理。", "The service belongs to an estate.")
    return case.estate_id


OPERATIONS = {
    "takeovers.begin_works": begin_works,
    "takeovers.finish_item": finish_item,
    "takeovers.conclude": conclude,
}
