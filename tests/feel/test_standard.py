"""What the standard says beyond the everyday: kinds, names with signs, zones, ranges from text, named arguments."""

from collections.abc import Callable
from typing import Any

import pytest

from casework import feel
from casework.engine.values import enter, pack, unpack
from casework.errors import Invalid

PROMISES: list[tuple[str, Any]] = [
    # kinds
    ("[1, 2] instance of list<number>", True),
    ('[1, "a"] instance of list<number>', False),
    ("[null, 1] instance of list<number>", True),
    ("{a: {b: 1}} instance of context<a: context<b: number>>", True),
    ("{a: {b: 1}} instance of context<a: context<b: string>>", False),
    ("{} instance of context<a: number>", False),
    ("[1..3] instance of range<number>", True),
    ("[1..3] instance of range<date>", False),
    ('(function() "a") instance of function<>->string', True),
    ("(function(a: string, b: string) 1) instance of function<string>->number", False),
    ("(function(a: context<x: string>) 1) instance of function<context<x: string, y: string>>->number", True),
    ("(function(a: context<x: string, y: string>) 1) instance of function<context<x: string>>->number", False),
    ("null instance of Any", False),
    ("-2 instance of number", True),
    ("(function(a: number) a)(5)", 5),
    ('(function(a: number) a)("x")', None),
    ("(function(a: number) a)([5])", 5),
    # names
    ('{a+b: "x"}.a+b', "x"),
    ('{🐎: "x"}.🐎', "x"),
    ('{"a b": 1}.a b', 1),
    ('string({"{": 1})', '{"{": 1}'),
    ("{not a list: [1], r: for i in not a list return i}.r", [1]),
    ('string length("\\ud83d\\udca9")', 1),
    # what lies deeper
    ('{"a": {"b": {"c": {"x": 1}, "x": 2}}}...x', [1, 2]),
    ('{"x": null, "y": [{"x": 3}]}...x', [3]),
    ("1...a", []),
    # ranges
    ("(>=2) = (>= 2)", True),
    ("5 in (>= 2)", True),
    ("(< 2).end", 2),
    ("(< 2).start", None),
    ('range("[1..3]") = [1..3]', True),
    ('range(" ( 1 .. 3 [ ") = (1..3)', True),
    ('range("(..2]") = <=2', True),
    ('range("(2..)") = >2', True),
    ('range("> 2")', None),
    ('range("[..2]")', None),
    ('range("[1..]")', None),
    ('range("[date(\\"1970-01-01\\")..@\\"1970-01-02\\"]") = [@"1970-01-01"..@"1970-01-02"]', True),
    ('range("[date(string(\\"1970-01-01\\"))..@\\"1970-01-02\\"]")', None),
    ('range("[3..1]")', None),
    ('range("x")', None),
    # zones
    ('@"2021-01-02T10:10:10@Europe/Paris" - @"2021-01-01T10:10:10"', None),
    ('string(@"2021-01-02T10:10:10@Europe/Paris" - @"2021-01-01")', "P1DT9H10M10S"),
    ('string(@"10:15:00@Australia/Melbourne" + @"PT1H")', "11:15:00@Australia/Melbourne"),
    ('@"2021-01-01T10:00:00@Etc/UTC".timezone', "Etc/UTC"),
    ('@"2021-01-01T10:00:00".timezone', None),
    ('date("2021-01-01") < date and time("2021-01-02T00:00:00")', None),
    # arguments by name, and functions as values
    ("before(point: 1, range: [2..3])", True),
    ("met by(range1: [5..9], range2: [1..5])", True),
    ("meets(1, [1..5])", None),
    ("before(1, null)", None),
    ("{f: abs}.f(-2)", 2),
    ("{f: sum}.f(1, 2) + {f: sum}.f([3, 4])", 10),
    ("{f: abs}.f(1, 2)", None),
    ("sort([3, 1], function(x, y) x < y)", [1, 3]),
    # numbers and lists
    ("decimal(1/3, 2.5)", feel.read(0.33)),
    ('substring("foobar", 3.8)', "obar"),
    ("append(null, 1)", None),
    ("concatenate([1], null)", None),
    ("get value({a: 1}, [])", None),
    ("1 in (2, null)", False),
    ('1 in ("a", "b")', None),
    ("count(5)", 1),
    ("count(null)", None),
    # patterns
    ('matches("hello world", "hello\\\\ world", "x")', False),
    ('matches("helloworld", "hello world", "x")', True),
    ('matches("b", "[a-c-[b]]")', False),
    ('replace("a.b", ".", "-", "q")', "a-b"),
    ('replace("abc", "x*", "-")', None),
    ('replace("abc", "b", "$")', None),
]


