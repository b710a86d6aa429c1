import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from casework import jobs
from casework.bootstrap import broken
from casework.cases.models import CaseTimer
from tests.factories import KEY, Stage

ROOT = Path(__file__).parents[2]
Run = Callable[..., subprocess.Popen[bytes]]


def until(condition: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait until `condition()` holds; fail when it takes longer than `seconds`."""
    over = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > over:
            pytest.fail(f"not within {seconds} s")
        time.sleep(0.05)


def unbroken(stage: Stage) -> None:
    """Fail with everything that is stored and can't be so: what `banjie verify` tells."""
    with stage.work() as work:
        assert [str(one) for one in broken(work)] == []


def due_now(stage: Stage, *case_ids: int, element: str = "b_unhandled", after: float = -1.0) -> None:
    """Let a time limit of the cases be over `after` seconds from now, by the clock of the database."""
    with stage.work() as work:
        moment = work.now + timedelta(seconds=after)
        for case_id in case_ids:
            timer = work.session.scalars(
                select(CaseTimer).where(CaseTimer.case_id == case_id, CaseTimer.element == element)
            ).one()
            timer.due_at = moment
            assert jobs.move(work, f"timer:{case_id}:{timer.task}", moment)
            work.session.execute(
                text("UPDATE case_clock SET due_at = :due, fires_at = :due WHERE case_id = :id AND name = :name"),
                {"due": moment, "id": case_id, "name": timer.clock},
            )


@pytest.fixture
def town(open_stage: Callable[..., Stage]) -> Stage:
    """The town on a database of its own, where everything stays, at the clock of the database."""
    return open_stage()


@pytest.fixture
def start(town: Stage, tmp_path: Path) -> Iterator[Run]:
    """Start a process of ours on the database of the town; what still runs at the end is killed."""
    running: list[subprocess.Popen[bytes]] = []
    ours = {
        "DATABASE_URL": town.casework.settings.database_url,
        "BANJIE_HOME": str(tmp_path),
        "MASTER_KEY": KEY,
        "SECRET_KEY": KEY,
        "BROKER_URL": "redis://127.0.0.1:1/0",
    }

    def run(*arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            env=os.environ | ours | environment,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        running.append(process)
        return process

    yield run
    for process in running:
        if process.poll() is None:
            os.killpg(process.pid, 9)
            process.wait()
