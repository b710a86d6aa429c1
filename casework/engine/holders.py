"""Activities that hold a scope of their own: subprocesses and calls."""

from collections import ChainMap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs import defaults

from casework import feel
from casework.engine.activities import Activity
from casework.engine.catching import Catching, arm_all
from casework.engine.compensating import begin_undoing
from casework.engine.expressions import StuckError
from casework.engine.frames import Frame
from casework.engine.starting import begin
from casework.engine.triggers import Plan

if TYPE_CHECKING:
    from casework.engine.tokens import CaseTask


class Holder(Activity):
    """Mixed into activities that hold a scope of their own."""

    spec: str
    holds_scope = True

    def act(self, task: "CaseTask") -> bool | None:
        """Begin the scope; the token stays until it ends."""
        if "undo" in task.internal_data:
            case = task.workflow.top_workflow
            begin_undoing(task, case.enter(case.subprocess_specs[self.spec], task, None))
            return None
        begin(task, task.workflow.top_workflow.subprocess_specs[self.spec], None)
        return None

    def entries(self, task: "CaseTask", spec: Any) -> tuple[str, ...]:  # noqa: ARG002
        """Return what begins first in the scope."""
        return tuple(spec.entries)

    def is_over(self, task: "CaseTask", scope: Any) -> bool:  # noqa: ARG002
        """Tell whether a scope ends in which no token is left."""
        return True

    def inner_done(self, task: "CaseTask", done: "CaseTask") -> None:
        """Take note that an activity in the scope is done."""

    def take_back(self, task: "CaseTask", scope: Any) -> None:
        """Bring back what the scope produced."""

    def all_undone(self, task: "CaseTask") -> None:
        """Do nothing: the scope ends when nothing is left in it."""

    def resume(self, task: "CaseTask") -> None:
        """Try again to bring it back, if that is what failed."""
        case = task.workflow.top_workflow
        if task.internal_data.get("stuck") == "back":
            del task.internal_data["stuck"]
            case.close(case.subprocesses[task.id])
        else:
            super().resume(task)


class SubProcess(Holder, defaults.SubWorkflowTask):  # type: ignore[misc]
    """An embedded subprocess: uses the data around it."""


class EventSubProcess(Holder, Catching, defaults.SubWorkflowTask):  # type: ignore[misc]
    """A subprocess that an event starts while the scope around it runs."""

    triggered = True
    interrupting = True
    start = ""

    @property
    def waits_as(self) -> str:
        """Return the id of the start event inside."""
        return self.start

    def arm_in(self, root: "CaseTask") -> None:
        """Wait in the scope under this root."""
        arm_all(root, self)

    def happened(self, task: "CaseTask", following: Plan | None) -> None:
        """Stop everything else in the scope, or let it go on and wait again; then begin."""
        scope = task.workflow
        if not self.interrupting:
            self.wait_again(task, following)
        task.release()
        if self.interrupting:
            for other in [*scope.live.values(), *scope.armed.values()]:
                if other is not task:
                    other.cancel()
        task.workflow.top_workflow.record.event(task, "entered")


class CallActivity(Holder, defaults.CallActivity):  # type: ignore[misc]
    """Calls another process of the release, with data of its own."""

    ins: Mapping[str, feel.Expression] = {}
    outs: Mapping[str, feel.Expression] = {}

    def act(self, task: "CaseTask") -> bool | None:
        """Begin the called process with what goes in: everything when nothing is named."""
        case = task.workflow.top_workflow
        called = case.subprocess_specs.get(self.spec)
        if called is None or called.plain_start is None:
            raise StuckError(
                "called_process_missing",
                f"被调用的流程“{self.spec}”不存在，或没有普通开始事件。",
                f'The called process "{self.spec}" does not exist or has no plain start event.',
            )
        names = task.view()
        task.internal_data["seen"] = task.frames()[0].version
        begin(task, called, Frame(case.asking.named(self.ins, names) if self.ins else dict(names)))
        return None

    def take_back(self, task: "CaseTask", scope: Any) -> None:
        """Write what comes out: everything the called process wrote when nothing is named."""
        case = task.workflow.top_workflow
        names = scope.frame.values
        came_out = case.asking.named(self.outs, ChainMap(names)) if self.outs else scope.frame.own()
        case.write(task, came_out, task.internal_data["seen"])
