"""The time limits of a case, and what follows them. It all begins at 09:00 on Monday 1 June 2026."""

from collections.abc import Callable
from datetime import datetime

import pytest
import yaml
from sqlalchemy import select

from casework.audit.models import AuditEntry
from casework.cases import clocks
from casework.cases.advance import lock, settle_clocks
from casework.cases.handlers import HANDLERS
from casework.cases.invariants import broken
from casework.cases.models import Case, CaseTimer, History, WorkItem
from casework.cases.reading import clock_views
from casework.config import ROOT
from casework.jobs import Job
from casework.notifications.models import Notice
from casework.persistence import Work
from tests.factories import Stage

_SCENARIO = ROOT / "processes/complaint_handling/scenarios/calendar_year_arrives.yaml"
YEAR_2027 = yaml.safe_load(_SCENARIO.read_text("utf-8"))["steps"][2]["load_year"]

Act = Callable[[Work, Case], object]


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def change(stage: Stage, case_id: int, act: Act) -> None:
    """Do something to the clocks of a case, as an operation would."""
    with stage.work() as work:
        case = lock(work, case_id)
        act(work, case)
        settle_clocks(work, case)


def due(stage: Stage, case_id: int, name: str) -> datetime:
    found = stage.clock_of(case_id, name)
    assert found is not None
    return found.due_at


def armed(stage: Stage, case_id: int) -> dict[str, datetime]:
    """Return when each timer of the case fires, by what the jobs say."""
    with stage.work() as work:
        timers = {
            f"timer:{case_id}:{row.task}": row
            for row in work.session.scalars(select(CaseTimer).where(CaseTimer.case_id == case_id))
        }
        found = work.session.scalars(select(Job).where(Job.key.in_(timers), Job.state == "ready"))
        moments = {timers[job.key].element: (job.due_at, timers[job.key].due_at) for job in found}
    assert all(job == row for job, row in moments.values())
    return {element: job for element, (job, _) in moments.items()}


@pytest.fixture
def case_id(stage: Stage) -> int:
    return stage.report()


def test_the_first_dispatch_starts_the_clocks_and_the_earliest_is_shown(stage: Stage, case_id: int) -> None:
    assert due(stage, case_id, "company_unhandled") == local("2026-06-04 09:00:00")
    assert due(stage, case_id, "reply") == local("2026-06-09 00:00:00")
    assert due(stage, case_id, "hand_back") == local("2026-06-04 00:00:00")
    case = stage.case(case_id)
    assert (case.due_clock, case.due_at) == ("company_unhandled", local("2026-06-04 09:00:00"))


def test_timers_fire_when_their_clock_says_to_the_second(stage: Stage, case_id: int) -> None:
    assert armed(stage, case_id) == {
        "b_yellow": local("2026-06-05 00:00:00"),
        "b_overdue": local("2026-06-09 00:00:00"),
        "b_unhandled": local("2026-06-04 09:00:01"),
    }


def test_a_shorter_rule_moves_a_running_clock_forward_a_longer_one_does_not(stage: Stage, case_id: int) -> None:
    def start(key: str) -> Act:
        return lambda work, case: clocks.start(work, case, "reply", key, local("2026-06-01 09:00:00"))

    change(stage, case_id, start("petition.route_days"))
    assert due(stage, case_id, "reply") == local("2026-06-09 00:00:00")
    change(stage, case_id, start("company.query.answer_days"))
    assert due(stage, case_id, "reply") == local("2026-06-05 00:00:00")
    assert stage.clock_of(case_id, "reply").key == "company.query.answer_days"
    assert armed(stage, case_id)["b_overdue"] == local("2026-06-05 00:00:00")


