"""What a service costs and who pays for it: exact yuan, rounded half up to the fen once, where an amount is told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

FEN = Decimal("0.01")
MONTHS = 12


@dataclass(frozen=True)
class Line:
    """One line of a calculation: what it is, its rate in yuan per m² and month where it has one, yuan a year.

    `kind`: service costs; fee, revenue and subsidy pay for them.
    """

    kind: str
    item: str
    rate: Decimal | None
    amount: Decimal


@dataclass(frozen=True)
class Price:
    """A year of service, line by line: `cost` is what it takes, `paid` what comes in, `shortfall` what nobody pays."""

    area: Decimal
    lines: Sequence[Line]
    left_out: Sequence[str]
    """Uses of common parts that the owners have not allowed by a vote of their own."""

    def total(self, *kinds: str) -> Decimal:
        """Return the sum of the lines of these kinds, in yuan a year."""
        return sum((line.amount for line in self.lines if line.kind in kinds), Decimal("0.00"))

    @property
    def cost(self) -> Decimal:
        """What the service takes in a year."""
        return self.total("service")

    @property
    def paid(self) -> Decimal:
        """What owners, common parts and the subsidy bring in a year."""
        return self.total("fee", "revenue", "subsidy")

    @property
    def shortfall(self) -> Decimal:
        """What is missing in a year; nothing where more comes in than it takes."""
        return max(self.cost - self.paid, Decimal("0.00"))


def price(
    area: Decimal,
    services: Iterable[Mapping[str, Any]],
    fee: Decimal,
    revenue: Iterable[Mapping[str, Any]],
    subsidy: Decimal,
    allowed: Iterable[str],
) -> Price:
    """Calculate a year: `area` in m², `fee` and `subsidy` in yuan per m² and month.

    `services` are rows {item, rate} in the same unit; `revenue` rows {item, income, cost} in yuan a year. A use of
    common parts counts only where its item is `allowed`: it takes a three-quarters vote of its own (民法典 278), and
    what it brings after its costs belongs to the owners (民法典 282). Raises ValueError for anything below zero.
    """
    passed = frozenset(allowed)
    services, revenue = list(services), list(revenue)
    lines = [_by_area("service", str(row["item"]), area, Decimal(row["rate"])) for row in services]
    lines.append(_by_area("fee", "", area, fee))
    for row in revenue:
        if str(row["item"]) in passed:
            net = Decimal(row["income"]) - Decimal(row.get("cost") or 0)
            lines.append(Line("revenue", str(row["item"]), None, to_fen(net)))
    if subsidy:
        lines.append(_by_area("subsidy", "", area, subsidy))
    return Price(area, lines, [str(row["item"]) for row in revenue if str(row["item"]) not in passed])


def subsidy_of_year(parts: Iterable[tuple[int, Decimal, Decimal]]) -> Decimal:
    """Return the subsidy of a year in yuan: `parts` are (months, m², yuan per m² and month), rounded once at the end.

    An area that was corrected counts from its month on, so a year may have several parts. Raises ValueError for more
    than twelve months in all, or anything below zero.
    """
    total, months = Decimal(0), 0
    for length, area, rate in parts:
        if length < 0 or area < 0 or rate < 0:
            raise ValueError("months, area and rate are never below zero")
        total += length * area * rate
        months += length
    if months > MONTHS:
        raise ValueError(f"a year has twelve months, not {months}")
    return to_fen(total)


def to_fen(amount: Decimal) -> Decimal:
    """Round half up to the fen."""
    return amount.quantize(FEN, ROUND_HALF_UP)


def _by_area(kind: str, item: str, area: Decimal, rate: Decimal) -> Line:
    if area < 0 or rate < 0:
        raise ValueError("area and rate are never below zero")
    return Line(kind, item, rate, to_fen(area * rate * MONTHS))
