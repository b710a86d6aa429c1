"""A small house whose jobs leave a line in a table: what is lost or doubled shows."""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import text

from casework.clock import Clock
from casework.jobs import Job, NotNeeded, Retry, schedule
from casework.persistence import SYSTEM, Actor, Database, House, Work


class SmallHouse:
    """What running a job needs, and nothing else."""

    def __init__(
        self,
        database: Database,
        clock: Clock | None = None,
        wake: Callable[[Sequence[int]], None] = lambda _: None,
        handlers: dict[str, Callable[[Work, Job], None]] | None = None,
    ) -> None:
        self.database = database
        self.clock = clock
        self.house = House(handlers=HANDLERS | (handlers or {}), wake=wake)

    @contextmanager
    def work(self, actor: Actor = SYSTEM) -> Iterator[Work]:
        with self.database.transaction() as session:
            now = self.clock.now() if self.clock else session.execute(text("SELECT now()")).scalar_one()
            opened = Work(session, now, actor, self.house)
            yield opened
        opened.committed()


def effect(work: Work, job: Job) -> None:
    """Leave one line; deliberately nothing keeps it from being there twice."""
    work.session.execute(text("INSERT INTO effect (job_id) VALUES (:id)"), {"id": job.id})


def chain(work: Work, job: Job) -> None:
    """Leave one line and ask for the next job in the same transaction."""
    effect(work, job)
    left = job.payload["left"]
    if left:
        schedule(work, "chain", key=f"chain:{job.payload['name']}:{left}", payload=job.payload | {"left": left - 1})


def raises(work: Work, job: Job) -> None:
    effect(work, job)
    message = "张三 13800000000"
    raise ValueError(message)


def kills(work: Work, job: Job) -> None:
    effect(work, job)
    os.kill(os.getpid(), 9)


def in_the_way(work: Work, job: Job) -> None:
    raise Retry


def gone(work: Work, job: Job) -> None:
    effect(work, job)
    raise NotNeeded


def sleeps(work: Work, job: Job) -> None:
    effect(work, job)
    work.session.flush()
    time.sleep(job.payload["seconds"])


HANDLERS: dict[str, Callable[[Work, Job], None]] = {
    "effect": effect,
    "chain": chain,
    "raises": raises,
    "kills": kills,
    "in_the_way": in_the_way,
    "gone": gone,
    "sleeps": sleeps,
}


def effects(database: Database) -> Counter[int]:
    """Return how often each job took effect."""
    with database.engine.connect() as connection:
        return Counter(connection.execute(text("SELECT job_id FROM effect")).scalars())


def states(database: Database) -> Counter[str]:
    """Return how many jobs are in each state."""
    with database.engine.connect() as connection:
        return Counter(connection.execute(text("SELECT state FROM job")).scalars())


def expire_leases(database: Database) -> None:
    """Let every lease have run out."""
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE job SET lease_until = now() - interval '1 s' WHERE state = 'running'"))
