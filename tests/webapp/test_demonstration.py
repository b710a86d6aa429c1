"""In a demonstration the door offers one person per role, the one with the most to look at."""

import re

import pytest

from casework.bootstrap import Casework
from tests.webapp.city import City
from tests.webapp.conftest import Browser
from webapp import WebSettings, create_app


@pytest.fixture
def visitor(web_casework: Casework, city: City) -> Browser:
    """Somebody who passes by a demonstration of the same county."""
    del city
    shown = WebSettings("only-tests-may-know-this-secret!", testing=True, demonstration=True)
    return Browser(create_app(web_casework, shown).test_client())


def offered(page: str) -> set[int]:
    return {int(one) for one in re.findall(r"/sign-in/demonstration/(\d+)", page)}


def test_each_role_has_one_person_and_the_busiest_company_stands_for_all(
    visitor: Browser, stranger: Browser, report, city: City
) -> None:
    report(stranger)
    page = visitor.get("/sign-in")
    names = {name for name, person in city.people.items() if person in offered(page)}
    assert visitor.status == 200
    assert {"李静怡", "孙维", "李主任"} <= names
    assert "马宁" not in names
    assert "李静怡" not in page


def test_one_press_signs_in_and_nobody_else_can_be_chosen(visitor: Browser, city: City) -> None:
    visitor.get("/sign-in")
    visitor.post(f"/sign-in/demonstration/{city.people['马宁']}")
    assert visitor.status == 404
    visitor.get("/sign-in")
    visitor.post(f"/sign-in/demonstration/{city.people['李主任']}")
    assert visitor.status == 200
    assert "李主任" in visitor.page
