"""Figures as text and lines: rates cut to one place, signs that print, bars of a chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from casework.statistics.views import Month, Rate
from webapp.language import current_language
from webapp.moments import month_text

MINUS = "\u2212"
TOP, BOTTOM = 40, 190
_UNITS = tuple(step * 10**power for power in range(7) for step in (1, 2, 5))


def rate_text(rate: Rate | None) -> str:
    """Write 94.0: cut, never rounded up."""
    if rate is None or rate.whole == 0:
        return "–"
    tenths = 1000 * rate.part // rate.whole
    return f"{tenths // 10}.{tenths % 10}"


def change(now: int | None, before: int | None) -> str:
    """Write −18.0% against the period before."""
    if now is None or not before:
        return "–"
    tenths = 1000 * abs(now - before) // before
    sign = "+" if now > before else MINUS if now < before else ""
    return f"{sign}{tenths // 10}.{tenths % 10}%"


def points(now: Rate | None, before: Rate | None) -> str:
    """Write how many points a rate rose or fell."""
    if now is None or before is None or not now.whole or not before.whole:
        return ""
    tenths = 1000 * now.part // now.whole - 1000 * before.part // before.whole
    size = f"{abs(tenths) // 10}.{abs(tenths) % 10}"
    zh = current_language() == "zh"
    if tenths == 0:
        return "持平" if zh else "unchanged"
    if zh:
        return f"{'升' if tenths > 0 else '降'} {size} 点"
    return f"{'up' if tenths > 0 else 'down'} {size} points"


def sparkline(values: Sequence[float]) -> str:
    """Return the points of a small line in a 100 by 32 box."""
    low, high = min(values), max(values)
    reach = (high - low) or 1
    step = 100 / max(1, len(values) - 1)
    return " ".join(f"{index * step:.1f},{28 - 22 * (value - low) / reach:.1f}" for index, value in enumerate(values))


@dataclass(frozen=True, slots=True)
class Line:
    """A level of the chart."""

    y: int
    value: int


def chart(months: Sequence[Month]) -> dict[str, Any]:
    """Lay out two bars per month; the scale ends at a round number."""
    most = max([1, *(max(a, b) for one in months for a, b in [(one.received, one.closed)])])
    unit = next(
        size for size in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10**4, 10**5) if size * 3 >= most
    )
    scale = (BOTTOM - TOP) / (unit * 3)
    lines = [Line(round(BOTTOM - unit * step * scale), unit * step) for step in range(4)]
    width = 94 / max(1, len(months))
    bars = []
    for index, month in enumerate(months):
        x = 6 + index * width
        high1, high2 = round(month.received * scale), round(month.closed * scale)
        bars.append(
            {
                "label": month_text(month.first),
                "x": round(x, 2),
                "x2": round(x + width * 0.34, 2),
                "w": round(width * 0.32, 2),
                "mid": round(x + width * 0.33, 2),
                "y1": BOTTOM - high1,
                "h1": high1,
                "y2": BOTTOM - high2,
                "h2": high2,
            }
        )
    return {"lines": lines, "bars": bars}
