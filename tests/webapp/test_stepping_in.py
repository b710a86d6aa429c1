"""The case page offers a supervisor what may be done now, and does it without JavaScript."""

import html
import re

import pytest
from sqlalchemy import select

from casework.cases.models import Case, Instruction
from casework.complaints.models import Intake
from tests.webapp.conftest import Browser

WORDS = "业主已第三次来电，请今天上门。"


@pytest.fixture
def case_no(stranger: Browser, report, city):  # type: ignore[no-untyped-def]
    """The number of a case that waits for its company."""
    code, _pin = report(stranger)
    with city.casework.work() as work:
        return work.session.scalars(
            select(Case.no).join(Intake, Intake.case_id == Case.id).where(Intake.code == code)
        ).one()


def forms(by: Browser, action: str) -> list[tuple[str, str]]:
    """Return where the forms of an action lead, and the key each carries."""
    found = re.findall(
        rf'action="(/cases/[^"]+/do/{action}[^"]*)".*?name="command_key" value="([^"]+)"', by.page, re.DOTALL
    )
    return [(html.unescape(where), key) for where, key in found]


def press(by: Browser, case_no: str, action: str, **fields: str) -> str:
    by.get(f"/cases/{case_no}")
    where, key = forms(by, action)[0]
    return by.post(where, command_key=key, **fields)


def test_a_reminder_is_sent_told_and_offered_no_more_today(browser, case_no: str) -> None:
    street = browser("王砚秋")
    press(street, case_no, "remind", words=WORDS)
    assert street.status == 200
    assert "已办「催办」" in street.page
    assert f"催办「办理」：{WORDS}" in street.page
    assert forms(street, "remind") == []
    assert "今天已催办过" in street.page
    company = browser("孙维")
    page = company.get("/notices")
    assert WORDS in page
    assert f"催办：请尽快办理案件{case_no}" in page


def test_a_second_press_has_no_second_effect(browser, case_no: str, city) -> None:
    street = browser("王砚秋")
    street.get(f"/cases/{case_no}")
    where, key = forms(street, "note")[0]
    for _ in range(2):
        street.post(where, command_key=key, words="请按时办结并回访。")
        assert street.status == 200
    with city.casework.work() as work:
        assert len(work.session.scalars(select(Instruction).where(Instruction.text == "请按时办结并回访。")).all()) == 1


def test_what_is_refused_is_said_beside_the_field_and_what_was_typed_stays(browser, case_no: str) -> None:
    street = browser("王砚秋")
    press(street, case_no, "note", words="打13812345678找他")
    assert street.status == 422
    assert "<title>错误：" in street.page
    assert "打13812345678找他</textarea>" in street.page
    assert 'href="#words-note-0"' in street.page
    press(street, case_no, "hand_on", words="请接手。")
    assert street.status == 422
    assert "请选择转交给谁" in street.page
    assert "请接手。</textarea>" in street.page


def test_a_held_task_is_taken_back(browser, case_no: str, task_of, city) -> None:
    with city.casework.work() as work:
        code = work.session.scalars(
            select(Intake.code).join(Case, Intake.case_id == Case.id).where(Case.no == case_no)
        ).one()
    task = task_of(code, "handle")
    company = browser("孙维")
    company.get("/inbox")
    company.post(f"/inbox/{task}/claim", back="/inbox")
    county = browser("李主任")
    assert "放回" in company.get(f"/tasks/{task}")
    press(county, case_no, "free", words="本人休假，请同事接手。")
    assert "已办「释放」" in county.page
    assert "放回" not in company.get(f"/tasks/{task}")


def test_who_does_not_supervise_is_offered_nothing_and_may_do_nothing(browser, case_no: str, stranger: Browser) -> None:
    street, company = browser("王砚秋"), browser("孙维")
    street.get(f"/cases/{case_no}")
    where, key = forms(street, "remind")[0]
    assert f"/cases/{case_no}/do/" not in company.get(f"/cases/{case_no}")
    company.post(where, command_key=key, words=WORDS)
    assert company.status == 403
    for other in ("南池", "马宁", "李静怡", "管理员"):
        elsewhere = browser(other)
        elsewhere.get("/account")
        elsewhere.post(where, command_key=key, words=WORDS)
        assert elsewhere.status == 404, other
    stranger.get("/track")
    stranger.post(where, command_key=key, words=WORDS)
    assert "/sign-in" in stranger.url


def test_a_task_of_another_case_is_not_reached_through_this_one(
    browser, case_no: str, report, stranger: Browser, city
) -> None:
    street = browser("王砚秋")
    street.get(f"/cases/{case_no}")
    where, key = forms(street, "remind")[0]
    report(stranger, text="健身器材松动，请尽快加固。")
    with city.casework.work() as work:
        other = work.session.scalars(select(Case.no).order_by(Case.id.desc())).first()
    street.post(where.replace(case_no, str(other)), command_key=key, words=WORDS)
    assert street.status == 404
    street.get(f"/cases/{case_no}")
    assert forms(street, "remind"), "nothing was done to either"


def test_an_unknown_action_does_not_exist(browser, case_no: str) -> None:
    street = browser("王砚秋")
    street.get(f"/cases/{case_no}")
    street.post(f"/cases/{case_no}/do/abolish", words=WORDS)
    assert street.status == 404
