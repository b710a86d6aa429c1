"""When a diagram or a job can't go on: it is told, nothing else is lost, and a person lets it try again."""

from typing import Any

import pytest
from sqlalchemy import text

from casework.cases import advance
from casework.cases import services as cases
from casework.cases.advance import EndlessDiagram
from casework.cases.models import Case, CaseLink, History, Incident
from casework.cases.queries import stranded
from casework.definitions.services import publish
from casework.errors import Conflict, Forbidden
from casework.jobs import Job, schedule
from casework.persistence import Work
from tests.engine import drawing as draw
from tests.factories import Stage

OFFICER = {"b_role": "community_officer", "b_scope": "estate.community"}
# No one has set the level of the case: the question can't be answered.
BROKEN = draw.diagram(
    draw.start(),
    draw.gateway("parallel", "both"),
    draw.user("look", **OFFICER),
    draw.gateway("exclusive", "high", default="high_low"),
    draw.user("far", **OFFICER),
    draw.end("low"),
    draw.end("done"),
    draw.end("seen"),
    draw.flows("start both high far done", "both look seen", "high low", when={"high far": "case.level > 2"}),
    process="probe",
)
CIRCLE = draw.diagram(
    draw.start(),
    draw.gateway("exclusive", "again"),
    draw.service("act", operation="clocks.stop"),
    draw.gateway("exclusive", "enough", default="enough_again"),
    draw.end(),
    draw.flows("start again act enough again", "enough end", when={"enough end": 'case.urgency = "never"'}),
    process="probe",
)


class DiskFull(Exception):
    """Something outside went wrong."""


def begin(stage: Stage, diagram: bytes) -> int:
    with stage.work() as work:
        publish(work, "probe", {"probe/probe.bpmn": diagram} | draw.blank_forms(diagram))
        return cases.start_case(work, "probe", {}, area_id=stage.town.areas["estate"]).id


def test_where_a_diagram_stands_still_is_told_and_its_other_branches_go_on(stage: Stage) -> None:
    case_id = begin(stage, BROKEN)
    incident = stage.incidents(case_id)[0]
    assert incident.element == "high"
    assert incident.text_zh
    assert incident.text_en
    assert stage.tasks(case_id) == ["look"]
    with stage.work("社区小宋") as work:
        cases.complete_item(work, stage.item(case_id, "look").id, {})
    assert stage.case(case_id).status == "open"


def test_a_retry_goes_on_once_the_cause_is_gone(stage: Stage) -> None:
    case_id = begin(stage, BROKEN)
    incident = stage.incidents(case_id)[0]
    with stage.work("街道小孙") as work:
        cases.retry(work, incident.id)
    again = stage.incidents(case_id)
    assert [one.element for one in again] == ["high"], "the cause is still there: it is told anew"
    with stage.work() as work:
        work.session.get_one(Case, case_id).level = 3
    with stage.work("街道小孙") as work:
        cases.retry(work, again[0].id)
    assert stage.incidents(case_id) == []
    assert stage.tasks(case_id) == ["far", "look"]
    with pytest.raises(Conflict), stage.work("街道小孙") as work:
        cases.retry(work, incident.id)
    resolved = stage.rows(Incident, case_id=case_id)
    assert {one.resolved_by for one in resolved} == {stage.town.person("街道小孙")}


def test_only_a_named_person_has_something_tried_again(stage: Stage) -> None:
    incident = stage.incidents(begin(stage, BROKEN))[0]
    with pytest.raises(Forbidden), stage.work() as work:
        cases.retry(work, incident.id)


def test_a_diagram_that_turns_in_a_circle_is_stopped_and_leaves_nothing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(advance, "OPERATIONS_IN_ONE_STEP", 25)
    before = len(stage.rows(Case))
    with pytest.raises(EndlessDiagram):
        begin(stage, CIRCLE)
    assert len(stage.rows(Case)) == before


def test_a_job_that_dies_becomes_an_incident_and_may_be_tried_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[int] = []

    def fails(work: Work, job: Job) -> None:
        raise DiskFull

    case_id = stage.report()
    handlers: Any = stage.casework.house.handlers
    monkeypatch.setitem(handlers, "probe", fails)
    with stage.work() as work:
        schedule(work, "probe", key="probe", case_id=case_id, max_attempts=2)
    stage.move("2026-06-01 12:00:00")
    incident = stage.incidents(case_id)[0]
    assert (incident.rule, incident.job_id) == ("job_dead", stage.rows(Job, key="probe")[0].id)
    monkeypatch.setitem(handlers, "probe", lambda _, job: ran.append(job.id))
    with stage.work("街道小孙") as work:
        cases.retry(work, incident.id)
    stage.settle()
    assert ran == [incident.job_id]
    assert stage.incidents(case_id) == []


def test_another_case_is_opened_once_and_linked_however_often_its_job_is_delivered(stage: Stage) -> None:
    case_id = stage.report()
    payload = {
        "process": "rectification_notice",
        "from": case_id,
        "area": stage.town.areas["estate"],
        "why": "opened",
        "data": {"level": 2},
    }
    for _ in range(3):
        with stage.work() as work:
            schedule(work, "cases.start", key=f"{case_id}:x:start", payload=payload)
        stage.settle()
    opened = stage.rows(Case, process="rectification_notice")
    assert len(opened) == 1
    assert {(link.case_id, link.other_id) for link in stage.rows(CaseLink)} == {
        (case_id, opened[0].id),
        (opened[0].id, case_id),
    }
    assert stage.rows(Job, state="dead") == []


_GONE = {
    "task": "UPDATE work_item SET state = 'cancelled' WHERE case_id = :id",
    "timer": "DELETE FROM job WHERE case_id = :id",
    "message": "DELETE FROM subscription WHERE case_id = :id",
}


def test_a_case_that_nothing_can_move_is_found(stage: Stage) -> None:
    case_id, other = stage.report("one"), stage.report("two", by="王业主", part="flat", location="王业主家")
    with stage.work() as work:
        assert stranded(work) == []
        for statement in _GONE.values():
            work.session.execute(text(statement), {"id": case_id})
        assert stranded(work) == [work.session.get_one(Case, case_id).no]
        assert work.session.get_one(Case, other).no not in stranded(work)


@pytest.mark.parametrize("left", sorted(_GONE))
def test_whatever_can_still_move_a_case_keeps_it_from_being_stranded(stage: Stage, left: str) -> None:
    case_id = stage.report()
    with stage.work() as work:
        for name, statement in _GONE.items():
            if name != left:
                work.session.execute(text(statement), {"id": case_id})
        assert stranded(work) == []


def test_a_step_that_fails_leaves_nothing_of_itself(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    case_id = stage.report()
    before = (stage.case(case_id).version, len(stage.rows(History, case_id=case_id)), len(stage.rows(Job)))
    operations: Any = stage.casework.house.operations

    def breaks(*_: Any, **__: Any) -> None:
        raise DiskFull

    monkeypatch.setitem(operations, "complaints.report_done", breaks)
    with pytest.raises(DiskFull):
        stage.handled(case_id)
    assert stage.tasks(case_id) == ["handle"]
    assert (stage.case(case_id).version, len(stage.rows(History, case_id=case_id)), len(stage.rows(Job))) == before
