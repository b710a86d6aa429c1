"""Flagging an estate that nobody manages, and deciding what becomes of it."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from casework.cases.facts import seeing
from casework.cases.models import Case
from casework.cases.notices import tell
from casework.cases.operations import close
from casework.cases.step import Step
from casework.cases.units import set_units
from casework.directory import queries as directory
from casework.errors import Conflict, Refused
from casework.takeovers import answering, surveying, units

TABLE, CLASSES = "takeover_flag", "takeover_class"
TAKEOVER = "estate_takeover"


def flag(step: Step, origin: str | None = None, left_at: datetime | None = None) -> Mapping[str, Any]:
    """Flag the estate as unmanaged by table takeover_flag; `left_at` is when its company walked away.

    A company under contract keeps an estate from being flagged unless its withdrawal is proven, whatever the form says
    of a contract. Somebody answers from that instant: the company that goes on, else the street. A flag that an earlier
    case has left behind is taken up. Returns {finding: not_flagged, sudden or flagged, unit, kind}. Raises
    Conflict where another takeover of the estate is open, Refused for a withdrawal in the future.
    """
    work, case = step.work, step.case
    if left_at is not None and left_at > work.now:
        raise Refused("撤离时间不能晚于现在。", "The withdrawal can't lie in the future.")
    finding = _finding(step, left_at)
    if finding == "not_flagged":
        step.note(
            "合同仍有效，又没有撤离证明，不标记。",
            "A contract is in force and no withdrawal is proven: not flagged.",
            what="not_flagged",
        )
        close(step, "not_flagged")
        return {"finding": finding}
    at = left_at or work.now
    known = units.flagged(work, case.estate_id, lock=True) if case.estate_id is not None else None
    if known is None:
        known = units.flag(work, case, origin or "firm_left", at, gone=finding == "sudden")
    else:
        earlier = work.session.get_one(Case, known.case_id)
        if earlier.status == "open" and earlier.process == TAKEOVER and earlier.id != case.id:
            raise Conflict(
                f"该小区的接管正在案件 {earlier.no} 中办理，请在那里继续。",
                f"This estate is being taken over in case {earlier.no}: go on there.",
            )
        known.case_id = case.id
        if finding == "sudden":
            answering.street_answers(step, at)
    present = units.responsible(work, known.estate_id)
    if present is None:
        raise Refused("小区没有责任单位。", "Nobody answers for the estate.")
    set_units(work, case, present.unit_id)
    tell(step, "estate_flagged", "owners tier:1", unit_for_now=units.name_of(work, present.unit_id))
    step.note("小区标记为失管。", "The estate is flagged.", what="flagged", flag=known.id, finding=finding)
    return {"finding": finding, "unit": Decimal(present.unit_id), "kind": present.kind}


def classify(step: Step) -> Mapping[str, Any]:
    """Decide by table takeover_class what becomes of the flagged estate, and keep it with the flag, the survey with it.

    Returns {class: A market, B bundle, C state firm or D run by the owners}; with B the takeover ends here. Raises
    NotFound where the estate is not flagged.
    """
    found = units.must_be_flagged(step.work, step.case)
    surveying.record(step)
    found.class_ = str(step.release.decisions[CLASSES].evaluate(seeing(step.work, step.case, step.data)))
    step.note(f"分类为 {found.class_}。", f"Class {found.class_}.", what="classified", found=found.class_)
    if found.class_ == "B":
        close(step, "bundled")
    return {"class": found.class_}


def _finding(step: Step, left_at: datetime | None) -> str:
    """Return what table takeover_flag says of the estate."""
    data, case = step.data, step.case
    day = step.work.now.astimezone(step.work.house.zone).date()
    company = directory.company_of(step.work, case.estate_id, day) if case.estate_id is not None else None
    asked = {
        **data,
        "live": data.get("contract") == "live" or company is not None,
        "proven": bool(data.get("withdrawal_proof") or data.get("notice")) and left_at is not None,
        "left": left_at is not None,
    }
    return str(step.release.decisions[TABLE].evaluate(seeing(step.work, case, asked)))


OPERATIONS = {"takeovers.flag": flag, "takeovers.classify": classify}
