"""Timers that are due: a real step of a process each, beside jobs that are claimed and finished and do nothing."""

from datetime import timedelta
from statistics import median
from time import perf_counter

from sqlalchemy import text, update

from benchmarks.engine.durable import drawn
from casework import jobs
from casework.bootstrap import Casework
from casework.cases.models import CaseTimer
from casework.cases.timers import TIMER_JOB
from casework.jobs import Job
from casework.persistence import Database, House
from tests.factories import Stage

_LOT = 100


def real(stage: Stage, diagram: bytes, number: int) -> float:
    """Return the seconds that one due timer takes of `number`: each opens a further task in a case of its own."""
    _let_wait(stage, diagram, number)
    return _drained(stage.casework, number)


def beside(stage: Stage, diagram: bytes, number: int) -> tuple[float, float]:
    """Return the seconds of one due timer of `number`, and of a job that is only claimed and finished.

    All are due before the first is taken. Then they are drained by the hundred in turn, so that both meet the same
    machine; each is the median of the hundreds.
    """
    _let_wait(stage, diagram, number)
    idle = _idle(stage)
    real_ones, bare_ones = [], []
    for _ in range(max(1, number // _LOT)):
        real_ones.append(_drained(stage.casework, _LOT))
        with idle.work() as work:
            for one in range(_LOT):
                jobs.schedule(work, "nothing", key=f"nothing:{work.now.isoformat()}:{one}", due_at=work.now)
        bare_ones.append(_drained(idle, _LOT))
    return median(real_ones), median(bare_ones)


def _let_wait(stage: Stage, diagram: bytes, number: int) -> None:
    begin = drawn(stage, "limit", diagram)
    for _ in range(number):
        begin()
    with stage.work() as work:
        now = work.now - timedelta(seconds=1)
        work.session.execute(update(CaseTimer).values(due_at=now))
        work.session.execute(update(Job).where(Job.kind == TIMER_JOB, Job.state == "ready").values(due_at=now))


def _idle(stage: Stage) -> Casework:
    """Return a domain with a queue of its own, whose one kind of job does nothing."""
    with stage.casework.database.engine.begin() as connection:
        connection.execute(text("CREATE SCHEMA bare"))
    database = Database(stage.casework.database.url, schema="bare")
    database.create_all()
    house = House(handlers={"nothing": lambda _work, _job: None})
    return Casework(stage.casework.settings, database, house)


def _drained(casework: Casework, number: int) -> float:
    """Return the seconds of one of so many due jobs."""
    begun, done = perf_counter(), 0
    while done < number:
        claimed = jobs.claim(casework.database, min(_LOT, number - done))
        if not claimed:
            message = f"{done} of {number} jobs were done"
            raise RuntimeError(message)
        done += len([jobs.run(casework, one) for one in claimed])
    return (perf_counter() - begun) / number
