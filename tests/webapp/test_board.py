"""The notice board: anybody reads what hangs, when, where and why; who lives there objects, once."""

import hashlib
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from casework import attachments
from casework.cases import services as cases
from casework.cases.models import WorkItem
from casework.clock import MovableClock
from casework.directory.viewing import SYSTEM_VIEWER
from casework.errors import NotFound
from casework.persistence import Actor
from casework.publicity import board
from casework.publicity.models import Objection, Posting
from tests.webapp.conftest import certificate, photo
from tests.webapp.voting import open_vote

TEXT = "2026 年上半年公共收益收支表。咨询电话 13812345678，身份证 370811199001011234。"
PLACES = ("南门公告栏", "3号楼大厅")


@pytest.fixture
def post(city):  # type: ignore[no-untyped-def]
    """Posts something in an estate, as its community officer does; returns the posting's id."""

    def hang(title: str, *, online: bool = True) -> int:
        data = {"title": title, "text": TEXT, "poster": "estate.community", "decider": "estate.street"}
        officer = Actor("person", city.people["周岚"])
        with city.casework.work() as work:
            case = cases.start_case(work, "publicity_and_objections", data, area_id=city.areas["水景花苑"])
            case_id = case.id
        with city.casework.work(officer) as work:
            photos = {one.id: one for one in (attachments.keep(work, *photo()) for _place in PLACES)}
            places = [{"where": where, "photo": [one]} for where, one in zip(PLACES, photos, strict=True)]
            item = work.session.scalars(select(WorkItem).where(WorkItem.case_id == case_id)).one()
            answers = {"posted_at": work.now.isoformat(), "places": places, "online": online}
            cases.complete_item(work, item.id, answers, files=photos)
        with city.casework.work() as work:
            return int(work.session.scalars(select(Posting.id).where(Posting.case_id == case_id)).one())

    return hang


def board_of(city) -> str:
    return f"/board/{city.areas['水景花苑']}"


def test_anybody_finds_the_board_and_reads_what_hangs_from_when_to_when_and_why(stranger, city, post) -> None:
    post("上半年公共收益公示")
    assert board_of(city) in stranger.get("/board?q=水景")
    page = stranger.get(board_of(city))
    assert "上半年公共收益公示" in page
    assert "今天 16:30" in page
    assert "9月28日 周一 24:00" in page  # the 25th to the 27th are the mid-autumn holiday
    assert "公示中，剩 10 天" in page
    assert "为什么贴这么久" in page


def test_the_days_of_posting_are_proven_by_places_and_the_hashes_of_photos(stranger, city, post) -> None:
    posting = post("选举公告")
    with city.casework.work() as work:
        photos = [one for place in work.session.get_one(Posting, posting).proof for one in place["photos"]]
        opened = [attachments.open_file(work, one, SYSTEM_VIEWER) for one in photos]
        digests = {hashlib.sha256(one.stream.read()).hexdigest() for one in opened}
    page = stranger.get(board_of(city))
    assert digests <= set(re.findall(r"[0-9a-f]{64}", page))
    assert all(place in page for place in PLACES)


def test_numbers_of_people_are_not_posted(stranger, city, post) -> None:
    post("含电话的公示")
    page = stranger.get(board_of(city))
    assert "138****5678" in page
    assert "13812345678" not in page
    assert "370811199001011234" not in page


def test_what_hangs_on_site_only_is_not_on_the_board(stranger, city, post) -> None:
    posting = post("只在现场张贴", online=False)
    assert "只在现场张贴" not in stranger.get(board_of(city))
    with city.casework.work() as work, pytest.raises(NotFound):
        board.notice(work, posting)


@pytest.mark.parametrize("path", ["/board/999999", "/board/notices/999999/papers/1"])
def test_what_is_not_there_is_not_found(stranger, path: str) -> None:
    stranger.get(path)
    assert stranger.status == 404


def test_no_file_but_what_hangs_is_handed_out(stranger, city, post) -> None:
    posting = post("无附件的公示")
    with city.casework.work() as work:
        photo_id = work.session.get_one(Posting, posting).proof[0]["photos"][0]
    stranger.get(f"/board/notices/{posting}/papers/{photo_id}")
    assert stranger.status == 404


def test_a_posting_that_has_hung_long_enough_says_so(city, post, monkeypatch) -> None:
    posting = post("将要期满的公示")
    with city.casework.work() as work:
        found = board.notice(work, posting)
    assert (found.state, found.takes_objections) == ("hangs", True)
    for moment, state in ((found.ends_at - timedelta(seconds=1), "hangs"), (found.ends_at, "over")):
        monkeypatch.setattr(city.casework, "clock", MovableClock(moment))
        with city.casework.work() as work:
            assert board.notice(work, posting).state == state


