"""Dates, times and instants that Python's own can't hold: years beyond 1 to 9999, and parts of a microsecond.

A value is wide only where it has to be; all others stay of Python's own kinds.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime, time, timedelta, tzinfo
from typing import get_args

FARTHEST_YEAR = 999_999_999
DAY = 86_400 * 10**9  # in nanoseconds
_CYCLE = 400  # the years after which the calendar repeats itself
_DAYS_OF_CYCLE = 146_097


@dataclass(frozen=True, slots=True)
class WideDate:
    """A day of a year before 1 or after 9999."""

    year: int
    month: int
    day: int

    def near(self) -> date:
        """Return the day at the same place of the calendar's cycle around the year 2000."""
        return date(2000 + self.year % _CYCLE, self.month, self.day)

    def toordinal(self) -> int:
        """Return how many days the day lies behind the last one before the year 1, as `date` counts them."""
        near = self.near()
        return near.toordinal() + (self.year - near.year) // _CYCLE * _DAYS_OF_CYCLE

    def narrowed(self) -> None:
        """Return None: Python has no such day."""

    def isoweekday(self) -> int:
        """Return the day of the week, Monday being 1."""
        return self.near().isoweekday()

    def __str__(self) -> str:
        return f"{'-' if self.year < 0 else ''}{abs(self.year):04d}-{self.month:02d}-{self.day:02d}"


@dataclass(frozen=True, slots=True)
class WideTime:
    """A time of day, so many nanoseconds behind a whole microsecond."""

    plain: time
    nanoseconds: int

    @property
    def tzinfo(self) -> tzinfo | None:
        return self.plain.tzinfo

    def narrowed(self) -> time:
        """Return the time of day down to the microsecond."""
        return self.plain


@dataclass(frozen=True, slots=True)
class WideInstant:
    """An instant on a wide day, or at a wide time of day; the time of day has a zone."""

    day: date | WideDate
    clock: time | WideTime

    @property
    def tzinfo(self) -> tzinfo | None:
        return self.clock.tzinfo

    def utcoffset(self) -> timedelta | None:
        """Return how far the clocks of its zone are from UTC; in far years, as they are around the year 2000."""
        day = self.day.near() if isinstance(self.day, WideDate) else self.day
        return datetime.combine(day, plain_time(self.clock)).utcoffset()

    def narrowed(self) -> datetime | None:
        """Return the instant down to the microsecond; None in a year that Python hasn't."""
        return None if isinstance(self.day, WideDate) else datetime.combine(self.day, plain_time(self.clock))


Wide = WideDate | WideTime | WideInstant
WIDE = frozenset(get_args(Wide))


def day_of(year: int, month: int, day: int) -> date | WideDate:
    """Return a day of any year, 0 being the one before 1; ValueError when there is none."""
    if MINYEAR <= year <= MAXYEAR:
        return date(year, month, day)
    found = WideDate(year, month, day)
    if abs(year) > FARTHEST_YEAR:
        raise ValueError(str(found))
    found.near()  # raises where its month has no such day
    return found


def day_at(ordinal: int) -> date | WideDate:
    """Return the day that lies so many days behind the last one before the year 1; ValueError beyond all years."""
    if 1 <= ordinal <= date.max.toordinal():
        return date.fromordinal(ordinal)
    cycles, days = divmod(ordinal - 1, _DAYS_OF_CYCLE)
    near = date.fromordinal(days + 1)
    return day_of(near.year + cycles * _CYCLE, near.month, near.day)


def days_of_month(day: date | WideDate) -> int:
    """Return how many days the month of a day has."""
    return monthrange(_CYCLE + day.year % _CYCLE, day.month)[1]


def months_later(day: date | WideDate, months: int) -> date | WideDate:
    """Return the day so many months later, the last of its month where the day doesn't exist; ValueError beyond all."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = day_of(year, month + 1, 1)
    return day_of(year, month + 1, min(day.day, days_of_month(first)))


def clock_of(plain: time, nanoseconds: int) -> time | WideTime:
    """Return the time of day so many nanoseconds later, less than a microsecond."""
    return WideTime(plain, nanoseconds) if nanoseconds else plain


def clock_at(nanoseconds: int, zone: tzinfo | None) -> time | WideTime:
    """Return the time of day so many nanoseconds after midnight."""
    seconds, fraction = divmod(nanoseconds, 10**9)
    micro, nano = divmod(fraction, 1000)
    return clock_of(time(seconds // 3600, seconds // 60 % 60, seconds % 60, micro, zone), nano)


def plain_time(clock: time | WideTime) -> time:
    """Return the time of day down to the microsecond."""
    return clock.plain if isinstance(clock, WideTime) else clock


def in_zone(clock: time | WideTime, zone: tzinfo | None) -> time | WideTime:
    """Return the same time of day, meant in a zone."""
    return clock_of(plain_time(clock).replace(tzinfo=zone), clock.nanoseconds if isinstance(clock, WideTime) else 0)


def combined(day: date | WideDate, clock: time | WideTime, zone: tzinfo | None) -> datetime | WideInstant:
    """Return the instant of a day and a time of day, meant in `zone`."""
    clock = in_zone(clock, zone)
    if isinstance(day, WideDate) or isinstance(clock, WideTime):
        return WideInstant(day, clock)
    return datetime.combine(day, clock)
