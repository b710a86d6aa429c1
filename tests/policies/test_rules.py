from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from casework.errors import Invalid, NotFound
from casework.policies import Policies, check

ON = date(2026, 9, 18)
NATIONAL = 'meta.id = "national"\nmeta.title = "全国"\n'
PROVINCE = 'meta.id = "province"\nmeta.parent = "national"\nmeta.title = "省"\n'
CITY = 'meta.id = "city"\nmeta.parent = "province"\nmeta.title = "市"\n'
DEFAULTS = 'meta.id = "defaults"\nmeta.title = "缺省"\n'


def entry(
    key: str, value: str, unit: str = "count", *, source: str = "AB 1", since: str = "2021-01-01", more: str = ""
) -> str:
    return f'{key} = {{ value = {value}, unit = "{unit}", source = "{source}", valid_from = {since}{more} }}\n'


def files(**texts: str) -> dict[str, str]:
    heads = {"national": NATIONAL, "province": PROVINCE, "city": CITY, "defaults": DEFAULTS}
    return {f"{name}.toml": head + texts.get(name, "") for name, head in heads.items()}


def held(policies: Policies, key: str, on: date = ON, place: str = "city") -> tuple[str, object]:
    rule = policies.resolve(policies.chain(place), key, on)
    assert rule is not None
    return rule.level, rule.entry.value


def test_the_shipped_files_are_without_fault(shipped: Policies) -> None:
    assert {"jining", "liaocheng", "zibo", "shandong", "national", "defaults"} <= set(shipped.jurisdictions)
    assert shipped.chain("zibo") == ("zibo", "shandong", "national")
    for city in ("jining", "liaocheng", "zibo"):
        for key in ("complaint.company.unhandled_hours", "hotline.reply.working_days", "urgent.lift.arrive_minutes"):
            assert shipped.resolve(shipped.chain(city), key, ON), (city, key)
    marks = {
        entry.source.split(" ")[0]
        for each in shipped.jurisdictions.values()
        for v in each.entries.values()
        for entry in v
    }
    assert marks - shipped.laws.keys() == {"decide"}


def test_the_nearest_level_wins_and_a_default_never_beats_a_law() -> None:
    policies = Policies.load(
        files(
            national=entry("a.seats", "7"),
            province=entry("a.seats", "5") + entry("a.heads", "3"),
            city=entry("a.seats", "9"),
            defaults=entry("a.seats", "1", source="decide") + entry("a.only", "4", source="decide"),
        )
    )
    assert held(policies, "a.seats") == ("city", 9)
    assert held(policies, "a.heads") == ("province", 3)
    assert held(policies, "a.only") == ("defaults", 4)
    rule = policies.resolve(policies.chain("city"), "a.seats", ON)
    assert [(level, other.value) for level, other in rule.others] == [("province", 5), ("national", 7)]
    assert policies.resolve(policies.chain("city"), "a.none", ON) is None


def test_a_contested_entry_gives_way_to_the_stricter(shipped: Policies) -> None:
    assert held(shipped, "election.committee.min_seats", place="liaocheng") == ("shandong", 5)
    rule = shipped.resolve(shipped.chain("liaocheng"), "election.committee.min_seats", ON)
    assert rule.contested
    assert [(level, other.value) for level, other in rule.others] == [("liaocheng", 3)]
    assert held(shipped, "election.epc.party_ratio", place="jining") == ("shandong", Fraction(3, 5))
    uncontested = files(province=entry("a.seats", "5"), city=entry("a.seats", "3"))
    assert held(Policies.load(uncontested), "a.seats") == ("city", 3)
    for size, level in (("max", "province"), ("min", "city")):
        marked = entry("a.seats", "3", more=f', contested = "{size}"')
        assert held(Policies.load(files(province=entry("a.seats", "5"), city=marked)), "a.seats")[0] == level


def test_the_day_of_the_case_decides_between_entries() -> None:
    old = '{ value = 5, unit = "count", source = "AB 1", valid_from = 2020-01-01 }'
    new = '{ value = 7, unit = "count", source = "AB 2", valid_from = 2026-01-01, valid_to = 2026-06-30 }'
    policies = Policies.load(
        files(province=entry("a.seats", "3", since="2019-01-01"), city=f"a.seats = [{new}, {old}]\n")
    )
    assert held(policies, "a.seats", date(2019, 12, 31)) == ("province", 3)
    assert held(policies, "a.seats", date(2025, 12, 31)) == ("city", 5)
    assert held(policies, "a.seats", date(2026, 6, 30)) == ("city", 7)
    assert held(policies, "a.seats", date(2026, 7, 1)) == ("province", 3)


