"""Reading cases: which a person may see, the lists, and what is missing a next step."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    and_,
    cast,
    exists,
    false,
    func,
    literal,
    nulls_last,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB

from casework.cases import paging
from casework.cases.inbox import SOON, mark
from casework.cases.models import Case, CaseParty, CaseUnit, History, Incident, Subscription, WorkItem
from casework.cases.views import CaseRow, Texts
from casework.definitions import library
from casework.directory.models import Area, Organisation
from casework.directory.roles import COMPANY_ROLES, READING_ROLES
from casework.directory.viewing import Columns, Viewer, visible
from casework.errors import NotFound
from casework.jobs import Job
from casework.persistence import Work

TIERS: dict[int, Texts] = {
    1: ("社区督办", "Community"),
    2: ("街道督办", "Street"),
    3: ("县级督办", "County"),
    4: ("市级督办", "City"),
}


@dataclass(frozen=True)
class CaseFilters:
    """What a list of cases is narrowed to; None leaves a dimension open. `after` is the place a page goes on from."""

    status: str | None = "open"
    mark: str | None = None
    tier: int | None = None
    process: str | None = None
    area: int | None = None
    element: str | None = None
    words: str | None = None
    stranded: bool = False
    incident: bool = False
    after: str | None = None


def may_see(work: Work, viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition that a viewer may see a case: by area, contract, routing, as a party, or by an open task.

    A sealed case is seen by the unit it was routed to alone. Pages, API, search, counts and files all ask this.
    """
    routed = exists().where(
        CaseUnit.case_id == Case.id, CaseUnit.organisation_id.in_(sorted(viewer.organisations) or [0])
    )
    columns = Columns(
        path=Case.__table__.c.area_path,
        estate=Case.__table__.c.estate_id,
        day=cast(func.timezone(work.house.zone.key, Case.incident_at), Date),
        own=lambda person: exists().where(CaseParty.case_id == Case.id, CaseParty.person_id == person),
    )
    by_rule = visible(columns, viewer)
    if viewer.everything:
        return by_rule
    return or_(
        and_(Case.sealed.is_(False), or_(by_rule, routed, _asked(viewer))), and_(Case.sealed, routed, _leads(viewer))
    )


