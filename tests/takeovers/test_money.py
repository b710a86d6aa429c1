"""Every amount is exact to the fen, and whatever nobody pays is shown."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.takeovers.money import price, subsidy_of_year, to_fen

AREA = Decimal("48532.17")
SERVICES = [
    {"item": "保洁", "rate": Decimal("0.25")},
    {"item": "秩序", "rate": Decimal("0.30")},
    {"item": "维护", "rate": Decimal("0.15")},
]
PARKING = {"item": "停车", "income": Decimal("96000.00"), "cost": Decimal("21000.00")}


@pytest.mark.parametrize(("rate", "amount"), [("0.30", "174715.81"), ("0.20", "116477.21"), ("0.10", "58238.60")])
def test_a_subsidy_steps_down_to_the_fen(rate: str, amount: str) -> None:
    assert subsidy_of_year([(12, AREA, Decimal(rate))]) == Decimal(amount)


def test_a_corrected_area_counts_from_its_month_and_the_year_is_rounded_once() -> None:
    parts = [(5, AREA, Decimal("0.30")), (7, Decimal("48000.33"), Decimal("0.30"))]
    assert (
        subsidy_of_year(parts)
        == to_fen(5 * AREA * Decimal("0.30") + 7 * Decimal("48000.33") * Decimal("0.30"))
        == Decimal("173598.95")
    )


@pytest.mark.parametrize(
    "parts", [[(13, AREA, Decimal(1))], [(-1, AREA, Decimal(1))], [(1, -AREA, Decimal(1))], [(7, AREA, Decimal(1))] * 2]
)
def test_a_year_that_can_not_be_is_refused(parts: list[tuple[int, Decimal, Decimal]]) -> None:
    with pytest.raises(ValueError, match=r"twelve|below"):
        subsidy_of_year(parts)


def test_a_use_of_common_parts_that_was_not_allowed_is_out_and_the_shortfall_is_shown() -> None:
    asked = price(AREA, SERVICES, Decimal("0.30"), [PARKING], Decimal("0.30"), ["停车"])
    refused = price(AREA, SERVICES, Decimal("0.30"), [PARKING], Decimal("0.30"), [])
    assert (asked.cost, asked.paid, asked.shortfall) == (Decimal("407670.23"), Decimal("424431.62"), Decimal("0.00"))
    assert (refused.paid, refused.shortfall, refused.left_out) == (Decimal("349431.62"), Decimal("58238.61"), ["停车"])
    assert refused.cost - refused.paid == refused.shortfall


@given(st.lists(st.decimals("0", "9.99", places=2), max_size=6), st.decimals("0", "999999.99", places=2))
def test_the_lines_always_add_up(rates: list[Decimal], area: Decimal) -> None:
    rows = [{"item": str(place), "rate": rate} for place, rate in enumerate(rates)]
    found = price(area, rows, Decimal("0.45"), [PARKING], Decimal(0), ["停车"])
    assert found.cost == sum((line.amount for line in found.lines if line.kind == "service"), Decimal(0))
    assert found.shortfall >= 0
    assert all(line.amount == to_fen(line.amount) for line in found.lines)
