"""What the diagrams and forms of a takeover ask about the estate: who answers for it now, and why."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from casework.cases.models import Case
from casework.persistence import Work
from casework.takeovers import capacity, units

NAMES: Final = frozenset({"unit_now", "serving"})
FUNCTIONS: Final = frozenset({"firms", "has_room"})
_ENOUGH, _SHORT = ("够", "enough"), ("不够", "not enough")


def facts(work: Work, case: Case) -> Mapping[str, Any]:
    """Return `unit_now`, {unit, kind, since, until} or null where nobody flagged the estate, and whether a hired firm
    serves; for an estate of so many m² `firms(area)` that could take it, best first, and whether a firm `has_room`.
    """
    found = units.responsible(work, case.estate_id) if case.estate_id is not None else None
    return {
        "unit_now": None
        if found is None
        else {
            "unit": Decimal(found.unit_id),
            "kind": found.kind,
            "since": found.during.lower,
            "until": found.until,
        },
        "serving": found is not None and found.kind == "serving",
        "firms": lambda area=None: _firms(work, case, area),
        "has_room": lambda firm, area=None: _has_room(work, case, firm, area),
    }


def _firms(work: Work, case: Case, area: Decimal | None) -> list[dict[str, Any]]:
    """Return the companies that could take the estate, best first, as a form shows them."""
    found = capacity.candidates(work, case.estate_id, area) if case.estate_id is not None else ()
    return [
        {
            "unit": Decimal(one.unit_id),
            "name": one.names[0],
            "name_en": one.names[1],
            "free_estates": Decimal(one.free_estates),
            "free_area": one.free_area,
            "distance": one.distance,
            "credit": Decimal(one.credit),
            "room": (_ENOUGH if one.fits else _SHORT)[0],
            "room_en": (_ENOUGH if one.fits else _SHORT)[1],
        }
        for one in found
    ]


def _has_room(work: Work, case: Case, firm: Any, area: Decimal | None) -> bool:
    return firm is None or case.estate_id is None or capacity.has_room(work, int(firm), case.estate_id, area)
