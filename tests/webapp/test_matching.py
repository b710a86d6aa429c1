"""Whoever matches a company compares room, distance and credit in one table, and nobody without room is taken."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from casework.cases import services as cases
from casework.cases.models import WorkItem
from casework.persistence import Actor
from casework.takeovers.capacity import set_capacity
from tests.webapp.surveying import SURVEYOR, flag

SURVEY = {"facts": [{"item": "road", "state": "good", "count": 1}], "wish": "state_firm", "legal_body": "none"}
PLAN = {"service_level": "basic", "service_items": [{"item": "保洁", "rate": "0.30"}], "fee": "0.30"}


def _next(city, case_id: int, element: str) -> int:
    with city.casework.work() as work:
        wanted = select(WorkItem.id).where(WorkItem.case_id == case_id, WorkItem.element == element)
        return int(work.session.scalars(wanted.where(WorkItem.state == "open")).one())


@pytest.fixture
def task(city) -> int:
    """The task that matches a company, to an estate of 9,000 m² that no company bids for."""
    survey = flag(city)
    for who, element, answers in (
        (SURVEYOR, "survey", {**SURVEY, "bidders": 0, "neighbours": 0}),
        ("赵立", "draft_plan", PLAN),
    ):
        with city.casework.work() as work:
            case_id = work.session.get_one(WorkItem, survey).case_id
        task = _next(city, case_id, element)
        with city.casework.work(Actor("person", city.people[who])) as work:
            cases.complete_item(work, task, answers)
    return _next(city, case_id, "match_firm")


@pytest.fixture
def capacities(city) -> None:
    with city.casework.work() as work:
        set_capacity(work, city.units["九安物业"], Decimal("8999.99"), 5)
        set_capacity(work, city.units["泉城物业"], Decimal(20000), 2)


def test_the_companies_stand_in_a_table_best_first(browser, task: int, capacities) -> None:
    page = browser("李主任").get(f"/tasks/{task}")
    table = page[page.index("<b>可承接的企业") : page.index("</table>")]
    assert table.index("泉城物业") < table.index("九安物业")
    assert "不够" in table[table.index("九安物业") :]
    assert "不够" not in table[: table.index("九安物业")]


def test_without_any_capacity_the_table_says_so_and_any_company_can_be_named(browser, city, task: int) -> None:
    officer = browser("李主任")
    assert "还没有可以比较的" in officer.get(f"/tasks/{task}")
    _send(officer, task, city.units["九安物业"])
    assert officer.status == 200
    assert "已办" in officer.page


def test_a_company_without_room_is_refused_and_another_taken(browser, city, task: int, capacities) -> None:
    officer = browser("李主任")
    officer.get(f"/tasks/{task}")
    _send(officer, task, city.units["九安物业"])
    assert officer.status == 422
    assert "空余能力不够" in officer.page
    _send(officer, task, city.units["泉城物业"])
    assert officer.status == 200


def _send(officer, task: int, unit: int) -> None:
    fields = {"soe": str(unit), "reasons": "距离近，有空余能力。", "command_key": officer.value("command_key")}
    officer.post(f"/tasks/{task}", **fields, version=officer.value("version"))
