"""Candidates withdraw and members leave, by their own word or recorded by who organises; nobody else records it."""

import pytest
from sqlalchemy import select

from casework.elections.models import Candidate, CommitteeSeat
from tests.webapp.elections import Made, begin, seat

OFFICER, OWNER = "周岚", "李静怡"


@pytest.fixture
def made(city) -> Made:  # type: ignore[no-untyped-def]
    return begin(city)


def states(city, made: Made) -> dict[int, str]:  # type: ignore[no-untyped-def]
    with city.casework.work() as work:
        rows = work.session.scalars(select(Candidate).filter_by(case_id=made.case_id)).all()
        return {one.person_id: one.state for one in rows}


def stand(city, made: Made, person: int) -> None:  # type: ignore[no-untyped-def]
    """Put somebody with an account in the place of the first candidate."""
    with city.casework.work() as work:
        one = work.session.scalars(select(Candidate).filter_by(case_id=made.case_id, person_id=made.people[0])).one()
        one.person_id = person


def test_who_organises_takes_a_candidate_off_the_list_once(browser, city, made) -> None:
    officer, address = browser(OFFICER), f"/elections/{made.case_no}/withdrawal"
    assert address in officer.get(f"/elections/{made.case_no}")
    page = officer.get(address)
    key, who = officer.value("command_key"), str(made.people[0])
    assert f'value="{made.people[1]}"' in page
    assert f'value="{made.people[2]}"' not in page  # failed the review: stands no more
    assert "请填写" in officer.post(address, person=who, because=" ", command_key=key)
    assert officer.status == 422
    for _press in range(2):
        officer.get(address)
        assert "退出已记录" in officer.post(address, person=who, because="本人书面声明退出。", command_key=key)
    assert states(city, made)[made.people[0]] == "failed"
    assert states(city, made)[made.people[1]] == "passed"


def test_a_candidate_withdraws_alone_and_nobody_else(browser, city, made) -> None:
    stand(city, made, city.people[OWNER])
    owner, address = browser(OWNER), f"/elections/{made.case_no}/withdrawal"
    assert address in owner.get("/elections/mine")
    assert f'value="{made.people[1]}"' not in owner.get(address)
    fields = {"because": "家中有事。", "command_key": owner.value("command_key")}
    owner.post(address, person=str(made.people[1]), **fields)
    assert owner.status == 403
    owner.get(address)
    assert "退出已记录" in owner.post(address, person=str(city.people[OWNER]), **fields | {"command_key": "again-1"})
    assert states(city, made)[city.people[OWNER]] == "failed"
    assert address not in owner.get("/elections/mine")


@pytest.mark.parametrize("who", ["孙维", "南池", OWNER])
def test_who_neither_stands_nor_organises_finds_no_page(browser, city, made, who: str) -> None:
    seat(city, made.people)
    other = browser(who)
    for address in (f"/elections/{made.case_no}/withdrawal", f"/elections/estates/{made.estate_id}/leaving"):
        other.get(address)
        assert other.status == 404


def test_a_member_resigns_but_removes_nobody(browser, city, made) -> None:
    committee = seat(city, [city.people[OWNER], *made.people[1:]])
    owner, address = browser(OWNER), f"/elections/estates/{made.estate_id}/leaving"
    page = owner.get(address)
    assert address in owner.get("/elections/mine")
    for absent in ("罢免", "丧失资格", f'value="{made.people[1]}"'):
        assert absent not in page
    owner.get(address)
    person = str(city.people[OWNER])
    owner.post(address, person=person, because="recalled", command_key=owner.value("command_key"))
    assert owner.status == 422
    owner.get(address)
    said = owner.post(address, person=person, because="resigned", command_key=owner.value("command_key"))
    assert "离任已记录" in said
    with city.casework.work() as work:
        gone = work.session.scalars(select(CommitteeSeat).filter_by(committee_id=committee)).all()
        assert [one.person_id for one in gone if one.left_on is not None] == [city.people[OWNER]]


def test_an_organiser_records_that_a_member_left(browser, city, made) -> None:
    committee = seat(city, made.people)
    officer, address = browser(OFFICER), f"/elections/estates/{made.estate_id}/leaving"
    assert address in officer.get(f"/elections/estates/{made.estate_id}/committee")
    officer.get(address)
    key = officer.value("command_key")
    assert "请选择" in officer.post(address, because="died", command_key=key)
    for _press in range(2):
        officer.get(address)
        officer.post(address, person=str(made.people[0]), because="died", command_key=key)
        assert officer.status == 200
    with city.casework.work() as work:
        rows = work.session.scalars(select(CommitteeSeat).filter_by(committee_id=committee)).all()
        assert sum(one.left_on is not None for one in rows) == 1
