"""Which organisation a unit code of the triage table means at the place of a case."""

from collections.abc import Sequence
from dataclasses import dataclass

from casework.cases.models import Case
from casework.directory import queries as directory
from casework.directory.models import Organisation
from casework.errors import Refused
from casework.persistence import Work

COMPANY = "CO"
STREET = "ST"
PETITION = "PT"
COMMUNITY = "CM"
_STAND_INS = (COMPANY, COMMUNITY, STREET)


@dataclass(frozen=True)
class Responsible:
    """The organisation that leads, those that help, and whether the estate has no company under contract."""

    leading: Organisation
    helping: Sequence[Organisation]
    unmanaged: bool


def responsible(work: Work, case: Case, unit: str | int, co_units: Sequence[str | int] = ()) -> Responsible:
    """Return who answers for the case: `unit` and `co_units` are codes of the triage table or ids of organisations.

    A unit that the place does not have is stood in for by the company, the community, then the street: nobody who
    reports a danger is turned away because a directory has a gap. Raises Refused when there is none of them either.
    """
    wanted = [unit, *(code for code in _STAND_INS if code != unit)]
    found = [(code, organisation) for code in wanted if (organisation := _find(work, case, code)) is not None]
    if not found:
        raise Refused(
            f"本辖区没有登记“{unit}”对应的责任单位，请先在单位管理中登记。",
            f"No organisation of kind “{unit}” is registered for this place; register one first.",
        )
    leading = found[0][1]
    helping = [helper for code in co_units if (helper := _find(work, case, code)) is not None and helper != leading]
    return Responsible(leading, helping, unmanaged=unit == COMPANY and found[0][0] != COMPANY)


def _find(work: Work, case: Case, unit: str | int) -> Organisation | None:
    if not isinstance(unit, str):
        return work.session.get(Organisation, int(unit))
    return directory.unit_for(work, unit, case.area_id, work.now.astimezone(work.house.zone).date())
