"""Stepping a diagram through the engine with a pretended house: every operation answered at once, every ask noted."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from casework import engine

PROCESSES = Path(__file__).parents[2] / "processes"
ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 9, 18, 8, 30, tzinfo=UTC)
DUE = START + timedelta(days=2)
POLICIES = {
    "intake.merge.score_min": Decimal(90),
    "intake.merge.score_ask": Decimal(60),
    "rectification.rounds": Decimal(2),
}


def definition() -> engine.Definition:
    """All diagrams of the repository, loaded together."""
    return engine.load({path.name: path.read_bytes() for path in sorted(PROCESSES.glob("shared/*/*.bpmn"))})


class Run:
    """One case on the way; `asked` lists the operations it asked for, with their arguments."""

    def __init__(
        self,
        loaded: engine.Definition,
        process: str,
        data: Mapping[str, Any],
        answers: Mapping[str, Any] | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        self.loaded, self.now = loaded, START
        self.answers = dict(answers or {})
        self.facts = {"case": {"no": "C1", "tier": Decimal(1), "estate": Decimal(5)}, **(facts or {})}
        self.asked: list[tuple[str, Mapping[str, Any]]] = []
        self.tasks: dict[str, engine.HumanTask] = {}
        self.timers: dict[str, engine.Timer] = {}
        self.passed: list[str] = []
        self.operations: list[engine.Operation] = []
        self.thrown: list[engine.Message] = []
        self.delivered = False
        self.ended: str | None = None
        self._take(engine.start(loaded, process, data, now=self.now, facts=self._facts()))

    def open(self) -> list[str]:
        """The elements of the tasks that are open, one entry per task."""
        return sorted(task.element for task in self.tasks.values())

    def task(self, element: str) -> engine.HumanTask:
        """The first open task of this element."""
        return next(task for task in self.tasks.values() if task.element == element)

    def done(self, element: str, **answer: Any) -> None:
        """Complete the first open task of this element."""
        task = self.task(element)
        del self.tasks[task.id]
        self._take(engine.complete(self.loaded, self.state, task.id, answer, now=self.now, facts=self._facts()))

    def due(self, element: str) -> datetime | None:
        """When the timer of this element fires."""
        return next(timer.due for timer in self.timers.values() if timer.element == element)

    def fire(self, element: str) -> None:
        """Fire the timer of this element."""
        timer = next(timer for timer in self.timers.values() if timer.element == element)
        del self.timers[timer.id]
        self._take(engine.fire(self.loaded, self.state, timer.id, now=self.now, facts=self._facts()))

    def message(self, name: str, payload: Mapping[str, Any] | None = None, **correlation: Any) -> bool:
        """Send a message to the case; tell whether somebody waited for it."""
        sent = engine.Message(name, payload or {}, correlation)
        self._take(engine.deliver(self.loaded, self.state, sent, now=self.now, facts=self._facts()))
        return self.delivered

    def arguments(self, operation: str) -> list[Mapping[str, Any]]:
        """What the operation was asked for with, each time."""
        return [arguments for name, arguments in self.asked if name == operation]

    def _facts(self) -> engine.Facts:
        functions = {
            "policy": POLICIES.get,
            "deadline": lambda _key, start: start + timedelta(hours=4),
            "clock": lambda name: {"name": name, "due": DUE},
        }
        return engine.Facts(self.facts, functions, ZONE)

    def _take(self, outcome: engine.Outcome) -> None:
        self.delivered = outcome.delivered
        self._note(outcome)
        while self.operations or self.thrown:
            if self.operations:
                self._note(self._answered(self.operations.pop(0)))
            else:
                message = self.thrown.pop(0)
                self._note(engine.deliver(self.loaded, self.state, message, now=self.now, facts=self._facts()))

    def _answered(self, operation: engine.Operation) -> engine.Outcome:
        name = operation.arguments["decision"] if operation.name == "decisions.decide" else operation.name
        self.asked.append((name, operation.arguments))
        answer = self.answers.get(name, {})
        given = answer(operation.arguments) if callable(answer) else answer
        return engine.complete(self.loaded, self.state, operation.id, given, now=self.now, facts=self._facts())

    def _note(self, outcome: engine.Outcome) -> None:
        assert outcome.incident is None, outcome.incident
        self.state = outcome.state
        self.tasks.update({task.id: task for task in outcome.opened})
        self.timers.update({timer.id: timer for timer in outcome.timers_set})
        for closed in outcome.closed:
            self.tasks.pop(closed, None)
        for cleared in outcome.timers_cleared:
            self.timers.pop(cleared, None)
        self.passed += [event.element for event in outcome.history if event.what == "completed"]
        self.ended = outcome.ended or self.ended
        self.operations += outcome.operations
        self.thrown += outcome.thrown
