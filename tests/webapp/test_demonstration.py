"""In a demonstration the door offers one person per role, the one with the most to look at."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest

from casework.bootstrap import Casework
from casework.cases import services as cases
from casework.directory import services as directory
from casework.takeovers.entry_models import ServiceContract
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


def test_the_officers_shown_are_those_of_the_estate_whose_survey_waits(visitor: Browser, city: City) -> None:
    assert city.people["周岚"] in offered(visitor.get("/sign-in"))
    with city.casework.work() as work:
        street = city.areas["南池街道"]
        directory.add_organisation(work, "government", "南池街道办", area_id=street, code="ST", name_en="Nanchi Office")
        left = {"origin": "firm_left", "left_at": work.now, "withdrawal_proof": [Decimal(1)]}
        given = {**left, "contract": "live", "contract_ends": date(2030, 1, 1), "body": "none"}
        cases.start_case(work, "estate_takeover", given, area_id=city.areas["运河花园"])
    shown = offered(visitor.get("/sign-in"))
    assert city.people["南池"] in shown
    assert city.people["周岚"] not in shown


def test_an_owner_is_shown_whom_a_hired_company_serves(visitor: Browser, city: City) -> None:
    assert "花多少钱" not in visitor.get("/sign-in")
    today = date(2026, 1, 5)
    with city.casework.work() as work:
        case = cases.start_case(work, "estate_takeover", {"origin": "old_estate"}, area_id=city.areas["水景花苑"])
        signed = ServiceContract(
            case_id=case.id,
            estate_id=city.areas["水景花苑"],
            unit_id=city.units["九安物业"],
            area=Decimal(1),
            fee=Decimal("0.30"),
            lines=[],
            left_out=[],
            shortfall=Decimal(0),
            posted_on=today - timedelta(days=9),
            signed_on=today,
            from_on=today,
            to_on=today + timedelta(days=365),
            files=[1],
            filing_receipt=[],
            entered_at=work.now,
        )
        work.session.add(signed)
    page = visitor.get("/sign-in")
    assert "花多少钱" in page
    assert city.people["李静怡"] in offered(page)
