"""The administrator's pages: whoever keeps an area finds all of it, and nothing beside it."""

from datetime import date

import pytest

from casework.directory import services
from casework.directory.people import add_person
from casework.directory.reading import read_area, read_organisation, read_person, search
from casework.directory.sealing import Particulars
from casework.directory.viewing import SYSTEM_VIEWER, Viewer, viewer
from casework.errors import NotFound
from tests.directory.town import SINCE, Town

PHONE = "13812345678"


def keeper(town: Town, *areas: str) -> Viewer:
    return viewer(town.work, town.staff(*(f"administrator@{area}" for area in areas)).id)


def officer(town: Town) -> int:
    """Add somebody with a phone and a post over the eastern street."""
    person = add_person(town.work, "staff", Particulars(name="周敏", phone=PHONE))
    town.appoint(person, "street_officer@东街")
    return person.id


def test_an_area_shows_what_is_below_it_who_is_there_and_who_serves_it(town: Town) -> None:
    officer(town)
    mine = keeper(town, "高唐县")
    street = read_area(town.work, mine, town.areas["东街"].id)
    assert [one.name[0] for one in street.above] == ["山东省", "聊城市", "高唐县"]
    assert [one.name[0] for one in street.below] == ["东社区"]
    assert [(post.person[0], post.since, post.until, post.running) for post in street.posts] == [
        ("周敏", SINCE, None, True)
    ]
    assert [(one.name[0], one.code) for one in street.organisations] == [("东街办", "ST")]
    assert street.contracts == []
    estate = read_area(town.work, mine, town.areas["水景花苑"].id)
    assert [one.company[0] for one in estate.contracts] == ["安居物业"]


def test_a_contract_that_ended_says_its_last_day(town: Town) -> None:
    mine, estate = keeper(town, "高唐县"), town.areas["水景花苑"].id
    (running,) = read_area(town.work, mine, estate).contracts
    services.end_contract(town.work, running.id, date(2026, 9, 17))
    (ended,) = read_area(town.work, mine, estate).contracts
    assert (running.until, running.running) == (None, True)
    assert (ended.until, ended.running) == (date(2026, 9, 17), False)


def test_what_lies_outside_the_kept_areas_is_not_there(town: Town) -> None:
    person = officer(town)
    outsider = keeper(town, "西街")
    for area in ("东街", "水景花苑", "高唐县", "茌平区"):
        with pytest.raises(NotFound):
            read_area(town.work, outsider, town.areas[area].id)
    for unit in ("东街办", "安居物业"):
        with pytest.raises(NotFound):
            read_organisation(town.work, outsider, town.units[unit].id)
    with pytest.raises(NotFound):
        read_person(town.work, outsider, person)
    assert read_area(town.work, outsider, None).below == []
    assert [one.name[0] for one in read_area(town.work, SYSTEM_VIEWER, None).below] == ["山东省"]


def test_only_a_keeper_has_such_pages(town: Town) -> None:
    reader = viewer(town.work, town.staff("county_officer@高唐县").id)
    for page, which in ((read_area, town.areas["东街"].id), (read_organisation, town.units["东街办"].id)):
        with pytest.raises(NotFound):
            page(town.work, reader, which)
    assert search(town.work, reader, "水景") == ([], [])


def test_a_persons_page_is_there_for_who_keeps_one_of_their_posts(town: Town) -> None:
    person = officer(town)
    page = read_person(town.work, keeper(town, "东街"), person)
    assert (page.name, page.login) == (("周敏", "Zhou Min"), "")
    assert page.phone == "138****5678"
    assert [post.place[0] for post in page.posts] == ["东街"]


def test_a_search_finds_what_is_kept_however_much_of_that_name_lies_elsewhere(town: Town) -> None:
    person = officer(town)
    for number in range(70):
        town.area("building", f"{number + 1}号楼", "运河花园")
    town.area("building", "99号楼", "水景花苑")
    east, west = keeper(town, "东街"), keeper(town, "西街")
    assert [one.name[0] for one in search(town.work, east, "号楼")[0] if one.kind == "building"] == ["99号楼"]
    assert [post.person_id for post in search(town.work, east, PHONE)[1]] == [person]
    assert search(town.work, west, PHONE) == ([], [])
    assert search(town.work, west, "水景") == ([], [])
