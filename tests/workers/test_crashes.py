"""What is killed when: nothing is lost, nothing is doubled."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from casework.jobs import schedule
from tests.jobs.house import SmallHouse, effects, states
from tests.workers.conftest import until

ROOT = Path(__file__).parents[2]
POINTS = ["after_claim", "after_handler", "before_commit", "after_commit"]


def start(url: str, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.workers.process", url, *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=os.environ | environment, stderr=subprocess.DEVNULL)


def add_chains(house: SmallHouse, count: int, length: int) -> int:
    """Schedule jobs each of which asks for the next; return how many there will have been."""
    with house.work() as work:
        for name in range(count):
            schedule(work, "chain", key=f"chain:{name}:start", payload={"name": name, "left": length - 1})
    return count * length


def test_each_effect_is_there_once(house: SmallHouse, jobs_url: str) -> None:
    expected = add_chains(house, 2, 3)
    assert start(jobs_url, "drain").wait(30) == 0
    assert states(house.database) == {"done": expected}
    assert set(effects(house.database).values()) == {1}


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("nth", [1, 4])
def test_a_process_killed_at_any_point_loses_and_doubles_nothing(
    house: SmallHouse, jobs_url: str, point: str, nth: int
) -> None:
    expected = add_chains(house, 2, 3)
    died = start(jobs_url, "drain", CRASH_AT=f"{point}:{nth}")
    assert died.wait(30) == -signal.SIGKILL
    assert sum(effects(house.database).values()) == nth - (point != "after_commit")
    assert start(jobs_url, "drain").wait(30) == 0
    assert states(house.database) == {"done": expected}
    assert len(effects(house.database)) == expected
    assert set(effects(house.database).values()) == {1}


def test_a_storm_of_kills(house: SmallHouse, jobs_url: str) -> None:
    expected = add_chains(house, 40, 10)
    dice = random.Random(20260918)
    crew = [start(jobs_url, "drain") for _ in range(2)]
    for _ in range(6):
        time.sleep(0.4 + dice.random() * 0.6)
        victim = dice.randrange(len(crew))
        crew[victim].kill()
        crew[victim].wait()
        crew[victim] = start(jobs_url, "drain")
    for process in crew:
        assert process.wait(60) == 0
    assert states(house.database) == {"done": expected}
    assert effects(house.database).total() == len(effects(house.database)) == expected


def test_a_job_that_kills_every_process_dies_and_the_others_live(house: SmallHouse, jobs_url: str) -> None:
    with house.work() as work:
        poison = schedule(work, "kills", key="poison", max_attempts=2)
        others = [schedule(work, "effect", key=f"other:{i}").id for i in range(5)]
    for _ in range(2):
        assert start(jobs_url, "drain").wait(30) == -signal.SIGKILL
    assert start(jobs_url, "drain").wait(30) == 0
    assert states(house.database) == {"done": 5, "dead": 1}
    assert effects(house.database) == Counter(others)
    assert poison.id not in effects(house.database)


@pytest.mark.parametrize("how", ["serve", "leave"])
def test_a_worker_told_to_stop_finishes_what_it_does(house: SmallHouse, jobs_url: str, how: str) -> None:
    process = start(jobs_url, how)
    with house.work() as work:
        slow = schedule(work, "sleeps", key="slow", payload={"seconds": 0.8})
    until(lambda: states(house.database)["running"] == 1, 20)
    process.terminate()
    assert process.wait(20) == 0
    assert states(house.database) == {"done": 1}
    assert effects(house.database) == {slow.id: 1}
