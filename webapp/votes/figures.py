"""Areas, fractions and receipts as pages write them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

GROUP = "\u00a0"
_FOUR = 4


def area_text(area: Decimal | str) -> str:
    """Write 16 800.00, exact to the hundredth; groups stand apart by a space that does not break."""
    return f"{Decimal(area):,.2f}".replace(",", GROUP)


def count_text(number: int) -> str:
    """Write 1 204."""
    return f"{number:,}".replace(",", GROUP)


def share_text(part: Decimal | str | int, whole: Decimal | str | int) -> str:
    """Write a share of a whole as the length of a bar, in per cent cut to one place: 66.6."""
    parts = Decimal(part) * 1000 // Decimal(whole) if Decimal(whole) else Decimal(0)
    return f"{parts / 10:.1f}"


def receipt_text(receipt: str) -> str:
    """Write a receipt in groups of four, as people read it aloud."""
    return " ".join(receipt[at : at + _FOUR] for at in range(0, len(receipt), _FOUR))


def ratio_of(limit: Mapping[str, Any]) -> str:
    """Write the position of a limit on a bar, in per cent."""
    numerator, denominator = (
        (limit["numerator"], limit["denominator"]) if "numerator" in limit else limit["ratio"].split("/")
    )
    return share_text(int(numerator), int(denominator))


def ranked(candidates: Sequence[Mapping[str, Any]], passing: Sequence[str]) -> list[Mapping[str, Any]]:
    """Return candidates as they are posted: who passes first, by heads, then by area, then as on the ballot."""
    return sorted(
        candidates, key=lambda one: (one["key"] not in passing, -(one["heads"] or 0), -Decimal(one["area"] or 0))
    )
