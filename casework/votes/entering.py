"""Writing a checked list down: people, heads, owners and parts, many thousand at a time."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from sqlalchemy import any_, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA
from sqlalchemy.orm import aliased

from casework.directory.enrolling import enrol, opened
from casework.directory.models import Area, HouseholdBinding, PersonData
from casework.directory.names import masked_name
from casework.directory.sealing import Particulars, Sealing
from casework.persistence import Work
from casework.persistence.copying import fresh_ids, pour
from casework.votes.designations import Designation, designation
from casework.votes.flats import Part
from casework.votes.heads import Head, Identity
from casework.votes.identities import Owner
from casework.votes.models import Roll, RollHead, RollOwner

Told = Callable[[int, int], None]
_HEARD = 2_000
_PERSON = 3
"""How much longer a person takes to look up and seal than a line of the roll to write."""
_PART_COLUMNS = (
    "roll_id",
    "head_id",
    "building",
    "unit",
    "room",
    "area",
    "basis",
    "delivered",
    "moved_in",
    "household_id",
)


def enter(work: Work, roll: Roll, estate: Area, parts: Sequence[Part], heads: Sequence[Head], told: Told) -> None:
    """Write the heads, owners and parts of a roll whose row is there; `told` hears how many of how many rows."""
    flats = flats_of(work, estate)
    owners = {identity: owner for head in heads for identity, owner in head.owners}
    whole = _PERSON * len(owners) + len(heads) + 2 * len(parts)
    homes = _homes(heads, parts, flats) if flats else {}
    people = people_for(work, estate, owners, homes, told=lambda done: told(_PERSON * done, whole))
    written = _PERSON * len(owners)
    del owners, homes
    sealing = Sealing.of(work.house.secrets)
    ids = fresh_ids(work.session, "roll_head", len(heads))
    head_of = [0] * len(parts)
    for head_id, head in zip(ids, heads, strict=True):
        for index in head.parts:
            head_of[index] = head_id
    pour(
        work.session,
        "roll_head",
        ("id", "roll_id", "kind", "key", "area"),
        (
            (head_id, roll.id, head.kind, sealing.owner_key(estate.id, "\n".join(head.key)), head.area)
            for head_id, head in zip(ids, heads, strict=True)
        ),
        lambda done: told(written + done // 2, whole),
    )
    pour(
        work.session,
        "roll_owner",
        ("head_id", "person_id", "shown"),
        (
            (head_id, person_id, name)
            for head_id, head in zip(ids, heads, strict=True)
            for person_id, name in {people[identity]: shown(owner) for identity, owner in head.owners}.items()
        ),
        lambda done: told(written + min(len(heads) + done, 2 * len(heads)) // 2, whole),
    )
    rows = (
        (
            roll.id,
            head_of[index],
            *part.place,
            part.area,
            part.basis,
            part.delivered,
            part.moved_in,
            flats.get(part.place),
        )
        for index, part in enumerate(parts)
    )
    pour(work.session, "roll_part", _PART_COLUMNS, rows, lambda done: told(written + len(heads) + 2 * done, whole))


def _homes(heads: Sequence[Head], parts: Sequence[Part], flats: Mapping[Designation, int]) -> dict[Identity, list[int]]:
    """Return the flats of the directory that each owner has."""
    homes: dict[Identity, list[int]] = {}
    for head in heads:
        places = [place for index in head.parts if (place := flats.get(parts[index].place)) is not None]
        for identity, _ in head.owners:
            homes.setdefault(identity, []).extend(places)
    return homes


def shown(owner: Owner) -> str:
    """Return how a posted roll names an owner: a unit in full, a person by the family name alone."""
    return masked_name(owner.name) if owner.side == "person" else owner.name


def people_for(
    work: Work,
    estate: Area,
    owners: Mapping[Identity, Owner],
    homes: Mapping[Identity, Sequence[int]],
    *,
    told: Callable[[int], None] = lambda done: None,  # noqa: ARG005
) -> dict[Identity, int]:
    """Return the person of each owner: known already by number, by name and phone, or by name and flat; else new.

    Looked for among those of these phones, the owners of the estate's flats, and the owners of its last roll.
    """
    known = _Known(work, estate, owners.values(), lambda done, of: told(len(owners) * done // (2 * max(of, 1))))
    found: dict[Identity, int] = {}
    taken: set[int] = set()
    for identity, owner in owners.items():
        person_id = known.find(owner, homes.get(identity, ()), taken)
        if person_id is not None:
            found[identity] = person_id
            taken.add(person_id)
    new = [identity for identity in owners if identity not in found]
    before = max(len(owners) // 2 if known.particulars else 0, len(found))
    left = len(owners) - before
    enrolled = enrol(
        work,
        [owners[identity].particulars for identity in new],
        told=lambda done: told(before + left * done // max(len(new), 1)),
    )
    found.update(zip(new, enrolled, strict=True))
    return found


def flats_of(work: Work, estate: Area) -> dict[Designation, int]:
    """Return the flats of the directory by how they are called."""
    unit, building = aliased(Area), aliased(Area)
    rows = work.session.execute(
        select(Area.id, Area.name, unit.kind, unit.name, building.kind, building.name)
        .join(unit, unit.id == Area.parent_id)
        .outerjoin(building, building.id == unit.parent_id)
        .where(Area.kind == "household", Area.path.like(f"{estate.path}%"))
    )
    found = {}
    for flat_id, name, kind, above, kind_above, top in rows:
        place = (top, above) if kind == "unit" and kind_above == "building" else (above, "")
        found[designation(*place, name)] = flat_id
    return found


class _Known:
    """People who may be the owners of a list, by what tells who they are."""

    def __init__(self, work: Work, estate: Area, owners: Iterable[Owner], told: Told) -> None:
        sealing = Sealing.of(work.house.secrets)
        digests = [digest for owner in owners if (digest := sealing.phone_digest(owner.phone))]
        bound = self._bound(work, estate)
        ids = {person for person, _ in bound} | self._by_phone(work, digests) | self._in_last_roll(work, estate)
        self.numbers: dict[str, int] = {}
        self.contacts: dict[tuple[str, str], list[int]] = {}
        self.homes: dict[tuple[str, int], int] = {}
        self.particulars: dict[int, Particulars] = {}
        for done, (person_id, particulars) in enumerate(opened(work, ids)):
            if done % _HEARD == 0:
                told(done, len(ids))
            self.particulars[person_id] = particulars
            if particulars.id_number:
                self.numbers.setdefault(particulars.id_number, person_id)
            if particulars.phone:
                self.contacts.setdefault((particulars.name, particulars.phone), []).append(person_id)
        for person_id, flat_id in bound:
            if person_id in self.particulars:
                self.homes.setdefault((self.particulars[person_id].name, flat_id), person_id)

    def find(self, owner: Owner, homes: Sequence[int], taken: set[int]) -> int | None:
        """Return who the owner is, but for those who are somebody else of the list."""
        number = self.numbers.get(owner.id_number) if owner.id_number else None
        contacts = self.contacts.get((owner.name, owner.phone), []) if owner.phone else []
        at_home = (self.homes.get((owner.name, home)) for home in homes)
        for person_id in (number, *contacts, *at_home):
            if person_id is None or person_id in taken:
                continue
            other = self.particulars[person_id].id_number
            if not other or not owner.id_number or other == owner.id_number:
                return person_id
        return None

    @staticmethod
    def _by_phone(work: Work, digests: Sequence[bytes]) -> set[int]:
        wanted = any_(literal(list(digests), ARRAY(BYTEA)))
        return set(work.session.scalars(select(PersonData.person_id).where(PersonData.phone_digest == wanted)))

    @staticmethod
    def _bound(work: Work, estate: Area) -> list[tuple[int, int]]:
        rows = work.session.execute(
            select(HouseholdBinding.person_id, HouseholdBinding.household_id)
            .join(Area, Area.id == HouseholdBinding.household_id)
            .where(HouseholdBinding.kind == "owner", Area.path.like(f"{estate.path}%"))
            .order_by(HouseholdBinding.id)
        )
        return [(person_id, flat_id) for person_id, flat_id in rows]

    @staticmethod
    def _in_last_roll(work: Work, estate: Area) -> set[int]:
        last = (
            select(Roll.id)
            .where(Roll.estate_id == estate.id, Roll.parts > 0)
            .order_by(Roll.id.desc())
            .limit(1)
            .scalar_subquery()
        )
        owned = select(RollOwner.person_id).join(RollHead, RollHead.id == RollOwner.head_id)
        return set(work.session.scalars(owned.where(RollHead.roll_id == last)))
