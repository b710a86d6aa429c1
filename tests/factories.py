"""A small town with everything published, and the people in it: what tests of cases begin with."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, func, select, text
from sqlalchemy.orm import Session

from casework import bootstrap, jobs
from casework.cases.models import Case, CaseClock, Incident, WorkItem
from casework.clock import Clock, MovableClock
from casework.config import Settings
from casework.jobs import Job
from casework.persistence import KEPT, SYSTEM, Actor, Database, Work, embedded, migrating
from casework.plays import stage
from casework.plays.town import Town, settle

KEY = "00" * 32
CITY = "jining"
"""Whose rules hold in the town."""
NOON = datetime.fromisoformat("2026-06-01T09:00:00+08:00")
"""A Monday morning without a holiday near."""
DARK = {"category": "power_light", "cause": "common_lights", "text": "2号楼1单元楼道灯坏了，晚上一片漆黑。"}
"""A matter for the company: an answer in 3 working days, something done in 72 hours."""
DONE = {"result": "done", "text": "已更换楼道照明灯具并测试正常。"}
VERIFIED = {"pass": "pass", "evidence_ok": True, "conclusion": "resolved"}


def settings_for(url: str, home: Path, **changes: Any) -> Settings:
    """Return settings for a database of the tests."""
    return Settings(**{"database_url": url, "home": home, "master_key": KEY, "secret_key": KEY, **changes})


def in_a_hurry(server_url: str) -> None:
    """Let the server of the tests not wait for the disk: what it holds need not outlive the machine."""
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()


def publish_into(url: str, home: Path, **changes: Any) -> None:
    """Make every table and publish the calendar, the policies and all processes: once for all that copy it."""
    migrating.upgrade(url)
    database = Database(url, pool_size=1)
    settings = settings_for(url, home, **changes)
    stage.publish(bootstrap.build(settings, database=database, clock=MovableClock(NOON)), settings)
    database.close()


def settle_into(url: str, home: Path, city: str = CITY) -> Town:
    """Build the town in a published database; the rules of `city` hold there."""
    database = Database(url, pool_size=1)
    built = bootstrap.build(settings_for(url, home), database=database, clock=MovableClock(NOON))
    with built.work() as work:
        town = settle(work, city, {})
    database.close()
    return town


def copy_of(server_url: str, template: str, name: str) -> str:
    """Return the URL of a fresh copy of a database that nobody is connected to."""
    embedded.drop_database(server_url, name)
    return embedded.create_database(server_url, name, template=template)


class Rehearsal(Database):
    """A database whose transactions are savepoints of one that is never committed."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.engine: Any = self
        self.kept: dict[str, Any] = {}

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        mode, info = "create_savepoint", {KEPT: self.kept}
        with (
            Session(self.connection, join_transaction_mode=mode, expire_on_commit=False, info=info) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        with self.connection.begin_nested():
            yield self.connection

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        yield self.connection


@dataclass
class Stage:
    """The town with its casework: people do things by name, the clock moves, and what is due runs."""

    casework: bootstrap.Casework
    town: Town
    clock: MovableClock | None = None
    names: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def work(self, by: str | None = None) -> Iterator[Work]:
        """Open a unit of work of a person of the town, of the system without a name."""
        with self.casework.work(self.actor(by)) as work:
            yield work

    def actor(self, by: str | None) -> Actor:
        """Return the person of that name as an actor."""
        return SYSTEM if by is None else Actor("person", self.town.person(by))

    def do(self, verb: str, **details: Any) -> None:
        """Do what a scenario may do, as `do("complete", by=…, task=…, with_={…})`, and run what is due then."""
        details = {name.rstrip("_"): value for name, value in details.items()}
        stage.VERBS[verb](self.casework, self.town, self.names, details)
        self.settle()

    def report(self, as_: str = "case", **details: Any) -> int:
        """Have a report taken in, about the dark stairs unless told otherwise; return the id of its case."""
        self.do("report", as_=as_, **{"by": "李业主", "channel": "mini_program", **DARK, **details})
        return int(self.names[as_]["case"])

    def handled(self, case_id: int, **details: Any) -> None:
        """Have the company hold the matter to be done."""
        label = self.label(case_id)
        given = {**DONE, **details}
        self.do("complete", by="客服小周", task="handle", case=label, with_=given, photos={"files": 1})

    def verified(self, case_id: int, by: str = "社区小宋") -> None:
        """Have the community pass the work."""
        self.do("complete", by=by, task="verify", case=self.label(case_id), with_=VERIFIED)

    def label(self, case_id: int) -> str:
        """Return the label of a case, given one when it has none."""
        for label, known in self.names.items():
            if isinstance(known, Mapping) and known.get("case") == case_id and known.get("receipt"):
                return label
        self.names[f"case {case_id}"] = {"case": case_id}
        return f"case {case_id}"

    def settle(self) -> None:
        """Run everything that is due at this very moment, until nothing is."""
        while jobs.run_due(self.casework, limit=50):
            pass

    def move(self, until: str | datetime) -> None:
        """Let the clock go to `until` (local time), stopping at every job that falls due on the way."""
        assert self.clock is not None
        target = datetime.fromisoformat(f"{until}+08:00") if isinstance(until, str) else until
        while True:
            self.settle()
            with self.work() as work:
                due = work.session.scalar(select(func.min(Job.due_at)).where(Job.state == "ready"))
            if due is None or due > target:
                break
            self.clock.move_to(max(due, self.clock.now()))
        self.clock.move_to(target)
        self.settle()

    def case(self, case_id: int) -> Case:
        """Return the row of a case as it is now."""
        with self.work() as work:
            return work.session.get_one(Case, case_id)

    def item(self, case_id: int, element: str) -> WorkItem:
        """Return the one open work item of that element."""
        with self.work() as work:
            return work.session.scalars(
                select(WorkItem).where(
                    WorkItem.case_id == case_id, WorkItem.element == element, WorkItem.state == "open"
                )
            ).one()

    def tasks(self, case_id: int) -> list[str]:
        """Return the elements of the open work items, in order."""
        with self.work() as work:
            query = select(WorkItem.element).where(WorkItem.case_id == case_id, WorkItem.state == "open")
            return sorted(work.session.scalars(query))

    def clock_of(self, case_id: int, name: str) -> CaseClock | None:
        """Return the newest clock of that name."""
        with self.work() as work:
            query = select(CaseClock).where(CaseClock.case_id == case_id, CaseClock.name == name)
            return work.session.scalars(query.order_by(CaseClock.id.desc())).first()

    def rows(self, model: type[Any], **wanted: Any) -> list[Any]:
        """Return the rows of a table that have these values, oldest first."""
        with self.work() as work:
            query = select(model).filter_by(**wanted)
            return list(work.session.scalars(query.order_by(*model.__table__.primary_key.columns)))

    def incidents(self, case_id: int) -> list[Incident]:
        """Return the open incidents of a case."""
        return [one for one in self.rows(Incident, case_id=case_id) if one.resolved_at is None]


def stage_on(
    url: str, town: Town, home: Path, *, clock: Clock | None = None, database: Database | None = None, **changes: Any
) -> Stage:
    """Return the town on its database, at the moving clock given or at the machine's."""
    built = bootstrap.build(settings_for(url, home, **changes), database=database, clock=clock)
    return Stage(built, deepcopy(town), clock if isinstance(clock, MovableClock) else None)
