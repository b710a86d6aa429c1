"""Events that throw, and where what they throw goes."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.event_definitions.simple import TerminateEventDefinition
from SpiffWorkflow.util.task import TaskState

from casework.engine.compensating import cancel_transaction, compensate
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
            self.throw(task, trigger)
        return super().act(task) if task._state == TaskState.READY else None

    def undo(self, task: "CaseTask", trigger: Any) -> bool | None:
        """Undo what is to be undone, waiting for it; a transaction is left when that is done."""
        task.workflow.top_workflow.record.event(task, "thrown")
        cancels = isinstance(trigger, CancelTrigger)
        if cancels:
            for other in [*task.workflow.live.values(), *task.workflow.armed.values()]:
                if other is not task:
                    other.cancel()
        if compensate(task, None if cancels else trigger.activity):
            return None
        if cancels:
            cancel_transaction(task)
            return None
        return super().act(task)

    def all_undone(self, task: "CaseTask") -> None:
        """Leave the transaction, or let the token leave."""
        if any(isinstance(trigger, CancelTrigger) for trigger in self.triggers):
            cancel_transaction(task)
        else:
            super().all_undone(task)

    def throw(self, task: "CaseTask", trigger: Any) -> None:
        """Throw one event."""
        case = task.workflow.top_workflow
        if isinstance(trigger, (MessageTrigger, SignalTrigger)):
            names = task.view()
            payload = case.asking.named(trigger.parameters, names)
            message = Message(trigger.name, payload, signal=isinstance(trigger, SignalTrigger))
            if isinstance(trigger, MessageTrigger):
                message = replace(message, correlation=case.asking.named(trigger.matches, names))
            case.record.event(task, "thrown", payload)
            case.record.thrown.append(message)
            if message.signal:
                throw_signal(case, trigger.name, payload)
        elif isinstance(trigger, EscalationTrigger):
            case.record.event(task, "thrown")
            throw_coded(task, EscalationTrigger, trigger.code)
        elif isinstance(trigger, ErrorTrigger):
            case.record.event(task, "thrown")
            if not throw_coded(task, ErrorTrigger, trigger.code):
                case.cancel_all("failed")
        elif isinstance(trigger, TerminateEventDefinition):
            self._terminate(task)

    def _terminate(self, task: "CaseTask") -> None:
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
