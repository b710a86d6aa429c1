"""Settling the province: places, organisations, contracts, flats with their owners, posts and accounts."""

import base64
import hashlib
import hmac
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from banjie.demonstration.names import Names
from casework.config import Settings
from casework.directory import people, shapes
from casework.directory import services as directory
from casework.directory.households import Flat, Household, add_households
from casework.directory.models import Area, Organisation
from casework.directory.signing_in import open_accounts
from casework.persistence import Work
from casework.takeovers.capacity import set_capacity

FOLDER = Path(__file__).parent
SINCE = date(2024, 1, 1)
HOUSEHOLDS = 2_000
_SEED = 20_240_101
_LAYOUTS = ((2, 2), (3, 1), (4, 1), (2, 1), (3, 2))
_OLD_LAYOUT = (3, 1)
_DRAWN = "演示用示意位置，非实测边界 · Made up for the demonstration, no surveyed borders"
_COMMITTEE = {"chair": 1, "committee_member": 3}
_RESIDENT_LOGINS = {"水景花苑": "owner-shuijing", "运河花园": "owner-canal"}
# Estates of which one owner has an account, by the place of the flat in the estate's list.
_WITH_RESIDENTS = {"水景花苑": 2, "运河花园": 2}


def password_of(settings: Settings) -> str:
    """Return the one password of all demonstration accounts of this installation: never stored, always the same."""
    digest = hmac.digest(settings.secret_key.encode(), b"banjie demonstration password", hashlib.sha256)
    letters = base64.b32encode(digest).decode().lower()
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:12]}"


def area_of(number: int) -> Decimal:
    """Return the area in m² of a flat by its place in the list of its estate."""
    return Decimal(88 + number % 4 * 11) + Decimal("0.50")


def changed_on(today: date) -> date:
    """Return the day on which the estates marked "changed" got another company: the first of a month lately."""
    return (today - timedelta(days=50)).replace(day=1)


def settle(work: Work, password: str, today: date) -> None:
    """Settle the whole province in the transaction of `work`; `today` is the day the demonstration is shown on."""
    _Settler(work, today).run(password)


