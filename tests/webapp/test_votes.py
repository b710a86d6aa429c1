"""Owners vote on pages without JavaScript, from the roll to the result; tellers enter papers at their desk."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from casework.complaints.queries import report_by_code
from casework.errors import Forbidden, Refused
from casework.persistence import Base
from casework.publicity.models import Posting
from casework.votes import services
from casework.votes.envelopes import Envelope
from casework.votes.models import Vote
from tests.webapp.conftest import photo
from tests.webapp.voting import AGENDA, DECISION, ELECTION, ESTATE, TITLE, WINDOW, Voting, appoint, open_vote
from webapp.votes import figures

OWNER, WIFE, HUSBAND = "李静怡", "王砚秋", "赵立"
ITEMS = [str(item[key]) for item in AGENDA for key in ("title", "text") if item[key]]
NAMES = [one["name"] for one in ELECTION["candidates"]]
OWN_WORDS = re.compile("|".join(["中文", TITLE, *ITEMS, *NAMES, "周岚", r"[\u4e00-\u9fff]\*\*"]))
"""What people have written themselves, and who they are: no page translates it."""
CHOSEN = {"item-1": "for", "item-2": "against", "item-3": ["c1", "c3"]}


@pytest.fixture
def voting(city) -> Voting:
    return open_vote(city)


@pytest.fixture
def tellers(city) -> tuple[str, str]:
    """Two tellers of the estate."""
    for name in ("周岚", "南池"):
        appoint(city.casework, city.people[name], "teller", city.areas[ESTATE])
    return "周岚", "南池"


def url(voting: Voting, owner: str = OWNER, what: str = "ballot") -> str:
    return f"/votes/{voting.vote_id}/heads/{voting.heads[owner]}/{what}"


def vote(by: Any, voting: Voting, owner: str = OWNER, chosen: Any = None) -> str:
    """Fill a ballot, look at it, cast it; return the page of the receipt."""
    by.get(url(voting, owner))
    fields = CHOSEN if chosen is None else chosen
    by.post(url(voting, owner), **fields)
    return by.post(url(voting, owner, "cast"), command_key=by.value("command_key"), **fields)


def receipt_on(page: str) -> str:
    found = re.search(r'<code class="token">([0-9a-f ]+)</code>', page)
    assert found
    return found[1].replace(" ", "")


def test_an_owner_sees_the_flats_the_area_and_the_one_head_on_the_roll(browser, voting) -> None:
    page = browser(OWNER).get("/votes")
    assert "3号楼 2单元 301" in page
    assert "计 1 人，188.50 平方米" in page
    assert f"/votes/{voting.vote_id}" in page


def test_who_owns_nothing_is_told_whom_to_ask(browser) -> None:
    assert "社区窗口" in browser("孙维").get("/votes")


def test_a_vote_says_by_when_and_by_which_article(browser, voting) -> None:
    page = browser(OWNER).get(f"/votes/{voting.vote_id}")
    assert "9月24日" in page
    assert "民法典》第 278 条" in page
    assert "2/3" in page
    assert "去投票" in page


def test_a_ballot_is_looked_at_cast_once_and_gives_the_same_receipt_again(browser, voting) -> None:
    owner = browser(OWNER)
    owner.get(url(voting))
    owner.post(url(voting), **CHOSEN)
    assert "这样投吗" in owner.page
    assert "刘沛然" in owner.page
    assert "孙若梅" not in owner.page
    key = owner.value("command_key")
    first = receipt_on(owner.post(url(voting, what="cast"), command_key=key, **CHOSEN))
    assert "选票已投出，计入" in owner.page
    owner.get(f"/votes/{voting.vote_id}/find")
    owner.get(f"/votes/{voting.vote_id}")
    again = receipt_on(owner.post(url(voting, what="cast"), command_key=key, **CHOSEN))
    assert first == again
    assert "选票已投出，计入" in owner.page


def test_a_later_ballot_is_void_and_says_which_one_counts(browser, voting) -> None:
    owner = browser(OWNER)
    first = receipt_on(vote(owner, voting))
    owner.get(f"/votes/{voting.vote_id}/find")
    page = owner.get(f"/votes/{voting.vote_id}")
    assert "已投出，计入" in page
    assert "去投票" not in page
    browser_two = browser(OWNER)
    browser_two.get("/account")
    page = browser_two.post(url(voting, what="cast"), command_key="k" * 20, **CHOSEN)
    assert "这张选票不计入" in page
    assert first[:8] in page
    assert f'value="/votes/{voting.vote_id}"' in owner.get("/notices")


def test_changing_goes_back_to_the_ballot_with_everything_still_chosen(browser, voting) -> None:
    owner = browser(OWNER)
    owner.get(url(voting))
    owner.post(url(voting), **CHOSEN)
    page = owner.post(url(voting), do="change", **CHOSEN)
    assert len(re.findall(r"<input[^>]* checked>", page)) == 4


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ({}, "请至少对一项作出选择"),
        ({"item-3": ["c1", "c2", "c3"]}, "最多选 2 名"),
        ({"item-3": ["c1", "abstain"]}, "又选了弃权"),
        ({"item-1": "perhaps"}, "请在给出的选项中选择"),
    ],
)
def test_what_the_agenda_does_not_offer_is_told_beside_the_item(browser, voting, chosen, told: str) -> None:
    owner = browser(OWNER)
    owner.get(url(voting))
    page = owner.post(url(voting), **chosen)
    assert owner.status == 422
    assert told in page
    assert page.count("<title>错误：") == 1


def test_an_item_left_empty_is_pointed_out_before_it_is_cast(browser, voting) -> None:
    owner = browser(OWNER)
    owner.get(url(voting))
    page = owner.post(url(voting), **{"item-1": "for"})
    assert page.count("没有填") == 2


def test_after_the_end_nothing_is_cast_and_the_page_says_when_it_ended(browser, voting) -> None:
    owner = browser(OWNER)
    owner.get(url(voting))
    owner.post(url(voting), **CHOSEN)
    key = owner.value("command_key")
    voting.end()
    page = owner.post(url(voting, what="cast"), command_key=key, **CHOSEN)
    assert owner.status == 422
    assert "截止" in page
    assert "没有投出" in page


def test_nobody_else_sees_a_ballot_or_a_receipt(browser, voting, stranger) -> None:
    digest = receipt_on(vote(browser(OWNER), voting))
    for other in (browser("马宁"), browser("周岚")):
        other.get(f"/votes/{voting.vote_id}/receipts/{digest}")
        assert other.status == 404
        other.get(url(voting))
        assert other.status == 404
    assert stranger.get(url(voting)).count("<form")
    assert "/sign-in" in stranger.url


def test_no_page_tells_a_choice_before_the_count(browser, voting, tellers) -> None:
    page = vote(browser(OWNER), voting)
    pages = [page, browser(OWNER).get(f"/votes/{voting.vote_id}"), browser(tellers[0]).get(f"/votes/{voting.vote_id}")]
    for page in pages:
        assert "反对" not in page
    with voting.work() as work:
        kept = work.session.scalars(select(Envelope).where(Envelope.vote_id == voting.vote_id)).one()
        assert kept.choices is None


def test_a_secret_ballot_is_sealed_on_the_server_and_the_page_says_so(browser, city) -> None:
    people = [city.people[name] for name in ("周岚", "李主任")]
    voting = open_vote(city, mode="secret", trustees=people, threshold=2)
    owner = browser(OWNER)
    assert "立即加密" in owner.get(url(voting))
    assert "选票已投出，计入" in vote(owner, voting)


def test_a_co_owner_objects_and_takes_it_back(browser, voting) -> None:
    vote(browser(WIFE), voting, WIFE)
    husband = browser(HUSBAND)
    assert "这一票不是我们共同决定的" in husband.get(f"/votes/{voting.vote_id}")
    page = husband.post(url(voting, HUSBAND, "objection"), reason="没有商量")
    assert "暂不计入" in page
    assert "撤回异议" in page
    wife = browser(WIFE)
    wife.get(f"/votes/{voting.vote_id}")
    wife.post(url(voting, WIFE, "objection/withdrawal"))
    assert wife.status == 403
    husband.get(f"/votes/{voting.vote_id}")
    assert "已投出，计入" in husband.post(url(voting, HUSBAND, "objection/withdrawal"))


def test_who_votes_on_paper_alone_is_told_where_to_hand_it_in(browser, city) -> None:
    voting = open_vote(city, mode="paper")
    page = browser(OWNER).get(f"/votes/{voting.vote_id}")
    assert "请把签名的纸质选票交到公告写明的地点" in page
    assert "去投票" not in page


def test_a_stopped_vote_says_so_and_takes_nothing(browser, voting) -> None:
    with voting.work() as work:
        services.stop(work, voting.vote_id, "街道责令中止")
    page = browser(OWNER).get(f"/votes/{voting.vote_id}")
    assert "街道责令中止" in page
    assert "去投票" not in page


def test_the_script_that_counts_again_comes_with_the_result(stranger) -> None:
    assert "def main" in stranger.get("/votes/recount.py")


def mandate(by: Any, voting: Voting, **changes: Any) -> str:
    by.get(url(voting, what="mandate"))
    fields = {
        "phone": "13800000005",
        "matters": ["1", "2"],
        "until": "2026-09-30",
        "proof": photo(),
        "command_key": by.value("command_key"),
    }
    return by.post(url(voting, what="mandate"), **{**fields, **changes})


def test_a_mandate_is_given_used_for_its_items_only_and_withdrawn(browser, voting) -> None:
    owner, holder = browser(OWNER), browser("马宁")
    page = mandate(owner, voting)
    assert "已委托 马" in page
    found = re.search(rf"{url(voting)}\?mandate=(\d+)", holder.get(f"/votes/{voting.vote_id}"))
    assert found
    page = holder.get(f"{url(voting)}?mandate={found[1]}")
    assert "受 李** 委托" in page
    assert "选举业主委员会委员" not in page
    owner.get(f"/votes/{voting.vote_id}")
    assert "委托已撤销" in owner.post(f"/votes/{voting.vote_id}/mandates/{found[1]}/withdrawal")
    holder.get(f"{url(voting)}?mandate={found[1]}")
    assert holder.status == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"phone": "13900009999"}, "phone"),
        ({"matters": []}, "matters"),
        ({"until": ""}, "until"),
        ({"proof": ""}, "proof"),
    ],
)
def test_a_mandate_that_lacks_something_says_what_beside_the_field(browser, voting, changes, field: str) -> None:
    owner = browser(OWNER)
    page = mandate(owner, voting, **changes)
    assert owner.status == 422
    assert f'id="f-{field}-error"' in page


def test_nobody_withdraws_the_mandate_of_another(browser, voting) -> None:
    page = mandate(browser(OWNER), voting)
    found = re.search(r"/mandates/(\d+)/withdrawal", page)
    assert found
    other = browser("李主任")
    other.get(f"/votes/{voting.vote_id}")
    other.post(f"/votes/{voting.vote_id}/mandates/{found[1]}/withdrawal")
    assert other.status == 404


def test_anybody_finds_a_receipt_in_the_closed_box_with_the_way_to_the_root(browser, voting, stranger) -> None:
    digest = receipt_on(vote(browser(OWNER), voting))
    assert "截止封箱以后再来" in stranger.get(f"/votes/{voting.vote_id}/find?receipt={digest}")
    vote(browser(WIFE), voting, WIFE)
    voting.count()
    page = stranger.get(f"/votes/{voting.vote_id}/find?receipt={digest.upper()[:32]}+{digest[32:]}")
    assert "在箱里" in page
    assert "这张选票计入" in page
    for wrong in ("0" * 64, "nonsense"):
        assert "没有找到" in stranger.get(f"/votes/{voting.vote_id}/find?receipt={wrong}")


def test_the_result_shows_heads_area_and_fractions_to_everybody(browser, voting, stranger) -> None:
    stranger.get(f"/votes/{voting.vote_id}/result")
    assert stranger.status == 404
    vote(browser(OWNER), voting)
    vote(browser(WIFE), voting, WIFE)
    vote(browser("马宁"), voting, "马宁", {"item-1": "against", "item-2": "abstain", "item-3": "abstain"})
    voting.count()
    page = stranger.get(f"/votes/{voting.vote_id}/result")
    assert "388.50 / 478.50 m²" in page
    assert re.search(r"3 / 4 人 · 75\.0% · 至少 2/3", page)
    assert "至少 2/3" in page
    assert "超过 1/2" in page
    assert "至少 3/4" in page
    order = [page.index(name) for name in ("刘沛然", "吴晓棠", "孙若梅")]
    assert order == sorted(order)
    assert "recount.py" in page
    assert "已有结果" in browser(OWNER).get("/votes")


def test_both_tallies_are_shown_where_the_silent_clause_was_looked_at(browser, city, stranger) -> None:
    silent = {"mode": "by_rules", "clause": "第十二条", "special": False, "elections": False}
    voting = open_vote(city, items=(DECISION,), rules={"silent": silent})
    vote(browser(OWNER), voting, chosen={"item-1": "for"})
    voting.count()
    page = stranger.get(f"/votes/{voting.vote_id}/result")
    assert "第十二条" in page
    assert page.index("计入未交回的选票") < page.index("不计入未交回的选票")


def enter(by: Any, voting: Voting, no: int, *typed: str, **more: Any) -> str:
    by.get(f"/votes/{voting.vote_id}/papers")
    cells = {f"item-{at}": text for at, text in enumerate(typed, 1)}
    return by.post(f"/votes/{voting.vote_id}/papers", ballot_no=str(no), **cells, **more)


def test_two_tellers_enter_by_keys_and_what_differs_stays_out_of_the_box(browser, voting, tellers) -> None:
    one, two = (browser(name) for name in tellers)
    assert "已录入 3 号" in enter(one, voting, 3, "1", "2", "1 3")
    assert "已录入 3 号" in enter(two, voting, 3, "2", "2", "1,3")
    path = f"/votes/{voting.vote_id}/papers"
    page = one.post(f"{path}/match")
    assert "第 1 项两人读得不同" in page
    enter(two, voting, 3, "1", "2", "1,3")
    enter(two, voting, 4, "a", "", "")
    page = one.get(path)
    assert re.search(r"另一人录过、我还没录</dt><dd>4<", page)
    assert "只有一名计票人录入" in one.post(f"{path}/match")
    enter(one, voting, 4, "3", "", "")
    assert "已全部入箱" in one.post(f"{path}/match")


@pytest.mark.parametrize(
    ("no", "typed", "told"),
    [
        ("", ["1"], "请填写选票编号"),
        ("3", ["7"], "看不懂"),
        ("3", ["1", "1", "9"], "看不懂"),
        ("3", ["1", "1", "one"], "看不懂"),
    ],
)
def test_what_a_teller_mistypes_is_told_and_nothing_is_entered(browser, voting, tellers, no, typed, told) -> None:
    teller = browser(tellers[0])
    page = enter(teller, voting, no, *typed)
    assert teller.status == 422
    assert told in page
    assert re.search(r"我已录入</dt><dd>0<", page)


def test_only_tellers_find_the_desk_and_only_those_entitled_the_turnout(browser, voting, tellers) -> None:
    vote(browser(OWNER), voting)
    page = browser(tellers[0]).get(f"/votes/{voting.vote_id}/turnout")
    assert "188.50" in page
    assert "39.3%" in page
    for name, path in (
        (OWNER, "papers"),
        (OWNER, "turnout"),
        ("孙维", "papers"),
        ("孙维", "turnout"),
        ("李主任", "papers"),
    ):
        other = browser(name)
        other.get(f"/votes/{voting.vote_id}/{path}")
        assert other.status == 404, (name, path)


@pytest.fixture
def english(browser) -> Iterator[Any]:
    """Makes a browser whose user has chosen English."""
    used = []

    def opened(name: str) -> Any:
        by = browser(name)
        by.get("/language/en")
        used.append(by)
        return by

    yield opened
    for by in used:
        by.get("/language/zh")


def test_every_page_of_a_vote_speaks_english(english, voting, tellers) -> None:
    owner, teller = english(OWNER), english(tellers[0])
    top = f"/votes/{voting.vote_id}"
    pages = [owner.get(path) for path in ("/votes", top, url(voting), url(voting, what="mandate"), f"{top}/find")]
    pages.append(owner.post(url(voting), **{"item-3": ["c1", "c2", "c3"]}))
    pages += [vote(owner, voting), owner.get(top), teller.get(top), teller.get(f"{top}/turnout")]
    pages += [enter(teller, voting, 3, "7"), teller.get(f"{top}/papers")]
    voting.count()
    pages.append(owner.get(f"{top}/result"))
    for page in pages:
        assert '<html lang="en"' in page
        left = re.search(r"[\u4e00-\u9fff]+", OWN_WORDS.sub("", re.sub(r"<head>.*?</head>", "", page, flags=re.S)))
        assert left is None, left


@pytest.fixture
def posted(voting, stranger, report, city) -> Voting:
    """A vote whose ballots are not out yet, while its roll is posted."""
    code, _pin = report(stranger, text="公告栏玻璃松动，请固定。")
    with voting.work() as work:
        case_id = report_by_code(work, code).case_id
        assert case_id is not None
        hung = Posting(
            case_id=case_id,
            run=1,
            round=1,
            posted_at=work.now,
            ends_at=work.now + WINDOW,
            length_key="publicity.min_days",
        )
        work.session.add(hung)
        found = work.session.get_one(Vote, voting.vote_id)
        found.state, found.case_id, found.opens_at, found.closes_at = "prepared", case_id, None, None
    return voting


def test_an_owner_objects_to_the_roll_while_it_is_posted(browser, posted) -> None:
    owner = browser(OWNER)
    page = owner.get(f"/votes/{posted.vote_id}")
    assert "对名册有异议" in page
    assert "3号楼 2单元 301" in page
    page = owner.post(f"/votes/{posted.vote_id}/roll-objection", grounds="错")
    assert owner.status == 422
    assert "5 至 5000 字" in page
    assert 'name="proof" type="file"' in page
    assert re.search(r'<textarea id="f-grounds"[^>]*>\s*错</textarea>', page), "what was typed stays"
    other = browser("孙维")
    other.get("/votes")
    other.post(f"/votes/{posted.vote_id}/roll-objection", grounds="面积不对，应为一百平方米。")
    assert other.status == 404


def test_nobody_objects_to_a_roll_whose_posting_is_over(browser, posted) -> None:
    with posted.work() as work:
        work.session.query(Posting).update({Posting.ends_at: work.now})
    owner = browser(OWNER)
    assert "对名册有异议" not in owner.get(f"/votes/{posted.vote_id}")
    owner.post(f"/votes/{posted.vote_id}/roll-objection", grounds="面积不对，应为一百平方米。")
    assert owner.status == 404


TRUSTEES = ("周岚", "李主任", "孙维")


@pytest.fixture
def secret_vote(city) -> Voting:
    """A secret vote whose ballots are issued and whose key is not made yet."""
    people = [city.people[name] for name in TRUSTEES]
    return open_vote(city, mode="secret", trustees=people, threshold=2, opened=False)


@pytest.fixture
def organiser(city) -> str:
    """Who leads the group that organises the vote; no trustee."""
    appoint(city.casework, city.people["南池"], "group_lead", city.areas[ESTATE])
    return "南池"


def shares_on(page: str) -> list[str]:
    return [found.replace(" ", "") for found in re.findall(r'<code class="token" data-once>([0-9a-f ]+)</code>', page)]


def hand_out(by: Any, voting: Voting, **fields: str) -> str:
    by.get(f"/votes/{voting.vote_id}/key")
    return by.post(f"/votes/{voting.vote_id}/key", **{"present": "1", **fields})


def test_the_shares_are_shown_once_each_folded_away_from_the_others(browser, secret_vote, organiser) -> None:
    by = browser(organiser)
    assert f"/votes/{secret_vote.vote_id}/key" in by.get(f"/votes/{secret_vote.vote_id}")
    page = by.get(f"/votes/{secret_vote.vote_id}/key")
    assert "不存入系统" in page
    by.post(f"/votes/{secret_vote.vote_id}/key")
    assert by.status == 422
    shares = shares_on(hand_out(by, secret_vote))
    assert len(set(shares)) == 3
    assert by.page.count('<details class="sheet" name="share">') == 3
    assert "no-store" in by.headers["Cache-Control"]
    assert shares_on(by.get(f"/votes/{secret_vote.vote_id}/key")) == []
    assert "不能再看" in by.page
    again = browser(organiser)
    again.get("/account")
    again.post(f"/votes/{secret_vote.vote_id}/key", present="1")
    assert again.status == 409
    assert not any(share in again.page for share in shares)


def test_shares_that_did_not_arrive_are_made_anew_until_somebody_has_voted(browser, secret_vote, organiser) -> None:
    by = browser(organiser)
    lost = shares_on(hand_out(by, secret_vote))
    secret_vote.open()
    assert f"/votes/{secret_vote.vote_id}/key" in by.get(f"/votes/{secret_vote.vote_id}")
    assert "有人没有拿到份额" in by.get(f"/votes/{secret_vote.vote_id}/key")
    shares = shares_on(by.post(f"/votes/{secret_vote.vote_id}/key", present="1", again="1"))
    assert (len(shares), set(shares) & set(lost)) == (3, set())
    vote(browser(OWNER), secret_vote)
    assert "有人没有拿到份额" not in by.get(f"/votes/{secret_vote.vote_id}/key")
    by.post(f"/votes/{secret_vote.vote_id}/key", present="1", again="1")
    assert (by.status, shares_on(by.page)) == (409, [])
    secret_vote.end()
    with secret_vote.work() as work:
        services.close(work, secret_vote.vote_id)
        with pytest.raises(Refused):
            services.count(work, secret_vote.vote_id, shares=[bytes.fromhex(one) for one in lost[:2]])
        services.count(work, secret_vote.vote_id, shares=[bytes.fromhex(one) for one in shares[:2]])


def test_a_trustee_reads_on_the_page_of_the_vote_what_comes_next(browser, secret_vote, organiser) -> None:
    by = browser("孙维")
    assert "按时到场领取" in by.get(f"/votes/{secret_vote.vote_id}")
    hand_out(browser(organiser), secret_vote)
    assert "份额已交付" in by.get(f"/votes/{secret_vote.vote_id}")
    assert "您不在这次表决的名册上" not in by.page
    secret_vote.open()
    secret_vote.end()
    with secret_vote.work() as work:
        services.close(work, secret_vote.vote_id)
    assert "票箱已封" in by.get(f"/votes/{secret_vote.vote_id}")
    assert "您是本次表决的受托人" not in browser(OWNER).get(f"/votes/{secret_vote.vote_id}")


def test_only_who_organises_the_vote_makes_its_key(browser, secret_vote, organiser) -> None:
    for name in (OWNER, "孙维"):
        other = browser(name)
        other.get(f"/votes/{secret_vote.vote_id}/key")
        assert other.status == 404, name
        other.get("/account")
        other.post(f"/votes/{secret_vote.vote_id}/key", present="1")
        assert other.status == 404, name
    with secret_vote.work(OWNER) as work, pytest.raises(Forbidden):
        services.hand_out_shares(work, secret_vote.vote_id)


def test_trustees_bring_their_shares_one_after_the_other_and_open_the_box(
    browser, secret_vote, organiser, caplog
) -> None:
    shares = shares_on(hand_out(browser(organiser), secret_vote))
    secret_vote.open()
    vote(browser(OWNER), secret_vote)
    path = f"/votes/{secret_vote.vote_id}/opening"
    trustee = browser("孙维")
    assert "还没有封箱" in trustee.get(path)
    secret_vote.end()
    with secret_vote.work() as work:
        services.close(work, secret_vote.vote_id)
    assert path in trustee.get(f"/votes/{secret_vote.vote_id}")
    assert "0 份正确，开箱需要 2 份" in trustee.get(path)
    page = trustee.post(path, share="00" * 34)
    assert trustee.status == 422
    assert 'id="f-share-error"' in page
    page = trustee.post(path, share=figures.receipt_text(shares[2]).upper())
    assert "1 份正确，开箱需要 2 份" in page
    assert "开箱计票</button>" not in page
    trustee.post(path, do="open", brought=[shares[2]])
    assert trustee.status == 422
    page = trustee.post(path, share=shares[2], brought=[shares[2]])
    assert (trustee.status, "1 份正确" in page) == (422, True), "the same share twice is one"
    assert "这一份已经输过" in page
    assert page.count(shares[2]) == 1, "it travels in the page, and does not stand in the field"
    page = trustee.post(path, share=shares[0][:-1], brought=[shares[2]])
    assert (trustee.status, "1 份正确" in page) == (422, True)
    assert "现在输入了 67 个" in page
    assert shares[0][:-1] in page, "what was typed stands there to be put right"
    page = trustee.post(path, share=shares[0], brought=[shares[2]])
    assert "2 份正确" in page
    page = trustee.post(path, do="open", brought=[shares[2], shares[0]])
    assert "票箱已打开并计票" in page
    with secret_vote.work() as work:
        assert work.session.get_one(Vote, secret_vote.vote_id).state == "counted"
        for table in Base.metadata.sorted_tables:
            kept = repr(work.session.execute(select(table)).all())
            raw = [repr(bytes.fromhex(share))[2:-1] for share in shares]
            assert not any(share in kept for share in (*shares, *raw)), table.name
    assert not any(share in caplog.text for share in shares)


def test_the_opening_is_for_trustees_and_who_organises(browser, secret_vote, voting, organiser) -> None:
    for name in TRUSTEES:
        by = browser(name)
        by.get(f"/votes/{secret_vote.vote_id}/opening")
        assert by.status == 200, name
        by.get(f"/votes/{secret_vote.vote_id}")
        assert by.status == 200, name
        by.get(f"/votes/{voting.vote_id}/opening")
        assert by.status == 404, "a vote that is no secret has no trustees"
    owner = browser(OWNER)
    owner.get(f"/votes/{secret_vote.vote_id}/opening")
    assert owner.status == 404


def test_pages_send_owners_to_the_official_platform_and_call_its_result_official(browser, city) -> None:
    voting = open_vote(city, mode="import")
    by = browser(OWNER)
    page = by.get(f"/votes/{voting.vote_id}")
    assert "在官方平台投票" in page
    assert "纸质选票" not in page
    assert "去投票" not in page
    assert "官方平台" in by.get("/votes")
    voting.end()
    some = {"heads": 4, "area": "478.50"}
    nobody = {"heads": 0, "area": "0"}
    with voting.work() as work:
        services.close(work, voting.vote_id)
        elects = {"for": some, "candidates": {"c1": some, "c2": some, "c3": nobody}}
        figures_ = {"participants": some, "items": {1: {"for": some}, 2: {"against": some}, 3: elects}}
        services.take_over(work, voting.vote_id, figures_, {"files": [1]})
    page = by.get(f"/votes/{voting.vote_id}/result")
    assert "这是官方结果" in page
    assert "下载公开的票箱" not in page
