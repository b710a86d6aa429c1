"""Where the open cases of a process stand, why some stand still, and who could move them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, func, literal, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from casework.cases.models import Case, CaseClock, Incident, WorkItem
from casework.cases.queries import CaseFilters, count, late, may_see
from casework.cases.views import StepView, Texts
from casework.definitions import library
from casework.definitions.services import current
from casework.directory.models import Area, Organisation
from casework.directory.roles import role_name
from casework.directory.viewing import Viewer
from casework.persistence import Work

UNTOUCHED = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class StepCount:
    """How many cases stand at one element of a diagram, how long, and the oldest of them."""

    step: StepView
    open: int
    overdue: int
    median: timedelta | None = None
    oldest_no: str | None = None
    oldest: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why cases stand still, and who could move them. `mark`: over, soon, hold or none."""

    count: int
    title: Texts
    mark: str
    where: Texts
    who: Texts


@dataclass(frozen=True, slots=True)
class MapView:
    """One process, now: how much is open at which step, and why some of it stands still."""

    process: str
    title: Texts
    version: str
    open: int
    overdue: int
    hottest: Texts | None
    steps: Sequence[StepCount] = ()
    reasons: Sequence[Reason] = ()


@dataclass(frozen=True, slots=True)
class TokenCount:
    """How many open cases have a token at one element, and how many of them are overdue."""

    process: str
    element: str
    open: int
    overdue: int


def open_processes(work: Work, viewer: Viewer) -> list[str]:
    """Return the processes of which the viewer sees open cases, in order."""
    found = select(Case.process).where(may_see(work, viewer), Case.status == "open").distinct()
    return sorted(work.session.scalars(found))


def live_map(work: Work, viewer: Viewer, process: str) -> MapView:
    """Return where the open cases of one process stand that the viewer sees; NotFound for an unpublished process."""
    pinned = current(work, process)
    release = library.opened(work.session, pinned.id)
    steps = _steps(work, viewer, process, release)
    reasons = (*_overdue(work, viewer, process), *_waiting(work, viewer, process))
    return MapView(
        process,
        release.called(process, process),
        f"v{pinned.version}",
        count(work, viewer, CaseFilters(process=process)),
        work.session.scalar(select(func.count()).select_from(Case).where(*_open(work, viewer, process), late(work)))
        or 0,
        steps[0].step.name if steps else None,
        steps,
        [reason for reason in reasons if reason.count],
    )


def token_counts(work: Work, viewer: Viewer, process: str) -> list[TokenCount]:
    """Return how many open cases stand at each element of a process and of what it calls."""
    token = func.jsonb_array_elements(Case.tokens).table_valued("value").lateral("token")
    place = token.c.value.op("->>")("process")
    element = token.c.value.op("->>")("element")
    here = exists().where(
        WorkItem.case_id == Case.id,
        WorkItem.state == "open",
        WorkItem.process == place,
        WorkItem.element == element,
        WorkItem.due_at <= work.now,
    )
    counted = (
        select(place, element, func.count(), func.count().filter(or_(Case.due_at <= work.now, here)))
        .select_from(Case)
        .join(token, literal(True))
        .where(*_open(work, viewer, process))
        .group_by(place, element)
    )
    return [TokenCount(*row) for row in work.session.execute(counted)]


def open_by_group(work: Work) -> dict[str, int]:
    """Return how many open tasks each group of people has before it."""
    groups = select(func.unnest(WorkItem.groups).label("key")).where(WorkItem.state == "open").subquery()
    counted = select(groups.c.key, func.count().label("number")).group_by(groups.c.key)
    return {row.key: row.number for row in work.session.execute(counted)}


def _open(work: Work, viewer: Viewer, process: str) -> tuple[ColumnElement[bool], ...]:
    return may_see(work, viewer), Case.status == "open", Case.process == process


