"""What a taken-over estate's records tell: units, contracts, works and inspections. Queries only.

Whether somebody may see the estate is asked before. `by` narrows to what these organisations did; None leaves it
open, as for owners, whom everything of their estate concerns.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Integer, cast, func, or_, select, true
from sqlalchemy.orm import aliased

from casework.cases import clocks
from casework.cases.models import Case, WorkItem
from casework.directory.days import today
from casework.directory.models import Organisation
from casework.directory.viewing import Viewer
from casework.errors import Texts
from casework.persistence import Work
from casework.takeovers import words
from casework.takeovers.entry_models import GROUPS, Inspection, InspectionItem, ServiceContract
from casework.takeovers.estate_views import (
    ContractView,
    FindingView,
    InspectionView,
    UnitView,
    WorkView,
)
from casework.takeovers.models import UnitPeriod
from casework.takeovers.money import Line
from casework.takeovers.works_models import NAMES, RenovationItem

Units = Collection[int] | None
FILING = "takeover.contract.filing_days"
_OPEN = ("missing", "rebuild", "defect")
_NOBODY: Texts = ("未定", "Not settled")


def units(work: Work, estate_id: int) -> Sequence[UnitView]:
    """Return everybody who answered for an estate, the newest first."""
    query = select(UnitPeriod, Organisation).join(Organisation, Organisation.id == UnitPeriod.unit_id)
    query = query.where(UnitPeriod.estate_id == estate_id).order_by(func.lower(UnitPeriod.during).desc())
    return [
        UnitView(
            unit.names,
            words.KINDS[period.kind],
            unit.duty_phone or "",
            period.during.lower or work.now,
            period.during.upper,
            period.until,
        )
        for period, unit in work.session.execute(query)
    ]


def contracts(work: Work, estate_id: int, by: Units = None) -> Sequence[ContractView]:
    """Return the contracts signed for an estate, the newest first, those that were stopped included."""
    query = (
        select(ServiceContract, Organisation, Case)
        .join(Organisation, Organisation.id == ServiceContract.unit_id)
        .join(Case, Case.id == ServiceContract.case_id)
        .where(ServiceContract.estate_id == estate_id, of(ServiceContract.unit_id, by))
    )
    newest = query.order_by(ServiceContract.from_on.desc(), ServiceContract.id.desc())
    return [contract_view(work, *row) for row in work.session.execute(newest)]


def contract_view(work: Work, row: ServiceContract, unit: Organisation, case: Case) -> ContractView:
    """Return a contract as pages show it, with when its filing is due by the rules of its case."""
    due, source = filing_due(work, row, case)
    return ContractView(
        id=row.id,
        unit=unit.names,
        from_on=row.from_on,
        to_on=row.to_on,
        posted_on=row.posted_on,
        signed_on=row.signed_on,
        area=row.area,
        fee=row.fee,
        lines=[_line(one) for one in row.lines],
        left_out=row.left_out,
        shortfall=row.shortfall,
        filing_no=row.filing_no,
        filed_on=row.filed_on,
        filing_due=due,
        filing_source=source,
        entered_at=row.entered_at,
        stopped_at=row.stopped_at,
        files=row.files,
    )


def filing_due(work: Work, row: ServiceContract, case: Case) -> tuple[datetime | None, Texts]:
    """Return by when a contract has to be filed and the article; None where the place has no rule."""
    rules = clocks.counting(work, case)
    if FILING not in rules.pinned.keys:
        return None, ("", "")
    due = rules.pinned.deadline(FILING, row.signed_on, rules.calendar, rules.zone).instant
    return due, (rules.pinned.source(FILING, "zh"), rules.pinned.source(FILING, "en"))


def works(
    work: Work, estate_id: int, viewer: Viewer | None = None, before: datetime | None = None
) -> Sequence[WorkView]:
    """Return the works of an estate in the order of their plan; with `before` those that were begun until then.

    With a viewer each has the task in which that person settles it.
    """
    doer = aliased(Organisation)
    query = select(RenovationItem, doer).outerjoin(doer, doer.id == RenovationItem.unit_id)
    query = query.where(RenovationItem.estate_id == estate_id)
    if before is not None:
        query = query.where(RenovationItem.opened_at < before)
    tasks = _settling(work, estate_id, viewer) if viewer is not None else {}
    rows = work.session.execute(query.order_by(RenovationItem.case_id, RenovationItem.number))
    return [
        WorkView(
            id=row.id,
            kind=NAMES[row.kind],
            title=(row.title, row.title_en),
            unit=unit.names if unit is not None else None,
            payer=words.PAYERS[row.payer],
            planned=row.planned,
            done=row.done,
            in_metres=row.kind == "road",
            estimate=row.estimate,
            seasonal=row.seasonal,
            state=row.state,
            settled_at=row.settled_at,
            acceptance=row.acceptance,
            photos=row.photos,
            task=tasks.get(row.id),
        )
        for row, unit in rows
    ]


def inspections(work: Work, estate_id: int, by: Units = None) -> Sequence[InspectionView]:
    """Return the handover inspections of an estate, the newest first, each with what is still open, the due first."""
    old, new = aliased(Organisation), aliased(Organisation)
    query = (
        select(Inspection, old, new)
        .outerjoin(old, old.id == Inspection.from_unit_id)
        .join(new, new.id == Inspection.to_unit_id)
        .where(Inspection.estate_id == estate_id, or_(of(Inspection.to_unit_id, by), of(Inspection.from_unit_id, by)))
        .order_by(Inspection.begun_at.desc(), Inspection.id.desc())
    )
    found = work.session.execute(query).all()
    ids = [row.id for row, _, _ in found]
    counted = select(InspectionItem.inspection_id, func.count()).where(InspectionItem.inspection_id.in_(ids))
    totals = {key: number for key, number in work.session.execute(counted.group_by(InspectionItem.inspection_id))}  # noqa: C416
    left: dict[int, list[FindingView]] = {}
    wanted = select(InspectionItem).where(
        InspectionItem.inspection_id.in_(ids), InspectionItem.state.in_(_OPEN), InspectionItem.settled_at.is_(None)
    )
    for item in work.session.scalars(wanted.order_by(InspectionItem.due.nulls_last(), InspectionItem.number)):
        left.setdefault(item.inspection_id, []).append(_finding(work, item))
    return [
        InspectionView(
            id=row.id,
            from_unit=before.names if before is not None else None,
            to_unit=after.names,
            begun_at=row.begun_at,
            agreed_on=row.agreed_on,
            posted_until=row.posted_until,
            items=totals.get(row.id, 0),
            open=left.get(row.id, ()),
        )
        for row, before, after in found
    ]


def of(column: Any, by: Units) -> ColumnElement[bool]:
    """Return the condition that a row is of one of these units."""
    return true() if by is None else column.in_(sorted(by))


def _settling(work: Work, estate_id: int, viewer: Viewer) -> Mapping[int, int]:
    """Return the viewer's open tasks that settle works of an estate, by the work."""
    number = cast(WorkItem.subject["data"]["one"]["id"].astext, Integer)
    query = select(number, WorkItem.id).where(
        WorkItem.state == "open",
        WorkItem.process == "takeover_operation",
        WorkItem.element == "renovate",
        WorkItem.estate_id == estate_id,
        WorkItem.groups.overlap(list(viewer.groups)),
        ~WorkItem.excluded.contains([viewer.person_id or 0]),
    )
    return {key: value for key, value in work.session.execute(query)}  # noqa: C416


def _line(row: Mapping[str, Any]) -> Line:
    rate = row.get("rate")
    item = str(row.get("item") or "")
    return Line(str(row["kind"]), item, None if rate is None else Decimal(str(rate)), Decimal(str(row["amount"])))


def _finding(work: Work, item: InspectionItem) -> FindingView:
    return FindingView(
        number=item.number,
        group=GROUPS[item.group],
        item=item.item,
        state=words.STATES[item.state],
        grade=item.grade,
        graded=words.GRADES[item.grade] if item.grade else ("", ""),
        duty=words.DUTIES[item.duty] if item.duty else _NOBODY,
        keeper=item.keeper,
        due=item.due,
        late=item.due is not None and item.due < today(work),
        stopped=item.isolated_at is not None,
    )
