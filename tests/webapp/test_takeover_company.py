"""A company finds its own estates, what is due there, and every number of its contract; nobody else does."""

import re

import pytest
from sqlalchemy import event

from casework.directory import services as directory
from casework.directory.viewing import viewer
from casework.takeovers import reads_company, reads_company_list
from casework.takeovers.reads_company_list import Wanted
from tests.takeovers import estates
from tests.webapp.city import SINCE
from tests.webapp.takeovers import CHANGED, ENDS, MANAGER, RIVAL, Taken, appoint, many, take_over

NB = "\u00a0"


@pytest.fixture
def taken(city) -> Taken:
    """水景花苑 in the hands of 九安物业, who came after 泉城物业."""
    return take_over(city)


def section(page: str, name: str) -> str:
    return page.split(f'id="{name}"')[1].split("</section>")[0]


def test_who_looks_after_estates_finds_them_in_the_bar_with_what_is_due_first(browser, city, taken) -> None:
    manager = browser(MANAGER)
    page = manager.get("/takeovers/company")
    assert 'href="/takeovers/company"' in manager.get("/inbox")
    assert f'href="/takeovers/company/{taken.estate_id}?back=' in page
    for told in (
        "服务中",
        "C 国企兜底",
        "待办 2 件，逾期 1 件",
        "合同 2025年9月1日 至 2028年8月31日，剩 714 天",
        "备案逾期",
        "改造已验收 1 / 4 项",
        "红牌",
    ):
        assert told in page, told
    assert "第 1 年度" not in page  # the year of the company before is not theirs


def test_the_newest_rated_year_tells_points_fees_arrears_and_subsidy(browser, city, taken) -> None:
    with city.casework.work() as work:
        year = work.session.get_one(estates.FeeYear, taken.years[0])
        estates.rated(work, year, "82.50", paid="88888.80")
    page = browser(MANAGER).get("/takeovers/company")
    assert f"第 2 年度 82.5 分 · 收费率 88.8%，欠费 11{NB}111.20 元 · 补贴 174{NB}715.81 元已拨付" in page


@pytest.mark.parametrize(("query", "found"), [("?stands=serving", True), ("?stands=left", False), ("?late=1", True)])
def test_the_list_is_narrowed(browser, city, taken, query: str, found: bool) -> None:
    page = browser(MANAGER).get(f"/takeovers/company{query}")
    assert (f"/takeovers/company/{taken.estate_id}?" in page) is found
    assert ("没有符合的小区" in page) is not found


def test_an_estate_shows_its_contract_line_by_line_to_the_fen(browser, city, taken) -> None:
    page = browser(MANAGER).get(f"/takeovers/company/{taken.estate_id}")
    for told in (
        f"145{NB}596.51",  # cleaning: 48 532.17 m² at 0.25 for twelve months
        f"174{NB}715.81",  # the fee, and the subsidy
        f"75{NB}000.00",  # parking after its cost
        f"407{NB}670.23",
        f"424{NB}431.62",
        "业主没有同意的共用部位利用，不计入：广告。",
        "逾期",
        "第 57 条",
    ):
        assert told in page, told


def test_a_shortfall_is_shown_where_a_use_was_not_allowed(browser, city) -> None:
    made = take_over(city, allowed=())
    page = browser(MANAGER).get(f"/takeovers/company/{made.estate_id}")
    assert f"<b>58{NB}238.61</b>" in page
    assert "不计入：停车、广告。" in page
    assert "缺口没有人承担" in page


def test_what_is_to_do_leads_to_the_task_and_a_work_to_its_acceptance(browser, city, taken) -> None:
    page = browser(MANAGER).get(f"/takeovers/company/{taken.estate_id}")
    assert re.search(r'href="/tasks/\d+" aria-label="办理：', section(page, "nx"))
    works = page.split('id="wk"')[1].split('id="c')[0]
    assert works.count('aria-label="登记验收或结转：') == 1
    for told in (
        "完成 15 / 计划 19",
        f"完成 600 米 / 计划 1{NB}040.5 米",
        "赶季节",
        "专业经营单位",
        f"120{NB}000.00",
        "结转",
    ):
        assert told in works, told


