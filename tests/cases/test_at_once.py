"""Many at the same moment: one winner, one effect, and the others told the truth."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, text

from casework import jobs
from casework.cases import services as cases
from casework.cases.invariants import broken
from casework.cases.models import Case, CaseTimer, History
from casework.errors import CaseworkError, Conflict
from casework.jobs import Job
from casework.persistence import Actor
from tests.factories import VERIFIED, Stage

AtOnce = Callable[[int, Callable[[int], Any]], list[Any]]
CROWD = 20


@pytest.fixture
def town(open_stage: Callable[..., Stage]) -> Stage:
    """The town where everything stays, at the machine's own clock."""
    return open_stage()


def test_of_twenty_who_claim_one_task_one_holds_it(town: Stage, at_once: AtOnce) -> None:
    for number in range(CROWD):
        town.do("appoint", person=f"客服{number}", role="company_service", at="company")
    item = town.item(town.report(), "handle")

    def claim(number: int) -> int | None:
        with town.work(f"客服{number}") as work:
            return cases.claim_item(work, item.id).holder_id

    answers = at_once(CROWD, claim)
    winners = [answer for answer in answers if isinstance(answer, int)]
    assert len(winners) == 1
    assert sum(isinstance(answer, Conflict) for answer in answers) == CROWD - 1
    held = town.item(item.case_id, "handle")
    assert (held.holder_id, held.version) == (winners[0], item.version + 1)
    assert len(town.rows(History, case_id=item.case_id, what="claimed")) == 1


def test_one_command_sent_twenty_times_at_once_has_one_effect_and_one_answer(town: Stage, at_once: AtOnce) -> None:
    case_id = town.report()
    town.handled(case_id)
    item = town.item(case_id, "verify")

    def verify(_: int) -> dict[str, Any]:
        with town.work("社区小宋") as work:
            return cases.complete_item(work, item.id, VERIFIED, key="double click")

    answers = at_once(CROWD, verify)
    assert [answer for answer in answers if isinstance(answer, CaseworkError)] == []
    assert all(answer == answers[0] for answer in answers)
    assert len(town.rows(History, case_id=case_id, element="verify", what="submitted")) == 1
    with town.work() as work:
        assert broken(work) == []


def test_the_same_hotline_order_twice_at_once_is_one_report(town: Stage, at_once: AtOnce) -> None:
    def send(_: int) -> str:
        names: dict[str, Any] = {}
        stage = Stage(town.casework, town.town, None, names)
        stage.do(
            "report",
            as_="it",
            by="李业主",
            channel="hotline",
            hotline_no="12345-1",
            category="service",
            cause="service_attitude",
            text="前台态度不好，推诿。",
        )
        return str(names["it"]["receipt"].case_no)

    answers = at_once(4, send)
    assert len(set(answers)) == 1, answers
    assert len(town.rows(Case)) == 1


class Gate:
    """Holds one thread at its commit until it is let through: who is first is the test's to say."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.reached, self.opened = threading.Event(), threading.Event()
        self.held: threading.Thread | None = None

    def run(self, call: Callable[[], Any]) -> threading.Thread:
        """Begin `call` in a thread and return when it stands before its commit."""
        sessions = self.stage.casework.database._sessions

        def wait(_: Any) -> None:
            if threading.current_thread() is self.held:
                self.reached.set()
                assert self.opened.wait(20)

        event.listen(sessions, "before_commit", wait)
        self.held = threading.Thread(target=call)
        self.held.start()
        assert self.reached.wait(20)
        return self.held


def _due_now(stage: Stage, case_id: int) -> Job:
    """Let the limit of 72 hours be over this very moment."""
    with stage.work() as work:
        timer = work.session.scalars(
            select(CaseTimer).where(CaseTimer.case_id == case_id, CaseTimer.element == "b_unhandled")
        ).one()
        moment = work.now - timedelta(seconds=1)
        timer.due_at = moment
        key = f"timer:{case_id}:{timer.task}"
        jobs.move(work, key, moment)
        work.session.execute(
            text("UPDATE case_clock SET due_at = :due, fires_at = :due WHERE case_id = :id AND name = :name"),
            {"due": moment, "id": case_id, "name": "company_unhandled"},
        )
        return work.session.scalars(select(Job).where(Job.key == key, Job.state == "ready")).one()


def test_a_person_before_the_timer_wins_and_so_does_the_timer_before_the_person(town: Stage) -> None:
    """Both act on one case at one moment: whoever commits first moves it, the other finds the case as it then is."""
    for first in ("timer", "person"):
        case_id = town.report(
            first,
            text=f"2号楼{first}楼道灯坏了，晚上一片漆黑。",
            part="flat",
            location=f"{'李业主' if first == 'timer' else '王业主'}家",
            by="李业主" if first == "timer" else "王业主",
        )
        item, job = town.item(case_id, "handle"), _due_now(town, case_id)
        said: list[Any] = []
        acts: dict[str, Callable[[], Any]] = {
            "timer": lambda job=job, said=said: said.append(jobs.run_one(town.casework, job.id)),
            "person": lambda item=item, said=said: said.append(_claimed(town, item.id)),
        }
        gate = Gate(town)
        held = gate.run(acts[first])
        other = threading.Thread(target=acts["person" if first == "timer" else "timer"])
        other.start()
        other.join(0.3)
        assert other.is_alive(), "the second waits for the case that the first holds"
        gate.opened.set()
        held.join(20)
        other.join(20)
        town.settle()
        assert Counter(str(one) for one in said) == {"done": 1, "claimed": 1}
        assert town.case(case_id).tier == 1
        assert len(town.rows(History, case_id=case_id, what="supervised")) == 1
        assert len(town.rows(History, case_id=case_id, what="claimed")) == 1
    with town.work() as work:
        assert broken(work) == []


def _claimed(stage: Stage, item_id: int) -> str:
    with stage.casework.work(Actor("person", stage.town.person("客服小周"))) as work:
        cases.claim_item(work, item_id)
    return "claimed"


def test_a_deadline_that_passes_while_a_form_is_sent_goes_to_who_commits_first(town: Stage) -> None:
    """The next attempt of a callback is due while the resident rates: the rating moves the case, the timer is void."""
    case_id = town.report()
    town.handled(case_id)
    town.verified(case_id)
    town.do("complete", by="回访员小林", task="attempt", with_={"reached": False})
    with town.work() as work:
        timer = work.session.scalars(
            select(CaseTimer).where(CaseTimer.case_id == case_id, CaseTimer.process == "complaint_callback")
        ).one()
        timer.due_at = work.now - timedelta(seconds=1)
        key = f"timer:{case_id}:{timer.task}"
        jobs.move(work, key, timer.due_at)
        job = work.session.scalars(select(Job).where(Job.key == key, Job.state == "ready")).one()
    ends: list[Any] = []
    gate = Gate(town)
    held = gate.run(lambda: Stage(town.casework, town.town, None, town.names).do("rate", by="李业主", score=5))
    late = threading.Thread(target=lambda: ends.append(jobs.run_one(town.casework, job.id)))
    late.start()
    late.join(0.3)
    gate.opened.set()
    held.join(20)
    late.join(20)
    assert ends[0] in {"cancelled", "fenced", None}
    assert town.case(case_id).status == "closed"
    assert town.rows(CaseTimer, case_id=case_id) == []
    with town.work() as work:
        assert broken(work) == []
