"""The page of one case: everything a person may see of it, in plain values."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select

from casework import attachments, calendar
from casework.cases import clocks
from casework.cases.assignment import members_of, standing
from casework.cases.drawing import diagrams
from casework.cases.facts import scope
from casework.cases.inbox import mark
from casework.cases.models import Case, CaseClock, CaseLink, CaseUnit, WorkItem
from casework.cases.papers import offered
from casework.cases.queries import TIERS, case_for, incidents_of, open_items
from casework.cases.supervising import may_mend, offers
from casework.cases.telling import Telling, told
from casework.cases.timeline import clock_titles, timeline
from casework.cases.views import (
    ActorView,
    CaseView,
    ClockView,
    FileView,
    IncidentView,
    Law,
    LinkView,
    TaskView,
    Texts,
)
from casework.definitions import library
from casework.directory.conflicts import may_see_identity
from casework.directory.mentions import with_names
from casework.directory.models import Area, Organisation
from casework.directory.people import shown
from casework.directory.roles import role_name
from casework.directory.viewing import Viewer
from casework.errors import NotFound
from casework.persistence import Work
from casework.policies import Pinned

_RELATIONS: Mapping[str, Texts] = {
    "merged": ("归并", "Merged"),
    "related": ("相关", "Related"),
    "same_facts": ("同一事实", "Same facts"),
    "opened": ("由此发起", "Opened from here"),
    "reopened": ("重开", "Opened again"),
    "inspection": ("承接查验", "Handover inspection"),
    "handover": ("移交", "Hand-over"),
    "emergency_service": ("应急或基本服务", "Emergency or basic service"),
}
_UNNAMED = "居民"


def read_case(work: Work, viewer: Viewer, no: str) -> CaseView:
    """Return everything of case `no` that the viewer may see; raise NotFound when that is nothing."""
    case = case_for(work, viewer, no)
    release = library.opened(work.session, case.release_id)
    until = _until(work, case, viewer)
    known = standing(work, case)
    identity = may_see_identity(viewer, known)
    inside = _inside(work, viewer, case)
    items = open_items(work, case.id)
    telling = told(work, case, identity=bool(identity))
    unit = work.session.get(Organisation, case.unit_id) if case.unit_id is not None else None
    area = work.session.get(Area, case.estate_id or case.area_id)
    return CaseView(
        id=case.id,
        no=case.no,
        title=case.titled(release.called(case.process, case.process)),
        process=(release.name(case.process, case.process, "zh"), release.name(case.process, case.process, "en")),
        place=(area.name, area.name_en or area.name) if area else "",
        state=state_of(case),
        urgency=case.urgency,
        opened=case.opened_at,
        lines=case.lines,
        closed=case.closed_at,
        unit=None if unit is None else (unit.name, unit.name_en or unit.name),
        unit_until=None if until is None else until.astimezone(work.house.zone).date(),
        supervisor=TIERS.get(case.tier),
        reporter=_reporter(work, known.complainants) if identity else None,
        may_reveal=bool(identity),
        channels=telling.channels,
        facts=telling.facts,
        story=telling.story,
        additions=[one for one in telling.additions if until is None or one.at <= until],
        files=_files(work, case, telling, until),
        clocks=clock_views(work, case),
        timeline=timeline(work, case, release, until=until, residents=bool(identity), inside=inside),
        actors=actors(work, items, residents=bool(identity)),
        links=_links(work, case),
        tasks=[task_view(work, viewer, case, item, release) for item in items],
        diagrams=diagrams(work, case, release),
        offers=offers(work, viewer, case, items),
        incidents=_incidents(work, viewer, case, release) if inside else (),
        papers=len(offered(work, viewer, case)) if inside else 0,
    )


def read_item(work: Work, viewer: Viewer, item_id: int) -> tuple[CaseView, TaskView]:
    """Return a work item with the page of its case; raise NotFound when it is not the viewer's to see."""
    item = work.session.get(WorkItem, item_id)
    case = None if item is None else work.session.get(Case, item.case_id)
    if item is None or case is None or not set(viewer.groups) & set(item.groups):
        raise NotFound("没有这件待办，或不归您办理。", "There is no such task, or it is not yours.")
    page = read_case(work, viewer, case.no)
    release = library.opened(work.session, case.release_id)
    return page, task_view(work, viewer, case, item, release)


