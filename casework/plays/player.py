"""Playing a scenario: each in a schema of its own that no worker scans, thrown away afterwards."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text

from casework import bootstrap, jobs
from casework.clock import MovableClock
from casework.config import Settings
from casework.errors import CaseworkError, Invalid
from casework.jobs import Job
from casework.persistence import Database
from casework.plays import stage
from casework.plays.comparing import Mismatch
from casework.plays.script import Script, Step
from casework.plays.seen import compare
from casework.plays.tasks import each_case
from casework.plays.town import Town, settle

_MOST_JOBS = 5_000


@dataclass(frozen=True)
class Finding:
    """One thing that did not come as the scenario says: at which step, and what was found instead."""

    step: int
    zh: str
    en: str


@dataclass
class Played:
    """How a scenario went: no findings means that all came as written."""

    title: str
    findings: list[Finding] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether everything came as written."""
        return not self.findings


def play(
    script: Script, settings: Settings, *, town: Callable[..., Town] = settle, prepared: Database | None = None
) -> Played:
    """Play `script` on the database of `settings` in a schema made for it and dropped afterwards.

    Processes, forms and policies are those of `settings`. The first step that fails ends the play.
    `prepared` is a database of the caller's own to play in instead: everything is published there and nobody lives.
    """
    if prepared is not None:
        return _Player(script, settings, prepared, town).run()
    schema = f"play_{secrets.token_hex(8)}"
    admin = Database(settings.database_url, pool_size=1)
    with admin.engine.begin() as connection:
        connection.execute(text(f'CREATE SCHEMA "{schema}"'))
    database = Database(settings.database_url, pool_size=3, schema=schema)
    try:
        database.create_all()
        stage.publish(_built(settings, database, MovableClock(script.start)), settings)
        return _Player(script, settings, database, town).run()
    finally:
        database.close()
        with admin.engine.begin() as connection:
            connection.execute(text(f'DROP SCHEMA "{schema}" CASCADE'))
        admin.close()


class _Player:
    def __init__(self, script: Script, settings: Settings, database: Database, town: Callable[..., Town]) -> None:
        self.script = script
        self.clock = MovableClock(script.start)
        self.settings = settings
        self.database = database
        self.casework = self._build()
        with self.casework.work() as work:
            self.town = town(work, script.city, script.given)
        self.names: dict[str, Any] = {}
        self.played = Played(script.title)

    def run(self) -> Played:
        for step in self.script.steps:
            try:
                self._take(step)
            except Mismatch as wrong:
                self.played.findings.append(Finding(step.number, wrong.zh, wrong.en))
            except CaseworkError as refused:
                self.played.findings.append(
                    Finding(step.number, f"意外被拒绝：{_words(refused)}", f"refused unexpectedly: {_words(refused)}")
                )
            except KeyError as unknown:
                self.played.findings.append(
                    Finding(step.number, f"剧本里没有 {unknown}", f"the scenario knows no {unknown}")
                )
            if self.played.findings:
                break
        return self.played

    def _build(self) -> bootstrap.Casework:
        return _built(self.settings, self.database, self.clock)

    def _take(self, step: Step) -> None:
        if step.at is not None:
            self._move(step.at)
        if step.verb == "restart":
            self.casework = self._build()
        elif step.verb is not None:
            self._do(step)
        self._settle()
        if step.then:
            with self.casework.work() as work:
                for then in each_case(step.then):
                    compare(work, self.town, self.names, then)

    def _do(self, step: Step) -> None:
        act = stage.VERBS[step.verb or ""]
        try:
            for details in each_case(step.details):
                act(self.casework, self.town, self.names, details)
        except CaseworkError as refused:
            if not step.refused:
                raise
            if isinstance(step.refused, str) and step.refused not in _words(refused):
                raise Mismatch(
                    f"被拒绝的理由应含“{step.refused}”，实际：{refused.zh}",
                    f"the refusal should say “{step.refused}”, it says: {refused.en}",
                ) from refused
            return
        if step.refused:
            raise Mismatch("应被拒绝，却通过了", "should have been refused, but went through")

    def _move(self, until: datetime) -> None:
        """Let the clock go to `until`, stopping at every job that falls due on the way."""
        for _ in range(_MOST_JOBS):
            self._settle()
            due = self._next_due()
            if due is None or due > until:
                break
            self.clock.move_to(max(due, self.clock.now()))
        self.clock.move_to(until)

    def _settle(self) -> None:
        """Run everything that is due at this very moment, until nothing is."""
        for _ in range(_MOST_JOBS):
            if not jobs.run_due(self.casework, limit=50):
                return

    def _next_due(self) -> datetime | None:
        with self.casework.work() as work:
            return work.session.scalar(select(func.min(Job.due_at)).where(Job.state == "ready"))


def _built(settings: Settings, database: Database, clock: MovableClock) -> bootstrap.Casework:
    """Return the domain on the database of a play; its people are made up, so any key will do."""
    key = settings.master_key or "00" * 32
    return bootstrap.build(replace(settings, master_key=key), database=database, clock=clock)


def _words(refused: CaseworkError) -> str:
    """Return everything a refusal says, what it says of single fields included."""
    fields = refused.fields.values() if isinstance(refused, Invalid) else ()
    return " ".join([str(refused), *(f"{zh} {en}" for texts in fields for zh, en in texts)])
