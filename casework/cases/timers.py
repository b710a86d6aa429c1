"""The timers of a case: a row says what waits, and its job is the truth about when it fires."""

from datetime import datetime, timedelta

from sqlalchemy import select

from casework import engine, feel, jobs
from casework.cases import clocks, sheet
from casework.cases.facts import facts
from casework.cases.models import Case, CaseTimer
from casework.persistence import Work

TIMER_JOB = "cases.timer"


def set_timer(work: Work, case: Case, timer: engine.Timer) -> None:
    """Have a timer that has begun to wait written with the step, and its job armed."""
    due = _fires_at(work, case, timer)
    row = {"case_id": case.id, "task": timer.id, "process": timer.process, "element": timer.element, "due_at": due}
    sheet.gather(work, case).wait({**row, "expression": timer.expression, "clock": timer.clock})
    _arm(work, case, timer.id, due)


def clear_timer(work: Work, case: Case, timer: str) -> None:
    """Have a timer that waits no longer taken back with the step, with its job."""
    sheet.gather(work, case).clear(timer)
    _arm(work, case, timer, None)


def follow_clocks(work: Work, case: Case, definition: engine.Definition) -> None:
    """Arm, move or retire every timer that names a clock of the case; the engine's state is not touched."""
    query = select(CaseTimer).where(CaseTimer.case_id == case.id, CaseTimer.clock.is_not(None))
    rows = {row.task: row for row in work.session.scalars(query)}
    waiting = [
        engine.Timer(
            id=row.task,
            element=row.element,
            process=row.process,
            due=row.due_at,
            clock=row.clock,
            expression=row.expression,
        )
        for row in rows.values()
    ]
    for timer in engine.retime(definition, waiting, facts=facts(work, case), now=work.now):
        due = _fires_at(work, case, timer)
        if rows[timer.id].due_at != due:
            rows[timer.id].due_at = due
            _arm(work, case, timer.id, due)


def key_of(case_id: int, timer: str) -> str:
    """Return the job key of a timer: a timer has one job, however often it is moved."""
    return f"timer:{case_id}:{timer}"


def _fires_at(work: Work, case: Case, timer: engine.Timer) -> datetime | None:
    """Return when the timer fires: one that reads a clock's due time, when that clock is overdue."""
    due = timer.due
    if due is not None and timer.clock is not None:
        followed = (clock for clock in clocks.running(work, case) if clock.due_at == due)
        due = next((clock.fires_at for clock in followed), due)
    elif due is not None:
        due += _grace(work, case, timer.expression)
    return due


def _arm(work: Work, case: Case, timer: str, due: datetime | None) -> None:
    """Make the job tell when the timer fires: with the step, unless it is the very job that takes the step."""
    key = key_of(case.id, timer)
    step = None if jobs.is_running(work, key) else sheet.gathering(work, case)
    if due is None:
        if step is None:
            jobs.cancel(work, key)
        else:
            step.cancel(key)
        return
    job = jobs.row_of(work, TIMER_JOB, key=key, due_at=due, payload={"timer": timer}, case_id=case.id, priority=1)
    if step is None:
        jobs.put(work, job)
    else:
        step.arm(job)


def _grace(work: Work, case: Case, expression: str) -> timedelta:
    """Return how long after its due time a period fires: an elapsed one is kept at its very instant."""
    if "deadline(" not in expression:
        return timedelta(0)
    keys = (call.args[0] for call in feel.compile(expression).calls if call.name == "deadline" and call.args)
    rules = clocks.counting(work, case)
    found = (
        rules.pinned.deadline(key, work.now, rules.calendar, rules.zone)
        for key in keys
        if isinstance(key, str) and key in rules.pinned.keys
    )
    return max((due.fires_at - due.instant for due in found), default=timedelta(0))
