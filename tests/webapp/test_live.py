"""Open pages learn that something changed: whom it concerns, nobody else, and no longer than they may."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update

from casework.cases import services
from casework.cases.changes import Change
from casework.directory.models import Session
from casework.persistence import Actor
from tests.webapp.city import City
from tests.webapp.conftest import Browser
from tests.webapp.test_browser import _case_no
from webapp.live import pages as live
from webapp.live import streams as live_streams
from webapp.live.streams import Stream, Streams

SOON = 8.0


class Reader:
    """Reads a stream as it comes."""

    def __init__(self, browser: Browser, query: str = "") -> None:
        self.answer = browser.client.get(f"/live{query}", buffered=False)
        self.status = self.answer.status_code
        self.text = ""
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        for part in self.answer.response:
            self.text += part.decode() if isinstance(part, bytes) else part

    def saw(self, what: str, within: float = SOON) -> bool:
        """Say whether `what` comes within so many seconds."""
        until = time.monotonic() + within
        while what not in self.text and time.monotonic() < until:
            time.sleep(0.02)
        return what in self.text


@pytest.fixture
def streams(app: Flask) -> Streams:
    """The open streams of the application."""
    found: Streams = app.extensions["live"]
    return found


@pytest.fixture
def listen(browser, streams: Streams) -> Iterator[Callable[..., Reader]]:  # type: ignore[no-untyped-def]
    """Opens the stream of somebody, and ends every stream after the test."""

    def opened(name: str, query: str = "") -> Reader:
        made = Reader(browser(name), query)
        if made.status == 200:
            assert streams.ready(10)
        return made

    yield opened
    for one in streams._present():
        one.end()
        streams.leave(one)


def _claim(city: City, name: str, task: int) -> None:
    with city.casework.work(Actor("person", city.people[name])) as work:
        services.claim_item(work, task)


def test_a_change_reaches_whom_it_concerns_and_nobody_else(listen, stranger: Browser, report, city, task_of) -> None:
    code, _pin = report(stranger)
    company, supervisor = listen("孙维"), listen("周岚", f"?case={_case_no(city, code)}")
    other, resident = listen("马宁"), listen("李静怡")
    _claim(city, "孙维", task_of(code, "handle"))
    assert company.saw("event: changed\ndata: inbox\n")
    assert supervisor.saw("event: changed\ndata: case\n")
    assert not other.saw("changed", within=1)
    assert not resident.saw("changed", within=0)


def test_a_stream_says_that_something_changed_and_never_what(listen, stranger: Browser, report) -> None:
    company = listen("孙维")
    report(stranger, text="电梯口的灯罩掉下来了。")
    assert company.saw("changed")
    lines = {line for line in company.text.splitlines() if line}
    assert lines <= {"retry: 3000", ":", "event: changed", "data: inbox", "data: case inbox"}


def test_a_stream_is_not_held_back_by_a_proxy_or_kept_by_a_cache(listen) -> None:
    headers = listen("孙维").answer.headers
    assert headers["Content-Type"].startswith("text/event-stream")
    assert (headers["X-Accel-Buffering"], headers["Cache-Control"]) == ("no", "no-store")


def test_a_case_out_of_sight_has_no_stream(listen, stranger: Browser, report, city) -> None:
    code, _pin = report(stranger)
    assert listen("马宁", f"?case={_case_no(city, code)}").status == 404


def test_a_stream_ends_with_its_session(listen, browser, city, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "HEARTBEAT", 0.1)
    company = listen("孙维")
    assert company.saw("\n:\n")
    with city.casework.work() as work:
        ended = update(Session).where(Session.person_id == city.people["孙维"])
        work.session.execute(ended.values(revoked_at=work.now))
    assert company.saw("event: end")


def test_an_open_page_does_not_keep_an_idle_session_alive(browser, city) -> None:
    company = browser("孙维")
    newest = select(Session.id).where(Session.person_id == city.people["孙维"]).order_by(Session.id.desc()).limit(1)
    with city.casework.work() as work:
        mine = work.session.scalars(newest).one()
        before = work.now - timedelta(minutes=20)
        work.session.execute(update(Session).where(Session.id == mine).values(seen_at=before))
    company.get("/inbox", headers={"X-Fragment": "1"})
    with city.casework.work() as work:
        assert work.session.get_one(Session, mine).seen_at == before
    company.get("/inbox")
    with city.casework.work() as work:
        assert work.session.get_one(Session, mine).seen_at > before


def test_what_a_page_is_told_after_a_form_is_not_lost_to_a_page_that_looks_by_itself(
    browser, stranger: Browser, report, task_of
) -> None:
    company = browser("孙维")
    task = task_of(report(stranger, text="花坛边砖头松了，绊人。")[0], "handle")
    company.get("/inbox")
    company.post(f"/inbox/{task}/claim", follow=False)
    assert "已领取" not in company.get("/inbox", headers={"X-Fragment": "1"})
    assert "已领取" in company.get("/inbox")


def test_after_the_connection_was_lost_every_page_looks_again(listen, streams: Streams, city) -> None:
    listen("周岚")  # from here on the process hears
    company = listen("孙维")
    with city.casework.database.transaction() as session:
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'banjie-listening'"
        assert session.execute(text(f"{ended} AND datname = current_database()")).all()
    assert company.saw("data: case inbox\n", within=15)
    with city.casework.database.transaction() as session:
        session.execute(select(func.pg_notify("case_changed_public", f"0 p{city.people['孙维']}")))
    assert company.saw("data: inbox\n")


def _stream(person: int, tab: str = "") -> Stream:
    return Stream(person, tab or f"tab {person}", (f"p{person}",), None)


@pytest.fixture
def few(web_casework) -> Iterator[Streams]:
    """Room for three streams."""
    made = Streams(web_casework, 3)
    yield made
    made.close()


def test_where_there_is_no_room_the_page_is_told_at_once(few: Streams, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = [_stream(person) for person in range(1, 5)]
    assert [few.open(one) for one in opened] == [True, True, True, False]
    few.leave(opened[0])
    assert few.open(opened[3])


def test_the_next_page_of_a_tab_takes_the_place_of_the_last(few: Streams) -> None:
    first, second = _stream(1, "a"), _stream(1, "a")
    assert few.open(first)
    assert few.open(second)
    assert (first.over, second.over, len(few)) == (True, False, 1)


def test_one_person_can_not_take_all_the_room(few: Streams, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_streams, "MOST_EACH", 2)
    tabs = [_stream(1, tab) for tab in "abcd"]
    assert all(few.open(one) for one in tabs)
    assert [one.over for one in tabs] == [True, True, False, False]
    assert few.open(_stream(2))


def test_changes_while_a_page_is_busy_are_told_together(few: Streams) -> None:
    mine = _stream(1)
    few.open(mine)
    for _again in range(50):
        few.heard(Change(7, frozenset({"p1"})))
    few.heard(Change(7, frozenset({"p2"})))
    assert mine.wait(0) == {"inbox"}
    assert mine.wait(0) == set()


def test_a_process_that_stops_ends_its_streams_and_takes_no_more(few: Streams) -> None:
    mine = _stream(1)
    few.open(mine)
    few.close()
    assert mine.over
    assert not few.open(_stream(2))


def test_without_room_the_answer_is_empty(listen, streams: Streams, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "most", 0)
    refused: Any = listen("孙维")
    assert (refused.status, refused.answer.headers.get("Content-Length", "0")) == (204, "0")
