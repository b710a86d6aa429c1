"""A taken-over estate as its pages show it, in plain values. Money in yuan, areas in m², days local."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from casework.errors import Texts
from casework.takeovers.money import Line


@dataclass(frozen=True, slots=True)
class UnitView:
    """Who answered for an estate; `ended` is None while they do, `limit` is when they have to end by the rules."""

    name: Texts
    kind: Texts
    phone: str
    since: datetime
    ended: datetime | None
    limit: datetime | None


@dataclass(frozen=True, slots=True)
class ContractView:
    """A contract with its year's calculation; `filing_due` is when its filing is due, None where no rule says."""

    id: int
    unit: Texts
    from_on: date
    to_on: date
    posted_on: date
    signed_on: date
    area: Decimal
    fee: Decimal
    lines: Sequence[Line]
    left_out: Sequence[str]
    shortfall: Decimal
    filing_no: str | None
    filed_on: date | None
    filing_due: datetime | None
    filing_source: Texts
    entered_at: datetime | None
    stopped_at: datetime | None
    files: Sequence[int]

    def total(self, *kinds: str) -> Decimal:
        """Return the sum of the lines of these kinds, in yuan a year."""
        return sum((line.amount for line in self.lines if line.kind in kinds), Decimal("0.00"))


@dataclass(frozen=True, slots=True)
class WorkView:
    """A work: how many are planned and done, who pays and does it; `task` is the viewer's own to settle it, if any."""

    id: int
    kind: Texts
    title: Texts
    unit: Texts | None
    payer: Texts
    planned: Decimal
    done: Decimal
    in_metres: bool
    estimate: Decimal | None
    seasonal: bool
    state: str
    settled_at: datetime | None
    acceptance: Sequence[int]
    photos: Sequence[int]
    task: int | None


@dataclass(frozen=True, slots=True)
class RatingView:
    """What one rater gave a year."""

    rater: str
    name: Texts
    score: Decimal
    households: int | None


@dataclass(frozen=True, slots=True)
class SubsidyView:
    """The subsidy of a year with its parts (months, m², yuan per m² and month)."""

    state: str
    amount: Decimal
    parts: Sequence[tuple[int, Decimal, Decimal]]
    at: datetime


@dataclass(frozen=True, slots=True)
class YearView:
    """A year of service: fees, ratings, result and subsidy, as far as there are any."""

    id: int
    number: int
    unit: Texts
    from_on: date
    to_on: date
    due: Decimal | None
    collected: Decimal | None
    arrears: Decimal | None
    ratings: Sequence[RatingView]
    composite: Decimal | None
    failed: bool
    last: bool
    fails: int
    below_floor: bool
    subsidy: SubsidyView | None

    @property
    def fee_rate(self) -> Fraction | None:
        """The share of the fees that came in; None before the year was rated, or where nothing was due."""
        return None if not self.due or self.collected is None else Fraction(self.collected) / Fraction(self.due)


@dataclass(frozen=True, slots=True)
class EntryView:
    """One line of the owners' account."""

    kind: str
    item: str
    on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class PostingView:
    """A quarter of the owners' account as it was posted."""

    id: int
    unit: Texts
    from_on: date
    to_on: date
    income: Decimal
    cost: Decimal
    balance: Decimal
    posted_at: datetime
    until: datetime
    photos: Sequence[int]
    entries: Sequence[EntryView]


@dataclass(frozen=True, slots=True)
class FindingView:
    """What an inspection found missing or broken and nobody has put right yet."""

    number: int
    group: Texts
    item: str
    state: Texts
    grade: str | None
    graded: Texts
    duty: Texts
    keeper: str
    due: date | None
    late: bool
    stopped: bool


@dataclass(frozen=True, slots=True)
class InspectionView:
    """A handover inspection: between whom, when both sides signed, how long it was posted, what is still open."""

    id: int
    from_unit: Texts | None
    to_unit: Texts
    begun_at: datetime
    agreed_on: date | None
    posted_until: datetime | None
    items: int
    open: Sequence[FindingView]
