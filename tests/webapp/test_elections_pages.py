"""The pages of elections: by stage for who supervises, whole for who organises, the committee for its owners."""

import json
import re
from decimal import Decimal
from fractions import Fraction

import pytest
from sqlalchemy import insert, select, update

from casework.cases import services as cases
from casework.cases.models import Case, WorkItem
from casework.clock import MovableClock
from casework.directory.viewing import SYSTEM_VIEWER
from casework.elections.overview import Half, half
from casework.elections.stages import Wanted, counts, elections
from tests.webapp.elections import begin, end_all, seat
from tests.webapp.voting import appoint


@pytest.fixture(autouse=True)
def none_left_open(city):  # type: ignore[no-untyped-def]
    yield
    end_all(city)


def test_an_election_tells_what_is_due_when_and_by_which_article(browser, city) -> None:
    made = begin(city)
    page = browser("李主任").get(f"/elections/{made.case_no}")
    assert "时间表" in page
    assert re.search(r'class="due[^"]*">.*?剩 \d+ 天', page, re.DOTALL)
    assert re.search(r'<details class="law"><summary>[^<]*第[^<]*条', page)


def test_an_election_tells_who_has_the_next_step_and_the_one_may_open_it(browser, city) -> None:
    made = begin(city)
    assert "/tasks/" in browser("周岚").get(f"/elections/{made.case_no}").split("下一步归谁")[1].split("</section>")[0]
    assert "等人领取" in browser("李主任").get(f"/elections/{made.case_no}")


def test_only_who_is_on_the_posted_list_is_named_in_full(browser, city) -> None:
    made = begin(city)
    page = browser("李主任").get(f"/elections/{made.case_no}")
    assert "许明远" in page
    assert "高**" in page
    assert "高建国" not in page
    assert "13700000000" not in page
    assert "拖欠物业费" in page
    assert "02" * 32 in page


def test_both_thresholds_are_told_with_what_is_missing(browser, city) -> None:
    page = browser("李主任").get(f"/elections/{begin(city, flats=10).case_no}")
    assert "7 人" in page
    assert "666.67 m²" in page
    assert "选票 10 张，已送达 0 张" in page


@pytest.mark.parametrize(
    ("whole", "asked", "step", "needed"),
    [
        ("204", {"ratio": "2/3"}, "1", "136"),
        ("205", {"ratio": "2/3"}, "1", "137"),
        ("204", {"ratio": "1/2", "more": True}, "1", "103"),
        ("205", {"ratio": "1/2", "more": True}, "1", "103"),
        ("25200.00", {"ratio": "2/3"}, "0.01", "16800.00"),
        ("100.00", {"ratio": "2/3"}, "0.01", "66.67"),
        ("0", {"ratio": "2/3"}, "1", "0"),
    ],
)
def test_a_threshold_is_exact(whole: str, asked: dict[str, object], step: str, needed: str) -> None:
    found = half(Decimal(0), Decimal(whole), asked, Decimal(step))
    assert found.needed == Decimal(needed)


def test_a_share_is_cut_and_never_rounded_up_to_the_line() -> None:
    assert Half(Decimal("66.66"), Decimal("100"), Fraction(2, 3), Decimal("66.67")).percent(Decimal("66.66")) == "66.6"
    assert Half(Decimal(0), Decimal(0), Fraction(2, 3), Decimal(0)).percent(Decimal(0)) == "0.0"


@pytest.mark.parametrize("who", ["南池", "孙维"])
def test_who_does_not_read_the_estate_finds_no_election(browser, city, who: str) -> None:
    made = begin(city)
    other = browser(who)
    if who == "南池":
        assert made.case_no not in other.get("/elections")
        other.get(f"/elections/{made.case_no}")
        assert other.status == 404


def test_supervisors_count_elections_by_stage_and_filter_them(browser, city) -> None:
    made = begin(city, stage="election_slate")
    other = begin(city, "运河花园", stage="committee_filing")
    officer = browser("李主任")
    page = officer.get("/elections")
    assert made.case_no in page
    assert other.case_no in page
    assert other.case_no not in officer.get("/elections?stage=candidates")
    assert made.case_no not in officer.get(f"/elections?area={city.areas['南池街道']}")
    assert "没有符合的选举" in officer.get("/elections?variant=by")
    assert "没有符合的选举" in officer.get("/elections?late=1")
    officer.get("/elections?after=nowhere")
    assert officer.status == 422


