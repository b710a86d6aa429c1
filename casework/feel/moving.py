"""Moving dates, times and durations by durations, and what lies between two of them."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from casework.feel.values import Floating, Scope, YearsMonths, clock_offset, kind_of, local
from casework.feel.wide import (
    DAY,
    WideDate,
    WideInstant,
    WideTime,
    clock_at,
    combined,
    day_at,
    in_zone,
    months_later,
)

MOMENTS = (date, time, WideDate, WideTime, WideInstant)  # an instant of Python's is a date of Python's
_MICROSECOND = timedelta(microseconds=1)


def place(value: Any) -> int:
    """Return where in time a date, time of day or instant lies, wide or not, in nanoseconds.

    A time of day counts from midnight in UTC, or of its own place when it has no offset.
    """
    if isinstance(value, (datetime, WideInstant)):
        day, clock = _parts(value)
        return place(day) + place(in_zone(clock, None)) - _nanoseconds(value.utcoffset() or timedelta(0))
    if isinstance(value, (date, WideDate)):
        return value.toordinal() * DAY
    if isinstance(value, WideTime):
        return place(value.plain) + value.nanoseconds
    span = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond)
    return _nanoseconds(span - (clock_offset(value) or timedelta(0)))


def apart(scope: Scope, left: Any, right: Any) -> Any:
    """Return the time from the right moment to the left, wide or not; null when only one says where it is meant."""
    if _is_local(left) != _is_local(right):
        return _one_zone(scope)
    if isinstance(left, datetime) and isinstance(right, datetime):
        try:
            return left.astimezone(UTC) - right.astimezone(UTC)
        except OverflowError:
            pass  # in UTC, one of them lies in no year of Python's own
    micro, nano = divmod(place(left) - place(right), 1000)
    try:
        span = timedelta(microseconds=micro)
    except OverflowError:
        return _out_of_range(scope)
    return scope.null("时长的精度高于微秒", "the duration is finer than a microsecond") if nano else span


def _is_local(moment: Any) -> bool:
    """Say whether a moment is meant wherever it is read; the midnight of a date is in UTC."""
    if isinstance(moment, (time, WideTime)):
        return clock_offset(moment) is None
    return isinstance(getattr(moment, "tzinfo", None), Floating)


def shift(scope: Scope, moment: Any, span: Any, sign: int) -> Any:
    """Move a date, instant, time or duration by a duration."""
    try:
        if isinstance(span, YearsMonths):
            found = _months_later(scope, moment, sign * span.months)
        else:
            found = _moved(moment, sign * span) if isinstance(span, timedelta) else None
    except (OverflowError, ValueError):
        return _out_of_range(scope)
    return meaningless(scope, "+" if sign > 0 else "-", moment, span) if found is None else found


def _months_later(scope: Scope, moment: Any, months: int) -> Any:
    if isinstance(moment, (datetime, WideInstant)):
        moment = local(scope, moment) if isinstance(moment, datetime) else moment
        day, clock = _parts(moment)
        return combined(months_later(day, months), clock, moment.tzinfo)
    return months_later(moment, months) if isinstance(moment, (date, WideDate)) else None


def _moved(moment: Any, span: timedelta) -> Any:
    if isinstance(moment, timedelta):
        return moment + span
    if isinstance(moment, (datetime, WideInstant)):
        return _instant_later(moment, span)
    if isinstance(moment, (date, WideDate)):
        return day_at(moment.toordinal() + span // timedelta(days=1))
    if isinstance(moment, (time, WideTime)):
        return clock_at((place(in_zone(moment, None)) + _nanoseconds(span)) % DAY, moment.tzinfo)
    return None


def _instant_later(moment: datetime | WideInstant, span: timedelta) -> datetime | WideInstant:
    if isinstance(moment, datetime):
        try:
            return (moment.astimezone(UTC) + span).astimezone(moment.tzinfo)
        except OverflowError:
            pass  # it lies in no year of Python's own
    shown = _instant_at(place(moment) + _nanoseconds(span), moment)
    return _instant_at(place(moment) + _nanoseconds(span), shown)


def _instant_at(instant: int, shown_like: datetime | WideInstant) -> datetime | WideInstant:
    """Return the instant in the zone of another and with its offset."""
    days, clock = divmod(instant + _nanoseconds(shown_like.utcoffset() or timedelta(0)), DAY)
    return combined(day_at(days), clock_at(clock, None), shown_like.tzinfo)


def _parts(moment: datetime | WideInstant) -> tuple[date | WideDate, time | WideTime]:
    return (moment.day, moment.clock) if isinstance(moment, WideInstant) else (moment.date(), moment.time())


def _nanoseconds(span: timedelta) -> int:
    return span // _MICROSECOND * 1000


def _out_of_range(scope: Scope) -> Any:
    return scope.null("日期超出范围", "the date is out of range")


def _one_zone(scope: Scope) -> Any:
    return scope.null(
        "只有一个时刻写了时区，请两个都写或都不写", "only one of the moments has a zone: write one for both or none"
    )


def meaningless(scope: Scope, operator: str, left: Any, right: Any) -> Any:
    """Note that an operator has no meaning for two kinds."""
    kinds = kind_of(left), kind_of(right)
    return scope.null(f"{kinds[0]} {operator} {kinds[1]} 没有意义", f"{kinds[0]} {operator} {kinds[1]} has no meaning")
