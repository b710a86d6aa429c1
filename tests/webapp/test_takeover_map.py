"""The map of flagged estates: drawn here, told by shape and letter, the same in a table, and usable with thousands."""

import re
from datetime import timedelta
from typing import Any

import pytest

from casework.directory.models import AreaShape
from casework.takeovers.reads_map import Outline, Spot
from tests.webapp.flagged import flag, lie, many, office
from tests.webapp.test_browser import AXE, CHROMIUM, DESK, PHONE, _axe, _fits, chromium, page, site, spoken
from webapp.takeovers.drawing import HEIGHT, MOST_SINGLE, WIDTH, Box, Sheet

__all__ = ["chromium", "page", "site", "spoken"]

URL = "/takeovers/map"
MARK = re.compile(r'<a class="spot k(\d)( late)?".*?aria-label="([^"]+)".*?</a>', re.DOTALL)


def spot(number: int, east: float, north: float) -> Spot:
    return Spot(
        number, (f"{number}号", f"No. {number}"), (east, north), "A", "serving", None, ("摸底", "Survey"), False
    )


def scattered(number: int) -> list[Spot]:
    return [spot(one, 116.5 + (one * 37 % 1000) / 2000, 35.3 + (one * 91 % 997) / 2000) for one in range(number)]


def test_north_is_up_east_is_right_and_everything_lies_on_the_sheet() -> None:
    places = [(116.5, 35.3), (116.8, 35.3), (116.5, 35.5)]
    box = Box.around(places)
    assert box is not None
    (x, y), (east, _), (_, north) = (Sheet(box).at(place) for place in places)
    assert east > x
    assert north < y
    assert all(0 <= a <= WIDTH and 0 <= b <= HEIGHT for a, b in map(Sheet(box).at, places))


def test_a_degree_east_is_drawn_shorter_than_a_degree_north() -> None:
    sheet = Sheet(Box(116, 60, 117, 61))
    (west, south), (east, _), (_, north) = sheet.at((116, 60)), sheet.at((117, 60)), sheet.at((116, 61))
    assert (east - west) / (south - north) == pytest.approx(0.49, abs=0.02)


def test_one_place_alone_has_some_streets_around_it() -> None:
    box = Box.around([(116.5, 35.3)])
    assert box is not None
    assert box.small
    assert Sheet(box).at((116.5, 35.3)) == (WIDTH / 2, HEIGHT / 2)
    assert Box.around([]) is None


def test_few_estates_are_each_drawn_and_many_put_together_without_losing_one() -> None:
    few, many_ = scattered(MOST_SINGLE), scattered(2000)
    for spots, most in ((few, MOST_SINGLE), (many_, 330)):
        box = Box.around([one.at for one in spots if one.at])
        assert box is not None
        marks = Sheet(box).marks(spots)
        assert len(marks) <= most
        assert sorted(one.estate_id for mark in marks for one in mark.spots) == [one.estate_id for one in spots]
    assert all(mark.single for mark in Sheet(Box(116.5, 35.3, 117, 35.8)).marks(few))


def test_marks_that_stand_for_several_never_cover_each_other() -> None:
    box = Box.around([one.at for one in scattered(2000) if one.at])
    assert box is not None
    marks = Sheet(box).marks(scattered(2000))
    near = [
        (one, other)
        for place, one in enumerate(marks)
        for other in marks[:place]
        if (one.x - other.x) ** 2 + (one.y - other.y) ** 2 < 32**2
    ]
    assert near == []


def test_looking_closer_leads_to_single_estates_even_where_they_lie_on_one_another() -> None:
    spots = scattered(2000) + [spot(9000 + one, 116.6, 35.4) for one in range(300)]
    box = Box.around([one.at for one in spots if one.at])
    for _step in range(12):
        box = Box.of_text(str(box))
        assert box is not None
        inside = [one for one in spots if one.at and box.holds(one.at)]
        mark = max(Sheet(box).marks(inside), key=lambda one: len(one.spots))
        if mark.single:
            return
        box = mark.box
    pytest.fail("the largest mark never comes apart")


