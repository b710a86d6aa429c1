"""Ad hoc subprocesses: activities without a drawn order, until a condition says that it is enough.

Every activity that nothing leads to is begun: all at once, or (sequential) one whenever nothing else runs, in the
order in which they are drawn. After each activity the completion condition is asked. When everything is done and the
condition does not hold, all are begun anew; whoever wants one once more before that begins it with `commands.begin`.
"""

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs import defaults

from casework import feel
from casework.engine.holders import Holder
from casework.engine.starting import put_on

if TYPE_CHECKING:
    from casework.engine.tokens import CaseTask


class AdHocSubProcess(Holder, defaults.SubWorkflowTask):  # type: ignore[misc]
    """Holds a scope whose activities have no order of their own."""

    sequential = False
    cancels_rest = True
    until: feel.Expression | None = None

    def entries(self, task: "CaseTask", spec: Any) -> tuple[str, ...]:
        """Return what begins first: everything, or the first activity."""
        task.internal_data["begun"] = 1 if self.sequential else len(spec.entries)
        return tuple(spec.entries[: task.internal_data["begun"]])

    def inner_done(self, task: "CaseTask", done: "CaseTask") -> None:
        """Ask whether it is enough when an activity inside is done; if so, nothing new begins."""
        if self.is_enough(task):
            task.internal_data["enough"] = True
            done.ways = ()
            if self.cancels_rest:
                for other in [*done.workflow.live.values()]:
                    other.cancel()

    def is_over(self, task: "CaseTask", scope: Any) -> bool:
        """Tell whether an empty scope ends here; otherwise begin what comes next."""
        state, entries = task.internal_data, scope.spec.entries
        if "enough" in state or not entries or (self.until is not None and self.is_enough(task)):
            return True
        left = entries[state["begun"] :]
        if not left and self.until is None:
            return True
        begun = state["begun"] if left else 0
        names = entries[begun : begun + 1] if self.sequential else entries
        state["begun"] = begun + len(names)
        put_on(scope, names)
        return False

    def is_enough(self, task: "CaseTask") -> bool:
        """Tell whether the completion condition holds."""
        return self.until is not None and task.workflow.top_workflow.asking.truth(self.until, task.view())

    def may_begin(self, scope: Any, name: str) -> bool:
        """Tell whether one more of an activity inside can be begun now."""
        busy = self.sequential and scope.live
        return name in scope.spec.entries and not busy and "enough" not in scope.owner.internal_data
