"""What the statistics give to a door: plain values, every share with its numerator and denominator."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from casework.cases.views import Texts

_HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with what it was made of."""

    part: int = 0
    whole: int = 0

    def percent(self, display: str = "truncated") -> int | None:
        """Return whole percent, truncated or rounded half up as the rules say; None where nothing was counted."""
        if self.whole == 0:
            return None
        if display == "rounded":
            return (2 * _HUNDRED * self.part + self.whole) // (2 * self.whole)
        return _HUNDRED * self.part // self.whole


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a period beside the period before; `history` is the same month by month, oldest first.

    `key`: received, received_intakes, closed, in_time, satisfied, satisfied_intakes, once, once_intakes, on_spot.
    """

    key: str
    title: Texts
    definition: Texts
    count: int | None = None
    rate: Rate | None = None
    before_count: int | None = None
    before_rate: Rate | None = None
    history: Sequence[float] = ()


@dataclass(frozen=True, slots=True)
class StatisticsRow:
    """One area or unit in a period."""

    id: int
    name: Texts
    received: int
    before: int
    closed: int
    once: Rate
    in_time: Rate
    satisfied: Rate


@dataclass(frozen=True, slots=True)
class Month:
    """One month: what came in and what was closed."""

    first: date
    received: int
    closed: int


@dataclass(frozen=True, slots=True)
class StatisticsView:
    """A period of an area, as one person may see it; `display` says how percentages are cut."""

    area: Texts
    since: datetime
    before: datetime
    display: str
    figures: Sequence[Figure]
    rows: Sequence[StatisticsRow]
    months: Sequence[Month]
    categories: Sequence[tuple[str, int]]

    def figure(self, key: str) -> Figure:
        """Return the figure with this key; KeyError when there is none."""
        for figure in self.figures:
            if figure.key == key:
                return figure
        raise KeyError(key)
