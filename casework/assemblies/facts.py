"""What the diagram and the forms of a vote ask about it."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from casework.assemblies.official import approval_rows, figure_rows
from casework.assemblies.papers import Unreadable, choices_in, lines_in
from casework.assemblies.queries import candidates, latest, readings
from casework.cases.models import Case
from casework.persistence import Work

NAMES: Final = frozenset({"candidates", "figure_rows", "approval_rows"})
FUNCTIONS: Final = frozenset({"key_is_made", "i_have_read", "ballot_fault", "lines_fault"})


def facts(work: Work, case: Case) -> Mapping[str, Any]:
    """Return who stands, whether the key is made, and what a teller's form asks; nothing without a vote."""
    vote = latest(work, case.id)
    if vote is None:
        return {}
    items: Sequence[Mapping[str, Any]] = vote.items
    return {
        "figure_rows": figure_rows(vote),
        "approval_rows": approval_rows(work, vote),
        "candidates": [Decimal(person) for person in candidates(vote.items)],
        "key_is_made": lambda: vote.public_key is not None,
        "i_have_read": lambda: _has_read(work, case),
        "ballot_fault": _fault(lambda text: choices_in(text, items)),
        "lines_fault": _fault(lambda text: lines_in(text, items, work.house.zone)),
    }


def _has_read(work: Work, case: Case) -> bool:
    """Tell whether who acts has read the paper ballots already this time: the second reading is another teller's."""
    return any(task.state == "done" and task.completed_by == work.actor.person_id for task in readings(work, case.id))


def _fault(read: Callable[[str], object]) -> Callable[[Any], str | None]:
    def fault(text: Any) -> str | None:
        try:
            read(text if isinstance(text, str) else "")
        except Unreadable as wrong:
            return str(wrong)
        return None

    return fault
