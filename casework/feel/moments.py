"""The functions of the language on dates, times and durations."""

from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

from casework.feel.functions import builtin
from casework.feel.operators import equal
from casework.feel.spans import read_date, read_duration, read_instant, read_time
from casework.feel.values import ZULU, Floating, Scope, YearsMonths, clock_offset, floating, local, whole

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
def date_from(scope: Scope, value: Any) -> date | None:
    if isinstance(value, datetime):
        return local(scope, value).date()
    if isinstance(value, date):
        return value
    found = read_date(value) if isinstance(value, str) else None
    return found or _no(scope, "date", value)


@builtin("date(year: number, month: number, day: number)")
def date_of(scope: Scope, year: Decimal, month: Decimal, day: Decimal) -> Any:
    parts = whole(year), whole(month), whole(day)
    try:
        return date(*(part or 0 for part in parts))
    except (ValueError, OverflowError):
        return _no(scope, "date", parts)


@builtin("time(from: any)")
def time_from(scope: Scope, value: Any) -> time | None:
    if isinstance(value, datetime):
        hours = local(scope, value).timetz()
        return hours.replace(tzinfo=None) if isinstance(hours.tzinfo, Floating) else hours
    if isinstance(value, date):
        return time(0, tzinfo=ZULU)
    if isinstance(value, time):
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
        return time(hours, minutes, int(second), int(second % 1 * 1_000_000), zone)
    except ValueError:
        return _no(scope, "time", (hour, minute, second))


@builtin("date and time(from: any)")
def instant_from(scope: Scope, value: Any) -> Any:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time(0), floating(scope.zone))
    if isinstance(value, str):
        day = read_date(value)
        zone = floating(scope.zone)
        found = datetime.combine(day, time(0), zone) if day else read_instant(value, zone)
        return found or _no(scope, "date and time", value)
    return _no(scope, "date and time", value)


@builtin("date and time(date: moment, time: time)")
def instant_of(scope: Scope, day: date, hours: time) -> datetime:
    if isinstance(day, datetime):
        day = local(scope, day).date()
    return datetime.combine(day, hours.replace(tzinfo=hours.tzinfo or floating(scope.zone)))


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
def months_between(scope: Scope, start: date, end: date) -> YearsMonths:
    first, last = (local(scope, day).date() if isinstance(day, datetime) else day for day in (start, end))
    months = (last.year - first.year) * 12 + last.month - first.month
    if months > 0 and last.day < first.day:
        months -= 1
    if months < 0 and last.day > first.day:
        months += 1
    return YearsMonths(months)


@builtin("day of year(date: moment)")
def day_of_year(scope: Scope, day: date) -> Decimal:
    return Decimal(_day(scope, day).timetuple().tm_yday)


@builtin("day of week(date: moment)")
def day_of_week(scope: Scope, day: date) -> str:
    return _DAYS[_day(scope, day).weekday()]


@builtin("month of year(date: moment)")
def month_of_year(scope: Scope, day: date) -> str:
    return _MONTHS[_day(scope, day).month - 1]


@builtin("week of year(date: moment)")
def week_of_year(scope: Scope, day: date) -> Decimal:
    return Decimal(_day(scope, day).isocalendar().week)


@builtin("last day of month(date: moment)")
def last_day_of_month(scope: Scope, day: date) -> date:
    first = _day(scope, day).replace(day=1)
    return first.replace(day=31) if first.month == 12 else first.replace(month=first.month + 1) - timedelta(days=1)


def _day(scope: Scope, day: date) -> date:
    return local(scope, day).date() if isinstance(day, datetime) else day


@builtin("is(value1: any, value2: any)")
def same(scope: Scope, one: Any, other: Any) -> bool:
    if type(one) is not type(other):
        return False
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
    found = _part(value, key)
    if found is None and key not in ("time offset", "timezone"):
        return scope.null(f"没有 {key}", f"it has no {key}")
    return Decimal(found) if isinstance(found, int) else found


def _part(value: Any, key: str) -> Any:
    match key:
        case "year" | "month" | "day" if isinstance(value, date):
            return getattr(value, key)  # a closed set of keys
        case "weekday" if isinstance(value, date):
            return value.isoweekday()
        case "hour" | "minute" if isinstance(value, (datetime, time)):
            return value.hour if key == "hour" else value.minute
        case "second" if isinstance(value, (datetime, time)):
            return Decimal(value.second) + Decimal(value.microsecond) / 1_000_000
        case "time offset" | "timezone" if isinstance(value, (datetime, time)) and isinstance(value.tzinfo, Floating):
            return None
        case "time offset" if isinstance(value, time):
            return clock_offset(value)
        case "time offset" if isinstance(value, datetime):
            return value.utcoffset()
        case "timezone" if isinstance(value, (datetime, time)):
            return getattr(value.tzinfo, "key", None)
        case "years" | "months" if isinstance(value, YearsMonths):
            years, months = divmod(abs(value.months), 12)
            return (years if key == "years" else months) * (-1 if value.months < 0 else 1)
    return _span_part(value, key) if isinstance(value, timedelta) else None


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
