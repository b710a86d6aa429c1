"""Supervisors step into a case from above its unit: in their own words, once a day, and never in their own matter."""

import pytest
from sqlalchemy import select

from casework import notifications
from casework.audit.models import AuditEntry
from casework.cases import services as cases
from casework.cases import stepping_in
from casework.cases.models import CaseParty, History, Incident, Instruction
from casework.cases.reading import read_case
from casework.cases.units import set_units
from casework.cases.views import CaseView
from casework.directory.viewing import viewer
from casework.errors import CaseworkError, Conflict, Forbidden, Invalid, NotFound, Refused
from tests.cases.test_incidents import BROKEN, begin
from tests.factories import Stage

WORDS = "业主已第三次来电，请今天上门。"


def page(stage: Stage, person: str, case_id: int) -> CaseView:
    no = stage.case(case_id).no
    with stage.work(person) as work:
        return read_case(work, viewer(work, stage.town.person(person)), no)


def offered(stage: Stage, person: str, case_id: int) -> set[str]:
    return {one.action for one in page(stage, person, case_id).offers if one.refused is None}


def told(stage: Stage, person: str) -> list[str]:
    with stage.work(person) as work:
        return [one.notice.code for one in notifications.inbox(work, viewer(work, stage.town.person(person)))]


def remind(stage: Stage, person: str, case_id: int, element: str = "handle", **more: object) -> None:
    with stage.work(person) as work:
        stepping_in.remind(work, stage.item(case_id, element).id, WORDS, **more)


def refusal(stage: Stage, person: str, case_id: int) -> type[CaseworkError] | None:
    try:
        remind(stage, person, case_id)
    except CaseworkError as refused:
        return type(refused)
    return None


def test_a_reminder_reaches_whoever_may_take_the_task_and_stands_in_the_timeline(stage: Stage) -> None:
    case_id = stage.report()
    remind(stage, "街道小孙", case_id)
    assert told(stage, "客服小周")[0] == told(stage, "项目经理老秦")[0] == "reminded"
    assert "reminded" not in told(stage, "乙方客服小唐")
    entry = page(stage, "客服小周", case_id).timeline[1]
    assert entry.what == (f"催办「办理」：{WORDS}", f"Reminder for “Handle”: {WORDS}")
    assert entry.detail == ("街道小孙", entry.detail[1]) if entry.detail else False
    assert len(stage.rows(AuditEntry, what="reminded")) == 1


def test_once_claimed_only_the_holder_is_hurried(stage: Stage) -> None:
    case_id = stage.report()
    with stage.work("客服小周") as work:
        cases.claim_item(work, stage.item(case_id, "handle").id)
    remind(stage, "社区小宋", case_id)
    assert "reminded" in told(stage, "客服小周")
    assert "reminded" not in told(stage, "项目经理老秦")


def test_a_task_is_hurried_once_on_a_local_day_by_whoever(stage: Stage) -> None:
    case_id = stage.report()
    remind(stage, "街道小孙", case_id)
    with pytest.raises(Refused):
        remind(stage, "社区小宋", case_id)
    assert "remind" not in offered(stage, "社区小宋", case_id)
    stage.move("2026-06-02 00:00:00")
    assert "remind" in offered(stage, "社区小宋", case_id)
    remind(stage, "社区小宋", case_id)
    assert len(stage.rows(Instruction, what="reminded")) == 2


def test_the_same_press_twice_has_one_effect(stage: Stage) -> None:
    case_id = stage.report()
    for _ in range(2):
        remind(stage, "街道小孙", case_id, key="one-and-the-same")
    assert len(stage.rows(Instruction)) == 1
    with pytest.raises(Invalid), stage.work("街道小孙") as work:
        stepping_in.remind(work, stage.item(case_id, "handle").id, "别的话", key="one-and-the-same")


def test_a_task_is_handed_on_over_the_head_of_its_holder_and_can_be_handed_on_again(stage: Stage) -> None:
    case_id = stage.report()
    item = stage.item(case_id, "handle")
    with stage.work("客服小周") as work:
        cases.claim_item(work, item.id)
    for name in ("项目经理老秦", "客服小周"):
        with stage.work("街道小孙") as work:
            stepping_in.hand_on(work, item.id, stage.town.person(name), "请项目经理牵头。")
        assert stage.item(case_id, "handle").holder_id == stage.town.person(name)
        assert told(stage, name)[0] == "handed_over"
    assert page(stage, "项目经理老秦", case_id).timeline[1].what[0] == "转交「办理」给客服小周：请项目经理牵头。"


def test_nobody_gets_a_task_who_may_not_act_on_it(stage: Stage) -> None:
    case_id = stage.report()
    item = stage.item(case_id, "handle")
    people = {one for offer in page(stage, "街道小孙", case_id).offers for one, _ in offer.people}
    assert people == {stage.town.person("客服小周"), stage.town.person("项目经理老秦")}
    for name in ("乙方客服小唐", "李业主"):
        with pytest.raises(NotFound), stage.work("街道小孙") as work:
            stepping_in.hand_on(work, item.id, stage.town.person(name), "请接手。")


def test_a_task_somebody_sits_on_goes_back_to_the_pool_and_its_due_stands(stage: Stage) -> None:
    case_id = stage.report()
    item = stage.item(case_id, "handle")
    assert "free" not in offered(stage, "街道小孙", case_id)
    with pytest.raises(Conflict), stage.work("街道小孙") as work:
        stepping_in.free(work, item.id, "无人领取。")
    with stage.work("客服小周") as work:
        cases.claim_item(work, item.id)
    assert "free" in offered(stage, "街道小孙", case_id)
    with stage.work("街道小孙") as work:
        stepping_in.free(work, item.id, "本人休假，请同事接手。")
    freed = stage.item(case_id, "handle")
    assert (freed.holder_id, freed.due_at) == (None, item.due_at)
    assert told(stage, "客服小周")[0] == "freed"


