"""What every diagram may ask for: units, clocks, links, other cases, and the end."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from casework.cases import clocks
from casework.cases.notices import lasting, tell
from casework.cases.services import link as link_cases
from casework.cases.step import Step
from casework.cases.units import set_units


def set_unit(step: Step, unit: int, co_units: Sequence[int] = ()) -> None:
    """Make organisation `unit` the one responsible unit from now on; `co_units` help it. Nothing restarts."""
    set_units(step.work, step.case, int(unit), [int(helper) for helper in co_units])


def close(step: Step, outcome: str, basis: str | None = None) -> None:
    """Close the case: every clock stops, and whoever supervises it is told."""
    case, work = step.case, step.work
    case.status, case.outcome, case.basis, case.closed_at = "closed", outcome, basis, work.now
    clocks.stop(work, case, None, "closed")
    step.throw("case_closed")
    step.note(f"办结：{outcome}。", f"Closed: {outcome}.", what="closed")


def link(step: Step, case: int, why: str) -> None:
    """Link this case and another, both ways."""
    link_cases(step.work, step.case.id, int(case), why)


def start_linked(
    step: Step, process: str, data: Mapping[str, Any] | None = None, why: str = "opened", area: int | None = None
) -> None:
    """Open another case of `process`, linked to this one, and go on without waiting for it: at the same place, or at
    `area`.
    """
    place = step.case.area_id if area is None else int(area)
    step.later(
        "cases.start",
        {"process": process, "from": step.case.id, "area": place, "why": why, "data": dict(data or {})},
        key=f"start:{process}",
    )


def start_clock(step: Step, name: str, key: str, since: Any = None, again: bool = False) -> None:
    """Start clock `name` with the length of policy `key`, from `since` or now."""
    clocks.start(step.work, step.case, name, key, since or step.work.now, again=again)


def pause_clocks(step: Step, reason: str, name: str | None = None) -> None:
    """Let one clock, or all, stand still; the reason is shown to the complainant."""
    due = _due(step, name)
    clocks.pause(step.work, step.case, reason, name)
    tell(step, "clock_paused", "complainant", old_due=due)


def resume_clocks(step: Step, name: str | None = None) -> None:
    """Let paused clocks run on with what was left; where none stands still, nothing happens and nobody is told."""
    if any(clock.paused_at is not None for clock in clocks.running(step.work, step.case, name)):
        due = _due(step, name)
        clocks.resume(step.work, step.case, name)
        tell(step, "due_moved", "complainant", old_due=due, new_due=_due(step, name))


def extend_clock(
    step: Step,
    name: str,
    length: int | None = None,
    unit: str = "working_days",
    basis: str = "",
    days: int | None = None,
    reason: str = "",
) -> None:
    """Move a due time by `length` units, or by calendar `days`; whoever waits for it is told."""
    if days is not None:
        length, unit = days, "days"
    due = _due(step, name)
    clocks.extend(step.work, step.case, name, int(length or 0), unit, basis=basis or reason)
    tell(step, "extension_granted", "complainant unit", old_due=due, new_due=_due(step, name))


def stop_clock(step: Step, name: str | None = None, reason: str = "done") -> None:
    """Stop one clock, or all."""
    clocks.stop(step.work, step.case, name, reason)


def send_notice(step: Step, notice: str, to: str, params: Mapping[str, Any] | None = None) -> None:
    """Send a notice of the process to whom its words mean; `params` fill the blanks of its text.

    Only references, numbers and moments are kept: a parameter that holds a phone or identity number is left out.
    """
    tell(step, notice, to, **lasting(params or {}))


def _due(step: Step, name: str | None) -> datetime | None:
    """Return the due time that whoever waits was told: of the clock named, else of the reply."""
    running = clocks.running(step.work, step.case, name or "reply")
    return min((clock.due_at for clock in running), default=None)


OPERATIONS = {
    "cases.set_unit": set_unit,
    "cases.close": close,
    "cases.link": link,
    "cases.start_linked": start_linked,
    "clocks.start": start_clock,
    "clocks.pause": pause_clocks,
    "clocks.resume": resume_clocks,
    "clocks.extend": extend_clock,
    "clocks.stop": stop_clock,
    "notifications.send": send_notice,
}
