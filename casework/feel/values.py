"""The values of FEEL as Python holds them, and the scope in which an expression is evaluated."""

from collections import ChainMap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Context, Decimal, InvalidOperation
from decimal import Overflow as DecimalOverflow
from typing import Any, cast
from zoneinfo import ZoneInfo

from casework.feel.problems import WorkExceeded
from casework.feel.wide import WideDate, WideInstant, WideTime, plain_time

ARITHMETIC = Context(prec=34, Emin=-6143, Emax=6144, traps=[])
ZULU = timezone(
    timedelta(0), "Z"
)  # written in an expression: it keeps its offset; an instant of the data is shown locally


class Floating(ZoneInfo):
    """The zone of a moment written without one: it counts in the scope's zone, and is written without again."""


class Named(ZoneInfo):
    """A zone that an expression writes by its name; a moment in it is written with the name again."""


MOST_TEXT = 100_000
MOST_DEPTH = 60
MOST_REASONS = 50


@dataclass(frozen=True, slots=True, order=True)
class YearsMonths:
    """A duration in whole months; years are twelve of them."""

    months: int

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        text = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
        return f"{'-' if self.months < 0 else ''}P{text}"


@dataclass(frozen=True, slots=True)
class Range:
    """Values between two ends; an end that is None is open to that side."""

    start: Any
    end: Any
    start_included: bool = True
    end_included: bool = True


@dataclass(slots=True)
class Scope:
    """What one evaluation sees, where it writes why something became null, and how much work it may still do."""

    names: Mapping[str, Any]
    functions: Mapping[str, Callable[..., Any]]
    now: datetime
    zone: ZoneInfo
    reasons: list[str] = field(default_factory=list)
    budget: int = 500_000

    def null(self, zh: str, en: str) -> Any:
        """Note why the value is null; returning it is the caller's affair."""
        if len(self.reasons) < MOST_REASONS:
            self.reasons.append(f"{zh} / {en}")

    def under(self, names: Mapping[str, Any], run: "Callable[[Scope], Any]") -> Any:
        """Run with more names in sight, before those of the scope; the work is taken from the same budget."""
        inner = replace(self, names=ChainMap(cast(dict[str, Any], names), cast(dict[str, Any], self.names)))
        try:
            return run(inner)
        finally:
            self.budget = inner.budget

    def spend(self, work: int) -> None:
        """Take `work` off the budget; WorkExceeded when it is gone."""
        self.budget -= work
        if self.budget < 0:
            raise WorkExceeded


@dataclass(frozen=True, slots=True)
class Function:
    """A function made by an expression: called with a scope and positional values."""

    parameters: tuple[str, ...]
    body: Callable[[Scope, list[Any]], Any]
    kinds: tuple[Any, ...] = ()  # of its parameters, when they are told
    result: Any = None  # the kind of what it gives, when it is known
    counts: bool = True  # whether there has to be one value for each parameter

    def call(self, scope: Scope, values: list[Any]) -> Any:
        """Return what the body gives for `values`; null when their number does not fit."""
        if self.counts and len(values) != len(self.parameters):
            return scope.null("参数个数不符", "wrong number of arguments")
        scope.spend(10)
        if self.kinds:
            values = [kind.fit(scope, value) for kind, value in zip(self.kinds, values, strict=True)]
        return self.body(scope, values)


KINDS: Mapping[type, str] = {
    Decimal: "number",
    str: "string",
    bool: "boolean",
    type(None): "null",
    date: "date",
    WideDate: "date",
    time: "time",
    WideTime: "time",
    datetime: "date and time",
    WideInstant: "date and time",
    timedelta: "days and time duration",
    YearsMonths: "years and months duration",
    list: "list",
    dict: "context",
    Range: "range",
    Function: "function",
}
SCALARS = frozenset(KINDS) - {list, dict, Range, Decimal, datetime, timedelta}
FOREIGN = Decimal("NaN")


