"""What a command leads to, noted while it happens and put together at the end."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from casework.engine.model import Event, HumanTask, Message, Operation, Timer, What
from casework.engine.problems import Problem

if TYPE_CHECKING:
    from casework.engine.expressions import StuckError
    from casework.engine.tokens import CaseTask


class Record:
    """Collects history and changes; what is opened and closed within one command never leaves it."""

    def __init__(self) -> None:
        self.history: list[Event] = []
        self.opened: dict[str, HumanTask] = {}
        self.closed: dict[str, None] = {}
        self.timers_set: dict[str, Timer] = {}
        self.timers_cleared: dict[str, None] = {}
        self.operations: dict[str, Operation] = {}
        self.thrown: list[Message] = []
        self.incidents: dict[str, Problem] = {}

    def event(self, task: "CaseTask", what: What, data: Mapping[str, Any] | None = None) -> None:
        """Add one line of history."""
        spec = task.task_spec
        if spec.generated and what in {"entered", "completed"} and not data:
            return
        self.history.append(Event(spec.element, spec.kind, what, data or None, spec.process, str(task.id)))

    def conflict(self, task: "CaseTask", lost: Mapping[str, Any], authors: Sequence[str]) -> None:
        """Note that what other branches wrote had to give way, and who had written it."""
        spec = task.task_spec
        against = tuple(dict.fromkeys(authors))
        self.history.append(Event(spec.element, spec.kind, "conflict", lost, spec.process, str(task.id), against))

    def compensated(self, task: "CaseTask", spec: Any) -> None:
        """Note that what an activity did is undone."""
        self.history.append(Event(spec.element, spec.kind, "compensated", None, spec.process, str(task.id)))

    def close(self, task: "CaseTask") -> None:
        """Note that a task given out to a person, or an operation asked for, is no longer open."""
        key = str(task.id)
        asked = self.opened.pop(key, None) or self.operations.pop(key, None)
        if asked is None:
            self.closed[key] = None
        self.incidents.pop(key, None)

    def set_timer(self, timer: Timer) -> None:
        """Note a timer that waits from now on."""
        self.timers_set[timer.id] = timer

    def clear_timer(self, task: "CaseTask") -> None:
        """Note that a timer waits no longer."""
        if self.timers_set.pop(str(task.id), None) is None:
            self.timers_cleared[str(task.id)] = None

    def incident(self, task: "CaseTask", trouble: "StuckError") -> None:
        """Note where a token can't go on, and why."""
        spec = task.task_spec
        self.incidents[str(task.id)] = Problem(
            file=spec.file,
            element=spec.element,
            name=spec.label or None,
            line=None,
            rule=trouble.rule,
            severity="error",
            message={"zh": trouble.zh, "en": trouble.en},
            fix={"task": str(task.id)},
        )
