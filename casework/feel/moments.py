"""The functions of the language on dates, times and durations."""

from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

from casework.feel.functions import builtin
from casework.feel.operators import equal
from casework.feel.spans import read_date, read_duration, read_instant, read_time
from casework.feel.values import ZULU, Floating, Scope, YearsMonths, clock_offset, floating, local, whole
from casework.feel.wide import WIDE, WideDate, WideInstant, WideTime, clock_of, combined, day_of, days_of_month, in_zone

Moment = date | WideDate | WideInstant  # of Python's own, an instant is a date too
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def literal(scope: Scope, text: str) -> Any:
    """Return the date, time, instant or duration that a text writes; null when it writes none."""
    for value in (
        read_date(text),
        read_instant(text, floating(scope.zone)),
        read_time(text),
        duration(scope, text) if "P" in text[:2] else None,
    ):
        if value is not None:
            return value
    return scope.null(f"不是日期、时间或时长：{text}", f"no date, time or duration: {text}")


def _no(scope: Scope, kind: str, text: Any) -> Any:
    return scope.null(f"不能转换为 {kind}：{text}", f"this can't be read as a {kind}: {text}")


@builtin("now()")
def now(scope: Scope) -> datetime:
    return scope.now.astimezone(scope.zone)


@builtin("today()")
def today(scope: Scope) -> date:
    return scope.now.astimezone(scope.zone).date()


@builtin("date(from: any)")
def date_from(scope: Scope, value: Any) -> date | WideDate | None:
    if isinstance(value, (date, WideDate, WideInstant)):
        return _day(scope, value)
    found = read_date(value) if isinstance(value, str) else None
    return found or _no(scope, "date", value)


@builtin("date(year: number, month: number, day: number)")
def date_of(scope: Scope, year: Decimal, month: Decimal, day: Decimal) -> Any:
    parts = [int(part) for part in map(whole, (year, month, day)) if part is not None]
    try:
        return day_of(*parts) if len(parts) == 3 else _no(scope, "date", (year, month, day))
    except ValueError:
        return _no(scope, "date", (year, month, day))


@builtin("time(from: any)")
def time_from(scope: Scope, value: Any) -> time | WideTime | None:
    if isinstance(value, (datetime, WideInstant)):
        hours = value.clock if isinstance(value, WideInstant) else local(scope, value).timetz()
        return in_zone(hours, None) if isinstance(hours.tzinfo, Floating) else hours
    if isinstance(value, (date, WideDate)):
        return time(0, tzinfo=ZULU)
    if isinstance(value, (time, WideTime)):
        return value
    return (read_time(value) if isinstance(value, str) else None) or _no(scope, "time", value)


@builtin("time(hour: number, minute: number, second: number, offset: duration?)")
def time_of(scope: Scope, hour: Decimal, minute: Decimal, second: Decimal, offset: Any) -> Any:
    hours, minutes = whole(hour), whole(minute)
    if (
        hours is None
        or minutes is None
        or not 0 <= second < 60
        or (offset is not None and type(offset) is not timedelta)
    ):
        return _no(scope, "time", (hour, minute, second))
    try:
        zone = None if offset is None else timezone(offset) if offset else ZULU
        micro, nano = divmod(int(second % 1 * 10**9), 1000)
        return clock_of(time(hours, minutes, int(second), micro, zone), nano)
    except ValueError:
        return _no(scope, "time", (hour, minute, second))


@builtin("date and time(from: any)")
def instant_from(scope: Scope, value: Any) -> Any:
    if isinstance(value, (datetime, WideInstant)):
        return value
    zone = floating(scope.zone)
    if isinstance(value, (date, WideDate)):
        return combined(value, time(0), zone)
    if isinstance(value, str):
        day = read_date(value)
        found = combined(day, time(0), zone) if day else read_instant(value, zone)
        return found or _no(scope, "date and time", value)
    return _no(scope, "date and time", value)


@builtin("date and time(date: moment, time: time)")
def instant_of(scope: Scope, day: Moment, hours: time | WideTime) -> datetime | WideInstant:
    return combined(_day(scope, day), hours, hours.tzinfo or floating(scope.zone))


@builtin("duration(from: any)")
def duration(scope: Scope, value: Any) -> Any:
    if isinstance(value, (timedelta, YearsMonths)):
        return value
    found = read_duration(value) if isinstance(value, str) else None
    if found is None or (found.months.months and found.span):
        return _no(scope, "duration", value)
    counts_months = not found.span and any(letter in value.partition("T")[0] for letter in "YM") and "D" not in value
    return found.months if counts_months or found.months.months else found.span


