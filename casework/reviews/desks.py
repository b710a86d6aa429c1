"""Which office looks into a ground of the negative list, at the place of a case."""

from collections.abc import Collection
from typing import NoReturn

from casework.cases.models import Case
from casework.directory import queries as directory
from casework.directory.models import Organisation
from casework.errors import Refused
from casework.persistence import Work

_STREET = "ST"


def desk_of(work: Work, case: Case, code: str) -> Organisation:
    """Return the office that a code of the list means; the street's where the place has none of its own.

    Raises Refused when there is neither.
    """
    return desks_of(work, case, [code])[code]


def desks_of(work: Work, case: Case, codes: Collection[str]) -> dict[str, Organisation]:
    """Return what `desk_of` returns for each of `codes`, in one look."""
    today = work.now.astimezone(work.house.zone).date()
    found = directory.units_for(work, {*codes, _STREET}, case.area_id, today) if codes else {}
    return {code: found.get(code) or found.get(_STREET) or _refused(code) for code in codes}


def _refused(code: str) -> NoReturn:
    raise Refused(
        f"本辖区没有登记“{code}”对应的审查单位，也没有登记街道办事处，请先在单位管理中登记。",
        f"Neither a reviewing office “{code}” nor a street office is registered here: register one first.",
    )
