"""A notice is told in both languages, in the designer's words, with what is known filled in and nothing left blank."""

import pytest

from casework import notifications
from casework.cases import noticed, stepping_in
from casework.cases.operations import OPERATIONS
from casework.cases.step import Step
from casework.cases.views import NoticeView
from casework.definitions import library
from casework.directory.viewing import viewer
from tests.factories import Stage


def told(stage: Stage, person: str) -> list[NoticeView]:
    with stage.work(person) as work:
        return noticed.page(work, viewer(work, stage.town.person(person)))[0]


def send(stage: Stage, case_id: int, code: str, to: str, **params: object) -> None:
    with stage.work() as work:
        notifications.send(work, code, f"person:{stage.town.person(to)}", case_id, params, key=f"{code}:{to}")


def test_a_new_case_is_told_to_its_unit_with_its_number_and_no_blank(stage: Stage) -> None:
    case_id = stage.report()
    no = stage.case(case_id).no
    first = told(stage, "客服小周")[0]
    assert first.title[0] == f"新派案件{no}"
    assert no in first.title[1]
    assert (first.case_no, first.read) == (no, False)
    assert "{" not in repr(told(stage, "客服小周")) + repr(told(stage, "李业主"))


def test_the_supervision_order_names_tier_and_limit(stage: Stage) -> None:
    case_id = stage.report()
    stage.move("2026-06-04 09:00:01")
    one = next(one for one in told(stage, "客服小周") if "督办" in one.title[0])
    assert f"案件{stage.case(case_id).no}由第1级督办，请在6月" in one.text[0]
    assert "依据" not in one.text[0]
    assert "tier 1" in one.text[1]
    assert " Jun " in one.text[1]


def test_a_paused_clock_names_the_day_that_held_before(stage: Stage) -> None:
    case_id = stage.report()
    due = stage.clock_of(case_id, "reply").due_at
    send(stage, case_id, "clock_paused", "李业主", old_due=due)
    text = told(stage, "李业主")[0].text
    assert text[0] == "原定6月8日 24:00前答复，现暂停计时，恢复后按剩余时间另行告知。"
    assert "8 Jun 24:00" in text[1]


def test_extending_tells_old_and_new_due(stage: Stage) -> None:
    case_id = stage.report()
    with stage.work() as work:
        case = stepping_in.lock(work, case_id)
        release = library.opened(work.session, case.release_id)
        step = Step(work, case, release, "complaint_work", "probe", "probe", {})
        OPERATIONS["clocks.extend"](step, "reply", 2)
        OPERATIONS["notifications.send"](
            step, "due_moved", "complainant", {"reason": "停电", "phone": "13812345678", "new_due": None, "to": 1}
        )
    rows = {one.title[0]: one for one in told(stage, "李业主")}
    assert rows["办理时间延长"].text[0] == "原定6月8日 24:00前答复，现延至6月10日 24:00。"
    assert rows["答复时间有变"].text[0] == "原因：停电"
    assert "138" not in repr(rows)


def test_what_a_reader_may_not_see_any_more_is_neither_told_nor_linked(stage: Stage) -> None:
    case_id = stage.report()
    no = stage.case(case_id).no
    send(stage, case_id, "case_assigned", "乙方客服小唐")
    send(stage, case_id, "reminded", "乙方客服小唐", instruction=1)
    for one in told(stage, "乙方客服小唐"):
        assert (one.case_id, one.case_no, one.item) == (None, None, None)
        assert no not in repr(one)
        assert "水景" not in repr(one)
        assert one.title[0]
        assert one.title[1]


def test_a_task_is_linked_while_it_is_open_and_the_readers(stage: Stage) -> None:
    case_id = stage.report()
    item = stage.item(case_id, "handle")
    with stage.work("街道小孙") as work:
        stepping_in.remind(work, item.id, "请今天上门。")
    assert told(stage, "客服小周")[0].item == item.id
    assert told(stage, "客服小周")[0].text == "请今天上门。"
    stage.handled(case_id)
    one = next(one for one in told(stage, "客服小周") if one.title[0].startswith("催办"))
    assert one.item is None
    assert one.case_no == stage.case(case_id).no


def test_the_list_is_paged_newest_first(stage: Stage) -> None:
    for number in range(5):
        with stage.work() as work:
            notifications.send(work, f"n{number}", f"person:{stage.town.person('王业主')}", key=str(number))
    with stage.work("王业主") as work:
        me = viewer(work, stage.town.person("王业主"))
        first, before = noticed.page(work, me, size=3)
        rest, end = noticed.page(work, me, size=3, before=before)
        assert notifications.unread_count(work, me, most=4) == 4
    assert [one.id for one in [*first, *rest]] == sorted((one.id for one in [*first, *rest]), reverse=True)
    assert (len(first), len(rest), end) == (3, 2, None)


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("请在{due_at}前办结。{reason}", "请在周五前办结。"),
        ("{nothing}", ""),
        ("Old {due_at}. Because of {reason}.", "Old 周五."),
        ("Section 3.2 applies. By {due_at}.", "Section 3.2 applies. By 周五."),
        ("没有空白", "没有空白"),
    ],
)
def test_a_sentence_that_nothing_fills_is_left_out(template: str, filled: str) -> None:
    assert noticed._filled(template, {"due_at": "周五"}) == filled
