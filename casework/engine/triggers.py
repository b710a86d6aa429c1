"""What an event waits for or throws: the library's event definitions with compiled expressions in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.conditional import ConditionalEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import (
    ErrorEventDefinition,
    EscalationEventDefinition,
    SignalEventDefinition,
)
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import CancelEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition

from casework import feel
from casework.engine.expressions import Asking, StuckError, clock_of, compiled, later
from casework.engine.values import pack, unpack


@dataclass(frozen=True)
class Plan:
    """When a timer is due, and for a cycle how often it still comes, after how long, and until when."""

    due: datetime | None
    left: int | None = 1  # None: for ever
    every: feel.Duration | None = None
    end: datetime | None = None

    def following(self, asking: Asking) -> "Plan | None":
        """Return the plan of the next round of a cycle, None after the last."""
        if self.every is None or self.due is None or (self.left is not None and self.left <= 1):
            return None
        due = later(self.due, self.every, asking.facts)
        if due is None or (self.end is not None and due > self.end):
            return None
        return Plan(due, None if self.left is None else self.left - 1, self.every, self.end)

    def packed(self) -> list[Any]:
        """Return the plan as plain JSON."""
        every = None if self.every is None else [self.every.months.months, pack(self.every.span)]
        return [pack(self.due), self.left, every, pack(self.end)]

    @classmethod
    def unpacked(cls, packed: list[Any]) -> "Plan":
        """Return the plan that `packed` wrote."""
        due, left, every, end = packed
        span = None if every is None else feel.Duration(feel.YearsMonths(every[0]), unpack(every[1]))
        return cls(unpack(due), left, span, unpack(end))


class TimerTrigger(TimerEventDefinition):  # type: ignore[misc]
    """A date, a duration or a cycle: ISO 8601 as it is, or FEEL that gives one."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(name, text)
        self.text = text.strip()
        bare = feel.parse_timer(self.text, UTC) is not None
        self.formula = None if bare else compiled(self.text)
        self.clock = clock_of(self.formula) if self.formula is not None else None

    def plan(self, asking: Asking, names: Mapping[str, Any]) -> Plan:
        """Return when the timer is due; StuckError when it gives no moment and follows no clock that could give one."""
        value = self.text if self.formula is None else asking.value(self.formula, names)
        if isinstance(value, str):
            value = feel.parse_timer(value, asking.facts.zone)
        if isinstance(value, feel.Cycle):
            first = value.start or later(asking.now, value.every, asking.facts)
            return Plan(first, value.times, value.every, value.end)
        due = asking.due(value)
        if due is None and self.clock is None:
            raise StuckError(
                "timer_without_moment",
                f"定时器“{self.text}”没有得出时间。请补全它用到的数据，或改正流程后重试。",
                f'The timer "{self.text}" gives no moment. Supply what it needs, or correct the diagram, and retry.',
            )
        return Plan(due)


class MessageTrigger(MessageEventDefinition):  # type: ignore[misc]
    """A message by name, what of it must agree, and (thrown) what it carries."""

    def __init__(
        self, name: str, matches: Mapping[str, feel.Expression], parameters: Mapping[str, feel.Expression]
    ) -> None:
        super().__init__(name)
        self.matches = matches
        self.parameters = parameters
        self.paths: Mapping[str, feel.Expression] = {}  # where in the payload the keys of a correlation stand
        self.bindings: Mapping[str, feel.Expression] = {}  # what the process says that keys must agree with


class SignalTrigger(SignalEventDefinition):  # type: ignore[misc]
    """A signal by name; thrown it carries its parameters."""

    def __init__(self, name: str, parameters: Mapping[str, feel.Expression]) -> None:
        super().__init__(name)
        self.parameters = parameters


class ErrorTrigger(ErrorEventDefinition):  # type: ignore[misc]
    """An error by code; caught without a code it is any error."""


class EscalationTrigger(EscalationEventDefinition):  # type: ignore[misc]
    """An escalation by code; caught without a code it is any escalation."""


class CancelTrigger(CancelEventDefinition):  # type: ignore[misc]
    """The cancelling of a transaction."""


class CompensateTrigger(EventDefinition):  # type: ignore[misc]
    """Undoing of one activity, or of everything in the scope."""

    def __init__(self, activity: str | None, *, waits: bool = True) -> None:
        super().__init__()
        self.activity = activity
        self.waits = waits  # until all is undone


class ConditionTrigger(ConditionalEventDefinition):  # type: ignore[misc]
    """Becomes due when its condition turns from not true to true."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.condition = compiled(text)
