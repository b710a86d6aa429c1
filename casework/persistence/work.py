"""The unit of work: one transaction of one actor at one moment."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

Found = TypeVar("Found")


@dataclass(frozen=True)
class Actor:
    """Who acts. A person is named by id alone; `name` tells an external system or a part of ours."""

    kind: Literal["person", "system", "external", "anonymous"]
    person_id: int | None = None
    name: str = ""


SYSTEM = Actor("system", name="system")
ANONYMOUS = Actor("anonymous")


@dataclass(frozen=True)
class House:
    """What `bootstrap` hands to every unit of work, so that lower packages need not import higher ones."""

    operations: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    facts: Sequence[tuple[str, Callable[..., Mapping[str, Any]]]] = ()
    tellers: Sequence[Callable[..., Any]] = ()
    tagging: Sequence[Callable[..., Sequence[str]]] = ()
    """What a case is tagged with when it is opened, asked with the work and the case."""
    handlers: Mapping[str, Callable[..., None]] = field(default_factory=dict)
    wake: Callable[[Sequence[int]], None] = lambda job_ids: None  # noqa: ARG005
    starters: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    addressees: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    abouts: Callable[..., Mapping[int, Any]] = lambda work, case_id: {}  # noqa: ARG005
    """What a ballot tells of those who stand for election in a case, by person."""
    fillings: Mapping[str, Any] = field(default_factory=dict)
    """What papers are filled with, by the process whose papers they are."""
    secrets: Mapping[str, bytes] = field(default_factory=dict)
    files: Any = None
    catalogue: Any = None
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))


class Work:
    """One transaction of one actor. Services flush; only the door that opened the work commits it."""

    def __init__(self, session: Session, now: datetime | None, actor: Actor, house: House) -> None:
        self.session = session
        self._now = now
        self.actor = actor
        self.house = house
        self.due_jobs: list[int] = []
        self.known: dict[tuple[Any, ...], Any] = {}
        self._after_commit: list[Callable[[], None]] = []

    @property
    def now(self) -> datetime:
        """The moment of this work, aware UTC; without a clock of its own it is the database's."""
        if self._now is None:
            moment: datetime = self.session.execute(select(func.now())).scalar_one()
            self._now = moment.astimezone(UTC)
        return self._now

    def begun_at(self, moment: datetime) -> None:
        """Take over the database's moment from a statement that told it anyway; a clock of its own overrules it."""
        if self._now is None:
            self._now = moment.astimezone(UTC)

    def after_commit(self, call: Callable[[], None]) -> None:
        """Have `call` run once the transaction is committed; it is forgotten when the work fails."""
        self._after_commit.append(call)

    def remembered(self, key: tuple[Any, ...], find: Callable[[], Found]) -> Found:
        """Return what `find` gave the first time in this transaction: for what cannot change within it."""
        if key not in self.known:
            self.known[key] = find()
        found: Found = self.known[key]
        return found

    def forget(self, kind: str) -> None:
        """Have everything of a kind (the first part of its key) found anew when it is next asked for."""
        for key in [key for key in self.known if key[0] == kind]:
            del self.known[key]

    def committed(self) -> None:
        """Wake whoever waits for the committed work. Nothing here can undo the commit."""
        for call in self._after_commit:
            call()
        if self.due_jobs:
            self.house.wake(tuple(self.due_jobs))

    def acting_as(self, actor: Actor) -> "Work":
        """Return the same transaction in the name of another actor: what a diagram does after a person's step."""
        other = Work(self.session, self.now, actor, self.house)
        other.due_jobs = self.due_jobs
        other.known = self.known
        other._after_commit = self._after_commit
        return other
