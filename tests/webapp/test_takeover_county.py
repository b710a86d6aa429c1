"""The county's page of takeovers: capacity, the subsidy to the fen, ranking, bundles, and what was counted."""

import csv
import re
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest

from casework.directory.models import Area
from casework.takeovers import reads_budget
from casework.takeovers.planning_models import FirmCapacity
from tests.webapp.flagged import Flagged, bundle, flag, office, sign, works, year

FIRST, LAST = date(2025, 9, 8), date(2029, 9, 7)


def served(city, estate: str = "甲小区", **more) -> Flagged:  # type: ignore[no-untyped-def]
    """Have a company serve a flagged estate."""
    return flag(city, estate, "operating", kind="serving", unit="九安物业", **more)


def lines(city, area: str = "任城区"):  # type: ignore[no-untyped-def]
    with city.casework.work() as work:
        return list(reads_budget.lines(work, work.session.get_one(Area, city.areas[area])))


def test_the_subsidy_to_come_follows_the_steps_times_the_area_to_the_fen(city) -> None:
    sign(city, served(city), first=date(2026, 9, 8), last=LAST, area="48532.17")
    assert [(one.budget, one.number, one.amount, one.state) for one in lines(city)] == [
        (2027, 1, Decimal("174715.81"), "promised"),
        (2028, 2, Decimal("116477.21"), "promised"),
        (2029, 3, Decimal("58238.60"), "promised"),
    ]


def test_what_was_paid_or_held_stands_and_the_next_step_goes_on_with_the_corrected_area(city) -> None:
    made = served(city)
    sign(city, made, first=FIRST, last=LAST, area="10000.00")
    year(city, made, 1, FIRST, date(2026, 9, 7), points="55", paid="35990.01", state="held", area="9000.00")
    found = reads_budget.budget(lines(city))
    assert [(one.year, one.promised, one.paid, one.held) for one in found] == [
        (2026, Decimal("0.00"), Decimal("0.00"), Decimal("35990.01")),
        (2027, Decimal("21600.00"), Decimal("0.00"), Decimal("0.00")),
        (2028, Decimal("10800.00"), Decimal("0.00"), Decimal("0.00")),
    ]


def test_a_year_under_way_is_promised_once_and_no_step_is_used_twice(city) -> None:
    made = served(city)
    sign(city, made, first=FIRST, last=LAST)
    year(city, made, 1, FIRST, date(2026, 9, 7), points="80", paid="36000.00")
    year(city, made, 2, date(2026, 9, 8), date(2027, 9, 7))
    assert [(one.number, one.budget, one.state) for one in lines(city)] == [
        (1, 2026, "paid"),
        (2, 2027, "promised"),
        (3, 2028, "promised"),
    ]


def test_a_contract_that_ends_within_a_year_counts_its_whole_months(city) -> None:
    sign(city, served(city), first=date(2026, 9, 8), last=date(2027, 3, 20))
    (only,) = lines(city)
    assert (only.months, only.amount) == (6, Decimal("18000.00"))


def test_an_estate_that_was_settled_and_a_contract_that_was_stopped_promise_nothing(city) -> None:
    sign(city, served(city, settled=True), first=FIRST, last=LAST)
    assert lines(city) == []


def test_the_budget_of_a_year_lists_the_estates_it_is_made_of(browser, city) -> None:
    sign(city, served(city), first=date(2026, 9, 8), last=LAST)
    officer = browser("李主任")
    page = officer.get("/takeovers/county")
    assert "/takeovers/county/budget/2027?area=" in page
    assert "36\u00a0000.00" in page
    listed = officer.get(f"/takeovers/county/budget/2027?area={city.areas['任城区']}")
    assert "甲小区" in listed
    assert "36\u00a0000.00" in listed
    officer.get("/takeovers/county/budget/1999")
    assert officer.status == 404
    rows = list(csv.DictReader(StringIO(officer.get("/takeovers/county/subsidies.csv")[1:])))
    assert [(row["预算年度"], row["金额（元）"]) for row in rows] == [
        ("2027", "36000.00"),
        ("2028", "24000.00"),
        ("2029", "12000.00"),
    ]


