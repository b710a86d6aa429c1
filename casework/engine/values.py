"""The values of process data: how they come in, how the state keeps them, and when two of them are the same."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from casework.errors import Invalid
from casework.feel import Range, Wide, YearsMonths, anchored

DEEPEST: Final = 60
MARK: Final = "~"  # begins a text that stands for something else; a text that begins with it is kept as "~~…"


def enter(value: Any, depth: int = 0) -> Any:
    """Return a caller's value as the engine holds it: a copy, numbers as Decimal; Invalid for what FEEL can't name."""
    if value is None or isinstance(value, (bool, str, YearsMonths)):
        return value
    if isinstance(value, (int, float, Decimal)):
        return _number(value)
    if isinstance(value, (date, time, timedelta)):
        return _moment(value)
    if isinstance(value, Wide):
        return _moment(_narrowed(value))
    if depth >= DEEPEST:
        raise _invalid("嵌套过深的数据", "data nested too deep")
    if isinstance(value, Range):
        return Range(
            enter(value.start, depth + 1), enter(value.end, depth + 1), value.start_included, value.end_included
        )
    if isinstance(value, Mapping):
        return {_name(key): enter(entry, depth + 1) for key, entry in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        return [enter(entry, depth + 1) for entry in value]
    raise _invalid(f"{type(value).__name__} 类型的值", f"a value of type {type(value).__name__}")


def _moment(value: Any) -> Any:
    """Return a moment in a plain zone, however an expression named it; Invalid for an instant without one."""
    if isinstance(value, (datetime, time)):
        value = anchored(value)
    if not isinstance(value, datetime):
        return value
    if value.tzinfo is None:
        raise _invalid("没有时区的时间", "an instant without a zone")
    return value if isinstance(value.tzinfo, ZoneInfo) or value.utcoffset() else value.replace(tzinfo=UTC, fold=0)


def _narrowed(value: Wide) -> date | time:
    """Return a moment down to the microsecond; Invalid for a year that no calendar of ours has."""
    found = value.narrowed()
    if found is None:
        raise _invalid("1 年至 9999 年以外的日期", "a date beyond the years 1 to 9999")
    return found


def same(one: Any, other: Any) -> bool:
    """Tell whether two values are equal and of one kind: true is not 1."""
    return one is other or (type(one) is type(other) and bool(one == other))


def pack(value: Any) -> Any:
    """Return the value as plain JSON that `unpack` reads back exactly."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return MARK + value if value.startswith(MARK) else value
    if isinstance(value, dict):
        packed = {key: pack(entry) for key, entry in value.items()}
        return {MARK: [[key, entry] for key, entry in packed.items()]} if MARK in packed else packed
    if isinstance(value, list):
        return [pack(entry) for entry in value]
    if isinstance(value, Range):
        ends = [pack(value.start), pack(value.end), value.start_included, value.end_included]
        return {MARK: ends, "range": True}
    return MARK + _written(value)


def unpack(value: Any) -> Any:
    """Return what `pack` was given."""
    if isinstance(value, str):
        return _read(value) if value.startswith(MARK) else value
    if isinstance(value, list):
        return [unpack(entry) for entry in value]
    if isinstance(value, dict):
        if MARK not in value:
            return {key: unpack(entry) for key, entry in value.items()}
        if "range" in value:
            start, end, start_included, end_included = value[MARK]
            return Range(unpack(start), unpack(end), start_included, end_included)
        return {key: unpack(entry) for key, entry in value[MARK]}
    return value


def _written(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"n{value}"
    if isinstance(value, datetime):
        zone = value.tzinfo
        key = zone.key if isinstance(zone, ZoneInfo) else ""
        written = value.isoformat() if zone is not UTC else value.replace(tzinfo=None).isoformat() + "Z"
        return f"i{written}@{key}" if key else f"i{written}"
    if isinstance(value, date):
        return f"d{value.isoformat()}"
    if isinstance(value, time):
        return f"t{value.isoformat()}"
    if isinstance(value, timedelta):
        return f"u{value.days},{value.seconds},{value.microseconds}"
    if isinstance(value, YearsMonths):
        return f"m{value.months}"
    raise _invalid(f"{type(value).__name__} 类型的值", f"a value of type {type(value).__name__}")


def _read(text: str) -> Any:
    kind, rest = text[1], text[2:]
    if kind == MARK:
        return text[1:]
    if kind == "n":
        return Decimal(rest)
    if kind == "i":
        written, _, key = rest.partition("@")
        instant = datetime.fromisoformat(written)
        if written.endswith("Z"):
            return instant.replace(tzinfo=UTC)
        return instant.astimezone(ZoneInfo(key)) if key else instant
    if kind == "d":
        return date.fromisoformat(rest)
    if kind == "t":
        return time.fromisoformat(rest)
    if kind == "u":
        return timedelta(*(int(part) for part in rest.split(",")))
    return YearsMonths(int(rest))


def _number(value: float | Decimal) -> Decimal:
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        raise _invalid("不是数的数值", "a number that is no number")
    return number


def _name(key: Any) -> str:
    if not isinstance(key, str):
        raise _invalid("不是文字的名称", "a name that is no text")
    return key


def _invalid(zh: str, en: str) -> Invalid:
    return Invalid(f"流程数据不能保存{zh}。", f"Process data can't hold {en}.")
