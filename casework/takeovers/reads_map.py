"""The flagged estates on a map: where each lies, its class, who answers for it; and the areas around them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, or_, select

from casework.directory.models import Area, AreaShape, Organisation
from casework.directory.shapes import Position, middle, outlines
from casework.directory.viewing import Viewer
from casework.errors import Texts
from casework.persistence import Work
from casework.takeovers.models import FlaggedEstate
from casework.takeovers.standing import STAGES, standing

_AROUND = ("county", "street", "community")
_MOST_AROUND = 400


@dataclass(frozen=True, slots=True)
class Spot:
    """A flagged estate on the map; `at` is its longitude and latitude, None where no shape is on record."""

    estate_id: int
    names: Texts
    at: Position | None
    klass: str | None
    kind: str | None
    unit: Texts | None
    stage: Texts
    late: bool


@dataclass(frozen=True, slots=True)
class Outline:
    """An area around the estates with its outer rings."""

    names: Texts
    kind: str
    rings: Sequence[Sequence[Position]]
    source: str = ""


def spots(
    work: Work, viewer: Viewer, area: Area | None = None, klass: str | None = None, kind: str | None = None
) -> Sequence[Spot]:
    """Return the flagged estates that the viewer reads, in the order of their sound; without those settled."""
    found = standing(work, viewer, area)
    wanted = select(found).where(found.c.ended_at.is_(None)).order_by(found.c.sort_key, found.c.estate_id)
    if klass is not None:
        wanted = wanted.where(found.c.klass.is_(None) if klass == "none" else found.c.klass == klass)
    if kind is not None:
        wanted = wanted.where(found.c.kind == kind)
    rows = work.session.execute(wanted).all()
    lying = select(AreaShape.area_id, AreaShape.geometry).where(
        AreaShape.area_id.in_(select(FlaggedEstate.estate_id).where(FlaggedEstate.ended_at.is_(None)))
    )
    places = {area_id: middle(geometry) for area_id, geometry in work.session.execute(lying)}
    serving = select(Organisation).where(Organisation.id.in_({row.unit_id for row in rows if row.unit_id is not None}))
    units = {one.id: one.names for one in work.session.scalars(serving)}
    return [
        Spot(
            row.estate_id,
            (row.name, row.name_en or row.name),
            places.get(row.estate_id),
            row.klass,
            row.kind,
            units.get(row.unit_id),
            STAGES[row.stage],
            row.due is not None and row.due <= work.now,
        )
        for row in rows
    ]


def around(work: Work, tops: Collection[str]) -> Sequence[Outline]:
    """Return the shapes of the counties, streets and communities below some areas, the widest first."""
    found = (
        select(Area, AreaShape)
        .join(AreaShape, AreaShape.area_id == Area.id)
        .where(Area.kind.in_(_AROUND), _below(tops))
        .order_by(Area.path)
        .limit(_MOST_AROUND)
    )
    drawn = [
        Outline(area.names, area.kind, list(outlines(shape.geometry)), shape.source)
        for area, shape in work.session.execute(found)
    ]
    return sorted((one for one in drawn if one.rings), key=lambda one: _AROUND.index(one.kind))


def sources(work: Work, estate_ids: Collection[int]) -> Sequence[str]:
    """Return where the shapes of some areas come from, each source once."""
    found = select(AreaShape.source).where(AreaShape.area_id.in_(estate_ids)).distinct().order_by(AreaShape.source)
    return work.session.scalars(found).all()


def _below(tops: Collection[str]) -> ColumnElement[bool]:
    return or_(false(), *(Area.path.like(f"{top}%") for top in tops))
