"""What the supervisor's pages show. `casework.cases.queries` and `casework.statistics` fill these."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from casework.cases.views import StepView, Texts


@dataclass(frozen=True, slots=True)
class StepCount:
    """How many cases stand at one element of a diagram."""

    step: StepView
    open: int
    overdue: int
    median: timedelta | None = None
    oldest_no: str | None = None
    oldest: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why cases stand still, who could move them, and what can be pressed."""

    count: int
    title: Texts
    mark: str
    where: Texts
    who: Texts
    query: str = ""


@dataclass(frozen=True, slots=True)
class MapView:
    """One process, now: counts on its diagram."""

    process: str
    title: Texts
    version: str
    open: int
    overdue: int
    hottest: Texts | None
    steps: Sequence[StepCount] = ()
    reasons: Sequence[Reason] = ()
