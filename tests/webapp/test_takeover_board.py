"""The takeover board: every flagged estate at its stage, who answers for it, what is late, and one estate's story."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import event

from casework.directory.viewing import SYSTEM_VIEWER
from casework.persistence import Work
from casework.takeovers.reads_board import Wanted, columns, estates
from casework.votes.workbooks import Workbook
from tests.webapp.flagged import STEPS, bundle, flag, many, office, sign, works, year

SOON, LATE = timedelta(days=5), -timedelta(days=2)


@pytest.mark.parametrize("stage", STEPS)
def test_the_stage_of_an_estate_comes_from_its_open_case(city, stage: str) -> None:
    made = flag(city, stage=stage, kind="basic" if stage == "basic" else "interim")
    with city.casework.work() as work:
        stands = {one.stage: one.number for one in columns(work, SYSTEM_VIEWER, Wanted())}
        expected = stage.removesuffix(" of a member")
        assert {name for name, number in stands.items() if number} == {expected}
        (row,), _ = estates(work, SYSTEM_VIEWER, Wanted(stage=expected))
        assert (row.estate_id, row.case_no) == (made.estate_id, made.case_no)


@pytest.mark.parametrize(
    ("outcome", "unit", "stage"),
    [
        ("pending", None, "vote"),
        ("yes", None, "matching"),
        ("yes", "九安物业", "inspection"),
        ("no", None, "unattended"),
    ],
)
def test_an_estate_of_a_bundle_stands_where_its_own_vote_and_records_say(city, outcome, unit, stage) -> None:
    one, other = flag(city, "甲小区", closed=True), flag(city, "乙小区", closed=True)
    bundle(city, {one.estate_id: outcome, other.estate_id: "pending"}, unit=unit)
    with city.casework.work() as work:
        rows, _ = estates(work, SYSTEM_VIEWER, Wanted())
        assert {row.estate_id: row.stage for row in rows} == {one.estate_id: stage, other.estate_id: "vote"}


def test_the_case_of_its_own_tells_more_of_an_estate_than_its_bundle(city) -> None:
    made = flag(city, "甲小区", "entry of a member")
    bundle(city, {made.estate_id: "yes"})
    with city.casework.work() as work:
        ((row,), _) = estates(work, SYSTEM_VIEWER, Wanted())
        assert (row.stage, row.case_no) == ("entry", made.case_no)


def test_an_estate_without_an_open_case_is_told_first_and_a_settled_one_only_where_asked(city) -> None:
    flag(city, "甲小区", closed=True)
    flag(city, "乙小区", settled=True)
    with city.casework.work() as work:
        assert next(one.number for one in columns(work, SYSTEM_VIEWER, Wanted()) if one.stage == "unattended") == 1
        assert [row.names[0] for row in estates(work, SYSTEM_VIEWER, Wanted())[0]] == ["甲小区"]
        assert [row.names[0] for row in estates(work, SYSTEM_VIEWER, Wanted(stage="settled"))[0]] == ["乙小区"]


def test_the_board_tells_who_answers_what_is_due_and_who_has_the_next_step(browser, city) -> None:
    flag(city, "甲小区", "survey", kind="emergency", unit="九安物业", until=SOON, klass="B")
    flag(city, "乙小区", "plan", task=("draft_plan", "street_lead"), due=LATE)
    page = browser("李主任").get("/takeovers")
    card = page.split("甲小区")[1].split("</article>")[0]
    for told in ("九安物业", "应急服务", "2026年9月8日起", "最晚到", "B 打包", "应急服务到期", "剩 5 天"):
        assert told in card
    late = page.split("乙小区")[1].split("</article>")[0]
    for told in ("红牌", "街道负责人", "下一步："):
        assert told in late
    assert "1 个逾期" in page


def test_the_first_deadline_of_an_estate_counts_whichever_it_is(city) -> None:
    flag(city, "甲小区", "survey", kind="emergency", unit="九安物业", until=timedelta(days=9), due=timedelta(days=3))
    flag(city, "乙小区", "survey", kind="emergency", unit="九安物业", until=timedelta(days=2), due=timedelta(days=3))
    with city.casework.work() as work:
        rows, _ = estates(work, SYSTEM_VIEWER, Wanted())
        assert [(row.names[0], row.due - work.now) for row in rows if row.due] == [
            ("乙小区", timedelta(days=2)),
            ("甲小区", timedelta(days=3)),
        ]


def test_filters_narrow_by_stage_class_unit_area_time_and_text(browser, city) -> None:
    flag(city, "甲小区", "survey", klass="A", due=LATE)
    flag(city, "乙小区", "vote", klass=None, kind="serving", unit="九安物业")
    flag(city, "丙小区", "vote", community="南池社区")
    officer = browser("李主任")
    wanted = {
        "stage=vote": "乙丙",
        "stage=survey": "甲",
        "class=A&view=list": "甲",
        "class=none": "乙",
        "kind=serving": "乙",
        "late=1": "甲",
        "q=丙": "丙",
        f"area={city.areas['南池街道']}": "丙",
        f"unit={city.units['九安物业']}&view=list": "乙",
        "q=不存在": "",
        "stage=nowhere": "甲乙丙",
    }
    for query, names in wanted.items():
        page = officer.get(f"/takeovers?{query}")
        assert [name for name in "甲乙丙" if f"{name}小区" in page] == sorted(names, key="甲乙丙".index), query
    assert "没有符合的小区" in officer.get("/takeovers?q=不存在")
    officer.get("/takeovers?view=list&after=nowhere")
    assert officer.status == 422


def test_without_flagged_estates_the_board_says_what_will_come(browser, city) -> None:
    assert "街道标记或物业撤离登记后" in browser("李主任").get("/takeovers")


@pytest.mark.parametrize(("who", "seen"), [("王砚秋", "甲"), ("周岚", "甲"), ("南池", "丙"), ("国资", "甲丙")])
def test_each_office_sees_its_own_subtree(browser, city, who: str, seen: str) -> None:
    office(city)
    one, other = flag(city, "甲小区"), flag(city, "丙小区", community="南池社区")
    reader = browser(who)
    page = reader.get("/takeovers")
    assert [name for name in "甲丙" if f"{name}小区" in page] == list(seen)
    for made, name in ((one, "甲"), (other, "丙")):
        reader.get(f"/takeovers/estates/{made.estate_id}")
        assert reader.status == (200 if name in seen else 404)
    reader.get(f"/takeovers?area={city.areas['南池街道']}")
    assert reader.status == (200 if "丙" in seen else 404)


@pytest.mark.parametrize("who", ["孙维", "李静怡"])
def test_companies_and_owners_find_no_board(browser, city, who: str) -> None:
    made = flag(city)
    other = browser(who)
    for url in ("/takeovers", "/takeovers/estates.csv", f"/takeovers/estates/{made.estate_id}"):
        other.get(url)
        assert other.status == 404


def test_an_office_of_state_assets_finds_the_pages_but_no_case_files(browser, city) -> None:
    office(city)
    made = flag(city)
    officer = browser("国资")
    assert 'href="/takeovers"' in officer.get("/takeovers")
    page = officer.get(f"/takeovers/estates/{made.estate_id}")
    assert officer.status == 200
    assert "/cases/" not in page


@contextmanager
def counting(work: Work) -> Iterator[list[str]]:
    """Count the statements that a unit of work sends."""
    statements: list[str] = []

    def sent(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        statements.append(statement)

    engine = work.session.get_bind()
    event.listen(engine, "before_cursor_execute", sent)
    yield statements
    event.remove(engine, "before_cursor_execute", sent)


def test_a_page_of_fifty_asks_no_more_than_a_page_of_five(city) -> None:
    many(city, 60)
    asked = []
    for size in (5, 50):
        with city.casework.work() as work, counting(work) as statements:
            estates(work, SYSTEM_VIEWER, Wanted(), size)
        asked.append(len(statements))
    assert asked[0] == asked[1] <= 8


def test_ten_thousand_estates_are_listed_page_by_page_without_gap(city) -> None:
    many(city, 10_000)
    with city.casework.work() as work:
        found = {one.stage: one for one in columns(work, SYSTEM_VIEWER, Wanted())}
        assert found["survey"].number == 10_001
        assert found["survey"].late > 0
        assert len(found["survey"].rows) == 6
        seen, after = [], None
        for _page in range(3):
            page, after = estates(work, SYSTEM_VIEWER, Wanted(after=after))
            seen += [row.estate_id for row in page]
        assert len(seen) == len(set(seen)) == 150


def test_the_files_have_every_estate_that_is_wanted_and_no_formula(browser, city) -> None:
    flag(city, "=甲小区", "survey", due=LATE)
    flag(city, "乙小区", "vote")
    officer = browser("李主任")
    rows = list(csv.DictReader(StringIO(officer.get("/takeovers/estates.csv")[1:])))
    assert [(row["小区"], row["阶段"], row["是否逾期"]) for row in rows] == [
        ("'=甲小区", "摸底", "是"),
        ("乙小区", "业主表决", "否"),
    ]
    assert len(list(csv.DictReader(StringIO(officer.get("/takeovers/estates.csv?stage=vote")[1:])))) == 1
    sent = officer.client.get("/takeovers/estates.xlsx").data
    (sheet,) = Workbook(sent, lambda _done, _whole: None).sheets()
    lines = list(sheet.lines())
    assert len(lines) == 3
    assert "<f>" not in ZipFile(BytesIO(sent)).read("xl/worksheets/sheet1.xml").decode()
    officer.get("/takeovers/estates.exe")
    assert officer.status == 404


def test_an_estate_is_told_from_its_flag_to_its_subsidy(browser, city) -> None:
    made = flag(city, "甲小区", "operating", kind="serving", unit="九安物业")
    sign(city, made, first=date(2026, 9, 8), last=date(2029, 9, 7))
    works(city, made, "road", "1040.5", "980")
    year(city, made, 1, date(2025, 9, 8), date(2026, 9, 7), points="55", paid="36000.00", state="held")
    page = browser("李主任").get(f"/takeovers/estates/{made.estate_id}")
    for told in (
        "没有空档",
        "临时负责",
        "备 2026-7",
        "36 000.00".replace(" ", "\u00a0"),
        "980 / 1\u00a0040.5 米",
        "不合格，连续 1 年",
        "暂缓",
        "6\u00a0000.00",
        f"/cases/{made.case_no}",
        "还没有摸底",
    ):
        assert told in page


def test_an_estate_that_was_never_flagged_has_no_story(browser, city) -> None:
    officer = browser("李主任")
    for area in ("运河花园", "任城区"):
        officer.get(f"/takeovers/estates/{city.areas[area]}")
        assert officer.status == 404


def test_the_board_speaks_english(browser, city) -> None:
    flag(city, "甲小区", due=LATE)
    officer = browser("李主任")
    officer.get("/language/en")
    page = officer.get("/takeovers")
    assert "Takeovers of unmanaged estates" in page
    assert "For now" in page
    officer.get("/language/zh")
