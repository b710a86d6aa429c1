from datetime import timedelta

import pytest

from casework.errors import Conflict, Forbidden, NotFound
from casework.jobs import Job, abandon, cancel, claim, move, purge, put, revive, row_of, run, run_due, schedule
from casework.persistence import SYSTEM, Actor, Work
from tests.jobs.house import SmallHouse, effects, states

HOUR = timedelta(hours=1)
PERSON = Actor("person", person_id=1)


def test_the_same_key_is_one_job(house: SmallHouse) -> None:
    with house.work() as work:
        first = schedule(work, "effect", key="a", payload={"n": 1})
        assert schedule(work, "effect", key="a", payload={"n": 2}) is first
        assert schedule(work, "effect", key="b").id != first.id
        assert first.payload == {"n": 1}


def test_only_what_is_due_wakes_the_workers(house: SmallHouse) -> None:
    with house.work() as work:
        now = schedule(work, "effect", key="now")
        schedule(work, "effect", key="later", due_at=work.now + HOUR)
        assert work.due_jobs == [now.id]
        move(work, "later", work.now)
        assert len(work.due_jobs) == 2


def test_a_cancelled_job_gives_up_its_key_and_a_done_one_does_not(house: SmallHouse) -> None:
    with house.work() as work:
        schedule(work, "effect", key="a", due_at=work.now + HOUR)
        assert cancel(work, "a")
        assert not cancel(work, "a")
        schedule(work, "effect", key="a")
    run_due(house)
    with house.work() as work:
        schedule(work, "effect", key="a")
    assert run_due(house) == 0
    assert states(house.database) == {"cancelled": 1, "done": 1}


def test_a_moved_job_runs_at_its_new_time(house: SmallHouse) -> None:
    with house.work() as work:
        schedule(work, "effect", key="a")
        assert move(work, "a", work.now + HOUR)
        assert not move(work, "nothing", work.now)
    assert run_due(house) == 0
    with house.work() as work:
        move(work, "a", work.now)
    assert run_due(house) == 1


def test_put_arms_anew_whatever_became_of_the_job(house: SmallHouse) -> None:
    for round_ in range(3):
        with house.work() as work:
            job_id = put(work, row_of(work, "effect", key="a", due_at=work.now, payload={"round": round_}))
            assert work.session.get_one(Job, job_id).payload == {"round": round_}
        assert run_due(house) == 1
    with house.work() as work:
        put(work, row_of(work, "effect", key="a", due_at=work.now + HOUR))
    assert run_due(house) == 0
    assert states(house.database) == {"ready": 1}
    assert sum(effects(house.database).values()) == 3


@pytest.mark.parametrize("how", ["move", "cancel", "put"])
def test_a_run_that_has_begun_is_fenced_off_by_whoever_changes_the_job(house: SmallHouse, how: str) -> None:
    with house.work() as work:
        schedule(work, "effect", key="a")
    claimed = claim(house.database)[0]
    with house.work() as work:
        if how == "move":
            move(work, "a", work.now + HOUR)
        elif how == "put":
            put(work, row_of(work, "effect", key="a", due_at=work.now + HOUR))
        else:
            cancel(work, "a")
    assert run(house, claimed) == "fenced"
    assert not effects(house.database)


def test_a_handler_may_move_its_own_job_and_its_cancel_changes_nothing(house: SmallHouse) -> None:
    def again_tomorrow(work: Work, job: Job) -> None:
        house.house.handlers["effect"](work, job)
        cancel(work, job.key)
        if not job.payload:
            put(work, row_of(work, job.kind, key=job.key, due_at=work.now + 24 * HOUR, payload={"seen": True}))

    house = SmallHouse(house.database, handlers={"daily": again_tomorrow})
    with house.work() as work:
        job = schedule(work, "daily", key="a")
    assert run_due(house) == 1
    with house.work() as work:
        held = work.session.get_one(Job, job.id)
        assert (held.state, held.attempt, held.payload) == ("ready", 0, {"seen": True})
        move(work, "a", work.now)
    assert run_due(house) == 1
    assert states(house.database) == {"done": 1}
    assert effects(house.database) == {job.id: 2}


def test_only_a_named_person_decides_about_a_dead_job(house: SmallHouse) -> None:
    with house.work() as work:
        job = schedule(work, "raises", key="a", max_attempts=1)
        other = schedule(work, "raises", key="b", max_attempts=1)
    run_due(house)
    with house.work(PERSON) as work:
        held = work.session.get_one(Job, job.id)
        assert held.state == "dead"
        held.kind = "effect"
        work.session.flush()
        with pytest.raises(Forbidden):
            revive(Work(work.session, work.now, SYSTEM, work.house), job.id)
        revive(work, job.id)
        abandon(work, other.id)
        with pytest.raises(Conflict):
            revive(work, other.id)
        with pytest.raises(NotFound):
            revive(work, 0)
    assert run_due(house) == 1
    assert states(house.database) == {"done": 1, "cancelled": 1}


def test_old_finished_jobs_are_purged(house: SmallHouse) -> None:
    with house.work() as work:
        schedule(work, "effect", key="a")
        schedule(work, "effect", key="b", due_at=work.now + HOUR)
    run_due(house)
    with house.work() as work:
        assert purge(work, work.now - HOUR) == 0
        assert purge(work, work.now + HOUR) == 1
    assert states(house.database) == {"ready": 1}
