"""Comparison and arithmetic: three-valued, exact, and null with a reason where the kinds don't go together."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from casework.feel.moving import MOMENTS, apart, meaningless, place, shift
from casework.feel.problems import WorkExceeded
from casework.feel.values import (
    ARITHMETIC,
    MOST_DEPTH,
    MOST_TEXT,
    Range,
    Scope,
    YearsMonths,
    clock_offset,
    finite,
    kind_of,
    read,
)
from casework.feel.wide import WIDE, WideTime

SIGNS: dict[str, Callable[[Any, Any], bool]] = {"=": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}
_ORDERED = (Decimal, str, date, datetime, timedelta, YearsMonths)
_MICROSECOND = timedelta(microseconds=1)


def equal(scope: Scope, left: Any, right: Any, depth: int = 0) -> Any:
    """Say whether two values are equal; null when they are of different kinds."""
    left, right = read(left), read(right)
    if left is None or right is None:
        return left is right
    kind = type(left)
    if kind is not type(right) or kind in WIDE:
        return _equal_wide(scope, left, right)
    if kind is list or kind is dict:
        return _equal_inside(scope, left, right, depth)
    if kind is time:
        return _equal_times(left, right)
    return bool(left == right)


def _equal_inside(scope: Scope, left: Any, right: Any, depth: int) -> bool | None:
    if depth > MOST_DEPTH:
        raise WorkExceeded
    scope.spend(1 + min(len(left), len(right)))
    if len(left) != len(right):
        return False
    if type(left) is list:
        pairs = list(zip(left, right, strict=True))
    elif left.keys() != right.keys():
        return False
    else:
        pairs = [(left[key], right[key]) for key in left]
    return all(equal(scope, one, other, depth + 1) is True for one, other in pairs)


def _equal_wide(scope: Scope, left: Any, right: Any) -> bool | None:
    if kind_of(left) == kind_of(right) == "time":
        return _equal_times(left, right)
    order = _compare_wide(scope, left, right)
    return None if order is None else order == 0


def _mixed(scope: Scope, left: Any, right: Any) -> Any:
    kinds = kind_of(left), kind_of(right)
    return scope.null(f"不能比较 {kinds[0]} 与 {kinds[1]}", f"{kinds[0]} and {kinds[1]} can't be compared")


def compare(scope: Scope, left: Any, right: Any) -> Any:
    """Return -1, 0 or 1 as the left value is less, equal or greater; null when they have no order."""
    kind = type(left)
    if kind is not type(right) or (kind not in _ORDERED and kind is not time):
        return _compare_wide(scope, left, right)
    if kind is time:
        return _compare_times(scope, left, right)
    return (left > right) - (left < right)


def _compare_wide(scope: Scope, left: Any, right: Any) -> Any:
    """Compare values of which one may be wide; null when they are of different kinds."""
    if kind_of(left) != kind_of(right) or not WIDE & {type(left), type(right)}:
        return _mixed(scope, left, right)
    if kind_of(left) == "time":
        return _compare_times(scope, left, right)
    return _compare_places(left, right)


def _compare_places(left: Any, right: Any) -> int:
    one, other = place(left), place(right)
    return (one > other) - (one < other)


def _compare_times(scope: Scope, left: time | WideTime, right: time | WideTime) -> Any:
    offsets = clock_offset(left), clock_offset(right)
    if (offsets[0] is None) != (offsets[1] is None):
        return scope.null("时间的时区不一致", "only one of the times has an offset")
    return _compare_places(left, right)


def _equal_times(left: time | WideTime, right: time | WideTime) -> bool:
    if (clock_offset(left) is None) != (clock_offset(right) is None):
        return False
    return place(left) == place(right)


def ordered(operator: str) -> Callable[[Scope, Any, Any], bool | None]:
    """Return the test for `<`, `<=`, `>` or `>=`."""
    wanted = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1)}[operator]
    direct = SIGNS[operator]

    def test(scope: Scope, left: Any, right: Any) -> bool | None:
        kind = type(left)
        if kind is type(right) and (kind is Decimal or kind is str):
            return direct(left, right)
        found = compare(scope, left, right)
        return None if found is None else found in wanted

    return test


def different(scope: Scope, left: Any, right: Any) -> bool | None:
    """Say whether two values differ; null when they are of different kinds."""
    same = equal(scope, left, right)
    return None if same is None else not same


def within(scope: Scope, value: Any, span: Range) -> bool | None:
    """Say whether a value lies in a range."""
    inside = True
    for end, sign, included in ((span.start, 1, span.start_included), (span.end, -1, span.end_included)):
        end = read(end)
        if end is None:
            continue
        order = compare(scope, value, end)
        if order is None:
            return None
        inside = inside and (order == sign or (included and order == 0))
    return inside


def belongs(scope: Scope, value: Any, test: Any) -> Any:
    """Say whether `value in test`: inside a range, among a list's values or ranges, or equal."""
    test = read(test)
    kind = type(test)
    if kind is Range and type(value) is not Range:
        return within(scope, value, test)
    if kind is not list:
        return equal(scope, value, test)
    scope.spend(len(test))
    if type(value) is list and equal(scope, value, test):
        return True
    for entry in test:
        entry = read(entry)
        found = within(scope, value, entry) if type(entry) is Range else equal(scope, value, entry)
        if found:
            return True
    return False