def test_a_clock_starts_once_unless_asked_to_start_again(stage: Stage, case_id: int) -> None:
    stage.move("2026-06-02 09:00:00")

    def start(again: bool) -> Act:
        return lambda work, case: clocks.start(
            work, case, "company_unhandled", "complaint.company.unhandled_hours", work.now, again=again
        )

    change(stage, case_id, start(False))
    assert due(stage, case_id, "company_unhandled") == local("2026-06-04 09:00:00")
    change(stage, case_id, start(True))
    assert due(stage, case_id, "company_unhandled") == local("2026-06-05 09:00:00")
    assert [
        line.what
        for line in stage.rows(History, case_id=case_id, kind="clock")
        if line.refs["clock"] == "company_unhandled"
    ] == ["clock_started", "clock_stopped", "clock_started"]


def test_a_paused_clock_keeps_what_was_left_and_its_timers_wait_unarmed(stage: Stage, case_id: int) -> None:
    change(stage, case_id, lambda work, case: clocks.start(work, case, "posting", "publicity.min_days", work.now))
    stage.move("2026-06-02 15:00:00")
    change(stage, case_id, lambda work, case: clocks.pause(work, case, "待查"))
    assert stage.clock_of(case_id, "company_unhandled").left == {"seconds": 42 * 3600}
    assert stage.clock_of(case_id, "reply").left == {"days": 4, "mode": "working"}
    assert stage.clock_of(case_id, "posting").left == {"days": 6, "mode": "calendar"}
    assert armed(stage, case_id) == {}
    assert stage.case(case_id).due_at is None
    stage.move("2026-06-10 09:00:00")
    assert stage.case(case_id).tier == 0
    change(stage, case_id, lambda work, case: clocks.resume(work, case))
    assert due(stage, case_id, "company_unhandled") == local("2026-06-12 03:00:00")
    assert due(stage, case_id, "reply") == local("2026-06-17 00:00:00")
    assert due(stage, case_id, "posting") == local("2026-06-17 00:00:00")
    assert armed(stage, case_id) == {
        "b_unhandled": local("2026-06-12 03:00:01"),
        "b_yellow": local("2026-06-15 00:00:00"),
        "b_overdue": local("2026-06-17 00:00:00"),
    }


def test_pausing_twice_and_resuming_what_runs_changes_nothing(stage: Stage, case_id: int) -> None:
    change(stage, case_id, lambda work, case: clocks.resume(work, case))
    assert due(stage, case_id, "reply") == local("2026-06-09 00:00:00")
    change(stage, case_id, lambda work, case: clocks.pause(work, case, "一"))
    stage.move("2026-06-03 09:00:00")
    change(stage, case_id, lambda work, case: clocks.pause(work, case, "二"))
    clock = stage.clock_of(case_id, "company_unhandled")
    assert (clock.pause_reason, clock.left) == ("一", {"seconds": 72 * 3600})


def test_no_danger_waits(stage: Stage) -> None:
    case_id = stage.report(
        category="lift",
        cause="lift_fault",
        danger="lift_trapped",
        channel="call",
        text="2号楼1单元电梯停在7楼，里面困了两个人。",
    )
    change(stage, case_id, lambda work, case: clocks.pause(work, case, "待查"))
    assert stage.clock_of(case_id, "urgent_arrive").paused_at is None
    assert stage.clock_of(case_id, "reply").paused_at is not None


def test_an_extension_counts_from_the_old_due_time(stage: Stage, case_id: int) -> None:
    stage.move("2026-06-03 09:00:00")
    basis = "hotline.extension.working_days"
    change(stage, case_id, lambda work, case: clocks.extend(work, case, "reply", 10, "working_days", basis=basis))
    change(stage, case_id, lambda work, case: clocks.extend(work, case, "company_unhandled", 24, "hours", basis="x"))
    assert due(stage, case_id, "reply") == local("2026-06-24 00:00:00"), "19 June is the Dragon Boat Festival"
    assert due(stage, case_id, "company_unhandled") == local("2026-06-05 09:00:00")
    assert armed(stage, case_id)["b_overdue"] == local("2026-06-24 00:00:00")
    assert armed(stage, case_id)["b_unhandled"] == local("2026-06-05 09:00:01")