class _Settler:
    def __init__(self, work: Work, today: date) -> None:
        self.work = work
        self.data = tomllib.loads((FOLDER / "province.toml").read_text("utf-8"))
        self.posts = tomllib.loads((FOLDER / "people.toml").read_text("utf-8"))
        self.names = Names(_SEED)
        self.logins: dict[int, str] = {}
        self.companies: dict[str, Organisation] = {}
        self.changed = changed_on(today)
        self.deputised = (today - timedelta(days=20), today + timedelta(days=40))
        self.estates = 0

    def run(self, password: str) -> None:
        province = self._area("province", self.data["province"], None)
        self._staff_area(province)
        cities = [self._area("city", city, province) for city in self.data["cities"]]
        self._companies(cities)
        for data, city in zip(self.data["cities"], cities, strict=True):
            self._city(data, city)
        open_accounts(self.work, self.logins, password)
        self._lay_out()

    def _city(self, data: Mapping[str, Any], city: Area) -> None:
        self._staff_area(city)
        county = self._area("county", data["county"], city)
        self._staff_area(county)
        self._units(data["county"]["short"], county)
        for one in data["streets"]:
            street = self._area("street", one, county)
            office = directory.add_organisation(
                self.work,
                "government",
                f"{street.name}办事处",
                area_id=street.id,
                code="ST",
                name_en=f"{street.name_en} Office",
            )
            officers = self._staff_area(street)
            since, until = self.deputised
            directory.deputise(self.work, officers["street_lead"][0], officers["street_officer"][0], since, until)
            del office
            for community in one["communities"]:
                self._community(community, street)

    def _community(self, data: Mapping[str, Any], street: Area) -> None:
        community = self._area("community", data, street)
        directory.add_organisation(
            self.work,
            "government",
            f"{community.name}居民委员会",
            area_id=community.id,
            code="CM",
            name_en=f"{community.name_en} Committee",
        )
        self._staff_area(community)
        for name, english, company, note in data["estates"]:
            self._estate({"name": name, "en": english}, community, company, note)

    def _estate(self, data: Mapping[str, Any], community: Area, company: str, note: str) -> None:
        estate = self._area("estate", data, community)
        homes = self._homes(estate, note)
        if company:
            since = SINCE
            if note == "changed":
                before = self.companies[self.data["before"][company]]
                last_day = self.changed - timedelta(days=1)
                directory.sign_contract(self.work, before.id, estate.id, SINCE, last_day)
                since = self.changed
            directory.sign_contract(self.work, self.companies[company].id, estate.id, since)
        if estate.name in _WITH_RESIDENTS:
            self.logins[homes[_WITH_RESIDENTS[estate.name]].owner_id] = _RESIDENT_LOGINS[estate.name]
        if note == "committee":
            self._committee(estate, community, homes, company)
        if note == "old":
            self._tellers(estate)

    def _homes(self, estate: Area, note: str) -> Sequence[Household]:
        """Enter the flats of an estate: all estates together have exactly as many as the province shall have."""
        estates = sum(len(one["estates"]) for city in self.data["cities"] for street in city["streets"]
                      for one in street["communities"])  # fmt: skip
        count = HOUSEHOLDS // estates + (self.estates < HOUSEHOLDS % estates)
        buildings, units = _OLD_LAYOUT if note == "old" else _LAYOUTS[self.estates % len(_LAYOUTS)]
        self.estates += 1
        doors = buildings * units * 2
        flats = []
        for number in range(count):
            floor, door = divmod(number, doors)
            stair, side = divmod(door, 2)
            building, unit = divmod(stair, units)
            flat = (floor + 1) * 100 + side + 1
            flats.append(
                Flat(
                    f"{building + 1}号楼",
                    f"{unit + 1}单元",
                    f"{flat}室",
                    self.names.resident(),
                    f"Building {building + 1}",
                    f"Unit {unit + 1}",
                    f"Flat {flat}",
                )
            )
        return add_households(self.work, estate.id, flats, since=SINCE)

    def _committee(self, estate: Area, community: Area, homes: Sequence[Household], company: str) -> None:
        committee = directory.add_organisation(
            self.work,
            "committee",
            f"{estate.name}业主委员会",
            area_id=estate.id,
            code="OC",
            name_en=f"{estate.name_en} Owners' Committee",
        )
        members = iter(homes[7::5])
        for role, count in _COMMITTEE.items():
            for _ in range(count):
                owner = next(members).owner_id
                directory.appoint(self.work, owner, role, organisation_id=committee.id, since=SINCE)
                if role == "chair":
                    self.logins[owner] = f"chair{committee.id}"
        # Two-way appointment: one of the company's managers sits on the community's committee.
        managers = self.managers[company]
        directory.appoint(self.work, managers[-1], "community_officer", area_id=community.id, since=SINCE)
        if estate.name == "南风花园":
            lead = self._person()
            directory.appoint(self.work, lead, "group_lead", area_id=estate.id, since=SINCE)
            self._tellers(estate)

    def _tellers(self, estate: Area) -> None:
        for _ in range(2):
            directory.appoint(self.work, self._person(), "teller", area_id=estate.id, since=SINCE)

    def _companies(self, cities: Sequence[Area]) -> None:
        self.managers: dict[str, list[int]] = {}
        for key, data in self.data["companies"].items():
            company = directory.add_organisation(
                self.work, "company", data["name"], area_id=cities[data["city"]].id, name_en=data["en"]
            )
            self.companies[key] = company
            self.managers[key] = self._staff_organisation(company)["project_manager"]
            if "takes" in data:
                self._state_owned(company, self.managers[key][0], *data["takes"])

    def _state_owned(self, company: Organisation, manager: int, estates: int, area: int, *place: float) -> None:
        directory.appoint(self.work, manager, "soe_manager", organisation_id=company.id, since=SINCE)
        longitude, latitude = (Decimal(str(degrees)) for degrees in place)
        set_capacity(self.work, company.id, Decimal(area), estates, (longitude, latitude))

    def _lay_out(self) -> None:
        """Enter where counties, streets and estates lie."""
        shapes.take_in(self.work, (FOLDER / "places.geojson").read_bytes(), _DRAWN)

    def _units(self, short: str, county: Area) -> None:
        for data in self.data["units"]:
            unit = directory.add_organisation(
                self.work,
                data["kind"],
                f"{short}{data['name']}",
                area_id=county.id,
                code=data["code"],
                name_en=f"{county.name_en.split()[0]} {data['en']}",
            )
            self._staff_organisation(unit)

    def _area(self, kind: str, data: Mapping[str, Any], parent: Area | None) -> Area:
        return directory.add_area(
            self.work,
            kind,
            data["name"],
            parent_id=None if parent is None else parent.id,
            name_en=data["en"],
            code=data.get("code"),
            jurisdiction=data.get("jurisdiction"),
        )

    def _staff_area(self, area: Area) -> dict[str, list[int]]:
        return self._staff(self.posts["areas"].get(area.kind, {}), area_id=area.id)

    def _staff_organisation(self, unit: Organisation) -> dict[str, list[int]]:
        wanted = {**self.posts["organisations"].get(unit.kind, {}), **self.posts["units"].get(unit.code or "", {})}
        return self._staff(wanted, organisation_id=unit.id)

    def _staff(
        self, wanted: Mapping[str, int], *, area_id: int | None = None, organisation_id: int | None = None
    ) -> dict[str, list[int]]:
        made: dict[str, list[int]] = {}
        for role, count in wanted.items():
            made[role] = [self._person() for _ in range(count)]
            for person in made[role]:
                directory.appoint(
                    self.work, person, role, area_id=area_id, organisation_id=organisation_id, since=SINCE
                )
        return made

    def _person(self) -> int:
        particulars = self.names.staff()
        person = people.add_person(self.work, "staff", particulars)
        self.logins[person.id] = self.names.login(particulars.name)
        return person.id
