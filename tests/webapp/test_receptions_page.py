"""The planners' page: a series is planned, one day called off, the series ended; nobody else finds it."""

import re

import pytest

WEDNESDAY = "2026-09-30"


@pytest.fixture
def given(city) -> dict[str, str]:
    return {
        "kind": "reception",
        "area": str(city.areas["水景花苑"]),
        "rhythm": "weekly",
        "first_on": WEDNESDAY,
        "at": "09:00",
        "until": "11:30",
        "place": "凉亭旁值班室",
        "last_on": "",
    }


def test_a_series_is_planned_a_day_called_off_and_the_series_ended(browser, given) -> None:
    officer = browser("周岚")
    officer.get("/receptions")
    page = officer.post("/receptions", **given)
    assert "09:00–11:30" in page
    assert "9月30日" in page
    series_id = re.search(r"/receptions/(\d+)/call-off", page)
    assert series_id
    page = officer.post(f"/receptions/{series_id[1]}/call-off", day="2026-10-07", reason="国庆放假")
    assert "国庆放假" in page
    assert "10月14日" in page
    page = officer.post(f"/receptions/{series_id[1]}/stop")
    assert "凉亭旁值班室" not in page


def test_a_rhythm_of_the_rules_can_be_asked_why(browser, given) -> None:
    officer = browser("周岚")
    officer.get("/receptions")
    page = officer.post("/receptions", **{**given, "rhythm": "rules"})
    assert "为什么" in page
    assert "14" in page.split("为什么")[1][:200]


@pytest.mark.parametrize(
    ("field", "value"),
    [("first_on", "2026-09-01"), ("first_on", "soon"), ("at", ""), ("until", "08:00"), ("place", " ")],
)
def test_what_does_not_fit_is_told_beside_its_field_and_the_rest_stays(browser, given, field: str, value: str) -> None:
    officer = browser("周岚")
    officer.get("/receptions")
    page = officer.post("/receptions", **{**given, field: value})
    assert officer.status == 422
    assert f'id="r-{field}-e"' in page
    if field != "place":
        assert 'value="凉亭旁值班室"' in page


def test_a_second_series_of_the_kind_is_refused(browser, given) -> None:
    officer = browser("周岚")
    officer.get("/receptions")
    officer.post("/receptions", **given)
    officer.post("/receptions", **given)
    assert officer.status == 409
    assert "已有同类安排" in officer.page


def test_planners_reach_their_own_area_only(browser, city, given) -> None:
    officer, other = browser("周岚"), browser("南池")
    officer.get("/receptions")
    page = officer.post("/receptions", **given)
    series_id = re.search(r"/receptions/(\d+)/stop", page)
    assert series_id
    assert "凉亭旁值班室" not in other.get("/receptions")
    for path, fields in (
        ("/receptions", given),
        (f"/receptions/{series_id[1]}/stop", {}),
        (f"/receptions/{series_id[1]}/call-off", {"day": WEDNESDAY, "reason": "x"}),
    ):
        other.get("/receptions")
        other.post(path, **fields)
        assert other.status == 404
    assert "凉亭旁值班室" in officer.get("/receptions")


@pytest.mark.parametrize("name", ["孙维", "李主任", "李静怡"])
def test_who_plans_nothing_finds_no_page(browser, name: str) -> None:
    other = browser(name)
    other.get("/receptions")
    assert other.status == 404
