"""A surveyor's phone loses its network in the middle: nothing is lost, and nothing is sent twice."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from casework.attachments.models import Attachment
from casework.cases import services as cases
from casework.cases.models import WorkItem
from casework.persistence import Actor
from casework.takeovers import surveying
from casework.takeovers.planning_models import EstateSurvey
from tests.webapp.conftest import photo
from tests.webapp.surveying import COLLEAGUE, SURVEYOR, flag, state_of
from tests.webapp.test_browser import AXE, CHROMIUM, DESK, PHONE, _axe, _fits, chromium, site, spoken

__all__ = ["chromium", "site", "spoken"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


@pytest.fixture
def task(city) -> int:
    return flag(city)


@pytest.fixture
def phones(chromium: Any, site: str, city) -> Iterator[Any]:
    """Hands out phones whose network may be cut, of which their consoles may complain."""
    contexts = []

    def of(name: str, *, size: dict[str, int] = PHONE, script: bool = True) -> Any:
        context = chromium.new_context(viewport=size, locale="zh-CN", java_script_enabled=script)
        context.set_default_timeout(45_000)
        context.add_cookies([{"name": "banjie_session", "value": city.token(name), "url": site}])
        contexts.append(context)
        return context

    yield of
    for context in contexts:
        context.close()


@pytest.fixture
def picture(tmp_path) -> str:
    sent = tmp_path / "light.jpg"
    sent.write_bytes(photo()[0].getvalue())
    return str(sent)


def opened(context: Any, url: str) -> Any:
    """Open a survey and wait until it is kept for when there is no network."""
    page = context.new_page()
    page.goto(url)
    page.locator("[data-offline-ready]").wait_for()
    return page


def card(page: Any, title: str) -> Any:
    return page.locator(f'[data-card][data-title="{title}"]')


def fill(page: Any, picture: str) -> None:
    """Fill in a survey: a road, no lift, one hazard with its photo, and a photo of the place."""
    card(page, "道路").get_by_label("破损").check()
    card(page, "道路").locator("input[inputmode]").fill("320")
    card(page, "电梯").get_by_label("没有").check()
    page.get_by_label("国企物业").check()
    page.get_by_role("button", name=re.compile("^加一条")).click()
    page.get_by_label("部位").fill("2号楼外墙脱落")
    page.get_by_label(re.compile("^B ")).check()
    page.locator('input[data-field="hazards.0.photo"][capture]').set_input_files(picture)
    page.locator('[data-shots="hazards.0.photo"] img').wait_for()
    page.locator('input[data-field="photos"]:not([capture])').set_input_files(picture)
    page.locator('[data-shots="photos"] img').wait_for()
    page.locator("[data-state]", has_text="已存在本机").wait_for()


def finish(page: Any) -> None:
    page.get_by_role("button", name="完成摸底").click()


def arrived(page: Any) -> None:
    page.get_by_text("摸底已收到").wait_for()


def kept(city) -> int:
    with city.casework.work() as work:
        return work.session.scalar(select(func.count()).select_from(Attachment)) or 0


def survey_of(city, task: int) -> EstateSurvey:
    """Return the one survey that the task has brought in."""
    with city.casework.work() as work:
        (found,) = surveying.surveys_of(work, int(work.session.get_one(WorkItem, task).estate_id or 0))
        return found


def test_a_survey_is_finished_with_the_network_cut_in_the_middle(phones, site: str, city, task, picture) -> None:
    context, url, before = phones(SURVEYOR), f"{site}/takeovers/surveys/{task}", kept(city)
    page = opened(context, url)
    card(page, "道路").get_by_label("破损").check()
    context.set_offline(True)
    fill(page, picture)
    page.reload()
    assert card(page, "道路").locator("input[inputmode]").input_value() == "320"
    page.locator('[data-shots="photos"] img').wait_for()
    page.close()
    page = context.new_page()
    page.goto(url)
    page.locator('[data-shots="hazards.0.photo"] img').wait_for()
    assert page.get_by_label("部位").input_value() == "2号楼外墙脱落"
    assert card(page, "电梯").locator("input[inputmode]").input_value() == "0"
    finish(page)
    page.get_by_text("没有发出去，已存在本机").wait_for()
    assert state_of(city, task)[0] == "open"
    context.set_offline(False)
    arrived(page)
    assert state_of(city, task) == ("done", city.people[SURVEYOR])
    found = survey_of(city, task)
    assert {one["item"]: (one["state"], one["count"]) for one in found.facts} == {
        "road": ("worn", "320"),
        "lift": ("missing", "0"),
    }
    assert len(found.photos) == len(found.hazards[0]["photos"]) == 1
    assert kept(city) == before + 2
    page.reload()
    arrived(page)
    assert page.locator("img").count() == 0


@pytest.mark.parametrize("lost", ["**/photos/*", "**/takeovers/surveys/{task}"], ids=["a photo", "the whole"])
def test_an_answer_that_is_lost_on_its_way_back_does_nothing_twice(
    phones, site: str, city, task, picture, lost: str
) -> None:
    context, before, swallowed = phones(SURVEYOR), kept(city), []
    page = opened(context, f"{site}/takeovers/surveys/{task}")
    fill(page, picture)
    page.wait_for_load_state("load")

    def swallow(route: Any) -> None:
        if route.request.method != "POST" or len(swallowed) > 1:
            route.continue_()
            return
        swallowed.append(route.fetch().status)  # it arrives, and the answer is lost on its way back
        route.abort()

    page.route(lost.format(task=task), swallow)
    finish(page)
    arrived(page)
    assert swallowed == [200, 200]
    assert len(survey_of(city, task).photos) == 1
    assert kept(city) == before + 2


def test_two_tabs_are_one_survey(phones, site: str, city, task, picture) -> None:
    context, before, url = phones(SURVEYOR), kept(city), f"{site}/takeovers/surveys/{task}"
    first, second = opened(context, url), opened(context, url)
    fill(first, picture)
    second.locator('[data-shots="photos"] img').wait_for()
    assert second.get_by_label("部位").input_value() == "2号楼外墙脱落"
    second.get_by_label("备注").fill("门卫说夜里没有人。")
    first.wait_for_function("document.querySelector('[name=remark]').value === '门卫说夜里没有人。'")
    context.set_offline(True)
    finish(first)
    first.get_by_text("没有发出去").wait_for()
    second.get_by_text("没有发出去").wait_for()
    context.set_offline(False)
    arrived(first)
    arrived(second)
    assert len(survey_of(city, task).photos) == 1
    assert kept(city) == before + 2


def test_what_is_missing_is_told_before_the_surveyor_leaves_the_place(phones, site: str, city, task) -> None:
    context = phones(SURVEYOR)
    page = opened(context, f"{site}/takeovers/surveys/{task}")
    context.set_offline(True)
    card(page, "门禁").get_by_label("完好").check()
    finish(page)
    summary = page.locator("[data-wrong]")
    summary.wait_for()
    assert summary.locator("a").all_inner_texts() == ["门禁 · 数量: 还没有填", "业主意愿: 还没有填"]
    card(page, "门禁").get_by_role("button", name="加一：数量").click()
    page.get_by_label("不明确").check()
    finish(page)
    page.get_by_text("没有发出去").wait_for()
    page.get_by_role("button", name="返回修改").click()
    card(page, "门禁").get_by_role("button", name="加一：数量").click()
    assert card(page, "门禁").locator("input[inputmode]").input_value() == "2"


def test_what_somebody_else_has_finished_is_told_and_everything_stays(phones, site: str, city, task, picture) -> None:
    context = phones(SURVEYOR)
    page = opened(context, f"{site}/takeovers/surveys/{task}")
    context.set_offline(True)
    fill(page, picture)
    finish(page)
    page.get_by_text("没有发出去").wait_for()
    answers = {"facts": [{"item": "road", "state": "good", "count": 1}], "wish": "unclear", "legal_body": "none"}
    with city.casework.work(Actor("person", city.people[COLLEAGUE])) as work:
        cases.complete_item(work, task, {**answers, "bidders": 0, "neighbours": 0})
    context.set_offline(False)
    page.get_by_text("这件摸底已经由他人办完。").wait_for()
    assert page.get_by_role("button", name="完成摸底").is_hidden()
    page.reload()
    page.get_by_text("这件摸底已经由他人办完。").wait_for()
    assert card(page, "道路").locator("input[inputmode]").input_value() == "320"
    page.locator('[data-shots="photos"] img').wait_for()
    with page.expect_download() as saved:
        page.get_by_role("button", name="下载填写的内容").click()
    assert "道路 · 数量: 320" in saved.value.path().read_text(encoding="utf-8")
    page.get_by_role("button", name="从本机删除").click()
    page.get_by_text("没有等您摸底的小区").wait_for()
    assert page.locator("[data-here]").is_hidden()


def test_a_session_that_has_ended_meanwhile_keeps_everything_until_signed_in_again(
    phones, site: str, city, task, picture
) -> None:
    context, url = phones(SURVEYOR), f"{site}/takeovers/surveys/{task}"
    page = opened(context, url)
    fill(page, picture)
    context.clear_cookies(name="banjie_session")
    finish(page)
    page.get_by_text("登录已过期").wait_for()
    page.get_by_role("link", name="重新登录").click()
    page.get_by_role("heading", name="登录").first.wait_for()
    page.wait_for_function("caches.keys().then((names) => names.length === 0)")
    context.add_cookies([{"name": "banjie_session", "value": city.token(SURVEYOR), "url": site}])
    page.goto(url)
    arrived(page)
    assert len(survey_of(city, task).photos) == 1


def test_nobody_else_sends_or_sees_what_was_entered(phones, site: str, city, task, picture) -> None:
    context, url = phones(SURVEYOR), f"{site}/takeovers/surveys/{task}"
    page = opened(context, url)
    fill(page, picture)
    context.clear_cookies(name="banjie_session")
    context.add_cookies([{"name": "banjie_session", "value": city.token(COLLEAGUE), "url": site}])
    finish(page)
    page.get_by_text("现在登录的是别人").wait_for()
    assert state_of(city, task)[0] == "open"
    page.goto(url)
    page.locator("[data-offline-ready]").wait_for()
    assert page.locator("[data-shots] img").count() == 0
    page.goto(f"{site}/takeovers/surveys")
    page.locator("[data-offline-ready]").wait_for()
    assert page.get_by_text("老电厂家属院").count() == 1
    assert page.locator("[data-here]").is_hidden()
    names = page.evaluate("caches.keys()")
    assert [name.split(":")[1] for name in names] == [str(city.people[COLLEAGUE])]


def test_the_list_sends_what_this_device_holds(phones, site: str, city, task, picture) -> None:
    context = phones(SURVEYOR)
    page = opened(context, f"{site}/takeovers/surveys/{task}")
    fill(page, picture)
    context.set_offline(True)
    finish(page)
    page.get_by_text("没有发出去").wait_for()
    page.close()
    context.set_offline(False)
    page = context.new_page()
    with page.expect_response(
        lambda answer: answer.request.method == "POST" and answer.url.endswith(f"/{task}")
    ) as sent:
        page.goto(f"{site}/takeovers/surveys")
    assert sent.value.status == 200
    page.locator("[data-here]").wait_for(state="hidden")
    assert state_of(city, task)[0] == "done"


def test_without_javascript_the_ordinary_form_takes_its_place(phones, site: str, task: int) -> None:
    page = phones(SURVEYOR, script=False).new_page()
    page.goto(f"{site}/takeovers/surveys/{task}")
    page.get_by_role("link", name="用普通表单填写").click()
    page.get_by_role("button", name=re.compile("摸底建档")).wait_for()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_have_no_barrier_and_never_move_sideways(
    phones, spoken, site: str, city, task, picture, language: str
) -> None:
    if not AXE.is_file():
        pytest.skip("the assets are not built here")
    page = phones(SURVEYOR).new_page()
    spoken(page, language)
    found = []
    for url in (f"{site}/takeovers/surveys", f"{site}/takeovers/surveys/{task}"):
        page.goto(url)
        page.locator("[data-offline-ready]").wait_for()
        if url.endswith(str(task)):
            page.locator("[data-card] input[type=radio]").first.check()
            page.locator("[data-add]").click()
            page.locator('input[data-field="photos"]:not([capture])').set_input_files(picture)
            page.locator('[data-shots="photos"] img').wait_for()
            page.locator("[data-does=finish]").click()
            page.locator("[data-wrong]").wait_for()
        found += _axe(page)
        for size in (PHONE, DESK):
            page.set_viewport_size(size)
            assert _fits(page)
        page.set_viewport_size(PHONE)
    assert found == []
