"""Whoever watches over the queue sees how late it is and what has given up."""

from datetime import timedelta

import pytest

from casework.jobs import Job, condition, schedule
from tests.jobs.house import SmallHouse


def test_an_empty_queue_is_not_late(house: SmallHouse) -> None:
    with house.work() as work:
        assert (condition(work).seconds_late, condition(work).states) == (0.0, {})


def test_the_oldest_due_job_says_how_late_the_queue_is(house: SmallHouse) -> None:
    with house.work() as work:
        schedule(work, "effect", due_at=work.now - timedelta(seconds=90), key="late")
        schedule(work, "effect", due_at=work.now - timedelta(seconds=5), key="nearly")
        schedule(work, "effect", due_at=work.now + timedelta(hours=1), key="later")
        work.session.flush()
        seen = condition(work)
    assert seen.seconds_late == pytest.approx(90)
    assert seen.states == {"ready": 3}


def test_what_is_still_to_come_is_not_late(house: SmallHouse) -> None:
    with house.work() as work:
        schedule(work, "effect", due_at=work.now + timedelta(seconds=1), key="later")
        work.session.flush()
        assert condition(work).seconds_late == 0.0


def test_a_job_that_gave_up_is_counted_and_one_that_ended_is_not(house: SmallHouse) -> None:
    with house.work() as work:
        for state in ("dead", "done", "cancelled"):
            job = Job(kind="effect", key=state, state=state, due_at=work.now, created_at=work.now, payload={})
            job.finished_at = None if state == "dead" else work.now
            work.session.add(job)
        work.session.flush()
        assert condition(work).states == {"dead": 1}
