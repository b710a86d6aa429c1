"""The inbox: the open work items of a person, in due order, from one indexed table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select

from casework import calendar
from casework.cases import paging
from casework.cases.models import Case, WorkItem
from casework.cases.views import Choice, DayCount, InboxCounts, InboxPage, InboxRow, Texts
from casework.definitions import library
from casework.directory.models import Area
from casework.directory.people import shown
from casework.directory.viewing import Viewer
from casework.persistence import Work

PAGE = 50
COUNTED = 300
"""Counts beside the list stop here, so that the page stays as quick with many tasks as with few."""
STRIP_DAYS = 10
SOON = timedelta(days=1)


@dataclass(frozen=True)
class Filters:
    """What the person narrowed the list to; None leaves a dimension open. `after` is the place a page goes on from."""

    list: str = "all"
    mark: str | None = None
    urgency: str | None = None
    kind: str | None = None
    estate: int | None = None
    group: str | None = None
    day: date | None = None
    words: str | None = None
    after: str | None = None


def page(work: Work, viewer: Viewer, filters: Filters, size: int = PAGE) -> InboxPage:
    """Return one page of the viewer's open work items in due order, those without a due time last."""
    query = _narrowed(work, _of(viewer), viewer, filters)
    if filters.after:
        query = query.where(paging.beyond(filters.after, WorkItem.due_at, WorkItem.id))
    chosen = query.with_only_columns(WorkItem.id).order_by(WorkItem.due_at, WorkItem.id).limit(size + 1)
    found = (
        select(WorkItem, Case, Area.name, Area.name_en)
        .join(Case, Case.id == WorkItem.case_id)
        .outerjoin(Area, Area.id == func.coalesce(Case.estate_id, Case.area_id))
        .where(WorkItem.id.in_(chosen))
        .order_by(WorkItem.due_at, WorkItem.id)
    )
    rows = work.session.execute(found).all()
    holders = shown(work, {item.holder_id for item, *_ in rows if item.holder_id}, full=True)
    made = [_row(work, viewer, item, case, (zh or "", en or zh or ""), holders) for item, case, zh, en in rows[:size]]
    if len(rows) <= size:
        return InboxPage(made)
    item = rows[size - 1][0]
    return InboxPage(made, paging.place(item.due_at, item.id))


def counts(work: Work, viewer: Viewer) -> InboxCounts:
    """Return what stands beside the list: how many each filter would leave, and the days ahead."""
    columns = (
        WorkItem.holder_id,
        WorkItem.due_at,
        WorkItem.due_clock,
        WorkItem.urgency,
        WorkItem.process,
        WorkItem.element,
        WorkItem.estate_id,
        Case.release_id,
    )
    query = select(*columns).join(Case, Case.id == WorkItem.case_id).where(_mine(viewer))
    query = query.order_by(WorkItem.due_at, WorkItem.id).limit(COUNTED)
    rows = work.session.execute(query).all()
    capped = len(rows) == COUNTED
    names = _estates(work, {row.estate_id for row in rows if row.estate_id})
    kinds: dict[str, list[Any]] = {}
    for row in rows:
        kinds.setdefault(f"{row.process}/{row.element}", [row.release_id, 0])[1] += 1
    mine = sum(row.holder_id == viewer.person_id for row in rows)
    over = sum(row.due_at is not None and row.due_at <= work.now for row in rows)
    soon = sum(row.due_at is not None and work.now < row.due_at <= work.now + SOON for row in rows)
    held = sum(row.due_at is None and row.due_clock is not None for row in rows)
    ahead = sorted(row.due_at for row in rows if row.due_at is not None and row.due_at > work.now)
    return InboxCounts(
        lists=[
            Choice("all", ("全部", "All"), len(rows), capped),
            Choice("mine", ("我领取的", "Claimed by me"), mine, capped),
            Choice("groups", ("待领取", "To be claimed"), sum(row.holder_id is None for row in rows), capped),
        ],
        marks=[
            Choice("over", ("已超期", "Overdue"), over, capped),
            Choice("soon", ("一天内到期", "Due within a day"), soon, capped),
            Choice("hold", ("暂停计时", "Paused"), held, capped),
        ],
        kinds=[
            Choice(kind, _element(work, release, kind), number, capped)
            for kind, (release, number) in sorted(kinds.items(), key=lambda entry: -entry[1][1])
        ],
        urgencies=[
            Choice(value, label, sum(row.urgency == value for row in rows), capped)
            for value, label in (
                ("critical", ("特急", "Critical")),
                ("urgent", ("紧急", "Urgent")),
                ("normal", ("一般", "Normal")),
            )
        ],
        estates=[
            Choice(str(estate), label, sum(row.estate_id == estate for row in rows), capped)
            for estate, label in names.items()
        ],
        days=_strip(work, [row.due_at for row in rows if row.due_at is not None]),
        due_today=sum(_day(work, row.due_at) == _day(work, work.now) for row in rows if row.due_at is not None),
        overdue=over,
        next_due=ahead[0] if ahead else None,
    )


def find(work: Work, viewer: Viewer, item_id: int) -> WorkItem | None:
    """Return an open work item when it is in the viewer's inbox."""
    found: WorkItem | None = work.session.scalars(_of(viewer).where(WorkItem.id == item_id)).first()
    return found


