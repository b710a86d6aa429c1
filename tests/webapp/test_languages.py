"""Which language a page speaks: what was switched to wins, goes into the account, and stays after signing out."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from casework.directory.models import Account
from tests.webapp.city import City
from tests.webapp.conftest import Browser

ENGLISH = {"headers": {"Accept-Language": "en-GB,en;q=0.9"}}
OWNER = {"login": "13900000001", "password": "Tongji-lu-27-hao"}


@pytest.fixture
def phone(app: Flask, city: City) -> Any:
    """Makes a browser in which nobody is signed in."""
    del city
    return lambda: Browser(app.test_client())


def speaks(page: str) -> str:
    return "en" if '<html lang="en"' in page else "zh"


def sign_in(by: Browser, **more: Any) -> str:
    by.get("/sign-in", **more)
    by.post("/sign-in", **OWNER)
    return by.get("/account", **more)


def test_an_account_that_has_chosen_none_speaks_as_the_browser_does(phone) -> None:
    by = phone()
    assert speaks(sign_in(by, **ENGLISH)) == "en"
    assert speaks(by.get("/account")) == "zh"


def test_what_a_visitor_switched_to_goes_into_the_account_they_sign_in_to(phone) -> None:
    by = phone()
    by.get("/language/en")
    assert speaks(sign_in(by)) == "en"
    assert speaks(sign_in(phone())) == "en", "another device knows it as well"


def test_a_switch_wins_over_what_the_account_had_chosen(phone) -> None:
    by = phone()
    sign_in(by)
    by.get("/language/en")
    assert speaks(by.get("/account")) == "en"
    by.get("/language/zh")
    assert speaks(by.get("/account", **ENGLISH)) == "zh"
    assert speaks(sign_in(phone(), **ENGLISH)) == "zh"


def test_signing_out_keeps_the_language_and_gives_it_to_no_other_account(phone, city: City) -> None:
    by = phone()
    sign_in(by)
    by.get("/language/en")
    by.get("/account")
    assert speaks(by.post("/sign-out")) == "en"
    with city.casework.work() as work:
        work.session.execute(update(Account).values(language="zh"))
    assert speaks(sign_in(by)) == "zh", "the next one has chosen Chinese"


def test_one_click_sign_in_goes_where_one_wanted_to_go(web_casework, city: City) -> None:
    from webapp import WebSettings, create_app

    shown = WebSettings("only-tests-may-know-this-secret!", testing=True, demonstration=True)
    by = Browser(create_app(web_casework, shown).test_client())
    by.get("/language/en")
    page = by.get("/account")
    assert 'name="back" value="/account"' in page
    by.post(f"/sign-in/demonstration/{city.people['李静怡']}", back="/account")
    assert by.url.startswith("/account")
    assert speaks(by.page) == "en"
    by.get("/sign-in")
    by.post(f"/sign-in/demonstration/{city.people['李静怡']}", back="https://evil.example/")
    assert by.url.startswith("/?") or by.url == "/"
