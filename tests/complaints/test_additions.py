"""A reporter adds to a running case: kept, told to whoever has the work, and nothing of the diagram moves."""

import pytest
from sqlalchemy import select

from casework import notifications
from casework.cases import reading, services
from casework.cases.models import Case
from casework.complaints import additions
from casework.complaints.models import Addition, Intake
from casework.directory.viewing import viewer
from casework.errors import Invalid, Refused
from tests.factories import Stage

WORDS = "晚上七点以后尤其暗，三楼老人昨天差点摔倒。"


def _intake(stage: Stage, case_id: int) -> Intake:
    [found] = stage.rows(Intake, case_id=case_id)
    return found


def _add(stage: Stage, case_id: int, text: str = WORDS, key: str | None = None) -> None:
    with stage.work("李业主") as work:
        additions.add(work, _intake(stage, case_id).id, text, key=key)


def test_what_is_added_stands_in_the_timeline_and_moves_no_token(stage: Stage) -> None:
    case_id = stage.report(by="李业主")
    before = stage.case(case_id)
    tokens, version = list(before.tokens), before.version
    _add(stage, case_id)
    after = stage.case(case_id)
    assert (after.tokens, after.version) == (tokens, version)
    with stage.work("客服小周") as work:
        seen_by = viewer(work, work.actor.person_id or 0)
        page = reading.read_case(work, seen_by, after.no)
    assert page.timeline[1].what == ("诉求人补充了情况。", "The reporter told more.")
    assert [one.text for one in page.additions] == [WORDS]


def test_the_company_reads_the_words_and_never_learns_whose_they_are(stage: Stage) -> None:
    case_id = stage.report(by="李业主")
    _add(stage, case_id)
    with stage.work("客服小周") as work:
        page = reading.read_case(work, viewer(work, work.actor.person_id or 0), stage.case(case_id).no)
    assert [one.text for one in page.additions] == [WORDS]
    assert page.timeline[1].detail is None
    assert page.reporter is None


def test_whoever_has_the_task_in_hand_is_told_else_its_group(stage: Stage) -> None:
    case_id = stage.report(by="李业主")
    _add(stage, case_id)
    item = stage.item(case_id, "handle")
    with stage.work("客服小周") as work:
        services.claim_item(work, item.id)
        holder = work.actor.person_id
    _add(stage, case_id, "又有一盏不亮了。")
    with stage.work() as work:
        told = [one for one in notifications.of_case(work, case_id) if one.code == additions.ADDED]
    assert [one.recipients for one in told] == [item.groups, [f"p{holder}"]]


def test_while_the_reporter_is_asked_the_unit_is_told(stage: Stage) -> None:
    case_id = stage.report(by="李业主")
    stage.do(
        "complete", by="客服小周", task="handle", **{"with": {"result": "ask", "text": "请问是几单元几层的灯不亮？"}}
    )
    _add(stage, case_id)
    with stage.work() as work:
        [told] = [one for one in notifications.of_case(work, case_id) if one.code == additions.ADDED]
    assert told.recipients == [f"o{stage.case(case_id).unit_id}"]


def test_the_same_command_adds_once(stage: Stage) -> None:
    case_id = stage.report(by="李业主")
    for _again in range(3):
        _add(stage, case_id, key="the-same-press")
    assert len(stage.rows(Addition)) == 1


@pytest.mark.parametrize("text", ["", "  \n ", "长" * (additions.LONGEST + 1)])
def test_nothing_and_too_much_are_refused(stage: Stage, text: str) -> None:
    case_id = stage.report(by="李业主")
    with pytest.raises(Invalid) as refused:
        _add(stage, case_id, text)
    assert "text" in refused.value.fields
    assert stage.rows(Addition) == []


def test_a_report_taken_back_and_a_closed_case_take_nothing_more(stage: Stage) -> None:
    case_id = stage.report(by="李业主")
    with stage.work() as work:
        work.session.scalars(select(Case).where(Case.id == case_id)).one().status = "closed"
    with pytest.raises(Refused):
        _add(stage, case_id)


def test_an_answer_to_a_question_is_kept_beside_the_report_and_not_written_into_it(stage: Stage) -> None:
    case_id = stage.report(by="李业主")
    before = _intake(stage, case_id).text
    stage.do(
        "complete", by="客服小周", task="handle", **{"with": {"result": "ask", "text": "请问是几单元几层的灯不亮？"}}
    )
    stage.do("complete", by="李业主", task="ask_reporter", **{"with": {"answer": "2单元三层到六层。"}})
    assert _intake(stage, case_id).text == before
    assert [one.text for one in stage.rows(Addition)] == ["2单元三层到六层。"]
