"""Tasks that people do."""

from typing import TYPE_CHECKING

from SpiffWorkflow.bpmn.specs import defaults

from casework import feel
from casework.engine.activities import Activity
from casework.engine.model import HumanTask

if TYPE_CHECKING:
    from casework.engine.tokens import CaseTask


class ForPeople(Activity):
    """Mixed into tasks that a person completes."""

    given_out = True
    by_itself = False
    form: str | None = None
    role: str | None = None
    place: str | None = None  # a keyword
    place_of: feel.Expression | None = None  # or an expression
    due: feel.Expression | None = None
    clock: str | None = None
    priority = 0
    conflicts: tuple[str, ...] = ()

    def prepare(self, task: "CaseTask") -> None:
        """Open the task."""
        task.workflow.top_workflow.record.opened[str(task.id)] = self.described(task)
        task.internal_data["seen"] = task.frames()[0].version

    def described(self, task: "CaseTask") -> HumanTask:
        """Return the task as a person sees it now."""
        asking = task.workflow.top_workflow.asking
        names = task.view()
        return HumanTask(
            id=str(task.id),
            element=self.element,
            name=self.label,
            form=self.form,
            role=self.role,
            scope=asking.value(self.place_of, names) if self.place_of is not None else self.place,
            due=asking.due(asking.value(self.due, names)) if self.due is not None else None,
            data=dict(names),
            process=self.process,
            priority=self.priority,
            conflicts=self.conflicts,
            instance=task.parent.task_spec.instance_of(task) if "instance" in task.internal_data else None,
            clock=self.clock,
        )


class UserTask(ForPeople, defaults.UserTask):  # type: ignore[misc]
    """A task with a form."""


class ManualTask(ForPeople, defaults.ManualTask):  # type: ignore[misc]
    """A task done away from the system and reported as done."""