def test_a_note_is_read_by_staff_and_never_by_the_resident(stage: Stage) -> None:
    case_id = stage.report()
    with stage.work("县住建小何") as work:
        stepping_in.note(work, stage.case(case_id).no, WORDS)
    for name in ("客服小周", "社区小宋", "县住建小何"):
        assert f"批示：{WORDS}" in [one.what[0] for one in page(stage, name, case_id).timeline]
    assert WORDS not in repr(page(stage, "李业主", case_id))


def test_staff_who_only_complained_read_no_note_either(stage: Stage) -> None:
    case_id = stage.report()
    stranger = "乙方客服小唐"
    with stage.work("县住建小何") as work:
        stepping_in.note(work, stage.case(case_id).no, WORDS)
        work.session.add(CaseParty(case_id=case_id, person_id=stage.town.person(stranger), role="complainant"))
    assert WORDS not in repr(page(stage, stranger, case_id))


@pytest.mark.parametrize(
    ("person", "met"),
    [
        ("社区小宋", None),
        ("县住建老罗", None),
        ("市住建老梁", None),
        ("客服小周", Forbidden),
        ("项目经理老秦", Forbidden),
        ("网格员小吴", Forbidden),
        ("派单员小马", Forbidden),
        ("热线小谢", Forbidden),
        ("李业主", Forbidden),
        ("王业主", NotFound),
        ("乙方客服小唐", NotFound),
    ],
)
def test_only_officers_above_the_unit_step_in(stage: Stage, person: str, met: type[CaseworkError] | None) -> None:
    case_id = stage.report()
    if met is not NotFound:
        assert bool(page(stage, person, case_id).offers) == (met is None)
    assert refusal(stage, person, case_id) is met


def test_a_tier_does_not_supervise_its_own_tasks_nor_those_above(stage: Stage) -> None:
    case_id = stage.report()
    stage.handled(case_id)
    assert stage.tasks(case_id) == ["verify"]
    with pytest.raises(Forbidden):
        remind(stage, "社区小宋", case_id, "verify")
    assert offered(stage, "社区小宋", case_id) == {"note"}
    remind(stage, "街道小孙", case_id, "verify")
    assert "reminded" in told(stage, "社区大刘")


def test_whoever_is_recused_does_not_step_in(stage: Stage) -> None:
    case_id = stage.report()
    stage.do("appoint", person="街道小孙", role="company_service", at="company")
    assert offered(stage, "街道小孙", case_id) == set()
    with pytest.raises(Forbidden, match="回避"):
        remind(stage, "街道小孙", case_id)
    assert stage.rows(Instruction) == []


def test_a_street_does_not_supervise_its_own_office(stage: Stage) -> None:
    case_id = stage.report()
    with stage.work() as work:
        set_units(work, cases.lock(work, case_id), stage.town.organisations["ST"])
    assert offered(stage, "街道小孙", case_id) == set()
    assert "note" in offered(stage, "县住建小何", case_id)


@pytest.mark.parametrize("words", ["", "   ", "打13812345678找他", "长" * 501])
def test_words_that_do_not_fit_are_refused_by_field(stage: Stage, words: str) -> None:
    case_id = stage.report()
    with pytest.raises(Invalid) as refused, stage.work("街道小孙") as work:
        stepping_in.note(work, stage.case(case_id).no, words)
    assert list(refused.value.fields) == ["words"]


def test_a_closed_case_is_left_alone(stage: Stage) -> None:
    case_id = stage.report()
    item = stage.item(case_id, "handle")
    with stage.work() as work:
        case = cases.lock(work, case_id)
        case.status, case.closed_at = "closed", work.now
    assert page(stage, "街道小孙", case_id).offers == []
    with pytest.raises(Refused), stage.work("街道小孙") as work:
        stepping_in.note(work, stage.case(case_id).no, WORDS)
    with pytest.raises(Refused), stage.work("街道小孙") as work:
        stepping_in.remind(work, item.id, WORDS)


def test_history_names_what_was_said_by_its_id_alone(stage: Stage) -> None:
    case_id = stage.report()
    remind(stage, "街道小孙", case_id)
    said = stage.rows(Instruction)[0]
    line = stage.rows(History, case_id=case_id, kind="instruction")[0]
    assert (line.what, line.text_zh, line.refs["instruction"]) == ("reminded", None, said.id)
    with stage.work() as work:
        assert WORDS not in repr(work.session.scalars(select(AuditEntry.refs)).all())


def test_what_stands_still_is_shown_in_words_and_mended_by_whoever_administers_there(stage: Stage) -> None:
    case_id = begin(stage, BROKEN)
    incident = stage.incidents(case_id)[0]
    no = stage.case(case_id).no
    seen = page(stage, "街道小孙", case_id).incidents
    assert [(one.id, one.may_retry) for one in seen] == [(incident.id, False)]
    assert seen[0].why == (incident.text_zh, incident.text_en)
    with pytest.raises(Forbidden), stage.work("街道小孙") as work:
        stepping_in.retry(work, no, incident.id)
    stage.do("appoint", person="街道小孙", role="administrator", at="city")
    assert page(stage, "街道小孙", case_id).incidents[0].may_retry
    with stage.work("街道小孙") as work:
        stepping_in.retry(work, no, incident.id)
    assert {one.resolved_by for one in stage.rows(Incident, id=incident.id)} == {stage.town.person("街道小孙")}
    other = stage.report()
    with pytest.raises(NotFound), stage.work("街道小孙") as work:
        stepping_in.retry(work, stage.case(other).no, incident.id)
