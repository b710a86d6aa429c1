"""The rows of a complaint that every step asks about: read once in a transaction, and kept up as steps add to them."""

from sqlalchemy import select

from casework.cases.models import Case
from casework.complaints.models import CallbackRecord, HandlingRecord, Intake
from casework.persistence import Work


def intakes(work: Work, case: Case) -> list[Intake]:
    """Return the reports of a case, oldest first."""
    query = select(Intake).where(Intake.case_id == case.id).order_by(Intake.id)
    return work.remembered(("intakes", case.id), lambda: list(work.session.scalars(query)))


def handling(work: Work, case: Case) -> list[HandlingRecord]:
    """Return what the units did about a case, oldest first."""
    query = select(HandlingRecord).where(HandlingRecord.case_id == case.id).order_by(HandlingRecord.id)
    return work.remembered(("handling", case.id), lambda: list(work.session.scalars(query)))


def callbacks(work: Work, case: Case) -> list[CallbackRecord]:
    """Return the callbacks of a case, oldest first."""
    query = select(CallbackRecord).where(CallbackRecord.case_id == case.id).order_by(CallbackRecord.id)
    return work.remembered(("callbacks", case.id), lambda: list(work.session.scalars(query)))


def forget_intakes(work: Work, case_id: int) -> None:
    """Have the reports of a case read anew: one was given to it, or taken from it."""
    work.known.pop(("intakes", case_id), None)
