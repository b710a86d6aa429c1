"""Who has to put right what an inspection found, and by when: one case of rectification for each of them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import update

from casework import calendar
from casework.cases import clocks
from casework.cases.step import Step
from casework.directory import queries as directory
from casework.elections.queries import in_office
from casework.persistence import Work
from casework.takeovers.entry_models import Inspection, InspectionItem

_DEFECTS = "takeover.inspection.defect_days"
_FILES = "takeover.lift.files_days"
_REGISTRATION = "takeover.lift.registration_working_days"
_STREET = "ST"
_NOTICE = "rectification_notice"
_GRAVITY = {"A": "grave", "B": "major", "C": "minor"}
_NAMES = {
    "old_unit": ("原服务人", "whoever served before"),
    "new_firm": ("新服务人", "the new company"),
    "developer": ("建设单位", "the developer"),
    "utility": ("专业经营单位", "a utility"),
    "owners": ("业主", "the owners"),
    "government": ("政府部门", "the government"),
}


def unit_of(work: Work, row: Inspection, duty: str | None) -> int | None:
    """Return the organisation that a duty means at an inspection; None where none is on record."""
    if duty == "old_unit":
        return row.from_unit_id
    if duty == "new_firm":
        return row.to_unit_id
    if duty == "owners":
        committee = in_office(work, row.estate_id)
        return None if committee is None else committee.organisation_id
    office = directory.bureau(work, _STREET, row.estate_id) if duty == "government" else None
    return None if office is None else office.id


def of(step: Step, row: Inspection) -> list[dict[str, Any]]:
    """Return who has to put right what, from the agreement on, and give every item its day.

    Rows are {inspection, unit, duty, due, findings [{clause, place, grade, limit}]}, one for each unit in duty. A
    defect is put right within `takeover.inspection.defect_days` of the agreement (聊城条例 11), earlier where the sides
    said so. For a lift whoever served hands over its files within `takeover.lift.files_days`, and the new company has
    it registered within `takeover.lift.registration_working_days` (淄博电梯办法 17, 22).
    """
    latest = _limit(step, row, _DEFECTS)
    found: dict[tuple[int | None, str], list[dict[str, Any]]] = {}
    for one in row.items:
        if one.state == "defect" and one.duty is not None:
            one.due = latest if one.due is None else min(one.due, latest)
            found.setdefault((one.unit_id, one.duty), []).append(_finding(one))
    if any(_is_lift(one) for one in row.items):
        if row.from_unit_id is not None:
            files = {"clause": "电梯资料移交", "place": "电梯", "grade": "major", "limit": _limit(step, row, _FILES)}
            found.setdefault((row.from_unit_id, "old_unit"), []).append(files)
        register = _limit(step, row, _REGISTRATION)
        registration = {"clause": "电梯使用登记变更", "place": "电梯", "grade": "major", "limit": register}
        found.setdefault((row.to_unit_id, "new_firm"), []).append(registration)
    step.work.session.flush()
    return [
        {
            "inspection": Decimal(row.id),
            "unit": None if unit is None else Decimal(unit),
            "duty": duty,
            "due": max(finding["limit"] for finding in findings),
            "findings": findings,
        }
        for (unit, duty), findings in found.items()
    ]


def inspect_defects(step: Step, duty: Mapping[str, Any]) -> None:
    """Open the rectification of one unit in duty {inspection, unit, duty, due, findings}; the takeover goes on.

    Where the unit is not on record the street names it when it issues the notice.
    """
    row = step.work.session.get_one(Inspection, int(duty["inspection"]))
    zh, en = _NAMES[str(duty["duty"])]
    number = len(duty["findings"])
    data = {
        "to": duty["unit"],
        "issuer": "estate.street",
        "text": f"承接查验发现 {number} 项问题，责任方：{zh}。",
        "origin": step.case.no,
        "noted": duty["findings"],
        "inspected": {"id": duty["inspection"], "duty": duty["duty"], "unit": duty["unit"]},
        "due": duty["due"],
    }
    started = {"process": _NOTICE, "from": step.case.id, "area": row.estate_id, "why": "inspection", "data": data}
    step.later("cases.start", started, key=f"start:{_NOTICE}")
    step.note(
        f"交{zh}整改 {number} 项。",
        f"{number} to be put right by {en}.",
        what="rectification_opened",
        inspection=row.id,
    )


def put_right(step: Step, inspected: Mapping[str, Any] | None = None, passed: bool = True) -> None:
    """Record that the defects of one unit in duty, `inspected` {id, duty, unit}, are put right since now.

    Nothing happens for a notice that comes from no inspection, or was withdrawn instead of `passed`.
    """
    if inspected is None or not passed:
        return
    unit = inspected.get("unit")
    mine = InspectionItem.unit_id.is_(None) if unit is None else InspectionItem.unit_id == int(unit)
    open_ones = update(InspectionItem).where(
        InspectionItem.inspection_id == int(inspected["id"]),
        InspectionItem.duty == str(inspected["duty"]),
        InspectionItem.state == "defect",
        InspectionItem.settled_at.is_(None),
    )
    step.work.session.execute(open_ones.where(mine).values(settled_at=step.work.now))
    step.note("查验问题已整改。", "What the inspection found is put right.", what="put_right")


def _finding(one: InspectionItem) -> dict[str, Any]:
    return {
        "clause": f"承接查验第{one.number}项",
        "place": one.item,
        "grade": _GRAVITY[one.grade or "C"],
        "limit": one.due,
    }


def _is_lift(one: InspectionItem) -> bool:
    return one.group == "equipment" and ("电梯" in one.item or "lift" in one.item.lower())


def _limit(step: Step, row: Inspection, key: str) -> date:
    rules = clocks.counting(step.work, step.case)
    ends = rules.pinned.deadline(key, row.agreed_on or step.work.now, rules.calendar, rules.zone).instant
    return calendar.last_day(ends, rules.zone)
