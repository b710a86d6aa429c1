"""What the supervisor's pages ask of the domain."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import g
from sqlalchemy import ColumnElement, func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from casework.cases import queries
from casework.cases.models import Case, CaseClock, Incident, WorkItem
from casework.cases.views import StepView, Texts
from casework.definitions import library
from casework.definitions.services import current
from casework.directory.models import Area, Organisation
from casework.directory.roles import role_name
from casework.errors import NotFound
from casework.forms import every
from casework.persistence import Work
from casework.statistics.periods import Period
from casework.statistics.queries import overview
from casework.statistics.views import StatisticsView
from webapp.cases.reads import names_of, xml_of
from webapp.language import choose
from webapp.supervision.views import MapView, Reason, StepCount

UNTOUCHED = timedelta(days=1)


def processes(work: Work) -> Sequence[tuple[str, Texts]]:
    """Return the processes that have open cases below the person's areas, and the first of all."""
    found = select(Case.process).where(queries.may_see(work, g.visitor.viewer), Case.status == "open").distinct()
    names = sorted({"complaint_handling", *work.session.scalars(found)})
    return [(name, _named(_release(work, name), name, name)) for name in names]


def live_map(work: Work, process: str) -> MapView:
    """Return where the open cases of one process stand, step by step, and why some stand still."""
    release = _release(work, process)
    steps = _steps(work, process, release)
    open_cases = queries.count(work, g.visitor.viewer, queries.CaseFilters(process=process))
    overdue = queries.count(work, g.visitor.viewer, queries.CaseFilters(process=process, mark="over"))
    return MapView(
        process,
        _named(release, process, process),
        f"v{current(work, process).version}",
        open_cases,
        overdue,
        steps[0].step.name if steps else None,
        steps,
        [reason for reason in (*_overdue(work, process), *_waiting(work, process)) if reason.count],
    )


def map_data(work: Work, process: str) -> dict[str, object]:
    """Return the diagrams' XML with counts per element, for the viewer."""
    release = _release(work, process)
    token = func.jsonb_array_elements(Case.tokens).table_valued("value").lateral("token")
    place = token.c.value.op("->>")("process")
    element = token.c.value.op("->>")("element")
    counted = (
        select(place, element, func.count(), func.count().filter(Case.due_at <= work.now))
        .select_from(Case)
        .join(token, literal(True))
        .where(*_open(work, process))
        .group_by(place, element)
    )
    counts: dict[str, dict[str, dict[str, int]]] = {process: {}}
    for where, name, number, late in work.session.execute(counted):
        counts.setdefault(where, {})[name] = {"open": number, "overdue": late}
    diagrams = [
        {
            "title": choose(_named(release, name, name)),
            "xml": xml,
            "names": names_of(release, name),
            "active": [],
            "done": [],
            "counts": found,
        }
        for name, found in counts.items()
        if (xml := xml_of(release, name))
    ]
    return {"diagrams": diagrams, "first": 0}


def statistics(work: Work, period: Period, area_id: int | None, by: str) -> StatisticsView:
    """Return the figures of a period below an area the person reads; NotFound for any other."""
    if area_id is not None:
        area = work.session.get(Area, area_id)
        if area is None or not g.visitor.viewer.reads(area.path):
            raise NotFound("没有这个区域。", "There is no such area.")
    return overview(work, g.visitor.viewer, period, area_id, by=by)


def read_below(work: Work, view: StatisticsView) -> frozenset[int]:
    """Return which of the areas of the rows the person may go into."""
    ids = [row.id for row in view.rows]
    found = work.session.execute(select(Area.id, Area.path).where(Area.id.in_(ids)))
    return frozenset(area_id for area_id, path in found if g.visitor.viewer.reads(path))


def category_names(work: Work) -> dict[str, Texts]:
    """Return the names of the categories, as the start form of today's release has them."""
    form = _release(work, "complaint_handling").forms["complaint_handling/report"]
    return {
        str(option.value): option.label
        for field in every(form.fields, rows=False)
        if field.key == "category"
        for option in field.options
    }


def _open(work: Work, process: str) -> tuple[ColumnElement[bool], ...]:
    return queries.may_see(work, g.visitor.viewer), Case.status == "open", Case.process == process


