"""What a step writes reaches the database at once, and nothing of what it took back within itself."""

from sqlalchemy import event

from casework.cases import services as cases
from casework.cases.models import CaseTimer, History, WorkItem
from casework.definitions.services import publish
from casework.jobs import Job
from tests.engine import drawing as draw
from tests.factories import Stage

OFFICER = {"b_role": "community_officer", "b_scope": "estate.community"}
WRITES = ("INSERT", "UPDATE", "DELETE", "WITH")
LIMITED = draw.diagram(
    draw.start(),
    draw.user("first", **OFFICER),
    draw.user("second", **OFFICER),
    draw.boundary("late", "second", draw.timer("P3D"), interrupting=False),
    draw.end("told"),
    draw.end("done"),
    draw.flows("start first second done", "late told"),
)
TAKEN_BACK = draw.diagram(
    draw.start(),
    draw.user("look", **OFFICER),
    draw.gateway("parallel", "both"),
    draw.user("never", **OFFICER),
    draw.boundary("never_late", "never", draw.timer("P3D"), interrupting=False),
    draw.end("told"),
    draw.end("seen"),
    draw.end("over", "<bpmn:terminateEventDefinition/>"),
    draw.flows("start look both never seen", "both over", "never_late told"),
)


def begin(stage: Stage, diagram: bytes) -> int:
    with stage.work() as work:
        publish(work, "p", {"p/p.bpmn": diagram} | draw.blank_forms(diagram))
    with stage.work() as work:
        return cases.start_case(work, "p", {}, area_id=stage.town.areas["estate"]).id


def test_a_step_of_a_person_is_one_statement_beside_what_it_reads(stage: Stage) -> None:
    case_id = begin(stage, LIMITED)
    sent: list[str] = []
    with stage.work("社区小宋") as work:
        event.listen(work.session.connection(), "before_cursor_execute", lambda *given: sent.append(given[2].strip()))
        cases.complete_item(work, stage.item(case_id, "first").id, {})
    assert len([one for one in sent if one.startswith(WRITES)]) == 1
    assert [(row.element, row.state) for row in stage.rows(WorkItem, case_id=case_id)] == [
        ("first", "done"),
        ("second", "open"),
    ]
    [timer], [job] = stage.rows(CaseTimer, case_id=case_id), stage.rows(Job, case_id=case_id)
    assert (timer.element, job.due_at, job.state) == ("late", timer.due_at, "ready")
    lines = stage.rows(History, case_id=case_id)
    assert [line.seq for line in lines] == list(range(1, stage.case(case_id).lines + 1))


def test_what_a_step_opens_and_takes_back_leaves_no_row(stage: Stage) -> None:
    case_id = begin(stage, TAKEN_BACK)
    with stage.work("社区小宋") as work:
        assert cases.complete_item(work, stage.item(case_id, "look").id, {})["next"] == []
    assert [row.element for row in stage.rows(WorkItem, case_id=case_id)] == ["look"]
    assert stage.rows(CaseTimer, case_id=case_id) == []
    assert [job for job in stage.rows(Job, case_id=case_id) if job.state == "ready"] == []
    assert stage.case(case_id).outcome == "terminated"
