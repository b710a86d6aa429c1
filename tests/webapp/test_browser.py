"""A real browser goes the whole way: a resident without JavaScript at 390 px, the company, the officer, the rating."""

import json
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Error as PlaywrightError
from werkzeug.serving import make_server

from casework import jobs
from casework.clock import MovableClock
from casework.directory import tokens
from casework.persistence import Actor
from casework.receptions import planning
from casework.votes import services
from tests.webapp.conftest import photo
from tests.webapp.elections import begin, end_all, seat
from tests.webapp.takeovers import MANAGER, OWNER, take_over
from tests.webapp.voting import appoint, open_vote
from webapp import assets

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
AXE = Path(__file__).parents[2] / "webapp" / "ui" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-sync"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


@pytest.fixture(scope="module")
def site(app: Flask) -> Iterator[str]:
    """The application behind a real socket."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """One Chromium for the module."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        yield opened
        opened.close()


@pytest.fixture
def page(chromium: Any, site: str, city) -> Iterator[Any]:
    """Opens pages as somebody, and holds each to: no error in the console, nothing from elsewhere, never sideways."""
    contexts, complaints = [], []

    def open_as(name: str = "", *, size: dict[str, int] = DESK, script: bool = True, language: str = "zh-CN") -> Any:
        context = chromium.new_context(viewport=size, java_script_enabled=script, locale=language)
        contexts.append(context)
        if name:
            context.add_cookies([{"name": "banjie_session", "value": city.token(name), "url": site}])
        opened = context.new_page()
        opened.set_default_timeout(45_000)
        opened.on("console", lambda message: complaints.append(message.text) if _is_fault(message) else None)
        opened.on("request", lambda asked: complaints.append(asked.url) if not asked.url.startswith(site) else None)
        return opened

    yield open_as
    for context in contexts:
        context.close()
    assert [text for text in complaints if "422" not in text and not text.startswith(("data:", "blob:"))] == []


def _is_fault(message: Any) -> bool:
    """Tell whether a line of the console is one: that a page asked for in vain is answered 404 is right."""
    return message.type == "error" and not message.location.get("url", "").endswith("/nothing")


def _axe(opened: Any) -> list[str]:
    opened.evaluate(AXE.read_text(encoding="utf-8"))
    rules = json.dumps({"runOnly": RULES})
    found = opened.evaluate(f"axe.run(document, {rules})")
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found["violations"]]


