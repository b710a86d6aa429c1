"""Who reported is told to whoever may know, for a purpose, and the look is written down."""

import pytest

from casework import audit
from casework.cases.parties import reveal_complainants
from casework.directory.people import shown
from casework.directory.viewing import viewer
from casework.errors import Invalid, NotFound
from tests.factories import Stage


def reveal(stage: Stage, person: str, case_id: int, purpose: str = "visit") -> list[str]:
    no = stage.case(case_id).no
    with stage.work(person) as work:
        looker = viewer(work, stage.town.person(person))
        return [one.name for one in reveal_complainants(work, looker, no, purpose)]


def looks(stage: Stage) -> int:
    with stage.work() as work:
        lines = audit.entries_of(work.session, ("person", stage.town.person("李业主")))
        return sum(line.what == "revealed" for line in lines)


def test_an_office_over_the_place_may_know_and_the_look_stays_on_record(stage: Stage) -> None:
    case_id = stage.report()
    assert reveal(stage, "社区小宋", case_id) == ["李业主"]
    assert looks(stage) == 1
    with stage.work() as work:
        assert shown(work, [stage.town.person("李业主")])[stage.town.person("李业主")].zh == "李**"


@pytest.mark.parametrize("person", ["客服小周", "乙方客服小唐", "王业主"])
def test_the_side_complained_about_and_strangers_find_nothing(stage: Stage, person: str) -> None:
    case_id = stage.report()
    with pytest.raises(NotFound):
        reveal(stage, person, case_id)
    assert looks(stage) == 0


def test_a_confidential_report_is_for_the_tier_that_supervises_it_now(stage: Stage) -> None:
    case_id = stage.report(confidential=True)
    assert reveal(stage, "社区小宋", case_id) == ["李业主"]
    stage.move("2026-06-08 09:00:00")
    assert stage.case(case_id).tier == 2
    assert reveal(stage, "街道小孙", case_id) == ["李业主"]
    with pytest.raises(NotFound):
        reveal(stage, "社区小宋", case_id)


def test_without_a_purpose_nobody_looks(stage: Stage) -> None:
    case_id = stage.report()
    with pytest.raises(Invalid):
        reveal(stage, "社区小宋", case_id, "curious")
    assert looks(stage) == 0


def test_an_anonymous_report_has_nobody_to_name(stage: Stage) -> None:
    assert reveal(stage, "社区小宋", stage.report(anonymous=True)) == []
