"""Whether an estate may hold its first owners' assembly: any one of the conditions of the rules, counted exactly."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from casework.cases.clocks import Counting


def first_assembly(rules: Counting, now: datetime) -> Callable[..., dict[str, Any]]:
    """Return the function `conditions` of expressions: each condition of the first assembly, and whether one is met."""
    fits = rules.pinned.share_fits

    def conditions(
        total_area: Decimal | None,
        delivered_area: Decimal | None,
        total_heads: Decimal | None,
        delivered_heads: Decimal | None,
        first_delivery: date | None,
    ) -> dict[str, Any]:
        area = fits("election.first.area_ratio", delivered_area, total_area)
        heads = fits("election.first.heads_ratio", delivered_heads, total_heads)
        long_enough = isinstance(first_delivery, date) and _years_over(rules, first_delivery, now)
        years = long_enough and fits("election.first.years_heads_ratio", delivered_heads, total_heads)
        return {"area": area, "heads": heads, "years": years, "met": area or heads or years}

    return conditions


def _years_over(rules: Counting, first_delivery: date, now: datetime) -> bool:
    return rules.pinned.deadline("election.first.years", first_delivery, rules.calendar, rules.zone).instant <= now
