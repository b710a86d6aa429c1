"""A caseworker's day: the list, claiming, the form, and coming back to the same list."""

import re

from sqlalchemy import func, select

from casework.cases.models import History
from tests.webapp.conftest import Browser, photo

DONE = {"result": "done", "text": "已更换断路器，楼道灯全部恢复。"}


def _open(by: Browser, task_id: int, back: str = "/inbox") -> dict[str, str]:
    """Open a task and return what its form carries unseen."""
    by.get(f"/tasks/{task_id}?back={back}")
    return {"command_key": by.value("command_key"), "version": by.value("version"), "back": back}


def test_a_report_lies_in_the_inbox_of_its_company_alone(stranger: Browser, report, browser, task_of) -> None:
    code, _pin = report(stranger)
    task = task_of(code, "handle")
    assert f"/tasks/{task}" in browser("孙维").get("/inbox")
    for other in ("马宁", "周岚", "南池"):
        assert f"/tasks/{task}" not in browser(other).get("/inbox")
        assert browser(other).client.get(f"/tasks/{task}").status_code == 404


def test_claiming_and_putting_back(stranger: Browser, report, browser, task_of) -> None:
    task = task_of(report(stranger)[0], "handle")
    handler = browser("孙维")
    handler.get("/inbox?urgency=normal")
    handler.post(f"/inbox/{task}/claim", back="/inbox?urgency=normal")
    assert handler.url == "/inbox?urgency=normal"
    assert "已领取" in handler.page
    assert "放回" in handler.get(f"/tasks/{task}")
    handler.post(f"/inbox/{task}/release", back="/inbox")
    assert "已放回" in handler.page


def test_completing_goes_back_to_the_same_filtered_list_and_says_what_happened(
    stranger: Browser, report, browser, task_of
) -> None:
    task = task_of(report(stranger)[0], "handle")
    handler = browser("孙维")
    key = _open(handler, task, "/inbox?urgency=normal")
    handler.post(f"/tasks/{task}", **DONE, files=photo(), **key)
    assert handler.status == 200
    assert handler.url == "/inbox?urgency=normal"
    assert 'class="toast" role="status"' in handler.page
    assert f"/tasks/{task}" not in handler.page


def test_what_is_missing_is_said_and_what_was_typed_stays(stranger: Browser, report, browser, task_of) -> None:
    task = task_of(report(stranger)[0], "handle")
    handler = browser("孙维")
    key = _open(handler, task)
    handler.post(f"/tasks/{task}", text="已到现场查看，等配件。", **key)
    assert handler.status == 422
    assert "<title>错误：" in handler.page
    assert "已到现场查看，等配件。</textarea>" in handler.page
    assert re.search(r'class="errsum.*href="#f-result"', handler.page, re.DOTALL)


def test_a_second_press_has_no_second_effect(stranger: Browser, report, browser, task_of, city) -> None:
    code, _pin = report(stranger)
    task = task_of(code, "handle")
    handler = browser("孙维")
    key = _open(handler, task)
    sent = {**DONE, **key}
    handler.post(f"/tasks/{task}", files=photo(), **sent)
    with city.casework.work() as work:
        before = work.session.scalar(select(func.count()).select_from(History))
    handler.post(f"/tasks/{task}", files=photo(), **sent)
    assert handler.status == 200
    with city.casework.work() as work:
        assert work.session.scalar(select(func.count()).select_from(History)) == before


def test_whoever_is_too_late_keeps_the_text(stranger: Browser, report, browser, task_of) -> None:
    task = task_of(report(stranger)[0], "handle")
    first, second = browser("孙维"), browser("孙维")
    one, other = _open(first, task), _open(second, task)
    first.post(f"/tasks/{task}", **DONE, files=photo(), **one)
    second.post(f"/tasks/{task}", result="record", text="我也写了一段。", **other)
    assert second.status == 409
    assert "我也写了一段。" in second.page
    assert 'role="alert"' in second.page


def test_a_field_that_is_not_on_the_task_form_is_refused(stranger: Browser, report, browser, task_of) -> None:
    task = task_of(report(stranger)[0], "handle")
    handler = browser("孙维")
    key = _open(handler, task)
    handler.post(f"/tasks/{task}", **DONE, files=photo(), designated="true", **key)
    assert handler.status == 422
    assert f"/tasks/{task}" in handler.get("/inbox")


def test_the_list_says_when_nothing_fits_and_offers_the_way_back(browser) -> None:
    page = browser("孙维").get("/inbox?urgency=critical&q=nothing-like-this")
    assert "这个筛选下没有待办" in page
    assert 'href="/inbox"' in page


def test_filters_that_make_no_sense_are_no_error(browser) -> None:
    handler = browser("孙维")
    for query in ("day=yesterday", "estate=x", "after=~~", "after=2026-13-45T00:00:00~1", "kind=//", "mark=%00"):
        handler.get(f"/inbox?{query}")
        assert handler.status == 200, query
