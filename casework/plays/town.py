"""The small town that every scenario begins with: one estate with everybody who has a part in the processes.

A scenario names people by these names, and adds to the town under `given`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from casework.directory import people
from casework.directory import services as directory
from casework.directory.sealing import Particulars
from casework.elections import services as elections
from casework.persistence import Work
from casework.plays.naming import called

_SINCE = date(2020, 1, 1)
_CITIES = {"jining": "济宁市", "liaocheng": "聊城市", "zibo": "淄博市", "weifang": "潍坊市"}
_BUREAUS = {
    "PSB": "公安分局",
    "UM": "综合执法局",
    "HC": "住房城乡建设局",
    "MS": "市场监管局",
    "FR": "消防救援大队",
    "EE": "生态环境分局",
    "FB": "维修资金中心",
    "PT": "信访局",
}
_UTILITIES = {
    "UT.water": "水务公司",
    "UT.heat": "热力公司",
    "UT.gas": "燃气公司",
    "UT.power": "供电公司",
    "LM": "电梯维保公司",
}
STAFF = {
    "客服小周": ("company_service", "company"),
    "项目经理老秦": ("project_manager", "company"),
    "总部老郑": ("company_admin", "company"),
    "社区小宋": ("community_officer", "community"),
    "社区大刘": ("community_officer", "community"),
    "网格员小吴": ("grid_worker", "community"),
    "街道小孙": ("street_officer", "street"),
    "街道老高": ("street_lead", "street"),
    "派单员小马": ("dispatcher", "street"),
    "回访员小林": ("callback_officer", "street"),
    "街道办秘书": ("secretary", "county"),
    "县住建小何": ("county_officer", "county"),
    "县住建老罗": ("county_lead", "county"),
    "市住建老梁": ("city_officer", "city"),
    "热线小谢": ("hotline_officer", "city"),
    "乙方客服小唐": ("company_service", "second company"),
}


@dataclass
class Town:
    """The ids of the town's places, organisations and people, by the names that scenarios use."""

    areas: dict[str, int] = field(default_factory=dict)
    organisations: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    doers: dict[str, list[str]] = field(default_factory=dict)
    """Who did a task as usual before, by its process and element: who to try first."""

    def person(self, name: str) -> int:
        """Return the id of a person; KeyError with the names there are when unknown."""
        return self.people[name]

    def before_owners(self, estate_id: int) -> str:
        """Return what stands before the names of an estate's owners: nothing in the estate everybody lives in."""
        if estate_id == self.areas["estate"]:
            return ""
        return next(name for name, area_id in self.areas.items() if area_id == estate_id)


def settle(work: Work, city: str, given: Mapping[str, Any]) -> Town:
    """Build the town in the rule set of `city` (jining, liaocheng, zibo or weifang), and what the scenario adds."""
    town = Town()
    _areas(work, town, city)
    _organisations(work, town)
    for name, (role, where) in STAFF.items():
        add_staff(work, town, name, role, where)
    for code, name in {**_BUREAUS, **_UTILITIES}.items():
        role = "utility_officer" if code in _UTILITIES else "fund_officer" if code == "FB" else "bureau_officer"
        add_staff(work, town, f"{name}经办", role, code)
    for name in ("李业主", "王业主", "张业主"):
        add_resident(work, town, name)
    return add(work, town, given)


def add(work: Work, town: Town, given: Mapping[str, Any]) -> Town:
    """Add to a town what a scenario brings under `given`: more estates of the community, residents, staff, a committee
    in office. Return the town.
    """
    for name in called(given.get("estates") or ()):
        town.areas[name] = directory.add_area(work, "estate", name, parent_id=town.areas["community"]).id
    for name in given.get("residents") or ():
        add_resident(work, town, name)
    for name, posts in (given.get("staff") or {}).items():
        for role, where in posts.items():
            add_staff(work, town, name, role, where)
    if "committee" in given:
        _committee(work, town, given["committee"])
    return town


def add_staff(work: Work, town: Town, name: str, role: str, where: str) -> int:
    """Appoint `name` to `role` at a place or organisation of the town; a new name is a new person."""
    if name not in town.people:
        phone = f"139{len(town.people):08d}"
        town.people[name] = people.add_person(work, "staff", Particulars(name=name, phone=phone)).id
    organisation = town.organisations.get(where)
    area = None if organisation is not None else town.areas[where]
    directory.appoint(work, town.people[name], role, organisation_id=organisation, area_id=area, since=_SINCE)
    return town.people[name]


def add_resident(work: Work, town: Town, name: str) -> int:
    """Add an owner of a flat of the estate."""
    person = people.add_person(work, "resident", Particulars(name=name, phone=f"138{len(town.people):08d}"))
    town.people[name] = person.id
    flat = directory.add_area(work, "household", f"{len(town.people)}01室", parent_id=town.areas["unit"])
    town.areas[f"{name}家"] = flat.id
    directory.bind_household(work, person.id, flat.id, "owner", since=_SINCE)
    return person.id


def _areas(work: Work, town: Town, city: str) -> None:
    parent: int | None = None
    for kind, name, jurisdiction in (
        ("province", "山东省", "shandong"),
        ("city", _CITIES[city], city),
        ("county", "泉城县", None),
        ("street", "古槐街道", None),
        ("community", "运河社区", None),
        ("estate", "水景花苑", None),
        ("building", "2号楼", None),
        ("unit", "1单元", None),
    ):
        area = directory.add_area(work, kind, name, parent_id=parent, jurisdiction=jurisdiction, code=f"play-{kind}")
        town.areas[kind] = town.areas[name] = parent = area.id


def _organisations(work: Work, town: Town) -> None:
    for key, name in (("company", "九安物业"), ("second company", "乙方物业")):
        made = directory.add_organisation(work, "company", name, area_id=town.areas["city"])
        town.organisations[key] = town.organisations[name] = made.id
    directory.sign_contract(work, town.organisations["company"], town.areas["estate"], _SINCE, date(2030, 12, 31))
    for code, name, kind in (("ST", "古槐街道办事处", "street"), ("CM", "运河社区居委会", "community")):
        office = directory.add_organisation(work, "government", name, area_id=town.areas[kind], code=code)
        town.organisations[code] = town.organisations[name] = office.id
    for code, name in _BUREAUS.items():
        kind = "fund" if code == "FB" else "bureau"
        made = directory.add_organisation(work, kind, name, area_id=town.areas["county"], code=code)
        town.organisations[code] = town.organisations[name] = made.id
    for code, name in _UTILITIES.items():
        made = directory.add_organisation(work, "utility", name, area_id=town.areas["county"], code=code)
        town.organisations[code] = town.organisations[name] = made.id


def _committee(work: Work, town: Town, given: Mapping[str, Any]) -> None:
    """Put a committee in office: {members: {name: post}, seats, elected_on, term_ends, party: [names]}."""
    party = given.get("party") or ()
    members = [
        {"person": town.person(name), "post": post, "party": name in party, "rank": rank}
        for rank, (name, post) in enumerate(given["members"].items())
    ]
    committee = elections.record_committee(
        work,
        town.areas["estate"],
        members,
        seats=given["seats"],
        elected_on=given["elected_on"],
        term_ends=given["term_ends"],
    )
    town.organisations["committee"] = committee.organisation_id
