"""What the expressions of an election may ask beside its data."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from casework.cases import clocks
from casework.cases.models import Case
from casework.directory.mentions import posted_names
from casework.directory.strokes import stroke_key
from casework.elections.conditions import first_assembly
from casework.elections.models import Candidate
from casework.elections.queries import (
    PROCESS,
    SUBSTITUTE,
    candidates_of,
    election_of,
    in_office,
    members_of,
    seats_of,
)
from casework.persistence import Work

NAMES: Final = frozenset(
    {"attempt", "failed", "organiser", "passed", "slate", "recheck_open", "slate_changed", "party", "sitting"}
)
FUNCTIONS: Final = frozenset({"conditions"})


def facts(work: Work, case: Case) -> Mapping[str, Any]:
    """Return how an election stands, who has passed, who is on the list, and who sits now; nothing for other cases."""
    if case.process != PROCESS:
        return {}
    election = election_of(work, case.id)
    rows = candidates_of(work, election) if election is not None else []
    return {
        "attempt": Decimal(election.attempt if election is not None else 0),
        "failed": Decimal(election.failed if election is not None else 0),
        "organiser": election.organiser if election is not None else "committee",
        "passed": _passed(work, rows),
        "slate": [_row(one) for one in rows if one.state == "passed" and one.place is not None],
        "recheck_open": any(one.recheck_open for one in rows),
        "slate_changed": election.slate_changed if election is not None else False,
        "party": _party(rows),
        "sitting": _sitting(work, case),
        "conditions": first_assembly(clocks.counting(work, case), work.now),
    }


def _passed(work: Work, rows: Sequence[Candidate]) -> list[dict[str, Any]]:
    """Return who has passed, in the order of the list; while there is none yet, by the strokes of their names."""
    fit = [one for one in rows if one.state == "passed"]
    if not fit or any(one.place is not None for one in fit):
        return [_row(one) for one in fit]
    names = posted_names(work, [one.person_id for one in fit])
    ordered = sorted(fit, key=lambda one: (one.post == SUBSTITUTE, stroke_key(names[one.person_id][0])))
    return [{**_row(one), "order": Decimal(order)} for order, one in enumerate(ordered, 1)]


def _row(one: Candidate) -> dict[str, Any]:
    return {
        "key": f"c{one.place or one.id}",
        "person": Decimal(one.person_id),
        "post": one.post,
        "party": one.party,
        "order": None if one.place is None else Decimal(one.place),
    }


def _party(rows: Sequence[Candidate]) -> dict[str, Any]:
    """Return how many of those who have passed belong to the party: {members, whole}."""
    fit = [one for one in rows if one.state == "passed" and one.post == "member"]
    return {"members": Decimal(sum(one.party for one in fit)), "whole": Decimal(len(fit))}


def _sitting(work: Work, case: Case) -> dict[str, Any] | None:
    committee = in_office(work, case.estate_id or case.area_id)
    if committee is None:
        return None
    members = members_of(work, committee.id)
    return {
        "seats": Decimal(committee.seats),
        "members": Decimal(len(members)),
        "substitutes": Decimal(sum(seat.post == SUBSTITUTE for seat in seats_of(work, committee.id))),
        "organisation": Decimal(committee.organisation_id),
        "term_ends": committee.term_ends,
        "powers": committee.powers,
    }
