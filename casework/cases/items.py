"""The work items of a case: rows that open and close with the human tasks of its diagram."""

from sqlalchemy import select

from casework import engine, feel
from casework.cases import clocks, sheet
from casework.cases.assignment import assign
from casework.cases.facts import seeing
from casework.cases.models import Case, WorkItem
from casework.cases.values import to_json
from casework.persistence import Work

REFERENCE = "="
"""The scope of an item whose place the diagram computed; the place itself stands in its subject."""


def open_item(work: Work, case: Case, task: engine.HumanTask) -> None:
    """Have the row of a human task that has opened written with the step, with everybody who may do it."""
    computed = None if isinstance(task.scope, str) else task.scope
    item = WorkItem(
        case_id=case.id,
        task=task.id,
        process=task.process,
        element=task.element,
        form=task.form,
        role=_role(work, case, task),
        scope=task.scope if isinstance(task.scope, str) else REFERENCE,
        conflicts=list(task.conflicts),
        subject=to_json({"instance": task.instance, "data": task.data, "target": computed}),
        state="open",
        version=1,
        priority=task.priority,
        urgency=case.urgency,
        estate_id=case.estate_id,
        area_path=case.area_path,
        due_at=task.due,
        due_clock=task.clock,
        opened_at=work.now,
    )
    assign(work, case, item)
    sheet.gather(work, case).open(item)


def follow_clocks(work: Work, case: Case) -> None:
    """Give the open items that follow a clock the due time of that clock; none while it stands still."""
    due = {clock.name: None if clock.paused_at else clock.due_at for clock in clocks.running(work, case)}
    query = select(WorkItem).where(
        WorkItem.case_id == case.id, WorkItem.state == "open", WorkItem.due_clock.is_not(None)
    )
    for item in work.session.scalars(query):
        item.due_at = due.get(item.due_clock or "")


def _role(work: Work, case: Case, task: engine.HumanTask) -> str:
    """Return the roles of a task; a diagram used by several processes takes them from its data."""
    role = (task.role or "").strip()
    if not role.startswith("="):
        return role
    return str(feel.compile(role[1:]).evaluate(seeing(work, case, task.data)) or "")
