"""Who gets a task: roles and scopes become groups and people, and nobody left goes one scope up."""

from datetime import date

import pytest

from casework.directory import services
from casework.directory.assignment import (
    SCOPES,
    Place,
    Target,
    assign,
    candidates,
    referred,
    resolve,
    standing_of,
    unit_keys,
)
from casework.directory.conflicts import CaseStanding
from casework.directory.viewing import groups_of
from tests.directory.town import Town

DAY = date(2026, 9, 18)


def at(town: Town, scope: str, **more: object) -> Target | None:
    return resolve(town.work, scope, Place(estate_id=town.areas["水景花苑"].id, day=DAY, **more))


def test_every_scope_resolves(town: Town) -> None:
    areas, units = town.areas, town.units
    expected = {
        "estate.company": Target.organisation(units["安居物业"].id),
        "estate.community": Target.area(areas["东社区"].id),
        "estate.street": Target.area(areas["东街"].id),
        "estate.county": Target.area(areas["高唐县"].id),
        "city": Target.area(areas["聊城市"].id),
        "case.unit": Target.organisation(units["城管局"].id),
        "case.bureau": Target.organisation(units["城管局"].id),
        "case.tier": Target.area(areas["高唐县"].id),
        "case.parties": Target.people(5, 6),
        "task.person": Target.people(7),
    }
    assert set(expected) == SCOPES
    unit = units["城管局"].id
    for scope, target in expected.items():
        assert at(town, scope, unit_id=unit, bureau_id=unit, tier=3, parties=(5, 6), person_id=7) == target, scope
    assert at(town, "case.tier", tier=0) == expected["estate.company"]
    assert resolve(town.work, "estate.street", Place(town.areas["2号楼301"].id)) == expected["estate.street"]
    assert resolve(town.work, "estate.company", Place(town.areas["2号楼301"].id, DAY)) == expected["estate.company"]


def test_a_list_of_area_words_is_all_those_areas(town: Town) -> None:
    place = Place(estate_id=town.areas["水景花苑"].id, day=DAY)
    both = referred(town.work, ["estate.street", "city"], place)
    assert both == Target("area", (town.areas["东街"].id, town.areas["聊城市"].id))


@pytest.mark.parametrize("scope", ["case.unit", "case.parties", "task.person", "estate.nothing", "nonsense"])
def test_a_scope_without_anything_behind_it_is_nothing(town: Town, scope: str) -> None:
    assert at(town, scope) is None


def test_the_groups_of_a_task_are_the_groups_of_those_who_may_do_it(town: Town) -> None:
    for post, scope in (
        ("street_officer@东街", "estate.street"),
        ("project_manager@安居物业", "estate.company"),
        ("community_officer@东社区", "estate.community"),
        ("city_officer@聊城市", "city"),
    ):
        person = town.staff(post)
        found = assign(town.work, [post.split("@")[0]], at(town, scope))
        assert found.people == (person.id,)
        assert set(found.groups) & set(groups_of(town.work, person.id)), post


def test_the_office_of_a_street_is_its_officers(town: Town) -> None:
    officer = town.staff("street_officer@东街")
    office = town.units["东街办"].id
    found = assign(town.work, ["street_officer", "bureau_officer"], Target.organisation(office))
    assert found.people == (officer.id,)
    assert set(found.groups) & set(groups_of(town.work, officer.id))
    assert unit_keys(town.work, office) == {f"o{office}", f"a{town.areas['东街'].id}"}
    assert unit_keys(town.work, town.units["城管局"].id) == {f"o{town.units['城管局'].id}"}


def test_a_deputy_is_a_candidate_too_for_the_days_agreed(town: Town) -> None:
    chief, deputy = town.staff("street_lead@东街"), town.staff()
    street = Target.area(town.areas["东街"].id)
    services.deputise(town.work, chief.id, deputy.id, DAY, DAY)
    assert candidates(town.work, ["street_lead"], street) == [chief.id, deputy.id]
    handled = CaseStanding(handlers=frozenset({chief.id}))
    found = assign(town.work, ["street_lead"], street, rules=["K1"], case=handled)
    assert set(found.excluded) == {chief.id, deputy.id}
    assert found.raised


def test_a_deputy_with_a_post_of_their_own_may_still_act(town: Town) -> None:
    chief, deputy = town.staff("street_officer@东街"), town.staff("street_officer@东街")
    services.deputise(town.work, chief.id, deputy.id, DAY, DAY)
    handled = CaseStanding(handlers=frozenset({chief.id}))
    found = assign(town.work, ["street_officer"], Target.area(town.areas["东街"].id), rules=["K1"], case=handled)
    assert found.people == (deputy.id,)
    assert found.excluded == (chief.id,)


def test_cross_appointed_staff_are_recused_and_the_page_can_say_why(town: Town) -> None:
    both = town.staff("community_officer@东社区", "project_manager@安居物业")
    clean = town.staff("community_officer@东社区")
    accused = CaseStanding(accused_units=frozenset({f"o{town.units['安居物业'].id}"}))
    found = assign(town.work, ["community_officer"], at(town, "estate.community"), rules=["K1", "K2"], case=accused)
    assert found.people == (clean.id,)
    assert [(one.person_id, one.rule) for one in found.recused] == [(both.id, "K2")]
    assert not found.raised
    company = assign(town.work, ["project_manager"], at(town, "estate.company"), rules=["K2"], case=accused)
    assert company.people == (both.id,)


