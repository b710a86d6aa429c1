"""Taking, putting back, handing on and finishing a piece of work."""

import pytest
from sqlalchemy import select

from casework.cases import services as cases
from casework.cases.models import Command, History, WorkItem
from casework.complaints.models import HandlingRecord
from casework.errors import Conflict, Forbidden, Invalid, NotFound
from tests.factories import DONE, VERIFIED, Stage


@pytest.fixture
def colleague(stage: Stage) -> str:
    """A second person of the company's desk."""
    stage.do("appoint", person="客服小范", role="company_service", at="company")
    return "客服小范"


def test_one_holds_a_task_and_the_others_are_told(stage: Stage, colleague: str) -> None:
    item = stage.item(stage.report(), "handle")
    with stage.work("客服小周") as work:
        cases.claim_item(work, item.id)
    with pytest.raises(Conflict, match="他人领取"), stage.work(colleague) as work:
        cases.claim_item(work, item.id)
    with stage.work("客服小周") as work:
        assert cases.claim_item(work, item.id).version == item.version + 1


def test_a_released_task_is_free_again_and_only_its_holder_releases_it(stage: Stage, colleague: str) -> None:
    item = stage.item(stage.report(), "handle")
    with stage.work("客服小周") as work:
        cases.claim_item(work, item.id)
    with pytest.raises(Forbidden), stage.work(colleague) as work:
        cases.release_item(work, item.id)
    with stage.work("客服小周") as work:
        assert cases.release_item(work, item.id).holder_id is None
    with stage.work(colleague) as work:
        assert cases.claim_item(work, item.id).holder_id == stage.town.person(colleague)


def test_a_task_is_handed_on_to_who_may_do_it_and_the_history_says_so(stage: Stage, colleague: str) -> None:
    case_id = stage.report()
    item = stage.item(case_id, "handle")
    with stage.work("客服小周") as work:
        cases.claim_item(work, item.id)
        cases.hand_to(work, item.id, stage.town.person(colleague))
    assert stage.item(case_id, "handle").holder_id == stage.town.person(colleague)
    handed = stage.rows(History, case_id=case_id, what="handed_on")
    assert [(line.person_id, line.refs["to"]) for line in handed] == [
        (stage.town.person("客服小周"), stage.town.person(colleague))
    ]
    with pytest.raises(NotFound), stage.work(colleague) as work:
        cases.hand_to(work, item.id, stage.town.person("社区小宋"))
    with pytest.raises(NotFound), stage.work("社区小宋") as work:
        cases.hand_to(work, item.id, stage.town.person("社区小宋"))


@pytest.mark.parametrize("stranger", ["社区小宋", "乙方客服小唐", "李业主", "供电公司经办"])
def test_who_is_not_in_its_groups_finds_no_task(stage: Stage, stranger: str) -> None:
    item = stage.item(stage.report(), "handle")
    with pytest.raises(NotFound), stage.work(stranger) as work:
        cases.claim_item(work, item.id)
    with pytest.raises(NotFound), stage.work(stranger) as work:
        cases.complete_item(work, item.id, DONE)


def test_nobody_signed_in_does_nothing(stage: Stage) -> None:
    item = stage.item(stage.report(), "handle")
    with pytest.raises(Forbidden), stage.work() as work:
        cases.claim_item(work, item.id)


def test_finishing_an_unclaimed_task_claims_it_and_opens_the_next(stage: Stage) -> None:
    case_id = stage.report()
    item = stage.item(case_id, "handle")
    stage.handled(case_id)
    done = stage.rows(WorkItem, id=item.id)[0]
    assert (done.state, done.holder_id, done.completed_by) == ("done", *[stage.town.person("客服小周")] * 2)
    assert stage.tasks(case_id) == ["verify"]


def test_a_task_that_is_done_says_so(stage: Stage) -> None:
    case_id = stage.report()
    item = stage.item(case_id, "handle")
    stage.handled(case_id)
    for act in (
        lambda work: cases.claim_item(work, item.id),
        lambda work: cases.release_item(work, item.id),
        lambda work: cases.complete_item(work, item.id, DONE),
        lambda work: cases.keep_draft(work, item.id, {"text": "…"}),
    ):
        with pytest.raises(Conflict, match="已经办完"), stage.work("客服小周") as work:
            act(work)


def test_a_task_the_case_has_withdrawn_says_so(stage: Stage) -> None:
    case_id = stage.report()
    item = stage.item(case_id, "handle")
    stage.do("withdraw", by="李业主", of="case")
    stage.do(
        "complete",
        by="派单员小马",
        task="stop_case",
        with_={"decision": "stop", "explanation": "诉求人撤回，准予终止。", "sign": "小马"},
    )
    with pytest.raises(Conflict, match="已撤销"), stage.work("客服小周") as work:
        cases.claim_item(work, item.id)


def test_an_answer_to_an_older_version_of_the_task_is_a_conflict(stage: Stage, colleague: str) -> None:
    item = stage.item(stage.report(), "handle")
    with stage.work(colleague) as work:
        cases.claim_item(work, item.id)
        cases.release_item(work, item.id)
    with pytest.raises(Conflict, match="已有变动"), stage.work("客服小周") as work:
        cases.complete_item(work, item.id, DONE, seen_version=item.version)