def test_who_lives_there_objects_and_a_second_press_is_the_same_objection(browser, city, post) -> None:
    posting = post("有争议的公示")
    owner = browser("李静怡")
    owner.get(f"/board/notices/{posting}/objection")
    fields = {"grounds": "广告收入没有列入收支表。", "command_key": owner.value("command_key")}
    for _press in range(2):
        owner.get(f"/board/notices/{posting}/objection")
        owner.post(f"/board/notices/{posting}/objection", **fields)
        assert "异议已收到" in owner.page
    with city.casework.work() as work:
        filed = work.session.scalars(select(Objection).where(Objection.posting_id == posting)).all()
    assert [one.person_id for one in filed] == [city.people["李静怡"]]


@pytest.mark.parametrize(
    ("who", "grounds", "told"),
    [("李静怡", "太短", "请用 5 至 5000 字说明"), ("马宁", "我不住在这个小区。", "本小区的业主")],
)
def test_what_is_refused_is_told_and_stays_on_the_page(browser, post, who: str, grounds: str, told: str) -> None:
    posting = post("被异议的公示")
    other = browser(who)
    other.get(f"/board/notices/{posting}/objection")
    other.post(f"/board/notices/{posting}/objection", grounds=grounds, command_key=other.value("command_key"))
    assert other.status in {403, 422}
    assert told in other.page
    assert grounds in other.page


def test_a_stranger_signs_in_before_objecting(stranger, post) -> None:
    posting = post("公示")
    assert "登录" in stranger.get(f"/board/notices/{posting}/objection")
    assert "sign-in" in stranger.url


def test_a_notice_has_a_page_of_its_own_with_a_code_for_phones(stranger, city, post) -> None:
    posting = post("要打印的公示")
    page = stranger.get(f"/board/notices/{posting}")
    assert "要打印的公示" in page
    assert "2026年9月18日 周五 16:30" in page, "on paper no day is today"
    assert all(place in page for place in PLACES)
    code = re.search(r'<img src="(/code.svg[^"]+)"', page)
    assert code
    assert "<svg" in stranger.get(code[1].replace("&amp;", "&"))
    assert stranger.headers["Content-Type"].startswith("image/svg+xml")


@pytest.mark.parametrize("to", ["", "https://evil.example/", "//evil.example", "/" + "a" * 200])
def test_a_code_leads_to_a_page_of_this_site_alone(stranger, to: str) -> None:
    stranger.get("/code.svg", query_string={"to": to})
    assert stranger.status == 404


def test_everybody_sees_how_many_objections_are_answered_and_only_who_objected_the_answer(
    stranger, browser, city, post
) -> None:
    posting = post("答复过异议的公示")
    with city.casework.work() as work:
        found = work.session.get_one(Posting, posting)
        answered = {"reply": "已补入收支表。", "answered_at": work.now, "finding": "upheld"}
        for person, more in (("李静怡", answered), ("周岚", {})):
            made = Objection(case_id=found.case_id, posting_id=posting, person_id=city.people[person], **more)
            made.filed_at, made.grounds = work.now, f"{person}认为漏列广告收入。"
            work.session.add(made)
    path = f"/board/notices/{posting}"
    page = stranger.get(path)
    assert "收到异议 2 件，已答复 1 件" in page
    assert "漏列广告收入" not in page
    page = browser("李静怡").get(path)
    assert "李静怡认为漏列广告收入。" in page
    assert "成立" in page
    assert "已补入收支表。" in page
    assert "周岚认为" not in page


def test_what_hung_before_is_a_line_each_and_what_hangs_comes_first(stranger, city, post) -> None:
    posting = post("正挂着的公示")
    with city.casework.work() as work:
        hangs = work.session.get_one(Posting, posting)
        for at in range(60):
            ended = work.now - timedelta(days=at + 1)
            work.session.add(
                Posting(
                    case_id=hangs.case_id,
                    estate_id=city.areas["运河花园"],
                    run=100 + at,
                    round=1,
                    title=f"旧公示 {at}",
                    text="旧公示的全文",
                    posted_at=ended - timedelta(days=7),
                    ends_at=ended,
                    length_key=hangs.length_key,
                    online=True,
                )
            )
    canal = f"/board/{city.areas['运河花园']}"
    page = stranger.get(canal)
    assert "现在没有正在公示的" in page
    assert "旧公示的全文" not in page
    assert page.count("旧公示 ") == 50
    assert "旧公示 59" in stranger.get(f"{canal}?after=50")


