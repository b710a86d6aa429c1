"""How an error, an escalation or a signal finds whoever catches it."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.util.task import TaskState

from casework.engine.triggers import SignalTrigger

if TYPE_CHECKING:
    from casework.engine.running import Case
    from casework.engine.tokens import CaseTask


def throw_coded(task: "CaseTask", kind: type, code: str | None, payload: Mapping[str, Any] | None = None) -> bool:
    """Throw an error or escalation from a token outwards, to the nearest that catches it; tell whether one did.

    In each place an event with this very code comes before one that catches any.
    """
    for catchers in _outwards(task):
        waiting = [event for event in catchers if isinstance(event.task_spec.trigger(event), kind)]
        for wanted in (code, None):
            for event in waiting:
                if event.task_spec.trigger(event).code == wanted and event._state == TaskState.WAITING:
                    event.task_spec.occur(event, payload)
                    return True
    return False


def throw_signal(case: "Case", name: str, payload: Mapping[str, Any]) -> bool:
    """Let everything in the case that waits for a signal have it; tell whether anything did."""
    reached = False
    for task in case.receivers():
        trigger = task.task_spec.trigger(task)
        if isinstance(trigger, SignalTrigger) and trigger.name == name and task._state == TaskState.WAITING:
            task.task_spec.occur(task, payload)
            reached = True
    return reached


def _outwards(task: "CaseTask") -> Iterator[list[Any]]:
    """Yield the events armed beside the token, then beside its scope, then beside what holds the scope, and so on."""
    while True:
        yield [child for child in task.children if child is not None and child.armed]
        if "instance" in task.internal_data:
            task = task.parent
            yield [child for child in task.children if child is not None and child.armed]
        scope = task.workflow
        yield sorted((one for one in scope.armed.values() if one.parent is scope.task_tree), key=lambda one: one.id)
        if scope.owner is None:
            return
        task = scope.owner