def _steps(work: Work, viewer: Viewer, process: str, release: library.OpenRelease) -> list[StepCount]:
    stay = literal(work.now) - WorkItem.opened_at
    counted = (
        select(
            WorkItem.process,
            WorkItem.element,
            func.count(),
            func.count().filter(or_(WorkItem.due_at <= work.now, Case.due_at <= work.now)),
            func.percentile_cont(0.5).within_group(stay),
            func.max(stay),
            func.array_agg(aggregate_order_by(Case.no, WorkItem.opened_at)),
        )
        .join(Case, Case.id == WorkItem.case_id)
        .where(WorkItem.state == "open", *_open(work, viewer, process))
        .group_by(WorkItem.process, WorkItem.element)
        .order_by(func.count().desc())
    )
    return [
        StepCount(StepView(element, release.called(place, element), "now"), number, late, median, nos[0], longest)
        for place, element, number, late, median, longest, nos in work.session.execute(counted)
    ]


def _overdue(work: Work, viewer: Viewer, process: str) -> list[Reason]:
    whose = func.coalesce(Organisation.name, Area.name)
    overdue = (
        select(WorkItem.role, whose, func.count())
        .join(Case, Case.id == WorkItem.case_id)
        .outerjoin(Organisation, Organisation.id == Case.unit_id)
        .join(Area, Area.id == func.coalesce(Case.estate_id, Case.area_id))
        .where(WorkItem.state == "open", WorkItem.due_at <= work.now, *_open(work, viewer, process))
        .group_by(WorkItem.role, whose)
        .order_by(func.count().desc())
    )
    roles: dict[str, list[tuple[str, int]]] = {}
    for role, unit, number in work.session.execute(overdue):
        roles.setdefault(role, []).append((unit, number))
    reasons = []
    for role, units in roles.items():
        names = role_name(role.split()[0]) if role and not role.startswith("=") else ("经办人", "the officer")
        listed = "、".join(f"{unit} {number}" for unit, number in units[:3])
        title = (f"超期，等{names[0]}办理", f"Overdue, waits for: {names[1]}")
        reasons.append(Reason(sum(number for _, number in units), title, "over", (listed, listed), names))
    return reasons


def _waiting(work: Work, viewer: Viewer, process: str) -> list[Reason]:
    def number(*conditions: Any, model: type[Any] = WorkItem) -> int:
        wanted = select(func.count(func.distinct(Case.id))).select_from(model).join(Case, Case.id == model.case_id)
        return work.session.scalar(wanted.where(*_open(work, viewer, process), *conditions)) or 0

    unclaimed = WorkItem.holder_id.is_(None), WorkItem.opened_at < work.now - UNTOUCHED
    return [
        Reason(
            number(WorkItem.state == "open", *unclaimed),
            ("一天以上没有人领取", "Unclaimed for more than a day"),
            "soon",
            ("岗位上有人，但还没有人领取", "Somebody holds the post, nobody has claimed it"),
            ("岗位上的任何一人；上级可以转交", "Anybody in the post; the level above may hand it on"),
        ),
        Reason(
            number(WorkItem.state == "open", func.jsonb_array_length(WorkItem.recused) > 0),
            ("有人须回避", "Somebody is recused"),
            "",
            (
                "其余人员可以办理；没有其余人员的已上移一级",
                "Others can act; where nobody was left it went one level up",
            ),
            ("同岗位其他人，或上一级", "Others in the post, or the level above"),
        ),
        Reason(
            number(CaseClock.paused_at.is_not(None), CaseClock.stopped_at.is_(None), model=CaseClock),
            ("计时已暂停", "Paused"),
            "hold",
            ("等联席会议或终止审核", "Waits for a conference or a decision to stop"),
            ("会议召集人、终止审核人", "Whoever convenes or decides"),
        ),
        Reason(
            number(Incident.resolved_at.is_(None), model=Incident),
            ("系统操作失败", "An operation of the system failed"),
            "",
            ("不影响时限", "Time limits are not affected"),
            ("运维员", "Operator"),
        ),
    ]
