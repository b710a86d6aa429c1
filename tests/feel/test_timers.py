"""Bare ISO 8601 texts of timers."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from casework.feel import Cycle, Duration, YearsMonths, parse_timer

ZONE = ZoneInfo("Asia/Shanghai")
HOUR = Duration(YearsMonths(0), timedelta(hours=1))
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)

CASES: list[tuple[str, Any]] = [
    ("PT1H", HOUR),
    (" P1DT2H ", Duration(YearsMonths(0), timedelta(hours=26))),
    ("P1Y2M3DT4H", Duration(YearsMonths(14), timedelta(days=3, hours=4))),
    ("P2W", Duration(YearsMonths(0), timedelta(weeks=2))),
    ("PT0.5S", Duration(YearsMonths(0), timedelta(milliseconds=500))),
    ("2026-01-01T12:00:00Z", NOON),
    ("2026-01-01T20:00:00+08:00", NOON),
    ("2026-01-01T20:00:00", NOON),
    ("2026-01-01T20:00:00.000000001", NOON),
    *((text, None) for text in ("10000-01-01", "10000-01-01T12:00:00Z", "R1/10000-01-01T12:00:00Z/PT1H")),
    ("2026-01-01", datetime(2025, 12, 31, 16, tzinfo=UTC)),
    ("R3/PT1H", Cycle(3, None, HOUR, None)),
    ("R/PT1H", Cycle(None, None, HOUR, None)),
    ("R3/2026-01-01T12:00:00Z/PT1H", Cycle(3, NOON, HOUR, None)),
    ("R/PT1H/2026-01-01T12:00:00Z", Cycle(None, None, HOUR, NOON)),
    *((text, None) for text in ("P", "PT", "P1", "1H", "PT1H2", "R3", "R3/", "R3/x", "", "2026-13-01", "25:00")),
    *((text, None) for text in ('clock("reply").due', "P1DT", "P99999999999D", "2026-01-01T25:00:00Z", "R1/PT1H/PT1H")),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_a_timer(text: str, expected: Any) -> None:
    """Each line of the table holds; what is none of these is left to the expressions."""
    assert parse_timer(text, ZONE) == expected


def test_an_instant_without_offset_needs_a_zone() -> None:
    """Nothing is guessed."""
    assert parse_timer("2026-01-01T20:00:00") is None
    assert parse_timer("2026-01-01T20:00:00Z") is not None


def test_months_are_counted_on_the_calendar_of_the_zone() -> None:
    """One month after the end of January, in China, keeps the hour and falls on the last day of February."""
    start = datetime(2026, 1, 30, 17, tzinfo=UTC)  # 31 January, 1:00 in China
    assert Duration(YearsMonths(1), timedelta(hours=1)).after(start, ZONE) == datetime(2026, 2, 27, 18, tzinfo=UTC)
