"""What all elements of a diagram have in common when they run: a token arrives, acts, and leaves over sequence flows.

The library's own task specs predict whole paths and read finished history; these keep only the tokens there are, so the
cost of a step does not grow with the steps taken before.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.util.task import TaskState

from casework import feel
from casework.engine.associations import NONE
from casework.engine.compensating import remember, undone
from casework.engine.expressions import StuckError

if TYPE_CHECKING:
    from casework.engine.running import Case
    from casework.engine.tokens import CaseTask


@dataclass(frozen=True)
class Flow:
    """A sequence flow; `condition` is None when it has none."""

    id: str
    target: str
    condition: feel.Expression | None


class Node:
    """Mixed in before the library's class of an element."""

    name: str
    _inputs: list[str]
    _outputs: list[str]
    element = ""  # the designer's id
    label = ""  # the designer's name for it
    kind = ""
    process = ""
    flows: tuple[Flow, ...] = ()
    default: str | None = None
    gives = 1  # how many tokens each flow gets that is taken
    incoming: tuple[str, ...] = ()
    boundaries: tuple[str, ...] = ()
    file = ""
    generated = False  # made by normalising from the designer's element
    joins = False  # tokens wait here for each other
    compensated_by: str | None = None  # the activity that undoes this one
    holds_scope = False
    triggered = False  # an event subprocess: no flow leads to it
    by_itself = True  # False: a ready token waits for a person
    given_out = False  # a person or the house is asked to finish it
    catches_events = False
    is_activity = False
    repeats = False
    associations = NONE  # of data

    # -- the library's hooks
    def test(self) -> None:
        """Accept the node as it is: casework.engine.check has looked at it."""

    def connect(self, target: Any) -> None:
        """Note in the library's graph that a flow leads to `target`."""
        self._outputs.append(target.name)
        target._inputs.append(self.name)

    def _predict_hook(self, my_task: "CaseTask") -> None:
        """Predict nothing: tasks stand for tokens."""

    def _update_hook(self, my_task: "CaseTask") -> bool:
        return my_task._state == TaskState.FUTURE and bool(self._guarded(my_task, self.arrive, "arrive"))

    def _on_ready_hook(self, my_task: "CaseTask") -> None:
        """Do nothing more: `arrive` has done it."""

    def _run_hook(self, my_task: "CaseTask") -> bool | None:
        return self._guarded(my_task, self.act, "act")

    def _on_cancel(self, my_task: "CaseTask") -> None:
        """Do nothing more: `CaseTask.cancel` has done it."""

    def _on_complete_hook(self, my_task: "CaseTask") -> None:
        case: Case = my_task.workflow.top_workflow
        case.record.event(my_task, "completed", my_task.changes)
        case.disarm(my_task)
        if self.is_activity and my_task.workflow.owner is not None:
            self._tell_owner(my_task)
        leaving = [flow for flow in my_task.ways for _ in range(self.gives)]
        for flow in leaving:
            self.follow(my_task, flow, splits=len(leaving) > 1)
        if not my_task.ways:
            case.branch_ended(my_task)
        my_task.ways, my_task.changes = (), None
        if not self.holds_scope:
            remember(my_task)
        if "undoes" in my_task.internal_data:
            undone(my_task)
        elif "instance" in my_task.internal_data:
            my_task.parent.task_spec.instance_done(my_task.parent, my_task)

    def _tell_owner(self, task: "CaseTask") -> None:
        owner: CaseTask = task.workflow.owner
        if "instance" not in task.internal_data and "undoes" not in task.internal_data:
            try:
                owner.task_spec.inner_done(owner, task)
            except StuckError as trouble:
                task.workflow.top_workflow.stick(owner, trouble, "back")

    # -- what kinds of nodes do differently
    def arrive(self, task: "CaseTask") -> bool:
        """Take in a token; tell whether it may act at once."""
        task.workflow.top_workflow.record.event(task, "entered")
        return True

    def act(self, task: "CaseTask") -> bool | None:
        """Do what the element is for; True when the token may leave, None when it stays."""
        task.ways = self.choose(task)
        return True

    def choose(self, task: "CaseTask") -> tuple[Flow, ...]:
        """Return the flows the token leaves by: those without condition, those that are true, or the default."""
        if "undoes" in task.internal_data:
            return ()
        if not self.default and all(flow.condition is None for flow in self.flows):
            return self.flows
        case: Case = task.workflow.top_workflow
        names = task.view()
        always = [flow for flow in self.flows if flow.condition is None and flow.id != self.default]
        chosen = [f for f in self.flows if f.condition is not None and case.asking.truth(f.condition, names)]
        otherwise = [flow for flow in self.flows if flow.id == self.default]
        return tuple(always + (chosen or otherwise))

    def follow(self, task: "CaseTask", flow: Flow, *, splits: bool) -> None:
        """Put a token on the target of a flow."""
        target = task.workflow.spec.task_specs[flow.target]
        child = task._add_child(target, TaskState.FUTURE)
        branch = child.id if splits else task.internal_data.get("branch")
        if branch is not None:
            child.internal_data["branch"] = branch
        if target.joins:
            child.internal_data["via"] = flow.id

    def all_undone(self, task: "CaseTask") -> None:
        """Let the token that waited for compensation leave."""
        task.workflow.top_workflow.finish(task)

    def resume(self, task: "CaseTask") -> None:
        """Try again what the token was stuck in."""
        stage = task.internal_data.pop("stuck", "act")
        if stage == "leave":
            task.workflow.top_workflow.finish(task)
        elif stage == "arrive":
            task._state = TaskState.FUTURE
            self._update(task)  # type: ignore[attr-defined]
        else:
            task._set_state(TaskState.READY)

    def _guarded(self, task: "CaseTask", step: Any, stage: str) -> bool | None:
        try:
            answer: bool | None = step(task)
        except StuckError as trouble:
            task.workflow.top_workflow.stick(task, trouble, stage)
            return None
        return answer
