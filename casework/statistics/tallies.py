"""Counting in the database: one statement per question, scoped to what a person may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Date, cast, func, or_, select

from casework.cases.models import Case
from casework.cases.queries import may_see
from casework.complaints.models import Intake
from casework.complaints.services import PROCESS
from casework.directory.models import AREA_KINDS
from casework.directory.viewing import Viewer
from casework.persistence import Work
from casework.receptions.models import ReceptionIssue
from casework.statistics.models import CaseStatistic
from casework.statistics.periods import Period
from casework.statistics.views import Rate

NONE = Rate()


@dataclass(frozen=True, slots=True)
class Closed:
    """What was closed: how many cases, and the shares of them."""

    cases: int = 0
    in_time: Rate = NONE
    satisfied: Rate = NONE
    satisfied_intakes: Rate = NONE
    once: Rate = NONE
    once_intakes: Rate = NONE


NOTHING = Closed()


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose cases are counted: what the viewer may see below an area's path."""

    viewer: Viewer
    path: str


def closed(work: Work, scope: Scope, period: Period, by: ColumnElement[Any] | None = None) -> Mapping[Any, Closed]:
    """Count what was closed in a period, in groups of `by`; without it one group, None."""
    row = CaseStatistic
    judged, content = row.satisfied.is_not(None), row.satisfied.is_(True)
    figures = (
        func.count(),
        func.count().filter(row.reply_in_time.is_(True)),
        func.count().filter(row.reply_in_time.is_not(None)),
        func.count().filter(content),
        func.count().filter(judged),
        _sum(row.intakes_satisfied),
        _sum(row.intakes_satisfied + row.intakes_dissatisfied),
        func.count().filter(row.once),
        _sum(row.intakes, row.once),
        _sum(row.intakes),
    )
    query = (
        select(*([by] if by is not None else []), *figures)
        .select_from(row)
        .join(Case, Case.id == row.case_id)
        .where(row.closed_at >= period.since, row.closed_at < period.before)
        .where(row.area_path.like(f"{scope.path}%"), may_see(work, scope.viewer))
    )
    found = work.session.execute(query.group_by(by) if by is not None else query)
    return {
        (values[0] if by is not None else None): _closed(values[1:] if by is not None else values) for values in found
    }


def received(work: Work, scope: Scope, period: Period, by: ColumnElement[Any] | None = None) -> Mapping[Any, int]:
    """Count the complaints that came in as cases of their own; a merged report is no case."""
    query = (
        select(*([by] if by is not None else []), func.count())
        .select_from(Case)
        .where(Case.process == PROCESS, Case.opened_at >= period.since, Case.opened_at < period.before)
        .where(or_(Case.outcome.is_(None), Case.outcome != "merged"))
        .where(Case.area_path.like(f"{scope.path}%"), may_see(work, scope.viewer))
    )
    found = work.session.execute(query.group_by(by) if by is not None else query)
    return {(values[0] if by is not None else None): int(values[-1]) for values in found}


def received_intakes(work: Work, scope: Scope, period: Period) -> int:
    """Count the reports that came in, merged ones among them."""
    query = (
        select(func.count())
        .select_from(Intake)
        .join(Case, Case.id == Intake.case_id)
        .where(Intake.received_at >= period.since, Intake.received_at < period.before)
        .where(Case.area_path.like(f"{scope.path}%"), may_see(work, scope.viewer))
    )
    return work.session.scalar(query) or 0


def on_spot(work: Work, scope: Scope, period: Period) -> Rate:
    """Count the matters brought to receptions and visits that were solved and signed for on the spot."""
    solved = ReceptionIssue.solved & ReceptionIssue.signed_at.is_not(None)
    query = (
        select(func.count().filter(solved), func.count())
        .select_from(ReceptionIssue)
        .join(Case, Case.id == ReceptionIssue.case_id)
        .where(ReceptionIssue.at >= period.since, ReceptionIssue.at < period.before)
        .where(Case.area_path.like(f"{scope.path}%"), may_see(work, scope.viewer))
    )
    part, whole = work.session.execute(query).one()
    return Rate(part, whole)


def area_of(kind: str, path: ColumnElement[str] = Case.__table__.c.area_path) -> ColumnElement[int]:
    """Return the grouping by the area of a kind that a case, or another `path`, lies in: its place says which."""
    depth = AREA_KINDS.index(kind) + 1
    return cast(func.nullif(func.split_part(path, ".", depth), ""), BigInteger)


def month_of(column: Any, zone: str) -> ColumnElement[Any]:
    """Return the grouping by the local month of an instant."""
    return cast(func.date_trunc("month", func.timezone(zone, column)), Date)


def _sum(value: Any, where: Any = None) -> ColumnElement[int]:
    total = func.sum(value)
    return func.coalesce(total if where is None else total.filter(where), 0)


def _closed(values: Any) -> Closed:
    cases, timely, timed, content, judged, content_intakes, judged_intakes, once, once_intakes, intakes = map(
        int, values
    )
    return Closed(
        cases=cases,
        in_time=Rate(timely, timed),
        satisfied=Rate(content, judged),
        satisfied_intakes=Rate(content_intakes, judged_intakes),
        once=Rate(once, cases),
        once_intakes=Rate(once_intakes, intakes),
    )
