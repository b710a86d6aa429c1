"""The takeover board: every flagged estate an office reads, by stage, with who answers for it and what comes next."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, ColumnElement, Row, Select, func, nulls_last, or_, select

from casework.cases import paging
from casework.cases.inbox import mark
from casework.cases.models import Case, WorkItem
from casework.cases.timeline import clock_titles
from casework.definitions import library
from casework.directory.models import Area, Organisation
from casework.directory.names import sort_key
from casework.directory.roles import role_name
from casework.directory.viewing import Viewer
from casework.errors import Texts
from casework.persistence import Work
from casework.takeovers.planning_models import Bundle, BundleMember
from casework.takeovers.standing import PROCESSES, STAGES, area_read, standing, tops

IN_A_COLUMN = 6
_MOST_EXPORTED = 20_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the board is narrowed to; None leaves a dimension open. `after` is the place a page goes on from."""

    stage: str | None = None
    area: int | None = None
    klass: str | None = None
    kind: str | None = None
    unit: int | None = None
    late: bool = False
    text: str = ""
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Next:
    """The next step of an estate: what it is, who has it, until when, and how many more are open."""

    title: Texts
    role: Texts
    held: bool
    due: datetime | None
    more: int = 0


@dataclass(frozen=True, slots=True)
class EstateRow:
    """One flagged estate: where it is, its stage, who answers for it since when, what is due, and the next step.

    `case_no` is the case that says how far it is, None where none is open or the reader has no case files below it.
    """

    estate_id: int
    names: Texts
    place: Texts
    stage: str
    klass: str | None
    origin: str
    flagged_at: datetime
    unit: Texts | None
    kind: str | None
    since: datetime | None
    until: datetime | None
    due: datetime | None
    due_for: Texts | None
    mark: str
    next: Next | None
    case_no: str | None


@dataclass(frozen=True, slots=True)
class Column:
    """A stage: how many estates stand in it, how many of them are late, and those that are due first."""

    stage: str
    name: Texts
    number: int = 0
    late: int = 0
    rows: Sequence[EstateRow] = ()


def columns(work: Work, viewer: Viewer, wanted: Wanted, most: int = IN_A_COLUMN) -> list[Column]:
    """Return all stages with how many estates stand in each, and up to `most` of them, the earliest due first."""
    found = _narrowed(work, viewer, wanted).subquery()
    place = func.row_number().over(partition_by=found.c.stage, order_by=(nulls_last(found.c.due), found.c.flag_id))
    number = func.count().over(partition_by=found.c.stage)
    late = func.count().filter(found.c.due <= work.now).over(partition_by=found.c.stage)
    placed = select(found, place.label("place"), number.label("number"), late.label("late")).subquery()
    first = select(placed).where(placed.c.place <= max(most, 1)).order_by(placed.c.stage, placed.c.place)
    rows = work.session.execute(first).all()
    made = _rows(work, viewer, rows)
    told: dict[str, Column] = {}
    for row, shown in zip(rows, made, strict=True):
        name = row.stage
        column = told.setdefault(name, Column(name, STAGES[name], row.number, row.late))
        told[name] = replace(column, rows=[*column.rows, shown]) if most else column
    return [told.get(name, Column(name, texts)) for name, texts in STAGES.items()]


def estates(work: Work, viewer: Viewer, wanted: Wanted, size: int = 50) -> tuple[Sequence[EstateRow], str | None]:
    """Return one page of the estates, the earliest due first, and where the next begins.

    Those that were settled are left out unless their stage is asked for. Raises Invalid for a place that no page has
    given, NotFound for an area that the viewer does not read.
    """
    found = _narrowed(work, viewer, wanted).subquery()
    query = select(found)
    query = query.where(found.c.stage == wanted.stage) if wanted.stage else query.where(found.c.ended_at.is_(None))
    if wanted.after is not None:
        query = query.where(paging.beyond(wanted.after, found.c.due, found.c.flag_id))
    query = query.order_by(nulls_last(found.c.due), found.c.flag_id).limit(size + 1)
    rows = work.session.execute(query).all()
    last = rows[size - 1] if len(rows) > size else None
    after = paging.place(last.due, last.flag_id) if last is not None else None
    return _rows(work, viewer, rows[:size]), after


def one_row(work: Work, viewer: Viewer, estate: Area) -> EstateRow | None:
    """Return a flagged estate as the board has it; None where it was never flagged."""
    found = standing(work, viewer, estate)
    return next(iter(_rows(work, viewer, work.session.execute(select(found)).all())), None)


def every(work: Work, viewer: Viewer, wanted: Wanted) -> Iterator[EstateRow]:
    """Run over all estates that are wanted, page by page, for a file."""
    wanted, left = replace(wanted, after=None), _MOST_EXPORTED
    while left > 0:
        rows, after = estates(work, viewer, wanted, 500)
        yield from rows
        if after is None:
            return
        wanted, left = replace(wanted, after=after), left - len(rows)


def areas(work: Work, viewer: Viewer, most: int = 200) -> Sequence[tuple[int, Texts]]:
    """Return the counties, streets and communities that a board can be narrowed to, the widest first."""
    read = or_(*(Area.path.like(f"{top}%") for top in tops(viewer))) if not viewer.everything else None
    found = select(Area).where(Area.kind.in_(("county", "street", "community")), Area.valid_to.is_(None))
    found = found.where(read) if read is not None else found
    found = found.order_by(func.length(Area.path) - func.length(func.replace(Area.path, ".", "")), Area.sort_key)
    return [(one.id, one.names) for one in work.session.scalars(found.limit(most))]


