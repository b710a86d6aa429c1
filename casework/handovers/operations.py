"""What the diagram of the hand-over may ask for."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from casework import calendar
from casework.cases import clocks
from casework.cases.facts import seeing
from casework.cases.notices import tell
from casework.cases.step import Step
from casework.cases.values import to_json
from casework.directory import queries as directory
from casework.errors import Refused
from casework.handovers.models import Handover
from casework.handovers.queries import before, current

CLOCK = "handover"
LIST = "handover_list"
SEAL = "seal"
_POLICE = "PSB"


def open_handover(step: Step, template: str, limit: str | None = None, since: Any = None) -> Mapping[str, Any]:
    """Begin a hand-over by the list of `template`; it is due by policy `limit`, else the list's own, from `since`.

    Counted from a day, that day is left out. Returns {items: the list, limit}. Raises Refused for an unknown template.
    """
    rows = step.release.decisions[LIST].evaluate(seeing(step.work, step.case, {**step.data, "template": template}))
    if not rows or not rows["items"]:
        raise Refused(f"没有移交清单“{template}”。", f"There is no hand-over list “{template}”.")
    key = str(limit or rows["limit"])
    clock = clocks.start(step.work, step.case, CLOCK, key, _moment(step, since) or step.work.now, again=True)
    made = Handover(
        case_id=step.case.id,
        area_id=step.case.area_id,
        template=template,
        parties=to_json({"from": step.data.get("from"), "to": step.data.get("to")}),
        opened_at=step.work.now,
        due_at=clock.due_at,
        items=[],
        signatures=[],
        differences=[],
        police={},
    )
    step.work.session.add(made)
    step.work.session.flush()
    day = calendar.last_day(clock.due_at, step.work.house.zone)
    step.note(f"开始移交，{day} 前完成。", f"Hand-over begun, due by {day}.", what="opened", handover=made.id)
    return {"items": [{"item": item} for item in rows["items"]], "limit": key}


def move_limit(step: Step, day: Any) -> Mapping[str, Any]:
    """Make `day`, which the joint conference named, the last day of the hand-over; its list is made anew."""
    handover = _open(step)
    until = _moment(step, day)
    if until is None:
        raise Refused("联席会议没有定移交日期。", "The joint conference named no day for the hand-over.")
    end = _moment(step, until.astimezone(step.work.house.zone).date() + timedelta(days=1)) or until
    known = clocks.latest(step.work, step.case, CLOCK)
    if known is not None:
        clocks.start(step.work, step.case, CLOCK, known.key, step.work.now, again=True, ends=calendar.Due(end, end))
    handover.due_at = end
    step.note("联席会议定了新的移交日期。", "The joint conference named a new day.", what="limit_moved")
    return {"listed": None, "filled": None, "checked": None}


def record(
    step: Step,
    items: Sequence[Mapping[str, Any]],
    checked: Sequence[Mapping[str, Any]],
    signatures: Sequence[Mapping[str, Any]],
) -> None:
    """Record what was handed over and who signed: the old seal is void, what differs from the earlier list is told.

    Raises Refused while something on the list is not agreed.
    """
    handover = _open(step)
    rows = _joined(items, checked)
    if not all(row["agreed"] for row in rows):
        raise Refused("清单还有未核对一致的项目。", "Something on the list is not agreed yet.")
    handover.items, handover.signatures = rows, to_json(list(signatures))
    earlier = before(step.work, handover)
    handover.differences = _differences(earlier.items, rows) if earlier is not None else []
    if any(row["item"] == SEAL for row in rows):
        handover.seal_void_at = step.work.now
    _end(step, handover, "done")
    step.note(
        f"移交完成，{len(rows)} 项；与上次清单不同 {len(handover.differences)} 项。",
        f"Handed over: {len(rows)} items, {len(handover.differences)} unlike the earlier list.",
        what="handed_over",
        handover=handover.id,
    )


def refuse(step: Step) -> None:
    """Record the refusal: the old seal is declared invalid to everybody concerned, the police may be asked to assist.

    Service and voting go on.
    """
    handover = _open(step)
    police = directory.bureau(step.work, _POLICE, step.case.area_id)
    handover.seal_void_at = step.work.now
    handover.police = {"asked_at": step.work.now.isoformat(), "unit": police.id if police is not None else None}
    _end(step, handover, "refused")
    tell(step, "seal_invalid", "owners community_officer street_officer county_officer", handover=handover.id)
    if police is not None:
        tell(step, "police_assist", f"organisation:{police.id}", handover=handover.id)
    step.note("拒不移交已登记，原印章声明作废。", "Refusal recorded; the old seal is declared invalid.", what="refused")


def _open(step: Step) -> Handover:
    found = current(step.work, step.case.id)
    if found is None or found.state != "open":
        raise Refused("没有进行中的移交。", "There is no hand-over going on.")
    return found


def _end(step: Step, handover: Handover, state: str) -> None:
    handover.state, handover.ended_at = state, step.work.now
    clocks.stop(step.work, step.case, CLOCK, state)
    step.work.session.flush()


def _joined(items: Sequence[Mapping[str, Any]], checked: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    found = {row["item"]: row for row in checked}
    rows: list[dict[str, Any]] = to_json([{**row, **found.get(row["item"], {})} for row in items])
    return [{**row, "agreed": row.get("agreed") is True} for row in rows]


def _differences(earlier: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    there = {row["item"]: row for row in now}
    return [
        {"item": row["item"], "before": row.get("state"), "now": found.get("state"), "note": found.get("note")}
        for row in earlier
        if (found := there.get(row["item"], {})).get("state") != row.get("state")
    ]


def _moment(step: Step, value: Any) -> datetime | None:
    if isinstance(value, datetime):
        return value
    if isinstance(value, str):
        return _moment(step, date.fromisoformat(value[:10]))
    return datetime.combine(value, time.min, step.work.house.zone) if isinstance(value, date) else None


OPERATIONS = {
    "handover.open": open_handover,
    "handover.move_limit": move_limit,
    "handover.record": record,
    "handover.refuse": refuse,
}
