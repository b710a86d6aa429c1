"""Writing a company's credit record."""

from decimal import Decimal

from sqlalchemy import select

from casework.cases import clocks
from casework.cases.models import Case
from casework.credit.models import CreditEntry
from casework.directory import queries as directory
from casework.persistence import Work


def apply(work: Work, case: Case, code: str, *, organisation_id: int | None, occasion: str) -> CreditEntry | None:
    """Enter finding `code` (late, poor, urgent_late, rectify_failed, ontime) of `case` against a company.

    Only a company can be debited, and only when it held the contract of the estate on the day of the incident: the
    delay of a bureau or a utility is never a company's. `occasion` tells one finding from the next; the same again
    changes nothing. Returns None where nothing is entered.
    """
    if organisation_id is None or case.estate_id is None:
        return None
    day = case.incident_at.astimezone(work.house.zone).date()
    company = directory.company_of(work, case.estate_id, day)
    if company is None or company.id != organisation_id:
        return None
    known = work.session.scalar(
        select(CreditEntry).where(
            CreditEntry.case_id == case.id, CreditEntry.code == code, CreditEntry.occasion == occasion
        )
    )
    if known is not None:
        return known
    rules = clocks.counting(work, case)
    entry = rules.pinned.entry(f"credit.points.{code}")
    points = int(Decimal(str(entry.value)))
    if points == 0:
        return None
    shows = rules.pinned.deadline("credit.objection_days", work.now, rules.calendar, rules.zone).instant
    lapses = rules.pinned.deadline("credit.validity_months", work.now, rules.calendar, rules.zone).instant
    made = CreditEntry(
        organisation_id=organisation_id,
        case_id=case.id,
        code=code,
        occasion=occasion,
        points=points,
        basis=entry.source,
        at=work.now,
        shows_at=shows,
        lapses_at=lapses,
    )
    work.session.add(made)
    work.session.flush()
    return made