def read(value: Any) -> Any:
    """Return a Python value of the data as a FEEL value, one level deep; what FEEL has no word for is null."""
    kind = type(value)
    if kind in SCALARS or kind is list or kind is dict or kind is timedelta or kind is Range:
        return value
    if kind is Decimal:
        return value if value.is_finite() else None
    if kind is int:
        return Decimal(value)
    if kind is datetime:
        return value if value.tzinfo is not None else None
    return _read_relative(value)


def _read_relative(value: Any) -> Any:
    """Read instances of subclasses and of the wider families: tuples, mappings, floats, enumerations of texts."""
    if isinstance(value, float):
        number = Decimal(repr(float(value)))
        return number if number.is_finite() else None
    if isinstance(value, int):
        return Decimal(int(value))
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, Mapping):
        return {key: entry for key, entry in value.items() if isinstance(key, str)}
    if isinstance(value, (list, tuple, set, frozenset)):
        return list(value)
    if isinstance(value, datetime):
        return value if value.tzinfo is not None else None
    return None


def settle(scope: Scope, value: Any, depth: int = 0) -> Any:
    """Return `value` with everything inside read, so that no Python number leaves an evaluation unread."""
    value = read(value)
    kind = type(value)
    if kind is not list and kind is not dict:
        return value
    if depth > MOST_DEPTH:
        raise WorkExceeded
    scope.spend(1 + len(value))
    if kind is list:
        return [settle(scope, entry, depth + 1) for entry in value]
    return {key: settle(scope, entry, depth + 1) for key, entry in value.items()}


def kind_of(value: Any) -> str:
    """Return the FEEL name of the kind of a value."""
    return KINDS.get(type(value), "null")


def local(scope: Scope, value: datetime) -> datetime:
    """Return an instant as the clocks of the scope's zone show it, unless it was written with an offset of its own."""
    universal = value.tzinfo is UTC or (type(value.tzinfo) is ZoneInfo and value.tzinfo.key == "UTC")
    try:
        return value.astimezone(scope.zone) if universal else value
    except OverflowError:  # within hours of the end of all dates
        return value


def floating(zone: ZoneInfo) -> Floating:
    """Return the zone for moments that are written without one."""
    return Floating(zone.key)


def anchored(value: datetime | time) -> datetime | time:
    """Return a moment as data keeps it: in a plain zone, or with the offset of the zone an expression named."""
    zone = value.tzinfo
    if not isinstance(zone, (Floating, Named)):
        return value
    if isinstance(value, datetime):
        return value.replace(tzinfo=ZoneInfo(zone.key))
    offset = clock_offset(value)
    return value.replace(tzinfo=None if offset is None else timezone(offset))


def clock_offset(value: time | WideTime) -> timedelta | None:
    """Return how far a time of day is from UTC, for a named zone its standard offset; None when it has neither."""
    value = plain_time(value)
    zone = value.tzinfo
    if not isinstance(zone, ZoneInfo):
        return value.utcoffset()
    if type(zone) is not Named:
        return None
    new_year = datetime(2000, 1, 1, tzinfo=zone)
    return (new_year.utcoffset() or timedelta(0)) - (new_year.dst() or timedelta(0))


def finite(scope: Scope, number: Decimal) -> Any:
    """Return the number, or null with a reason when the arithmetic left the numbers."""
    if number.is_finite():
        return number
    return scope.null("算术结果不是数", "the arithmetic gives no number")


def whole(number: Decimal) -> int | None:
    """Return the number as an int when it is one, of a size that can be an index or a count."""
    if abs(number) > 10**9 or number != number.to_integral_value():
        return None
    return int(number)


def decimal_of(text: str) -> Decimal | None:
    """Return the number a plain text writes, rounded to 34 digits; None when it is none."""
    try:
        number = ARITHMETIC.create_decimal(text)
    except (InvalidOperation, DecimalOverflow, ValueError):
        return None
    return number if number.is_finite() else None
