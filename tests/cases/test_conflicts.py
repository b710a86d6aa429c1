"""Who may act: the rules of recusal when a task opens, again when it is taken, and through deputies."""

from datetime import date

import pytest

from casework.cases import inbox
from casework.cases import services as cases
from casework.cases.models import WorkItem
from casework.directory import services as directory
from casework.directory.viewing import viewer
from casework.errors import CaseworkError, Forbidden, NotFound
from tests.factories import VERIFIED, Stage

JUNE = (date(2026, 6, 1), date(2026, 6, 30))


def finds(stage: Stage, person: str, item: WorkItem) -> bool:
    """Tell whether the person has the task in the inbox."""
    with stage.work(person) as work:
        return inbox.find(work, viewer(work, stage.town.person(person)), item.id) is not None


def refused(stage: Stage, person: str, item: WorkItem) -> CaseworkError:
    """Return why the person can't take the task."""
    with pytest.raises(CaseworkError) as why, stage.work(person) as work:
        cases.claim_item(work, item.id)
    return why.value


def at_verify(stage: Stage) -> tuple[int, WorkItem]:
    case_id = stage.report()
    stage.handled(case_id)
    return case_id, stage.item(case_id, "verify")


def deputise(stage: Stage, person: str, deputy: str) -> None:
    with stage.work() as work:
        directory.deputise(work, stage.town.person(person), stage.town.person(deputy), *JUNE)


def test_who_handled_it_or_works_for_them_does_not_verify_it(stage: Stage) -> None:
    stage.do("appoint", person="客服小周", role="community_officer", at="community")
    stage.do("appoint", person="总部老郑", role="community_officer", at="community")
    _, item = at_verify(stage)
    for person in ("客服小周", "总部老郑"):
        assert not finds(stage, person, item)
        why = refused(stage, person, item)
        assert isinstance(why, Forbidden)
        assert "回避" in why.zh
        assert "recused" in why.en
    assert finds(stage, "社区小宋", item)


def test_the_reason_stands_beside_the_task(stage: Stage) -> None:
    stage.do("appoint", person="客服小周", role="community_officer", at="community")
    _, item = at_verify(stage)
    assert [(one["person"], one["rule"]) for one in item.recused] == [(stage.town.person("客服小周"), "K1")]


def test_who_becomes_recused_after_the_task_opened_can_no_longer_take_or_finish_it(stage: Stage) -> None:
    _, item = at_verify(stage)
    assert finds(stage, "社区大刘", item)
    with stage.work("社区大刘") as work:
        cases.claim_item(work, item.id)
    stage.do("appoint", person="社区大刘", role="project_manager", at="company")
    with pytest.raises(Forbidden), stage.work("社区大刘") as work:
        cases.complete_item(work, item.id, VERIFIED)


def test_the_person_complained_about_handles_nothing_of_it_not_even_in_their_own_unit(stage: Stage) -> None:
    case_id = stage.report(about="项目经理老秦", category="service", cause="service_attitude", text="经理态度恶劣。")
    item = stage.item(case_id, "handle")
    assert not finds(stage, "项目经理老秦", item)
    assert isinstance(refused(stage, "项目经理老秦", item), Forbidden)
    assert finds(stage, "客服小周", item)


def test_who_asked_for_an_extension_does_not_grant_it(stage: Stage) -> None:
    stage.do("appoint", person="客服小周", role="street_lead", at="street")
    case_id = stage.report()
    stage.do(
        "complete",
        by="客服小周",
        task="handle",
        with_={"result": "extend", "text": "灯具须定制，需要更多时间。", "until": "2026-06-15"},
    )
    item = stage.item(case_id, "decide_extension")
    assert isinstance(refused(stage, "客服小周", item), Forbidden)
    assert finds(stage, "街道老高", item)


def test_who_verified_last_does_not_decide_about_the_complaint_against_it(stage: Stage) -> None:
    stage.do("appoint", person="街道小孙", role="street_lead", at="street")
    case_id = stage.report()
    stage.handled(case_id)
    stage.verified(case_id)
    stage.do("rate", by="李业主", score=1)
    stage.handled(case_id)
    stage.verified(case_id, by="街道小孙")
    stage.do("rate", by="李业主", score=1)
    item = stage.item(case_id, "tier_decision")
    why = refused(stage, "街道小孙", item)
    assert isinstance(why, Forbidden)
    assert "上次审核" in why.zh
    assert finds(stage, "街道老高", item)


def test_with_nobody_left_the_next_tier_up_has_it(stage: Stage) -> None:
    for person in ("社区小宋", "社区大刘"):
        stage.do("appoint", person=person, role="project_manager", at="company")
    _, item = at_verify(stage)
    assert not finds(stage, "社区小宋", item)
    assert finds(stage, "街道小孙", item)


def test_a_deputy_does_what_the_absent_person_may(stage: Stage) -> None:
    _, item = at_verify(stage)
    assert not finds(stage, "网格员小吴", item)
    deputise(stage, "社区小宋", "网格员小吴")
    assert finds(stage, "网格员小吴", item)
    with stage.work("网格员小吴") as work:
        assert cases.complete_item(work, item.id, VERIFIED)["item"] == item.id


def test_a_deputy_is_out_with_the_person_they_stand_in_for(stage: Stage) -> None:
    """Whoever acts for somebody recused is recused: a deputy is no way round the rules."""
    stage.do("appoint", person="客服小周", role="community_officer", at="community")
    deputise(stage, "客服小周", "网格员小吴")
    _, item = at_verify(stage)
    assert not finds(stage, "网格员小吴", item)
    assert isinstance(refused(stage, "网格员小吴", item), Forbidden)


def test_a_deputy_appointed_after_the_task_opened_is_out_with_that_person_too(stage: Stage) -> None:
    stage.do("appoint", person="客服小周", role="community_officer", at="community")
    _, item = at_verify(stage)
    deputise(stage, "客服小周", "网格员小吴")
    assert isinstance(refused(stage, "网格员小吴", item), Forbidden)


def test_somebody_recused_may_not_act_as_another_persons_deputy(stage: Stage) -> None:
    deputise(stage, "社区小宋", "客服小周")
    _, item = at_verify(stage)
    assert not finds(stage, "客服小周", item)
    assert isinstance(refused(stage, "客服小周", item), Forbidden)


def test_who_has_left_the_post_finds_no_task(stage: Stage) -> None:
    _, item = at_verify(stage)
    stage.do("dismiss", person="社区小宋")
    stage.move("2026-06-02 09:00:00")
    assert not finds(stage, "社区小宋", item)
    assert isinstance(refused(stage, "社区小宋", item), NotFound)
