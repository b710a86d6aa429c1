"""What the diagram of the rectification notice may ask for."""

from sqlalchemy.dialects.postgresql import insert

from casework.cases.notices import tell
from casework.cases.operations import set_unit
from casework.cases.step import Step
from casework.rectifications.models import OverdueRectification


def overdue(step: Step) -> None:
    """Record that the limit has passed without a report; the company is told, and is the unit that is supervised.

    The credit record is not touched yet: only a recheck tells whether anything was left undone.
    """
    work, case = step.work, step.case
    company = int(step.data["to"])
    passed = int(step.data.get("round") or 0) + 1
    if case.unit_id != company:
        set_unit(step, company)
    row = {
        "case_id": case.id,
        "organisation_id": company,
        "round": passed,
        "limit_on": step.day(step.data["limit"]),
        "at": work.now,
    }
    work.session.execute(insert(OverdueRectification).values(row).on_conflict_do_nothing())
    tell(step, "rectification_overdue", f"organisation:{company}", round=passed)
    step.note("整改逾期。", "The rectification is overdue.", what="overdue", round=passed)


OPERATIONS = {"rectifications.overdue": overdue}
