"""The periods that are counted: local days, from an instant up to and without another."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DECEMBER = 12


@dataclass(frozen=True, slots=True)
class Period:
    """Local days from `first` up to and without `end`."""

    first: date
    end: date
    zone: ZoneInfo

    @classmethod
    def month(cls, year: int, month: int, zone: ZoneInfo) -> "Period":
        """Return a calendar month."""
        first = date(year, month, 1)
        return cls(first, next_month(first), zone)

    @property
    def since(self) -> datetime:
        """The instant at which the period begins."""
        return datetime.combine(self.first, time.min, self.zone)

    @property
    def before(self) -> datetime:
        """The instant before which the period ends."""
        return datetime.combine(self.end, time.min, self.zone)

    @property
    def is_month(self) -> bool:
        """Whether it is a calendar month."""
        return self.first.day == 1 and next_month(self.first) == self.end

    @property
    def previous(self) -> "Period":
        """The period before: the month before a month, otherwise as many days."""
        if self.is_month:
            return Period((self.first - timedelta(1)).replace(day=1), self.first, self.zone)
        return Period(self.first - (self.end - self.first), self.first, self.zone)


def next_month(first: date) -> date:
    """Return the first day of the month after that of `first`."""
    year, month = (first.year + 1, 1) if first.month == _DECEMBER else (first.year, first.month + 1)
    return date(year, month, 1)


def months_until(end: date, number: int) -> list[date]:
    """Return the first days of the last `number` months that begin before `end`, oldest first."""
    first = (end - timedelta(1)).replace(day=1)
    found = [first]
    while len(found) < number:
        first = (first - timedelta(1)).replace(day=1)
        found.append(first)
    return found[::-1]
