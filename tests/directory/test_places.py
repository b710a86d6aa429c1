"""Areas, organisations and contracts."""

from datetime import date, timedelta

import pytest

from casework import audit
from casework.directory import queries, services
from casework.errors import Conflict, Forbidden, Invalid, NotFound
from casework.persistence import Actor, Work
from tests.directory.town import SINCE, Town


def test_a_path_names_every_area_above(town: Town) -> None:
    estate = town.areas["水景花苑"]
    names = ["山东省", "聊城市", "高唐县", "东街", "东社区", "水景花苑"]
    assert estate.path == "".join(f"{town.areas[name].id}." for name in names)
    assert [area.name for area in queries.ancestors(town.work, estate.id)] == names
    assert queries.ancestor(town.work, estate.id, "street") is town.areas["东街"]
    assert queries.ancestor(town.work, estate.id, "household") is None


def test_an_area_lies_below_a_higher_kind(town: Town) -> None:
    with pytest.raises(Invalid):
        services.add_area(town.work, "street", "错街", parent_id=town.areas["水景花苑"].id)
    with pytest.raises(Invalid):
        services.move_area(town.work, town.areas["东街"].id, town.areas["西社区"].id)


def test_a_moved_area_takes_everything_below_along_and_the_past_stays(town: Town) -> None:
    home, today = town.areas["2号楼301"], date(2026, 9, 18)
    services.move_area(town.work, town.areas["东社区"].id, town.areas["西街"].id)
    assert queries.ancestor(town.work, home.id, "street").name == "西街"
    assert home.path.startswith(town.areas["西街"].path)
    assert queries.ancestor(town.work, home.id, "street", on=today - timedelta(days=1)).name == "东街"
    assert [area.name for area in queries.subtree(town.work, town.areas["东街"].id, ("estate",))] == []
    assert {area.name for area in queries.subtree(town.work, town.areas["西街"].id, ("estate",))} == {
        "水景花苑",
        "运河花园",
    }
    assert [entry.what for entry in audit.entries_of(town.work.session, ("area", town.areas["东社区"].id))] == [
        "area_moved"
    ]


def test_names_sort_by_sound_and_numbers_by_size(town: Town) -> None:
    for name in ("10号楼", "2号楼", "1号楼"):
        town.area("building", name, "运河花园")
    assert [area.name for area in queries.children(town.work, town.areas["运河花园"].id)] == [
        "1号楼",
        "2号楼",
        "10号楼",
    ]


def test_an_estate_is_found_by_its_name_and_by_its_sound(town: Town) -> None:
    for words in ("水景", "shui jing"):
        assert [area.name for area in queries.find_areas(town.work, words)] == ["水景花苑"]
    mine = queries.viewer(town.work, town.staff("street_officer@西街").id)
    assert queries.find_areas(town.work, "水景", mine) == []
    assert [area.name for area in queries.find_areas(town.work, "运河", mine)] == ["运河花园"]


def test_two_companies_never_serve_an_estate_on_one_day(town: Town) -> None:
    estate, other = town.areas["水景花苑"].id, town.units["和美物业"].id
    with pytest.raises(Conflict):
        services.sign_contract(town.work, other, estate, date(2026, 1, 1))
    (running,) = queries.contracts_of(town.work, estate_id=estate)
    services.end_contract(town.work, running.id, date(2026, 9, 30))
    services.sign_contract(town.work, other, estate, date(2026, 10, 1))
    assert queries.company_of(town.work, estate, date(2026, 9, 30)).name == "安居物业"
    assert queries.company_of(town.work, estate, date(2026, 10, 1)).name == "和美物业"
    assert queries.company_of(town.work, estate, SINCE - timedelta(days=1)) is None


def test_the_nearest_bureau_up_the_tree_is_meant(town: Town) -> None:
    town.unit("bureau", "市城管局", "聊城市", code="UM")
    day, estate = date(2026, 9, 18), town.areas["水景花苑"].id
    assert queries.bureau(town.work, "UM", estate).name == "城管局"
    assert queries.bureau(town.work, "UM", town.areas["茌平区"].id).name == "市城管局"
    assert queries.bureau(town.work, "PSB", estate) is None
    assert queries.unit_for(town.work, "CO", estate, day).name == "安居物业"
    assert queries.unit_for(town.work, "CO", town.areas["运河花园"].id, day) is None
    assert queries.unit_for(town.work, "ST", estate, day).name == "东街办"
    assert queries.unit_for(town.work, "UT.gas", estate, day).name == "燃气公司"
    town.unit("utility", "自来水公司", "高唐县", code="UT")
    assert queries.unit_for(town.work, "UT.water", estate, day).name == "自来水公司"
    together = queries.units_for(town.work, ["CO", "UM", "PSB", "UT.gas", "UT.water"], estate, day)
    assert {code: unit.name for code, unit in together.items()} == {
        "CO": "安居物业",
        "UM": "城管局",
        "UT.gas": "燃气公司",
        "UT.water": "自来水公司",
    }


def test_only_an_administrator_of_the_area_changes_it(town: Town) -> None:
    admin = town.staff("administrator@高唐县")
    mine = town.work.acting_as(Actor("person", admin.id))
    services.add_area(mine, "street", "南街", parent_id=town.areas["高唐县"].id)
    with pytest.raises(Forbidden):
        services.add_area(mine, "street", "南街", parent_id=town.areas["茌平区"].id)
    services.add_area(mine, "building", "1号楼", parent_id=town.areas["运河花园"].id)
    with pytest.raises(Forbidden):
        services.add_area(mine, "county", "东阿县", parent_id=town.areas["聊城市"].id)
    officer = town.work.acting_as(Actor("person", town.staff("street_officer@东街").id))
    with pytest.raises(Forbidden):
        services.appoint(officer, admin.id, "street_lead", area_id=town.areas["东街"].id)
    with pytest.raises(Forbidden):
        services.add_area(town.work.acting_as(Actor("anonymous")), "province", "某省")


def test_what_is_not_there_is_not_found(work: Work) -> None:
    with pytest.raises(NotFound):
        services.move_area(work, 999_999, 999_998)


def test_organisations_and_posts_are_listed_below_an_area(town: Town) -> None:
    clerk, guard = town.staff("street_officer@东街"), town.staff("company_service@安居物业")
    east, county = town.areas["东街"].id, town.areas["高唐县"].id
    assert [unit.name for unit in queries.organisations(town.work, kind="company")] == ["安居物业", "和美物业"]
    assert {unit.name for unit in queries.organisations(town.work, below=east)} == {"东街办", "水景业委会"}
    assert [post.person_id for post in queries.holders(town.work, below=east)] == [clerk.id]
    assert {post.person_id for post in queries.holders(town.work, below=county)} == {clerk.id, guard.id}
    assert [post.person_id for post in queries.holders(town.work, role="company_service")] == [guard.id]