@pytest.mark.parametrize(("source", "expected"), PROMISES, ids=[source for source, _ in PROMISES])
def test_the_standard_is_kept(source: str, expected: Any, scope: Callable[..., feel.Scope]) -> None:
    """Each line of the table holds."""
    assert feel.compile(source).evaluate(scope()) == expected


def test_data_keeps_moments_in_plain_zones(scope: Callable[..., feel.Scope]) -> None:
    """So that they read back from a state as they were: the words an expression used for a zone are not kept."""
    for source, written in (
        ('@"2021-01-02T10:10:10"', "2021-01-02T10:10:10+08:00"),
        ('@"2021-07-02T10:10:10@Europe/Paris"', "2021-07-02T10:10:10+02:00"),
        ('@"10:10:10@Europe/Paris"', "10:10:10+01:00"),
        ('@"10:10:10"', "10:10:10"),
        ('@"10:10:10.123456789"', "10:10:10.123456"),
        ('@"2021-01-02T10:10:10.123456789"', "2021-01-02T10:10:10.123456+08:00"),
    ):
        kept = enter(feel.compile(source).evaluate(scope()))
        assert kept.isoformat() == written
        assert feel.write(scope(), unpack(pack(kept))) == feel.write(scope(), kept) == written


@pytest.mark.parametrize("source", ['@"10000-01-01"', '@"-0044-03-15T10:00:00"'])
def test_data_keeps_the_years_of_the_calendar_only(source: str, scope: Callable[..., feel.Scope]) -> None:
    """An expression may go further."""
    with pytest.raises(Invalid) as refused:
        enter(feel.compile(source).evaluate(scope()))
    assert "9999" in refused.value.zh
    assert "9999" in refused.value.en


@pytest.mark.parametrize(
    "source",
    [
        "1 instance of list<",
        "1 instance of thing<number>",
        "function(a) external {java: {}}",
        "1 instance of context<a>",
    ],
)
def test_what_no_standard_knows_is_refused(source: str) -> None:
    """With its place."""
    with pytest.raises(feel.FeelSyntaxError):
        feel.compile(source)


@pytest.mark.parametrize(
    ("condition", "plain"),
    [
        ("amount > limit", lambda data: data["amount"] > data["limit"]),
        ("not(done)", lambda data: not data["done"]),
        ("amount between 1 and 1000", lambda data: 1 <= data["amount"] <= 1000),
        ('unit in ("CO", "ST")', lambda data: data["unit"] in ("CO", "ST")),
    ],
)
def test_the_short_ways_answer_like_the_long_ones(
    condition: str, plain: Callable[[Any], bool], scope: Callable[..., feel.Scope]
) -> None:
    """For data they are made for, and null for data they are not."""
    data = {"amount": 500, "limit": 300, "done": False, "unit": "CO"}
    assert feel.compile(condition).evaluate(scope(**data)) is plain(data)
    assert feel.compile(condition).evaluate(scope(amount=2.5, limit=2, done=True, unit="XX")) is plain(
        {"amount": 2.5, "limit": 2, "done": True, "unit": "XX"}
    )
    if condition != 'unit in ("CO", "ST")':
        assert feel.compile(condition).evaluate(scope(amount="x", limit=1, done=1)) is None
