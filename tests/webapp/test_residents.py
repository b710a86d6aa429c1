"""A resident without JavaScript: report, follow, rate; nothing typed is lost, nobody else looks in."""

import re
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from casework.complaints.models import Intake
from tests.webapp.conftest import Browser, photo
from webapp import limits


def test_a_report_gives_a_code_a_pin_and_the_day_of_the_answer(stranger: Browser, report) -> None:
    code, pin = report(stranger)
    assert len(code) == 10
    assert re.fullmatch(r"\d{6}", pin)
    assert "9月24日" in stranger.page
    stranger.get(f"/track/{code}")
    assert stranger.status == 200
    assert "九安物业" in stranger.page
    assert pin not in stranger.page


def test_the_pin_is_shown_once(stranger: Browser, report) -> None:
    code, pin = report(stranger)
    stranger.get(f"/track/{code}")
    stranger.get("/receipt")
    assert pin not in stranger.page


def test_danger_shows_the_number_to_call_first(stranger: Browser) -> None:
    page = stranger.get("/report/details?danger=fire")
    assert page.index("tel:119") < page.index('<form class="flow"')


def test_what_was_typed_and_uploaded_stays_when_something_is_missing(stranger: Browser, report) -> None:
    report(stranger, text="楼道灯不亮", phone="", media=photo())
    assert stranger.status == 422
    assert "<title>错误：" in stranger.page
    assert "楼道灯不亮</textarea>" in stranger.page
    kept = re.search(r'name="media" value="([\w-]+)" checked', stranger.page)
    assert kept
    code, _pin = report(stranger, text="楼道灯不亮，补上电话", media=kept[1])
    assert code
    assert f"/track/{code}/files/" in stranger.get(f"/track/{code}")


def test_a_photo_is_drawn_anew_without_its_place(stranger: Browser, report) -> None:
    code, _pin = report(stranger, text="单元门口路面塌陷，照片见附件", media=photo())
    address = re.search(rf"/track/{code}/files/\d+", stranger.get(f"/track/{code}"))
    assert address
    answer = stranger.client.get(address[0])
    assert answer.headers["Content-Security-Policy"].endswith("sandbox")
    assert not Image.open(BytesIO(answer.data)).getexif()


@pytest.mark.parametrize("field", ["urgency", "unit", "case_id", "on_behalf_of", "__builtins__"])
def test_a_field_that_is_not_on_the_form_is_refused(stranger: Browser, report, field: str) -> None:
    assert report(stranger, **{field: "1"}) == ("", "")
    assert stranger.status == 422


def test_the_same_form_sent_twice_is_one_report(stranger: Browser, report, city) -> None:
    text = "水箱盖子被吹开，请来盖好。"
    stranger.get("/report/details?category=power_light")
    key = stranger.value("command_key")
    codes = {report(stranger, text=text, command_key=key)[0] for _again in range(3)}
    assert len(codes) == 1
    with city.casework.work() as work:
        assert len(work.session.scalars(select(Intake.id).where(Intake.text.contains(text))).all()) == 1


def test_another_browser_needs_the_pin(stranger: Browser, report, app) -> None:
    code, pin = report(stranger)
    other = Browser(app.test_client())
    other.get(f"/track/{code}")
    assert other.status == 404
    other.get("/track")
    other.post("/track", code=code, pin="000000" if pin != "000000" else "111111")
    assert other.status == 422
    assert "错误：" in other.page
    other.post("/track", code=code.lower(), pin=pin)
    assert other.status == 200
    assert "办理中" in other.page


def test_a_signed_in_resident_sees_their_own_reports_alone(browser, report, stranger: Browser) -> None:
    foreign, _pin = report(stranger)
    resident = browser("李静怡")
    own, _pin = report(resident, text="信箱坏了，投递员没法投信。")
    page = resident.get("/my-reports")
    assert own in page
    assert foreign not in page
    assert resident.client.get(f"/track/{foreign}").status_code == 404


@pytest.mark.parametrize("attack", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "'\"><svg/onload=1>"])
def test_what_a_resident_writes_is_shown_as_text(stranger: Browser, report, attack: str) -> None:
    code, _pin = report(stranger, text=f"灯坏了 {attack}")
    page = stranger.get(f"/track/{code}")
    assert stranger.status == 200
    assert attack not in page


def test_a_number_that_is_no_phone_is_refused_beside_its_field(stranger: Browser, report) -> None:
    report(stranger, phone="12345")
    assert re.search(r'id="f-phone-error">错误：', stranger.page)
    assert 'aria-invalid="true"' in stranger.page
    assert 'href="#f-phone"' in stranger.page


def _add(by: Browser, code: str, **fields: object) -> str:
    by.get(f"/track/{code}")
    return by.post(f"/track/{code}/add", **{"command_key": by.value("command_key"), **fields})


def test_a_resident_adds_words_and_a_photo_to_a_running_case(stranger: Browser, report, browser, task_of) -> None:
    code, _pin = report(stranger, text="单元门口积水结冰，容易滑倒。")
    page = _add(stranger, code, addition_words="今早又结了一层冰。", addition_photos=photo())
    assert (stranger.status, stranger.url.split("?")[0]) == (200, f"/track/{code}")
    assert "今早又结了一层冰。" in page
    assert "诉求人补充了情况" in page
    address = re.search(rf"/track/{code}/files/\d+", page)
    assert address
    assert not Image.open(BytesIO(stranger.client.get(address[0]).data)).getexif()
    company = browser("孙维").get(f"/tasks/{task_of(code, 'handle')}")
    assert "今早又结了一层冰。" in company
    assert "13912345678" not in company


def test_an_addition_that_does_not_fit_loses_nothing(stranger: Browser, report) -> None:
    code, _pin = report(stranger, text="楼顶防水层翘起，下雨漏水。")
    page = _add(stranger, code, addition_words="长" * 2001, addition_photos=photo())
    assert stranger.status == 422
    assert "<title>错误：" in page
    assert 'href="#f-addition_words"' in page
    assert "长" * 2001 in page
    kept = re.search(r'name="addition_photos" value="([\w-]+)" checked', page)
    assert kept
    page = stranger.post(
        f"/track/{code}/add", addition_words="漏到五楼了。", addition_photos=kept[1], command_key="k" * 20
    )
    assert stranger.status == 200
    assert f"/track/{code}/files/" in page


def test_the_same_addition_sent_twice_is_one(stranger: Browser, report) -> None:
    code, _pin = report(stranger, text="电动车充电桩断电。")
    stranger.get(f"/track/{code}")
    key = stranger.value("command_key")
    for _again in range(3):
        stranger.post(f"/track/{code}/add", addition_words="三号桩也断电了。", command_key=key)
    assert stranger.page.count("三号桩也断电了。") == 1


def test_nobody_adds_to_the_report_of_another(stranger: Browser, report, browser) -> None:
    code, _pin = report(stranger)
    other = browser("李静怡")
    other.get("/report")
    other.client.get("/track")
    assert other.client.get(f"/track/{code}").status_code == 404
    other.get("/track")
    other.post(f"/track/{code}/add", addition_words="我来补充。")
    assert other.status == 404


def test_additions_are_counted(stranger: Browser, report, monkeypatch: pytest.MonkeyPatch) -> None:
    code, _pin = report(stranger, text="路灯杆倾斜，怕倒。")
    monkeypatch.setattr(limits, "ADDITIONS", limits.Limit(1, limits.ADDITIONS.span))
    _add(stranger, code, addition_words="风大时晃得厉害。")
    assert stranger.status == 200
    _add(stranger, code, addition_words="又歪了一点。")
    assert stranger.status == 429