def test_an_extension_while_a_clock_stands_still_is_added_to_what_is_left(stage: Stage, case_id: int) -> None:
    change(stage, case_id, lambda work, case: clocks.pause(work, case, "待查"))
    change(stage, case_id, lambda work, case: clocks.extend(work, case, "reply", 2, "working_days", basis="x"))
    stage.move("2026-06-08 09:00:00")
    change(stage, case_id, lambda work, case: clocks.resume(work, case))
    assert due(stage, case_id, "reply") == local("2026-06-18 00:00:00")


def test_what_does_not_run_is_not_extended(stage: Stage, case_id: int) -> None:
    change(stage, case_id, lambda work, case: clocks.stop(work, case, "reply", "answered"))
    with stage.work() as work:
        assert clocks.extend(work, lock(work, case_id), "reply", 3, "days", basis="x") is None


@pytest.mark.parametrize(
    ("moment", "missed"),
    [("2026-06-04 09:00:00", False), ("2026-06-04 09:00:01", True)],
)
def test_stopped_in_the_very_last_second_is_kept_one_later_is_missed(stage: Stage, moment: str, missed: bool) -> None:
    case_id = stage.report()
    stage.clock.move_to(local(moment))
    change(stage, case_id, lambda work, case: clocks.stop(work, case, "company_unhandled", "handled"))
    assert (stage.clock_of(case_id, "company_unhandled").breached_at is not None) == missed
    assert "b_unhandled" not in armed(stage, case_id)


def test_a_breach_once_recorded_stays(stage: Stage, case_id: int) -> None:
    change(stage, case_id, lambda work, case: clocks.breach(work, case, "reply"))
    first = stage.clock_of(case_id, "reply").breached_at
    stage.move("2026-06-02 09:00:00")
    for act in (
        lambda work, case: clocks.breach(work, case, "reply"),
        lambda work, case: clocks.extend(work, case, "reply", 5, "working_days", basis="x"),
        lambda work, case: clocks.stop(work, case, "reply", "answered"),
    ):
        change(stage, case_id, act)
    assert stage.clock_of(case_id, "reply").breached_at == first


def test_a_time_that_has_to_pass_is_nobodys_breach(stage: Stage, case_id: int) -> None:
    change(stage, case_id, lambda work, case: clocks.start(work, case, "posting", "publicity.min_days", work.now))
    stage.move("2026-07-01 09:00:00")
    change(stage, case_id, lambda work, case: clocks.stop(work, case, "posting", "done"))
    assert stage.clock_of(case_id, "posting").breached_at is None


def test_a_timer_fires_once_whatever_its_clock_does_afterwards(stage: Stage, case_id: int) -> None:
    stage.move("2026-06-05 09:00:00")
    assert stage.case(case_id).tier == 1
    for act in (
        lambda work, case: clocks.pause(work, case, "待查"),
        lambda work, case: clocks.resume(work, case),
        lambda work, case: clocks.extend(work, case, "company_unhandled", 5, "days", basis="x"),
    ):
        change(stage, case_id, act)
    assert "b_unhandled" not in armed(stage, case_id)
    stage.move("2026-06-05 20:00:00")
    assert len(stage.rows(History, case_id=case_id, what="supervised")) == 1
    assert stage.rows(Job, kind="cases.timer", state="dead") == []
    assert [job.last_error for job in stage.rows(Job) if job.last_error] == []


def test_a_tasks_due_time_follows_its_clock(stage: Stage, case_id: int) -> None:
    item = stage.item(case_id, "handle")
    assert item.due_clock == "reply"
    change(stage, case_id, lambda work, case: clocks.pause(work, case, "待查"))
    assert stage.item(case_id, "handle").due_at is None
    change(stage, case_id, lambda work, case: clocks.resume(work, case))
    change(stage, case_id, lambda work, case: clocks.extend(work, case, "reply", 1, "working_days", basis="x"))
    assert stage.item(case_id, "handle").due_at == due(stage, case_id, "reply")


