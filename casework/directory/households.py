"""Entering the flats and owners of a whole estate at once, as from its developer's list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, insert, select

from casework import audit
from casework.directory.administering import must_administer
from casework.directory.days import period
from casework.directory.enrolling import enrol
from casework.directory.models import Area, HouseholdBinding
from casework.directory.names import sort_key
from casework.directory.sealing import Particulars
from casework.directory.services import found
from casework.errors import Invalid
from casework.persistence import Base, Work
from casework.persistence.copying import fresh_ids


@dataclass(frozen=True)
class Flat:
    """One line of the list: which building, which unit in it, the flat, and who owns it."""

    building: str
    unit: str
    name: str
    owner: Particulars
    building_en: str = ""
    unit_en: str = ""
    name_en: str = ""


@dataclass(frozen=True)
class Household:
    """A flat that was entered, by the ids of its places and of its owner."""

    flat_id: int
    unit_id: int
    building_id: int
    owner_id: int


def add_households(work: Work, estate_id: int, flats: Sequence[Flat], *, since: date) -> list[Household]:
    """Enter the buildings, units, flats and owners of an estate that has none yet, each owner bound from `since`.

    What `add_area`, `add_person` and `bind_household` would do one by one, in a few statements and one audit entry.
    Raises Invalid for an estate that has buildings already, or a list that names a flat twice.
    """
    estate = found(work, Area, estate_id)
    must_administer(work, estate)
    if estate.kind != "estate" or len({(flat.building, flat.unit, flat.name) for flat in flats}) != len(flats):
        raise Invalid("请提供一个小区的房屋清单，每户一行", "Give the list of one estate, each flat once")
    if work.session.scalar(select(func.count()).where(Area.parent_id == estate_id)):
        raise Invalid("该小区已有楼幢，请逐户登记", "The estate has buildings already; enter the flats one by one")
    places = _Places(work, estate)
    rows = []
    for flat in flats:
        building = places.at(estate.id, estate.path, "building", flat.building, flat.building_en)
        unit = places.at(building["id"], building["path"], "unit", flat.unit, flat.unit_en)
        home = places.at(unit["id"], unit["path"], "household", flat.name, flat.name_en)
        rows.append((flat, building["id"], unit["id"], home["id"]))
    places.write()
    owners = enrol(work, [flat.owner for flat in flats])
    during = period(since, None)
    bindings = [
        {"person_id": owner, "household_id": home, "kind": "owner", "during": during}
        for owner, (_, _, _, home) in zip(owners, rows, strict=True)
    ]
    _insert(work, HouseholdBinding, bindings)
    audit.record(work, ("area", estate_id), "households_added", count=len(rows), since=since)
    return [
        Household(home, unit, building, owner) for owner, (_, building, unit, home) in zip(owners, rows, strict=True)
    ]


class _Places:
    """The areas to be written, each once."""

    def __init__(self, work: Work, estate: Area) -> None:
        self.work = work
        self.estate = estate
        self.known: dict[tuple[int, str], dict[str, Any]] = {}
        self.ids: list[int] = []

    def at(self, parent: int, path: str, kind: str, name: str, name_en: str) -> Mapping[str, Any]:
        row = self.known.get((parent, name))
        if row is None:
            area_id = self._next()
            row = self.known[parent, name] = {
                "id": area_id,
                "kind": kind,
                "name": name,
                "name_en": name_en,
                "sort_key": sort_key(name),
                "parent_id": parent,
                "path": f"{path}{area_id}.",
                "valid_from": self.estate.valid_from,
            }
        return row

    def write(self) -> None:
        _insert(self.work, Area, list(self.known.values()))

    def _next(self) -> int:
        if not self.ids:
            self.ids = fresh_ids(self.work.session, "area", 64)[::-1]
        return self.ids.pop()


def _insert(work: Work, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        work.session.execute(insert(model), list(rows))
