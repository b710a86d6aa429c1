"""Reading places, organisations and posts."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Text,
    bindparam,
    cast,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from casework.directory.days import today
from casework.directory.models import (
    AREA_KINDS,
    Area,
    AreaPlacement,
    Contract,
    HouseholdBinding,
    Membership,
    Organisation,
)
from casework.directory.names import sort_key
from casework.directory.offices import bureau, company_of, unit_for, units_for
from casework.directory.viewing import Viewer, groups_of, scoped, viewer, visible
from casework.persistence import Work

__all__ = [
    "ancestor",
    "ancestor_id",
    "ancestors",
    "area",
    "area_by_code",
    "bureau",
    "children",
    "company_of",
    "contracts_of",
    "find_areas",
    "groups_of",
    "holders",
    "households_of",
    "members_of",
    "organisation",
    "organisations",
    "posts_of",
    "readable_areas",
    "residents_of",
    "scoped",
    "subtree",
    "unit_for",
    "units_for",
    "viewer",
    "visible",
]


_AREA = Area.__table__
_LOWEST = aliased(Area)
_PATH = func.string_to_array(func.rtrim(_LOWEST.path, "."), ".", type_=ARRAY(Text))
_ABOVE = select(func.unnest(cast(_PATH, ARRAY(BigInteger)))).where(_LOWEST.id == bindparam("lowest"))
_LINEAGE = select(Area).where(Area.id.in_(_ABOVE))
"""An area and what lies above it, in one look."""
_KINDS = select(_AREA.c.kind, _AREA.c.id).where(_AREA.c.id.in_(_ABOVE)).order_by(func.length(_AREA.c.path))


def area(work: Work, area_id: int) -> Area | None:
    """Return an area."""
    return work.session.get(Area, area_id)


def area_by_code(work: Work, code: str) -> Area | None:
    """Return the area with this code."""
    return work.session.scalars(select(Area).where(Area.code == code)).one_or_none()


def children(work: Work, area_id: int | None) -> Sequence[Area]:
    """Return the areas directly below one, or the topmost areas; in the order of their sound."""
    below = select(Area).where(Area.parent_id == area_id).where(_still(work))
    return work.session.scalars(below.order_by(Area.sort_key, Area.id)).all()


def subtree(work: Work, area_id: int, kinds: Collection[str] = AREA_KINDS) -> Sequence[Area]:
    """Return an area and everything below it, of the kinds wanted."""
    top = work.session.get_one(Area, area_id)
    below = select(Area).where(Area.path.like(f"{top.path}%"), Area.kind.in_(kinds), _still(work))
    return work.session.scalars(below.order_by(Area.sort_key, Area.id)).all()


def ancestors(work: Work, area_id: int, on: date | None = None) -> Sequence[Area]:
    """Return an area and what lies above it, topmost first; with `on`, as things stood on that day."""
    if on is None or on >= today(work):
        return work.remembered(("ancestors", area_id), lambda: _above(work, area_id))
    lowest = work.session.get_one(Area, area_id)
    chain, current = [lowest], lowest
    while current.parent_id is not None:
        stood = select(AreaPlacement.parent_id).where(
            AreaPlacement.area_id == current.id, AreaPlacement.during.contains(on)
        )
        current = work.session.get_one(Area, work.session.scalar(stood) or current.parent_id)
        chain.append(current)
    return chain[::-1]


def _above(work: Work, area_id: int) -> list[Area]:
    found = sorted(work.session.scalars(_LINEAGE, {"lowest": area_id}), key=lambda one: len(one.path))
    return found or [work.session.get_one(Area, area_id)]


def ancestor(work: Work, area_id: int, kind: str, on: date | None = None) -> Area | None:
    """Return the area of `kind` that holds this one, or is it."""
    return next((one for one in ancestors(work, area_id, on) if one.kind == kind), None)


def ancestor_id(work: Work, area_id: int, kind: str) -> int | None:
    """Return the id of the area of `kind` that holds this one today, or is it."""

    def found() -> Mapping[str, int]:
        return {row.kind: row.id for row in work.session.connection().execute(_KINDS, {"lowest": area_id})}

    return work.remembered(("above", area_id), found).get(kind)


def find_areas(
    work: Work,
    words: str,
    seen_by: Viewer | None = None,
    kinds: Collection[str] = ("estate",),
    limit: int = 20,
    tops: Collection[str] | None = None,
) -> Sequence[Area]:
    """Return areas whose name holds the words or sounds like them; with a viewer, only those they may read.

    With `tops`, only those that lie below one of these paths.
    """
    words = words.strip().replace("\\", "").replace("%", "").replace("_", "")
    named = or_(Area.name.contains(words), Area.name_en.icontains(words), Area.sort_key.startswith(sort_key(words)))
    matching = select(Area).where(Area.kind.in_(kinds), named, _still(work))
    if seen_by is not None:
        matching = scoped(matching, Area.__table__.c.path, seen_by)
    if tops is not None:
        matching = matching.where(or_(false(), *(Area.path.like(f"{top}%") for top in tops)))
    return work.session.scalars(matching.order_by(Area.sort_key, Area.id).limit(limit)).all()


def readable_areas(work: Work, seen_by: Viewer, area_ids: Collection[int]) -> frozenset[int]:
    """Return which of these areas an office of the viewer covers."""
    found = work.session.execute(select(Area.id, Area.path).where(Area.id.in_(area_ids)))
    return frozenset(area_id for area_id, path in found if seen_by.reads(path))


def contracts_of(work: Work, *, organisation_id: int | None = None, estate_id: int | None = None) -> Sequence[Contract]:
    """Return the contracts of a company, of an estate, or of both, newest first."""
    wanted = select(Contract)
    if organisation_id is not None:
        wanted = wanted.where(Contract.organisation_id == organisation_id)
    if estate_id is not None:
        wanted = wanted.where(Contract.estate_id == estate_id)
    return work.session.scalars(wanted.order_by(func.lower(Contract.during).desc(), Contract.id)).all()


def organisation(work: Work, organisation_id: int | None) -> Organisation | None:
    """Return an organisation; None without one."""
    return work.session.get(Organisation, organisation_id) if organisation_id is not None else None


def organisations(
    work: Work, *, kind: str | None = None, below: int | None = None, area_id: int | None = None
) -> Sequence[Organisation]:
    """Return the organisations of a kind, below an area, or of exactly one area, in the order of their sound."""
    wanted = select(Organisation).where(or_(Organisation.valid_to.is_(None), Organisation.valid_to >= today(work)))
    if kind is not None:
        wanted = wanted.where(Organisation.kind == kind)
    if area_id is not None:
        wanted = wanted.where(Organisation.area_id == area_id)
    if below is not None:
        top = work.session.get_one(Area, below)
        wanted = wanted.join(Area, Area.id == Organisation.area_id).where(Area.path.like(f"{top.path}%"))
    return work.session.scalars(wanted.order_by(Organisation.sort_key, Organisation.id)).all()


def holders(work: Work, *, role: str | Collection[str] | None = None, below: int | None = None) -> Sequence[Membership]:
    """Return today's posts of a role or of several, held below an area (its organisations included), or both."""
    held = select(Membership).where(Membership.during.contains(today(work)))
    if role is not None:
        held = held.where(Membership.role.in_([role] if isinstance(role, str) else role))
    if below is not None:
        top = work.session.get_one(Area, below)
        held = held.outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        held = held.join(Area, Area.id == func.coalesce(Membership.area_id, Organisation.area_id))
        held = held.where(Area.path.like(f"{top.path}%"))
    return work.session.scalars(held.order_by(Membership.role, Membership.id)).all()


