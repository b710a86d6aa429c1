import socket
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from casework.jobs import run_due, schedule, upkeep
from tests.jobs.house import SmallHouse, effects, states
from tests.workers.conftest import OwnRedis, until
from workers import Wakening, Worker, create_worker
from workers.sweep import INTERVAL

HOUR = 3600.0
Employ = Callable[..., tuple[SmallHouse, Worker]]


@pytest.fixture
def employ(house: SmallHouse, queue_name: str) -> Iterator[Employ]:
    """Start workers that are stopped after the test; those that sweep hourly do only what they are woken for."""
    started: list[Worker] = []

    def start(url: str, *, interval: float = INTERVAL, **options: object) -> tuple[SmallHouse, Worker]:
        wakening = Wakening(url, queue_name=queue_name)
        made = SmallHouse(house.database, wake=wakening.wake)
        worker = create_worker(made, wakening=wakening, interval=interval, **options)
        worker.start()
        started.append(worker)
        return made, worker

    yield start
    for worker in started:
        assert worker.stop()


def add(house: SmallHouse, *, seconds: float = 0.0, kind: str = "effect", **fields: object) -> int:
    with house.work() as work:
        due_at = work.now + timedelta(seconds=seconds)
        return schedule(work, kind, key=f"{kind}:{time.monotonic_ns()}", due_at=due_at, **fields).id


def asleep(worker: Worker) -> None:
    """Wait until the sweep has had its first look and sleeps."""
    looked = worker.sweep.looked_at
    until(lambda: worker.sweep.looked_at != looked or time.monotonic() - looked > 1)


def test_in_one_process_a_wake_up_takes_no_sweep(employ: Employ) -> None:
    house, worker = employ("memory://", interval=HOUR)
    asleep(worker)
    job = add(house)
    until(lambda: effects(house.database) == {job: 1}, 5)
    assert (worker.wakening.sent, worker.wakening.failures) == (1, 0)


def test_many_jobs_of_one_commit_are_woken_together(employ: Employ) -> None:
    house, worker = employ("memory://", interval=HOUR)
    asleep(worker)
    with house.work() as work:
        ids = [schedule(work, "effect", key=str(i)).id for i in range(200)]
    until(lambda: len(effects(house.database)) == len(ids), 15)
    assert worker.wakening.sent == 1


@pytest.mark.brokers
def test_a_wake_up_crosses_processes(employ: Employ, broker_url: str, queue_name: str) -> None:
    house, worker = employ(broker_url, interval=HOUR)
    asleep(worker)
    web = Wakening(broker_url, queue_name=queue_name)
    assert web.nudge is None
    other = SmallHouse(house.database, wake=web.wake)
    job = add(other)
    until(lambda: effects(house.database) == {job: 1}, 10)
    web.close()


def test_timers_fire_to_the_moment_without_any_broker(employ: Employ, free_port: int) -> None:
    house, _ = employ(f"redis://127.0.0.1:{free_port}/0")
    due = {add(house, seconds=0.3 + i / 5): 0.3 + i / 5 for i in range(6)}
    until(lambda: len(effects(house.database)) == len(due), 15)
    with house.database.engine.connect() as connection:
        late = connection.execute(text("SELECT max(finished_at - due_at) FROM job")).scalar_one()
    assert late < timedelta(seconds=5)


def test_a_dead_broker_is_counted_and_never_waited_for(employ: Employ, free_port: int) -> None:
    house, worker = employ(f"redis://127.0.0.1:{free_port}/0", interval=HOUR)
    asleep(worker)
    began = time.monotonic()
    worker.wakening.wake([0])
    assert time.monotonic() - began < 0.5
    job = add(house)
    until(lambda: effects(house.database) == {job: 1}, 10)
    assert worker.wakening.failures > 0
    assert worker.wakening.sent == 0


def test_a_broker_that_hangs_is_never_waited_for(house: SmallHouse) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        wakening = Wakening(f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        took = []
        for job_id in range(1200):
            began = time.monotonic()
            wakening.wake([job_id])
            took.append(time.monotonic() - began)
        assert sorted(took)[-5] < 0.1  # a crowded machine may hold up one or two
        assert wakening.failures > 0


def test_a_web_process_without_a_worker_fills_no_memory() -> None:
    wakening = Wakening("memory://")
    wakening.wake([1])
    assert (wakening.sent, wakening.failures) == (0, 0)
    wakening.close()


def test_a_broker_may_die_and_come_back(employ: Employ, own_redis: OwnRedis) -> None:
    house, worker = employ(own_redis.url)
    first = add(house)
    until(lambda: effects(house.database)[first] == 1)
    own_redis.kill()
    dead = [add(house) for _ in range(3)]
    until(lambda: all(effects(house.database)[job] == 1 for job in dead))
    own_redis.start()
    time.sleep(1.1)
    sent = worker.wakening.sent
    back = add(house)
    until(lambda: effects(house.database)[back] == 1)
    until(lambda: worker.wakening.sent > sent)
    assert set(effects(house.database).values()) == {1}


def test_a_job_committed_without_a_wake_up_is_found_by_the_sweep(employ: Employ) -> None:
    house, _ = employ("memory://")
    silent = SmallHouse(house.database)
    job = add(silent)
    assert until(lambda: effects(house.database) == {job: 1}) < 5


def test_jobs_that_never_return_starve_nobody(employ: Employ) -> None:
    house, _ = employ("memory://", lease=timedelta(seconds=0.5), interval=0.5, threads=2)
    for _ in range(3):
        add(house, kind="sleeps", payload={"seconds": 5}, max_attempts=1)
    time.sleep(0.7)
    job = add(house)
    assert until(lambda: effects(house.database)[job] == 1) < 4
    until(lambda: states(house.database)["running"] == 0, 20)


def test_two_workers_share_one_queue(employ: Employ) -> None:
    house, _ = employ("memory://")
    employ("memory://")
    with house.work() as work:
        ids = [schedule(work, "effect", key=str(i)).id for i in range(60)]
    until(lambda: len(effects(house.database)) == len(ids), 15)
    assert set(effects(house.database).values()) == {1}


def test_a_stopped_worker_takes_no_more_jobs(house: SmallHouse, queue_name: str) -> None:
    worker = create_worker(house, wakening=Wakening("memory://", queue_name=queue_name))
    worker.start()
    assert worker.stop()
    add(house)
    time.sleep(0.3)
    assert states(house.database) == {"ready": 1}


def test_upkeep_runs_each_hourly_handler_once(house: SmallHouse) -> None:
    house = SmallHouse(house.database, handlers={"upkeep.look": house.house.handlers["effect"]})
    for _ in range(3):
        with house.work() as work:
            upkeep(work)
    assert run_due(house) == 1
    assert len(effects(house.database)) == 1
