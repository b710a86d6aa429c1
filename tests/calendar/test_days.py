from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.calendar import WorkCalendar
from casework.calendar.tables import builtin, calendar_of

CALENDAR = calendar_of(*builtin(), version=1)
COVERED = st.dates(date(2004, 2, 1), date(2026, 11, 1))


@pytest.mark.parametrize(
    ("received", "n", "last"),
    [
        ("2026-02-13", 5, "2026-02-27"),
        ("2026-05-08", 5, "2026-05-14"),
        ("2026-09-24", 5, "2026-10-09"),
        ("2025-09-30", 5, "2025-10-14"),
        ("2026-02-14", 2, "2026-02-25"),
        ("2026-09-18", 5, "2026-09-24"),
        ("2026-02-27", 10, "2026-03-12"),
    ],
)
def test_golden_dates_of_working_days(received: str, n: int, last: str) -> None:
    assert CALENDAR.add_working_days(date.fromisoformat(received), n) == (date.fromisoformat(last), False)


def test_beyond_the_table_weekends_and_new_year_are_off_and_the_date_is_provisional() -> None:
    assert CALENDAR.add_working_days(date(2026, 12, 28), 5) == (date(2027, 1, 5), True)
    assert CALENDAR.add_working_days(date(2026, 12, 28), 3) == (date(2026, 12, 31), False)
    assert not CALENDAR.covers(date(2027, 1, 1))
    assert CALENDAR.rest(date(2027, 1, 1)) == ("元旦", "New Year's Day")


def test_an_empty_calendar_knows_weekends_and_says_that_everything_is_provisional() -> None:
    assert WorkCalendar().add_working_days(date(2026, 2, 13), 5) == (date(2026, 2, 20), True)


def test_the_make_up_days_and_holidays_of_2026() -> None:
    make_up = [
        date(2026, 1, 4),
        date(2026, 2, 14),
        date(2026, 2, 28),
        date(2026, 5, 9),
        date(2026, 9, 20),
        date(2026, 10, 10),
    ]
    spans = [((1, 1), 3), ((2, 15), 9), ((4, 4), 3), ((5, 1), 5), ((6, 19), 3), ((9, 25), 3), ((10, 1), 7)]
    off = {date(2026, *first) + timedelta(days=i) for first, length in spans for i in range(length)}
    year = [date(2026, 1, 1) + timedelta(days=i) for i in range(365)]
    assert [day for day in year if day.weekday() >= 5 and CALENDAR.is_workday(day)] == make_up
    assert {day for day in year if day in CALENDAR.days and CALENDAR.rest(day)} == off
    assert all(CALENDAR.is_workday(day) for day in year if day.weekday() < 5 and day not in off)


def test_every_year_from_2004_to_2026_is_covered() -> None:
    assert set(CALENDAR.years) == set(range(2004, 2027))
    assert {day.year for day in CALENDAR.days} == set(range(2004, 2027))


def test_counting_back_leaves_the_day_itself_out() -> None:
    assert CALENDAR.working_days_before(date(2026, 2, 27), 1) == (date(2026, 2, 26), False)
    assert CALENDAR.working_days_before(date(2026, 2, 24), 1) == (date(2026, 2, 14), False)


def test_a_rest_day_rolls_to_the_next_working_day() -> None:
    assert CALENDAR.roll(date(2026, 10, 1)) == (date(2026, 10, 8), False)
    assert CALENDAR.roll(date(2026, 10, 10)) == (date(2026, 10, 10), False)
    assert CALENDAR.roll(date(2026, 5, 5)) == (date(2026, 5, 6), False)
    assert CALENDAR.roll(date(2027, 1, 1)) == (date(2027, 1, 4), True)


def test_a_slip_of_the_pen_is_not_counted() -> None:
    for n in (-1, 1_000_000):
        with pytest.raises(ValueError, match="working days"):
            CALENDAR.add_working_days(date(2026, 1, 1), n)


@given(COVERED, st.integers(1, 20))
def test_counting_on_and_back_agree(day: date, n: int) -> None:
    last, _ = CALENDAR.add_working_days(day, n)
    assert CALENDAR.is_workday(last)
    between = [day + timedelta(days=i) for i in range(1, (last - day).days + 1)]
    assert sum(CALENDAR.is_workday(each) for each in between) == n
    if CALENDAR.is_workday(day):
        assert CALENDAR.working_days_before(last, n)[0] == day