def _narrowed(work: Work, viewer: Viewer, wanted: Wanted) -> Select[Any]:
    found = standing(work, viewer, area_read(work, viewer, wanted.area))
    return select(found).where(*_conditions(work, found, wanted))


def _conditions(work: Work, found: CTE, wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.klass:
        yield found.c.klass.is_(None) if wanted.klass == "none" else found.c.klass == wanted.klass
    if wanted.kind:
        yield found.c.kind == wanted.kind
    if wanted.unit is not None:
        yield found.c.unit_id == wanted.unit
    if wanted.late:
        yield found.c.due <= work.now
    words = wanted.text.strip().replace("\\", "").replace("%", "").replace("_", "")
    if words:
        sounds = found.c.sort_key.startswith(sort_key(words))
        yield or_(found.c.name.contains(words), found.c.name_en.icontains(words), sounds)


def _rows(work: Work, viewer: Viewer, rows: Sequence[Row[Any]]) -> list[EstateRow]:
    """Put what belongs to the estates of a page beside them, one query for each kind of thing."""
    above = {place for row in rows for place in _lineage(row.path)[:-1]}
    names = _names(work, Area, above)
    units = _names(work, Organisation, {row.unit_id for row in rows if row.unit_id is not None})
    led = {row.case_id for row in rows if row.case_id is not None}
    cases = {one.id: one for one in work.session.scalars(select(Case).where(Case.id.in_(led)))}
    steps = _steps(work, {row.estate_id for row in rows if row.ended_at is None})
    return [_row(work, viewer, row, names, units, cases, steps.get(row.estate_id, ())) for row in rows]


def _row(
    work: Work,
    viewer: Viewer,
    row: Row[Any],
    names: Mapping[int, Texts],
    units: Mapping[int, Texts],
    cases: Mapping[int, Case],
    steps: Sequence[tuple[WorkItem, Case]],
) -> EstateRow:
    case = cases.get(row.case_id)
    places = [names[one] for one in _lineage(row.path)[-3:-1] if one in names]
    due = row.due
    return EstateRow(
        estate_id=row.estate_id,
        names=(row.name, row.name_en or row.name),
        place=(" · ".join(zh for zh, _ in places), " · ".join(en for _, en in places)),
        stage=row.stage,
        klass=row.klass,
        origin=row.origin,
        flagged_at=row.flagged_at,
        unit=units.get(row.unit_id),
        kind=row.kind,
        since=row.since,
        until=row.until,
        due=due,
        due_for=_due_for(work, due, row.until, case, steps),
        mark="done" if row.ended_at is not None else mark(work, due),
        next=_next(work, steps),
        case_no=case.no if case is not None and viewer.reads(row.path) else None,
    )


def _due_for(
    work: Work,
    due: datetime | None,
    until: datetime | None,
    case: Case | None,
    steps: Sequence[tuple[WorkItem, Case]],
) -> Texts | None:
    """Say what it is that is due first."""
    if due is None:
        return None
    for item, of in steps:
        if item.due_at == due:
            return library.opened(work.session, of.release_id).called(item.process, item.element)
    if due == until:
        return ("应急服务到期", "End of the emergency service")
    for one in (case, *(of for _, of in steps)):
        if one is not None and one.due_at == due and one.due_clock:
            titles = clock_titles(library.opened(work.session, one.release_id))
            title = titles.get(one.due_clock, one.due_clock)
            return title if isinstance(title, tuple) else (title, title)
    return None


def _next(work: Work, steps: Sequence[tuple[WorkItem, Case]]) -> Next | None:
    if not steps:
        return None
    item, case = steps[0]
    title = library.opened(work.session, case.release_id).called(item.process, item.element)
    return Next(
        title,
        role_name(item.role.split()[0]) if item.role else ("经办人", "The officer"),
        item.holder_id is not None,
        item.due_at,
        len(steps) - 1,
    )


def _steps(work: Work, estate_ids: Collection[int]) -> dict[int, list[tuple[WorkItem, Case]]]:
    """Return the open tasks of each estate's takeover and of its bundle, the earliest due first."""
    own = (
        select(Case.estate_id, WorkItem, Case)
        .join(WorkItem, WorkItem.case_id == Case.id)
        .where(Case.estate_id.in_(estate_ids), Case.process.in_(PROCESSES))
    )
    bundled = (
        select(BundleMember.estate_id, WorkItem, Case)
        .join(Bundle, Bundle.id == BundleMember.bundle_id)
        .join(Case, Case.id == Bundle.case_id)
        .join(WorkItem, WorkItem.case_id == Case.id)
        .where(BundleMember.estate_id.in_(estate_ids), BundleMember.open)
        .where(BundleMember.outcome.in_(("pending", "yes")))
    )
    found: dict[int, list[tuple[WorkItem, Case]]] = {}
    for query in (own, bundled):
        opened = query.where(Case.status == "open", WorkItem.state == "open")
        for estate_id, item, case in work.session.execute(opened.order_by(nulls_last(WorkItem.due_at), WorkItem.id)):
            found.setdefault(int(estate_id or 0), []).append((item, case))
    return found


def _names(work: Work, model: type[Area] | type[Organisation], ids: Collection[int]) -> dict[int, Texts]:
    named = work.session.execute(select(model.id, model.name, model.name_en).where(model.id.in_(ids)))
    return {number: (name, name_en or name) for number, name, name_en in named}


def _lineage(path: str) -> list[int]:
    return [int(step) for step in path.split(".") if step]
