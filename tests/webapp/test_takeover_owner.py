"""Who lives in a taken-over estate finds who answers, what it costs, what is done with it, and rates the service."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event, select, update

from casework import jobs
from casework.cases import services as cases
from casework.cases.models import WorkItem
from casework.directory import services as directory
from casework.directory.models import HouseholdBinding, Organisation
from casework.directory.viewing import viewer
from casework.takeovers import reads_owner
from casework.takeovers.models import FlaggedEstate
from casework.takeovers.rating_models import HouseholdRating
from casework.votes.models import RollPart
from tests.takeovers import estates
from tests.webapp.city import SINCE
from tests.webapp.takeovers import CHANGED, ENDS, HOME, MANAGER, OWNER, RIVAL, Taken, take_over
from tests.webapp.voting import open_vote

NB = "\u00a0"
MINE = "/takeovers/mine"


@pytest.fixture
def taken(city) -> Taken:
    """水景花苑 in the hands of 九安物业; its second year is over and is being rated."""
    return take_over(city)


def section(page: str, name: str) -> str:
    return page.split(f'id="{name}"')[1].split("</section>")[0]


def rate(browser, taken: Taken, household: int, score: int | str = 4, words: str = "") -> None:
    browser.get(MINE)
    fields = {"household": household, "score": score, "words": words}
    browser.post(f"{MINE}/{taken.years[0]}/rating", **fields)


def rows(city) -> list[HouseholdRating]:
    with city.casework.work() as work:
        return list(work.session.scalars(select(HouseholdRating)))


def test_an_owner_finds_who_answers_since_when_until_when_by_phone_and_who_did_before(browser, city, taken) -> None:
    with city.casework.work() as work:
        work.session.execute(
            update(Organisation).where(Organisation.id == taken.firm).values(duty_phone="0537-2345678")
        )
    page = browser(OWNER).get(MINE)
    who = section(page, f"who{taken.estate_id}")
    for told in ("九安物业", "选聘企业", "2025年9月1日起，合同到 2028年8月31日", 'href="tel:0537-2345678"'):
        assert told in who, told
    assert who.index("九安物业") < who.index("泉城物业") < who.index("济阳街道办")
    assert "2024年6月1日 – 2025年9月1日" in who


def test_the_home_page_leads_there(browser, city, taken) -> None:
    assert f'href="{MINE}"' in browser(OWNER).get("/")


def test_an_owner_sees_the_cost_of_each_flat_by_the_month_and_the_year(browser, city, taken) -> None:
    open_vote(city)
    page = section(browser(OWNER).get(MINE), f"cost{taken.estate_id}")
    for told in (
        "0.30 元，2025年9月1日 至 2028年8月31日",
        "100.00 m²",
        ">30.00<",
        "一年 360.00 元",
        "88.50 m²",
        ">26.55<",
    ):
        assert told in page, told
    assert "一年 318.60 元" in page
    assert HOME not in page  # the roll knows the flats, though not that this is one of them


def test_a_flat_is_found_on_the_roll_by_its_place(city, taken) -> None:
    open_vote(city)
    with city.casework.work() as work:
        work.session.connection().exec_driver_sql("SET LOCAL session_replication_role = replica")
        values = {"household_id": city.areas[HOME], "area": Decimal("96.37")}
        work.session.execute(update(RollPart).where(RollPart.room == "301").values(**values))
    with city.casework.work() as work:
        (found,) = reads_owner.own(work, viewer(work, city.people[OWNER]))
        flats = [(flat.name[0], flat.area, flat.month, flat.year) for flat in found.flats]
    assert flats[0] == (HOME, Decimal("96.37"), Decimal("28.91"), Decimal("346.93"))
    assert len(flats) == 2


def test_without_a_roll_the_page_says_what_to_bring(browser, city, taken) -> None:
    assert "名册上没有这套房的面积" in section(browser(OWNER).get(MINE), f"cost{taken.estate_id}")


def test_what_was_decided_is_told_item_by_item_and_leads_to_the_result(browser, city, taken) -> None:
    voting = open_vote(city)
    voting.cast("李静怡", {1: "for", 2: "against", 3: ["c1"]})
    voting.cast("马宁", {1: "for", 2: "against", 3: ["c1"]})
    voting.cast("李主任", {1: "for", 2: "for", 3: ["c1"]})
    voting.count()
    with city.casework.work() as work:
        work.session.execute(update(FlaggedEstate).values(flagged_at=work.now - timedelta(days=100)))
    found = section(browser(OWNER).get(MINE), f"vote{taken.estate_id}")
    assert f'href="/votes/{voting.vote_id}/result"' in found
    assert found.index("通过") < found.index("选聘物业服务人") < found.index("未通过") < found.index("快递柜")
    assert "选举业主委员会委员" not in found
    assert "重大事项" in found


def test_works_money_inspection_and_ratings_are_told(browser, city, taken) -> None:
    page, e = browser(OWNER).get(MINE), taken.estate_id
    works = page.split(f'id="wk{e}"')[1].split(f'id="ac{e}"')[0]
    assert "完成 15 / 计划 19" in works
    assert "登记验收" not in works
    account = section(page, f"ac{e}")
    assert f"<b>3{NB}499.25</b>" in account
    assert f"+3{NB}000.00" in account
    assert "−500.25" in account
    assert "2号电梯" in section(page, f"in{e}")
    rated = section(page, f"ev{e}")
    assert "泉城物业" in rated
    assert "不合格" in rated


def test_photos_of_works_are_shown_to_who_lives_there_and_to_the_company(browser, city, taken) -> None:
    url = f"/takeovers/photos/{taken.estate_id}/{taken.photo_id}"
    for who in (OWNER, MANAGER):
        one = browser(who)
        found = one.client.get(f"{url}?size=small")
        assert (found.status_code, found.mimetype) == (200, "image/webp")
    for who, path in (
        ("邻县管理", url),
        (RIVAL, url),
        (OWNER, f"/takeovers/photos/{taken.estate_id}/{taken.photo_id + 1}"),
    ):
        assert browser(who).client.get(path).status_code == 404
    assert f'src="{url}?size=small"' in browser(OWNER).get(MINE)


def test_a_household_rates_changes_it_and_is_told_how_it_counts(browser, city, taken) -> None:
    owner = browser(OWNER)
    page = owner.get(MINE)
    assert "给第 2 年度的服务打分" in page
    assert "已有 0 户评分，满 3 户即以业主评分为准" in page
    rate(owner, taken, city.areas[HOME], 4, "保洁认真")
    assert "评价已收到" in owner.page
    assert "您家已评 4 分" in owner.page
    assert "保洁认真</textarea>" in owner.page
    rate(owner, taken, city.areas[HOME], 2)
    assert [(one.score, one.words, one.household_id) for one in rows(city)] == [(40, "", city.areas[HOME])]


@pytest.mark.parametrize(
    ("score", "words", "told"), [("", "", "请选择 1 至 5 分"), (9, "", "1 至 5"), (3, "慢" * 201, "200 字")]
)
def test_what_is_wrong_is_told_beside_the_field_and_what_was_typed_stays(
    browser, city, taken, score: int | str, words: str, told: str
) -> None:
    owner = browser(OWNER)
    rate(owner, taken, city.areas[HOME], score, words or "楼道<灯>")
    assert owner.status == 422
    assert "<title>错误：" in owner.page
    assert told in owner.page
    assert (words or "楼道&lt;灯&gt;") in owner.page
    field = "words" if words else "score"
    anchor = f"f-{taken.years[0]}-{city.areas[HOME]}-{field}"
    assert f'href="#{anchor}"' in owner.page
    assert f'id="{anchor}"' in owner.page
    assert rows(city) == []


def test_after_the_community_handed_it_in_nobody_rates_any_more(browser, city, taken) -> None:
    owner = browser(OWNER)
    owner.get(MINE)
    with city.casework.work() as work:
        work.session.execute(update(WorkItem).where(WorkItem.element == "evaluate").values(state="done"))
    fields = {"household": city.areas[HOME], "score": 4}
    owner.post(f"{MINE}/{taken.years[0]}/rating", **fields)
    assert owner.status == 422
    assert "还没有开始，或已经结束" in owner.page
    assert "服务打分" not in owner.page
    assert rows(city) == []


def test_the_community_finds_what_households_gave_in_its_form_and_can_not_change_it(browser, city) -> None:
    with city.casework.work() as work:
        estate, firm = city.areas["水景花苑"], city.units["九安物业"]
        data = {"plan": {"renovation": []}, "contract": {"from": CHANGED, "to": ENDS}, "households": Decimal(3)}
        case = cases.start_case(work, "takeover_operation", data, area_id=estate)
        estates.serve(work, case.id, [(firm, "serving", CHANGED, None)])
    while jobs.run_due(city.casework, limit=50):
        pass
    with city.casework.work() as work:
        asked = WorkItem.subject["instance"]["rater"].astext == "residents"
        task = work.session.scalars(select(WorkItem.id).where(WorkItem.case_id == case.id, asked)).one()
    community = browser("周岚")
    page = community.get(f"/tasks/{task}")
    assert "业主在线评分：0 户；至少须 1 户" in page
    assert not re.search(r'name="score"[^>]* readonly', page)
    owner = browser(OWNER)
    owner.get(MINE)
    (address,) = re.findall(r'action="(/takeovers/mine/\d+/rating)"', owner.page)
    owner.post(address, household=city.areas[HOME], score=4)
    page = community.get(f"/tasks/{task}")
    assert "业主在线评分：1 户，平均 80.00 分" in page
    assert "不能另填" in page
    for name, value in (("score", "80"), ("households", "1")):
        (field,) = re.findall(rf'<input[^>]*name="{name}"[^>]*>', page)
        assert f'value="{value}' in field
        assert " readonly" in field
    community.get("/language/en")
    assert "no other can be typed" in community.get(f"/tasks/{task}")


def test_nobody_rates_for_another_flat_or_another_estate(browser, city, taken) -> None:
    with city.casework.work() as work:
        flat = directory.add_area(work, "household", "3-2-503", parent_id=city.areas["3号楼"]).id
    owner = browser(OWNER)
    rate(owner, taken, flat)
    assert owner.status == 404
    stranger = browser("邻县管理")
    stranger.get("/account")
    stranger.post(f"{MINE}/{taken.years[0]}/rating", household=city.areas[HOME], score=4)
    assert stranger.status == 404
    assert rows(city) == []


def test_an_occupant_reads_and_does_not_rate(browser, city, taken) -> None:
    with city.casework.work() as work:
        mine = update(HouseholdBinding).where(HouseholdBinding.person_id == city.people[OWNER])
        work.session.execute(mine.values(kind="occupant"))
    page = browser(OWNER).get(MINE)
    assert "九安物业" in page
    assert "服务打分" not in page
    assert "您不是这里的业主" in page


def test_who_lives_elsewhere_is_told_nothing_of_it(browser, city, taken) -> None:
    with city.casework.work() as work:
        mine = update(HouseholdBinding).where(HouseholdBinding.person_id == city.people[OWNER])
        flat = directory.add_area(work, "household", "1-1-101", parent_id=city.areas["运河花园"]).id
        work.session.execute(mine.values(household_id=flat))
    owner = browser(OWNER)
    page = owner.get(MINE)
    assert "没有接管记录" in page
    assert "九安物业" not in page
    assert owner.client.get(f"/takeovers/photos/{taken.estate_id}/{taken.photo_id}").status_code == 404


def test_who_is_not_signed_in_signs_in_first(stranger, taken) -> None:
    stranger.get(MINE)
    assert stranger.url.startswith("/sign-in")


def test_older_quarters_are_a_page_away(browser, city, taken) -> None:
    with city.casework.work() as work:
        for number in range(9):
            since = CHANGED.replace(year=2015 + number)
            estates.post(work, taken.case_id, taken.firm, since, "1.00", "0.00", f"{number}.11")
    owner = browser(OWNER)
    page = owner.get(MINE)
    assert ">8.11<" in page
    assert "999.50" not in page
    (older,) = re.findall(rf'href="({MINE}\?estate=\d+&amp;after=\d+)#ac', page)
    assert "999.50" in owner.get(older.replace("&amp;", "&"))


def test_the_page_takes_as_many_looks_however_much_there_is(city, taken) -> None:
    def looks() -> int:
        with city.casework.work() as work:
            seen_by, sent = viewer(work, city.people[OWNER]), []
            event.listen(work.session.connection(), "before_cursor_execute", lambda *given: sent.append(given[2]))
            reads_owner.own(work, seen_by)
            return len(sent)

    before = looks()
    with city.casework.work() as work:
        for number in range(20):
            estates.plan(work, taken.case_id, "other", "1", title=f"围墙{number}")
            flat = directory.add_area(work, "household", f"4-1-{number}", parent_id=city.areas["3号楼"]).id
            directory.bind_household(work, city.people[OWNER], flat, "owner", SINCE)
        estates.post(work, taken.case_id, taken.firm, CHANGED.replace(year=2015), "1.00", "0.00", "1.00")
    assert looks() == before
    assert before <= 25


def test_the_page_is_in_english_as_well(browser, city, taken) -> None:
    owner = browser(OWNER)
    owner.get("/language/en")
    main = owner.get(MINE).split('<main id="main"')[1].split("</main>")[0]
    text = re.sub(r"<[^>]+>", " ", main)
    names = "水景花苑|九安物业|泉城物业|济阳街道办|竣工图|2号电梯|停车|广告|保洁|秩序|维护|设施|《[^》]*》"
    assert not re.search(r"[\u4e00-\u9fff]", re.sub(names, "", text)), re.findall(r"[\u4e00-\u9fff]+", text)
