"""Questions about a case that change nothing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from SpiffWorkflow.util.task import TaskState

from casework.engine.commands import NOTHING
from casework.engine.definition import Definition
from casework.engine.expressions import Asking, StuckError
from casework.engine.model import Data, Facts, Operation, Timer
from casework.engine.state import decode
from casework.engine.tokens import CaseTask
from casework.engine.triggers import TimerTrigger


def pending(definition: Definition, state: bytes, *, now: datetime, facts: Facts = NOTHING) -> Sequence[Operation]:
    """Return the operations that were asked for and not yet answered, in the order they were asked."""
    case = decode(state, definition, Asking(now, facts))
    case.wake_all()
    asked = [task for scope in case.scopes() for task in scope.live.values() if _is_asked(task)]
    for task in sorted(asked, key=lambda one: one.id):
        try:
            task.task_spec.act(task)
        except StuckError as trouble:
            case.record.incident(task, trouble)
    return tuple(case.record.operations.values())


def data(definition: Definition, state: bytes, *, now: datetime) -> Data:
    """Return the data of the process that a case began with; nothing once it has ended, for its data ends with it."""
    frame = decode(state, definition, Asking(now, NOTHING)).frame
    return {} if frame is None else dict(frame.values)


def retime(
    definition: Definition,  # noqa: ARG001  every command names its definition
    timers: Sequence[Timer],
    *,
    now: datetime,
    facts: Facts = NOTHING,
) -> Sequence[Timer]:
    """Return the timers that follow a clock with the moments they are due by these facts; the others as they are."""
    asking = Asking(now, facts)
    return [_retimed(timer, asking) for timer in timers]


def _retimed(timer: Timer, asking: Asking) -> Timer:
    if timer.clock is None:
        return timer
    try:
        due = TimerTrigger(timer.element, timer.expression).plan(asking, {}).due
    except StuckError:  # no moment by these facts: it waits until the clock gives one
        due = None
    return replace(timer, due=due)


def _is_asked(task: CaseTask) -> bool:
    return bool(task._state == TaskState.STARTED and hasattr(task.task_spec, "operation") and task.task_spec.operation)