def test_the_board_leads_to_the_votes_that_run_and_to_the_results(stranger, city) -> None:
    counted = open_vote(city)
    counted.count()
    running, prepared = open_vote(city), open_vote(city, opened=False)
    page = stranger.get(board_of(city))
    assert f"/votes/{running.vote_id}" in page
    assert f"/votes/{counted.vote_id}/result" in page
    assert f"/votes/{prepared.vote_id}" not in page


def test_what_proves_an_objection_goes_with_it_and_the_answer_comes_back(browser, city, post) -> None:
    posting = post("要核对面积的公示")
    owner, words = browser("李静怡"), "名册上我家的面积少了十平方米。"
    owner.get(f"/board/notices/{posting}/objection")
    key = owner.value("command_key")
    page = owner.post(f"/board/notices/{posting}/objection", grounds="少", command_key=key, proof=certificate())
    token = re.search(r'name="proof" value="([^"]+)" checked', page)
    assert token is not None, "a mistake elsewhere loses no file"
    owner.post(f"/board/notices/{posting}/objection", grounds=words, command_key=key, proof=token[1])
    assert "等答复" in owner.get("/board/objections")
    link = re.search(r'href="(/board/objections/\d+/files/\d+)">证明.pdf', owner.page)
    assert link is not None
    sent = owner.client.get(link[1]).data
    assert hashlib.sha256(sent).hexdigest() in owner.page
    other = browser("马宁")
    other.get(link[1])
    assert other.status == 404
    with city.casework.work() as work:
        objection = work.session.scalars(select(Objection).where(Objection.posting_id == posting)).one()
        tasks = select(WorkItem).where(WorkItem.case_id == objection.case_id, WorkItem.element == "answer")
        item = work.session.scalars(tasks).one().id
    street = browser("王砚秋")
    assert words in street.get(f"/tasks/{item}")
    assert "附证明材料 1 件" in street.page
    assert "证明.pdf" in street.page
    with city.casework.work(Actor("person", city.people["王砚秋"])) as work:
        cases.complete_item(work, item, {"finding": "upheld", "reply": "已按产权证更正。", "change": True})
    page = owner.get("/board/objections")
    assert "已按产权证更正。" in page
    assert "公示的内容会修改并重新公示。" in page
    assert "/board/objections" in owner.get("/notices")


def test_a_torn_notice_is_reported_with_a_photo_looked_into_and_hangs_longer(browser, city, post) -> None:
    posting = post("被撕的公示")
    with city.casework.work() as work:
        before = board.notice(work, posting)
    someone, address = browser("马宁"), f"/board/notices/{posting}/damage"
    assert f"{address}" in someone.get(board_of(city))
    someone.get(address)
    key = someone.value("command_key")
    page = someone.post(address, where="", damaged_at="2030-01-01T08:00", command_key=key)
    for told in ("请写明哪一处", "不晚于现在", "请附一张现场照片"):
        assert told in page
    for _press in range(2):
        someone.get(address)
        someone.post(address, where="南门公告栏", command_key=key, proof=photo())
    page = someone.get(board_of(city))
    assert "有人报告这份公示被毁" in page
    assert address not in page
    with city.casework.work() as work:
        tasks = select(WorkItem).where(WorkItem.case_id == before.case_id, WorkItem.element == "post_again")
        item = work.session.scalars(tasks).one().id
    poster = browser("周岚")
    assert "南门公告栏" in poster.get(f"/tasks/{item}")
    with city.casework.work(Actor("person", city.people["周岚"])) as work:
        kept = attachments.keep(work, *photo())
        cases.complete_item(work, item, {"confirmed": True, "photo": [kept.id]}, files={kept.id: kept})
    assert "曾经被毁，已重新张贴" in someone.get(board_of(city))
    assert "确实被毁" in someone.get("/notices")
    with city.casework.work() as work:
        after = board.notice(work, posting)
    assert after.ends_at > before.ends_at
    assert len(after.proof) == len(before.proof) + 1


def test_what_still_hangs_is_not_prolonged(browser, city, post) -> None:
    posting = post("没被撕的公示")
    someone, address = browser("马宁"), f"/board/notices/{posting}/damage"
    someone.get(address)
    someone.post(address, where="南门", command_key=someone.value("command_key"), proof=photo())
    with city.casework.work() as work:
        before = board.notice(work, posting)
        tasks = select(WorkItem).where(WorkItem.case_id == before.case_id, WorkItem.element == "post_again")
        item = work.session.scalars(tasks).one().id
    with city.casework.work(Actor("person", city.people["周岚"])) as work:
        kept = attachments.keep(work, *photo())
        cases.complete_item(work, item, {"confirmed": False, "photo": [kept.id]}, files={kept.id: kept})
    with city.casework.work() as work:
        after = board.notice(work, posting)
    assert (after.ends_at, after.damage) == (before.ends_at, "")
