"""Who answers for an unmanaged estate: exactly one unit at every instant, from the flag until it is settled."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import Range

from casework.cases.models import Case
from casework.directory import queries as directory
from casework.directory import serving
from casework.errors import Conflict, NotFound, Refused
from casework.persistence import Work
from casework.takeovers.models import FlaggedEstate, UnitPeriod

_STREET = "ST"


def flag(work: Work, case: Case, origin: str, at: datetime, *, gone: bool = False) -> FlaggedEstate:
    """Flag the estate of the case as unmanaged from `at` on, and have somebody answer for it from that instant.

    The company under contract goes on, unless it is `gone`; else the street answers until a unit is found, as it
    organises where owners neither hire nor manage (聊城条例 57). Raises Conflict where the estate is flagged already,
    Refused outside an estate or where its street has no office on record.
    """
    estate_id = _estate(case)
    if flagged(work, estate_id) is not None:
        raise Conflict("该小区已标记为失管，请在原案件中办理。", "This estate is flagged already: go on in that case.")
    made = FlaggedEstate(estate_id=estate_id, case_id=case.id, origin=origin, flagged_at=at)
    work.session.add(made)
    work.session.flush()
    present = responsible(work, estate_id, at)
    if present is None or gone:
        company = None if gone else directory.company_of(work, estate_id, _day(work, at))
        kind, unit_id = ("interim", street_of(work, estate_id)) if company is None else ("serving", company.id)
        if present is None:
            _begin(work, case, unit_id, kind, at, None)
        else:
            change(work, case, unit_id, kind, at)
    return made


def change(
    work: Work, case: Case, unit_id: int, kind: str, at: datetime, *, until: datetime | None = None
) -> UnitPeriod:
    """Have another unit answer for the flagged estate of the case from `at` on: the one before ends at that instant.

    `until` is when an emergency service has to end by the rules; nothing ends by itself. The same unit of the same kind
    goes on as it is. A company's contract in the directory follows by the day, and open cases go along. Raises NotFound
    for an estate that is not flagged, Refused for a moment before the present unit began.
    """
    estate_id = _estate(case)
    must_be_flagged(work, case)
    present = work.session.scalars(_periods(estate_id).order_by(func.lower(UnitPeriod.during).desc()).limit(1)).one()
    began = present.during.lower
    if (present.unit_id, present.kind, present.until) == (unit_id, kind, until):
        return present
    if began is not None and at < began:
        day = began.astimezone(work.house.zone)
        raise Refused(
            f"现责任单位自 {day:%Y-%m-%d %H:%M} 起负责，接续时间不能更早。",
            f"The present unit answers since {day:%Y-%m-%d %H:%M}: the next one can't begin earlier.",
        )
    if began == at:
        work.session.delete(present)
    else:
        present.during = Range(began, at, bounds="[)")
    work.session.flush()
    return _begin(work, case, unit_id, kind, at, until)


def settle(work: Work, case: Case, because: str, at: datetime) -> FlaggedEstate:
    """End the flag of the estate at `at`: whoever answers now goes on, by contract or on its own."""
    found = must_be_flagged(work, case)
    found.ended_at, found.ended_because = at, because
    work.session.flush()
    return found


def flagged(work: Work, estate_id: int, *, lock: bool = False) -> FlaggedEstate | None:
    """Return the flag of an estate that is not settled yet."""
    wanted = select(FlaggedEstate).where(FlaggedEstate.estate_id == estate_id, FlaggedEstate.ended_at.is_(None))
    return work.session.scalars(wanted.with_for_update() if lock else wanted).one_or_none()


def must_be_flagged(work: Work, case: Case) -> FlaggedEstate:
    """Return the open flag of the case's estate, locked. Raises NotFound where there is none."""
    found = flagged(work, _estate(case), lock=True)
    if found is None:
        raise NotFound("该小区没有标记为失管。", "This estate is not flagged as unmanaged.")
    return found


def responsible(work: Work, estate_id: int, at: datetime | None = None) -> UnitPeriod | None:
    """Return who answers for an estate at an instant, now without one; None where it was never flagged."""
    return work.session.scalars(_periods(estate_id).where(UnitPeriod.during.contains(at or work.now))).one_or_none()


def history(work: Work, estate_id: int) -> Sequence[UnitPeriod]:
    """Return everybody who answered for an estate, oldest first."""
    return work.session.scalars(_periods(estate_id).order_by(func.lower(UnitPeriod.during))).all()


def street_of(work: Work, estate_id: int) -> int:
    """Return the office of the estate's street. Raises Refused where none is on record."""
    office = directory.bureau(work, _STREET, estate_id)
    if office is None:
        raise Refused(
            "小区所在街道还没有登记街道办事处（代码 ST），请先在“组织”中登记。",
            "The estate's street has no office on record (code ST): add it under Organisations first.",
        )
    return office.id


def name_of(work: Work, unit_id: int) -> str:
    """Return the name of a unit, as notices and history tell it."""
    found = directory.organisation(work, unit_id)
    return found.name if found is not None else ""


def _begin(work: Work, case: Case, unit_id: int, kind: str, at: datetime, until: datetime | None) -> UnitPeriod:
    estate_id = _estate(case)
    made = UnitPeriod(
        estate_id=estate_id,
        unit_id=unit_id,
        kind=kind,
        during=Range(at, None, bounds="[)"),
        until=until,
        case_id=case.id,
    )
    work.session.add(made)
    work.session.flush()
    company = unit_id if serving.is_company(work, unit_id) else None
    serving.serve(work, estate_id, company, _day(work, at))
    return made


def _periods(estate_id: int) -> Select[UnitPeriod]:
    return select(UnitPeriod).where(UnitPeriod.estate_id == estate_id)


def _estate(case: Case) -> int:
    if case.estate_id is None:
        raise Refused("接管须在小区内办理。", "A takeover belongs to an estate.")
    return case.estate_id


def _day(work: Work, at: datetime) -> date:
    return at.astimezone(work.house.zone).date()