def posts_of(work: Work, person_id: int) -> Sequence[Membership]:
    """Return the posts of a person, running and ended, newest first."""
    held = select(Membership).where(Membership.person_id == person_id)
    return work.session.scalars(held.order_by(func.lower(Membership.during).desc(), Membership.id)).all()


def members_of(work: Work, *, organisation_id: int | None = None, area_id: int | None = None) -> Sequence[Membership]:
    """Return today's posts in an organisation or over exactly this area."""
    held = select(Membership).where(Membership.during.contains(today(work)))
    if organisation_id is not None:
        held = held.where(Membership.organisation_id == organisation_id)
    if area_id is not None:
        held = held.where(Membership.area_id == area_id)
    return work.session.scalars(held.order_by(Membership.role, Membership.id)).all()


def households_of(work: Work, person_id: int) -> Sequence[HouseholdBinding]:
    """Return today's bindings of a person."""
    bound = select(HouseholdBinding).where(HouseholdBinding.person_id == person_id)
    return work.session.scalars(
        bound.where(HouseholdBinding.during.contains(today(work))).order_by(HouseholdBinding.id)
    ).all()


def residents_of(work: Work, household_id: int) -> Sequence[HouseholdBinding]:
    """Return today's bindings of a flat."""
    bound = select(HouseholdBinding).where(HouseholdBinding.household_id == household_id)
    return work.session.scalars(
        bound.where(HouseholdBinding.during.contains(today(work))).order_by(HouseholdBinding.id)
    ).all()


def owners_below(work: Work, area_id: int) -> Sequence[int]:
    """Return the ids of today's owners of flats below an area, each once."""
    top = work.session.get_one(Area, area_id)
    bound = select(HouseholdBinding.person_id).join(Area, Area.id == HouseholdBinding.household_id)
    bound = bound.where(Area.path.like(f"{top.path}%"), HouseholdBinding.kind == "owner")
    bound = bound.where(HouseholdBinding.during.contains(today(work))).distinct()
    return work.session.scalars(bound.order_by(HouseholdBinding.person_id)).all()


def homes_of_owners(work: Work, estate_id: int) -> Sequence[tuple[int, str]]:
    """Return who owns a flat of an estate today, each once, with the name of the first of their flats, by flat."""
    top = work.session.get_one(Area, estate_id)
    owned = (
        select(HouseholdBinding.person_id, Area)
        .join(Area, Area.id == HouseholdBinding.household_id)
        .where(Area.path.like(f"{top.path}%"), HouseholdBinding.kind == "owner")
        .where(HouseholdBinding.during.contains(today(work)))
    )
    rows = sorted(work.session.execute(owned), key=lambda row: (row[1].lineage, row[0]))
    above = {place for _person, home in rows for place in home.lineage}
    named = work.session.execute(select(Area.id, Area.name).where(Area.id.in_(above)))
    names = {row.id: row.name for row in named}
    homes: dict[int, str] = {}
    for person_id, home in rows:
        homes.setdefault(person_id, "".join(names[one] for one in home.lineage[len(top.lineage) :]))
    return list(homes.items())


def _still(work: Work) -> ColumnElement[bool]:
    return or_(Area.valid_to.is_(None), Area.valid_to >= today(work))
