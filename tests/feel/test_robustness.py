"""No data makes an expression raise: every function and operator, with values of every kind and size."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework import feel
from casework.feel.functions import BUILTINS
from casework.feel.wide import WideDate, WideInstant, WideTime

ZONE = ZoneInfo("Asia/Shanghai")
NUMBERS = [0, 1, -1, 3, "0.5", "-2.5", "1E+6100", "-1E-6100", "9999999999", "1E+20", "NaN", "Infinity"]
VALUES: list[Any] = [
    *(Decimal(number) for number in NUMBERS),
    *(5, 2.5, float("inf"), True, False, None, "", "a", "办结案件", "2026-01-01", "P1D", "[a-z]+(", "(a*)*", "x" * 300),
    *(
        date.min,
        date.max,
        date(2024, 2, 29),
        time(0),
        time(23, 59, 59, 999999),
        time(1, tzinfo=UTC),
        time(1, tzinfo=ZONE),
    ),
    *(datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC), datetime(2026, 1, 6, tzinfo=ZONE)),
    datetime.max.replace(tzinfo=timezone(timedelta(hours=-18))),
    *(
        WideDate(-44, 3, 15),
        WideTime(time(1, tzinfo=UTC), 1),
        WideInstant(WideDate(10**8, 2, 29), time(1, tzinfo=ZONE)),
    ),
    *(timedelta.min, timedelta.max, timedelta(0), timedelta(days=1), timedelta(microseconds=-1)),
    *(feel.YearsMonths(months) for months in (0, 1, -14, 10**9, 10**30)),
    *(feel.Range(Decimal(1), Decimal(5)), feel.Range(None, "z", False, False), feel.Range(date.min, date.max)),
    *([], [1], [1, "a", None], [[1], [2, [3]]], [Decimal(3), Decimal(1), Decimal(2)], ["a", "b"], [True, False]),
    *({}, {"key": "a", "value": 1}, {"a": {"b": [1]}}, [{"key": "a", "value": 1}], (1, 2), object()),
    feel.compile("function(x, y) x < y").evaluate(feel.Scope({}, {}, datetime(2026, 1, 6, tzinfo=UTC), ZONE)),
]
PLACES = range(len(VALUES))
KEYS = (
    "year",
    "day",
    "hour",
    "second",
    "time offset",
    "timezone",
    "days",
    "months",
    "start",
    "end included",
    "a",
    "key",
)


def scope() -> feel.Scope:
    names = {f"v{place}": value for place, value in enumerate(VALUES)}
    return feel.Scope(names, {}, datetime(2026, 1, 6, tzinfo=UTC), ZONE, budget=100_000)


def run(source: str) -> None:
    """Evaluate; only the budget may end it."""
    try:
        feel.compile(source).evaluate(scope())
    except feel.WorkExceeded:
        return


@settings(max_examples=500)
@given(name=st.sampled_from(sorted(BUILTINS)), data=st.data())
def test_no_value_makes_a_function_raise(name: str, data: st.DataObject) -> None:
    """Whatever it is called with, as many values as it takes."""
    way = data.draw(st.sampled_from(BUILTINS[name]))
    least = sum(not parameter.optional for parameter in way.parameters)
    most = 4 if way.spread else len(way.parameters)
    chosen = data.draw(st.lists(st.sampled_from(PLACES), min_size=max(least, way.spread), max_size=most))
    run(f"{name}({', '.join(f'v{place}' for place in chosen)})")


@pytest.mark.parametrize("operator", ["+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or", "in"])
def test_no_values_make_an_operator_raise(operator: str) -> None:
    """Every value with every other."""
    for left in PLACES:
        for right in PLACES:
            run(f"v{left} {operator} v{right}")


def test_no_value_makes_a_form_of_the_language_raise() -> None:
    """Paths, filters, loops, ranges, choices, negation, kinds and cells."""
    for place in PLACES:
        for key in KEYS:
            run(f"v{place}.{key}")
        for source in ("-{}", "{}[1]", "{}[item > 1]", "{}[{}]", "for i in {} return i", "for i in 1..{} return i"):
            run(source.replace("{}", f"v{place}"))
        for source in ("some i in {} satisfies i", "if {} then 1 else 2", "{} between 1 and {}", "[1..{}]", "{}(1)"):
            run(source.replace("{}", f"v{place}"))
        for source in ("{} instance of list", "not({})", "string({})", "{} in [{}..{}]", "{a: {}, b: a}.b"):
            run(source.replace("{}", f"v{place}"))
        for other in PLACES:
            cell = feel.compile_unary_tests(f"> v{other}, v{other}, [v{other}..v{place}]")
            cell.matches(VALUES[place], scope())
