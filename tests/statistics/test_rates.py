"""Shares are shown with what they were made of, cut as the rules say; periods are compared with the period before."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from casework.statistics.periods import Period, months_until
from casework.statistics.views import Rate

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("part", "whole", "truncated", "rounded"), [(225, 238, 94, 95), (26, 28, 92, 93), (1, 200, 0, 1), (7, 7, 100, 100)]
)
def test_percentages_are_truncated_or_rounded_as_the_rules_say(
    part: int, whole: int, truncated: int, rounded: int
) -> None:
    assert Rate(part, whole).percent() == truncated
    assert Rate(part, whole).percent("rounded") == rounded


def test_a_share_of_nothing_is_no_share() -> None:
    assert Rate(0, 0).percent() is None
    assert Rate(0, 3).percent() == 0


def test_a_month_is_compared_with_the_month_before_however_long() -> None:
    assert Period.month(2026, 3, ZONE).previous == Period.month(2026, 2, ZONE)
    assert Period.month(2026, 1, ZONE).previous == Period.month(2025, 12, ZONE)


def test_days_are_compared_with_as_many_days_before() -> None:
    week = Period(date(2026, 6, 8), date(2026, 6, 15), ZONE)
    assert week.previous == Period(date(2026, 6, 1), date(2026, 6, 8), ZONE)


def test_a_period_begins_and_ends_at_local_midnight() -> None:
    june = Period.month(2026, 6, ZONE)
    assert (june.since.isoformat(), june.before.isoformat()) == (
        "2026-06-01T00:00:00+08:00",
        "2026-07-01T00:00:00+08:00",
    )


def test_the_last_months_begin_before_the_end() -> None:
    assert months_until(date(2026, 3, 1), 3) == [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]
