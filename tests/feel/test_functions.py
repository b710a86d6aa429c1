"""What the functions of the language give, and how those of the house are called."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from casework import feel
from casework.errors import Refused

CASES: list[tuple[str, Any]] = [
    # conversion
    ('number("1 000,5", " ", ",")', Decimal("1000.5")),
    ('number("1,000.5", ",", ".")', Decimal("1000.5")),
    ('number("abc")', None),
    ('number("１２")', None),
    ('number("1_0")', None),
    ('number("NaN")', None),
    ("string(1.50)", "1.50"),
    ("string(true)", "true"),
    ("string(null)", None),
    ('string([1, "a", null])', '[1, "a", null]'),
    ('string({a: "x"})', '{a: "x"}'),
    ("string([1..5))", "[1..5)"),
    # texts
    ('substring("foobar", 3)', "obar"),
    ('substring("foobar", 3, 3)', "oba"),
    ('substring("foobar", -2, 1)', "a"),
    ('substring("办结案件", 2, 2)', "结案"),
    ('substring("a", 0)', None),
    ('string length("办结")', 2),
    ('upper case("aBc")', "ABC"),
    ('lower case("aBc")', "abc"),
    ('substring before("foobar", "bar")', "foo"),
    ('substring before("foobar", "x")', ""),
    ('substring after("foobar", "ob")', "ar"),
    ('replace("abcd", "(ab)|(a)", "[1=$1][2=$2]")', "[1=ab][2=]cd"),
    ('replace("2026-01", "([0-9]+)-([0-9]+)", "$2/$1")', "01/2026"),
    ('contains("foobar", "ob")', True),
    ('contains("foobar", null)', None),
    ('starts with("foobar", "fo")', True),
    ('ends with("foobar", "r")', True),
    ('matches("foobar", "^fo*b")', True),
    ('matches("FOO", "foo", "i")', True),
    ('matches("13800138000", "^1[3-9]\\\\d{9}$")', True),
    ('matches("a", "(?=a)")', None),
    ('matches("aA", "(a)\\\\1")', False),
    ('matches("aA", "(a)\\\\1", "i")', True),
    ('matches("2026-01-01", "^[0-9]+-([0-9]+)-\\\\1$")', True),
    ('matches("2026-01-02", "^[0-9]+-([0-9]+)-\\\\1$")', False),
    ('matches("b", "^(?:(a)|b)\\\\1$")', True),
    ('replace("hello", "(.)\\\\1", "<$1>")', "he<l>o"),
    ('matches("h", "(.)\\\\2")', None),
    ('matches("aa", "(a\\\\1)")', None),
    ('matches("a", "[a\\\\0]")', None),
    ('matches("\\u212A", "k", "i")', True),
    ('matches("济南", "^\\\\p{IsCJKUnifiedIdeographs}+$")', True),
    ('matches("Jinan", "^\\\\p{ Is Basic Latin }+$", "x")', True),
    ('matches("Jinan", "\\\\P{IsBasicLatin}")', False),
    ('matches("a", "\\\\p{IsNowhere}")', None),
    ('split("a;b;;c", ";")', ["a", "b", "", "c"]),
    ('split("John Doe", "\\\\s")', ["John", "Doe"]),
    ('string join(["a", "b", null], "、")', "a、b"),
    ('string join(["a"], ", ", "[", "]")', "[a]"),
    ('string join([1], ",")', None),
    ('trim("  a ")', "a"),
    ('is blank(" ")', True),
    # lists
    ("list contains([1, 2, null], null)", True),
    ("list contains([1, 2], 3)", False),
    ("count([1, 2, 3])", 3),
    ("count([])", 0),
    ("count(null)", None),
    ("min([3, 1, 2])", 1),
    ("min(3, 1, 2)", 1),
    ('max("a", "c", "b")', "c"),
    ("max([])", None),
    ('max(1, "a")', None),
    ("sum([1, 2, 3])", 6),
    ("sum([])", None),
    ('sum(1, "a")', None),
    ("mean(1, 2, 6)", 3),
    ("all([true, false])", False),
    ("all([true, null])", None),
    ("all([])", True),
    ("any([false, true])", True),
    ("any([])", False),
    ("sublist([4, 5, 6], 1, 2)", [4, 5]),
    ("sublist([4, 5, 6], -2)", [5, 6]),
    ("append([1], 2, 3)", [1, 2, 3]),
    ("append([1], [2])", [1, [2]]),
    ("concatenate([1, 2], [3])", [1, 2, 3]),
    ("insert before([1, 3], 1, 2)", [2, 1, 3]),
    ("remove([1, 2, 3], 2)", [1, 3]),
    ("remove([1], 5)", None),
    ("list replace([2, 4, 7], 3, 6)", [2, 4, 6]),
    ("list replace([2, 4, 7], function(item, newItem) item > newItem, 5)", [2, 4, 5]),
    ("list replace([2, 4, 7], function(item, newItem) item, 5)", None),
    ("list replace([2, 4, 7], function(item) item > 2, 5)", None),
    ("reverse([1, 2, 3])", [3, 2, 1]),
    ("index of([1, 2, 3, 2], 2)", [2, 4]),
    ("union([1, 2], [2, 3])", [1, 2, 3]),
    ("distinct values([1, 2, 1.0, null, null])", [1, 2, None]),
    ("flatten([[1, [2]], [[[3]]]])", [1, 2, 3]),
    ("product(2, 3, 4)", 24),
    ("median(8, 2, 5, 3)", 4),
    ("median([])", None),
    ("stddev(2, 4, 7, 5)", Decimal("2.081665999466132735282297706979931")),
    ("mode(6, 3, 9, 6, 6)", [6]),
    ("mode([])", []),
    ("sort([3, 1, 2])", [1, 2, 3]),
    ("sort(list: [3, 1, 2], precedes: function(x, y) x > y)", [3, 2, 1]),
    ('sort([1, "a"])', None),
    # numbers
    ("decimal(1/3, 2)", Decimal("0.33")),
    ("decimal(1.5, 0)", 2),
    ("decimal(2.5, 0)", 2),
    ("floor(-1.5)", -2),
    ("ceiling(1.234, 1)", Decimal("1.3")),
    ("floor(1.56, null)", None),
    ("ceiling(n: 1.56, scale: null)", None),
    ("{f: function(g, x) g(x), r: f(floor, 1.56)}.r", 1),
    ('{f: function(g) g("abcd", 2), r: f(substring)}.r', "bcd"),
    ('{f: function(g) g("abcd"), r: f(substring)}.r', None),
    ("round up(5.5, 0)", 6),
    ("round down(-5.5, 0)", -5),
    ("round half up(5.5, 0)", 6),
    ("round half down(5.5, 0)", 5),
    ("round half up(48532.175, 2)", Decimal("48532.18")),
    ("round up(5.5)", 6),
    ("round up(5.5, null)", None),
    ("round up(5.5, 6176)", Decimal("5.5")),
    ("round up(5.5, 6177)", None),
    ("round up(5.5, -6112)", None),
    ("string(decimal(1, 2))", "1.00"),
    ("abs(-10)", 10),
    ("modulo(-12, 5)", 3),
    ("modulo(12, -5)", -3),
    ("modulo(1, 0)", None),
    ("sqrt(16)", 4),
    ("sqrt(-1)", None),
    ("log(1)", 0),
    ("exp(0)", 1),
    ("odd(5)", True),
    ("even(5)", False),
    ("abs([-1])", 1),
    # contexts
    ('get value({a: 1}, "a")', 1),
    ('get value({a: 1}, "b")', None),
    ('get value({a: {b: 2}}, ["a", "b"])', 2),
    ("get entries({a: 1})", [{"key": "a", "value": 1}]),
    ('context([{key: "a", value: 1}])', {"a": 1}),
    ('context([{key: "a", value: 1}, {key: "a", value: 2}])', None),
    ('context put({a: 1}, "b", 2)', {"a": 1, "b": 2}),
    ('context put({a: {b: 1}}, ["a", "b"], 2)', {"a": {"b": 2}}),
    ('context put(context: {a: {b: 1}}, keys: ["a", "b"], value: 2)', {"a": {"b": 2}}),
    ('context put(context: {a: {b: 1}}, key: ["a", "b"], value: 2)', None),
    ('context put({a: {b: 1}}, ["a", null], 2)', None),
    ('context put({a: 1}, ["a", "b"], 2)', None),
    ("context merge([{a: 1}, {a: 2, b: 3}])", {"a": 2, "b": 3}),
    # by name
    ('substring(string: "abc", start position: 2)', "bc"),
    ('contains(match: "b", string: "abc")', True),
    ("date(day: 1, month: 2, year: 2026).month", 2),
]


@pytest.mark.parametrize(("source", "expected"), CASES, ids=[source for source, _ in CASES])
def test_a_function_of_the_language(source: str, expected: Any, scope: Callable[..., feel.Scope]) -> None:
    """Each line of the table holds, and a null has its reason or is what the function means."""
    assert feel.compile(source).evaluate(scope()) == expected


def test_a_wrong_number_of_arguments_is_refused_before_anything_runs() -> None:
    """The message shows how the function is called."""
    with pytest.raises(feel.FeelSyntaxError, match=r"contains\(string, match\)"):
        feel.compile('contains("a")')
    with pytest.raises(feel.FeelSyntaxError):
        feel.compile('contains(string: "a", other: "b")')
    with pytest.raises(feel.FeelSyntaxError):
        feel.compile('contains(string: "a", "b")')


def test_a_wrong_number_of_arguments_is_null_where_that_is_asked_for(scope: Callable[..., feel.Scope]) -> None:
    """The call is listed, with where it stands; all around it is computed."""
    found = feel.compile('[1 + 1, contains("a"), sum()]', strict=False)
    assert [misfit.position for misfit in found.misfits] == [8, 23]
    here = scope()
    assert found.evaluate(here) == [2, None, None]
    assert "contains(string, match)" in here.reasons[0]
    assert feel.compile('contains("a", "b")', strict=False).misfits == ()


def test_functions_of_the_house_are_called_by_position_and_by_name(scope: Callable[..., feel.Scope]) -> None:
    """Their whole numbers are read like any data."""
    here = scope({"policy": lambda key: {"a.days": 5}[key], "deadline": lambda key, start: [key, start]})
    assert feel.compile('policy("a.days") + 1').evaluate(here) == 6
    assert feel.compile('deadline(start: 1, key: "k")').evaluate(here) == ["k", 1]


def test_what_a_function_of_the_house_cannot_compute_is_null(scope: Callable[..., feel.Scope]) -> None:
    """A missing key, a missing argument, a wrong kind: null with the reason; the same for a function nobody has."""
    here = scope({"policy": lambda key: {"a": 5}[key]})
    for source in ('policy("b")', "policy()", "policy(null) + 1", "clock(1)"):
        here.reasons.clear()
        assert feel.compile(source).evaluate(here) is None
        assert here.reasons


def test_a_refusal_of_the_house_is_heard(scope: Callable[..., feel.Scope]) -> None:
    """An error of the domain passes through."""

    def refuse() -> None:
        raise Refused("不行", "no")

    with pytest.raises(Refused):
        feel.compile("refuse()").evaluate(scope({"refuse": refuse}))


def test_the_language_keeps_its_own_functions(scope: Callable[..., feel.Scope]) -> None:
    """No function of the house takes the place of one of the language; a Python callable among the data is nothing."""
    here = scope({"count": lambda _entries: 99}, call=lambda: 1)
    assert feel.compile("count([1])").evaluate(here) == 1
    assert feel.compile("call()").evaluate(here) is None


def test_an_expression_tells_what_it_asks_for() -> None:
    """Free names, names that may be entries of an item, and calls with their literal arguments."""
    found = feel.compile('clock("reply").due + delay(x, 2) > now() and handling[by = case.unit] != null')
    assert found.names == {"x", "handling"}
    assert found.item_names == {"by", "case"}
    assert found.calls == (feel.Call("clock", ("reply",)), feel.Call("delay", (..., Decimal(2))), feel.Call("now", ()))
    assert feel.compile("for i in a return i + b").names == {"a", "b"}
    assert feel.compile("{a: 1, b: a}").names == frozenset()
