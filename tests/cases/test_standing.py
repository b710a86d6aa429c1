"""Where open cases stand and why: only those that the person who asks may see are counted."""

from datetime import timedelta

import pytest

from casework.cases.standing import (
    MapView,
    Reason,
    live_map,
    open_by_group,
    open_processes,
    token_counts,
)
from casework.directory.viewing import NOBODY, SYSTEM_VIEWER, viewer
from casework.errors import NotFound
from tests.factories import Stage

COMPLAINTS = "complaint_handling"
OTHERS = ("乙方客服小唐", "供电公司经办", "王业主", None)


def seen(stage: Stage, person: str | None, process: str = COMPLAINTS) -> MapView:
    with stage.work(person) as work:
        looker = NOBODY if person is None else viewer(work, stage.town.person(person))
        return live_map(work, looker, process)


def reason(view: MapView, english: str) -> Reason | None:
    return next((one for one in view.reasons if str(one.title[1]).startswith(english)), None)


def test_a_step_tells_how_many_stand_there_and_which_one_longest(stage: Stage) -> None:
    first = stage.report()
    stage.move("2026-06-01 15:00:00")
    stage.report("other", text="地下车库的灯也不亮，进出很不安全。", part="flat")
    view = seen(stage, "社区小宋")
    assert (view.open, view.overdue, view.version) == (2, 0, "v1")
    (handle,) = [one for one in view.steps if one.step.element == "handle"]
    assert (handle.open, handle.oldest_no, handle.oldest) == (2, stage.case(first).no, timedelta(hours=6))
    assert view.hottest == handle.step.name


def test_what_nobody_took_and_what_is_late_say_who_could_move_it(stage: Stage) -> None:
    stage.report()
    assert seen(stage, "街道小孙").reasons == []
    stage.move("2026-06-02 10:00:00")
    untouched = reason(seen(stage, "街道小孙"), "Unclaimed")
    assert untouched is not None
    assert untouched.count == 1
    stage.move("2026-06-09 08:00:00")
    view = seen(stage, "街道小孙")
    assert view.overdue == 1
    late = [one for one in view.reasons if one.mark == "over"]
    assert [(one.count, one.where) for one in late] == [(1, ("九安物业 1", "九安物业 1"))]


@pytest.mark.parametrize("person", OTHERS)
def test_who_may_not_see_a_case_does_not_find_it_counted(stage: Stage, person: str | None) -> None:
    stage.report()
    stage.move("2026-06-09 08:00:00")
    view = seen(stage, person)
    assert (view.open, view.overdue, view.steps, view.reasons) == (0, 0, [], [])
    with stage.work() as work:
        looker = NOBODY if person is None else viewer(work, stage.town.person(person))
        assert token_counts(work, looker, COMPLAINTS) == []
        assert open_processes(work, looker) == []


def test_the_diagram_carries_every_token_of_the_cases_in_sight(stage: Stage) -> None:
    case_id = stage.report()
    tokens = {(one["process"], one["element"]) for one in stage.case(case_id).tokens}
    with stage.work() as work:
        looker = viewer(work, stage.town.person("社区小宋"))
        counted = token_counts(work, looker, COMPLAINTS)
        assert open_processes(work, looker) == [COMPLAINTS]
    assert {(one.process, one.element) for one in counted} == tokens
    assert {one.open for one in counted} == {1}


def test_a_process_that_was_never_published_has_no_map(stage: Stage) -> None:
    with stage.work() as work, pytest.raises(NotFound):
        live_map(work, SYSTEM_VIEWER, "no_such_process")


def test_the_groups_that_have_work_before_them_are_counted(stage: Stage) -> None:
    with stage.work() as work:
        before = open_by_group(work)
    stage.report()
    group = f"company_service@o{stage.town.organisations['company']}"
    with stage.work() as work:
        assert open_by_group(work).get(group, 0) == before.get(group, 0) + 1
