"""What a roll says otherwise than the one before it: flats that are new or gone, other areas, other owners."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql import ColumnElement

from casework.persistence import Work
from casework.votes.designations import Designation
from casework.votes.models import Roll, RollHead, RollOwner, RollPart

PAGE = 100
What = Literal["new", "gone", "changed"]


@dataclass(frozen=True)
class Difference:
    """One flat that two rolls tell otherwise: its area and owners (family names) before and after."""

    place: str
    what: What
    area: tuple[Decimal | None, Decimal | None]
    owners: tuple[Sequence[str], Sequence[str]]


@dataclass(frozen=True)
class Comparison:
    """How a roll differs from the one before: how many flats are new, gone or changed, and one page of them."""

    numbers: dict[str, int]
    rows: Sequence[Difference]
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are, one at least."""
        return max(1, -(-sum(self.numbers.values()) // PAGE))


def before(work: Work, roll: Roll) -> Roll | None:
    """Return the roll that stood before this one; None for the first."""
    older = select(Roll).where(Roll.estate_id == roll.estate_id, Roll.id < roll.id).order_by(Roll.id.desc())
    return work.session.scalars(older.limit(1)).first()


def compared(work: Work, roll: Roll, older: Roll, *, page: int = 1) -> Comparison:
    """Return a page of what differs between two rolls of an estate, in the order of the flats."""
    differing = _differing(older.id, roll.id)
    counted = select(differing.c.what, func.count()).group_by(differing.c.what)
    numbers: dict[str, int] = {row.what: row[1] for row in work.session.execute(counted)}
    page = min(max(page, 1), max(1, -(-sum(numbers.values()) // PAGE)))
    order = (differing.c.building, differing.c.unit, differing.c.room)
    rows = work.session.execute(select(differing).order_by(*order).limit(PAGE).offset((page - 1) * PAGE)).all()
    heads = {head for row in rows for head in (row.old_head, row.new_head) if head is not None}
    names: dict[int | None, list[str]] = {}
    owners = select(RollOwner.head_id, RollOwner.shown).where(RollOwner.head_id.in_(heads))
    for head, name in work.session.execute(owners.order_by(RollOwner.person_id)):
        names.setdefault(head, []).append(name)
    return Comparison(
        numbers,
        [
            Difference(
                str(Designation(row.building, row.unit, row.room)),
                row.what,
                (row.old_area, row.new_area),
                (names.get(row.old_head, ()), names.get(row.new_head, ())),
            )
            for row in rows
        ],
        page,
    )


def _differing(old_id: int, new_id: int) -> Any:
    old, new = _parts(old_id).subquery("old"), _parts(new_id).subquery("new")
    same = (old.c.building == new.c.building) & (old.c.unit == new.c.unit) & (old.c.room == new.c.room)
    what = case((old.c.id.is_(None), "new"), (new.c.id.is_(None), "gone"), else_="changed")
    places = [func.coalesce(new.c[name], old.c[name]).label(name) for name in ("building", "unit", "room")]
    said = (old.c.area != new.c.area) | (old.c.basis != new.c.basis) | (old.c.delivered != new.c.delivered)
    others = (old.c.key != new.c.key) & _owners(old.c.head_id).is_distinct_from(_owners(new.c.head_id))
    return (
        select(
            what.label("what"),
            *places,
            old.c.area.label("old_area"),
            new.c.area.label("new_area"),
            old.c.head_id.label("old_head"),
            new.c.head_id.label("new_head"),
        )
        .select_from(old.join(new, same, full=True))
        .where(or_(old.c.id.is_(None), new.c.id.is_(None), said, others))
        .subquery("differing")
    )


def _parts(roll_id: int) -> Any:
    told = (RollPart.building, RollPart.unit, RollPart.room, RollPart.area, RollPart.basis, RollPart.delivered)
    parts = select(RollPart.id, RollPart.head_id, RollHead.key, *told).join(RollHead, RollHead.id == RollPart.head_id)
    return parts.where(RollPart.roll_id == roll_id)


def _owners(head_id: ColumnElement[Any]) -> ColumnElement[Any]:
    owner = aliased(RollOwner)
    each = select(func.array_agg(owner.person_id.distinct())).where(owner.head_id == head_id)
    return each.correlate_except(owner).scalar_subquery()
