"""What an operation of a diagram gets to work with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from casework import jobs
from casework.cases.history import Line
from casework.cases.models import Case
from casework.cases.values import day_of, to_json
from casework.definitions.library import OpenRelease
from casework.engine import Message
from casework.persistence import Work


class StepFailed(Exception):
    """An operation ended in a way that the diagram foresees: its error boundary with this code takes over."""

    def __init__(self, code: str, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.data = dict(data or {})


@dataclass
class Step:
    """One activation of a service task: the case it belongs to and what it may leave behind.

    `person_id` is the person whose step led here; None where the system acts by itself.
    """

    work: Work
    case: Case
    release: OpenRelease
    process: str
    element: str
    activation: str
    data: Mapping[str, Any]
    person_id: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    def throw(
        self, name: str, payload: Mapping[str, Any] | None = None, correlation: Mapping[str, Any] | None = None
    ) -> None:
        """Send a message to this very case: it is delivered when the step is done, in the same transaction."""
        self.messages.append(Message(name, dict(payload or {}), dict(correlation or {})))

    def later(
        self,
        kind: str,
        payload: Mapping[str, Any] | None = None,
        *,
        key: str,
        case_id: int | None = None,
        due_at: datetime | None = None,
    ) -> None:
        """Leave a job: whatever touches another case or leaves the system. `key` is unique within this activation."""
        jobs.schedule(
            self.work,
            kind,
            due_at=due_at or self.work.now,
            payload=to_json(payload or {}),
            case_id=case_id,
            key=f"{self.case.id}:{self.activation}:{key}",
        )

    def day(self, value: Any) -> date | None:
        """Return the local day of a date, a moment or its text; None for nothing."""
        return day_of(value, self.work.house.zone)

    def note(self, zh: str, en: str, *, what: str = "noted", **refs: Any) -> None:
        """Write one line of history in both languages; `refs` are references, never personal data."""
        self.lines.append(Line(self.process, self.element, "operation", what, zh, en, to_json(refs)))
