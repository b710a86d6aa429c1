"""Any order of scheduling, claiming, running, expiring, moving and cancelling: each job takes effect once."""

from datetime import timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule, run_state_machine_as_test
from sqlalchemy import text

from casework.jobs import ClaimedJob, cancel, claim, move, put, row_of, run, run_due, schedule
from casework.persistence import Database
from tests.jobs.house import SmallHouse, effects, expire_leases, states

KEYS = st.sampled_from("abc")
FAR = timedelta(days=1)


class Queue(RuleBasedStateMachine):
    """The model: which keys have a job still to be done, and how many effects each key must have had."""

    database: ClassVar[Database]
    claims: Bundle[Any] = Bundle("claims")

    def __init__(self) -> None:
        super().__init__()
        self.house = SmallHouse(self.database)
        self.open: dict[str, int] = {}
        self.taken: set[str] = set()
        self.done: dict[int, int] = {}
        with self.database.engine.begin() as connection:
            connection.execute(text("TRUNCATE job, effect"))

    @rule(key=KEYS)
    def schedule(self, key: str) -> None:
        with self.house.work() as work:
            job = schedule(work, "effect", key=key)
        if key not in self.taken:
            self.taken.add(key)
            self.open[key] = job.id

    @rule(key=KEYS)
    def put(self, key: str) -> None:
        with self.house.work() as work:
            job_id = put(work, row_of(work, "effect", key=key, due_at=work.now))
        self.taken.add(key)
        self.open[key] = job_id

    @rule(key=KEYS)
    def cancel(self, key: str) -> None:
        with self.house.work() as work:
            assert cancel(work, key) == (key in self.open)
        if self.open.pop(key, None) is not None:
            self.taken.discard(key)

    @rule(key=KEYS, away=st.booleans())
    def move(self, key: str, away: bool) -> None:
        with self.house.work() as work:
            assert move(work, key, work.now + FAR * away) == (key in self.open)

    @rule(target=claims)
    def claim(self) -> ClaimedJob | None:
        found = claim(self.database)
        return found[0] if found else None

    @rule()
    def expire(self) -> None:
        expire_leases(self.database)

    @rule(claimed=claims)
    def run(self, claimed: ClaimedJob | None) -> None:
        if claimed is not None and run(self.house, claimed) == "done":
            assert self.open.pop(claimed.key) == claimed.id
            self.done[claimed.id] = self.done.get(claimed.id, 0) + 1

    @rule(claimed=consumes(claims))
    def lose(self, claimed: ClaimedJob | None) -> None:
        """A worker dies with its claim."""

    @invariant()
    def every_effect_is_there_as_often_as_it_was_asked_for(self) -> None:
        assert dict(effects(self.database)) == self.done

    def teardown(self) -> None:
        expire_leases(self.database)
        with self.house.work() as work:
            for key in self.open:
                move(work, key, work.now)
        run_due(self.house)
        for job_id in self.open.values():
            self.done[job_id] = self.done.get(job_id, 0) + 1
        assert dict(effects(self.database)) == self.done
        assert set(states(self.database)) <= {"done", "cancelled"}


@pytest.mark.usefixtures("queue")
def test_no_order_of_events_loses_or_doubles_an_effect(queue: Database) -> None:
    Queue.database = queue
    quick = settings(
        max_examples=20, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    run_state_machine_as_test(Queue, settings=quick)
