import threading
from collections import Counter
from datetime import timedelta

from sqlalchemy import text

from casework.clock import MovableClock
from casework.jobs import (
    ON_DEAD,
    PAUSES,
    Job,
    Later,
    claim,
    prolong,
    run,
    run_due,
    run_one,
    schedule,
    seconds_to_next,
)
from casework.persistence import SYSTEM, Work
from tests.jobs.house import SmallHouse, effects, expire_leases, states


def add(house: SmallHouse, kind: str, count: int = 1, **fields: object) -> list[int]:
    with house.work() as work:
        return [schedule(work, kind, key=f"{kind}:{i}", **fields).id for i in range(count)]


def row(house: SmallHouse, job_id: int) -> Job:
    with house.work() as work:
        return work.session.get_one(Job, job_id)


def due_now(house: SmallHouse) -> None:
    with house.database.engine.begin() as connection:
        connection.execute(text("UPDATE job SET due_at = now() WHERE state = 'ready'"))


def test_each_due_job_takes_effect_once(house: SmallHouse) -> None:
    ids = add(house, "effect", 5)
    with house.work() as work:
        schedule(work, "effect", key="later", due_at=work.now + timedelta(minutes=1))
    assert run_due(house) == 5
    assert effects(house.database) == Counter(ids)
    assert states(house.database) == {"done": 5, "ready": 1}
    assert 50 < seconds_to_next(house.database) <= 60


