"""Who is one head: an owner with all their parts, the co-owners of a part together, the developer with all of its.

Pure: parts come in, heads go out, in the order of their first part. (SPC 8 and 9; domain rules are policies.)
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, NamedTuple

from casework.votes.findings import Report, Where
from casework.votes.flats import Part
from casework.votes.identities import Owner

Kind = Literal["person", "joint", "developer", "unit"]
Identity = str
"""What makes two entries the same owner; it holds personal data and is never stored as it is."""

_DEVELOPERS = ("developer",)
_NOBODY: frozenset[str] = frozenset()
DEVELOPER = Owner("建设单位", side="developer")
"""The developer where no row names it."""


@dataclass(frozen=True)
class HeadRule:
    """What the policies say: whether several parts of one owner are one head, and those of the developer."""

    one_buyer_once: bool = True
    developer_once: bool = True


class Head(NamedTuple):
    """One head: its owners by their identities in order, and its parts by their places in the list.

    `key` is the same for the same owners in any list of an estate.
    """

    key: tuple[str, ...]
    kind: Kind
    owners: Sequence[tuple[Identity, Owner]]
    parts: Sequence[int]
    area: Decimal


def identified(parts: Sequence[Part], report: Report, column: str) -> dict[Owner, Identity]:
    """Return who each owner is: by identity number, else by name and phone; a unit by its code, else by its name.

    Where a name alone can't tell whether two rows mean one owner, the report says so.
    """
    rows: dict[Owner, Part] = {}
    for part in parts:
        for owner in part.owners:
            rows.setdefault(owner, part)
    _numbers_have_one_name(rows, report, column)
    unnumbered = {owner.name for owner in rows if not owner.id_number}
    numbers: dict[tuple[str, str], set[str]] = defaultdict(set)
    named: dict[str, list[Owner]] = defaultdict(list)
    for owner in rows:
        if owner.name in unnumbered:
            named[owner.name].append(owner)
            if owner.id_number and (owner.phone or owner.side != "person"):
                numbers[owner.name, owner.phone if owner.side == "person" else ""].add(owner.id_number)
    _names_alone_are_plain(parts, rows, named, report, column)
    found = {}
    for owner, part in rows.items():
        known: Set[str] = _NOBODY
        if not owner.id_number:
            known = numbers.get((owner.name, owner.phone if owner.side == "person" else ""), _NOBODY)
            if len(known) > 1:
                other = next(one for one in named[owner.name] if one != owner)
                report.wrong(part.where, column, "owner_ambiguous", other=rows[other].where)
        found[owner] = identity_of(owner._replace(id_number=min(known)) if len(known) == 1 else owner)
    return found


def identity_of(owner: Owner) -> Identity:
    """Return who an owner is by what is given alone."""
    if owner.id_number:
        return f"number {owner.id_number}"
    return f"name {owner.name} phone {owner.phone if owner.side == 'person' else ''}"


def heads_of(parts: Sequence[Part], identities: Mapping[Owner, Identity], rule: HeadRule) -> list[Head]:
    """Return the heads of a roll: every part belongs to one, every owner may be in several (alone, and with others)."""
    developers = {identities[owner]: owner for part in parts if part.developers for owner in part.owners}
    if not developers:
        developers = {identity_of(DEVELOPER): DEVELOPER}
    gathered: dict[tuple[str, ...], list[int]] = {}
    for index, part in enumerate(parts):
        once = rule.developer_once if part.developers else rule.one_buyer_once
        if part.developers:
            key: tuple[str, ...] = _DEVELOPERS
        elif len(part.owners) == 1:
            key = (identities[part.owners[0]],)
        else:
            key = tuple(sorted({identities[owner] for owner in part.owners}))
        gathered.setdefault(key if once else (*key, str(index)), []).append(index)
    return [_head(key, indexes, parts, identities, developers) for key, indexes in gathered.items()]


def _head(
    key: tuple[str, ...],
    indexes: Sequence[int],
    parts: Sequence[Part],
    identities: Mapping[Owner, Identity],
    developers: Mapping[Identity, Owner],
) -> Head:
    first = parts[indexes[0]]
    held = developers if first.developers else {identities[owner]: owner for owner in first.owners}
    area = first.area if len(indexes) == 1 else sum((parts[index].area for index in indexes), Decimal(0))
    return Head(key, _kind(first, held), tuple(sorted(held.items())), tuple(indexes), area)


def _kind(part: Part, held: Mapping[Identity, Owner]) -> Kind:
    if part.developers:
        return "developer"
    if len(held) > 1:
        return "joint"
    return "person" if all(owner.side == "person" for owner in held.values()) else "unit"


def _numbers_have_one_name(rows: Mapping[Owner, Part], report: Report, column: str) -> None:
    first: dict[str, Owner] = {}
    for owner, part in rows.items():
        other = first.setdefault(owner.id_number, owner) if owner.id_number else owner
        if other.name != owner.name and other.name.casefold() != owner.name.casefold():
            report.wrong(part.where, column, "id_of_another", other=rows[other].where)


def _names_alone_are_plain(
    parts: Sequence[Part], rows: Mapping[Owner, Part], named: Mapping[str, Sequence[Owner]], report: Report, column: str
) -> None:
    """Report a person named without number and phone who may be, or not be, another one of that name."""
    first: dict[str, Where] = {}
    for part in parts:
        for owner in part.owners:
            if owner.side != "person" or owner.phone or owner.id_number:
                continue
            other = next((rows[one].where for one in named[owner.name] if one != owner), first.get(owner.name))
            first.setdefault(owner.name, part.where)
            if other is not None:
                report.wrong(part.where, column, "owner_ambiguous", other=other)