def add(scope: Scope, left: Any, right: Any) -> Any:
    """Return `left + right`."""
    kinds = type(left), type(right)
    if kinds == (Decimal, Decimal):
        return finite(scope, ARITHMETIC.add(left, right))
    if kinds == (str, str):
        return join_texts(scope, left, right)
    if kinds == (YearsMonths, YearsMonths):
        return YearsMonths(left.months + right.months)
    if kinds[0] in (timedelta, YearsMonths) and (isinstance(right, MOMENTS) or kinds[1] is timedelta):
        left, right = right, left
    return shift(scope, left, right, 1)


def join_texts(scope: Scope, left: str, right: str) -> str:
    """Return the texts behind each other, as long as the result has a bearable length."""
    scope.spend(1 + (len(left) + len(right)) // 256)
    if len(left) + len(right) > MOST_TEXT:
        raise WorkExceeded
    return left + right


def subtract(scope: Scope, left: Any, right: Any) -> Any:
    """Return `left - right`."""
    kinds = type(left), type(right)
    if kinds == (Decimal, Decimal):
        return finite(scope, ARITHMETIC.subtract(left, right))
    if kinds == (YearsMonths, YearsMonths):
        return YearsMonths(left.months - right.months)
    if kinds == (date, date):
        return left - right
    clocks = [kind_of(side) == "time" for side in (left, right)]
    if isinstance(left, MOMENTS) and isinstance(right, MOMENTS) and clocks[0] == clocks[1]:
        return apart(scope, left, right)
    return shift(scope, left, right, -1)


def multiply(scope: Scope, left: Any, right: Any) -> Any:
    """Return `left * right`."""
    kinds = type(left), type(right)
    if kinds == (Decimal, Decimal):
        return finite(scope, ARITHMETIC.multiply(left, right))
    if kinds[0] is Decimal:
        left, right = right, left
    if type(right) is Decimal and type(left) in (timedelta, YearsMonths):
        return _scaled(scope, left, right, ARITHMETIC.multiply)
    return meaningless(scope, "*", left, right)


def divide(scope: Scope, left: Any, right: Any) -> Any:
    """Return `left / right`; null for a division by zero."""
    kinds = type(left), type(right)
    if right in (Decimal(0), timedelta(0), YearsMonths(0)) and type(right) in (Decimal, timedelta, YearsMonths):
        return scope.null("除数为零", "division by zero")
    if kinds == (Decimal, Decimal):
        return finite(scope, ARITHMETIC.divide(left, right))
    if kinds[0] in (timedelta, YearsMonths) and kinds[1] is Decimal:
        return _scaled(scope, left, right, ARITHMETIC.divide)
    if kinds in ((timedelta, timedelta), (YearsMonths, YearsMonths)):
        return ARITHMETIC.divide(_amount(left), _amount(right))
    return meaningless(scope, "/", left, right)


def _amount(span: timedelta | YearsMonths) -> Decimal:
    return Decimal(span.months if isinstance(span, YearsMonths) else span // _MICROSECOND)


def _scaled(scope: Scope, span: Any, factor: Decimal, how: Callable[[Decimal, Decimal], Decimal]) -> Any:
    amount = how(_amount(span), factor)
    if not amount.is_finite() or abs(amount) > 10**18:
        return scope.null("时长超出范围", "the duration is out of range")
    return YearsMonths(int(amount)) if type(span) is YearsMonths else _span(scope, int(amount))


def _span(scope: Scope, microseconds: int) -> Any:
    try:
        return timedelta(microseconds=microseconds)
    except OverflowError:
        return scope.null("时长超出范围", "the duration is out of range")


def power(scope: Scope, left: Any, right: Any) -> Any:
    """Return `left ** right`."""
    if type(left) is Decimal and type(right) is Decimal:
        scope.spend(20)
        return finite(scope, ARITHMETIC.power(left, right))
    return meaningless(scope, "**", left, right)


def negate(scope: Scope, value: Any) -> Any:
    """Return the value with the other sign."""
    kind = type(value)
    if kind is Decimal:
        return ARITHMETIC.minus(value)
    if kind is YearsMonths:
        return YearsMonths(-value.months)
    if kind is timedelta:
        return _span(scope, -(value // _MICROSECOND))
    return scope.null(f"{kind_of(value)} 不能取负", f"{kind_of(value)} has no sign")


OPERATORS: dict[str, Callable[[Scope, Any, Any], Any]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "**": power,
    "=": equal,
    "!=": different,
} | {sign: ordered(sign) for sign in ("<", "<=", ">", ">=")}