def _asked(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition that a task of the case is open to somebody whom their posts show nothing: a teller."""
    if viewer.person_id is None:
        return false()
    posts = [post for post in viewer.posts if post.role not in READING_ROLES | COMPANY_ROLES]
    groups = [f"p{viewer.person_id}", *(group for post in posts for group in post.groups)]
    tasks = select(WorkItem.case_id).where(WorkItem.state == "open", WorkItem.groups.overlap(groups))
    return Case.id.in_(tasks.where(~WorkItem.excluded.contains([viewer.person_id])))


def case_for(work: Work, viewer: Viewer, no: str) -> Case:
    """Return the case with number `no`; raise NotFound when there is none or the viewer may not see it."""
    case = work.session.scalars(select(Case).where(Case.no == no, may_see(work, viewer))).first()
    if case is None:
        raise NotFound("没有这个案件，或您无权查看。", "There is no such case, or it is not yours to see.")
    return case


def cases(work: Work, viewer: Viewer, filters: CaseFilters, size: int = 50) -> tuple[list[CaseRow], str | None]:
    """Return one page of the cases the viewer may see, escalated and overdue first, and where the next begins.

    Raises Invalid for a place to go on from that no page has given.
    """
    query = _narrowed(work, select(Case).where(may_see(work, viewer)), filters)
    if filters.after is not None:
        query = query.where(_beyond(filters.after))
    query = query.order_by(Case.tier.desc(), nulls_last(Case.due_at), Case.id).limit(size + 1)
    found = work.session.scalars(query).all()
    places = _names(work, Area, {case.estate_id or case.area_id for case in found})
    units = _names(work, Organisation, {case.unit_id for case in found if case.unit_id is not None})
    rows = [_row(work, case, places, units) for case in found[:size]]
    if len(found) <= size:
        return rows, None
    last = found[size - 1]
    return rows, f"{last.tier}~{paging.place(last.due_at, last.id)}"


def _beyond(after: str) -> ColumnElement[bool]:
    """Return the condition that a case comes after the place where a page ended: those escalated further come first."""
    tier, _, rest = after.partition("~")
    if not (len(tier) == 1 and tier.isascii() and tier.isdigit()):
        raise paging.nowhere()
    later = paging.beyond(rest, Case.due_at, Case.id)
    return or_(Case.tier < int(tier), and_(Case.tier == int(tier), later))


def count(work: Work, viewer: Viewer, filters: CaseFilters) -> int:
    """Return how many cases the viewer may see under the filters."""
    query = _narrowed(work, select(func.count()).select_from(Case).where(may_see(work, viewer)), filters)
    return work.session.scalar(query) or 0


def item_for(work: Work, viewer: Viewer, item_id: int) -> WorkItem:
    """Return a work item, done ones as well; raise NotFound when there is none or it is not meant for the viewer."""
    item = work.session.get(WorkItem, item_id)
    if item is None or not set(viewer.groups) & set(item.groups):
        raise NotFound("没有这件待办，或不归您办理。", "There is no such task, or it is not yours.")
    return item


def history_of(work: Work, case_id: int) -> Sequence[History]:
    """Return the history of a case in order."""
    return work.session.scalars(select(History).where(History.case_id == case_id).order_by(History.seq)).all()


def open_items(work: Work, case_id: int) -> Sequence[WorkItem]:
    """Return the open work items of a case, oldest first."""
    query = select(WorkItem).where(WorkItem.case_id == case_id, WorkItem.state == "open").order_by(WorkItem.id)
    return work.session.scalars(query).all()


def awaited(work: Work, case_id: int) -> frozenset[str]:
    """Return the names of the messages that a case waits for."""
    return frozenset(work.session.scalars(select(Subscription.name).where(Subscription.case_id == case_id)))


def stranded(work: Work) -> Sequence[str]:
    """Return the numbers of open cases that nothing can move any more: no task, no timer, no message, no incident."""
    return work.session.scalars(select(Case.no).where(_is_stranded())).all()


def _is_stranded() -> ColumnElement[bool]:
    moved_by = (
        exists().where(WorkItem.case_id == Case.id, WorkItem.state == "open"),
        exists().where(Job.case_id == Case.id, Job.state.in_(("ready", "running", "dead"))),
        exists().where(Subscription.case_id == Case.id),
        _has_incident(),
    )
    return and_(Case.status == "open", ~or_(*moved_by))


def _has_incident() -> ColumnElement[bool]:
    return exists().where(Incident.case_id == Case.id, Incident.resolved_at.is_(None))


def incidents_of(work: Work, case_id: int) -> Sequence[Incident]:
    """Return what holds a case up, the oldest first."""
    query = select(Incident).where(Incident.case_id == case_id, Incident.resolved_at.is_(None)).order_by(Incident.id)
    return work.session.scalars(query).all()


def open_incidents(work: Work) -> int:
    """Return at how many places diagrams stand still until a person mends what stopped them."""
    found = work.session.scalar(select(func.count()).where(Incident.resolved_at.is_(None)))
    return found or 0


def _leads(viewer: Viewer) -> ColumnElement[bool]:
    return Case.unit_id.in_(sorted(viewer.organisations) or [0])


def _narrowed(work: Work, query: Select[Any], filters: CaseFilters) -> Select[Any]:
    wanted: list[ColumnElement[bool]] = []
    if filters.status:
        wanted.append(Case.status == filters.status)
    if filters.mark is not None:
        wanted.append(_marked(work, filters.mark))
    wanted += [*([_is_stranded()] if filters.stranded else []), *([_has_incident()] if filters.incident else [])]
    if filters.tier is not None:
        wanted.append(Case.tier == filters.tier)
    if filters.process:
        wanted.append(Case.process == filters.process)
    if filters.area is not None:
        area = work.session.get(Area, filters.area)
        wanted.append(Case.area_path.like(f"{area.path if area else '-'}%"))
    if filters.element:
        at_work = exists().where(
            WorkItem.case_id == Case.id, WorkItem.state == "open", WorkItem.element == filters.element
        )
        stands = Case.tokens.op("@>")(literal([{"element": filters.element}], JSONB))
        wanted.append(or_(at_work, stands))
    if filters.words:
        words = f"%{filters.words.strip()}%"
        wanted.append(or_(Case.no.ilike(words), Case.title_zh.ilike(words), Case.title_en.ilike(words)))
    return query.where(*wanted)


def late(work: Work) -> ColumnElement[bool]:
    """Return the condition that a case is late: one of its clocks has run out, or the time of an open task has."""
    overdue = exists().where(WorkItem.case_id == Case.id, WorkItem.state == "open", WorkItem.due_at <= work.now)
    return and_(Case.status == "open", or_(Case.due_at <= work.now, overdue))


def _marked(work: Work, wanted: str) -> ColumnElement[bool]:
    """Return the condition that a case has a mark; one that is not known narrows nothing."""
    if wanted == "over":
        return Case.due_at <= work.now
    if wanted == "soon":
        return and_(Case.due_at > work.now, Case.due_at <= work.now + SOON)
    return true()


def _row(work: Work, case: Case, places: dict[int, Texts], units: dict[int, Texts]) -> CaseRow:
    release = library.opened(work.session, case.release_id)
    token = case.tokens[0] if case.tokens else None
    return CaseRow(
        no=case.no,
        title=case.titled(release.called(case.process, case.process)),
        place=places.get(case.estate_id or case.area_id, ""),
        process=release.called(case.process, case.process),
        state=("办理中", "Open") if case.status == "open" else ("已办结", "Closed"),
        unit=units.get(case.unit_id or 0),
        due=case.due_at,
        mark=mark(work, case.due_at) if case.status == "open" else "done",
        tier=TIERS.get(case.tier),
        urgency=case.urgency,
        step=release.called(token["process"], token["element"]) if token else None,
    )


def _names(work: Work, model: type[Area] | type[Organisation], ids: set[int]) -> dict[int, Texts]:
    query = select(model.id, model.name, model.name_en).where(model.id.in_(ids))
    return {row_id: (name, name_en or name) for row_id, name, name_en in work.session.execute(query)}
