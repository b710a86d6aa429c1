from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.calendar import SHANDONG, WorkCalendar, due, earliest, last_day, working_days_before
from casework.calendar.tables import builtin, calendar_of

CALENDAR = calendar_of(*builtin(), version=1)
SECOND = timedelta(seconds=1)


def at(text: str) -> datetime:
    """An instant written in Shandong's time."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANDONG)


def local(moment: datetime) -> str:
    return moment.astimezone(SHANDONG).isoformat(" ")[:19]


def test_seventy_two_hours_are_kept_at_the_very_second_and_overdue_one_later() -> None:
    end = due(CALENDAR, at("2026-09-18 16:30:00"), 72, "hours", "elapsed", bound="more_than")
    assert end.instant == at("2026-09-21 16:30:00")
    assert end.fires_at == at("2026-09-21 16:30:01")
    assert end.on_time(at("2026-09-21 16:30:00"))
    assert end.on_time(at("2026-09-21 16:30:00.9"))
    assert not end.on_time(at("2026-09-21 16:30:01"))
    assert not end.provisional


def test_the_hotline_counts_the_make_up_sunday() -> None:
    end = due(CALENDAR, at("2026-09-18 16:30"), 5, "working_days", "working", bound="at_most")
    assert local(end.instant) == "2026-09-25 00:00:00"
    assert last_day(end.instant) == date(2026, 9, 24)
    assert end.fires_at == end.instant
    assert end.on_time(at("2026-09-24 23:59:59.999999"))
    assert not end.on_time(at("2026-09-25 00:00:00"))
    assert end.counted_out == ((date(2026, 9, 19), ("周末", "weekend")),)


def test_an_order_before_spring_festival_its_extension_and_its_yellow_card() -> None:
    end = due(CALENDAR, at("2026-02-13 10:00"), 5, "working_days")
    assert last_day(end.instant) == date(2026, 2, 27)
    assert [day.why[1] for day in end.counted_out if day.day == date(2026, 2, 17)] == ["Spring Festival"]
    longer = due(CALENDAR, last_day(end.instant), 10, "working_days")
    assert last_day(longer.instant) == date(2026, 3, 12)
    assert local(working_days_before(CALENDAR, end.instant, 1)) == "2026-02-26 00:00:00"
    assert end.on_time(at("2026-02-27 23:59"))
    assert not end.on_time(at("2026-02-28 00:00:01"))


def test_minutes_run_through_a_holiday_night() -> None:
    end = due(CALENDAR, at("2026-10-03 23:10"), 30, "minutes", "elapsed", bound="at_most")
    assert local(end.instant) == "2026-10-03 23:40:00"
    assert not end.on_time(at("2026-10-03 23:43"))


@pytest.mark.parametrize(
    ("start", "length", "unit", "roll", "last"),
    [
        ("2026-03-06", 60, "days", True, "2026-05-06"),
        ("2026-03-06", 90, "days", True, "2026-06-04"),
        ("2026-09-01", 30, "days", True, "2026-10-08"),
        ("2026-09-01", 30, "days", False, "2026-10-01"),
        ("2026-05-02", 6, "months", False, "2026-11-02"),
        ("2026-08-31", 6, "months", False, "2027-02-28"),
        ("2024-01-31", 1, "months", False, "2024-02-29"),
        ("2024-02-29", 1, "years", False, "2025-02-28"),
        ("2026-03-01", 0, "days", False, "2026-03-01"),
    ],
)
def test_calendar_periods(start: str, length: int, unit: str, roll: bool, last: str) -> None:
    end = due(CALENDAR, at(f"{start} 09:15"), length, unit, roll=roll)
    assert last_day(end.instant) == date.fromisoformat(last)
    assert local(end.instant).endswith("00:00:00")


def test_only_what_asked_an_unknown_year_is_provisional() -> None:
    assert due(CALENDAR, at("2026-12-28 10:00"), 5, "working_days").provisional
    assert due(CALENDAR, at("2026-12-20 10:00"), 30, "days", roll=True).provisional
    assert not due(CALENDAR, at("2026-12-20 10:00"), 30, "days").provisional
    assert not due(CALENDAR, at("2026-12-31 10:00"), 72, "hours").provisional


def test_counting_back_never_rolls_and_the_day_itself_is_in_time() -> None:
    notice = due(CALENDAR, at("2026-10-16 09:00"), 15, "days", bound="at_least", dir="before", roll=True)
    assert last_day(notice.instant) == date(2026, 10, 1)
    assert notice.on_time(at("2026-10-01 23:59:59"))
    gas = due(CALENDAR, at("2026-10-16 09:00"), 48, "hours", dir="before")
    assert local(gas.instant) == "2026-10-14 09:00:00"


def test_counting_back_from_midnight_starts_at_the_day_that_ended() -> None:
    contract_ends = at("2026-07-01 00:00")
    assert last_day(due(CALENDAR, contract_ends, 60, "days", dir="before").instant) == date(2026, 5, 1)
    assert last_day(due(CALENDAR, date(2026, 6, 30), 60, "days", dir="before").instant) == date(2026, 5, 1)


def test_the_earliest_assembly_after_a_notice() -> None:
    for posted, assembly in (("2026-03-01", "2026-03-16"), ("2026-03-02", "2026-03-17")):
        assert local(earliest(CALENDAR, at(f"{posted} 18:00"), 15, "days").instant) == f"{assembly} 00:00:00"


def test_a_rule_may_count_the_first_day_or_end_with_the_office() -> None:
    start = at("2026-09-18 10:00")
    assert last_day(due(CALENDAR, start, 5, "working_days", start_day_included=True).instant) == date(2026, 9, 23)
    assert last_day(due(CALENDAR, start, 10, "days", start_day_included=True).instant) == date(2026, 9, 27)
    assert last_day(due(CALENDAR, start, 1, "months", start_day_included=True).instant) == date(2026, 10, 17)
    assert last_day(due(CALENDAR, at("2026-01-31 10:00"), 1, "months", start_day_included=True).instant) == date(
        2026, 2, 28
    )
    assert local(due(CALENDAR, start, 1, "days", end_of_day="17:30").instant) == "2026-09-19 17:30:00"


def test_more_than_so_many_days_begins_after_their_last_second() -> None:
    end = due(CALENDAR, at("2026-09-18 10:00"), 3, "days", bound="more_than")
    assert end.fires_at == end.instant + SECOND


def test_a_zone_with_summer_time_counts_its_own_midnights_and_true_hours() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    start = datetime(2026, 3, 28, 12, tzinfo=berlin)
    assert due(CALENDAR, start, 24, "hours", zone=berlin).instant - start.astimezone(UTC) == timedelta(hours=24)
    assert due(CALENDAR, start, 1, "days", zone=berlin).instant == datetime(2026, 3, 29, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("length", "unit", "mode"),
    [(5, "weeks", None), (5, "days", "working"), (Fraction(1, 2), "days", None), (-1, "hours", None)],
)
def test_what_is_no_period_is_refused(length: int, unit: str, mode: str | None) -> None:
    with pytest.raises(ValueError, match=r"period|length"):
        due(CALENDAR, at("2026-09-18 10:00"), length, unit, mode)


def test_hours_run_from_an_instant_not_from_a_day() -> None:
    with pytest.raises(TypeError, match="instant"):
        due(CALENDAR, date(2026, 9, 18), 5, "hours")


@given(st.datetimes(datetime(2005, 1, 1), datetime(2026, 6, 1), timezones=st.just(UTC)), st.integers(0, 40))  # noqa: DTZ001
def test_a_longer_period_never_ends_sooner(start: datetime, n: int) -> None:
    for unit in ("minutes", "hours", "days", "working_days", "months"):
        first, second = (due(CALENDAR, start, length, unit, roll=True) for length in (n, n + 1))
        assert first.instant <= second.instant
        assert first.fires_at >= first.instant
        assert first.on_time(first.fires_at - timedelta(microseconds=1))


def test_the_empty_calendar_still_counts() -> None:
    assert due(WorkCalendar(), at("2026-09-18 10:00"), 5, "working_days").provisional
