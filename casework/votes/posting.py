"""What pages show of a roll: the estates somebody keeps one for, and the roll as it is posted, names masked."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, false, func, or_, select

from casework.directory.models import Area
from casework.directory.viewing import Viewer
from casework.errors import NotFound, Texts
from casework.persistence import Work
from casework.votes.designations import Designation
from casework.votes.keeping import KEEPERS, keeps
from casework.votes.models import Roll, RollHead, RollImport, RollOwner, RollPart
from casework.votes.words import USES

PAGE = 100
_MOST_ESTATES = 300


@dataclass(frozen=True)
class Kept:
    """An estate of somebody who keeps rolls, with its newest roll."""

    id: int
    name: tuple[str, str]
    state: str | None = None
    as_of: date | None = None
    parts: int = 0


@dataclass(frozen=True)
class PostedPart:
    """One line of a posted roll: no phone, no identity number, a family name alone."""

    id: int
    building: str
    unit: str
    room: str
    area: Decimal
    basis: str
    kind: str
    owners: Sequence[str]
    delivered: bool


@dataclass(frozen=True)
class Posted:
    """A page of a roll as it is posted."""

    roll: Roll
    estate: tuple[str, str]
    keeper: bool
    buildings: Sequence[str]
    building: str
    parts: Sequence[PostedPart]
    number: int
    page: int
    uses: Sequence[tuple[Texts, Mapping[str, Any]]] = ()

    @property
    def pages(self) -> int:
        """How many pages there are, one at least."""
        return max(1, -(-self.number // PAGE))


def estates_kept(work: Work, seen_by: Viewer) -> list[Kept]:
    """Return the estates whose roll a person keeps, in the order of their sound."""
    tops = {post.path for post in seen_by.posts if post.role in KEEPERS and post.path}
    newest = select(Roll.estate_id, func.max(Roll.id).label("id")).group_by(Roll.estate_id).subquery()
    rows = work.session.execute(
        select(Area, Roll.state, Roll.as_of, Roll.parts)
        .outerjoin(newest, newest.c.estate_id == Area.id)
        .outerjoin(Roll, Roll.id == newest.c.id)
        .where(Area.kind == "estate", or_(false(), *(Area.path.like(f"{top}%") for top in sorted(tops))))
        .order_by(Area.sort_key, Area.id)
        .limit(_MOST_ESTATES)
    )
    return [Kept(area.id, area.names, state, as_of, parts or 0) for area, state, as_of, parts in rows]


def kept_estate(work: Work, seen_by: Viewer, estate_id: int) -> Area:
    """Return an estate whose roll a person keeps; NotFound for any other."""
    estate = work.session.get(Area, estate_id)
    if estate is None or estate.kind != "estate" or not keeps(seen_by, estate.path):
        raise NotFound("没有这个小区，或不在您的辖区内", "There is no such estate, or it is not in your area")
    return estate


def posted(work: Work, seen_by: Viewer, roll_id: int, *, building: str = "", page: int = 1) -> Posted:
    """Return a page of a roll, for the estate's owners, who keep it, and the offices above; NotFound for others."""
    roll = work.session.get(Roll, roll_id)
    estate = work.session.get(Area, roll.estate_id) if roll is not None else None
    if roll is None or estate is None or not _may_see(work, seen_by, roll, estate):
        raise NotFound("没有这份名册", "There is no such roll")
    known = select(RollPart.building).where(RollPart.roll_id == roll_id).group_by(RollPart.building)
    buildings = list(work.session.scalars(known.order_by(func.min(RollPart.id))))
    parts = select(RollPart).where(RollPart.roll_id == roll_id)
    if building:
        parts = parts.where(RollPart.building == building)
    number = work.session.scalar(select(func.count()).select_from(parts.subquery())) or 0
    page = min(max(page, 1), max(1, -(-number // PAGE)))
    lines = _lines(work, parts.order_by(RollPart.id).limit(PAGE).offset((page - 1) * PAGE))
    keeper = keeps(seen_by, estate.path)
    uses = uses_of(work, roll.id)
    return Posted(roll, estate.names, keeper, buildings, building, lines, number, page, uses)


def posted_part(work: Work, roll_id: int, part_id: int) -> PostedPart:
    """Return one line of a roll; NotFound without it."""
    lines = _lines(work, select(RollPart).where(RollPart.roll_id == roll_id, RollPart.id == part_id))
    if not lines:
        raise NotFound("名册里没有这处房屋", "The roll has no such part")
    return lines[0]


def uses_of(work: Work, roll_id: int) -> Sequence[tuple[Texts, Mapping[str, Any]]]:
    """Return what else stood on the list of a roll that was sent on a page: whether it counts, by which rule, how much.

    Each is its name with `counted`, `source` in both languages, `parts` and `area` in m².
    """
    kept = select(RollImport.report["uses"]).where(RollImport.roll_id == roll_id)
    uses: Mapping[str, Mapping[str, Any]] = work.session.scalar(kept) or {}
    return [(USES[use], one) for use, one in sorted(uses.items()) if use in USES]


def places_of(work: Work, part_ids: Collection[int]) -> dict[int, str]:
    """Return how these parts are called."""
    wanted = select(RollPart.id, RollPart.building, RollPart.unit, RollPart.room).where(RollPart.id.in_(part_ids))
    return {part_id: str(Designation(*place)) for part_id, *place in work.session.execute(wanted)}


def _may_see(work: Work, seen_by: Viewer, roll: Roll, estate: Area) -> bool:
    if seen_by.reads(estate.path) or keeps(seen_by, estate.path):
        return True
    if any(path.startswith(estate.path) and how == "owner" for _, path, how in seen_by.homes):
        return True
    mine = select(RollOwner.head_id).join(RollHead, RollHead.id == RollOwner.head_id)
    owned = mine.where(RollHead.roll_id == roll.id, RollOwner.person_id == seen_by.person_id).limit(1)
    return work.session.scalar(owned) is not None


def _lines(work: Work, parts: Select[Any]) -> list[PostedPart]:
    rows: Sequence[RollPart] = work.session.scalars(parts).all()
    heads = {row.head_id for row in rows}
    kinds = {one.id: one.kind for one in work.session.scalars(select(RollHead).where(RollHead.id.in_(heads)))}
    names: dict[int, list[str]] = {}
    owners = select(RollOwner).where(RollOwner.head_id.in_(heads)).order_by(RollOwner.person_id)
    for owner in work.session.scalars(owners):
        names.setdefault(owner.head_id, []).append(owner.shown)
    return [
        PostedPart(
            row.id,
            row.building,
            row.unit,
            row.room,
            row.area,
            row.basis,
            kinds[row.head_id],
            names.get(row.head_id, []),
            row.delivered,
        )
        for row in rows
    ]
