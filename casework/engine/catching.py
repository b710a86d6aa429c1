"""Events that wait: beside a token, or holding one, until what they wait for comes."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.util.task import TaskState

from casework.engine.expressions import StuckError
from casework.engine.model import Message, Timer
from casework.engine.nodes import Flow, Node
from casework.engine.triggers import ConditionTrigger, MessageTrigger, Plan, SignalTrigger, TimerTrigger

if TYPE_CHECKING:
    from casework.engine.tokens import CaseTask


def arm(parent: "CaseTask", spec: "Catching", which: int = 0, plan: Plan | None = None) -> None:
    """Let an event wait beside a token (or, under the root, beside a whole scope)."""
    child = parent._add_child(spec)
    if which:
        child.internal_data["which"] = which
    child.arm()
    spec.await_event(child, plan)


class Catching(Node):
    """Mixed into everything that waits for an event."""

    catches_events = True
    triggers: tuple[Any, ...] = ()

    @property
    def waits_as(self) -> str:
        """Return the designer's id of the event that waits."""
        return self.element

    def trigger(self, task: "CaseTask") -> Any:
        """Return what this task waits for; None for an event without a trigger."""
        which = task.internal_data.get("which", 0)
        return self.triggers[which] if which < len(self.triggers) else None

    def await_event(self, task: "CaseTask", plan: Plan | None = None) -> None:
        """Set the timer the task waits for, if it is one; other events need no preparation."""
        trigger = self.trigger(task)
        if not isinstance(trigger, TimerTrigger):
            return
        case = task.workflow.top_workflow
        try:
            plan = plan or trigger.plan(case.asking, task.view())
        except StuckError as trouble:
            case.stick(task, trouble, "arm")
            plan = Plan(None)
        task.internal_data["plan"] = plan.packed()
        case.record.set_timer(self.timer(task, plan))

    def timer(self, task: "CaseTask", plan: Plan) -> Timer:
        """Return the timer as it is known outside."""
        trigger = self.trigger(task)
        return Timer(str(task.id), self.waits_as, plan.due, trigger.clock, self.process, trigger.text)

    def wanted(self, task: "CaseTask") -> Message | None:
        """Return the message or signal the task waits for, with what must agree; None for anything else."""
        trigger = self.trigger(task)
        if isinstance(trigger, SignalTrigger):
            return Message(trigger.name, signal=True)
        if isinstance(trigger, MessageTrigger):
            asking = task.workflow.top_workflow.asking
            try:
                return Message(trigger.name, correlation=asking.named(trigger.matches, task.view()))
            except StuckError as trouble:
                task.workflow.top_workflow.stick(task, trouble, "arm")
        return None

    def has_become_true(self, task: "CaseTask") -> bool:
        """Tell whether the task waits for a condition that was not true and is now."""
        trigger = self.trigger(task)
        if not isinstance(trigger, ConditionTrigger) or trigger.condition is None:
            return False
        was = task.internal_data.get("was", False)
        try:
            now = task.workflow.top_workflow.asking.value(trigger.condition, task.view()) is True
        except StuckError:  # what can't be evaluated has not become true
            now = False
        task.internal_data["was"] = now
        return now and not was

    def occur(self, task: "CaseTask", payload: Mapping[str, Any] | None = None) -> None:
        """Let happen what the task waits for."""
        case = task.workflow.top_workflow
        task.internal_data.pop("stuck", None)
        if payload:
            case.write(task, payload)
        case.record.event(task, "caught", task.changes)
        task.changes = None
        plan = task.internal_data.pop("plan", None)
        following = Plan.unpacked(plan).following(case.asking) if plan else None
        self.happened(task, following)

    def happened(self, task: "CaseTask", following: Plan | None) -> None:  # noqa: ARG002
        """Let the token go on; armed beside an event-based gateway, it is the gateway's token that goes this way."""
        if not task.armed:
            task._set_state(TaskState.READY)
            return
        gateway = task.parent
        task.release()
        gateway.complete()

    def resume(self, task: "CaseTask") -> None:
        """Try again to find out when the timer is due."""
        if task.internal_data.get("stuck") == "arm":
            del task.internal_data["stuck"]
            task.workflow.top_workflow.record.clear_timer(task)
            self.await_event(task)
        else:
            super().resume(task)


class Waiting(Catching):
    """Mixed into events and tasks in the flow that hold a token until the event comes."""

    def arrive(self, task: "CaseTask") -> bool:
        """Wait, unless there is nothing to wait for."""
        super().arrive(task)
        if not self.triggers:
            return True
        task._set_state(TaskState.WAITING)
        self.await_event(task)
        return False


class IntermediateCatchEvent(Waiting, defaults.IntermediateCatchEvent):  # type: ignore[misc]
    """Holds a token until a message, signal, timer or condition comes."""


class BoundaryEvent(Catching, defaults.BoundaryEvent):  # type: ignore[misc]
    """Waits beside an activity; interrupts it, or starts a path of its own and waits again."""

    def happened(self, task: "CaseTask", following: Plan | None) -> None:
        """Cancel the activity, or arm the event again while the activity goes on."""
        host = task.parent
        trigger = self.trigger(task)
        task.release()
        if self.cancel_activity:
            host.cancel()
        elif following is not None or not isinstance(trigger, TimerTrigger):
            arm(host, self, task.internal_data.get("which", 0), following)


class StartEvent(Node, defaults.StartEvent):  # type: ignore[misc]
    """Where a token begins."""

    triggers: tuple[Any, ...] = ()


class EventBasedGateway(Node, defaults.EventBasedGateway):  # type: ignore[misc]
    """Holds a token while the events behind it race; the first one takes it."""

    def arrive(self, task: "CaseTask") -> bool:
        """Arm every event behind the gateway."""
        super().arrive(task)
        task._set_state(TaskState.WAITING)
        for flow in self.flows:
            arm(task, task.workflow.spec.task_specs[flow.target])
        return False

    def choose(self, task: "CaseTask") -> tuple[Flow, ...]:  # noqa: ARG002
        """Return no flow: the event that came first is the token already."""
        return ()
