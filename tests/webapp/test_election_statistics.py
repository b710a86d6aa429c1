"""The figures of committees and elections: on the page with what they mean, and as files."""

import csv
from io import StringIO

import pytest

from tests.webapp.elections import begin, end_all, seat

PAGE = "/supervision/statistics/elections"


@pytest.fixture(autouse=True)
def none_left_open(city):  # type: ignore[no-untyped-def]
    yield
    end_all(city)


def rows(page: str) -> list[dict[str, str]]:
    assert page.startswith("\ufeff")
    return list(csv.DictReader(StringIO(page[1:])))


def test_every_figure_says_how_it_is_counted_and_as_of_when(browser, city) -> None:
    made = begin(city)
    seat(city, made.people)
    page = browser("李主任").get(PAGE)
    assert page.count('<details class="law">') >= page.count('class="big"') == 7
    assert "截至" in page
    assert "业委会在任且已备案的小区 ÷ 具备条件的小区" in page
    assert made.case_no in page or "未启动" in page
    assert "未达到" in page


def test_areas_lead_one_level_down_and_to_their_elections(browser, city) -> None:
    begin(city)
    page = browser("李主任").get(PAGE)
    street = city.areas["济阳街道"]
    assert f"/supervision/statistics/elections?area={street}&amp;by=community" in page
    assert f"/elections?area={street}" in page


def test_the_files_have_every_area_and_every_committee(browser, city) -> None:
    made = begin(city)
    seat(city, made.people)
    officer = browser("李主任")
    areas = rows(officer.get(f"{PAGE}/areas.csv"))
    assert officer.headers["Content-Type"].startswith("text/csv")
    street = next(one for one in areas if one["名称"] == "济阳街道")
    assert (street["业委会委员"], street["其中党员"], street["选举"]) == ("3", "1", "1")
    committees = rows(officer.get(f"{PAGE}/committees.csv"))
    committee = next(one for one in committees if one["小区"] == "水景花苑")
    assert (committee["目标"], committee["达到目标"]) == ("3/5", "否")
    officer.get(f"{PAGE}/people.csv")
    assert officer.status == 404


def test_who_supervises_one_street_finds_no_other(browser, city) -> None:
    officer = browser("王砚秋")
    assert "南池" not in officer.get(PAGE)
    assert "南池" not in officer.get(f"{PAGE}/areas.csv")
    officer.get(f"{PAGE}?area={city.areas['南池街道']}")
    assert officer.status == 404
    officer.get(f"{PAGE}?by=company")
    assert officer.status == 404


@pytest.mark.parametrize("who", ["孙维", "李静怡"])
def test_who_does_not_supervise_gets_no_figures(browser, who: str) -> None:
    other = browser(who)
    other.get(PAGE)
    assert other.status == 404