def clock_views(work: Work, case: Case) -> list[ClockView]:
    """Return the clocks of a case, the one that leads first, each with the rule and the article behind it.

    The time for what a unit may do is shown while it may still do it: nobody is late by it.
    """
    rules = clocks.counting(work, case)
    titles = clock_titles(library.opened(work.session, case.release_id))
    rows = work.session.scalars(select(CaseClock).where(CaseClock.case_id == case.id).order_by(CaseClock.id)).all()
    made = []
    for clock in rows:
        if clock.name in clocks.RIGHTS and clock.stopped_at is None and work.now >= clock.fires_at:
            continue
        entry = rules.pinned.entry(clock.key)
        days = entry.mode != "elapsed"
        over = clocks.passed(work, case, clock)
        stopped = clock.stopped_at or (clock.due_at if over else None)
        made.append(
            ClockView(
                name=clock.name,
                title=titles.get(clock.name, clock.name),
                started=clock.from_at,
                due=None if clock.paused_at else clock.due_at,
                mark="done" if over and clock.stopped_at is None else _clock_mark(work, clock),
                law=_law(rules.pinned, clock.key),
                paused_since=clock.paused_at,
                pause_reason=clock.pause_reason,
                stopped=stopped,
                counts_from=clock.from_at,
                days_off=_days_off(rules, clock) if days and stopped is None else (),
                leading=clock.name == case.due_clock and stopped is None,
            )
        )
    return sorted(made, key=lambda clock: (clock.stopped is not None, not clock.leading, clock.due or clock.started))


def actors(work: Work, items: Sequence[WorkItem], *, residents: bool = False) -> list[ActorView]:
    """Return who holds the open tasks, who may take them, and who is recused and why.

    Residents are named, masked, only where `residents` says that the reader may know of them.
    """
    made: dict[tuple[int, str], ActorView] = {}
    for item in items:
        members = members_of(work, item)
        recused = {one["person"]: (one["zh"], one["en"]) for one in item.recused}
        named = shown(work, {*members, *recused, *([item.holder_id] if item.holder_id else [])}, full=True)
        role = role_name(item.role.split()[0]) if item.role and not item.role.startswith("=") else ""
        for person, name in named.items():
            stands = "holding" if person == item.holder_id else "recused" if person in recused else "may"
            told = name.text("zh") if residents or name.kind == "staff" else _UNNAMED
            made.setdefault((person, stands), ActorView(told, role, stands, recused.get(person)))
    order = {"holding": 0, "may": 1, "above": 2, "recused": 3}
    return sorted(made.values(), key=lambda actor: order[actor.stands])


def task_view(work: Work, viewer: Viewer, case: Case, item: WorkItem, release: library.OpenRelease) -> TaskView:
    """Return one open task and what the viewer may do with it."""
    form = release.forms.get(item.form or "")
    theirs = bool(set(viewer.groups) & set(item.groups)) and viewer.person_id not in item.excluded
    free = item.holder_id is None
    mine = item.holder_id is not None and item.holder_id == viewer.person_id
    holder = shown(work, {item.holder_id}, full=True).get(item.holder_id) if item.holder_id else None
    notes = [(one["zh"], one["en"]) for one in item.recused if one["person"] == viewer.person_id]
    asked = scope(work, case, item)
    return TaskView(
        id=item.id,
        version=item.version,
        title=(release.name(item.process, item.element, "zh"), release.name(item.process, item.element, "en")),
        form=with_names(work, form.shown(asked)) if form is not None else {},
        values={**dict(asked.names), **(form.initial(asked) if form is not None else {}), **(item.draft or {})},
        due=item.due_at,
        law=_law_of(work, case, item, release),
        mark=mark(work, item.due_at, item.due_clock),
        holder=None if holder is None else holder.text("zh") if holder.kind == "staff" or mine else _UNNAMED,
        state=item.state,
        mine=mine,
        may_claim=theirs and free and item.state == "open",
        may_complete=theirs and (free or mine) and item.state == "open",
        may_release=mine,
        notes=notes,
    )


def _law(rules: Pinned, key: str) -> Law:
    return Law((rules.why(key, "zh"), rules.why(key, "en")), (rules.source(key, "zh"), rules.source(key, "en")))


