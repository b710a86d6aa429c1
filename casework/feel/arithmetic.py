"""The functions of the language on numbers."""

from collections.abc import Callable
from datetime import timedelta
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)
from typing import Any

from casework.feel.functions import builtin
from casework.feel.values import ARITHMETIC, Scope, YearsMonths, decimal_of, finite, whole

FEWEST_PLACES, MOST_PLACES = -6111, 6176


def rounded(scope: Scope, number: Decimal, scale: Decimal | None, mode: str) -> Any:
    """Return the number with so many places behind the point; null when it would not fit in 34 digits.

    A number that has no more places than that fits as it is.
    """
    places = whole((scale or Decimal(0)).to_integral_value(ROUND_DOWN))
    if places is None or not FEWEST_PLACES <= places <= MOST_PLACES:
        return scope.null("小数位数无效", "no such number of places")
    found = number.quantize(Decimal(1).scaleb(-places), mode, ARITHMETIC)
    exact = number == number.to_integral_value() or -int(number.as_tuple().exponent) <= places
    return number if exact and places > 0 and not found.is_finite() else finite(scope, found)


def _rounding(mode: str) -> Callable[..., Decimal | None]:
    return lambda scope, number, scale=None: rounded(scope, number, scale, mode)


for _name, _mode in {
    "round up": ROUND_UP,
    "round down": ROUND_DOWN,
    "round half up": ROUND_HALF_UP,
    "round half down": ROUND_HALF_DOWN,
}.items():
    builtin(f"{_name}(n: number, scale: number)", f"{_name}(n: number)")(_rounding(_mode))
builtin("decimal(n: number, scale: number)")(_rounding(ROUND_HALF_EVEN))
builtin("floor(n: number, scale: number)", "floor(n: number)")(_rounding(ROUND_FLOOR))
builtin("ceiling(n: number, scale: number)", "ceiling(n: number)")(_rounding(ROUND_CEILING))


@builtin("abs(n: signed)")
def absolute(_scope: Scope, value: Any) -> Any:
    if isinstance(value, YearsMonths):
        return YearsMonths(abs(value.months))
    return abs(value) if isinstance(value, timedelta) else ARITHMETIC.abs(value)


@builtin("modulo(dividend: number, divisor: number)")
def modulo(scope: Scope, dividend: Decimal, divisor: Decimal) -> Any:
    if not divisor:
        return scope.null("除数为零", "division by zero")
    rest = ARITHMETIC.remainder(dividend, divisor)
    if rest and (rest < 0) != (divisor < 0):
        rest = ARITHMETIC.add(rest, divisor)
    return finite(scope, rest)


@builtin("sqrt(number: number)")
def square_root(scope: Scope, number: Decimal) -> Any:
    return finite(scope, ARITHMETIC.sqrt(number))


@builtin("log(number: number)")
def logarithm(scope: Scope, number: Decimal) -> Any:
    scope.spend(20)
    return finite(scope, ARITHMETIC.ln(number))


@builtin("exp(number: number)")
def exponential(scope: Scope, number: Decimal) -> Any:
    scope.spend(20)
    return finite(scope, ARITHMETIC.exp(number))


@builtin("odd(number: number)")
def odd(_scope: Scope, number: Decimal) -> bool:
    return abs(ARITHMETIC.remainder(number, Decimal(2))) == 1


@builtin("even(number: number)")
def even(_scope: Scope, number: Decimal) -> bool:
    return ARITHMETIC.remainder(number, Decimal(2)) == 0


@builtin("not(negand: any)")
def negated(_scope: Scope, value: Any) -> bool | None:
    return (not value) if type(value) is bool else None


@builtin("number(from: any, grouping separator: string?, decimal separator: string?)")
def number(scope: Scope, value: Any, grouping: str | None, point: str | None) -> Any:
    if isinstance(value, Decimal) and grouping is None and point is None:
        return value
    allowed = (
        grouping in (None, " ", ",", ".") and point in (None, ",", ".") and (grouping is None or grouping != point)
    )
    if not isinstance(value, str) or not allowed or len(value) > 200:
        return scope.null("不能转换为数字", "this can't be read as a number")
    text = value.replace(grouping, "") if grouping else value
    text = text.replace(point, ".") if point else text
    found = decimal_of(text) if text.isascii() and "_" not in text else None
    return scope.null(f"不是数字：{value}", f"not a number: {value}") if found is None else found
