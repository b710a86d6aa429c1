"""Timers that are due: a real step of a process each, beside jobs that are claimed and finished and do nothing."""

from datetime import timedelta
from time import perf_counter

from sqlalchemy import func, select, update

from benchmarks.engine.durable import drawn
from casework import jobs
from casework.bootstrap import Casework
from casework.cases.models import Case, CaseTimer
from casework.cases.timers import TIMER_JOB
from casework.jobs import Job
from casework.persistence import House
from tests.factories import Stage

LATE = "escalate"


def real(stage: Stage, diagram: bytes, number: int) -> float:
    """Return the seconds that one due timer takes of `number`: each opens a further task in a case of its own."""
    begin = drawn(stage, "limit", diagram)
    for _ in range(number):
        begin()
    with stage.work() as work:
        now = work.now - timedelta(seconds=1)
        work.session.execute(update(CaseTimer).values(due_at=now))
        work.session.execute(update(Job).where(Job.kind == TIMER_JOB, Job.state == "ready").values(due_at=now))
    begun = perf_counter()
    done = _drain(stage.casework)
    spent = perf_counter() - begun
    with stage.work() as work:
        left = work.session.scalar(
            select(func.count()).select_from(CaseTimer).join(Case).where(Case.process == "limit")
        )
    if done < number or left:
        message = f"{done} of {number} timers fired, {left} are left"
        raise RuntimeError(message)
    return spent / number


def bare(stage: Stage, number: int) -> float:
    """Return the seconds that one job takes of `number` that are only claimed and finished."""
    with stage.work() as work:
        for one in range(number):
            jobs.schedule(work, "nothing", key=f"nothing:{work.now.isoformat()}:{one}", due_at=work.now)
    house = House(handlers={"nothing": lambda _work, _job: None})
    idle = Casework(stage.casework.settings, stage.casework.database, house)
    begun = perf_counter()
    done = _drain(idle)
    if done < number:
        message = f"{done} of {number} jobs were done"
        raise RuntimeError(message)
    return (perf_counter() - begun) / number


def _drain(casework: Casework) -> int:
    done = 0
    while claimed := jobs.claim(casework.database, 100):
        done += len([jobs.run(casework, one) for one in claimed])
    return done
