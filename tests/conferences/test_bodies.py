"""Who is invited to a conference: the list of the law, unless the area has registered its seats."""

import pytest

from casework.cases.models import Case
from casework.conferences.bodies import body_of
from casework.conferences.models import ConferenceSeat
from casework.persistence import Work
from tests.directory.town import Town, build
from tests.statistics.books import open_books


@pytest.fixture
def town(work: Work) -> Town:
    made = build(work)
    made.unit("bureau", "县公安局", "高唐县", code="PSB")
    made.unit("bureau", "市住建局", "聊城市", code="HC")
    made.unit("bureau", "邻县公安局", "茌平区", code="PSB")
    made.unit("committee", "运河业委会", "运河花园")
    return made


@pytest.fixture
def case(work: Work, town: Town) -> Case:
    return open_books(work, town).case("水景花苑", "安居物业", closed=False)


def names(work: Work, case: Case, level: int) -> set[str]:
    return {one.name for one in body_of(work, case, level)}


def test_the_law_invites_company_committee_office_and_bureaus_of_the_place(work: Work, town: Town, case: Case) -> None:
    invited = names(work, case, 2)
    assert {"水景业委会", "东街办", "县公安局"} <= invited
    assert not {"运河业委会", "西街办", "邻县公安局", "市住建局"} & invited


def test_the_city_calls_its_own_bureaus_as_well(work: Work, town: Town, case: Case) -> None:
    assert "市住建局" in names(work, case, 4)


def test_registered_seats_are_the_body(work: Work, town: Town, case: Case) -> None:
    for name in ("县公安局", "东街办"):
        work.session.add(ConferenceSeat(area_id=town.areas["高唐县"].id, organisation_id=town.units[name].id))
    work.session.flush()
    assert names(work, case, 3) == {"县公安局", "东街办"}
    assert "水景业委会" in names(work, case, 2)


def test_the_company_under_contract_is_invited_and_no_other(work: Work, town: Town, case: Case) -> None:
    invited = names(work, case, 2)
    assert "安居物业" in invited
    assert "和美物业" not in invited