def _law_of(work: Work, case: Case, item: WorkItem, release: library.OpenRelease) -> Law | None:
    """Return the rule that the due time of a task comes from: that of its clock, or the one its step names."""
    clock = clocks.latest(work, case, item.due_clock) if item.due_clock else None
    key = clock.key if clock is not None else release.limits.get((item.process, item.element))
    return _law(clocks.counting(work, case).pinned, key) if key and item.due_at is not None else None


def state_of(case: Case) -> Texts:
    """Return what is said of how a case stands: open, or how it ended."""
    if case.status == "open":
        return ("办理中", "Open")
    named: dict[str, Texts] = {
        "merged": ("已归并", "Merged"),
        "refused": ("不予受理", "Not accepted"),
        "explained": ("已释明办结", "Closed with an explanation"),
        "stopped": ("已终止", "Stopped"),
    }
    return named.get(case.outcome or "", ("已办结", "Closed"))


def _until(work: Work, case: Case, viewer: Viewer) -> datetime | None:
    """Return when the viewer's own unit gave the case up: it reads its own record only."""
    if viewer.everything or viewer.prefixes or not viewer.organisations:
        return None
    rows = work.session.scalars(
        select(CaseUnit).where(CaseUnit.case_id == case.id, CaseUnit.organisation_id.in_(viewer.organisations))
    ).all()
    ends = [row.until for row in rows]
    if not ends or None in ends:
        return None
    return max(end for end in ends if end is not None)


def _inside(work: Work, viewer: Viewer, case: Case) -> bool:
    """Tell whether the viewer reads the case by office or for its unit, not merely as one of its parties."""
    if viewer.reads(case.area_path) or any(service.estate_id == case.estate_id for service in viewer.services):
        return True
    units = work.session.scalars(select(CaseUnit.organisation_id).where(CaseUnit.case_id == case.id))
    return bool(viewer.organisations.intersection(units))


def _incidents(work: Work, viewer: Viewer, case: Case, release: library.OpenRelease) -> list[IncidentView]:
    return [
        IncidentView(
            one.id,
            (release.name(one.process, one.element, "zh"), release.name(one.process, one.element, "en")),
            (one.text_zh, one.text_en),
            one.first_seen,
            may_mend(viewer.posts, case),
        )
        for one in incidents_of(work, case.id)
    ]


def _reporter(work: Work, complainants: Collection[int]) -> str | None:
    people = shown(work, complainants)
    return "、".join(person.text("zh") for person in people.values()) or None


def _files(work: Work, case: Case, telling: Telling, until: datetime | None) -> list[FileView]:
    found = attachments.files_for(work, [("case", case.id), *telling.files])
    people = shown(work, {one.uploaded_by for one in found if one.uploaded_by is not None}, full=True)
    made = []
    for one in found:
        if until is None or one.uploaded_at <= until:
            by = people.get(one.uploaded_by or 0)
            named: Texts = (
                ("诉求人", "Reporter") if by is None or by.kind != "staff" else (by.text("zh"), by.text("en"))
            )
            made.append(FileView(one.id, one.name, one.media_type, named, one.uploaded_at, one.size))
    return made


def _links(work: Work, case: Case) -> list[LinkView]:
    query = select(CaseLink.why, Case).join(Case, Case.id == CaseLink.other_id).where(CaseLink.case_id == case.id)
    return [
        LinkView(
            other.no,
            other.titled(library.opened(work.session, other.release_id).called(other.process, other.process)),
            _RELATIONS.get(why, why),
            state_of(other),
        )
        for why, other in work.session.execute(query.order_by(CaseLink.other_id))
        if not other.sealed
    ]


def _clock_mark(work: Work, clock: CaseClock) -> str:
    if clock.stopped_at is not None:
        return "over" if clock.breached_at is not None else "done"
    if clock.paused_at is not None:
        return "hold"
    if clock.provisional:
        return "prov"
    return mark(work, clock.due_at)


def _days_off(rules: clocks.Counting, clock: CaseClock) -> list[date]:
    first, last = clock.from_at.astimezone(rules.zone).date(), calendar.last_day(clock.due_at, rules.zone)
    days = (first + timedelta(n) for n in range(min(60, (last - first).days + 1)))
    return [day for day in days if not rules.calendar.is_workday(day)]
