"""What the diagram of a handover inspection may ask for: who stands on either side, what was found, what was agreed."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import delete

from casework.cases.notices import tell
from casework.cases.step import Step
from casework.cases.units import let_help
from casework.errors import Conflict, NotFound, Refused
from casework.takeovers import comparing, duties, sides
from casework.takeovers.entry_models import GRADES, GROUPS, Inspection, InspectionItem

PAPERS = ("documents", "accounts", "contracts")
"""Groups of what is on paper; the others are looked at where they are."""
_PAPER_STATES = ("present", "missing", "rebuild")
_THING_STATES = ("sound", "defect")
_DANGER = GRADES[0]
Row = Mapping[str, Any]


def inspect_begin(step: Step, unit: Any, estate: Any = None) -> Mapping[str, Any]:
    """Begin the inspection by which `unit` takes over an estate, the case's own unless one is named.

    Whoever serves hands over: a company, else the owners' committee, else the community and the street, who can act in
    anybody's stead. Both sides see the case from now on. Returns {inspection: {id}, old: {unit, name, name_en, kind,
    at}, new: {unit, name, name_en}, poster, street, place, earlier}: `at`, `poster` and `street` are scopes, `place` is
    the estate's name, `earlier` whether the old side once took over by such an inspection. Raises Refused outside an
    estate, or without a company.
    """
    work = step.work
    estate_id = int(estate or step.case.estate_id or 0)
    if not estate_id:
        raise Refused("承接查验须在小区内办理。", "A handover inspection belongs to an estate.")
    if unit is None:
        raise Refused("还没有确定承接的企业。", "No company was chosen to take over.")
    new = int(unit["organisation"] if isinstance(unit, Mapping) else unit)
    old, kind = sides.old_side(work, estate_id, new)
    made = Inspection(
        case_id=step.case.id,
        estate_id=estate_id,
        from_unit_id=old,
        to_unit_id=new,
        begun_at=work.now,
        agreement=[],
        differences=[],
        filing_receipt=[],
    )
    work.session.add(made)
    work.session.flush()
    for side in (new, old):
        if side is not None:
            let_help(work, step.case, side)
    community, street = (sides.area_of(work, estate_id, level) for level in ("community", "street"))
    before, after = sides.shown(work, old), sides.shown(work, new)
    step.note(
        f"开始承接查验：{before['name']} → {after['name']}。",
        f"Handover inspection begun: {before['name_en']} to {after['name_en']}.",
        what="inspection_begun",
        inspection=made.id,
    )
    return {
        "inspection": {"id": Decimal(made.id)},
        "old": {**before, "kind": kind, "at": [community, street]},
        "new": after,
        "poster": community,
        "street": street,
        "place": sides.place_of(work, estate_id),
        "earlier": comparing.before(work, estate_id, old) is not None,
    }


def inspect_record(
    step: Step,
    inspection: Row,
    papers: Sequence[Row] | None,
    items: Sequence[Row],
    checked_on: Any,
    listed: Sequence[Row] | None = None,
    explained: Sequence[Row] | None = None,
) -> Mapping[str, Any]:
    """Record the papers {group, item, state, keeper, due} and what was found of everything else on `checked_on`.

    `items` are rows {group, item, state, grade, duty, unit, due, photo, text}; what is missing or broken stops nothing.
    A later check replaces an earlier one but keeps its photos and what was stopped. `listed` gives the items their
    English. Returns {inspection: {id, items, missing, defects, isolated}, differences} against what the old side once
    took over, with the explanations given so far. Raises Conflict once it is agreed, Refused for a day that is not
    between the beginning and today, or a row that makes no sense.
    """
    row = _open(step, inspection)
    day = step.day(checked_on)
    zone = step.work.house.zone
    begun, today = row.begun_at.astimezone(zone).date(), step.work.now.astimezone(zone).date()
    if day is None or not begun <= day <= today:
        raise Refused(f"查验日期须在 {begun} 至今天之间。", f"The day of the check lies between {begun} and today.")
    row.checked_on = day
    known = {(one.group, one.item): one for one in row.items}
    english = {(one.get("group"), one.get("item")): str(one.get("item_en") or "") for one in listed or ()}
    made = [_found(number, one) for number, one in enumerate([*(papers or ()), *items], 1)]
    for one in made:
        earlier = known.get((one.group, one.item))
        one.item_en = english.get((one.group, one.item), "") or (earlier.item_en if earlier else "")
        one.unit_id = one.unit_id or duties.unit_of(step.work, row, one.duty)
        if earlier is not None:
            one.photos = one.photos or earlier.photos
            one.isolated_at = earlier.isolated_at if one.grade == _DANGER else None
    step.work.session.execute(delete(InspectionItem).where(InspectionItem.inspection_id == row.id))
    step.work.session.expire(row, ["items"])
    for one in made:
        one.inspection_id = row.id
        step.work.session.add(one)
    step.work.session.flush()
    step.work.session.refresh(row)
    told = summary(row)
    step.note(
        f"查验 {told['items']} 项：资料缺失 {told['missing']} 项，问题 {told['defects']} 项。",
        f"{told['items']} items inspected: {told['missing']} papers missing, {told['defects']} defects.",
        what="inspected",
        inspection=row.id,
    )
    earlier_one = comparing.before(step.work, row.estate_id, row.from_unit_id)
    rows = [] if earlier_one is None else comparing.explained(comparing.compare(earlier_one, row), explained)
    return {"inspection": told, "differences": rows}


def isolate(step: Step, inspection: Row) -> Mapping[str, Any]:
    """Have every device with a defect of grade A stand still from now on, and tell the county; the takeover goes on.

    What stands still already is left alone. Returns {inspection: {id, items, missing, defects, isolated}}.
    """
    row = _open(step, inspection)
    stopped = [one for one in row.items if one.grade == _DANGER and one.isolated_at is None]
    for one in stopped:
        one.isolated_at = step.work.now
    step.work.session.flush()
    if stopped:
        zh, en = "、".join(one.item for one in stopped), ", ".join(one.item_en or one.item for one in stopped)
        place = sides.place_of(step.work, row.estate_id)
        tell(step, "device_isolated", "county_officer", items_zh=zh, items_en=en, place=place)
        step.note(
            f"A级隐患停用：{zh}；承接照常进行，已报县级住建。",
            f"Stopped for grade A dangers: {en}. The takeover goes on, the county is told.",
            what="isolated",
            inspection=row.id,
        )
    return {"inspection": summary(row)}


def inspect_agree(
    step: Step, inspection: Row, agreement: Any, agreed_on: Any, explained: Sequence[Row] | None = None
) -> Mapping[str, Any]:
    """Record the agreement that both sides signed, or the street's record where one of them would not.

    Nothing is handed over before. Returns {inspection: {id, items, missing, defects, isolated, agreed_on}, duties},
    as `duties.of` lays them out. Raises Refused without its paper, before the check, for a day in the future or before
    the check, or while a difference to what was handed in is not explained.
    """
    row = _open(step, inspection)
    files, day = _files(agreement), step.day(agreed_on)
    if row.checked_on is None:
        raise Refused("还没有现场查验，不能签协议。", "Nothing was checked yet: there is nothing to agree on.")
    if not files:
        raise Refused("请上传查验协议。", "Upload the agreement.")
    if day is None or day > step.work.now.astimezone(step.work.house.zone).date():
        raise Refused("协议日期不能晚于今天。", "The agreement can't be dated after today.")
    if day < row.checked_on:
        raise Refused(
            f"协议日期不能早于查验日期 {row.checked_on}。",
            f"The agreement can't be dated before the check on {row.checked_on}.",
        )
    row.differences = _explained(step, row, explained)
    row.agreement, row.agreed_on = files, day
    step.work.session.flush()
    step.note(f"{day} 签订查验协议。", f"Agreement signed on {day}.", what="agreed", inspection=row.id)
    return {"inspection": summary(row), "duties": duties.of(step, row)}


def inspect_close(
    step: Step, inspection: Row, posting: Row | None = None, filed_on: Any = None, receipt: Any = None
) -> None:
    """Record from when until when the result hung, as `posting` {starts, ends} says, and when the agreement was filed.

    Raises Refused for a filing before the agreement.
    """
    row = _of(step, inspection)
    starts, ends = ((posting or {}).get(name) for name in ("starts", "ends"))
    if isinstance(starts, datetime):
        row.posted_at, row.posted_until = starts, ends if isinstance(ends, datetime) else None
    day = step.day(filed_on)
    if day is not None and (row.agreed_on is None or day < row.agreed_on):
        raise Refused("备案不能早于协议。", "The agreement can't be filed before it is signed.")
    row.filed_on, row.filing_receipt = day, _files(receipt)
    step.work.session.flush()
    step.note("承接查验完成。", "Handover inspection done.", what="inspection_done", inspection=row.id)


def summary(row: Inspection) -> dict[str, Any]:
    """Return an inspection as diagrams see it: {id, items, missing, defects, isolated, agreed_on}, all but the first
    and the last in numbers of items.
    """
    return {
        "id": Decimal(row.id),
        "items": Decimal(len(row.items)),
        "missing": Decimal(sum(one.state in ("missing", "rebuild") for one in row.items)),
        "defects": Decimal(sum(one.state == "defect" for one in row.items)),
        "isolated": Decimal(sum(one.isolated_at is not None for one in row.items)),
        "agreed_on": row.agreed_on,
    }


def _found(number: int, one: Row) -> InspectionItem:
    group, state, item = str(one.get("group")), str(one.get("state")), str(one.get("item") or "").strip()
    if group not in GROUPS or state not in (_PAPER_STATES if group in PAPERS else _THING_STATES) or not item:
        raise Refused(f"第 {number} 项的类别或情况不对。", f"Item {number}: wrong group or state.")
    broken = state == "defect"
    if broken and (one.get("grade") not in GRADES or not one.get("duty")):
        raise Refused(
            f"“{item}”有问题，请写明等级和责任方。", f"“{item}” is broken: name its grade and who is in duty."
        )
    unit = one.get("unit") if broken else None
    return InspectionItem(
        number=number,
        group=group,
        item=item,
        item_en="",
        state=state,
        grade=str(one["grade"]) if broken else None,
        duty=str(one["duty"]) if broken else None,
        unit_id=None if unit is None else int(unit),
        keeper=str(one.get("keeper") or "") if state in ("missing", "rebuild") else "",
        due=None if state in ("present", "sound") else _day(one.get("due")),
        photos=_files(one.get("photo")),
        note=str(one.get("text") or ""),
    )


def _explained(step: Step, row: Inspection, given: Sequence[Row] | None) -> list[Any]:
    earlier = comparing.before(step.work, row.estate_id, row.from_unit_id)
    rows = [] if earlier is None else comparing.explained(comparing.compare(earlier, row), given)
    for one in rows:
        if one["needed"] and not one["explanation"]:
            raise Refused(
                f"“{one['item']}”与承接时不同，须先说明。",
                f"“{one['item_en'] or one['item']}” differs from what was handed in: explain it first.",
            )
    return rows


def _of(step: Step, inspection: Row) -> Inspection:
    row = step.work.session.get(Inspection, int(inspection.get("id") or 0), with_for_update=True)
    if row is None or row.case_id != step.case.id:
        raise NotFound("没有这次承接查验。", "There is no such inspection.")
    return row


def _open(step: Step, inspection: Row) -> Inspection:
    row = _of(step, inspection)
    if row.agreed_on is not None:
        raise Conflict("查验协议已经签订，不能再改。", "The agreement is signed: nothing can be changed.")
    return row


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) and value else value


def _files(value: Any) -> list[int]:
    return [] if value is None else [int(one) for one in (value if isinstance(value, Sequence) else [value])]


OPERATIONS = {
    "takeovers.inspect_begin": inspect_begin,
    "takeovers.inspect_record": inspect_record,
    "takeovers.isolate": isolate,
    "takeovers.inspect_agree": inspect_agree,
    "takeovers.inspect_defects": duties.inspect_defects,
    "takeovers.put_right": duties.put_right,
    "takeovers.inspect_close": inspect_close,
}
