"""Events that wait: beside a token, or holding one, until what they wait for comes."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.util.task import TaskState

from casework.engine.associations import received
from casework.engine.correlating import must_agree, remember_keys
from casework.engine.expressions import StuckError
from casework.engine.model import Message, Timer
from casework.engine.nodes import Flow, Node
from casework.engine.triggers import ConditionTrigger, MessageTrigger, Plan, SignalTrigger, TimerTrigger
from casework.engine.values import pack, unpack

if TYPE_CHECKING:
    from casework.engine.tokens import CaseTask


COME: Final = "come"  # what one of several triggers brought, until the others come


def beside(task: "CaseTask") -> list["CaseTask"]:
    """Return the armed events that wait for the triggers of the same event, this one included."""
    return [
        one
        for one in task.parent.children
        if one is not None and one.armed and one.task_spec is task.task_spec and one._state == TaskState.WAITING
    ]


def arm_all(parent: "CaseTask", spec: "Catching") -> None:
    """Let an event wait for everything it can be triggered by."""
    for which in range(len(spec.triggers)):
        arm(parent, spec, which)


def arm(parent: "CaseTask", spec: "Catching", which: int = 0, plan: Plan | None = None) -> None:
    """Let an event wait for one of its triggers beside a token (or, under the root, beside a whole scope)."""
    child = parent._add_child(spec)
    if which:
        child.internal_data["which"] = which
    child.arm()
    spec.await_event(child, plan)


class Catching(Node):
    """Mixed into everything that waits for an event."""

    catches_events = True
    triggers: tuple[Any, ...] = ()
    together = False  # parallel multiple: it happens when all its triggers have come

    @property
    def waits_as(self) -> str:
        """Return the designer's id of the event that waits."""
        return self.element

    def trigger(self, task: "CaseTask") -> Any:
        """Return what this task waits for; None when there is nothing, or when it has come already."""
        if COME in task.internal_data or (not task.armed and len(self.triggers) != 1):
            return None
        return self.triggers[task.internal_data.get("which", 0)]

    def await_event(self, task: "CaseTask", plan: Plan | None = None) -> None:
        """Set the timer the task waits for, or have its condition watched; other events need no preparation."""
        self.watch(task)
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

    def watch(self, task: "CaseTask") -> None:
        """Have the condition the task waits for looked at, if it is one."""
        if isinstance(self.trigger(task), ConditionTrigger):
            task.workflow.top_workflow.watch(task)

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
            try:
                return Message(trigger.name, correlation=must_agree(task.workflow.top_workflow, trigger, task.view()))
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
        """Let happen what the task waits for: write what it brought, then act as its kind does (`happened`)."""
        case = task.workflow.top_workflow
        task.internal_data.pop("stuck", None)
        plan = task.internal_data.pop("plan", None)
        following = Plan.unpacked(plan).following(case.asking) if plan else None
        remember_keys(case, self.trigger(task), payload or {})
        if self.together and not self.is_complete(task, payload or {}):
            case.record.event(task, "caught")
            return
        received(self, task, payload or {})
        case.record.event(task, "caught", task.changes)
        task.changes = None
        self.happened(task, following)

    def is_complete(self, task: "CaseTask", payload: Mapping[str, Any]) -> bool:
        """Keep one of several triggers until the others have come; with the last one, write what the others brought."""
        others = [one for one in beside(task) if one is not task]
        if any(COME not in one.internal_data for one in others):
            task.internal_data[COME] = pack(dict(payload))
            return False
        for one in others:
            received(self, task, unpack(one.internal_data[COME]))
            one.cancel()
        return True

    def wait_again(self, task: "CaseTask", following: Plan | None) -> None:
        """Wait for the same once more, beside the same; a timer only as long as its cycle goes on."""
        timed = [isinstance(trigger, TimerTrigger) for trigger in self.triggers]
        which = task.internal_data.get("which", 0)
        if self.together and not any(timed):
            arm_all(task.parent, self)
        elif not self.together and (following is not None or not timed[which]):
            arm(task.parent, self, which, following)
        for again in beside(task):
            if again is not task and (self.together or again.internal_data.get("which", 0) == which):
                again.internal_data["was"] = True  # a condition must turn false before it can become true again

    def happened(self, task: "CaseTask", following: Plan | None) -> None:  # noqa: ARG002
        """Let the token go on; armed beside an event-based gateway, it is the gateway's token that goes this way."""
        if not task.armed:
            task._set_state(TaskState.READY)
            return
        holder = task.parent
        if holder.task_spec is self:
            task.workflow.top_workflow.disarm(holder)
            holder._set_state(TaskState.READY)
            return
        task.release()
        holder.complete()

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
        if len(self.triggers) > 1:
            arm_all(task, self)
        else:
            self.await_event(task)
        return False


class IntermediateCatchEvent(Waiting, defaults.IntermediateCatchEvent):  # type: ignore[misc]
    """Holds a token until a message, signal, timer or condition comes."""

    def happened(self, task: "CaseTask", following: Plan | None) -> None:
        """Let the token go on; a cycle that is not over keeps another one for its next round."""
        if following is not None and not task.armed:
            self.keep_one(task.workflow, following)
        super().happened(task, following)

    def keep_one(self, scope: Any, plan: Plan) -> None:
        """Let a token of a parallel branch of its own wait here for the next round."""
        case = scope.top_workflow
        kept = scope.task_tree._add_child(self)
        kept.internal_data["branch"] = case.new_id()
        case.record.event(kept, "entered")
        kept._set_state(TaskState.WAITING)
        self.await_event(kept, plan)


class BoundaryEvent(Catching, defaults.BoundaryEvent):  # type: ignore[misc]
    """Waits beside an activity; interrupts it, or starts a path of its own and waits again."""

    def happened(self, task: "CaseTask", following: Plan | None) -> None:
        """Cancel the activity, or arm the event again while the activity goes on."""
        host = task.parent
        if not self.cancel_activity:
            self.wait_again(task, following)
        task.release()
        if self.cancel_activity:
            host.cancel()


class StartEvent(Waiting, defaults.StartEvent):  # type: ignore[misc]
    """Where a token begins; if several things must come, the first begins the case and the rest are awaited."""

    def arrive(self, task: "CaseTask") -> bool:
        """Go on at once, for what starts it has happened."""
        begins_case = task.workflow.owner is None
        return super().arrive(task) if self.together and begins_case else Node.arrive(self, task)


class EventBasedGateway(Node, defaults.EventBasedGateway):  # type: ignore[misc]
    """Holds a token while the events behind it race; the first one takes it."""

    instantiates = False  # it begins its process: then the tokens stand on the events at once
    parallel = False  # instantiating, and all its events must come

    def arrive(self, task: "CaseTask") -> bool:
        """Arm every event behind the gateway."""
        super().arrive(task)
        task._set_state(TaskState.WAITING)
        for flow in self.flows:
            arm_all(task, task.workflow.spec.task_specs[flow.target])
        return False

    def choose(self, task: "CaseTask") -> tuple[Flow, ...]:  # noqa: ARG002
        """Return no flow: the event that came first is the token already."""
        return ()
