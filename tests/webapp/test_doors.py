"""Who comes in where: every route is guarded, every form carries its token, every answer its headers."""

import re
from pathlib import Path

import pytest
from flask import Flask

from tests.webapp.conftest import Browser
from webapp.headers import POLICY

TEMPLATES = Path(__file__).parents[2] / "webapp" / "templates"


def _rules(app: Flask, method: str) -> list:
    rules = (rule for rule in app.url_map.iter_rules() if method in (rule.methods or ()))
    return sorted((rule for rule in rules if not rule.rule.startswith(("/static", "/api"))), key=str)


def _address(rule) -> str:
    return re.sub(r"<(?:int:)?\w+>", "1", rule.rule)


def test_every_page_says_whom_it_is_for(app: Flask) -> None:
    unguarded = [
        str(rule)
        for rule in app.url_map.iter_rules()
        if not rule.rule.startswith(("/static", "/api/"))
        and getattr(app.view_functions[rule.endpoint], "needs", None) is None
    ]
    assert unguarded == []


def test_strangers_are_sent_to_sign_in_by_every_page_that_is_not_public(app: Flask) -> None:
    client = app.test_client()
    for rule in _rules(app, "GET"):
        if not getattr(app.view_functions[rule.endpoint], "needs", ()):
            continue
        answer = client.get(_address(rule))
        assert answer.status_code == 302, rule
        assert "/sign-in" in answer.headers["Location"], rule


def test_a_resident_finds_no_page_of_the_staff(app: Flask, browser) -> None:
    resident = browser("李静怡")
    for rule in _rules(app, "GET"):
        needs = getattr(app.view_functions[rule.endpoint], "needs", ())
        if needs and "account" not in needs:
            assert resident.client.get(_address(rule)).status_code == 404, rule


def test_every_form_without_its_token_is_refused(app: Flask, browser) -> None:
    officer = browser("周岚")
    for rule in _rules(app, "POST"):
        assert officer.client.post(_address(rule)).status_code == 400, rule


@pytest.mark.parametrize("url", ["/", "/sign-in", "/report", "/there-is-no-such-page", "/static/css/kit.css"])
def test_every_answer_carries_the_strict_headers(stranger: Browser, url: str) -> None:
    stranger.get(url)
    assert stranger.headers["Content-Security-Policy"] == POLICY
    assert "unsafe" not in POLICY
    assert stranger.headers["X-Content-Type-Options"] == "nosniff"
    assert stranger.headers["X-Frame-Options"] == "DENY"


def test_no_template_has_inline_script_or_style() -> None:
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), path
        assert not re.search(r"\sstyle=|<style|\son\w+=\"", text), path
        assert "|safe" not in text, path


def test_the_session_cookie_is_for_this_site_alone(stranger: Browser) -> None:
    stranger.get("/sign-in")
    stranger.post("/sign-in", follow=False, login="13800000001", password="Tongji-lu-27-hao")
    cookie = next(value for name, value in stranger.headers if name == "Set-Cookie" and "banjie_session" in value)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_signing_in_never_leads_to_another_site(stranger: Browser) -> None:
    for back in ("//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"):
        stranger.get("/sign-in")
        stranger.post("/sign-in", follow=False, login="13800000001", password="Tongji-lu-27-hao", back=back)
        assert stranger.headers["Location"] == "/", back


def test_an_unknown_account_and_a_wrong_password_look_the_same(stranger: Browser) -> None:
    stranger.get("/sign-in")
    stranger.post("/sign-in", login="13800000099", password="Tongji-lu-27-hao")
    unknown = re.findall(r'class="errsum.*?</section>', stranger.page, re.DOTALL)
    stranger.post("/sign-in", login="13800000002", password="wrong")
    assert stranger.status == 422
    assert unknown
    assert unknown == re.findall(r'class="errsum.*?</section>', stranger.page, re.DOTALL)


def test_signing_out_ends_the_session_on_the_server(browser) -> None:
    officer = browser("周岚")
    token = officer.client.get_cookie("banjie_session").value
    officer.get("/inbox")
    officer.post("/sign-out")
    officer.client.set_cookie("banjie_session", token)
    assert "/sign-in" in officer.client.get("/inbox").headers["Location"]


def test_one_click_sign_in_exists_in_a_demonstration_alone(stranger: Browser, city) -> None:
    stranger.get("/sign-in")
    stranger.post(f"/sign-in/demonstration/{city.people['周岚']}")
    assert stranger.status == 404
    assert "演示" not in stranger.page


def test_a_page_can_be_read_in_english(stranger: Browser) -> None:
    stranger.get("/language/en?back=/report")
    assert "What needs doing?" in stranger.page
    assert '<html lang="en"' in stranger.page
    stranger.get("/language/zh?back=/report")
    assert "哪里需要处理" in stranger.page
