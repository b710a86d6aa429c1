"""What the statistics give to a door: plain values, every share with its numerator and denominator."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

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

    `key` names it; `unit` is what a count counts. Figures that stand for a moment have no period before.
    """

    key: str
    title: Texts
    definition: Texts
    count: int | None = None
    rate: Rate | None = None
    before_count: int | None = None
    before_rate: Rate | None = None
    history: Sequence[float] = ()
    unit: Texts = ("件", " ")


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


@dataclass(frozen=True, slots=True)
class Term:
    """A committee in office: when its term ends, how many of its members belong to the party, and what is aimed at."""

    group: int | None
    estate_id: int
    estate: Texts
    term_ends: date
    party: Rate
    target: Fraction
    election_no: str | None

    @property
    def met(self) -> bool:
        """Whether the share reaches the target; always where there is none, never where nobody sits."""
        return not self.target or (self.party.whole > 0 and Fraction(self.party.part, self.party.whole) >= self.target)


@dataclass(frozen=True, slots=True)
class Covered:
    """How many estates there are in a group, how many may have a committee, and how many have one or are acted for."""

    estates: int = 0
    filed: Rate = Rate()
    acted_for: Rate = Rate()


@dataclass(frozen=True, slots=True)
class Running:
    """How many elections are under way in a group, and how many of them are late."""

    open: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class ElectionsRow:
    """One area: who has a committee, whose term ends, what runs. `met`: committees that reach their target."""

    id: int
    name: Texts
    estates: int
    filed: Rate
    acted_for: Rate
    bodies: Rate | None
    party: Rate
    met: Rate
    ending: int
    open: int
    late: int


@dataclass(frozen=True, slots=True)
class ElectionsView:
    """How committees and elections stand at a moment below an area, as one person may see it.

    `by` says what the rows are. `terms` are all committees in office, whose term ends first at the top; `until` is the
    last of the twelve months in which terms are told to end. `attempts`: (attempt, elections that came to it).
    """

    area: Texts
    at: datetime
    until: date
    by: str
    figures: Sequence[Figure]
    rows: Sequence[ElectionsRow]
    attempts: Sequence[tuple[int, int]]
    terms: Sequence[Term]

    @property
    def ending(self) -> Sequence[Term]:
        """The terms that end by `until`, with those that are over already."""
        return [one for one in self.terms if one.term_ends <= self.until]

    @property
    def below(self) -> Sequence[Term]:
        """The committees whose share of party members is under their target."""
        return [one for one in self.terms if not one.met]