def test_what_is_late_is_counted_and_comes_first(browser, city, monkeypatch) -> None:
    made = begin(city)
    with city.casework.work() as work:
        due = work.session.get_one(Case, made.case_id).due_at
    monkeypatch.setattr(city.casework, "clock", MovableClock(due))
    page = browser("李主任").get("/elections?late=1")
    assert made.case_no in page
    assert "红牌" in page


def test_ten_thousand_elections_are_listed_page_by_page_without_gap(city) -> None:
    made = begin(city)
    with city.casework.work() as work:
        pattern = work.session.execute(select(Case.__table__).where(Case.id == made.case_id)).mappings().one()
        rows = [
            {key: value for key, value in pattern.items() if key != "id"} | {"no": f"XJ-MANY-{n}"}
            for n in range(10_000)
        ]
        work.session.execute(insert(Case.__table__), rows)
    try:
        with city.casework.work() as work:
            by_stage = {one.stage: one.number for one in counts(work, SYSTEM_VIEWER, Wanted())}
            assert by_stage["vote"] == 10_001
            seen, after = [], None
            for _page in range(3):
                page, after = elections(work, SYSTEM_VIEWER, Wanted(after=after))
                seen += [row.case_no for row in page]
            assert len(seen) == len(set(seen)) == 150
    finally:
        with city.casework.work() as work:
            work.session.execute(Case.__table__.delete().where(Case.no.like("XJ-MANY-%")))


def test_a_committee_shows_term_seats_substitutes_filing_and_what_comes_next(browser, city) -> None:
    made = begin(city)
    seat(city, made.people)
    page = browser("李静怡").get(f"/elections/estates/{made.estate_id}/committee")
    for told in ("2029年3月7日", "主任", "候补委员", "缺 2 人", "RC-2024-001", "没有排定"):
        assert told in page
    assert "许明远" in page


@pytest.mark.parametrize(("party", "told"), [(1, "，未达到。只作提示，不影响选举效力和履职。"), (2, "，已达到。")])
def test_the_share_of_party_members_is_a_remark_with_its_reason_and_blocks_nothing(
    browser, city, party: int, told: str
) -> None:
    made = begin(city)
    seat(city, made.people, party=party)
    page = browser("李主任").get(f"/elections/estates/{made.estate_id}/committee")
    assert f"党员委员 {party} / 3，目标 3/5{told}" in page
    assert "目标从哪里来" in page


def test_an_estate_without_a_committee_says_so(browser, city) -> None:
    page = browser("李主任").get(f"/elections/estates/{city.areas['运河花园']}/committee")
    assert "没有在任的业主委员会" in page


@pytest.mark.parametrize(("who", "estate"), [("马宁", "水景花苑"), ("李静怡", "运河花园")])
def test_a_committee_is_not_shown_to_who_has_nothing_to_do_with_it(browser, city, who: str, estate: str) -> None:
    other = browser(who)
    other.get(f"/elections/estates/{city.areas[estate]}/committee")
    assert other.status == 404


FACTS = {"reason": "启动", "total_area": Decimal(2000), "delivered_area": Decimal(1500), "total_heads": Decimal(20)}


@pytest.fixture
def begun(city):  # type: ignore[no-untyped-def]
    """A first election of its own process, whose facts are to be checked."""
    with city.casework.work() as work:
        data = {"variant": "first", **FACTS, "delivered_heads": Decimal(15)}
        case = cases.start_case(work, "committee_election", data, area_id=city.areas["水景花苑"])
        found = case.id, case.no
    yield found
    with city.casework.work() as work:
        work.session.execute(update(WorkItem).where(WorkItem.case_id == found[0]).values(state="cancelled"))


def test_a_task_is_titled_by_its_process_and_tells_its_last_day_and_the_article(browser, city, begun) -> None:
    officer = browser("王砚秋")
    with city.casework.work() as work:
        task = work.session.scalars(select(WorkItem.id).where(WorkItem.case_id == begun[0])).one()
    page = officer.get(f"/tasks/{task}")
    form = page.split('id="task"')[1].split("</form>")[0]
    assert "<h1>业主委员会选举</h1>" in page
    assert re.search(r"\d+月\d+日 24:00 前", form)
    assert '<details class="law">' in form
    assert "不少于 1/2（《山东省物业管理条例》第 20 条）" in form
    assert "业主委员会选举" in officer.get("/inbox")
    officer.get("/language/en")
    english = officer.get(f"/tasks/{task}")
    assert "at least 1/2 (Shandong" in english
    assert "{{" not in english