def test_what_is_still_open_of_the_inspection_has_its_duty_and_what_is_late(browser, city, taken) -> None:
    found = section(browser(MANAGER).get(f"/takeovers/company/{taken.estate_id}"), "in")
    assert "3 项，未解决 2 项" in found
    assert found.index("竣工图") < found.index("逾期") < found.index("2号电梯") < found.index("已停用，接管照常")
    assert "物业用房" not in found


def test_a_failed_year_says_what_failing_means_with_the_article(browser, city, taken) -> None:
    page = section(browser(RIVAL).get(f"/takeovers/company/{taken.estate_id}"), "ev")
    for told in ("不合格", "55", "120 户", "暂缓", "补贴暂缓拨付，服务不停", "连续不合格到此年数", "90.0%"):
        assert told in page, told


def test_a_company_that_left_sees_its_own_time_and_nothing_after(browser, city, taken) -> None:
    rival = browser(RIVAL)
    assert "已退出" in rival.get("/takeovers/company")
    page = rival.get(f"/takeovers/company/{taken.estate_id}")
    assert "合同 2024年6月1日 至 2027年5月31日" in page
    assert "合同 2025年9月1日" not in page
    assert not re.search(r"剩 \d+ 天", page)
    assert f"3{NB}499.25" not in page
    assert "999.50" in page
    works = page.split('id="wk"')[1].split('id="c')[0]
    assert "门禁" in works
    assert "供热" not in works
    assert "竣工图" in page  # what it still owes from the hand-over


@pytest.mark.parametrize("who", ["周岚", "李主任", "李静怡"])
def test_nobody_else_finds_the_pages_of_a_company(browser, city, taken, who: str) -> None:
    other = browser(who)
    for url in ("", f"/{taken.estate_id}", "/estates.csv", f"/{taken.estate_id}/account.csv"):
        other.get(f"/takeovers/company{url}")
        assert other.status == 404, url


def test_an_estate_of_another_company_is_not_there(browser, city) -> None:
    made = take_over(city)
    with city.casework.work() as work:
        third = directory.add_organisation(work, "company", "三和物业", area_id=city.areas["任城区"]).id
        directory.appoint(work, city.people["邻县管理"], "soe_manager", organisation_id=third, since=SINCE)
    other = browser("邻县管理")
    assert "您的企业还没有接管小区" in other.get("/takeovers/company")
    for url in (f"/{made.estate_id}", f"/{made.estate_id}/account.csv"):
        other.get(f"/takeovers/company{url}")
        assert other.status == 404, url
    other.get(f"/takeovers/photos/{made.estate_id}/{made.photo_id}")
    assert other.status == 404


def test_an_estate_is_entered_from_its_inspection_on(browser, city) -> None:
    with city.casework.work() as work:
        appoint(work, city)
        case = estates.case_of(work, city.areas["水景花苑"])
        items = [{"group": "rooms", "item": "值班室", "state": "sound"}]
        estates.inspect(work, case, city.units["九安物业"], items)
    page = browser(MANAGER).get("/takeovers/company")
    assert "进驻中" in page
    assert "还没有签合同" in page
    assert "还没有签合同。文本公示期满" in browser(MANAGER).get(f"/takeovers/company/{city.areas['水景花苑']}")


def test_a_trial_is_told(browser, city, taken) -> None:
    with city.casework.work() as work:
        estates.task(work, taken.case_id, "takeover_operation", "trial", ["nobody"])
    assert "试运行" in browser(MANAGER).get("/takeovers/company?stands=trial").split("清单")[1]


