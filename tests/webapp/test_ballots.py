"""An owner's ballot survives what happens on a phone: a session that ends, a second press, a window that closes."""

import re
from datetime import timedelta
from typing import Any

import pytest

from casework.directory import signing_in
from casework.votes import services
from tests.webapp.conftest import Browser
from tests.webapp.test_votes import CHOSEN, HUSBAND, OWNER, WIFE, mandate, receipt_on, url, vote
from tests.webapp.voting import TITLE, Voting, open_vote

PASSWORD = {"login": "13900000001", "password": "Tongji-lu-27-hao"}
CHECKED = re.compile(r"<input[^>]* checked>")


@pytest.fixture
def voting(city) -> Voting:
    return open_vote(city)


def end_session(by: Browser, city: Any) -> None:
    with city.casework.work() as work:
        signing_in.sign_out(work, by.client.get_cookie("banjie_session").value)


def sign_in_again(by: Browser, **changed: str) -> str:
    assert "/sign-in" in by.url
    back = re.search(r'name="back" value="([^"]*)"', by.page)
    assert back
    return by.post("/sign-in", **{**PASSWORD, **changed}, back=back[1].replace("&amp;", "&"))


@pytest.mark.parametrize("step", ["ballot", "cast"])
def test_a_session_that_ends_in_the_middle_loses_no_choice(browser, voting, city, step: str) -> None:
    owner = browser(OWNER)
    owner.get(url(voting))
    own = owner.value("own")
    if step == "cast":
        owner.post(url(voting), own=own, **CHOSEN)
    end_session(owner, city)
    owner.client.environ_base["HTTP_REFERER"] = f"http://localhost{url(voting)}"
    owner.post(url(voting, what=step), own=own, command_key="k" * 20, **CHOSEN)
    page = sign_in_again(owner)
    assert owner.url.startswith(url(voting))
    assert "您登录以前选的都还在，还没有投出" in page
    assert len(CHECKED.findall(page)) == 4


def test_what_was_left_on_a_ballot_is_shown_to_nobody_else(browser, voting, city) -> None:
    wife = browser(WIFE)
    wife.get(url(voting, WIFE))
    own = wife.value("own")
    end_session(wife, city)
    wife.client.environ_base["HTTP_REFERER"] = f"http://localhost{url(voting, WIFE)}"
    wife.post(url(voting, WIFE), own=own, **{"item-1": "for"})
    page = sign_in_again(wife, login="13800000003")
    assert wife.url.startswith(url(voting, HUSBAND)), "the co-owner votes for the same head"
    assert CHECKED.findall(page) == []


def test_a_proxy_comes_back_to_the_ballot_of_the_mandate(browser, voting, city) -> None:
    mandate(browser(OWNER), voting)
    holder = browser("马宁")
    found = re.search(rf"{url(voting)}\?mandate=\d+", holder.get(f"/votes/{voting.vote_id}"))
    assert found
    page = holder.get(found[0])
    assert f'action="{found[0]}"' in page
    holder.post(found[0], **{"item-1": "for"})
    assert f'action="{found[0].replace("ballot", "cast")}"' in holder.page
    page = holder.get(f"/votes/{voting.vote_id}")
    assert "撤销委托" not in page, "whoever holds a mandate can't withdraw it"


def test_who_goes_back_after_casting_is_told_that_it_is_done(browser, voting) -> None:
    owner = browser(OWNER)
    vote(owner, voting)
    owner.get(f"/votes/{voting.vote_id}/find")
    page = owner.post(url(voting), **CHOSEN)
    assert "这一票先前已经投出" in page
    assert "已投出，计入" in page


def test_a_ballot_filled_while_the_window_closed_is_told_so(browser, voting) -> None:
    owner = browser(OWNER)
    owner.get(url(voting))
    voting.end()
    page = owner.post(url(voting), **CHOSEN)
    assert owner.status == 422
    assert "您的选票没有投出" in page
    assert "核对选票" not in page


def test_the_ballot_says_what_silence_means(browser, city) -> None:
    voting = open_vote(city)
    assert "不算参与，也不计入任何一方" in browser(OWNER).get(url(voting))
    silent = {"mode": "by_rules", "clause": "第十二条", "special": False, "elections": False}
    voting = open_vote(city, rules={"silent": silent})
    page = browser(OWNER).get(url(voting))
    assert "按议事规则第十二条计入多数人的意见；重大事项和选举除外" in page
    assert "不算参与" not in page


def test_the_ballot_says_how_many_may_be_chosen_and_that_nothing_can_be_changed(browser, voting) -> None:
    page = browser(OWNER).get(url(voting))
    assert "可以选 1 到 2 名" in page
    assert "投出以后不能更改" in page
    assert "人数和面积都至少 2/3" in page


def test_home_leads_to_the_ballot_that_waits_and_to_none_when_it_is_cast(browser, voting) -> None:
    owner = browser(OWNER)
    assert url(voting) in owner.get("/")
    assert url(voting) in owner.get("/votes")
    vote(owner, voting)
    assert url(voting) not in owner.get("/")
    assert TITLE not in owner.get("/")
    assert "您已投出" in owner.get("/votes")


def test_the_receipt_can_be_kept_as_a_text_that_says_where_to_look(browser, voting) -> None:
    owner = browser(OWNER)
    digest = receipt_on(vote(owner, voting))
    text = owner.get(f"/votes/{voting.vote_id}/receipts/{digest}.txt")
    assert "attachment" in owner.headers["Content-Disposition"]
    assert digest in text.replace(" ", "")
    assert f"/votes/{voting.vote_id}/find?receipt={digest}" in text
    other = browser("马宁")
    other.get(f"/votes/{voting.vote_id}/receipts/{digest}.txt")
    assert other.status == 404


def test_the_result_leads_an_owner_to_their_ballot_in_the_box_by_one_press(browser, voting, stranger) -> None:
    owner = browser(OWNER)
    digest = receipt_on(vote(owner, voting))
    voting.count()
    path = f"/votes/{voting.vote_id}/find?receipt={digest}"
    assert path in owner.get(f"/votes/{voting.vote_id}/result").replace("&amp;", "&")
    assert "这张选票计入" in owner.get(path)
    assert digest not in stranger.get(f"/votes/{voting.vote_id}/result")


def test_a_stopped_vote_waits_for_nobody(browser, voting) -> None:
    with voting.work() as work:
        services.stop(work, voting.vote_id, "街道责令中止")
    assert url(voting) not in browser(OWNER).get("/")


def test_before_the_window_nothing_waits_on_the_home_page(browser, city) -> None:
    voting = open_vote(city, opened=False)
    with voting.work() as work:
        services.open_box(work, voting.vote_id, work.now + timedelta(days=1), work.now + timedelta(days=3))
    assert url(voting) not in browser(OWNER).get("/")