def test_a_form_opens_with_what_its_designer_presets(browser, city, begun) -> None:
    with city.casework.work() as work:
        task = work.session.scalars(select(WorkItem.id).where(WorkItem.case_id == begun[0])).one()
        day = work.now.astimezone(work.house.zone).date()
    page = browser("王砚秋").get(f"/tasks/{task}")
    assert re.search(rf'name="met_on"[^>]*value="{day}"|value="{day}"[^>]*name="met_on"', page)


def test_an_election_whose_task_is_late_is_late_on_the_list_and_on_the_map(browser, city, begun, monkeypatch) -> None:
    with city.casework.work() as work:
        item = work.session.scalars(select(WorkItem).where(WorkItem.case_id == begun[0])).one()
        assert work.session.get_one(Case, begun[0]).due_at is None
        due = item.due_at
    assert begun[1] not in browser("李主任").get("/elections?late=1")
    monkeypatch.setattr(city.casework, "clock", MovableClock(due))
    officer = browser("李主任")
    assert begun[1] in officer.get("/elections?late=1")
    officer.get("/supervision/map/data?process=committee_election")
    (drawn,) = [one for one in json.loads(officer.page)["diagrams"] if one["process"] == "committee_election"]
    count = drawn["counts"]["check_facts"]
    assert (count["open"], count["overdue"]) == (1, 1)
    assert count["told"] == "核实条件：1 件在办，1 件红牌"
    assert begun[1] in officer.get(count["href"])


def test_a_number_on_a_called_diagram_leads_to_the_cases_inside_it(browser, city) -> None:
    made = begin(city, stage="owner_vote")
    officer = browser("李主任")
    assert made.case_no in officer.get("/cases?kind=committee_election&step=x")
    assert made.case_no not in officer.get("/cases?kind=committee_election&step=y")


def test_the_timetable_tells_whom_a_deadline_binds_what_a_missed_one_brings_and_what_is_to_come(browser, city) -> None:
    made = begin(city)
    page = browser("李主任").get(f"/elections/{made.case_no}")
    times = page.split('id="tm"')[1].split("</section>")[0]
    assert "谁的事：组织者 · 逾期：街道负责人决定延长、责令召开、重新组建或继续" in times
    assert times.index('aria-current="step"') < times.index("还没有开始") < times.index("业主委员会主任")
    assert "从计票起" in times


def test_what_is_mine_to_do_comes_first(browser, city) -> None:
    made = begin(city)
    page = browser("周岚").get(f"/elections/{made.case_no}")
    mine = page.split('id="nx"')[1].split("</section>")[0]
    assert mine.index("btn go") < mine.index("</div></div>") + 20
    assert "您可以办" in mine


@pytest.mark.parametrize("role", ["group_lead", "teller"])
def test_who_has_a_part_in_an_election_finds_their_own_in_the_bar(browser, city, role: str) -> None:
    made = begin(city)
    appoint(city.casework, city.people["孙维"], role, made.estate_id)
    person = browser("孙维")
    entry = "/elections" if role == "group_lead" else "/elections/mine"
    assert f'href="{entry}"' in person.get("/inbox")
    assert 'href="/elections/mine"' in person.get(entry)
    page = person.get("/elections/mine")
    assert (made.case_no in page) == (role == "group_lead")
    assert ("您是计票人" in page) == (role == "teller")
    for link in re.findall(r'href="(/(?:elections|votes)/[^"]+)"', page):
        person.get(link)
        assert person.status == 200, link


def test_a_member_of_the_committee_finds_it_and_an_owner_finds_that_there_is_nothing(browser, city) -> None:
    made = begin(city)
    seat(city, [city.people["马宁"], *made.people])
    page = browser("马宁").get("/elections/mine")
    assert f"/elections/estates/{made.estate_id}/committee" in page
    assert "主任" in page
    assert "现在没有您的选举事务" in browser("李静怡").get("/elections/mine")
