"""`kill -9` of a worker at any moment: every limit that has passed acts once, nothing is lost and nothing doubled."""

import signal
from pathlib import Path

from casework.cases.models import Case, CaseTimer, History
from casework.jobs import Job
from casework.notifications.models import Notice
from casework.plays.town import add_resident
from tests.factories import Stage
from tests.faults.conftest import Run, due_now, unbroken, until

POINTS = ["after_claim", "after_engine", "before_commit", "after_handler", "after_commit", "after_engine:2"]


def reported(town: Stage, number: int) -> list[int]:
    """Have so many different matters reported, each in a flat of its own."""
    made = []
    for n in range(number):
        person = f"业主{n}"
        with town.work() as work:
            add_resident(work, town.town, person)
        made.append(town.report(person, by=person, part="flat", location=f"{person}家"))
    return made


def test_a_worker_killed_at_any_point_loses_and_doubles_nothing(town: Stage, start: Run, tmp_path: Path) -> None:
    cases = reported(town, len(POINTS))
    url = town.casework.settings.database_url
    for point, case_id in zip(POINTS, cases, strict=True):
        due_now(town, case_id)
        died = start("tests.faults.process", url, str(tmp_path), "drain", CRASH_AT=point)
        assert died.wait(60) == -signal.SIGKILL, point
        unbroken(town)
    assert start("tests.faults.process", url, str(tmp_path), "drain").wait(60) == 0
    for point, case_id in zip(POINTS, cases, strict=True):
        assert len(town.rows(History, case_id=case_id, what="supervised")) == 1, point
        assert len(town.rows(Notice, case_id=case_id, code="supervision_opened")) == 1, point
        assert town.tasks(case_id) == ["follow_up", "handle"], point
        assert town.case(case_id).tier == 1, point
    assert town.rows(Job, state="running") == []
    assert town.rows(Job, state="dead") == []
    unbroken(town)


def test_timers_fire_with_the_broker_dead_and_a_restart_keeps_everything(
    town: Stage, start: Run, tmp_path: Path
) -> None:
    cases = reported(town, 3)
    due_now(town, *cases, after=1.0)
    url = town.casework.settings.database_url
    arguments = ("tests.faults.process", url, str(tmp_path), "serve", "redis://127.0.0.1:1/0")
    worker = start(*arguments)
    until(lambda: all(case.tier == 1 for case in town.rows(Case)))
    worker.kill()
    worker.wait()
    unbroken(town)
    due_now(town, *cases, element="b_limit")
    worker = start(*arguments)
    until(lambda: all(case.tier == 2 for case in town.rows(Case)))
    worker.terminate()
    assert worker.wait(30) == 0
    for case_id in cases:
        assert len(town.rows(History, case_id=case_id, what="supervised")) == 2, "once for each tier"
        assert len(town.rows(CaseTimer, case_id=case_id, element="b_overdue")) == 1
    unbroken(town)
