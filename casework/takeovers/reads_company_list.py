"""The estates of a company in one list: how it stands there, what is due, and the newest figures. Queries only."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Subquery, func, nulls_last, select
from sqlalchemy.dialects.postgresql import distinct_on

from casework.cases import paging
from casework.cases.inbox import mark
from casework.cases.models import Case, WorkItem
from casework.directory.days import today
from casework.directory.models import Area, Organisation
from casework.directory.viewing import Viewer
from casework.errors import Texts
from casework.persistence import Work
from casework.takeovers import words
from casework.takeovers.entry_models import ServiceContract
from casework.takeovers.estate_views import ContractView, YearView
from casework.takeovers.models import UnitPeriod
from casework.takeovers.money_models import FeeYear, SubsidyPayment, YearScore
from casework.takeovers.reads_company import classes_of, companies_of, estates_of, last_moments, own_tasks, stands_of
from casework.takeovers.reads_estate import contract_view
from casework.takeovers.reads_money import year_view
from casework.takeovers.works_models import RenovationItem


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to; None leaves a dimension open. `after` is the place a page goes on from."""

    stands: str | None = None
    late: bool = False
    after: str | None = None


@dataclass(frozen=True, slots=True)
class EstateRow:
    """One estate of a company: how it stands there, what is due, and its newest figures."""

    id: int
    name: Texts
    stands: str
    kind: Texts | None
    class_: Texts | None
    contract: ContractView | None
    days_left: int | None
    tasks: int
    late: int
    due: datetime | None
    mark: str
    works: int
    accepted: int
    year: YearView | None


def estates(work: Work, viewer: Viewer, wanted: Wanted, size: int = 50) -> tuple[Sequence[EstateRow], str | None]:
    """Return one page of the estates of the viewer's companies, the earliest due first, and where the next begins.

    Raises Invalid for a place that no page has given.
    """
    by = companies_of(viewer)
    tasks, stands = _tasks(work, viewer), stands_of(work, by)
    query = select(Area, stands, tasks.c.number, tasks.c.late, tasks.c.due)
    query = query.outerjoin(tasks, tasks.c.estate_id == Area.id).where(Area.id.in_(estates_of(by)))
    if wanted.stands:
        query = query.where(stands == wanted.stands)
    if wanted.late:
        query = query.where(tasks.c.late > 0)
    if wanted.after is not None:
        query = query.where(paging.beyond(wanted.after, tasks.c.due, Area.id))
    found = work.session.execute(query.order_by(nulls_last(tasks.c.due), Area.id).limit(size + 1)).all()
    rows = _rows(work, by, found[:size])
    last = found[size - 1] if len(found) > size else None
    return rows, paging.place(last[-1], last[0].id) if last is not None else None


def _tasks(work: Work, viewer: Viewer) -> Subquery:
    """Count the viewer's open tasks by estate, with those that are late and what is due first."""
    number, late = func.count(), func.count().filter(WorkItem.due_at <= work.now)
    columns = (WorkItem.estate_id, number.label("number"), late.label("late"), func.min(WorkItem.due_at).label("due"))
    counted = select(*columns).join(Case, Case.id == WorkItem.case_id).where(*own_tasks(viewer))
    return counted.group_by(WorkItem.estate_id).subquery()


def _rows(work: Work, by: Collection[int], found: Sequence[Any]) -> Sequence[EstateRow]:
    ids = [area.id for area, *_ in found]
    classes, kinds, ends = classes_of(work, ids), _kinds(work, ids), last_moments(work, by, ids)
    contracts, works, years = _contracts(work, by, ids), _works(work, ids, ends), _rated(work, by, ids)
    day = today(work)
    rows = []
    for area, stands, number, late, due in found:
        contract = contracts.get(area.id)
        counts = works.get(area.id, (0, 0))
        rows.append(
            EstateRow(
                id=area.id,
                name=area.names,
                stands=stands,
                kind=kinds.get(area.id),
                class_=classes.get(area.id),
                contract=contract,
                days_left=_days_left(contract, day),
                tasks=number or 0,
                late=late or 0,
                due=due,
                mark=mark(work, due),
                works=counts[0],
                accepted=counts[1],
                year=years.get(area.id),
            )
        )
    return rows


def _days_left(contract: ContractView | None, day: date) -> int | None:
    return None if contract is None or contract.stopped_at is not None else (contract.to_on - day).days + 1


def _kinds(work: Work, ids: Collection[int]) -> Mapping[int, Texts]:
    """Return of what kind the service is that estates have now, whoever gives it."""
    query = select(UnitPeriod.estate_id, UnitPeriod.kind)
    query = query.where(UnitPeriod.estate_id.in_(ids), UnitPeriod.during.contains(work.now))
    return {estate: words.KINDS[kind] for estate, kind in work.session.execute(query)}


def _contracts(work: Work, by: Collection[int], ids: Collection[int]) -> Mapping[int, ContractView]:
    """Return the newest contract of companies with each estate."""
    query = (
        select(ServiceContract, Organisation, Case)
        .join(Organisation, Organisation.id == ServiceContract.unit_id)
        .join(Case, Case.id == ServiceContract.case_id)
        .where(ServiceContract.estate_id.in_(ids), ServiceContract.unit_id.in_(sorted(by)))
        .ext(distinct_on(ServiceContract.estate_id))
        .order_by(ServiceContract.estate_id, ServiceContract.from_on.desc(), ServiceContract.id.desc())
    )
    return {row.estate_id: contract_view(work, row, unit, of) for row, unit, of in work.session.execute(query)}


def _works(work: Work, ids: Collection[int], ends: Mapping[int, datetime]) -> Mapping[int, tuple[int, int]]:
    """Return how many works there are in estates, and how many are accepted, of those begun in the companies' time."""
    found: dict[int, tuple[int, int]] = {}
    query = select(RenovationItem.estate_id, RenovationItem.opened_at, RenovationItem.state)
    for estate, opened, state in work.session.execute(query.where(RenovationItem.estate_id.in_(ids))):
        if estate in ends and opened < ends[estate]:
            planned, accepted = found.get(estate, (0, 0))
            found[estate] = planned + 1, accepted + (state == "accepted")
    return found


def _rated(work: Work, by: Collection[int], ids: Collection[int]) -> Mapping[int, YearView]:
    """Return the last year with a result of each estate."""
    query = (
        select(FeeYear, YearScore, SubsidyPayment, Organisation)
        .join(YearScore, YearScore.year_id == FeeYear.id)
        .join(Organisation, Organisation.id == FeeYear.unit_id)
        .outerjoin(SubsidyPayment, SubsidyPayment.year_id == FeeYear.id)
        .where(FeeYear.estate_id.in_(ids), FeeYear.unit_id.in_(sorted(by)))
        .ext(distinct_on(FeeYear.estate_id))
        .order_by(FeeYear.estate_id, FeeYear.to_on.desc())
    )
    return {row[0].estate_id: year_view(*row, {}) for row in work.session.execute(query)}
