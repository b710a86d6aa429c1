"""A resident finds their own reports and the questions put to them; nobody else's."""

import pytest
from sqlalchemy import select

from casework.complaints.models import Intake
from casework.complaints.queries import own_reports, owner_who_reported_last, questions, report_by_code
from casework.complaints.views import OwnReport
from casework.directory.viewing import NOBODY, viewer
from casework.errors import NotFound
from tests.factories import Stage

FLAT = {"text": "地下车库的灯也不亮，进出很不安全。", "part": "flat"}


def own(stage: Stage, person: str, before: int | None = None, size: int = 20) -> tuple[list[OwnReport], int | None]:
    with stage.work(person) as work:
        return own_reports(work, viewer(work, stage.town.person(person)), before, size)


def test_the_newest_report_comes_first_and_the_next_page_goes_on(stage: Stage) -> None:
    first = stage.report()
    second = stage.report("other", **FLAT)
    rows, after = own(stage, "李业主", size=1)
    assert [(one.case.id, one.place, one.title[0]) for one in rows] == [
        (second, "水景花苑", stage.case(second).title_zh)
    ]
    assert rows[0].due == stage.case(second).due_at
    assert [one.case.id for one in own(stage, "李业主", after, size=1)[0]] == [first]
    assert own(stage, "李业主", after, size=1)[1] is None


@pytest.mark.parametrize("person", ["王业主", "社区小宋", "客服小周"])
def test_nobody_finds_the_reports_of_another(stage: Stage, person: str) -> None:
    stage.report()
    assert own(stage, person) == ([], None)


def test_what_was_reported_anonymously_is_nobodys_own(stage: Stage) -> None:
    stage.report(anonymous=True)
    with stage.work() as work:
        assert own_reports(work, NOBODY) == ([], None)


def test_a_report_is_found_by_its_code_alone(stage: Stage) -> None:
    case_id = stage.report()
    code = stage.names["case"]["receipt"].code
    with stage.work() as work:
        assert report_by_code(work, code).case_id == case_id
        with pytest.raises(NotFound):
            report_by_code(work, "0000000000")


def test_a_question_waits_for_its_own_complainant_alone(stage: Stage) -> None:
    case_id = stage.report(category=None, cause=None, **FLAT)
    with stage.work() as work:
        case, (intake,) = stage.case(case_id), stage.rows(Intake, case_id=case_id)
        assert questions(work, case, intake) == []
        item = stage.item(case_id, "confirm_triage")
        work.session.merge(item).groups = [f"p{stage.town.person('李业主')}"]
        work.session.flush()
        (asked,) = questions(work, case, intake)
        assert (asked.task, asked.version) == (item.id, item.version)
        assert asked.title[0]
        assert asked.form["components"]
        intake.person_id = stage.town.person("王业主")
        assert questions(work, case, intake) == []
    assert [one.asks for one in own(stage, "李业主")[0]] == [True]


def test_the_owner_who_reported_last_is_found_and_any_owner_before_that(stage: Stage) -> None:
    with stage.work() as work:
        assert owner_who_reported_last(work) is not None
    stage.report()
    stage.report("other", by="王业主", **FLAT)
    with stage.work() as work:
        found = owner_who_reported_last(work)
        assert found is not None
        assert found.person_id == stage.town.person("王业主")


def test_a_report_about_an_estate_that_is_asked_for_comes_before_later_ones(stage: Stage) -> None:
    stage.report()
    stage.report("other", by="王业主", **FLAT)
    with stage.work() as work:
        first, second = work.session.scalars(select(Intake).order_by(Intake.id))
        second.estate_id = stage.town.areas["street"]
        found = owner_who_reported_last(work, among=[first.estate_id or 0])
        assert found is not None
        assert found.person_id == first.person_id
