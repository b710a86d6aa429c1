"""What an expression gives: one line per promise of the language."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from casework import feel

DATA: dict[str, Any] = {
    "pass": "return",
    "redo": 0,
    "受理": "是",
    "ratio": 0.5,
    "numbers": [3, 1, 2],
    "case": {"unit": "CO", "tier": 2, "estate": {"name": "水景花苑"}},
    "intakes": [{"id": 1, "callback": "waiting"}, {"id": 2, "callback": "satisfied"}, {"id": 3, "callback": "waiting"}],
    "nothing": None,
    "opened": datetime.fromisoformat("2026-01-05T17:30:00+00:00"),
}

VALUES: list[tuple[str, Any]] = [
    # arithmetic is exact
    ("1 + 2 * 3", 7),
    ("(1 + 2) * 3", 9),
    ("0.1 + 0.2", Decimal("0.3")),
    ("10 / 4", Decimal("2.5")),
    ("2 ** 3", 8),
    ("2 ** 3 ** 2", 64),
    ("-2 ** 2", 4),
    ("1 - -1", 2),
    ("-redo", 0),
    (".5 + 1", Decimal("1.5")),
    ("1.5e3", 1500),
    ("1 / 0", None),
    ("1 + null", None),
    ('1 + "a"', None),
    ("10 ** 9999", None),
    ('"办" + "结"', "办结"),
    ("1/3*3", Decimal("0.9999999999999999999999999999999999")),
    # comparison
    ("1 < 2", True),
    ("2 <= 2.0", True),
    ("1 = 1.0", True),
    ('"a" < "b"', True),
    ("1 != 2", True),
    ('1 = "1"', None),
    ('1 != "1"', None),
    ("null = null", True),
    ("nothing = null", True),
    ("1 = null", False),
    ("null != 1", True),
    ("1 < null", None),
    ("true = true", True),
    ("true < false", None),
    ("[1, 2] = [1, 2]", True),
    ("[1, 2] = [1]", False),
    ("{a: 1} = {a: 1.0}", True),
    ("{a: 1} = {b: 1}", False),
    ("1 between 0 and 2", True),
    ("3 between 0 and 2", False),
    ("1 between 0 and 2 and true", True),
    ("5 in [1..10]", True),
    ("10 in [1..10)", False),
    ("1 in (1..10]", False),
    ("1 in ]1..10]", False),
    ("10 in [1..10[", False),
    ("10 in [1..10[ or false", False),
    ("3 in [1..numbers[1]]", True),
    ("[[1..5[, [2..3]][2].end", 3),
    ("5 in (< 3, > 4)", True),
    ("5 in (1, 3, 5)", True),
    ("5 in [1, 3]", False),
    ("5 in (< 3)", False),
    ("5 in > 3", True),
    ('"b" in ["a".."c"]', True),
    ("5 in [[1..3], [4..6]]", True),
    ("null in [1..3]", None),
    ('@"2026-01-05" in [@"2026-01-01"..@"2026-02-01")', True),
    # three-valued logic
    ("true and false", False),
    ("true and null", None),
    ("false and null", False),
    ("null and false", False),
    ("true or null", True),
    ("false or null", None),
    ("null or true", True),
    ("true and true and true", True),
    ("false or false or true", True),
    ("not(true)", False),
    ("not(null)", None),
    ('true and "a"', None),
    ("missing > 1 or redo = 0", True),
    # names, paths, filters
    ('pass = "return" and redo < 1', True),
    ('受理 = "是"', True),
    ("ratio * 2", 1),
    ("case.unit", "CO"),
    ("case.estate.name", "水景花苑"),
    ("case.nothing.at.all", None),
    ("missing", None),
    ('intakes[callback = "waiting"].id', [1, 3]),
    ('count(intakes[callback = "waiting"])', 2),
    ('intakes[callback = "waiting" and id > 1].id', [3]),
    ("intakes.id", [1, 2, 3]),
    ("intakes[1].id", 1),
    ("intakes[-1].id", 3),
    ("intakes[9]", None),
    ("intakes[item.id = 2].callback", ["satisfied"]),
    ("numbers[item > 1]", [3, 2]),
    ("numbers[redo + 1]", 3),
    ("numbers[item = redo + 1]", [1]),
    ("intakes[id = case.tier].id", [2]),
    ("[1, 2, 3][item >= 2][1]", 2),
    ("[][1]", None),
    ("null[item > 1]", []),
    ("7[1]", 7),
    ("[{a: [1, 2]}, {a: [3]}][count(a) = 1].a", [[3]]),
    ('[{item: "x", n: 1}, {item: "y", n: 2}][item.n = 2].n', [2]),
    # contexts
    ("{a: 1, b: a + 1}", {"a": 1, "b": 2}),
    ('{"b c": 2, d: 1}', {"b c": 2, "d": 1}),
    ("{a: 1}.a", 1),
    ("{a: {b: 2}}.a.b", 2),
    ("{Monthly Salary: 10, year: Monthly Salary * 12}.year", 120),
    ("{}", {}),
    ("{积分: 2 * 3, 合格: 积分 > 5}.合格", True),
    ("{f: function(x) x * 2, y: f(4)}.y", 8),
    # control
    ('if redo > 1 then "a" else "b"', "b"),
    ('if null then "a" else "b"', "b"),
    ("if false then 1 else if true then 2 else 3", 2),
    ("for i in 1..3 return i * i", [1, 4, 9]),
    ("for i in 3..1 return i", [3, 2, 1]),
    ("for i in [1..3) return i", [1, 2]),
    ("for i in numbers, j in [10, 20] return i * j", [30, 60, 10, 20, 20, 40]),
    ("for i in 1..4 return if i < 3 then 1 else partial[-1] + partial[-2]", [1, 1, 2, 3]),
    ('for d in @"2026-01-30"..@"2026-02-01" return string(d)', ["2026-01-30", "2026-01-31", "2026-02-01"]),
    ("for i in null return i", []),
    ("for i in 1..2, j in 1..i return j", [1, 1, 2]),
    ('some i in intakes satisfies i.callback = "satisfied"', True),
    ("every i in intakes satisfies i.id > 0", True),
    ("every i in intakes satisfies i.id > 1", False),
    ("some i in [] satisfies i", False),
    ("every i in [] satisfies i", True),
    ("some i in [1, 2], j in [2, 3] satisfies i > j", False),
    ("some i in [null, false] satisfies i", None),
    ("1 instance of number", True),
    ('"a" instance of number', False),
    ("null instance of Any", False),
    ("[1] instance of list<number>", True),
    ('@"P1D" instance of days and time duration', True),
    ("now() instance of date and time", True),
    ("today() instance of date and true", True),
    ("(function(a, b) a + b) instance of function", True),
    ("(function(a, b) a - b)(b: 1, a: 3)", 2),
    ("(function(a: number) a)(3)", 3),
    ("/* a note */ 1 + // another\n 1", 2),
    ('"a\\n\\u4e00\\"\\\\"', 'a\n一"\\'),
    # ranges
    ("[1..5].start", 1),
    ("(1..5].start included", False),
    ("before(1, [2..3])", True),
    ("after([5..6], 4)", True),
    ("meets([1..5], [5..10])", True),
    ("meets([1..5), [5..10])", False),
    ("met by([5..10], [1..5])", True),
    ("overlaps([1..5], [3..8])", True),
    ("overlaps([1..5), [5..8])", False),
    ("overlaps before([1..5], [3..8])", True),
    ("overlaps after([3..8], [1..5])", True),
    ("finishes(5, [1..5])", True),
    ("finished by([1..5], [3..5])", True),
    ("includes([1..5], 3)", True),
    ("includes([1..5], [2..6])", False),
    ("during(3, [1..5])", True),
    ("starts(1, [1..5])", True),
    ("started by([1..5], [1..3])", True),
    ("coincides([1..5], [1..5])", True),
    ("coincides([1..5], [1..5))", False),
    ("7 in (>= 5)", True),
]

MOMENTS: list[tuple[str, Any]] = [
    ('@"2026-01-01"', date(2026, 1, 1)),
    ('date("2026-02-30")', None),
    ("date(2026, 2, 28)", date(2026, 2, 28)),
    ('date("2026-01-31") + duration("P1M")', date(2026, 2, 28)),
    ('date("2024-02-29") + @"P1Y"', date(2025, 2, 28)),
    ('date("2026-03-01") - @"P1D"', date(2026, 2, 28)),
    ('@"2026-03-01" - @"2026-02-01"', timedelta(days=28)),
    ('@"P1D" + @"2026-03-01"', date(2026, 3, 2)),
    ('@"9999-12-31" + @"P1D"', None),
    ('@"2026-01-01" < @"2026-01-02"', True),
    ('@"2026-01-01" < 5', None),
    ('string(date and time("2026-01-01T10:00:00"))', "2026-01-01T10:00:00"),
    ('string(date and time("2026-01-01T10:00:00@Europe/Paris"))', "2026-01-01T10:00:00@Europe/Paris"),
    ('date and time("2026-01-01T10:00:00") = date and time("2026-01-01T10:00:00+08:00")', True),
    ('is(@"2026-01-01T10:00:00", @"2026-01-01T10:00:00+08:00")', False),
    ('@"2026-01-01T10:00:00".time offset', None),
    ('string(time(@"2026-01-01T10:00:00"))', "10:00:00"),
    ('string(time("10:00:00+00:00"))', "10:00:00Z"),
    ('string(time(11, 59, 45, duration("-PT2H45M55S")))', "11:59:45-02:45:55"),
    ('time("10:30:00@Europe/Paris") = time("10:30:00")', False),
    ('is(@"23:00:50@Australia/Melbourne", @"23:00:50+10:00")', True),
    ('string(date and time("2026-01-01T10:00:00Z"))', "2026-01-01T10:00:00Z"),
    ('date and time("2026-01-01T10:00:00+08:00") = date and time("2026-01-01T02:00:00Z")', True),
    ('date and time("2026-01-01T10:00:00Z").hour', 10),
    ('string(date and time("2026-01-31T10:00:00") + @"P1M")', "2026-02-28T10:00:00"),
    ('@"2026-01-02T00:00:00Z" - @"2026-01-01T12:00:00Z"', timedelta(hours=12)),
    ('date and time(@"2026-01-01", @"10:00:00").hour', 10),
    ("opened.day", 6),  # half past five in the evening in London is the next day in China
    ("string(date(opened))", "2026-01-06"),
    ("string(opened)", "2026-01-06T01:30:00+08:00"),
    ("opened.weekday", 2),
    ('time("10:30:00")', time(10, 30)),
    ('string(time("10:30:00") + @"PT30M")', "11:00:00"),
    ('@"11:00:00" - @"10:30:00"', timedelta(minutes=30)),
    ('@"10:00:00Z" < @"10:00:00"', None),
    ("time(10, 30, 0).minute", 30),
    ('@"P1DT2H"', timedelta(days=1, hours=2)),
    ('@"P1DT2H".hours', 2),
    ('@"-P1D"', timedelta(days=-1)),
    ('@"P1Y2M"', feel.YearsMonths(14)),
    ('@"P1Y2M".months', 2),
    ('@"P1D" * 3', timedelta(days=3)),
    ('@"P1D" / 2', timedelta(hours=12)),
    ('@"P1D" / @"PT6H"', 4),
    ('@"P1Y" = @"P12M"', True),
    ('@"P1Y" = @"P365D"', None),
    ('@"P1D" > @"PT23H"', True),
    ('-@"P1D"', timedelta(days=-1)),
    ('abs(@"-P1D")', timedelta(days=1)),
    ('duration("P1DT1H") = @"PT25H"', True),
    ('duration("rubbish")', None),
    ('duration("P1Y1D")', None),
    ('string(@"PT90M")', "PT1H30M"),
    ('string(@"P14M")', "P1Y2M"),
    ('string(years and months duration(@"2024-01-31", @"2026-03-01"))', "P2Y1M"),
    ('day of year(@"2026-02-01")', 32),
    ('day of week(@"2026-01-05")', "Monday"),
    ('month of year(@"2026-01-05")', "January"),
    ('week of year(@"2026-01-05")', 2),
    ('last day of month(@"2024-02-10")', date(2024, 2, 29)),
    ('is(@"10:00:00Z", @"10:00:00+00:00")', True),
    ('is(@"10:00:00Z", @"11:00:00+01:00")', False),
    ('max(@"2026-01-01", @"2026-03-01")', date(2026, 3, 1)),
    ("today()", date(2026, 1, 6)),
    ("string(now())", "2026-01-06T09:00:00+08:00"),
    ("now() > opened", True),
    ('sum([@"P1D", @"PT12H"])', timedelta(hours=36)),
]


@pytest.mark.parametrize(("source", "expected"), VALUES + MOMENTS, ids=[source for source, _ in VALUES + MOMENTS])
def test_an_expression_gives_its_value(source: str, expected: Any, scope: Callable[..., feel.Scope]) -> None:
    """Each line of the tables holds, and nothing raises."""
    found = feel.compile(source).evaluate(scope(**DATA))
    assert found == expected
    assert type(found) is type(expected) or isinstance(expected, int)


def test_a_value_that_is_null_says_why(scope: Callable[..., feel.Scope]) -> None:
    """The reason names what is missing, in both languages."""
    here = scope()
    assert feel.compile("handler.name").evaluate(here) is None
    assert here.reasons[0] == "没有名为 handler 的数据 / there is no handler"


def test_whole_numbers_of_the_data_become_decimals(scope: Callable[..., feel.Scope]) -> None:
    """Also inside lists and contexts that are passed on as they are; booleans stay booleans."""
    found = feel.compile("{a: row, b: flag}").evaluate(scope(row=[1, {"n": 2.5}, True], flag=True))
    assert found == {"a": [Decimal(1), {"n": Decimal("2.5")}, True], "b": True}
    assert type(found["a"][0]) is Decimal
    assert found["a"][2] is True


def test_what_the_language_has_no_word_for_is_null(scope: Callable[..., feel.Scope]) -> None:
    """No Python object, bound method or naive time of the data gets in."""
    here = scope(thing=object(), call=str.upper, naive=datetime(2026, 1, 1))  # noqa: DTZ001
    assert feel.compile("[thing, call, naive]").evaluate(here) == [None, None, None]