def test_a_closed_case_has_no_clock_timer_or_task_left(stage: Stage, case_id: int) -> None:
    stage.handled(case_id)
    stage.verified(case_id)
    stage.do("rate", by="李业主", score=5)
    assert stage.case(case_id).status == "closed"
    assert armed(stage, case_id) == {}
    assert stage.rows(CaseTimer, case_id=case_id) == []
    assert stage.rows(WorkItem, case_id=case_id, state="open") == []
    assert stage.case(case_id).due_at is None
    with stage.work() as work:
        assert broken(work) == []


def test_a_timer_job_that_comes_too_early_is_put_off(stage: Stage, case_id: int) -> None:
    """Its clock was extended in the moment in which a worker had already taken the job."""
    with stage.work() as work:
        timer = work.session.scalars(
            select(CaseTimer).where(CaseTimer.case_id == case_id, CaseTimer.element == "b_unhandled")
        ).one()
        job = work.session.scalars(select(Job).where(Job.key == f"timer:{case_id}:{timer.task}")).one()
        job.due_at = work.now
    stage.settle()
    assert stage.case(case_id).tier == 0
    assert armed(stage, case_id)["b_unhandled"] == local("2026-06-04 09:00:01")
    assert "cases.timer" in HANDLERS


def test_a_new_year_of_the_calendar_moves_what_is_due_in_it_and_says_so(stage: Stage) -> None:
    stage.clock.move_to(local("2026-12-28 09:00:00"))
    case_id = stage.report()
    clock = stage.clock_of(case_id, "reply")
    assert clock.provisional
    unmoved = stage.clock_of(case_id, "company_unhandled").due_at
    change(stage, case_id, lambda work, case: clocks.pause(work, case, "待查", "hand_back"))
    left = stage.clock_of(case_id, "hand_back").left
    stage.do("load_year", value=YEAR_2027)
    moved = stage.clock_of(case_id, "reply")
    assert (moved.due_at, moved.provisional) == (local("2027-01-08 00:00:00"), False)
    assert armed(stage, case_id)["b_overdue"] == moved.due_at
    assert stage.clock_of(case_id, "company_unhandled").due_at == unmoved
    assert stage.clock_of(case_id, "hand_back").left == left
    assert len(stage.rows(Notice, case_id=case_id, code="due_moved")) == 1
    recorded = stage.rows(AuditEntry, subject_kind="case", subject_id=case_id, what="due_recounted")
    assert len(recorded) == 1


def test_what_a_unit_may_no_longer_do_makes_nobody_late_and_is_not_shown(stage: Stage, case_id: int) -> None:
    with stage.work() as work:
        assert "hand_back" in {one.name for one in clock_views(work, work.session.get_one(Case, case_id))}
    stage.move("2026-06-04 00:00:01")
    with stage.work() as work:
        case = work.session.get_one(Case, case_id)
        assert "hand_back" not in {one.name for one in clock_views(work, case)}
        assert case.due_at > work.now


@pytest.mark.parametrize(("name", "key"), [("posting", "publicity.min_days"), ("window", "vote.window_days")])
def test_a_period_that_is_over_makes_nobody_late_and_leads_no_more(
    stage: Stage, case_id: int, name: str, key: str
) -> None:
    change(stage, case_id, lambda work, case: clocks.stop(work, case, None, "done"))
    change(stage, case_id, lambda work, case: clocks.start(work, case, name, key, work.now))
    assert stage.case(case_id).due_clock == name
    stage.move(due(stage, case_id, name))
    with stage.work() as work:
        case = work.session.get_one(Case, case_id)
        (view,) = [one for one in clock_views(work, case) if one.name == name]
        assert (view.mark, view.stopped, view.leading) == ("done", view.due, False)
        assert clocks.earliest(work, case) is None


def test_a_case_whose_period_is_over_is_no_longer_late_once_it_goes_on(stage: Stage, case_id: int) -> None:
    change(stage, case_id, lambda work, case: clocks.stop(work, case, None, "done"))
    change(stage, case_id, lambda work, case: clocks.start(work, case, "window", "vote.window_days", work.now))
    stage.move(due(stage, case_id, "window"))
    assert stage.case(case_id).due_clock == "window"
    stage.handled(case_id)
    assert stage.case(case_id).due_clock != "window"
