"""What the diagrams and forms of a takeover ask about the estate: who answers for it now, and why."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from casework.cases.models import Case
from casework.persistence import Work
from casework.takeovers import units

NAMES: Final = frozenset({"unit_now", "serving"})


def facts(work: Work, case: Case) -> Mapping[str, Any]:
    """Return `unit_now`, {unit, kind, since, until} or null where nobody flagged the estate, and whether a hired firm
    serves.
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
    }
