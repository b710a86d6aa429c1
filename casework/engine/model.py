"""What goes into the engine and what comes out of it: plain, immutable records."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from casework.engine.problems import Problem

State = bytes
Data = Mapping[str, Any]
What = Literal["entered", "completed", "cancelled", "thrown", "caught", "failed", "compensated", "conflict"]
Ended = Literal["completed", "terminated", "failed", "cancelled"]


@dataclass(frozen=True)
class Facts:
    """What expressions may ask beside the process data, and the zone that days are counted in."""

    names: Mapping[str, Any] = field(default_factory=dict)
    functions: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))


@dataclass(frozen=True)
class Message:
    """A message or signal: on its way in, on its way out, or (in `Outcome.waiting`) one that somebody waits for."""

    name: str
    payload: Data = field(default_factory=dict)
    correlation: Mapping[str, Any] = field(default_factory=dict)
    signal: bool = False


@dataclass(frozen=True)
class HumanTask:
    """Work for a person, as it stood when it was opened."""

    id: str
    element: str
    name: str
    form: str | None
    role: str | None
    scope: Any  # a keyword, or what the expression of the diagram gave: an organisation, area or person
    due: datetime | None
    data: Data
    process: str
    priority: int = 0
    conflicts: tuple[str, ...] = ()
    instance: Any = None  # the element of a multi-instance task
    clock: str | None = None  # the clock that `due` follows


@dataclass(frozen=True)
class Timer:
    """A moment that somebody waits for; `due` is None while the clock it follows has not started."""

    id: str
    element: str
    due: datetime | None
    clock: str | None
    process: str
    expression: str


@dataclass(frozen=True)
class Operation:
    """Something the diagram asks the house to do; answered by `complete` or `fail` with its id."""

    id: str
    element: str
    name: str
    arguments: Data
    process: str
    result: str | None = None  # the name its answer is written to; None: its entries are written one by one
    data: Data = field(default_factory=dict)  # what the token sees


@dataclass(frozen=True)
class Event:
    """One line of history. Of a conflict `data` holds what gave way, and `against` names the elements that wrote it."""

    element: str
    kind: str
    what: What
    data: Data | None
    process: str
    task: str
    against: tuple[str, ...] = ()


@dataclass(frozen=True)
class Token:
    """Where a case stands."""

    process: str
    element: str
    task: str


@dataclass(frozen=True)
class Outcome:
    """What a command led to. `waiting` and `tokens` are complete; everything else is what this command changed."""

    state: State
    opened: Sequence[HumanTask] = ()
    closed: Sequence[str] = ()
    timers_set: Sequence[Timer] = ()
    timers_cleared: Sequence[str] = ()
    operations: Sequence[Operation] = ()
    thrown: Sequence[Message] = ()
    waiting: Sequence[Message] = ()
    history: Sequence[Event] = ()
    delivered: bool = False
    ended: Ended | None = None
    incident: Problem | None = None
    tokens: Sequence[Token] = ()
    incidents: Sequence[Problem] = ()  # all of them; `incident` is the first


@dataclass(frozen=True)
class ElementInfo:
    """One element of a diagram."""

    id: str
    kind: str
    name: str


@dataclass(frozen=True)
class ProcessInfo:
    """One process of a release."""

    id: str
    name: str
    file: str
    startable: bool  # without a message
    messages: tuple[str, ...]  # that start it
    signals: tuple[str, ...]  # that start it
    calls: tuple[str, ...]
    elements: Mapping[str, ElementInfo]
    starts: tuple[str, ...] = ()  # plain start events; of several, whoever starts the process names one
