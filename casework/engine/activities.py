"""Activities: what events can be attached to, and the tasks that the engine or the house does."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs import defaults

from casework import feel
from casework.engine.associations import hand_out, take_in
from casework.engine.catching import Waiting, arm_all
from casework.engine.expressions import StuckError
from casework.engine.model import Operation
from casework.engine.nodes import Flow, Node
from casework.engine.throwing import Throwing

if TYPE_CHECKING:
    from casework.engine.tokens import CaseTask


class Activity(Node):
    """Mixed into everything that boundary events can be attached to."""

    is_activity = True

    def arrive(self, task: "CaseTask") -> bool:
        """Arm the events on the boundary."""
        super().arrive(task)
        take_in(self, task)
        self.prepare(task)
        if "undo" not in task.internal_data:
            arm_boundary(self, task)
        return True

    def prepare(self, task: "CaseTask") -> None:
        """Do what comes before the boundary events wait."""

    def choose(self, task: "CaseTask") -> tuple[Flow, ...]:
        """Hand out what the activity has made, then return the flows to leave by."""
        hand_out(self, task)
        return super().choose(task)


def arm_boundary(spec: Node, task: "CaseTask") -> None:
    """Let every event on the boundary of an activity wait beside its token."""
    for name in spec.boundaries:
        arm_all(task, task.workflow.spec.task_specs[name])


class NoneTask(Activity, defaults.NoneTask):  # type: ignore[misc]
    """A task that says nothing of how it is done: a token passes through it."""


class AsksHouse(Activity):
    """Mixed into tasks for which the engine stops and asks the house to do something."""

    given_out = True
    operation: str | None = None
    constants: Mapping[str, Any] = {}
    parameters: Mapping[str, feel.Expression] = {}
    result: str | None = None

    def act(self, task: "CaseTask") -> bool | None:
        """Ask; the token stays until the answer comes."""
        if self.operation is None:
            raise StuckError(
                "operation_missing",
                f"“{self.label or self.element}”没有指定要执行的操作。",
                f'"{self.label or self.element}" names no operation.',
            )
        case = task.workflow.top_workflow
        names = task.view()
        arguments = {**self.constants, **case.asking.named(self.parameters, names)}
        task.internal_data["seen"] = task.frames()[0].version
        number = str(task.id)
        asked = Operation(number, self.element, self.operation, arguments, self.process, self.result, dict(names))
        case.record.operations[asked.id] = asked
        return None


class ServiceTask(AsksHouse, defaults.ServiceTask):  # type: ignore[misc]
    """Asks for an operation by name."""


class BusinessRuleTask(AsksHouse, defaults.ServiceTask):  # type: ignore[misc]
    """Asks for a decision."""


class SendTask(AsksHouse, Throwing, defaults.SendTask):  # type: ignore[misc]
    """Asks for a notice or an operation; with a message only, it throws that."""

    def act(self, task: "CaseTask") -> bool | None:
        """Ask or throw."""
        return Throwing.act(self, task) if self.operation is None and self.triggers else super().act(task)


class ReceiveTask(Waiting, defaults.ReceiveTask):  # type: ignore[misc]
    """Holds a token until its message comes."""

    is_activity = True

    def arrive(self, task: "CaseTask") -> bool:
        """Wait, with the events on the boundary armed."""
        at_once = super().arrive(task)
        if not at_once:
            arm_boundary(self, task)
        return at_once


class ScriptTask(Activity, defaults.ScriptTask):  # type: ignore[misc]
    """Writes the entries of one FEEL context to the data."""

    program: feel.Expression | None = None

    def act(self, task: "CaseTask") -> bool | None:
        """Evaluate and write."""
        case = task.workflow.top_workflow
        if self.program is not None and "done" not in task.internal_data:
            entries = case.asking.value(self.program, task.view())
            if not isinstance(entries, dict):
                raise StuckError(
                    "script_gives_no_context",
                    f"脚本“{self.program.source}”没有得出一组赋值（应写成 {{名称: 表达式}}）。",
                    f'The script "{self.program.source}" gives no context (write {{name: expression}}).',
                )
            case.write(task, entries, known=self.program.names)
            task.internal_data["done"] = True
        return super().act(task)