def test_many_threads_share_the_queue(house: SmallHouse) -> None:
    ids = add(house, "effect", 60)
    threads = [threading.Thread(target=run_due, args=(house,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert effects(house.database) == Counter(ids)


def test_duplicate_deliveries_of_one_job_are_harmless(house: SmallHouse) -> None:
    (job_id,) = add(house, "effect")
    threads = [threading.Thread(target=run_one, args=(house, job_id)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert run_one(house, job_id) is None
    assert effects(house.database) == {job_id: 1}


def test_an_old_token_is_fenced_off(house: SmallHouse) -> None:
    (job_id,) = add(house, "effect")
    stale = claim(house.database)[0]
    expire_leases(house.database)
    fresh = claim(house.database)[0]
    assert run(house, stale) == "fenced"
    assert run(house, fresh) == "done"
    assert run(house, fresh) == "fenced"
    assert effects(house.database) == {job_id: 1}


def test_a_run_that_outlives_its_lease_is_taken_over_and_leaves_nothing(house: SmallHouse) -> None:
    (job_id,) = add(house, "sleeps", payload={"seconds": 0.6})
    ends: list[str] = []
    claimed = claim(house.database, lease=timedelta(seconds=0.2))[0]
    first = threading.Thread(target=lambda: ends.append(run(house, claimed)))
    first.start()
    threading.Event().wait(0.3)
    second = claim(house.database)[0]
    first.join()
    assert ends == ["fenced"]
    assert run(house, second) == "done"
    assert effects(house.database) == {job_id: 1}


def test_a_failing_job_is_tried_again_later_each_time_and_then_is_dead(house: SmallHouse) -> None:
    told: list[tuple[int, str | None]] = []
    house = SmallHouse(house.database, handlers={ON_DEAD: lambda _, job: told.append((job.id, job.last_error))})
    (job_id,) = add(house, "raises")
    for attempt, longest in enumerate(PAUSES, start=1):
        assert run_due(house) == 1
        held = row(house, job_id)
        assert (held.state, held.attempt) == ("ready", attempt)
        assert 0 <= seconds_to_next(house.database) + 1 <= longest.total_seconds() + 1
        due_now(house)
    assert run_due(house) == 1
    assert row(house, job_id).state == "dead"
    assert [job for job, _ in told] == [job_id]
    assert "ValueError" in told[0][1]
    assert "raises" in told[0][1]
    assert "138" not in told[0][1]
    assert not effects(house.database)
    assert run_due(house) == 0


def test_a_dead_job_is_dead_even_when_nobody_can_be_told(house: SmallHouse) -> None:
    def deaf(work: Work, job: Job) -> None:
        raise RuntimeError

    house = SmallHouse(house.database, handlers={ON_DEAD: deaf})
    (job_id,) = add(house, "raises", max_attempts=1)
    run_due(house)
    assert row(house, job_id).state == "dead"


def test_a_job_that_kills_its_process_every_time_dies_too(house: SmallHouse) -> None:
    (job_id,) = add(house, "kills", max_attempts=2)
    for _ in range(2):
        assert claim(house.database)
        expire_leases(house.database)
    assert run_due(house) == 1
    held = row(house, job_id)
    assert held.state == "dead"
    assert "died" in held.last_error


def test_a_long_run_that_tells_of_itself_keeps_its_job(house: SmallHouse) -> None:
    taken: list[object] = []

    def takes_long(work: Work, job: Job) -> None:
        expire_leases(house.database)
        with house.database.transaction() as beside:
            prolong(work, beside)
        taken.extend(claim(house.database))

    patient = SmallHouse(house.database, handlers={"takes_long": takes_long})
    add(patient, "takes_long")
    assert run_due(patient) == 1
    assert taken == []
    assert states(house.database) == {"done": 1}


def test_a_poison_job_does_not_hold_up_the_others(house: SmallHouse) -> None:
    add(house, "raises", 3)
    ids = add(house, "effect", 3)
    run_due(house)
    assert effects(house.database) == Counter(ids)


def test_a_lock_in_the_way_uses_up_no_try(house: SmallHouse) -> None:
    (job_id,) = add(house, "in_the_way")
    for _ in range(10):
        assert run_one(house, job_id) == "again"
        held = row(house, job_id)
        assert (held.state, held.attempt) == ("ready", 0)
        due_now(house)


def test_a_lock_met_in_the_database_uses_up_no_try(house: SmallHouse) -> None:
    def waits(work: Work, job: Job) -> None:
        work.session.execute(text("SET LOCAL lock_timeout = 20"))
        work.session.execute(text("LOCK TABLE effect IN EXCLUSIVE MODE"))

    house = SmallHouse(house.database, handlers={"waits": waits})
    (job_id,) = add(house, "waits")
    with house.database.transaction() as other:
        other.execute(text("LOCK TABLE effect IN EXCLUSIVE MODE"))
        assert run_one(house, job_id) == "again"
    assert row(house, job_id).attempt == 0
    due_now(house)
    assert run_one(house, job_id) == "done"


def test_a_job_nobody_needs_any_more_ends_cancelled(house: SmallHouse) -> None:
    (job_id,) = add(house, "gone")
    assert run_one(house, job_id) == "cancelled"
    assert not effects(house.database)
    assert row(house, job_id).state == "cancelled"


def test_a_job_that_comes_too_early_is_put_off(house: SmallHouse) -> None:
    def too_early(work: Work, job: Job) -> None:
        raise Later(work.now + timedelta(hours=1))

    house = SmallHouse(house.database, handlers={"early": too_early})
    (job_id,) = add(house, "early")
    assert run_one(house, job_id) == "again"
    assert 3500 < seconds_to_next(house.database) < 3601
    assert row(house, job_id).attempt == 0


def test_a_kind_without_a_handler_waits_for_one(house: SmallHouse) -> None:
    (job_id,) = add(house, "of_tomorrow")
    assert run_one(house, job_id) == "again"
    assert "of_tomorrow" in row(house, job_id).last_error


def test_the_message_of_a_failure_names_no_value_of_the_database(house: SmallHouse) -> None:
    def twice(work: Work, job: Job) -> None:
        work.session.execute(text("INSERT INTO job (id, key, kind) VALUES (:id, '秘密', 'x')"), {"id": job.id})

    house = SmallHouse(house.database, handlers={"twice": twice})
    (job_id,) = add(house, "twice")
    run_one(house, job_id)
    said = row(house, job_id).last_error
    assert "秘密" not in said
    assert "sqlstate" not in said
    assert said.splitlines()[0].split()[0] in ("GeneratedAlways", "NotNullViolation", "UniqueViolation")


def test_the_urgent_go_first_and_then_the_longest_due(house: SmallHouse) -> None:
    order: list[str] = []
    house = SmallHouse(house.database, handlers={"note": lambda _, job: order.append(job.key)})
    with house.work() as work:
        schedule(work, "note", key="young", due_at=work.now - timedelta(minutes=1))
        schedule(work, "note", key="old", due_at=work.now - timedelta(minutes=2))
        schedule(work, "note", key="urgent", due_at=work.now, priority=1)
    run_due(house)
    assert order == ["urgent", "old", "young"]


def test_the_clock_of_the_house_decides_what_is_due_where_it_is_moved_by_hand(
    house: SmallHouse, clock: MovableClock
) -> None:
    house = SmallHouse(house.database, clock)
    with house.work() as work:
        schedule(work, "effect", key="a", due_at=work.now + timedelta(hours=72, seconds=1))
    clock.move_by(timedelta(hours=72))
    assert run_due(house) == 0
    clock.move_by(timedelta(seconds=1))
    assert run_due(house) == 1


def test_what_a_job_asks_for_is_woken_after_its_commit(house: SmallHouse) -> None:
    woken: list[int] = []
    house = SmallHouse(house.database, wake=woken.extend)
    with house.work(SYSTEM) as work:
        first = schedule(work, "chain", key="first", payload={"left": 1, "name": "x"})
        assert woken == []
    assert woken == [first.id]
    run_one(house, first.id)
    assert len(woken) == 2
    assert run_due(house) == 1
