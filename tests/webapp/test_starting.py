"""Officers start the processes of their posts, where they hold them; nobody else finds the page."""

import re

import pytest
from sqlalchemy import select

from casework.cases.models import Case
from casework.directory import services as directory
from casework.takeovers import units
from tests.webapp.city import SINCE
from tests.webapp.conftest import photo

STREET, COMMUNITY = "王砚秋", "周岚"
FLAG = "/cases/new/estate_takeover"


def answers(city, **more: object) -> dict[str, object]:  # type: ignore[no-untyped-def]
    fields = {
        "estate": str(city.areas["水景花苑"]),
        "origin": "old_estate",
        "households": "320",
        "built_area": "48532.17",
        "body": "none",
        "contract": "none",
    }
    return {**fields, **more}


def started(city, process: str) -> list[Case]:  # type: ignore[no-untyped-def]
    with city.casework.work() as work:
        return list(work.session.scalars(select(Case).where(Case.process == process)))


def test_a_street_officer_flags_an_estate_from_the_list_of_cases_and_twice_is_once(browser, city) -> None:
    with city.casework.work() as work:
        estate = directory.add_area(work, "estate", "棉纺厂宿舍", parent_id=city.areas["草桥社区"]).id
    officer = browser(STREET)
    assert "/cases/new" in officer.get("/cases")
    assert FLAG in officer.get("/cases/new")
    page = officer.get(FLAG)
    assert "棉纺厂宿舍" in page
    key = officer.value("command_key")
    for _press in range(2):
        officer.get(FLAG)
        page = officer.post(
            FLAG, **answers(city, estate="水景花苑") | {"estate": str(estate)}, photos=photo(), command_key=key
        )
        assert "已发起，案号 JG" in page
    (case,) = started(city, "estate_takeover")
    assert case.estate_id == estate
    with city.casework.work() as work:
        found = units.responsible(work, estate)
        assert found is not None
        assert (found.kind, found.unit_id) == ("interim", city.units["济阳街道办"])


def test_what_is_missing_is_told_and_what_was_typed_stays(browser, city) -> None:
    officer = browser(STREET)
    officer.get(FLAG)
    page = officer.post(FLAG, **answers(city, built_area="", households="0"), command_key=officer.value("command_key"))
    assert officer.status == 422
    assert "f-built_area-error" in page
    assert "f-households-error" in page
    assert re.search(r'<option value="old_estate" selected', page)
    assert started(city, "estate_takeover") == []


def test_a_place_of_another_street_is_refused(browser, city) -> None:
    officer = browser(STREET)
    page = officer.get(FLAG)
    assert f'value="{city.areas["运河花园"]}"' not in page
    officer.post(
        FLAG,
        **answers(city, estate=str(city.areas["运河花园"])),
        photos=photo(),
        command_key=officer.value("command_key"),
    )
    assert officer.status == 422
    assert started(city, "estate_takeover") == []


@pytest.mark.parametrize("who", ["孙维", "李静怡", COMMUNITY])
def test_whose_post_starts_no_takeover_finds_no_form(browser, who: str) -> None:
    other = browser(who)
    other.get(FLAG)
    assert other.status == 404
    other.get("/inbox")
    other.post(FLAG, estate="1")
    assert other.status == 404


def test_a_community_officer_starts_an_election(browser, city) -> None:
    officer = browser(COMMUNITY)
    page = officer.get("/cases/new")
    assert "业主委员会选举" in page
    assert "国企物业兜底" not in page
    officer.get("/cases/new/committee_election")
    fields = {
        "estate": str(city.areas["水景花苑"]),
        "variant": "first",
        "reason": "交付满两年，业主要求成立业主大会。",
        "total_area": "90000",
        "total_heads": "800",
        "delivered_area": "90000",
        "delivered_heads": "800",
        "command_key": officer.value("command_key"),
    }
    assert "已发起，案号 XJ" in officer.post("/cases/new/committee_election", **fields)


def test_a_process_without_a_form_asks_for_the_place_alone(browser, city) -> None:
    with city.casework.work() as work:
        street = city.areas["济阳街道"]
        directory.appoint(work, city.people["赵立"], "street_lead", since=SINCE, area_id=street)
    lead = browser("赵立")
    page = lead.get("/cases/new/takeover_bundle")
    assert f'value="{street}"' in page
    fields = {"estate": str(street), "command_key": lead.value("command_key")}
    assert "已发起，案号 DB" in lead.post("/cases/new/takeover_bundle", **fields)
    (case,) = started(city, "takeover_bundle")
    assert case.area_id == street


def test_the_form_speaks_english(browser) -> None:
    officer = browser(STREET)
    officer.get("/language/en")
    page = officer.get(FLAG)
    assert "Takeover of unmanaged estates" in page
    assert "Estate" in page