@builtin("years and months duration(from: moment, to: moment)")
def months_between(scope: Scope, start: Moment, end: Moment) -> YearsMonths:
    first, last = _day(scope, start), _day(scope, end)
    months = (last.year - first.year) * 12 + last.month - first.month
    if months > 0 and last.day < first.day:
        months -= 1
    if months < 0 and last.day > first.day:
        months += 1
    return YearsMonths(months)


@builtin("day of year(date: moment)")
def day_of_year(scope: Scope, day: Moment) -> Decimal:
    return Decimal(_near(scope, day).timetuple().tm_yday)


@builtin("day of week(date: moment)")
def day_of_week(scope: Scope, day: Moment) -> str:
    return _DAYS[_near(scope, day).weekday()]


@builtin("month of year(date: moment)")
def month_of_year(scope: Scope, day: Moment) -> str:
    return _MONTHS[_near(scope, day).month - 1]


@builtin("week of year(date: moment)")
def week_of_year(scope: Scope, day: Moment) -> Decimal:
    return Decimal(_near(scope, day).isocalendar().week)


@builtin("last day of month(date: moment)")
def last_day_of_month(scope: Scope, day: Moment) -> date | WideDate:
    found = _day(scope, day)
    return day_of(found.year, found.month, days_of_month(found))


def _day(scope: Scope, day: Moment) -> date | WideDate:
    if isinstance(day, WideInstant):
        return day.day
    return local(scope, day).date() if isinstance(day, datetime) else day


def _near(scope: Scope, day: Moment) -> date:
    """Return a day of Python's at the same place in its year and week."""
    found = _day(scope, day)
    return found.near() if isinstance(found, WideDate) else found


@builtin("is(value1: any, value2: any)")
def same(scope: Scope, one: Any, other: Any) -> bool:
    if type(one) is not type(other):
        return False
    if type(one) in WIDE:
        return bool(one == other)
    if isinstance(one, time) and clock_offset(one) != clock_offset(other):
        return False
    if isinstance(one, datetime):
        floats = {isinstance(value.tzinfo, Floating) for value in (one, other)}
        if len(floats) > 1 or one.utcoffset() != other.utcoffset():
            return False
    return equal(scope, one, other) is True


def property_of(scope: Scope, value: Any, key: str) -> Any:
    """Return a part of a date, time or duration; null with a reason when it has no such part."""
    if isinstance(value, datetime):
        value = local(scope, value)
    if isinstance(value, WideInstant) and key != "time offset":
        value = value.day if key in ("year", "month", "day", "weekday") else value.clock
    found = _part(value, key)
    if found is None and key not in ("time offset", "timezone"):
        return scope.null(f"没有 {key}", f"it has no {key}")
    return Decimal(found) if isinstance(found, int) else found


def _part(value: Any, key: str) -> Any:
    match key:
        case "year" | "month" | "day" if isinstance(value, (date, WideDate)):
            return getattr(value, key)  # a closed set of keys
        case "weekday" if isinstance(value, (date, WideDate)):
            return value.isoweekday()
        case "hour" | "minute" | "second" if isinstance(value, (datetime, time, WideTime)):
            return _clock_part(value, key)
        case "time offset" | "timezone" if isinstance(getattr(value, "tzinfo", None), Floating):
            return None
        case "time offset" if isinstance(value, (time, WideTime)):
            return clock_offset(value)
        case "time offset" if isinstance(value, (datetime, WideInstant)):
            return value.utcoffset()
        case "timezone" if isinstance(value, (datetime, time, WideTime)):
            return getattr(value.tzinfo, "key", None)
        case "years" | "months" if isinstance(value, YearsMonths):
            years, months = divmod(abs(value.months), 12)
            return (years if key == "years" else months) * (-1 if value.months < 0 else 1)
    return _span_part(value, key) if isinstance(value, timedelta) else None


def _clock_part(value: datetime | time | WideTime, key: str) -> int | Decimal:
    plain, nano = (value.plain, value.nanoseconds) if isinstance(value, WideTime) else (value, 0)
    if key == "second":
        return Decimal(plain.second) + Decimal(plain.microsecond * 1000 + nano) / 10**9
    return plain.hour if key == "hour" else plain.minute


def _span_part(span: timedelta, key: str) -> Any:
    size = abs(span)
    parts: dict[str, Any] = {
        "days": size.days,
        "hours": size.seconds // 3600,
        "minutes": size.seconds // 60 % 60,
        "seconds": Decimal(size.seconds % 60) + Decimal(size.microseconds) / 1_000_000,
    }
    found = parts.get(key)
    return None if found is None else found * (-1 if span < timedelta(0) else 1)
