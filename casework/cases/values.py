"""Carrying FEEL values through JSON columns without losing what they are."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from casework.feel import Range, YearsMonths

_TAGS = {"$number", "$instant", "$date", "$time", "$span", "$months", "$range"}


def to_json(value: Any) -> Any:
    """Return `value` as plain JSON; numbers, moments, days and spans keep their kind under a tag."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else {"$number": str(value)}
    if isinstance(value, datetime):
        return {"$instant": value.astimezone(UTC).isoformat()}
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    if isinstance(value, time):
        return {"$time": value.isoformat()}
    if isinstance(value, timedelta):
        return {"$span": value.total_seconds()}
    if isinstance(value, YearsMonths):
        return {"$months": value.months}
    if isinstance(value, Range):
        ends = [to_json(value.start), to_json(value.end)]
        return {"$range": [*ends, value.start_included, value.end_included]}
    if isinstance(value, Mapping):
        return {str(key): to_json(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_json(entry) for entry in value]
    return value


def from_json(value: Any) -> Any:
    """Return the value that `to_json` wrote."""
    if isinstance(value, dict):
        if len(value) == 1 and (tag := next(iter(value))) in _TAGS:
            return _untagged(tag, value[tag])
        return {key: from_json(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [from_json(entry) for entry in value]
    return value


def _untagged(tag: str, raw: Any) -> Any:
    if tag == "$number":
        return Decimal(raw)
    if tag == "$instant":
        return datetime.fromisoformat(raw)
    if tag == "$date":
        return date.fromisoformat(raw)
    if tag == "$time":
        return time.fromisoformat(raw)
    if tag == "$months":
        return YearsMonths(raw)
    if tag == "$range":
        start, end, start_included, end_included = raw
        return Range(from_json(start), from_json(end), start_included, end_included)
    return timedelta(seconds=raw)


def day_of(value: Any, zone: ZoneInfo) -> date | None:
    """Return the local day of a date, a moment or its text; None for nothing."""
    if isinstance(value, str) and value:
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    if isinstance(value, datetime):
        return value.astimezone(zone).date()
    return value if isinstance(value, date) else None
