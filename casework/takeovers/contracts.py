"""From the owners' mandate to the company in place: the contract signed, filed, papers handed over, or stopped."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from casework import calendar
from casework.cases import clocks
from casework.cases.models import Case
from casework.cases.notices import tell
from casework.cases.step import Step
from casework.directory import queries as directory
from casework.errors import Conflict, NotFound, Refused
from casework.takeovers import answering, units
from casework.takeovers.entry_models import ServiceContract
from casework.takeovers.terms import day_of

CLOCK = "contract_filing"
SIDES = {"owners": ("业主一方", "the owners' side"), "firm": ("企业一方", "the company")}
_POSTING, _FILING = "takeover.contract.posting_days", "takeover.contract.filing_days"
_HANDED_BY_NOBODY = ("interim",)
"""Kinds of units with no papers of the estate: the street that answers until somebody is found."""
_REASONS = {
    "annulled": ("业主的委托被撤销", "the owners' mandate was annulled"),
    "declined": ("企业不愿进驻", "the company declines"),
}


def sign(
    step: Step,
    unit: int,
    price: Mapping[str, Any],
    posted_at: datetime,
    signed_on: Any,
    since: Any,
    until: Any,
    sides: Sequence[Mapping[str, Any]],
    files: Any = (),
) -> Mapping[str, Any]:
    """Put the contract of `unit` on record, with its calculation (`price`), from `since` to `until`.

    Its text hung from `posted_at` on for as long as takeover.contract.posting_days asks (聊城条例 37); `sides` are rows
    {side: owners or firm, person}. Starts clock `contract_filing` from the day of signing. Returns {id, no, unit, from,
    to, fee, signed_on}. Raises Refused for a day of signing that is too early or to come, a beginning before it, an end
    before that, a side that has not signed, or where the owners never agreed to a fee.
    """
    work, case, zone = step.work, step.case, step.work.house.zone
    signed, first, last = day_of(signed_on, zone), day_of(since, zone), day_of(until, zone)
    _refuse_early(step, posted_at, signed)
    if first < signed:
        raise Refused(
            f"合同生效日不能早于签订日 {signed}。", f"The contract can't begin before it is signed, {signed}."
        )
    if last <= first:
        raise Refused("合同到期日应晚于生效日。", "The contract has to end after the day it begins.")
    missing = [names for side, names in SIDES.items() if side not in {str(row.get("side")) for row in sides or ()}]
    if missing:
        raise Refused(
            f"{'、'.join(zh for zh, _ in missing)}还没有签字。", f"Not signed by {', '.join(en for _, en in missing)}."
        )
    if price.get("fee_agreed") is not True:
        raise Refused(
            "业主没有同意收费标准，不能签订；请重新表决收费，或者中止进驻。",
            "The owners have not agreed to the fee: have it voted on again, or stop the entry.",
        )
    made = ServiceContract(
        case_id=case.id,
        estate_id=_estate(case),
        unit_id=int(unit),
        area=Decimal(price["area"]),
        fee=Decimal(price["fee"]),
        lines=[{name: None if one[name] is None else str(one[name]) for name in one} for one in price["lines"]],
        left_out=list(price["left_out"]),
        shortfall=Decimal(price["shortfall"]),
        posted_on=posted_at.astimezone(zone).date(),
        signed_on=signed,
        from_on=first,
        to_on=last,
        files=[int(one) for one in files or ()],
        filing_receipt=[],
    )
    work.session.add(made)
    work.session.flush()
    clocks.start(work, case, CLOCK, _FILING, datetime.combine(signed, time(), zone), again=True)
    step.note(
        f"合同 {signed} 签订，自 {first} 至 {last}，收费 {made.fee} 元/平方米·月。",
        f"Contract signed on {signed}, from {first} to {last}, {made.fee} yuan per m² and month.",
        what="contract_signed",
        contract=made.id,
    )
    return _as_data(made)


def file(step: Step, contract: Mapping[str, Any], number: str, filed_on: Any, receipt: Any = ()) -> Mapping[str, Any]:
    """Record that the contract was filed with the housing authority, and tell the street; what is late is told.

    Stops clock `contract_filing`. Returns the contract with its `no`. Raises Refused for a day before the signing or
    to come.
    """
    row, day = _contract(step, contract), day_of(filed_on, step.work.house.zone)
    if not row.signed_on <= day <= _today(step):
        raise Refused(
            f"备案日应在签订日 {row.signed_on} 到今天之间。",
            f"The day of filing lies between {row.signed_on} and today.",
        )
    clock = clocks.latest(step.work, step.case, CLOCK)
    last = None if clock is None else calendar.last_day(clock.due_at, step.work.house.zone)
    late = last is not None and day > last
    row.filing_no, row.filed_on = number, day
    row.filing_receipt = [int(one) for one in receipt or ()]
    step.work.session.flush()
    clocks.stop(step.work, step.case, CLOCK, "filed")
    tell(step, "contract_filed", "street_officer", unit=units.name_of(step.work, row.unit_id), number=number, day=day)
    step.note(
        f"合同 {day} 备案，编号 {number}" + (f"，逾期（应在 {last} 前）。" if late else "。"),
        f"Contract filed on {day}, number {number}" + (f", late: it was due by {last}." if late else "."),
        what="filed_late" if late else "contract_filed",
        contract=row.id,
    )
    return _as_data(row)


def hand_over(step: Step, unit: int, inspection: Any = None) -> Mapping[str, Any]:
    """Say who hands the papers of the estate to `unit`: nobody where no other unit holds any, then all is `passed`.

    Returns {passed, from, to}, as document_handover takes them. Raises Refused before the agreement of the handover
    inspection was signed.
    """
    _refuse_unagreed(step, inspection)
    keeper = _keeper(step)
    if keeper is None or keeper == int(unit):
        step.note("没有原服务人，不用移交。", "Nobody served before: nothing to hand over.", what="nothing_handed_over")
        return {"passed": True, "from": None, "to": None}
    return {
        "passed": False,
        "from": answering.keepers(step.work, keeper),
        "to": answering.keepers(step.work, int(unit)),
    }


def enter(step: Step, unit: int, contract: Mapping[str, Any], inspection: Any = None) -> Mapping[str, Any]:
    """Have the firm that signed answer for the estate from now on, and take over what its owners have complained of.

    Whoever served until then learns of it (firm_hired), the owners are told (`entered`). Returns {entry: {result:
    entered}}. Raises Refused for another firm than signed, before the contract begins, and before the inspection's
    agreement.
    """
    work, row = step.work, _contract(step, contract)
    _refuse_unagreed(step, inspection)
    if row.unit_id != int(unit):
        raise Refused("进驻的不是签约的企业。", "Another company signed the contract.")
    if _today(step) < row.from_on:
        raise Refused(f"合同自 {row.from_on} 起生效。", f"The contract begins on {row.from_on}.")
    row.entered_at = work.now
    answering.enter(step, int(unit), work.now, fee=row.fee, begins=row.from_on, ends=row.to_on)
    unmanaged = select(Case.id).where(
        Case.estate_id == row.estate_id,
        Case.status == "open",
        Case.tags.contains(["unmanaged"]),
        Case.unit_id != row.unit_id,
    )
    for case_id in work.session.scalars(unmanaged.order_by(Case.id)).all():
        step.later("complaints.hand_over", {"unit": row.unit_id}, key=f"hand_over:{case_id}", case_id=case_id)
    return {"entry": {"result": "entered"}}


def stop_entry(step: Step, reason: str | None = None) -> Mapping[str, Any]:
    """Stop the entry before the firm is in place (`reason`: annulled or declined); whoever answers now goes on.

    Returns {entry: {result: stopped, reason}}. Raises Conflict where the firm has entered.
    """
    if (step.data.get("entry") or {}).get("result") == "entered":
        raise Conflict(
            "企业已经接管，不能中止进驻；请按合同办理退出。",
            "The company has taken over: it leaves by the contract, the entry can't be stopped.",
        )
    why = reason if reason in _REASONS else "declined"
    signed = select(ServiceContract).where(
        ServiceContract.case_id == step.case.id,
        ServiceContract.entered_at.is_(None),
        ServiceContract.stopped_at.is_(None),
    )
    for row in step.work.session.scalars(signed.with_for_update()).all():
        row.stopped_at = step.work.now
    clocks.stop(step.work, step.case, CLOCK, "entry_stopped")
    zh, en = _REASONS[why]
    tell(step, "entry_stopped", "owners street_officer", why_zh=zh, why_en=en)
    step.note(
        f"进驻中止：{zh}；现责任单位继续服务。",
        f"Entry stopped: {en}; the unit in place goes on.",
        what="entry_stopped",
    )
    return {"entry": {"result": "stopped", "reason": why}}


def _refuse_early(step: Step, posted_at: datetime, signed: date) -> None:
    rules = clocks.counting(step.work, step.case)
    earliest = rules.pinned.earliest(_POSTING, posted_at, rules.calendar, rules.zone).instant
    first = earliest.astimezone(rules.zone).date()
    if signed < first:
        raise Refused(
            f"合同文本公示期未满，最早可在 {first} 签订。",
            f"The text has to hang longer: {first} is the first day it may be signed.",
        )
    if signed > _today(step):
        raise Refused("签订日不能晚于今天。", "The day of signing can't lie in the future.")


def _refuse_unagreed(step: Step, inspection: Any) -> None:
    agreed = step.day(inspection.get("agreed_on")) if isinstance(inspection, Mapping) else None
    if agreed is None or agreed > _today(step):
        raise Refused(
            "承接查验协议还没有签订，不能移交和接管。",
            "The agreement of the handover inspection is not signed: nothing is handed over before.",
        )


def _keeper(step: Step) -> int | None:
    """Return the unit that holds the papers of the estate: whoever serves it, unless it only stands in."""
    present = units.responsible(step.work, _estate(step.case))
    if present is not None:
        return None if present.kind in _HANDED_BY_NOBODY else present.unit_id
    company = directory.company_of(step.work, _estate(step.case), _today(step))
    return None if company is None else company.id


def _contract(step: Step, contract: Mapping[str, Any]) -> ServiceContract:
    row = step.work.session.get(ServiceContract, int(contract.get("id") or 0), with_for_update=True)
    if row is None or row.case_id != step.case.id or row.stopped_at is not None:
        raise NotFound("没有这份合同。", "There is no such contract.")
    return row


def _as_data(row: ServiceContract) -> dict[str, Any]:
    return {
        "id": Decimal(row.id),
        "no": row.filing_no,
        "unit": Decimal(row.unit_id),
        "from": row.from_on,
        "to": row.to_on,
        "fee": row.fee,
        "signed_on": row.signed_on,
    }


def _today(step: Step) -> date:
    return step.work.now.astimezone(step.work.house.zone).date()


def _estate(case: Case) -> int:
    if case.estate_id is None:
        raise Refused("进驻须在小区内办理。", "An entry belongs to an estate.")
    return case.estate_id


OPERATIONS = {
    "takeovers.sign": sign,
    "takeovers.file": file,
    "takeovers.hand_over": hand_over,
    "takeovers.enter": enter,
    "takeovers.stop_entry": stop_entry,
}
