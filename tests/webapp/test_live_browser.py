"""Two browsers on the same work: what one does, the other sees, and nothing typed is lost."""

import pytest

from casework.cases import services
from casework.persistence import Actor
from tests.webapp.city import City
from tests.webapp.test_browser import CHROMIUM, _case_no, _fits, chromium, page, site

__all__ = ["chromium", "page", "site"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


def _claim(city: City, name: str, task: int) -> None:
    with city.casework.work(Actor("person", city.people[name])) as work:
        services.claim_item(work, task)


@pytest.fixture
def colleague(city: City) -> str:
    """Somebody who may do what 孙维 may."""
    from casework.directory import services as directory
    from tests.webapp.city import SINCE, _account

    name = "钱进"
    if name not in city.people:
        with city.casework.work() as work:
            city.people[name] = _account(work, "staff", name, "13800000010")
    with city.casework.work() as work:
        company = city.units["九安物业"]
        directory.appoint(work, city.people[name], "company_service", since=SINCE, organisation_id=company)
    return name


def test_a_second_browser_claims_and_the_first_is_told_before_it_types_on(
    page, site: str, stranger, report, task_of, city, colleague: str
) -> None:
    task = task_of(report(stranger, text="宣传栏玻璃碎了，划手。")[0], "handle")
    first, second = page("孙维"), page(colleague)
    with first.expect_response(lambda answer: "/live" in answer.url):
        first.goto(f"{site}/tasks/{task}")
    typed = first.locator("#task textarea:visible").first
    typed.fill("已到现场，正在清理碎玻璃。")
    second.goto(f"{site}/tasks/{task}")
    second.locator("#task").get_by_role("button", name="领取").click()
    first.locator("#taken").wait_for()
    told = first.locator("#taken").inner_text()
    assert "钱进 正在办" in told
    assert "您填写的内容还在下面" in told
    first.locator(".live button").wait_for()
    assert "钱进 正在办" in first.locator(".live").inner_text()
    assert typed.input_value() == "已到现场，正在清理碎玻璃。"


def test_the_page_of_a_case_moves_on_by_itself(page, site: str, stranger, report, task_of, city) -> None:
    code = report(stranger, text="垃圾桶满溢，两天没清。")[0]
    task = task_of(code, "handle")
    officer = page("周岚")
    with officer.expect_response(lambda answer: "/live" in answer.url):
        officer.goto(f"{site}/cases/{_case_no(city, code)}")
    entries = officer.locator("#story .tl li").count()
    _claim(city, "孙维", task)
    officer.locator("#story .tl li").nth(entries).wait_for()
    assert "孙维" in officer.locator("#actors").inner_text()


def test_new_work_is_told_and_shown_when_the_reader_asks(
    page, site: str, stranger, report, colleague, task_of, city
) -> None:
    taken = task_of(report(stranger, text="小区道闸抬不起来。")[0], "handle")
    first = page("孙维")
    with first.expect_response(lambda answer: "/live" in answer.url):
        first.goto(f"{site}/inbox")
    before = first.locator("#rows .row").count()
    first.locator(f"#a{taken}").focus()
    new = task_of(report(stranger, text="景观池水发臭，蚊子多。")[0], "handle")
    first.locator(".live button").wait_for()
    assert "有 1 件新待办" in first.locator(".live").inner_text()
    assert first.locator("#rows .row").count() == before
    first.locator(".live button").click()
    first.locator(f"#t{new}").wait_for()
    assert first.locator(".live").inner_text() == ""
    _claim(city, colleague, taken)
    first.locator(f"#t{taken}.gone").wait_for()
    assert first.locator(f"#t{taken} button").first.is_disabled()
    assert _fits(first)


def test_without_a_script_the_inbox_is_as_it_was(page, site: str, stranger, report) -> None:
    report(stranger, text="健身区地垫翘边。")
    plain = page("孙维", script=False)
    plain.goto(f"{site}/inbox")
    assert plain.locator("#rows .row").count() > 0
    assert plain.locator(".live").inner_text() == ""