def test_nobody_left_goes_up_until_somebody_may_act(town: Town) -> None:
    both = town.staff("community_officer@东社区", "chair@水景业委会")
    county = town.staff("county_officer@高唐县")
    accused = CaseStanding(accused_units=frozenset({f"o{town.units['水景业委会'].id}"}))
    found = assign(town.work, ["community_officer"], at(town, "estate.community"), rules=["K2"], case=accused)
    assert (found.people, found.roles, found.raised) == ((county.id,), ("county_officer",), True)
    assert found.target == Target.area(town.areas["高唐县"].id)
    assert [one.person_id for one in found.recused] == [both.id]


def test_a_company_without_staff_or_an_estate_without_a_company_falls_to_the_officers(town: Town) -> None:
    street, community = town.staff("street_officer@东街"), town.staff("community_officer@西社区")
    found = assign(town.work, ["company_service"], at(town, "estate.company"), estate_id=town.areas["水景花苑"].id)
    assert (found.people, found.raised) == ((street.id,), True)
    unmanaged = assign(town.work, ["company_service"], None, estate_id=town.areas["运河花园"].id)
    assert (unmanaged.people, unmanaged.raised) == ((community.id,), True)


def test_at_the_very_top_the_groups_remain_so_that_an_appointment_is_enough(town: Town) -> None:
    found = assign(town.work, ["county_officer"], at(town, "estate.county"))
    assert found.people == ()
    assert found.groups == (f"city_officer@a{town.areas['聊城市'].id}",)


def test_the_supervisor_of_a_tier_is_its_officer(town: Town) -> None:
    officers = {
        1: "community_officer@东社区",
        2: "street_officer@东街",
        3: "county_officer@高唐县",
        4: "city_officer@聊城市",
    }
    for tier, post in officers.items():
        person = town.staff(post)
        found = assign(town.work, ["supervisor"], at(town, "case.tier", tier=tier))
        assert (found.people, found.roles) == ((person.id,), (post.split("@")[0],))


def test_people_named_are_the_only_ones_and_never_raised(town: Town) -> None:
    found = assign(town.work, ["owner"], Target.people(7, 8), rules=["K1"], case=CaseStanding(accused=frozenset({8})))
    assert (found.groups, found.people, found.excluded) == (("p7", "p8"), (7,), (8,))


def test_a_standing_tells_employers_and_offices(town: Town) -> None:
    person = town.staff("street_officer@东街", "chair@水景业委会")
    assert standing_of(town.work, person.id).employers == {
        f"a{town.areas['东街'].id}",
        f"o{town.units['水景业委会'].id}",
    }


def test_a_task_of_leads_goes_up_to_leads_and_a_dispatcher_may_sit_in_the_county(town: Town) -> None:
    lead, dispatcher = town.staff("county_lead@高唐县"), town.staff("dispatcher@高唐县")
    officer = town.staff("county_officer@高唐县")
    led = assign(town.work, ["street_lead", "hotline_officer"], at(town, "estate.street"))
    assert (led.people, led.raised) == ((lead.id,), True)
    dispatched = assign(town.work, ["dispatcher"], at(town, "estate.street"))
    assert set(dispatched.people) == {dispatcher.id, officer.id}


def test_roles_of_organisations_over_an_area_mean_those_of_the_estate(town: Town) -> None:
    chair, manager = town.staff("chair@水景业委会"), town.staff("project_manager@安居物业")
    town.unit("fund", "维修资金中心", "高唐县")
    fund = town.staff("fund_officer@维修资金中心")
    town.staff("chair@水景业委会"), town.staff("project_manager@和美物业")
    estate = town.areas["水景花苑"].id
    accept = assign(town.work, ["chair", "community_officer"], at(town, "estate.community"), estate_id=estate)
    assert chair.id in accept.people
    assert not accept.raised
    meet = assign(town.work, ["community_officer", "project_manager"], at(town, "estate.community"), estate_id=estate)
    assert meet.people == (manager.id,)
    pay = assign(town.work, ["fund_officer", "county_officer"], at(town, "estate.county"), estate_id=estate)
    assert pay.people == (fund.id,)
    for found, person in ((accept, chair), (meet, manager), (pay, fund)):
        assert set(found.groups) & set(groups_of(town.work, person.id))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"person": 5}, Target.people(5)),
        ({"organisation": 5}, Target.organisation(5)),
        ({"area": 5}, Target.area(5)),
        ([5, {"person": 6}, "person:7", {"area": 8}], Target.people(5, 6, 7)),
        (5, Target.organisation(5)),
        ("organisation:5", Target.organisation(5)),
        ("case.parties", Target.people(9)),
        ([], None),
        ({}, None),
        (None, None),
        (True, None),
        ("nonsense", None),
    ],
)
def test_a_value_of_the_data_names_a_scope(town: Town, value: object, expected: Target | None) -> None:
    assert referred(town.work, value, Place(parties=(9,))) == expected