def test_a_box_in_an_address_still_holds_what_it_was_made_around() -> None:
    places = [(116.5000004999, 35.3000004999), (116.6000005001, 35.4000005001)]
    box = Box.of_text(str(Box.around(places)))
    assert box is not None
    assert all(box.holds(place) for place in places)


def test_an_outline_loses_corners_that_nobody_would_see() -> None:
    ring = [(116.5 + one / 1e6, 35.3) for one in range(5000)] + [(116.8, 35.3), (116.8, 35.5), (116.5, 35.3)]
    (path,) = Sheet(Box(116.5, 35.3, 116.8, 35.5)).paths([Outline(("县", "County"), "county", [ring])])
    assert path.d.count("L") < 20
    assert Sheet(Box(116.5, 35.3, 116.8, 35.5)).paths([Outline(("点", "Dot"), "street", [[(116.6, 35.4)] * 4])]) == []


@pytest.mark.parametrize("text", ["", "1,2,3", "a,b,c,d", "2,2,1,3", "nan,0,1,1", "-181,0,0,1", "0,0,0,0", None])
def test_a_box_that_is_none_is_left_aside(text: str | None) -> None:
    assert Box.of_text(text) is None


def test_every_estate_is_on_the_map_with_name_class_and_unit_and_the_same_in_the_table(browser, city) -> None:
    one = flag(city, "甲小区", "survey", klass="A", due=-timedelta(days=1))
    other = flag(city, "乙小区", "operating", klass=None, kind="serving", unit="九安物业")
    lie(city, one.estate_id, "116.52", "35.33")
    lie(city, other.estate_id, "116.62", "35.43")
    page = browser("李主任").get(URL)
    found = {label.split("，")[0]: (shape, late, label) for shape, late, label in MARK.findall(page)}
    assert found["甲小区"] == ("1", " late", "甲小区，A 转市场，济阳街道办（临时负责），摸底，已逾期")
    assert found["乙小区"] == ("5", "", "乙小区，未分类，九安物业（选聘企业），运营")
    table = page.split('id="tb"')[1].split("</table>")[0]
    for told in ("甲小区", "A 转市场", "乙小区", "九安物业", "逾期"):
        assert told in table
    assert "<script src=" in page
    assert not re.search(r'(src|href)="(https?:)?//', page)


def test_shapes_tell_the_kind_of_unit_where_that_is_asked_for(browser, city) -> None:
    made = flag(city, "甲小区", kind="serving", unit="九安物业")
    lie(city, made.estate_id, "116.52", "35.33")
    page = browser("李主任").get(f"{URL}?by=kind")
    assert MARK.findall(page)[0][0] == "1"
    assert ">聘</text>" in page
    assert "没有符合的小区" in browser("李主任").get(f"{URL}?kind=self")


def test_estates_without_a_place_are_listed(browser, city) -> None:
    flag(city, "甲小区")
    page = browser("李主任").get(URL)
    assert "这些小区都还没有位置" in page
    assert "甲小区" in page.split("还没有位置的小区")[1]
    assert MARK.findall(page) == []


def test_the_map_shows_the_areas_around_and_where_their_shapes_come_from(browser, city) -> None:
    made = flag(city, "甲小区")
    lie(city, made.estate_id, "116.52", "35.33")
    ring = [[116.5, 35.3], [116.8, 35.3], [116.8, 35.5], [116.5, 35.3]]
    with city.casework.work() as work:
        geometry = {"type": "Polygon", "coordinates": [ring]}
        work.session.add(AreaShape(area_id=city.areas["济阳街道"], geometry=geometry, source="区划"))
    page = browser("李主任").get(URL)
    assert '<path class="around street" d="M' in page
    assert "位置来源：区划；测试" in page
    assert 'class="around' not in browser("南池").get(URL)


