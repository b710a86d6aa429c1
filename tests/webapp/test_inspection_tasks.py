"""A handover inspection by hand in the inbox: the usual items stand there, nobody types them."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from casework.directory import signing_in
from casework.plays.town import add_staff
from casework.takeovers.entry_models import Inspection, InspectionItem
from tests import factories
from tests.webapp.conftest import Browser, photo
from webapp import WebSettings, create_app


class Filled(HTMLParser):
    """What a browser would send of a page as it stands."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sent: dict[str, Any] = {}
        self.select = ""
        self.area = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        name = known.get("name") or ""
        if tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in known:
            self.sent[self.select] = known.get("value") or ""
        elif tag == "textarea":
            self.area = name
        elif tag == "input" and name:
            kind = known.get("type", "text")
            if kind in ("radio", "checkbox"):
                if "checked" in known:
                    self.sent.setdefault(name, []).append(known.get("value") or "on")
            elif kind not in ("file", "submit", "button"):
                self.sent[name] = known.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = ""
        if tag == "textarea":
            self.area = ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.sent[self.area] = data.strip()


@pytest.fixture
def stage(open_stage) -> factories.Stage:  # type: ignore[no-untyped-def]
    """The town where another company is about to take over."""
    made: factories.Stage = open_stage()
    with made.work() as work:
        add_staff(work, made.town, "国企老陶", "soe_manager", "second company")
    soe = {"organisation": "乙方物业"}
    made.do("start", as_="inspection", process="takeover_inspection", with_={"soe": soe})
    return made


@pytest.fixture
def browser(stage: factories.Stage):  # type: ignore[no-untyped-def]
    """Makes a browser in which somebody of the town is signed in."""
    app = create_app(stage.casework, WebSettings("only-tests-may-know-this-secret!", testing=True))

    def signed_in(name: str) -> Browser:
        client = app.test_client()
        with stage.work() as work:
            token = signing_in.open_session(work, stage.town.person(name)).token
        client.set_cookie("banjie_session", token)
        return Browser(client)

    yield signed_in
    app.extensions["live"].close()


def opened(by: Browser) -> tuple[str, dict[str, Any]]:
    """Open the first task of the inbox; return its address and what its form holds."""
    found = re.search(r'href="(/tasks/\d+)[^"]*"', by.get("/inbox"))
    assert found
    by.get(f"{found[1]}?back=/inbox")
    form = by.page.split('id="task"')[1].split("</form>")[0]
    sent = {key: value for key, value in Filled(form).sent.items() if key not in ("csrf_token", "")}
    return found[1], {**sent, "back": "/inbox"}


def stage_day(stage: factories.Stage) -> str:
    """Return today as a date field has it."""
    with stage.work() as work:
        return work.now.astimezone(work.house.zone).date().isoformat()


def wrong(by: Browser) -> list[str]:
    return re.findall(r'class="err[^>]*>(.*?)</', by.page, re.S)


def test_the_usual_items_are_planned_received_and_checked_without_typing_them(
    stage: factories.Stage, browser: Any
) -> None:
    manager, old = browser("国企老陶"), browser("项目经理老秦")
    task, plan = opened(manager)
    assert "移交方：九安物业；承接方：乙方物业。" in manager.page
    items = [value for key, value in plan.items() if re.fullmatch(r"checklist\.\d+\.item", key) and value]
    assert (len(items), items[0]) == (43, "竣工图纸")
    manager.post(task, **{**plan, "check_on": stage_day(stage)})
    assert manager.status == 200, re.sub(r"\s+", " ", manager.page.split("errsum-title")[-1])[:600]
    task, papers = opened(old)
    named = [key for key, value in papers.items() if re.fullmatch(r"papers\.\d+\.item", key) and value]
    assert len(named) == 18
    states = {key.replace(".item", ".state"): "present" for key in named}
    missing = {"papers.0.state": "rebuild", "papers.0.keeper": "乙方物业", "papers.0.due": "2099-03-31"}
    old.post(task, **{**papers, **states, **missing})
    assert old.status == 200, re.sub(r"\s+", " ", old.page.split("errsum-title")[-1])[:600]
    task, found = opened(manager)
    named = [key for key, value in found.items() if re.fullmatch(r"items\.\d+\.item", key) and value]
    assert len(named) == 25
    states = {key.replace(".item", ".state"): "sound" for key in named}
    lift = next(key for key in named if found[key] == "电梯").removesuffix(".item")
    fault = {f"{lift}.state": "defect", f"{lift}.grade": "A", f"{lift}.duty": "old_unit", f"{lift}.photo": photo()}
    manager.post(task, **{**found, **states, **fault, "present": ["new", "old"]})
    assert manager.status == 200, re.sub(r"\s+", " ", manager.page.split("errsum-title")[-1])[:600]
    inspection = stage.rows(Inspection)[0]
    assert inspection.checked_on is not None
    rows = stage.rows(InspectionItem)
    assert len(rows) == 43
    assert [(row.item, row.item_en) for row in rows if row.isolated_at] == [("电梯", "Lifts")]
    assert [(row.item, row.keeper) for row in rows if row.state == "rebuild"] == [("竣工图纸", "乙方物业")]
