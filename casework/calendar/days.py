"""Working days and rest days, as the yearly notices of the State Council set them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal, NamedTuple

Kind = Literal["holiday", "makeup"]
Texts = tuple[str, str]

WEEKEND: Texts = ("周末", "weekend")
NEW_YEAR: Texts = ("元旦", "New Year's Day")
#: More working days than a career has: a longer period is a slip of the pen.
LONGEST = 20_000
_DAY = timedelta(days=1)
_ENGLISH = {
    "元旦": "New Year's Day",
    "春节": "Spring Festival",
    "清明": "Tomb-sweeping Day",
    "劳动节": "Labour Day",
    "端午": "Dragon Boat Festival",
    "中秋": "Mid-Autumn Festival",
    "国庆节": "National Day",
    "抗日战争": "Anti-Fascist War Victory Day",
}


class SpecialDay(NamedTuple):
    """A day that differs from its weekday: a rest day ("holiday") or a make-up working day ("makeup")."""

    kind: Kind
    name: str

    @property
    def texts(self) -> Texts:
        """The name of the festival, Chinese and English."""
        found = [english for chinese, english in _ENGLISH.items() if chinese in self.name]
        return self.name, ", ".join(found) or self.name


class Skipped(NamedTuple):
    """A day that a period did not count, and why, in Chinese and English."""

    day: date
    why: Texts


@dataclass(frozen=True)
class WorkCalendar:
    """Which days are worked. Of a year it does not cover it assumes that weekends and 1 January are off."""

    days: Mapping[date, SpecialDay] = field(default_factory=dict)
    years: Collection[int] = frozenset()
    version: int = 0

    def covers(self, day: date) -> bool:
        """Tell whether the year of `day` is known, or only assumed."""
        return day.year in self.years

    def rest(self, day: date) -> Texts | None:
        """Return why `day` is a rest day; None when it is worked."""
        special = self.days.get(day)
        if special is not None:
            return special.texts if special.kind == "holiday" else None
        if not self.covers(day) and (day.month, day.day) == (1, 1):
            return NEW_YEAR
        return WEEKEND if day.weekday() >= 5 else None

    def is_workday(self, day: date) -> bool:
        """Tell whether `day` is worked, make-up days included."""
        return self.rest(day) is None

    def add_working_days(self, start_day: date, n: int) -> tuple[date, bool]:
        """Return the `n`-th working day after `start_day`, and whether it is provisional."""
        day, _, provisional = self.count(start_day, n)
        return day, provisional

    def working_days_before(self, day: date, n: int) -> tuple[date, bool]:
        """Return the `n`-th working day before `day`, and whether it is provisional."""
        found, _, provisional = self.count(day, n, step=-1)
        return found, provisional

    def roll(self, day: date) -> tuple[date, bool]:
        """Return `day`, or the next working day when it is a rest day, and whether that is provisional."""
        found, _, provisional = self.rolled(day)
        return found, provisional

    def count(self, day: date, n: int, *, step: Literal[1, -1] = 1) -> tuple[date, list[Skipped], bool]:
        """Walk `n` working days from `day`, itself left out: the day reached, the rest days passed, provisional."""
        if not 0 <= n <= LONGEST:
            message = f"a period has between 0 and {LONGEST} working days, not {n}"
            raise ValueError(message)
        passed: list[Skipped] = []
        provisional = False
        while n:
            day += step * _DAY
            provisional = provisional or not self.covers(day)
            why = self.rest(day)
            if why is None:
                n -= 1
            else:
                passed.append(Skipped(day, why))
        return day, passed, provisional

    def rolled(self, day: date) -> tuple[date, list[Skipped], bool]:
        """Move `day` to a working day if it is none: the day, the rest days passed, provisional."""
        passed: list[Skipped] = []
        provisional = not self.covers(day)
        while (why := self.rest(day)) is not None:
            passed.append(Skipped(day, why))
            day += _DAY
            provisional = provisional or not self.covers(day)
        return day, passed, provisional