def test_somebody_elses_task_is_not_finished_for_them(stage: Stage, colleague: str) -> None:
    item = stage.item(stage.report(), "handle")
    with stage.work("客服小周") as work:
        cases.claim_item(work, item.id)
    with pytest.raises(Conflict), stage.work(colleague) as work:
        cases.complete_item(work, item.id, DONE)


def test_what_is_typed_is_kept_for_its_holder_alone_and_gone_when_done(stage: Stage, colleague: str) -> None:
    case_id = stage.report()
    item = stage.item(case_id, "handle")
    with stage.work("客服小周") as work:
        cases.claim_item(work, item.id)
        cases.keep_draft(work, item.id, {"text": "已到现场"})
    with stage.work(colleague) as work:
        cases.keep_draft(work, item.id, {"text": "别人写的"})
    with stage.work() as work:
        assert work.session.scalar(select(WorkItem.draft).where(WorkItem.id == item.id)) == {"text": "已到现场"}
    stage.handled(case_id)
    with stage.work() as work:
        assert work.session.scalar(select(WorkItem.draft).where(WorkItem.id == item.id)) is None


@pytest.mark.parametrize("extra", [{"holder_id": 1}, {"unit": 3}, {"designated": False}, {"conclusion": "resolved"}])
def test_a_field_that_is_not_on_the_form_is_refused_and_nothing_happens(stage: Stage, extra: dict[str, object]) -> None:
    case_id = stage.report()
    item = stage.item(case_id, "handle")
    with pytest.raises(Invalid) as refused, stage.work("客服小周") as work:
        cases.complete_item(work, item.id, {"result": "beyond_us", "text": "超出我们的职责范围，请协调。", **extra})
    assert set(refused.value.fields) == set(extra)
    assert stage.item(case_id, "handle").version == item.version
    assert not stage.rows(HandlingRecord, case_id=case_id)


def test_evidence_is_asked_for_where_work_is_said_to_be_done(stage: Stage) -> None:
    item = stage.item(stage.report(), "handle")
    with pytest.raises(Invalid) as refused, stage.work("客服小周") as work:
        cases.complete_item(work, item.id, DONE)
    assert "files" in refused.value.fields


def test_the_same_command_again_gives_the_same_answer_and_no_second_effect(stage: Stage) -> None:
    case_id = stage.report()
    stage.handled(case_id)
    item = stage.item(case_id, "verify")
    answers = []
    for _ in range(3):
        with stage.work("社区小宋") as work:
            answers.append(cases.complete_item(work, item.id, VERIFIED, key="k1"))
    assert answers[0] == answers[1] == answers[2]
    assert answers[0]["next"] == [stage.item(case_id, "attempt").id]
    assert len(stage.rows(Command, key=f"person:{stage.town.person('社区小宋')}:k1")) == 1


def test_a_command_key_is_not_used_for_another_request(stage: Stage) -> None:
    case_id = stage.report()
    stage.handled(case_id)
    item = stage.item(case_id, "verify")
    with stage.work("社区小宋") as work:
        cases.complete_item(work, item.id, VERIFIED, key="k1")
    with pytest.raises(Invalid, match="another request"), stage.work("社区小宋") as work:
        cases.complete_item(work, item.id, {**VERIFIED, "conclusion": "unfounded"}, key="k1")


def test_a_refused_command_may_be_put_right_under_the_same_key(stage: Stage) -> None:
    case_id = stage.report()
    stage.handled(case_id)
    item = stage.item(case_id, "verify")
    with pytest.raises(Invalid), stage.work("社区小宋") as work:
        cases.complete_item(work, item.id, {"pass": "return"}, key="k1")
    with stage.work("社区小宋") as work:
        assert cases.complete_item(work, item.id, VERIFIED, key="k1")["item"] == item.id


def test_one_persons_key_tells_another_nothing(stage: Stage) -> None:
    first, second = (
        stage.report("one"),
        stage.report(
            "two", by="王业主", part="common", category="service", cause="service_attitude", text="前台态度不好，推诿。"
        ),
    )
    for case_id in (first, second):
        stage.handled(case_id)
    items = [stage.item(case_id, "verify").id for case_id in (first, second)]
    with stage.work("社区小宋") as work:
        cases.complete_item(work, items[0], VERIFIED, key="same")
    with stage.work("社区大刘") as work:
        assert cases.complete_item(work, items[1], VERIFIED, key="same")["item"] == items[1]


@pytest.mark.parametrize("field", ["remark", "attach"])
def test_a_resident_can_not_fill_in_what_is_for_staff_only(stage: Stage, field: str) -> None:
    case_id = stage.report()
    asks = {"result": "ask", "text": "请问是几单元几层的灯，有没有照片？"}
    stage.do("complete", by="客服小周", task="handle", with_=asks)
    item = stage.item(case_id, "ask_reporter")
    with pytest.raises(Invalid) as refused, stage.work("李业主") as work:
        cases.complete_item(
            work, item.id, {"answer": "三层到六层。", field: "已核实，可以办结" if field == "remark" else []}
        )
    assert set(refused.value.fields) == {field}
    with stage.work("李业主") as work:
        cases.complete_item(work, item.id, {"answer": "三层到六层。"})
    assert stage.tasks(case_id) == ["handle"]
