"""Where a task belongs: the scope keywords of a diagram, resolved to areas, organisations and people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from sqlalchemy import select

from casework.directory.days import today
from casework.directory.models import Area, Organisation
from casework.directory.queries import ancestor_id, company_of
from casework.directory.roles import ROLES
from casework.persistence import Work

SCOPES = frozenset(
    {
        "estate.company",
        "estate.community",
        "estate.street",
        "estate.county",
        "city",
        "case.unit",
        "case.tier",
        "case.bureau",
        "case.parties",
        "task.person",
    }
)
TIER_AREAS = {1: "community", 2: "street", 3: "county", 4: "city"}


@dataclass(frozen=True)
class Place:
    """What a scope asks about a case: where it is (its estate, or any area in it), when it happened, who has it."""

    estate_id: int | None = None
    day: date | None = None
    unit_id: int | None = None
    bureau_id: int | None = None
    tier: int = 1
    parties: tuple[int, ...] = ()
    person_id: int | None = None


@dataclass(frozen=True)
class Target:
    """What a scope turned out to be: areas, one organisation, or people by name."""

    kind: Literal["area", "organisation", "people"]
    ids: tuple[int, ...]

    @classmethod
    def area(cls, area_id: int) -> "Target":
        """The roles held over this very area."""
        return cls("area", (area_id,))

    @classmethod
    def organisation(cls, organisation_id: int) -> "Target":
        """The roles held in this organisation."""
        return cls("organisation", (organisation_id,))

    @classmethod
    def people(cls, *person_ids: int) -> "Target":
        """These people and nobody else."""
        return cls("people", person_ids)


class Seat(NamedTuple):
    """One role in one place: over an area, or in an organisation."""

    role: str
    area_id: int | None
    organisation_id: int | None

    @property
    def group(self) -> str:
        """The key of the group of people who hold this seat."""
        return f"{self.role}@a{self.area_id}" if self.area_id is not None else f"{self.role}@o{self.organisation_id}"


def resolve(work: Work, scope: str, place: Place) -> Target | None:
    """Return what a scope keyword means for a case; None where there is no such area, unit or person."""
    if scope == "case.parties":
        return Target.people(*place.parties) if place.parties else None
    if scope == "task.person":
        return Target.people(place.person_id) if place.person_id is not None else None
    if scope in ("case.unit", "case.bureau"):
        unit = place.unit_id if scope == "case.unit" else place.bureau_id
        return Target.organisation(unit) if unit is not None else None
    if scope == "estate.company" or (scope == "case.tier" and place.tier == 0):
        day = place.day or today(work)
        company = company_of(work, place.estate_id, day) if place.estate_id is not None else None
        return Target.organisation(company.id) if company else None
    kind = TIER_AREAS.get(place.tier) if scope == "case.tier" else scope.removeprefix("estate.")
    known = kind in TIER_AREAS.values() and place.estate_id is not None
    area_id = ancestor_id(work, place.estate_id, kind) if known and place.estate_id is not None and kind else None
    return Target.area(area_id) if area_id is not None else None


def referred(work: Work, value: Any, place: Place) -> Target | None:
    """Return what a value of the data means as a scope: a keyword, {"person" or "organisation" or "area": id}, people…

    A list names people, or areas: then each role counts where it is held. A bare number is an organisation;
    "person:12" and "organisation:5" are addresses.
    """
    if isinstance(value, str):
        kind, _, number = value.partition(":")
        return referred(work, {kind: int(number)}, place) if number.isdigit() else resolve(work, value, place)
    if isinstance(value, Mapping):
        for name, made in (("person", Target.people), ("organisation", Target.organisation), ("area", Target.area)):
            if value.get(name) is not None:
                return made(int(value[name]))
        return None
    if isinstance(value, Sequence):
        found = [referred(work, {"person": one} if _is_number(one) else one, place) for one in value]
        people = [person for one in found if one is not None and one.kind == "people" for person in one.ids]
        areas = [area for one in found if one is not None and one.kind == "area" for area in one.ids]
        if areas and not people:
            return Target("area", tuple(dict.fromkeys(areas)))
        return Target.people(*dict.fromkeys(people)) if people else None
    return Target.organisation(int(value)) if _is_number(value) else None


def seats(
    work: Work, roles: Sequence[str], target: Target, *, estate_id: int | None = None, day: date | None = None
) -> tuple[Seat, ...]:
    """Return where the roles are held for a target.

    Over an area, a company's role means the company of the estate, a committee's role its committee, and any other
    organisation's role the organisations of that area. An office of government is its area's officers as well.
    """
    found: list[Seat] = []
    for role in roles:
        known = ROLES.get(role)
        if target.kind == "area" and known is not None and known.held == "organisation":
            found.extend(Seat(role, None, one) for one in _organisations(work, known.level, target, estate_id, day))
        elif target.kind == "area":
            found.extend(Seat(role, one, None) for one in target.ids)
        elif target.kind == "organisation":
            found.append(Seat(role, None, target.ids[0]))
            office = office_area(work, target.ids[0]) if known is not None and known.held == "area" else None
            if office is not None:
                found.append(Seat(role, office, None))
    return tuple(dict.fromkeys(found))


def office_area(work: Work, organisation_id: int) -> int | None:
    """Return the area whose office of government an organisation is; None for any other organisation."""
    unit = work.remembered(("unit", organisation_id), lambda: work.session.get(Organisation, organisation_id))
    return unit.area_id if unit is not None and unit.kind == "government" else None


def _organisations(work: Work, kind: str, target: Target, estate_id: int | None, day: date | None) -> Sequence[int]:
    if kind == "company":
        company = company_of(work, estate_id if estate_id is not None else target.ids[0], day or today(work))
        return [company.id] if company else []
    place = work.session.get(Area, estate_id) if kind == "committee" and estate_id is not None else None
    over = place.lineage if place else target.ids
    known = select(Organisation.id).where(Organisation.kind == kind, Organisation.area_id.in_(over))
    return work.session.scalars(known.order_by(Organisation.id)).all()


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)
