"""Working days, and when a period ends."""

from casework.calendar.days import Skipped, SpecialDay, WorkCalendar
from casework.calendar.periods import (
    SHANDONG,
    Due,
    due,
    earliest,
    last_day,
    months_on,
    start_of_day,
    working_days_before,
)
from casework.calendar.services import current, import_year, load_builtin, version_of

__all__ = [
    "SHANDONG",
    "Due",
    "Skipped",
    "SpecialDay",
    "WorkCalendar",
    "current",
    "due",
    "earliest",
    "import_year",
    "last_day",
    "load_builtin",
    "months_on",
    "start_of_day",
    "version_of",
    "working_days_before",
]