def test_a_county_sets_what_a_company_can_take_on_and_sees_what_is_left(browser, city) -> None:
    sign(city, served(city), first=FIRST, last=LAST)
    officer = browser("李主任")
    url = f"/takeovers/county/companies/{city.units['九安物业']}"
    assert "还没有核定承接能力" in officer.get(url)
    page = officer.post(url, area="120000.50", estates="5", longitude="116.587", latitude="35.415")
    assert "承接能力已核定" in page
    with city.casework.work() as work:
        row = work.session.get_one(FirmCapacity, city.units["九安物业"])
        assert (row.area, row.estates, row.longitude) == (Decimal("120000.50"), 5, Decimal("116.587"))
    page = officer.get("/takeovers/county")
    assert re.search(r"九安物业</a></th>.*?<td class=\"num\">5</td><td class=\"num\">3</td>", page, re.DOTALL)
    assert "110\u00a0000.50 m²" in page


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"area": "很多"}, "请填数字"),
        ({"estates": ""}, "请填写"),
        ({"estates": "1.5"}, "整数"),
        ({"area": "-1"}, "0 以上"),
        ({"latitude": ""}, "一起填"),
        ({"longitude": "216"}, "180"),
        ({"area": "NaN"}, "0 以上"),
        ({"estates": "Infinity"}, "整数"),
    ],
)
def test_a_capacity_that_can_not_be_is_told_at_its_field_and_kept_on_the_page(browser, city, changed, told) -> None:
    officer = browser("李主任")
    url = f"/takeovers/county/companies/{city.units['九安物业']}"
    officer.get(url)
    typed = {"area": "100", "estates": "5", "longitude": "116.587", "latitude": "35.415"} | changed
    page = officer.post(url, **typed)
    assert officer.status == 422
    assert told in page
    assert 'value="35.415"' in page or "latitude" in changed
    with city.casework.work() as work:
        assert work.session.get(FirmCapacity, city.units["九安物业"]) is None


def test_who_does_not_set_capacities_reads_them_only(browser, city) -> None:
    street = browser("王砚秋")
    url = f"/takeovers/county/companies/{city.units['九安物业']}"
    assert "核定承接能力</h2>" not in street.get(url)
    street.post(url, area="100", estates="5", longitude="", latitude="")
    assert street.status == 403
    office(city)
    soe = browser("国资")
    soe.get(url)
    assert "承接能力已核定" in soe.post(url, area="100", estates="5", longitude="", latitude="")
    soe.get(f"/takeovers/county/companies/{city.units['济阳街道办']}")
    assert soe.status == 404


def test_estates_are_ranked_by_their_newest_result_and_equals_share_a_place(browser, city) -> None:
    best, same, worst = (served(city, f"{name}小区") for name in "甲乙丙")
    for made, points in ((best, "90"), (same, "90"), (worst, "55")):
        year(city, made, 1, FIRST, date(2026, 9, 7), points=points)
    year(city, worst, 2, date(2026, 9, 8), date(2027, 9, 7), points="59")
    officer = browser("李主任")
    rows = list(csv.DictReader(StringIO(officer.get("/takeovers/county/ranking.csv")[1:])))
    assert [(row["名次"], row["小区"], row["合格"]) for row in rows] == [
        ("1", "甲小区", "是"),
        ("1", "乙小区", "是"),
        ("3", "丙小区", "否"),
    ]
    assert Decimal(rows[-1]["得分"]) == 59
    assert "不合格，连续 1 年" in officer.get("/takeovers/county")


def test_a_bundle_tells_what_became_of_each_estate(browser, city) -> None:
    one, other = flag(city, "甲小区"), flag(city, "乙小区")
    made = bundle(city, {one.estate_id: "yes", other.estate_id: "no"})
    page = browser("李主任").get("/takeovers/county")
    part = page.split('id="bund"')[1]
    assert f"/cases/{made.case_no}" in part
    assert re.search(r"2 个小区：同意 <b>1</b> · 不同意 <b>1</b>", part)
    assert f"/takeovers/estates/{other.estate_id}" in part


def test_every_figure_leads_to_the_records_that_add_up_to_it(browser, city) -> None:
    one, other = served(city, "甲小区"), served(city, "乙小区")
    works(city, one, "gate", "20", "19")
    works(city, other, "gate", "4", "3")
    works(city, other, "gate", "7")
    works(city, other, "road", "1200", "1040.5")
    officer = browser("李主任")
    page = officer.get("/takeovers/county")
    area = city.areas["任城区"]
    for what, figure in (("estates", "2"), ("gate", "22"), ("road", "1\u00a0040.5"), ("camera", "0")):
        assert re.search(rf'/takeovers/county/records/{what}\?area={area}">{figure}<small>', page), what
        listed = officer.get(f"/takeovers/county/records/{what}?area={area}")
        assert f"合计 {figure}，" in listed
    gates = officer.get(f"/takeovers/county/records/gate?area={area}")
    assert re.findall(r'<td class="num">(\d+)</td>', gates) == ["19", "3"]
    assert f"/cases/{other.case_no}" in gates
    officer.get("/takeovers/county/records/doors")
    assert officer.status == 404


def test_figures_are_of_the_area_that_is_read(browser, city) -> None:
    served(city, "甲小区")
    served(city, "丙小区", community="南池社区")
    street = browser("王砚秋")
    assert "乙小区" not in street.get("/takeovers/county/records/estates")
    assert "甲小区" in street.page
    assert "丙小区" not in street.page
    for url in ("/takeovers/county", "/takeovers/county/records/estates", "/takeovers/county/ranking.csv"):
        street.get(f"{url}?area={city.areas['任城区']}")
        assert street.status == 404
    resident = browser("李静怡")
    resident.get("/takeovers/county")
    assert resident.status == 404


def test_an_empty_county_says_what_will_appear(browser, city) -> None:
    page = browser("李主任").get("/takeovers/county")
    for told in ("还没有补贴", "还没有评价结果", "没有打包项目"):
        assert told in page
