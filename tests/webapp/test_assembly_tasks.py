"""A vote's tasks by hand in the inbox: its forms with their rows, as a browser without JavaScript sends them."""

import re
from collections.abc import Callable

import pytest

from casework.clock import MovableClock
from casework.directory import signing_in
from casework.directory.models import Area
from casework.plays.town import add_staff
from casework.votes.models import Ballot, PaperEntry, Vote
from tests import factories
from tests.webapp.conftest import Browser, photo
from webapp import WebSettings, create_app

ITEM = {"no": 1, "title": "选聘九安物业", "kind": "decision", "class": "ordinary"}
AGENDA = {"forms": ["paper"], "items": [ITEM]}
PLACES = [{"where": place, "photo": {"photos": 1}} for place in ("1号楼", "2号楼")]
CONFIRMED = {"result": "confirmed"}
TELLERS = ("计票员小甲", "计票员小乙")


@pytest.fixture
def stage(request: pytest.FixtureRequest, open_stage: Callable[..., factories.Stage]) -> factories.Stage:
    """The town after the notice of a vote has hung, on paper unless told otherwise: its ballots are issued."""
    form = getattr(request, "param", "paper")
    made = open_stage(clock=MovableClock(factories.NOON))
    with made.work() as work:
        if form == "official":
            work.session.get_one(Area, made.town.areas["city"]).jurisdiction = "weifang"
        add_staff(work, made.town, "筹备组老赵", "group_lead", "estate")
        for teller in TELLERS:
            add_staff(work, made.town, teller, "teller", "estate")
    made.do("roll", parts=[{"owner": "户主", "times": 6, "area": "100.00"}])
    made.do(
        "start",
        process="owner_vote",
        with_={"title": "选聘物业", "text": "见议程。", "items": [ITEM], "forms": [form]},
    )
    posted = {"posted_at": factories.NOON.isoformat(), "places": PLACES, "online": True}
    made.do("complete", by="筹备组老赵", task="post", with_=posted)
    made.move("2026-06-16 09:00:00")
    made.do("complete", by="筹备组老赵", task="conclude", with_=CONFIRMED)
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


def opened(by: Browser, title: str) -> tuple[str, dict[str, str]]:
    """Open the first task of that title in the inbox; return its address and what its form carries unseen."""
    found = re.search(r'href="(/tasks/\d+)[^"]*"', by.get("/inbox"))
    assert found, by.page
    by.get(f"{found[1]}?back=/inbox")
    assert title in by.page, __import__("re").sub(r"<[^>]+>|\s+", " ", by.page)[:600]
    return found[1], {"command_key": by.value("command_key"), "version": by.value("version"), "back": "/inbox"}


def test_deliveries_are_recorded_in_rows(stage: factories.Stage, browser) -> None:
    by = browser("网格员小吴")
    task, key = opened(by, "送达")
    assert "共发出 6 张选票。" in by.page
    row = {"deliveries.0.first_no": "1", "deliveries.0.how": "hand", "deliveries.0.at": "2026-06-16T08:00"}
    by.post(task, **row, **{"deliveries.0.last_no": "9", "deliveries.0.photo": photo()}, **key)
    assert by.status == 422
    assert "不超过发出的票号" in by.page
    by.post(task, **row, **{"deliveries.0.last_no": "5", "deliveries.0.photo": photo()}, **key)
    assert by.status == 200, re.findall(r'class="err[^>]*>(.*?)</', by.page, re.S)
    assert [one.no for one in stage.rows(Ballot, delivered_how="hand")] == [1, 2, 3, 4, 5]


