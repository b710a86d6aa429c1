"""The province as the plan of the demonstration sees it: estates with their flats, and who holds which post."""

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from banjie.demonstration.settling import FOLDER
from casework.directory.households import Household
from casework.directory.models import Area, HouseholdBinding, Membership, Organisation
from casework.persistence import Work


@dataclass
class Estate:
    """An estate: whether a company serves it, what the plan notes of it, and its flats."""

    id: int
    name: str
    note: str
    company: str
    city: str
    community_id: int
    street_id: int
    homes: list[Household] = field(default_factory=list)
    places: dict[int, str] = field(default_factory=dict)


def _estates(areas: Mapping[str, Area]) -> Iterator[tuple[str, Estate]]:
    data = tomllib.loads((FOLDER / "province.toml").read_text("utf-8"))
    communities = (
        (city["jurisdiction"], community)
        for city in data["cities"]
        for street in city["streets"]
        for community in street["communities"]
    )
    for city, community in communities:
        for name, _english, company, note in community["estates"]:
            above = areas[name].lineage
            yield name, Estate(areas[name].id, name, note, company, city, above[4], above[3])


@dataclass
class Province:
    """Estates by name, holders of each group of a work item, units by code, and of cities path and state company."""

    estates: dict[str, Estate]
    holders: dict[str, list[int]]
    units: dict[tuple[str, str], int]
    cities: dict[str, str]
    state_owned: dict[str, int]

    @classmethod
    def read(cls, work: Work) -> "Province":
        """Read the settled province."""
        areas = {area.id: area for area in work.session.scalars(select(Area))}
        estates = dict(_estates({area.name: area for area in areas.values() if area.kind == "estate"}))
        by_id = {estate.id: estate for estate in estates.values()}
        for binding in work.session.scalars(select(HouseholdBinding).order_by(HouseholdBinding.id)):
            lineage = areas[binding.household_id].lineage
            estate = by_id[lineage[5]]
            estate.homes.append(Household(binding.household_id, lineage[7], lineage[6], binding.person_id))
            for place in lineage[6:]:
                estate.places[place] = areas[place].name
        holders: dict[str, list[int]] = defaultdict(list)
        for post in work.session.scalars(select(Membership).order_by(Membership.id)):
            if post.area_id is not None:
                holders[f"{post.role}@a{post.area_id}"].append(post.person_id)
            if post.organisation_id is not None:
                holders[f"{post.role}@o{post.organisation_id}"].append(post.person_id)
        jurisdictions = {area.id: area.jurisdiction or "" for area in areas.values()}
        units: dict[tuple[str, str], int] = {}
        for unit in work.session.scalars(select(Organisation).where(Organisation.code.is_not(None))):
            city_id = areas[unit.area_id].lineage[1]
            units.setdefault((jurisdictions[city_id], unit.code or ""), unit.id)
        cities = {area.jurisdiction or "": area.path for area in areas.values() if area.kind == "city"}
        state_owned = {
            jurisdictions[post.organisation.area_id]: post.organisation.id
            for post in work.session.scalars(select(Membership).where(Membership.role == "soe_manager"))
            if post.organisation is not None
        }
        return cls(estates, dict(holders), units, cities, state_owned)

    def city_of(self, estate_id: int | None) -> str:
        """Return the city, by its rule set, that an estate lies in."""
        return next(estate.city for estate in self.estates.values() if estate.id == estate_id)
