"""An owner votes with a thumb: few presses, no choice lost, and a plain word when the network is cut."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.webapp.test_browser import AXE, CHROMIUM, PHONE, _axe, _fits, chromium, page, site
from tests.webapp.voting import DECISION, ELECTION, Voting, open_vote

__all__ = ["chromium", "page", "site"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

OWNER = "李静怡"
MOST_PRESSES = 7


@pytest.fixture
def voting(city) -> Voting:
    return open_vote(city)


def ballot(site: str, voting: Voting) -> str:
    return f"{site}/votes/{voting.vote_id}/heads/{voting.heads[OWNER]}/ballot"


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without a script"])
def test_from_home_to_the_receipt_in_few_presses(page, site: str, voting: Voting, script: bool) -> None:
    owner, presses = page(OWNER, size=PHONE, script=script), 0
    owner.goto(site)
    for found in (
        lambda: owner.get_by_role("link", name="去投票"),
        lambda: owner.locator("[name=item-1][value=for]"),
        lambda: owner.locator("[name=item-2][value=against]"),
        lambda: owner.locator("[name=item-3][value=c1]"),
        lambda: owner.get_by_role("button", name="核对选票"),
        lambda: owner.get_by_role("button", name="投出选票"),
    ):
        assert not owner.locator("[data-offline]").is_visible(), "the network is not cut"
        found().click()
        presses += 1
    owner.wait_for_url("**/receipts/**")
    assert "选票已投出，计入" in owner.locator("h1").inner_text()
    assert presses <= MOST_PRESSES
    owner.reload()
    assert "选票已投出，计入" in owner.locator("h1").inner_text()


@pytest.fixture
def shaky(chromium: Any, site: str, city) -> Iterator[Any]:
    """A phone whose network may be cut, of which its console may complain."""
    context = chromium.new_context(viewport=PHONE, locale="zh-CN")
    context.add_cookies([{"name": "banjie_session", "value": city.token(OWNER), "url": site}])
    yield context.new_page()
    context.close()


def test_a_cast_that_the_network_swallows_says_so_and_is_one_ballot_when_sent_again(
    shaky: Any, site: str, voting: Voting
) -> None:
    owner = shaky
    owner.goto(ballot(site, voting))
    owner.locator("[name=item-1][value=for]").check()
    owner.get_by_role("button", name="核对选票").click()

    def swallow(route: Any) -> None:
        route.fetch(max_redirects=0)  # it arrives, and the answer is lost on its way back
        route.abort()

    owner.get_by_role("button", name="投出选票").wait_for()
    owner.wait_for_load_state("load")  # the script of the page, which tells of a lost answer, runs by then
    owner.route("**/cast", swallow)
    owner.get_by_role("button", name="投出选票").click()
    owner.locator("[data-offline]").wait_for()
    assert "还没有收到回执" in owner.locator("[data-offline]").inner_text()
    owner.unroute("**/cast")
    owner.get_by_role("button", name="投出选票").click()
    owner.wait_for_url("**/receipts/**")
    assert "选票已投出，计入" in owner.locator("h1").inner_text()
    owner.go_back()
    assert "已投出，计入" in owner.locator("main").inner_text()
    assert owner.get_by_role("link", name="去投票").count() == 0


def test_a_ballot_that_is_left_half_way_is_as_it_was_and_forgotten_once_cast(page, site: str, voting: Voting) -> None:
    owner = page(OWNER, size=PHONE)
    owner.goto(ballot(site, voting))
    owner.locator("[name=item-1][value=against]").check()
    owner.locator("[name=item-3][value=c2]").check()
    owner.goto(f"{site}/votes")
    owner.goto(ballot(site, voting))
    assert owner.locator("[name=item-1][value=against]").is_checked()
    assert owner.locator("[name=item-3][value=c2]").is_checked()
    owner.get_by_role("button", name="核对选票").click()
    owner.get_by_role("button", name="投出选票").click()
    owner.wait_for_url("**/receipts/**")
    assert owner.evaluate("Object.keys(sessionStorage).length") == 0


def test_the_ballot_counts_along_and_abstaining_rules_candidates_out(page, site: str, city) -> None:
    owner = page(OWNER, size=PHONE)
    owner.goto(ballot(site, open_vote(city, items=(DECISION, {**ELECTION, "no": 2}))))
    told = owner.locator("[data-chosen]")
    owner.locator("[value=c1]").check()
    assert told.inner_text() == "已选 1 名，还可以选 1 名"
    owner.locator("[value=c2]").check()
    assert told.inner_text() == "已选满 2 名"
    owner.locator("[value=c3]").check()
    assert told.inner_text() == "选了 3 名，多了 1 名，请去掉"
    assert owner.locator("[data-filled]").inner_text() == "已填 1 项，共 2 项"
    owner.locator("[name=item-2][value=abstain]").check()
    assert owner.locator("[value=c1]:checked, [value=c2]:checked, [value=c3]:checked").count() == 0
    assert not told.is_visible()


def test_the_pages_between_have_no_barrier(page, site: str, voting: Voting) -> None:
    if not AXE.is_file():
        pytest.skip("the assets are not built here")
    owner = page(OWNER, size=PHONE)
    owner.emulate_media(color_scheme="dark")
    owner.goto(site)
    found = _axe(owner)
    owner.goto(ballot(site, voting))
    owner.locator("[name=item-1][value=for]").check()
    owner.locator("[value=c1]").check()
    found += _axe(owner)
    owner.get_by_role("button", name="核对选票").click()
    found += _axe(owner)
    assert _fits(owner)
    assert found == []
