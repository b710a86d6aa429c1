"""Events that throw, and where what they throw goes."""

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.event_definitions.simple import TerminateEventDefinition
from SpiffWorkflow.util.task import TaskState

from casework.engine.associations import Associations
from casework.engine.compensating import cancel_transaction, compensate
from casework.engine.correlating import borne_by, remember_keys
from casework.engine.model import Message
from casework.engine.nodes import Flow, Node
from casework.engine.propagation import throw_coded, throw_signal
from casework.engine.triggers import (
    CancelTrigger,
    CompensateTrigger,
    ErrorTrigger,
    EscalationTrigger,
    MessageTrigger,
    SignalTrigger,
)

if TYPE_CHECKING:
    from casework.engine.tokens import CaseTask


class Throwing(Node):
    """Mixed into everything that throws events."""

    triggers: tuple[Any, ...] = ()

    def act(self, task: "CaseTask") -> bool | None:
        """Throw every event there is to throw, then let the token leave unless it was taken away."""
        for trigger in self.triggers:
            if isinstance(trigger, (CompensateTrigger, CancelTrigger)):
                return self.undo(task, trigger)
            throw(task, trigger)
        return super().act(task) if task._state == TaskState.READY else None

    def undo(self, task: "CaseTask", trigger: Any) -> bool | None:
        """Undo what is to be undone, waiting for it; a transaction is left when that is done."""
        task.workflow.top_workflow.record.event(task, "thrown")
        cancels = isinstance(trigger, CancelTrigger)
        if cancels:
            for other in [*task.workflow.live.values(), *task.workflow.armed.values()]:
                if other is not task:
                    other.cancel()
        elif not trigger.waits:
            self.undo_beside(task, trigger)
            return super().act(task)
        if compensate(task, None if cancels else trigger.activity):
            return None
        if cancels:
            cancel_transaction(task)
            return None
        return super().act(task)

    def undo_beside(self, task: "CaseTask", trigger: CompensateTrigger) -> None:
        """Undo while the token goes on: another one waits for it and ends there."""
        beside = task.workflow.task_tree._add_child(self)
        beside.internal_data["ends"] = True
        beside._set_state(TaskState.STARTED)
        if not compensate(beside, trigger.activity):
            beside._set_state(TaskState.COMPLETED)

    def all_undone(self, task: "CaseTask") -> None:
        """Leave the transaction, or let the token leave."""
        if any(isinstance(trigger, CancelTrigger) for trigger in self.triggers):
            cancel_transaction(task)
        elif "ends" in task.internal_data:
            task._set_state(TaskState.COMPLETED)
        else:
            super().all_undone(task)


def throw(task: "CaseTask", trigger: Any) -> None:
    """Throw one event from a token."""
    case = task.workflow.top_workflow
    if isinstance(trigger, (MessageTrigger, SignalTrigger)):
        message = _carrying(task, trigger)
        case.record.event(task, "thrown", message.payload)
        case.record.thrown.append(message)
        if message.signal:
            throw_signal(case, trigger.name, message.payload)
    elif isinstance(trigger, EscalationTrigger):
        case.record.event(task, "thrown")
        throw_coded(task, EscalationTrigger, trigger.code, _brought(task))
    elif isinstance(trigger, ErrorTrigger):
        case.record.event(task, "thrown")
        if not throw_coded(task, ErrorTrigger, trigger.code, _brought(task)):
            case.cancel_all("failed")
    elif isinstance(trigger, TerminateEventDefinition):
        _terminate(task)


def _carrying(task: "CaseTask", trigger: MessageTrigger | SignalTrigger) -> Message:
    """Return the message or signal with what it carries and, of a message, the keys it bears."""
    case, names = task.workflow.top_workflow, task.view()
    payload = {**_brought(task), **case.asking.named(trigger.parameters, names)}
    if isinstance(trigger, SignalTrigger):
        return Message(trigger.name, payload, signal=True)
    keys = {**borne_by(case, trigger, payload), **case.asking.named(trigger.matches, names)}
    remember_keys(case, trigger, payload)
    return Message(trigger.name, payload, keys)


def _brought(task: "CaseTask") -> dict[str, Any]:
    associations: Associations = task.task_spec.associations
    return associations.incoming(task.workflow.top_workflow.asking, task.view())


def _terminate(task: "CaseTask") -> None:
    scope = task.workflow
    case = scope.top_workflow
    case.record.event(task, "thrown")
    for other in [*scope.live.values()]:
        if other is not task:
            other.cancel()
    for event in [*scope.armed.values()]:
        event.cancel()
    if scope is case:
        case.ending = "terminated"


class IntermediateThrowEvent(Throwing, defaults.IntermediateThrowEvent):  # type: ignore[misc]
    """Throws and goes on."""


class EndEvent(Throwing, defaults.EndEvent):  # type: ignore[misc]
    """Throws and ends the token."""

    def choose(self, task: "CaseTask") -> tuple[Flow, ...]:  # noqa: ARG002
        """Return no flow."""
        return ()
