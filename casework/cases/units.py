"""The responsible unit of a case: exactly one while it is open, and never a gap between two."""

from collections.abc import Sequence

from sqlalchemy import select

from casework.cases import history
from casework.cases.assignment import assign
from casework.cases.models import Case, CaseUnit, WorkItem
from casework.persistence import Work

_OWN = ("case.unit", "estate.company")


def set_units(work: Work, case: Case, leading: int, helping: Sequence[int] = ()) -> None:
    """Make `leading` the responsible unit of the locked `case` from now on, with `helping` beside it."""
    held = work.session.scalars(select(CaseUnit).where(CaseUnit.case_id == case.id, CaseUnit.until.is_(None)))
    for row in held:
        row.until = work.now
    work.session.flush()
    work.session.add(CaseUnit(case_id=case.id, organisation_id=leading, since=work.now))
    for helper in helping:
        work.session.add(CaseUnit(case_id=case.id, organisation_id=helper, since=work.now, leads=False))
    case.unit_id = leading
    work.session.flush()


def let_help(work: Work, case: Case, unit_id: int) -> None:
    """Have an organisation help with the locked `case` from now on beside whoever leads it: its people see the case."""
    known = select(CaseUnit.id).where(CaseUnit.case_id == case.id, CaseUnit.organisation_id == unit_id)
    if work.session.scalar(known.limit(1)) is None:
        work.session.add(CaseUnit(case_id=case.id, organisation_id=unit_id, since=work.now, leads=False))
        work.session.flush()


def change_unit(work: Work, case: Case, unit_id: int) -> None:
    """Move the locked `case` with its open work to another unit: clocks, supervision and record stay as they are."""
    if case.unit_id == unit_id:
        return
    set_units(work, case, unit_id)
    items = select(WorkItem).where(WorkItem.case_id == case.id, WorkItem.state == "open", WorkItem.scope.in_(_OWN))
    for item in work.session.scalars(items).all():
        item.holder_id = item.claimed_at = item.draft = None
        item.scope = "case.unit"
        item.version += 1
        assign(work, case, item)
    case.version += 1
    line = history.Line(
        None,
        None,
        "operation",
        "unit_changed",
        "责任单位变更，办理事项随案移交。",
        "The unit changed; open work goes along.",
        {"unit": unit_id},
    )
    history.write(work, case, [line])