def _steps(work: Work, process: str, release: library.OpenRelease) -> list[StepCount]:
    stay = literal(work.now) - WorkItem.opened_at
    counted = (
        select(
            WorkItem.process,
            WorkItem.element,
            func.count(),
            func.count().filter(WorkItem.due_at <= work.now),
            func.percentile_cont(0.5).within_group(stay),
            func.max(stay),
            func.array_agg(aggregate_order_by(Case.no, WorkItem.opened_at)),
        )
        .join(Case, Case.id == WorkItem.case_id)
        .where(WorkItem.state == "open", *_open(work, process))
        .group_by(WorkItem.process, WorkItem.element)
        .order_by(func.count().desc())
    )
    return [
        StepCount(StepView(element, _named(release, place, element), "now"), number, late, median, nos[0], longest)
        for place, element, number, late, median, longest, nos in work.session.execute(counted)
    ]


def _overdue(work: Work, process: str) -> list[Reason]:
    late = (
        select(WorkItem.role, Organisation.name, func.count())
        .join(Case, Case.id == WorkItem.case_id)
        .outerjoin(Organisation, Organisation.id == Case.unit_id)
        .where(WorkItem.state == "open", WorkItem.due_at <= work.now, *_open(work, process))
        .group_by(WorkItem.role, Organisation.name)
        .order_by(func.count().desc())
    )
    roles: dict[str, list[tuple[str, int]]] = {}
    for role, unit, number in work.session.execute(late):
        roles.setdefault(role, []).append((unit or "–", number))
    reasons = []
    for role, units in roles.items():
        names = role_name(role.split()[0]) if role and not role.startswith("=") else ("经办人", "the officer")
        listed = "、".join(f"{unit} {number}" for unit, number in units[:3])
        title = (f"超期，等{names[0]}办理", f"Overdue, waits for: {names[1]}")
        reasons.append(Reason(sum(n for _, n in units), title, "over", (listed, listed), names, "mark=over"))
    return reasons


def _waiting(work: Work, process: str) -> list[Reason]:
    def count(*conditions: Any, model: type[Any] = WorkItem) -> int:
        wanted = select(func.count(func.distinct(Case.id))).select_from(model).join(Case, Case.id == model.case_id)
        return work.session.scalar(wanted.where(*_open(work, process), *conditions)) or 0

    untouched = count(WorkItem.state == "open", WorkItem.holder_id.is_(None), WorkItem.opened_at < work.now - UNTOUCHED)
    recused = count(WorkItem.state == "open", func.jsonb_array_length(WorkItem.recused) > 0)
    paused = count(CaseClock.paused_at.is_not(None), CaseClock.stopped_at.is_(None), model=CaseClock)
    broken = count(Incident.resolved_at.is_(None), model=Incident)
    return [
        Reason(
            untouched,
            ("一天以上没有人领取", "Unclaimed for more than a day"),
            "soon",
            ("岗位上有人，但还没有人领取", "Somebody holds the post, nobody has claimed it"),
            ("岗位上的任何一人；上级可以转交", "Anybody in the post; the level above may hand it on"),
        ),
        Reason(
            recused,
            ("有人须回避", "Somebody is recused"),
            "",
            (
                "其余人员可以办理；没有其余人员的已上移一级",
                "Others can act; where nobody was left it went one level up",
            ),
            ("同岗位其他人，或上一级", "Others in the post, or the level above"),
        ),
        Reason(
            paused,
            ("计时已暂停", "Paused"),
            "hold",
            ("等联席会议或终止审核", "Waits for a conference or a decision to stop"),
            ("会议召集人、终止审核人", "Whoever convenes or decides"),
        ),
        Reason(
            broken,
            ("系统操作失败", "An operation of the system failed"),
            "",
            ("不影响时限", "Time limits are not affected"),
            ("运维员", "Operator"),
        ),
    ]


def _release(work: Work, process: str) -> library.OpenRelease:
    return library.opened(work.session, current(work, process).id)


def _named(release: library.OpenRelease, process: str, element: str) -> tuple[str, str]:
    return release.name(process, element, "zh"), release.name(process, element, "en")