def test_two_tellers_enter_rows_and_lines_and_sign(stage: factories.Stage, browser) -> None:
    stage.do("deliver", by="网格员小吴")
    stage.move("2026-07-02 00:00:00")
    first, second = (browser(teller) for teller in TELLERS)
    task, key = opened(first, "计票人录入")
    wrong = {"received": "5", "ballots.0.ballot_no": "1", "ballots.0.choices": "1赞 2反", "lines": "2 1赞\n3 1赞"}
    first.post(task, **wrong, **key)
    assert first.status == 422
    assert "读不懂" in first.page
    assert "2 1赞" in first.page
    row = {"ballots.0.ballot_no": "1", "ballots.0.choices": "1赞", "ballots.0.signed": "true"}
    first.post(task, received="5", lines="2 1赞\n3 1赞\n4 1赞\n5 1反", **row, **key)
    assert first.status == 200, first.page
    assert not re.search(r'href="/tasks/', first.get("/inbox")) or "录入" in first.page
    task, key = opened(second, "计票人录入")
    second.post(task, received="5", lines="1 1赞\n2 1赞\n3 1赞\n4 1反\n5 1反", **key)
    assert second.status == 200, second.page
    task, key = opened(second, "计票人录入")
    assert "上次核对不一致" in second.page
    second.post(task, received="5", lines="4 1赞", **key)
    task, key = opened(first, "计票人录入")
    first.post(task, received="5", **key)
    assert len(stage.rows(PaperEntry)) == 10
    [vote] = stage.rows(Vote)
    assert (vote.state, vote.result["items"][0]["for"]) == ("counted", {"heads": 4, "area": "400.00"})
    task, key = opened(first, "签署记录")
    assert "实际参与 5 人、500.00 平方米" in first.page
    signed = {}
    for index, (person, signer) in enumerate([*((one, "teller") for one in TELLERS), ("社区小宋", "observer")]):
        signed |= {f"sign.{index}.person": person, f"sign.{index}.signer": signer, f"sign.{index}.mark": "本人"}
    first.post(task, **signed, record=photo(), **key)
    assert first.status == 200, first.page
    assert stage.tasks(vote.case_id) == ["post"]


def test_the_task_leads_to_the_desk_and_the_desk_back_to_it(stage: factories.Stage, browser) -> None:
    stage.do("deliver", by="网格员小吴")
    stage.move("2026-07-02 00:00:00")
    for teller in TELLERS:
        by = browser(teller)
        task, key = opened(by, "计票人录入")
        [vote] = stage.rows(Vote)
        desk = f"/votes/{vote.id}/papers"
        assert f'href="{desk}"' in by.page
        assert f'href="{task}"' in by.get(desk)
        for no in range(1, 6):
            by.post(desk, **{"ballot_no": str(no), "item-1": "1"})
        by.post(task, received="5", **key)
        assert by.status == 200, by.page
    [vote] = stage.rows(Vote)
    assert vote.result["items"][0]["for"] == {"heads": 5, "area": "500.00"}


@pytest.mark.parametrize("stage", ["official"], indirect=True)
def test_two_tellers_enter_the_result_of_the_official_platform(stage: factories.Stage, browser) -> None:
    stage.move("2026-07-02 00:00:00")
    words = {"yes": (4, "400.00"), "no": (1, "100.00"), "abstain": (0, "0"), "invalid": (0, "0")}
    filled = {"participants_heads": "5", "participants_area": "500.00"}
    for word, (heads, area) in words.items():
        filled |= {f"figures.0.{word}_heads": str(heads), f"figures.0.{word}_area": area}
    for teller in TELLERS:
        by = browser(teller)
        task, key = opened(by, "计票人录入")
        assert "这次表决在官方平台进行" in by.page
        assert ITEM["title"] in by.page
        by.post(task, **{**filled, "figures.0.yes_heads": "3"}, proof=photo(), **key)
        assert by.status == 422
        wrong = r'id="([^"]*invalid_heads[^"]*)"[^>]*>[^<]*(?:<[^>]*>[^<]*)*?四种人数之和须等于参与人数'
        assert re.search(wrong, by.page), "the sum is told beside its field"
        by.post(task, **filled, proof=photo(), **key)
        assert by.status == 200, re.findall(r'class="err[^>]*>(.*?)</', by.page, re.S)
    [vote] = stage.rows(Vote)
    assert (vote.state, vote.result["items"][0]["for"]) == ("counted", {"heads": 4, "area": "400.00"})
    assert vote.result["items"][0]["passed"]
    task, key = opened(by, "签署记录")
    assert "结果以官方平台为准" in by.page