def test_words_of_households_are_shown_once_the_year_has_its_result_without_their_name(browser, city, taken) -> None:
    with city.casework.work() as work:
        year = work.session.get_one(estates.FeeYear, taken.years[0])
        home, who = city.areas["3-2-502"], city.people["李静怡"]
        estates.household_rates(work, year, home, who, 40, "<b>楼道灯</b>修得慢")
    url = f"/takeovers/company/{taken.estate_id}"
    assert "修得慢" not in browser(MANAGER).get(url)
    with city.casework.work() as work:
        estates.rated(work, work.session.get_one(estates.FeeYear, taken.years[0]), "82.50")
    page = browser(MANAGER).get(url)
    assert "&lt;b&gt;楼道灯&lt;/b&gt;修得慢" in page
    assert "李静怡" not in page
    assert "3-2-502" not in page


def test_the_list_and_the_account_are_files(browser, city, taken) -> None:
    manager = browser(MANAGER)
    rows = manager.get("/takeovers/company/estates.csv").splitlines()
    assert rows[0].startswith("\ufeff小区,状态,服务性质,类别,合同自")
    assert rows[1].startswith(f"水景花苑,服务中,选聘企业,C 国企兜底,{CHANGED},{ENDS},0.30,,2025-09-05 00:00,2,1,")
    lines = manager.get(f"/takeovers/company/{taken.estate_id}/account.csv").splitlines()
    assert [line for line in lines if "3000.00" in line] == ["2025-09-01 – 2025-11-28,收入,停车,2025-09-01,3000.00,"]
    assert len(lines) == 7


def test_a_thousand_estates_come_page_by_page_without_gap(city, taken) -> None:
    with city.casework.work() as work:
        many(work, city, 1000)
    with city.casework.work() as work:
        seen_by, seen, after, pages = viewer(work, city.people[MANAGER]), [], None, 0
        while not pages or after is not None:
            rows, after = reads_company_list.estates(work, seen_by, Wanted(after=after))
            seen += [row.id for row in rows]
            pages += 1
        assert seen[0] == taken.estate_id
        assert (len(seen), len(set(seen)), pages) == (1001, 1001, 21)


def test_the_place_in_a_list_is_one_that_a_page_gave(browser, city, taken) -> None:
    manager = browser(MANAGER)
    manager.get("/takeovers/company?after=nowhere")
    assert manager.status == 422


def test_a_list_and_an_estate_take_as_many_looks_whatever_there_is(city, taken) -> None:
    def looks() -> tuple[int, int]:
        with city.casework.work() as work:
            seen_by, sent = viewer(work, city.people[MANAGER]), []
            event.listen(work.session.connection(), "before_cursor_execute", lambda *given: sent.append(given[2]))
            reads_company_list.estates(work, seen_by, Wanted())
            listed = len(sent)
            reads_company.estate(work, seen_by, taken.estate_id)
            return listed, len(sent) - listed

    before = looks()
    with city.casework.work() as work:
        many(work, city, 30)
        for number in range(20):
            estates.plan(work, taken.case_id, "other", "1", title=f"围墙{number}", opened_at=estates.at(CHANGED))
            estates.task(work, taken.case_id, "takeover_operation", "renovate", [f"soe_manager@o{taken.firm}"])
    assert looks() == before
    assert max(before) <= 20


def test_the_pages_are_in_english_as_well(browser, city, taken) -> None:
    manager = browser(MANAGER)
    manager.get("/language/en")
    for url in ("", f"/{taken.estate_id}"):
        page = manager.get(f"/takeovers/company{url}")
        main = page.split('<main id="main"')[1].split("</main>")[0]
        text = re.sub(r"<[^>]+>", " ", main)
        names = "水景花苑|九安物业|泉城物业|济阳街道办|竣工图|2号电梯|停车|广告|保洁|秩序|维护|设施|《[^》]*》"
        assert not re.search(r"[\u4e00-\u9fff]", re.sub(names, "", text)), re.findall(r"[\u4e00-\u9fff]+", text)
