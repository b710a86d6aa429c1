"""Moving dates, times and durations by durations, and what lies between two of them."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from casework.feel.spans import add_months
from casework.feel.values import ZULU, Floating, Scope, clock_offset, kind_of, local


def midnight(moment: date) -> datetime:
    """Return the moment; of a date its midnight in UTC, as the standard says."""
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time(0), ZULU)


def between(scope: Scope, left: datetime, right: datetime) -> timedelta | None:
    """Return the time from the right moment to the left; null when only one of them says where it is meant."""
    if isinstance(left.tzinfo, Floating) != isinstance(right.tzinfo, Floating):
        scope.null(
            "只有一个时刻写了时区，请两个都写或都不写", "only one of the moments has a zone: write one for both or none"
        )
        return None
    try:
        return left.astimezone(UTC) - right.astimezone(UTC)
    except OverflowError:
        scope.null("日期超出范围", "the date is out of range")
        return None


def since_midnight(value: time) -> timedelta:
    """Return how long after midnight in UTC, or of its own place, a time of day is."""
    span = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond)
    return span - (clock_offset(value) or timedelta(0))


def shift(scope: Scope, moment: Any, span: Any, sign: int) -> Any:
    """Move a date, instant, time or duration by a duration."""
    kinds = type(moment), type(span)
    try:
        match kinds[0].__name__, kinds[1].__name__:
            case "timedelta", "timedelta":
                return moment + sign * span
            case "datetime", "timedelta":
                return (moment.astimezone(UTC) + sign * span).astimezone(moment.tzinfo)
            case "date", "timedelta":
                return moment + timedelta(days=(sign * span) // timedelta(days=1))
            case "time", "timedelta":
                return (datetime.combine(date(2000, 1, 2), moment) + (sign * span) % timedelta(days=1)).timetz()
            case "date", "YearsMonths":
                return add_months(moment, sign * span.months)
            case "datetime", "YearsMonths":
                return add_months(local(scope, moment), sign * span.months)
    except (OverflowError, ValueError):
        return scope.null("日期超出范围", "the date is out of range")
    return meaningless(scope, "+" if sign > 0 else "-", moment, span)


def meaningless(scope: Scope, operator: str, left: Any, right: Any) -> Any:
    """Note that an operator has no meaning for two kinds."""
    kinds = kind_of(left), kind_of(right)
    return scope.null(f"{kinds[0]} {operator} {kinds[1]} 没有意义", f"{kinds[0]} {operator} {kinds[1]} has no meaning")
