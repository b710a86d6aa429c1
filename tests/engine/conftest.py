"""Playing a diagram three ways: as it comes, with every finished task dropped at once, and reloaded for every step."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from casework import engine
from casework.engine import running
from casework.engine.definition import build
from casework.engine.xml import read

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)  # Monday, noon in Shanghai


class Play:
    """One case, and what has come out of it so far."""

    def __init__(
        self,
        files: Mapping[str, bytes] | bytes,
        *,
        reload: bool,
        facts: engine.Facts | None = None,
        unchecked: bool = False,
    ) -> None:
        self.unchecked = unchecked
        self.checked: Mapping[str, bytes] | None = None
        self.files = {"p.bpmn": files} if isinstance(files, bytes) else files
        self.reload = reload
        self.facts = facts or engine.Facts()
        self.now = NOON
        self.state = b""
        self.tasks: dict[str, engine.HumanTask] = {}
        self.timers: dict[str, engine.Timer] = {}
        self.asked: dict[str, engine.Operation] = {}
        self.history: list[engine.Event] = []
        self.thrown: list[engine.Message] = []
        self.incidents: list[engine.Problem] = []
        self.last: engine.Outcome | None = None

    # -- commands
    def start(self, process: str | None = "p", message: engine.Message | None = None, **data: Any) -> "Play":
        return self._do(lambda d: engine.start(d, process, data, now=self.now, facts=self.facts, message=message))

    def done(self, element: str, which: int = 0, **data: Any) -> "Play":
        return self.finish(self.task(element, which).id, **data)

    def answer(self, element: str, which: int = 0, **data: Any) -> "Play":
        return self.finish(self.asking(element, which).id, **data)

    def finish(self, key: str, **data: Any) -> "Play":
        self.tasks.pop(key, None)
        self.asked.pop(key, None)
        return self._do(lambda d: engine.complete(d, self.state, key, data, now=self.now, facts=self.facts))

    def fails(self, element: str, code: str, *, escalation: bool = False, **data: Any) -> "Play":
        key = next(key for key, one in (*self.tasks.items(), *self.asked.items()) if one.element == element)
        return self._do(
            lambda d: engine.fail(d, self.state, key, code, data, now=self.now, escalation=escalation, facts=self.facts)
        )

    def fire(self, element: str) -> "Play":
        key = next(timer.id for timer in self.timers.values() if timer.element == element)
        del self.timers[key]
        return self._do(lambda d: engine.fire(d, self.state, key, now=self.now, facts=self.facts))

    def send(
        self, name: str, payload: Mapping[str, Any] | None = None, *, signal: bool = False, **correlation: Any
    ) -> bool:
        sent = engine.Message(name, payload or {}, correlation)
        self._do(lambda d: engine.deliver(d, self.state, sent, now=self.now, signal=signal, facts=self.facts))
        return self.last is not None and self.last.delivered

    def cancel(self, reason: str = "撤回") -> "Play":
        return self._do(lambda d: engine.cancel(d, self.state, now=self.now, reason=reason))

    def retry(self, key: str) -> "Play":
        return self._do(lambda d: engine.retry(d, self.state, key, now=self.now, facts=self.facts))

    def move(self, **tokens: str) -> "Play":
        return self._do(lambda d: engine.move(d, self.state, tokens, now=self.now, facts=self.facts))

    def later(self, **period: float) -> "Play":
        self.now += timedelta(**period)
        return self

    # -- looking
    @property
    def open(self) -> list[str]:
        return [task.element for task in self.tasks.values()]

    @property
    def operations(self) -> list[str]:
        return [operation.element for operation in self.asked.values()]

    @property
    def waits(self) -> list[str]:
        return [timer.element for timer in self.timers.values()]

    @property
    def ended(self) -> str | None:
        return self.last.ended if self.last else None

    @property
    def standing(self) -> list[str]:
        return [token.element for token in self.last.tokens] if self.last else []

    @property
    def waiting(self) -> list[engine.Message]:
        return list(self.last.waiting) if self.last else []

    def task(self, element: str, which: int = 0) -> engine.HumanTask:
        return [task for task in self.tasks.values() if task.element == element][which]

    def asking(self, element: str, which: int = 0) -> engine.Operation:
        return [one for one in self.asked.values() if one.element == element][which]

    def seen(self, what: str = "completed") -> list[str]:
        return [event.element for event in self.history if event.what == what]

    @property
    def data(self) -> dict[str, Any]:
        """What the process has written, read from the history."""
        written: dict[str, Any] = {}
        for event in self.history:
            if event.what in {"completed", "caught"}:
                written.update(event.data or {})
        return written

    def definition(self) -> engine.Definition:
        """The definition; reloading makes it anew from the files, which need no second check."""
        if self.reload or self.unchecked:
            if not self.unchecked:
                self.check_once()
            return build(
                engine.fingerprint(self.files), {file: read(file, data)[0] for file, data in self.files.items()}
            )
        return engine.load(self.files)

    def check_once(self) -> None:
        if self.checked is not self.files:
            engine.load(self.files)
            self.checked = self.files

    def _do(self, command: Callable[[engine.Definition], engine.Outcome]) -> "Play":
        outcome = command(self.definition())
        if self.reload:
            assert command(self.definition()) == outcome, "the same command on the same state led to something else"
        self.last, self.state = outcome, outcome.state
        self.history += outcome.history
        self.thrown += outcome.thrown
        self.incidents += outcome.incidents
        for key in outcome.closed:
            self.tasks.pop(key, None)
            self.asked.pop(key, None)
        for key in outcome.timers_cleared:
            assert self.timers.pop(key, None) is not None, f"timer {key} was cleared but never set"
        self.tasks.update({task.id: task for task in outcome.opened})
        self.timers.update({timer.id: timer for timer in outcome.timers_set})
        self.asked.update({operation.id: operation for operation in outcome.operations})
        return self


Player = Callable[..., Play]


@pytest.fixture(params=["plain", "compacted", "reloaded"])
def play(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Player:
    """Make cases that run in one of the three ways; a behaviour that differs between them is wrong."""
    monkeypatch.setattr(running, "COMPACT_AFTER", {"plain": 10**9, "compacted": 0}.get(request.param, 64))

    def make(files: Mapping[str, bytes] | bytes, facts: engine.Facts | None = None, *, unchecked: bool = False) -> Play:
        return Play(files, reload=request.param == "reloaded", facts=facts, unchecked=unchecked)

    return make