def test_values_are_exact(shipped: Policies) -> None:
    assert held(shipped, "vote.participation.area_ratio", place="zibo")[1] == Fraction(2, 3)
    assert held(shipped, "takeover.subsidy.steps", place="jining")[1] == (
        Decimal("0.30"),
        Decimal("0.20"),
        Decimal("0.10"),
    )
    assert held(shipped, "urgent.notify_tiers", place="zibo")[1] == (2, 3)
    assert held(shipped, "calendar.start_day_included", place="zibo")[1] is False


def test_the_nearest_area_with_a_file_decides(shipped: Policies) -> None:
    assert shipped.nearest(["estate-17", "zichuan", "zibo", "shandong"]) == ("zibo", "shandong", "national")
    with pytest.raises(NotFound):
        shipped.nearest(["nowhere", "defaults"])


@pytest.mark.parametrize(
    ("city", "said"),
    [
        (entry("a.seats", "5.5"), "not one of unit count"),
        (entry("a.seats", "true"), "not one of unit count"),
        (entry("a.ratio", '"0.5"', "ratio"), "not one of unit ratio"),
        (entry("a.ratio", '"1/0"', "ratio"), "not one of unit ratio"),
        (entry("a.seats", "5", "heads"), "unknown unit heads"),
        (entry("a.days", "5", "days"), "mode does not fit"),
        (entry("a.days", "-5", "days", more=', mode = "calendar"'), "not one of unit days"),
        (entry("a.days", "5", "working_days", more=', mode = "working"'), "names another unit"),
        (
            entry("a.working_days", "5", "working_days", more=', mode = "working", roll = true'),
            "only a calendar period",
        ),
        (
            entry("a.days", "5", "days", more=', mode = "calendar", roll = true, dir = "before"'),
            "only a calendar period",
        ),
        (entry("a.seats", "5", more=', bound = "about"'), "bound is one of"),
        (entry("a.seats", "5", source="decide"), "decide belongs"),
        (entry("a.seats", "5", more=", colour = 1"), "unknown field colour"),
        (entry("a.seats", "5", more=", valid_to = 2020-12-31"), "lies before"),
        (entry("a.seats", "5", more=', contested = "max"'), "no level above"),
        (entry("a.name", '"x"', "text", more=', contested = "max"'), "no size"),
        (entry("a.shared", "5", "percent"), "another unit than above"),
        ('a.seats = { value = 5, unit = "count" }\n', "field source is missing"),
        ("a.seats = 5\n", "not an entry"),
        (entry('"a.Sitze"', "5"), "not a key"),
        ("a.seats = [\n", "Not TOML"),
        ('meta.colour = "red"\n', "unknown field colour"),
    ],
)
def test_a_fault_is_named_with_its_file(city: str, said: str) -> None:
    faults = check(files(city=city, province=entry("a.shared", "5")))
    assert list(faults) == ["city.toml"]
    assert any(said in english for _, english in faults["city.toml"]), faults


def test_all_faults_of_all_files_are_told_at_once() -> None:
    texts = files(city=entry("a.x", "1.5") + entry("a.y", "1.5"), province=entry("a.z", "1.5"))
    with pytest.raises(Invalid) as refused:
        Policies.load(texts)
    assert {name: len(found) for name, found in refused.value.fields.items()} == {"city.toml": 2, "province.toml": 1}


def test_parents_must_exist_and_end() -> None:
    orphan = files() | {"city.toml": CITY.replace('"province"', '"moon"')}
    assert "moon" in check(orphan)["city.toml"][0][1]
    circle = files() | {"national.toml": 'meta.id = "national"\nmeta.parent = "city"\nmeta.title = "全国"\n'}
    assert "circle" in check(circle)["city.toml"][0][1]
    twice = files() | {"other.toml": CITY}
    assert "taken by city.toml" in check(twice)["other.toml"][0][1]