def row_of(work: Work, viewer: Viewer, item_id: int) -> InboxRow | None:
    """Return the row of one item of the viewer's inbox, for the preview beside the list; None when it is not there."""
    item = find(work, viewer, item_id)
    if item is None:
        return None
    case = work.session.get_one(Case, item.case_id)
    area = work.session.get(Area, case.estate_id or case.area_id)
    place = (area.name, area.name_en or area.name) if area else ("", "")
    holders = shown(work, {item.holder_id} if item.holder_id else set(), full=True)
    return _row(work, viewer, item, case, place, holders)


def mark(work: Work, due: datetime | None, clock: str | None = None) -> str:
    """Return the mark of a due time: over, soon, hold (its clock stands still), or none."""
    if due is None:
        return "hold" if clock else ""
    if due <= work.now:
        return "over"
    return "soon" if due <= work.now + SOON else ""


def _mine(viewer: Viewer) -> ColumnElement[bool]:
    person = viewer.person_id or 0
    return and_(
        WorkItem.state == "open",
        WorkItem.groups.overlap(list(viewer.groups)),
        not_(WorkItem.excluded.contains([person])),
        or_(WorkItem.holder_id.is_(None), WorkItem.holder_id == person),
    )


def _of(viewer: Viewer) -> Select[Any]:
    return select(WorkItem).where(_mine(viewer))


def _narrowed(work: Work, query: Select[Any], viewer: Viewer, filters: Filters) -> Select[Any]:
    query = _by_list(work, query, viewer, filters)
    if filters.urgency:
        query = query.where(WorkItem.urgency == filters.urgency)
    if filters.kind and "/" in filters.kind:
        process, element = filters.kind.split("/", 1)
        query = query.where(WorkItem.process == process, WorkItem.element == element)
    if filters.estate is not None:
        query = query.where(WorkItem.estate_id == filters.estate)
    if filters.group:
        query = query.where(WorkItem.groups.contains([filters.group]))
    if filters.day is not None:
        since = datetime.combine(filters.day, time.min, work.house.zone)
        query = query.where(WorkItem.due_at > since, WorkItem.due_at <= since + timedelta(days=1))
    if filters.words:
        words = f"%{filters.words.strip()}%"
        named = select(Case.id).where(or_(Case.no.ilike(words), Case.title_zh.ilike(words), Case.title_en.ilike(words)))
        query = query.where(WorkItem.case_id.in_(named))
    return query


def _by_list(work: Work, query: Select[Any], viewer: Viewer, filters: Filters) -> Select[Any]:
    if filters.list == "mine":
        query = query.where(WorkItem.holder_id == viewer.person_id)
    elif filters.list == "groups":
        query = query.where(WorkItem.holder_id.is_(None))
    if filters.mark == "over":
        query = query.where(WorkItem.due_at <= work.now)
    elif filters.mark == "soon":
        query = query.where(WorkItem.due_at > work.now, WorkItem.due_at <= work.now + SOON)
    elif filters.mark == "hold":
        query = query.where(WorkItem.due_at.is_(None), WorkItem.due_clock.is_not(None))
    return query


def _row(
    work: Work, viewer: Viewer, item: WorkItem, case: Case, place: tuple[str, str], holders: dict[int, Any]
) -> InboxRow:
    holder = holders.get(item.holder_id or 0)
    return InboxRow(
        id=item.id,
        version=item.version,
        case_no=case.no,
        task_title=_element(work, case.release_id, f"{item.process}/{item.element}"),
        case_title=case.titled(_element(work, case.release_id, f"{case.process}/{case.process}")),
        place=place,
        process=_element(work, case.release_id, f"{case.process}/{case.process}"),
        urgency=item.urgency,
        due=item.due_at,
        mark=mark(work, item.due_at, item.due_clock),
        holder=None if holder is None else holder.text("zh"),
        mine=item.holder_id == viewer.person_id,
        may_claim=item.holder_id is None,
    )


def _element(work: Work, release_id: int, kind: str) -> tuple[str, str]:
    process, element = kind.split("/", 1)
    release = library.opened(work.session, release_id)
    return release.name(process, element, "zh"), release.name(process, element, "en")


def _estates(work: Work, ids: set[int]) -> dict[int, Texts]:
    query = select(Area.id, Area.name, Area.name_en).where(Area.id.in_(ids)).order_by(Area.sort_key).limit(40)
    return {area_id: (name, name_en or name) for area_id, name, name_en in work.session.execute(query)}


def _strip(work: Work, dues: Sequence[datetime]) -> list[DayCount]:
    table = calendar.current(work.session)
    today = _day(work, work.now)
    by_day: dict[date, int] = {}
    for due in dues:
        by_day[_day(work, due)] = by_day.get(_day(work, due), 0) + 1
    days = [today + timedelta(n) for n in range(STRIP_DAYS)]
    return [DayCount(day, by_day.get(day, 0), table.is_workday(day), _note(table, day)) for day in days]


def _note(table: calendar.WorkCalendar, day: date) -> Texts | None:
    working, weekend = table.is_workday(day), day.weekday() >= 5
    if working == weekend:
        return ("班", "Work") if working else ("休", "Off")
    return None


def _day(work: Work, moment: datetime) -> date:
    """Return the local day on which a due time falls; 00:00 closes the day before."""
    return calendar.last_day(moment, work.house.zone)
