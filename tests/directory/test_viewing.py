"""Who sees which rows: nobody sees anything that no door lets them see."""

import random
from datetime import date, timedelta

import pytest
from sqlalchemy import Column, Date, Integer, MetaData, Table, Text, event, func, select

from casework.directory import services
from casework.directory.models import Area
from casework.directory.people import add_person, erase_person
from casework.directory.queries import contracts_of, readable_areas
from casework.directory.viewing import NOBODY, SYSTEM_VIEWER, Columns, Post, Viewer, groups_of, scoped, viewer
from casework.errors import NotFound
from casework.persistence import Actor, Work
from tests.directory.town import SINCE, Town

ROWS = Table(
    "rows_for_viewing",
    MetaData(),
    Column("name", Text),
    Column("path", Text),
    Column("estate", Integer),
    Column("day", Date),
    Column("unit", Integer),
    Column("part", Text),
    Column("person", Integer),
    prefixes=["TEMPORARY"],
)
COLUMNS = Columns(
    ROWS.c.path,
    estate=ROWS.c.estate,
    day=ROWS.c.day,
    units=(ROWS.c.unit,),
    private=ROWS.c.part == "flat",
    own=lambda person_id: ROWS.c.person == person_id,
)


@pytest.fixture
def rows(town: Town) -> Town:
    ROWS.create(town.work.session.connection())
    return town


def put(
    town: Town, name: str, area: str, *, day: date = SINCE, unit: str = "", part: str = "", person: int = 0
) -> None:
    place = town.areas[area]
    routed = town.units[unit].id if unit else None
    row = {"name": name, "path": place.path, "estate": place.id, "day": day, "unit": routed, "part": part}
    town.work.session.execute(ROWS.insert().values(**row, person=person))


def seen(town: Town, who: Viewer) -> set[str]:
    return set(town.work.session.scalars(scoped(select(ROWS.c.name), COLUMNS, who)))


def eyes(town: Town, *posts: str) -> Viewer:
    return viewer(town.work, town.staff(*posts).id)


def test_an_office_reads_its_subtree_and_nothing_beside_it(rows: Town) -> None:
    for estate in ("水景花苑", "运河花园"):
        put(rows, estate, estate)
    put(rows, "茌平", "茌平区")
    assert seen(rows, eyes(rows, "street_officer@东街")) == {"水景花苑"}
    assert seen(rows, eyes(rows, "community_officer@西社区")) == {"运河花园"}
    assert seen(rows, eyes(rows, "county_officer@高唐县")) == {"水景花苑", "运河花园"}
    assert seen(rows, eyes(rows, "county_officer@茌平区")) == {"茌平"}
    assert seen(rows, eyes(rows, "city_officer@聊城市")) == {"水景花苑", "运河花园", "茌平"}
    assert seen(rows, eyes(rows, "community_officer@西社区", "community_officer@东社区")) == {"水景花苑", "运河花园"}


def test_an_area_whose_number_begins_alike_is_another_area(rows: Town) -> None:
    prefix = rows.areas["东街"].path
    rows.work.session.execute(ROWS.insert().values(name="alike", path=prefix[:-1] + "1.7."))
    assert seen(rows, eyes(rows, "street_officer@东街")) == set()


def test_an_administrator_of_people_reads_no_cases(rows: Town) -> None:
    put(rows, "a", "水景花苑")
    assert seen(rows, eyes(rows, "administrator@聊城市", "designer@聊城市")) == set()


def test_a_company_sees_its_estates_in_its_contracts_days(rows: Town) -> None:
    (contract,) = contracts_of(rows.work, estate_id=rows.areas["水景花苑"].id)
    services.end_contract(rows.work, contract.id, date(2026, 6, 30))
    put(rows, "last day", "水景花苑", day=date(2026, 6, 30))
    put(rows, "day after", "水景花苑", day=date(2026, 7, 1))
    put(rows, "day before", "水景花苑", day=SINCE - timedelta(days=1))
    put(rows, "elsewhere", "运河花园", day=date(2026, 6, 30))
    put(rows, "routed", "运河花园", unit="安居物业")
    assert seen(rows, eyes(rows, "project_manager@安居物业")) == {"last day", "routed"}
    assert seen(rows, eyes(rows, "project_manager@和美物业")) == set()


def test_a_bureau_sees_what_is_routed_to_it(rows: Town) -> None:
    put(rows, "theirs", "水景花苑", unit="城管局")
    put(rows, "not theirs", "水景花苑")
    assert seen(rows, eyes(rows, "bureau_officer@城管局")) == {"theirs"}


def test_a_committee_sees_its_estate_without_the_private_parts(rows: Town) -> None:
    put(rows, "common", "水景花苑", part="common")
    put(rows, "unknown", "水景花苑")
    put(rows, "flat", "水景花苑", part="flat")
    put(rows, "other", "运河花园", part="common")
    assert seen(rows, eyes(rows, "chair@水景业委会")) == {"common", "unknown"}


def test_a_resident_sees_their_own_and_nothing_of_their_neighbours(rows: Town) -> None:
    me = add_person(rows.work, "resident")
    services.bind_household(rows.work, me.id, rows.areas["2号楼301"].id, "owner")
    put(rows, "mine", "水景花苑", person=me.id)
    put(rows, "neighbour's", "水景花苑", person=me.id + 1)
    who = viewer(rows.work, me.id)
    assert seen(rows, who) == {"mine"}
    assert [(home[0], home[2]) for home in who.homes] == [(rows.areas["2号楼301"].id, "owner")]


