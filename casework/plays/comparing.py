"""Comparing what a scenario expects with what there is."""

from datetime import date, datetime
from typing import Any

from casework import calendar
from casework.errors import CaseworkError
from casework.persistence import Work
from casework.plays.script import moment


class Mismatch(CaseworkError):
    """Something did not come as the scenario says."""


def equal(what: str, expected: Any, found: Any) -> None:
    """Raise Mismatch with both values when they differ."""
    if expected != found:
        raise Mismatch(f"{what} 应为 {expected}，实际 {found}", f"{what} should be {expected}, is {found}")


def due(work: Work, what: str, expected: Any, found: datetime | None) -> None:
    """A day means the last day of a period in days; an instant means exactly that."""
    zone = work.house.zone
    if expected is None or found is None:
        equal(what, expected, found)
    elif isinstance(expected, date) and not isinstance(expected, datetime):
        equal(what, expected, calendar.last_day(found, zone))
    else:
        equal(what, moment(expected, zone), found.astimezone(zone))
