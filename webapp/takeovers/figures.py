"""Money, counts and shares as the pages of takeovers write them."""

from decimal import Decimal
from fractions import Fraction

GROUP, MINUS = "\u00a0", "\u2212"


def yuan(amount: Decimal) -> str:
    """Write 16 800.00, exact to the fen, with a real minus."""
    return f"{amount:,.2f}".replace(",", GROUP).replace("-", MINUS)


def plain(number: Decimal) -> str:
    """Write a count or a score without idle zeros: 19, 1 040.5, 86.67."""
    text = f"{number:,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace(",", GROUP).replace("-", MINUS)


def percent(share: Fraction) -> str:
    """Write a share in per cent with one place, cut: 66.6."""
    tenths = int(share * 1000)
    return f"{tenths // 10}.{tenths % 10}"