def test_who_is_nobody_sees_nothing_and_the_system_everything(rows: Town) -> None:
    put(rows, "a", "水景花苑", unit="城管局")
    assert seen(rows, NOBODY) == set()
    assert seen(rows, eyes(rows)) == set()
    assert seen(rows, SYSTEM_VIEWER) == {"a"}


def test_with_a_path_alone_only_offices_see(rows: Town) -> None:
    put(rows, "a", "水景花苑", unit="安居物业")
    company, office = eyes(rows, "project_manager@安居物业"), eyes(rows, "street_officer@东街")
    for who, expected in ((company, []), (office, ["a"])):
        assert list(rows.work.session.scalars(scoped(select(ROWS.c.name), ROWS.c.path, who))) == expected


def test_posts_that_ended_or_have_not_begun_open_nothing(rows: Town) -> None:
    put(rows, "a", "水景花苑")
    was, will = rows.staff(), rows.staff()
    rows.appoint(was, "street_officer@东街", last_day=date(2026, 9, 17))
    services.appoint(rows.work, will.id, "street_officer", area_id=rows.areas["东街"].id, since=date(2026, 9, 19))
    for person in (was, will):
        assert seen(rows, viewer(rows.work, person.id)) == set()
    lasting = rows.staff("street_officer@东街")
    post = rows.appoint(lasting, "street_officer@东街")
    assert seen(rows, viewer(rows.work, lasting.id)) == {"a"}
    services.dismiss(rows.work, post.id)
    assert seen(rows, viewer(rows.work, lasting.id)) == set()


def test_a_deputy_has_the_groups_and_the_eyes_for_the_days_agreed(rows: Town) -> None:
    put(rows, "a", "水景花苑")
    chief, deputy = rows.staff("street_lead@东街"), rows.staff("bureau_officer@城管局")
    mine = rows.work.acting_as(Actor("person", chief.id))
    services.deputise(mine, chief.id, deputy.id, date(2026, 9, 18), date(2026, 9, 20))
    group = f"street_lead@a{rows.areas['东街'].id}"
    assert group in groups_of(rows.work, deputy.id)
    assert seen(rows, viewer(rows.work, deputy.id)) == {"a"}
    later = Work(rows.work.session, rows.work.now + timedelta(days=3), rows.work.actor, rows.work.house)
    assert group not in groups_of(later, deputy.id)
    assert group in groups_of(later, chief.id)


def test_the_viewer_costs_two_queries_and_the_groups_one(rows: Town) -> None:
    person = rows.staff("street_officer@东街", "project_manager@安居物业", "chair@水景业委会")
    rows.work.session.flush()
    sent: list[str] = []
    connection = rows.work.session.connection()
    event.listen(connection, "before_cursor_execute", lambda *given: sent.append(given[2]))
    who = viewer(rows.work, person.id)
    assert len(sent) == 2
    sent.clear()
    assert set(groups_of(rows.work, person.id)) == set(who.groups)
    assert len(sent) == 1
    assert set(who.groups) == {
        f"p{person.id}",
        f"street_officer@a{rows.areas['东街'].id}",
        f"project_manager@o{rows.units['安居物业'].id}",
        f"chair@o{rows.units['水景业委会'].id}",
    }


def test_who_was_erased_or_never_was_is_not_found(town: Town) -> None:
    gone = add_person(town.work, "resident")
    erase_person(town.work, gone.id)
    for person_id in (gone.id, gone.id + 1000):
        with pytest.raises(NotFound):
            viewer(town.work, person_id)


def test_in_random_trees_nobody_ever_sees_outside_their_subtree(work: Work) -> None:
    draw, kinds = random.Random(7), ("city", "county", "street", "community", "estate")
    ROWS.create(work.session.connection())
    top = services.add_area(work, "province", "某省")
    level = [top]
    for depth, kind in enumerate(kinds):
        level = [
            services.add_area(work, kind, f"{kind}{number}", parent_id=draw.choice(level).id)
            for number in range(2 + 2 * depth)
        ]
        for area in level:
            work.session.execute(ROWS.insert().values(name=str(area.id), path=area.path))
    names = {"city": "city_officer", "county": "county_officer", "street": "street_officer"}
    areas = list(work.session.scalars(select(Area).where(Area.kind.in_(names))))
    for _ in range(40):
        held = draw.sample(areas, draw.randint(1, 3))
        posts = tuple(Post(names[area.kind], None, area.id, area.path) for area in held)
        who = Viewer(1, "staff", posts)
        for name, path in work.session.execute(scoped(select(ROWS.c.name, ROWS.c.path), COLUMNS, who)):
            assert any(str(area.id) in path.split(".") for area in held), name
        inside = [
            row.path for row in work.session.execute(select(ROWS)) if any(f".{a.id}." in f".{row.path}" for a in held)
        ]
        counted = work.session.scalar(scoped(select(func.count()).select_from(ROWS), COLUMNS, who))
        assert counted == len(inside)


def test_only_areas_that_an_office_covers_can_be_gone_into(town: Town) -> None:
    street, estate, other = (town.areas[name].id for name in ("东街", "水景花苑", "西街"))
    officer = eyes(town, "street_officer@东街")
    assert readable_areas(town.work, officer, [street, estate, other]) == {street, estate}
    assert readable_areas(town.work, NOBODY, [street, estate, other]) == frozenset()
