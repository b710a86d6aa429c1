"""Which company serves an estate, where a procedure decided it: no administrator is asked."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import Range

from casework import audit, jobs
from casework.directory.days import period
from casework.directory.models import Contract, Organisation
from casework.persistence import Work


def serve(work: Work, estate_id: int, company_id: int | None, since: date) -> Contract | None:
    """Have a company, or none, serve the estate from `since` on, whoever had it until then; return its contract.

    A contract that would have begun on that day or later gives way. The same company again goes on as it was.
    """
    rows = select(Contract).where(
        Contract.estate_id == estate_id, Contract.during.overlaps(Range(since, None, bounds="[)"))
    )
    for contract in work.session.scalars(rows.order_by(func.lower(Contract.during))).all():
        began = contract.during.lower
        if began is not None and began >= since:
            work.session.delete(contract)
        elif contract.organisation_id == company_id and contract.during.upper is None:
            return contract
        else:
            contract.during = period(began or date(2000, 1, 1), since - timedelta(days=1))
        audit.record(
            work, ("area", estate_id), "contract_ended", contract=contract.id, last_day=since - timedelta(days=1)
        )
    work.session.flush()
    return None if company_id is None else _begin(work, estate_id, company_id, since)


def _begin(work: Work, estate_id: int, company_id: int, since: date) -> Contract:
    made = Contract(organisation_id=company_id, estate_id=estate_id, during=period(since))
    work.session.add(made)
    work.session.flush()
    audit.record(work, ("area", estate_id), "contract_signed", contract=made.id, organisation=company_id)
    begins = datetime.combine(since, time(), work.house.zone)
    jobs.schedule(
        work, "contract.begins", due_at=begins, payload={"contract": made.id}, key=f"contract.begins:{made.id}"
    )
    return made


def is_company(work: Work, organisation_id: int) -> bool:
    """Say whether an organisation is a company, which serves by contract; other bodies answer without one."""
    return work.session.get_one(Organisation, organisation_id).kind == "company"