def test_each_office_has_the_map_of_its_own_subtree(browser, city) -> None:
    office(city)
    one, other = flag(city, "甲小区"), flag(city, "丙小区", community="南池社区")
    lie(city, one.estate_id, "116.52", "35.33")
    lie(city, other.estate_id, "116.62", "35.43")
    assert len(MARK.findall(browser("国资").get(URL))) == 2
    street = browser("王砚秋")
    assert [label.split("，")[0] for _, _, label in MARK.findall(street.get(URL))] == ["甲小区"]
    street.get(f"{URL}?area={city.areas['南池街道']}")
    assert street.status == 404
    resident = browser("李静怡")
    resident.get(URL)
    assert resident.status == 404


def test_two_thousand_estates_stay_a_page_that_can_be_used(browser, city) -> None:
    many(city, 2000, shapes=True)
    officer = browser("李主任")
    page = officer.get(URL)
    assert len(page) < 300_000
    assert "2001 个小区，图上 2000 个" in page
    closer = re.search(r'class="spot many" href="([^"]+)"', page)
    assert closer
    assert "回到整个辖区" in officer.get(closer[1].replace("&amp;", "&"))
    assert MARK.search(officer.page)
    assert "小区" in officer.get(f"{URL}?after=1900").split('id="tb"')[1].split("</table>")[0]


def _made(city: Any) -> int:
    """Have something on every page of takeovers, and return an estate."""
    made = flag(city, "水景花苑", "operating", kind="serving", unit="九安物业", due=-timedelta(days=1))
    other = flag(city, "运河花园", "survey", task=("survey", "street_officer"), due=timedelta(days=2), klass=None)
    flag(city, "北关安置区", closed=True)
    lie(city, made.estate_id, "116.52", "35.33")
    lie(city, other.estate_id, "116.62", "35.43")
    return made.estate_id


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
@pytest.mark.parametrize(("language", "size", "other"), [("zh-CN", PHONE, DESK), ("en-GB", DESK, PHONE)])
def test_no_page_of_takeovers_has_a_barrier_or_moves_sideways(
    page, spoken, site: str, city, language, size, other
) -> None:
    if not AXE.is_file():
        pytest.skip("the assets are not built here")
    estate = _made(city)
    opened = page("李主任", size=size, language=language)
    spoken(opened, language)
    firm = f"/takeovers/county/companies/{city.units['九安物业']}"
    urls = ["/takeovers", "/takeovers?view=list", f"/takeovers/estates/{estate}", "/takeovers/county", firm, URL]
    barriers: list[tuple[str, str]] = []
    for url in [*urls, "/takeovers/county/records/estates"]:
        opened.goto(site + url, wait_until="load")
        barriers += [(url, text) for text in _axe(opened)]
        for width in (other, size):
            opened.set_viewport_size(width)
            if not _fits(opened):
                barriers.append((url, f"the page moves sideways at {width['width']}"))
    assert barriers == []


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_the_map_is_walked_by_keyboard_and_zooms_by_its_buttons(page, site: str, city) -> None:
    _made(city)
    opened = page("李主任")
    opened.goto(site + URL)
    mark = opened.locator("a.spot").first
    mark.focus()
    assert "水景花苑" in mark.get_attribute("aria-label") or "运河花园" in mark.get_attribute("aria-label")
    whole = opened.locator("svg[data-map]").get_attribute("viewBox")
    opened.get_by_role("button", name="放大").click()
    assert opened.locator("svg[data-map]").get_attribute("viewBox") != whole
    opened.get_by_role("button", name="看全图").click()
    assert opened.locator("svg[data-map]").get_attribute("viewBox") == whole
    mark.focus()
    opened.keyboard.press("Enter")
    opened.wait_for_url("**/takeovers/estates/*")
