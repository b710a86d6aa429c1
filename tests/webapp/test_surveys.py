"""What a surveyor's phone sends arrives once, whoever sends it how often; nobody else's survey is theirs."""

import re
import secrets
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from casework.attachments.models import Attachment
from casework.cases import services as cases
from casework.cases.models import WorkItem
from casework.persistence import Actor
from casework.takeovers import surveying
from tests.webapp.conftest import Browser, photo
from tests.webapp.surveying import COLLEAGUE, OTHER, SURVEYOR, flag, state_of

ANSWERS = {
    "facts.0.item": "road",
    "facts.0.state": "worn",
    "facts.0.count": "320",
    "facts.6.item": "lift",
    "facts.6.state": "missing",
    "facts.6.count": "0",
    "hazards.0.item": "2号楼外墙脱落",
    "hazards.0.grade": "B",
    "wish": "state_firm",
    "legal_body": "none",
    "bidders": "0",
    "neighbours": "0",
    "debts": "1200.50",
}


@pytest.fixture
def task(city) -> int:
    return flag(city)


class Phone:
    """A phone that sends what the page's script sends."""

    def __init__(self, browser: Browser, task: int) -> None:
        self.client, self.url = browser.client, f"/takeovers/surveys/{task}"
        self.csrf = self.client.get("/takeovers/surveys/door").get_json()["csrf"]

    def photo(self, name: str, sent: Any = None) -> Any:
        files = {"csrf_token": self.csrf, "photo": sent or photo()}
        return self.client.post(f"{self.url}/photos/{name}", data=files, content_type="multipart/form-data")

    def finish(self, key: str, **more: Any) -> Any:
        return self.client.post(self.url, data={"csrf_token": self.csrf, "command_key": key, **ANSWERS, **more})


@pytest.fixture
def phone(browser, task: int) -> Phone:
    return Phone(browser(SURVEYOR), task)


def name() -> str:
    return secrets.token_hex(16)


def kept(city) -> int:
    with city.casework.work() as work:
        return work.session.scalar(select(func.count()).select_from(Attachment)) or 0


def estate_of(city, task: int) -> int:
    with city.casework.work() as work:
        return int(work.session.get_one(WorkItem, task).estate_id or 0)


def test_the_same_photo_twice_is_kept_once(city, phone: Phone) -> None:
    before, own = kept(city), name()
    first, second = phone.photo(own), phone.photo(own)
    assert first.get_json() == second.get_json()
    assert phone.photo(name()).get_json() != first.get_json()
    assert kept(city) == before + 2


def test_a_survey_sent_twice_is_finished_once_and_answered_the_same(city, phone: Phone, task: int) -> None:
    near, far = (phone.photo(name()).get_json()["token"] for _ in range(2))
    sent, key = {"hazards.0.photo": near, "photos": far}, name()
    first, second = phone.finish(key, **sent), phone.finish(key, **sent)
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.get_json()["case"] == second.get_json()["case"]
    assert state_of(city, task) == ("done", city.people[SURVEYOR])
    with city.casework.work() as work:
        (found,) = surveying.surveys_of(work, estate_of(city, task))
        assert found.facts[0] == {"item": "road", "state": "worn", "count": "320"}
        assert len(found.facts) == 2
        assert (found.wish, found.body, str(found.debts)) == ("state_firm", "none", "1200.50")
        assert found.by_id == city.people[SURVEYOR]
        assert len(found.photos) == len(found.hazards[0]["photos"]) == 1


def test_what_does_not_fit_is_named_by_field_and_can_be_sent_again(city, phone: Phone, task: int) -> None:
    wrong = phone.finish(name(), **{"facts.0.count": "", "wish": ""})
    assert wrong.status_code == 422
    assert set(wrong.get_json()["errors"]) == {"facts.0.count", "wish"}
    assert state_of(city, task)[0] == "open"
    assert phone.finish(name()).status_code == 200