def _fits(opened: Any) -> bool:
    return bool(opened.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def _run_jobs(city) -> None:
    for _round in range(5):
        for claimed in jobs.claim(city.casework.database, 20):
            jobs.run(city.casework, claimed)


def _report(opened: Any, site: str, tmp_path: Path) -> tuple[str, str]:
    sent = tmp_path / "light.jpg"
    sent.write_bytes(photo()[0].getvalue())
    opened.goto(site)
    opened.get_by_role("link", name="我要报事").click()
    opened.get_by_role("link", name="供电照明").click()
    opened.get_by_role("button", name="提交报事").click()
    assert opened.title().startswith("错误：")
    opened.locator("input[value=common_lights]").check()
    opened.get_by_label("什么情况").fill("3号楼2单元一到六层楼道灯都不亮，老人上下楼看不见。")
    opened.locator("input[type=file]").set_input_files(sent)
    opened.get_by_label("水景花苑").check()
    opened.locator("input[name=part][value=flat]").check()
    opened.locator("input[name=phone]").fill("13912345678")
    opened.get_by_role("button", name="提交报事").click()
    code, pin = (one.inner_text() for one in opened.locator(".receipt .big").all()[:2])
    return code, pin


def test_the_whole_way_from_a_photo_on_a_phone_to_the_redo(page, site: str, task_of, tmp_path) -> None:
    resident = page(size=PHONE, script=False)
    code, pin = _report(resident, site, tmp_path)
    assert re.fullmatch(r"\d{6}", pin)
    resident.get_by_role("link", name="看进度").click()
    assert "九安物业" in resident.content()
    assert resident.locator(".thumbs img").count() == 1

    company = page("孙维")
    company.goto(f"{site}/inbox")
    task = task_of(code, "handle")
    company.locator(f"#t{task} [data-claim]").click()
    assert "已领取" in company.locator(".toast").inner_text()
    company.locator(f"#a{task}").click()
    company.get_by_label("办完，报结").check()
    company.get_by_label("情况", exact=False).first.fill("更换断路器，六层楼道灯全部恢复。")
    company.locator("input[type=file]").first.set_input_files(tmp_path / "light.jpg")
    company.locator("#task button.go").click()
    assert "已办" in company.locator(".toast").inner_text()

    officer = page("周岚")
    officer.goto(f"{site}/tasks/{task_of(code, 'verify')}")
    if assets.built():
        officer.locator(".canvas svg").first.wait_for()
    officer.locator("input[name=pass][value=pass]").check()
    for group in officer.locator("#task fieldset:visible").all():
        if not group.locator("input:checked").count():
            group.locator("input:visible").first.check()
    officer.locator("#task button.go").click()
    assert "已办" in officer.locator(".toast").inner_text()

    resident.goto(f"{site}/track/{code}")
    resident.locator("label:has(input[name=score][value='2'])").click()
    resident.get_by_role("button", name="提交评价").click()
    assert "重新办理" in resident.locator(".toast").inner_text()
    assert task_of(code, "handle") != task


def test_after_three_idle_days_the_supervisor_sees_the_mark(
    page, site: str, city, report, stranger, monkeypatch
) -> None:
    report(stranger, text="地下车库入口积水，三天没人来看。")
    later = MovableClock(city.casework.clock.now() + timedelta(hours=73))
    monkeypatch.setattr(city.casework, "clock", later)  # the county's own clock stands still for every other test
    _run_jobs(city)
    street = page("王砚秋")
    street.goto(f"{site}/cases?mark=over")
    assert street.locator(".due.over").count() >= 1
    street.locator(".row h3 a").first.click()
    assert street.locator(".tl .up").count() >= 1
    street.goto(f"{site}/supervision/map")
    if assets.built():
        street.locator(".counts-over").first.wait_for()


@pytest.fixture
def spoken(site: str) -> Iterator[Any]:
    """Lets whoever is signed in read in a language; afterwards they read Chinese again."""
    changed = []

    def read(opened: Any, language: str) -> None:
        changed.append(opened)
        opened.goto(f"{site}/language/{language[:2]}")

    yield read
    for opened in changed:
        opened.goto(f"{site}/language/zh")


def _votes_of_an_owner(city) -> list[str]:
    """Open a vote, count another one, and return what an owner opens."""
    running, counted = open_vote(city), open_vote(city)
    receipt = counted.cast("李静怡", {1: "for", 3: ["c1"]}).digest
    counted.count()
    head = f"/votes/{running.vote_id}/heads/{running.heads['李静怡']}"
    own = ["/votes", f"/votes/{running.vote_id}", f"{head}/ballot", f"{head}/mandate"]
    old = f"/votes/{counted.vote_id}"
    return [*own, f"{old}/receipts/{receipt}", f"{old}/find?receipt={receipt}", f"{old}/result"]


def _votes_of_a_teller(city) -> list[str]:
    """Open a vote and return what its teller opens."""
    running = open_vote(city)
    appoint(city.casework, city.people["王砚秋"], "teller", city.areas["水景花苑"])
    return [f"/votes/{running.vote_id}/{page}" for page in ("papers", "turnout")]


@pytest.mark.parametrize(("language", "size", "other"), [("zh-CN", PHONE, DESK), ("en-GB", DESK, PHONE)])
def test_no_page_has_a_barrier_or_moves_sideways(
    page, spoken, site: str, report, stranger, city, task_of, language, size, other
) -> None:
    if not AXE.is_file():
        pytest.skip("the assets are not built here")
    code, _pin = report(stranger, text="健身器材松动，请加固，孩子在用。")
    case_no = re.search(r"TS\d{4}-\d+", stranger.get(f"/track/{code}") + _case_no(city, code))
    assert case_no
    _fill(city)
    visits = {
        "": [
            "/",
            "/sign-in",
            "/report",
            "/report/details?category=lift",
            "/report/details?danger=fire",
            "/track",
            "/nothing",
        ],
        "李静怡": ["/my-reports", "/account", "/notices", *_votes_of_an_owner(city)],
        "孙维": ["/inbox", "/notices", f"/tasks/{task_of(code, 'handle')}"],
        "周岚": [f"/cases/{case_no[0]}", "/cases", "/supervision/map", "/supervision/statistics", "/receptions"],
        "王砚秋": _votes_of_a_teller(city),
        "管理员": ["/administration", "/administration/tokens", f"/administration/areas/{city.areas['水景花苑']}"],
    }
    assert _barriers(page, spoken, site, visits, language, size, other) == []


@pytest.mark.parametrize(("language", "size", "other"), [("zh-CN", PHONE, DESK), ("en-GB", DESK, PHONE)])
def test_no_page_of_elections_has_a_barrier(page, spoken, site: str, city, language, size, other) -> None:
    if not AXE.is_file():
        pytest.skip("the assets are not built here")
    made = begin(city, flats=3, voted=1)
    seat(city, made.people)
    own = f"/elections/{made.case_no}"
    visits = {
        "": ["/board", f"/board/{made.estate_id}"],
        "李静怡": [f"/elections/estates/{made.estate_id}/committee"],
        "李主任": ["/elections", own, f"/cases/{made.case_no}/papers"],
    }
    found = _barriers(page, spoken, site, visits, language, size, other)
    end_all(city)
    assert found == []


@pytest.mark.parametrize(("language", "size", "other"), [("zh-CN", PHONE, DESK), ("en-GB", DESK, PHONE)])
def test_no_page_of_takeovers_has_a_barrier(page, spoken, site: str, city, language, size, other) -> None:
    if not AXE.is_file():
        pytest.skip("the assets are not built here")
    made = take_over(city)
    visits = {
        MANAGER: ["/takeovers/company", f"/takeovers/company/{made.estate_id}"],
        OWNER: ["/takeovers/mine"],
        "邻县管理": ["/takeovers/mine"],
    }
    assert _barriers(page, spoken, site, visits, language, size, other) == []


def test_an_owner_rates_the_service_by_keyboard_and_without_script(page, site: str, city) -> None:
    take_over(city)
    for script, words in ((False, "保洁认真"), (True, "门岗客气")):
        owner = page(OWNER, size=PHONE, script=script)
        owner.goto(f"{site}/takeovers/mine")
        owner.locator("input[name=score]").first.focus()
        for _step in range(3):
            owner.keyboard.press("ArrowRight")
        owner.keyboard.press("Tab")
        owner.locator("textarea[name=words]").fill("")
        owner.keyboard.type(words)
        owner.keyboard.press("Tab")
        owner.keyboard.press("Enter")
        owner.locator(".toast").wait_for()
        assert owner.locator("textarea[name=words]").input_value() == words
        assert owner.locator("input[name=score]:checked").get_attribute("value") in ("4", "5")


def test_a_rating_without_a_score_takes_the_focus_to_what_is_missing(page, site: str, city) -> None:
    take_over(city)
    owner = page(OWNER, size=PHONE)
    owner.goto(f"{site}/takeovers/mine")
    owner.get_by_role("button", name="提交评价").click()
    assert owner.evaluate("document.activeElement.className").startswith("errsum")
    assert owner.title().startswith("错误：")


def _barriers(page, spoken, site: str, visits, language, size, other) -> list[tuple[str, str]]:
    barriers: list[tuple[str, str]] = []
    for name, urls in visits.items():
        opened = page(name, size=size, language=language)
        if name:  # an account has a language of its own
            spoken(opened, language)
        for url in urls:
            opened.goto(site + url, wait_until="load")
            if assets.built() and opened.locator(".canvas").count():
                opened.locator(".canvas svg").first.wait_for()
            assert opened.locator("html").get_attribute("lang").startswith(language[:2])
            barriers += [(url, text) for text in _axe(opened)]
            for width in (size, other):
                opened.set_viewport_size(width)
                if not _fits(opened):
                    barriers.append((url, f"the page moves sideways at {width['width']}"))
            opened.set_viewport_size(size)
    return barriers


def test_an_error_takes_the_focus_and_keys_can_be_switched_off(page, site: str, report, stranger, task_of) -> None:
    task = task_of(report(stranger, text="单元门合页松了，关不上。")[0], "handle")
    company = page("孙维")
    company.goto(f"{site}/tasks/{task}")
    company.locator("#task button.go").click()
    assert company.evaluate("document.activeElement.className").startswith("errsum")
    company.goto(f"{site}/inbox")
    company.keyboard.press("j")
    first = company.evaluate("document.activeElement.id")
    assert first.startswith("a")
    company.keyboard.press("j")
    company.keyboard.press("k")
    assert company.evaluate("document.activeElement.id") == first
    company.locator("details.keys summary").click()
    company.get_by_role("button", name="关闭单键快捷键").click()
    company.evaluate("document.activeElement.blur()")
    company.keyboard.press("j")
    assert not company.evaluate("document.activeElement.id").startswith("a")


def _fill(city) -> None:
    """Have something on the planner's and the administrator's pages."""
    with city.casework.work(Actor("person", city.people["周岚"])) as work:
        first = date(2026, 9, 30)
        made = planning.arrange(work, "reception", city.areas["水景花苑"], first, time(9), "凉亭旁", until=time(11))
        planning.call_off(work, made.id, date(2026, 10, 14), "场地占用")
    with city.casework.work(Actor("person", city.people["管理员"])) as work:
        tokens.issue_to_system(work, "市12345平台", city.areas["任城区"], "工单对接", ["hotline"])


def _case_no(city, code: str) -> str:
    from sqlalchemy import select

    from casework.cases.models import Case
    from casework.complaints.models import Intake

    with city.casework.work() as work:
        wanted = select(Case.no).join(Intake, Intake.case_id == Case.id).where(Intake.code == code)
        return str(work.session.scalars(wanted).one())


def test_an_owner_votes_on_a_phone_without_javascript_and_finds_the_ballot_in_the_box(page, site: str, city) -> None:
    voting = open_vote(city)
    owner = page("李静怡", size=PHONE, script=False)
    owner.goto(f"{site}/votes/{voting.vote_id}")
    owner.get_by_role("link", name="去投票").click()
    owner.locator("[name=item-1][value=for]").check()
    owner.locator("[name=item-3][value=c1]").check()
    owner.get_by_role("button", name="核对选票").click()
    assert "没有填" in owner.content()
    owner.get_by_role("button", name="返回修改").click()
    assert owner.locator("[name=item-1][value=for]").is_checked()
    owner.locator("[name=item-2][value=abstain]").check()
    owner.get_by_role("button", name="核对选票").click()
    owner.get_by_role("button", name="投出选票").click()
    assert "选票已投出，计入" in owner.content()
    receipt = owner.locator(".receipt code").inner_text()
    owner.reload()
    assert owner.locator(".receipt code").inner_text() == receipt
    voting.count()
    anybody = page(size=PHONE, script=False)
    anybody.goto(f"{site}/votes/{voting.vote_id}/find")
    anybody.locator("#receipt").fill(receipt)
    anybody.get_by_role("button", name="查一查").click()
    assert "这张选票计入" in anybody.content()


def test_a_teller_enters_a_ballot_without_leaving_the_keyboard(page, site: str, city) -> None:
    voting = open_vote(city)
    appoint(city.casework, city.people["王砚秋"], "teller", city.areas["水景花苑"])
    teller = page("王砚秋")
    teller.goto(f"{site}/votes/{voting.vote_id}/papers")
    teller.keyboard.type("4")
    teller.keyboard.press("Tab")
    teller.keyboard.type("12")
    teller.keyboard.type("1 3")
    teller.keyboard.press("Enter")
    teller.locator(".toast").wait_for()
    assert "4 号选票" in teller.locator(".toast").inner_text()
    assert teller.evaluate("document.activeElement.name") == "ballot_no"


def test_shares_print_one_by_one_are_gone_with_their_page_and_open_the_box_on_a_phone(page, site: str, city) -> None:
    people = [city.people[name] for name in ("周岚", "李主任", "孙维")]
    voting = open_vote(city, mode="secret", trustees=people, threshold=2, opened=False)
    appoint(city.casework, city.people["南池"], "group_lead", city.areas["水景花苑"])
    organiser = page("南池")
    organiser.goto(f"{site}/votes/{voting.vote_id}/key")
    organiser.get_by_label("全体受托人都在场").check()
    organiser.get_by_role("button", name="生成密钥").click()
    shares = [one.text_content() for one in organiser.locator("code.token").all()]
    assert not any(one.is_visible() for one in organiser.locator("code.token").all())
    for summary in organiser.locator("details.sheet summary").all()[:2]:
        summary.click()
    if AXE.is_file():
        assert _axe(organiser) == []
    organiser.emulate_media(media="print")
    assert [one.is_visible() for one in organiser.locator("details.sheet").all()] == [False, True, False]
    organiser.emulate_media(media="screen")
    organiser.get_by_role("link", name="全部取走了").click()
    organiser.wait_for_url(f"**/votes/{voting.vote_id}")
    with suppress(PlaywrightError):  # the browser keeps no copy: it would have to send the form once more
        organiser.go_back(timeout=3_000)
    shown = organiser.locator("html").inner_html()  # waits for whatever the browser goes to
    assert not any(share in shown for share in shares)
    voting.open()
    voting.end()
    with voting.work() as work:
        services.close(work, voting.vote_id)
    trustee = page("孙维", size=PHONE, script=False)
    trustee.goto(f"{site}/votes/{voting.vote_id}/opening")
    for share in shares[1:]:
        trustee.get_by_label("下一位受托人的份额").fill(share)
        trustee.get_by_role("button", name="核对这一份").click()
        assert _fits_without_script(trustee)
    trustee.get_by_role("button", name="开箱计票").click()
    trustee.get_by_text("票箱已打开并计票").first.wait_for()


def _fits_without_script(opened: Any) -> bool:
    return bool(opened.locator("main").bounding_box()["width"] <= opened.viewport_size["width"])
