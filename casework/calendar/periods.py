"""When a period ends: the counting rules of the Civil Code, articles 200 to 204 and 1259.

Minutes and hours run from their instant, day and night, and are kept to the second. Days, months and years leave the
first day out and are kept until 24:00 of the last: an instant at 00:00 of the next day, exclusive.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Literal
from zoneinfo import ZoneInfo

from casework.calendar.days import Skipped, WorkCalendar

Unit = Literal["minutes", "hours", "days", "working_days", "months", "years"]
Mode = Literal["elapsed", "calendar", "working"]
Direction = Literal["after", "before"]
Bound = Literal["at_least", "at_most", "more_than", "less_than"]

#: How each unit is counted.
MODES: dict[str, Mode] = {
    "minutes": "elapsed",
    "hours": "elapsed",
    "days": "calendar",
    "working_days": "working",
    "months": "calendar",
    "years": "calendar",
}
SHANDONG = ZoneInfo("Asia/Shanghai")
_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)
_SECONDS = {"minutes": 60, "hours": 3600}
#: A century: a longer period is a slip of the pen, and would leave the calendar.
_LONGEST = {
    "minutes": 52_560_000,
    "hours": 876_000,
    "days": 36_525,
    "working_days": 20_000,
    "months": 1200,
    "years": 100,
}


@dataclass(frozen=True)
class Due:
    """The end of a period: the instant itself, when it is first overdue, and what was not counted on the way."""

    instant: datetime
    fires_at: datetime
    provisional: bool = False
    counted_out: tuple[Skipped, ...] = ()

    def on_time(self, moment: datetime) -> bool:
        """Tell whether something done at `moment` keeps the period."""
        return moment < self.fires_at


def last_day(instant: datetime, zone: ZoneInfo = SHANDONG) -> date:
    """Return the local day whose end `instant` is or lies in: midnight is the 24:00 of the day before."""
    return (instant.astimezone(zone) - timedelta(microseconds=1)).date()


def start_of_day(day: date, zone: ZoneInfo = SHANDONG) -> datetime:
    """Return the instant at which the local `day` begins, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def working_days_before(calendar: WorkCalendar, instant: datetime, n: int, zone: ZoneInfo = SHANDONG) -> datetime:
    """Return the start of the day `n` working days before the day that ends at, or holds, `instant`."""
    return start_of_day(calendar.working_days_before(last_day(instant, zone), n)[0], zone)


def due(
    calendar: WorkCalendar,
    start: datetime | date,
    length: int | Fraction,
    unit: str,
    mode: str | None = None,
    *,
    roll: bool = False,
    dir: str | None = None,  # noqa: A002 - the field of the policy files
    bound: str | None = None,
    start_day_included: bool = False,
    end_of_day: str = "24:00",
    zone: ZoneInfo = SHANDONG,
) -> Due:
    """Return when a period of `length` units from `start` ends; `dir="before"` counts back from an event.

    A `date` stands for the whole local day. An instant at midnight is the day that begins then when counting on, and
    the 24:00 of the day before when counting back. `provisional` says that the answer asked the work calendar about a
    year it does not cover.
    """
    counted = _mode(unit, mode)
    _refuse_odd_lengths(length, unit)
    before = dir == "before"
    if counted == "elapsed":
        return _elapsed(start, length, unit, before=before, bound=bound)
    number = int(length)
    first = _first_day(start, before=before, zone=zone)
    if before:
        last, passed, provisional = _back(calendar, first, number, unit)
    else:
        last, passed, provisional = _on(calendar, first, number, unit, start_day_included=start_day_included)
        if roll and counted == "calendar":
            last, passed, provisional = calendar.rolled(last)
    instant = _end_of(last, end_of_day, zone)
    fires_at = instant + _SECOND if bound == "more_than" else instant
    return Due(instant, fires_at, provisional, tuple(passed))


def earliest(
    calendar: WorkCalendar, start: datetime | date, length: int | Fraction, unit: str, zone: ZoneInfo = SHANDONG
) -> Due:
    """Return when an act may begin of which notice was given at `start`: the start of the first day allowed.

    It is the other end of a period with `dir="before"`: posted on 1 March, 15 days before, allows 16 March.
    """
    if _mode(unit, None) == "elapsed":
        held = _elapsed(start, length, unit, before=False, bound="at_least")
        return Due(held.instant, held.instant)
    _refuse_odd_lengths(length, unit)
    day, passed, provisional = _on(calendar, _first_day(start, before=False, zone=zone), int(length), unit)
    instant = start_of_day(day, zone)
    return Due(instant, instant, provisional, tuple(passed))


def _mode(unit: str, mode: str | None) -> Mode:
    counted = MODES.get(unit)
    if counted is None or mode not in (None, counted):
        message = f"a period in {unit!r} is not counted as {mode!r}"
        raise ValueError(message)
    return counted


def _refuse_odd_lengths(length: int | Fraction, unit: str) -> None:
    whole = unit in _SECONDS or length == int(length)
    if not whole or not 0 <= length <= _LONGEST[unit]:
        message = f"not a length in {unit}: {length}"
        raise ValueError(message)


def _elapsed(start: datetime | date, length: int | Fraction, unit: str, *, before: bool, bound: str | None) -> Due:
    if not isinstance(start, datetime):
        message = "a period in minutes or hours runs from an instant, not from a day"
        raise TypeError(message)
    whole = start.astimezone(UTC).replace(microsecond=0)
    span = timedelta(seconds=int(length * _SECONDS[unit]))
    instant = whole - span if before else whole + span
    return Due(instant, instant if bound == "less_than" else instant + _SECOND)


def _first_day(start: datetime | date, *, before: bool, zone: ZoneInfo) -> date:
    if not isinstance(start, datetime):
        return start
    return last_day(start, zone) if before else start.astimezone(zone).date()


def _on(
    calendar: WorkCalendar, first: date, number: int, unit: str, *, start_day_included: bool = False
) -> tuple[date, list[Skipped], bool]:
    if unit == "working_days":
        return calendar.count(first - _DAY if start_day_included and number else first, number)
    if unit == "days":
        return first + timedelta(days=number - (start_day_included and number > 0)), [], False
    end, corresponding = months_on(first, number * (12 if unit == "years" else 1))
    return end - _DAY if start_day_included and corresponding and number else end, [], False


def _back(calendar: WorkCalendar, event: date, number: int, unit: str) -> tuple[date, list[Skipped], bool]:
    if unit == "working_days":
        return calendar.count(event, number, step=-1)
    if unit == "days":
        return event - timedelta(days=number), [], False
    return months_on(event, -number * (12 if unit == "years" else 1))[0], [], False


def months_on(day: date, months: int) -> tuple[date, bool]:
    """Return the corresponding day, or the month's last where there is none, and which of the two it is."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    length = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, length)), day.day <= length


def _end_of(day: date, end_of_day: str, zone: ZoneInfo) -> datetime:
    if end_of_day == "24:00":
        return start_of_day(day + _DAY, zone)
    return datetime.combine(day, time.fromisoformat(end_of_day), zone).astimezone(UTC)
