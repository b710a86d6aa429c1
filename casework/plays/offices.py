"""What becomes of those who stand for office and hold it: withdrawn, gone, or their election annulled."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from casework.bootstrap import Casework
from casework.elections import leaving
from casework.elections import services as elections
from casework.plays.answers import Names
from casework.plays.tasks import actor_of, case_of
from casework.plays.town import Town


def annul(casework: Casework, town: Town, names: Names, details: Mapping[str, Any]) -> None:
    """A court or the street annuls an election, also long after its case closed."""
    with casework.work(actor_of(town, details)) as work:
        case = case_of(work, names, details)
        elections.annul_decision(work, case.id, details["court"], details["no"], _day(details["on"]))


def withdraw_candidate(casework: Casework, town: Town, names: Names, details: Mapping[str, Any]) -> None:
    """A candidate withdraws or dies."""
    with casework.work(actor_of(town, details)) as work:
        case = case_of(work, names, details)
        leaving.withdraw_candidate(work, case.id, town.person(details["person"]), details["because"])


def leave_seat(casework: Casework, town: Town, names: Names, details: Mapping[str, Any]) -> None:
    """A member leaves the committee; what fills the seat is a case with the label `as`."""
    with casework.work(actor_of(town, details)) as work:
        person = town.person(details["person"])
        opened = leaving.leave_seat(work, town.areas["estate"], person, details["because"])
        if opened is not None:
            label = details.get("as", "case")
            names[label] = {"case": opened.id}
            names["newest"] = label


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


VERBS = {"annul": annul, "withdraw_candidate": withdraw_candidate, "leave_seat": leave_seat}
"""What a scenario may have happen to those in office."""