def test_a_survey_that_somebody_else_has_finished_is_refused_in_plain_words(
    city, phone: Phone, browser, task: int
) -> None:
    assert Phone(browser(COLLEAGUE), task).finish(name()).status_code == 200
    late = phone.finish(name())
    assert late.status_code == 409
    assert late.get_json()["told"] == "这件摸底已经由他人办完。"
    assert phone.photo(name()).status_code == 409


def test_a_survey_that_somebody_else_has_claimed_is_refused(city, phone: Phone, task: int) -> None:
    with city.casework.work(Actor("person", city.people[COLLEAGUE])) as work:
        cases.claim_item(work, task)
    assert phone.finish(name()).get_json()["told"] == "这件摸底已由他人领取。"


def test_photos_that_lay_too_long_are_asked_for_anew(city, phone: Phone, task: int) -> None:
    token = phone.photo(name()).get_json()["token"]
    with city.casework.work() as work:
        work.session.execute(update(Attachment).where(Attachment.token == token).values(token=f"swept-{name()}"))
    answer = phone.finish(name(), photos=token)
    assert (answer.status_code, answer.get_json()) == (410, {"gone": True})
    assert state_of(city, task)[0] == "open"


def test_what_is_no_picture_is_refused_by_what_it_is(city, phone: Phone) -> None:
    answer = phone.photo(name(), (BytesIO(b"%PDF-1.4\n"), "a.pdf"))
    assert answer.status_code == 422
    assert "照片" in answer.get_json()["told"]


@pytest.mark.parametrize("own", ["short", "Z" * 32, "0" * 33])
def test_a_photo_needs_a_name_that_nobody_else_gives(phone: Phone, own: str) -> None:
    assert phone.photo(own).status_code == 404


def test_without_a_command_key_nothing_is_finished(city, phone: Phone, task: int) -> None:
    assert phone.finish("").status_code == 400
    assert state_of(city, task)[0] == "open"


def test_the_survey_of_another_street_is_not_there(city, browser, task: int) -> None:
    for who in (OTHER, "孙维"):
        stranger = browser(who)
        assert stranger.client.get(f"/takeovers/surveys/{task}").status_code == 404
        assert Phone(stranger, task).finish(name()).status_code == 404
        assert Phone(stranger, task).photo(name()).status_code == 404
    assert state_of(city, task)[0] == "open"


def test_only_a_survey_has_this_page(browser, report, stranger, task_of) -> None:
    other = task_of(report(stranger)[0], "handle")
    assert browser("孙维").client.get(f"/takeovers/surveys/{other}").status_code == 404


def test_a_signed_out_phone_is_sent_to_the_door_before_anything_is_kept(city, app: Flask, task: int) -> None:
    client = app.test_client()
    assert client.get("/takeovers/surveys/door").status_code == 302


def test_the_list_holds_the_open_surveys_of_whoever_asks(city, browser, task: int) -> None:
    for who, there in ((SURVEYOR, True), (COLLEAGUE, True), (OTHER, False)):
        page = browser(who).get("/takeovers/surveys")
        assert (f'href="/takeovers/surveys/{task}"' in page) is there
    assert "没有等您摸底的小区" in browser(OTHER).get("/takeovers/surveys")


def test_the_page_has_a_card_for_each_thing_and_the_ordinary_form_beside_it(browser, task: int) -> None:
    surveyor = browser(SURVEYOR)
    page = surveyor.get(f"/takeovers/surveys/{task}")
    assert len(re.findall(r"data-card=", page)) == 8
    assert f'href="/tasks/{task}"' in page
    assert f"/takeovers/surveys/{task}" in surveyor.get(f"/tasks/{task}")


def test_the_worker_is_for_these_pages_alone_and_changes_with_them(app: Flask, browser) -> None:
    surveyor = browser(SURVEYOR)
    script = surveyor.get("/takeovers/surveys/worker.js")
    assert script.startswith("const VERSION = ")
    assert surveyor.headers["Service-Worker-Allowed"] == "/takeovers/surveys"
    assert surveyor.headers["Cache-Control"] == "no-cache"
    assert "worker-src 'self'" in surveyor.headers["Content-Security-Policy"]
