"""Expressions written to harm: each is refused, or ends soon with a value, null or WorkExceeded."""

import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from casework import feel

MOST_SECONDS = 2  # of processor time; a quiet machine needs less than one

NUMBERS = [
    *("1e999999999", "10 ** 999999999", "9 ** 9 ** 9 ** 9", "exp(1e6)", "log(1e-6000)", "decimal(1e6000, 6000)"),
    *("modulo(1e6144, 1e-6000)", "1e6144 * 1e6144", "odd(1e6000)", "round up(1e-6143, 6111)"),
    *('@"P999999999Y" + @"P999999999Y"', '@"P999999999D" * 1e18', 'date(9999,12,31) + @"P1D"', '@"P1D" * 1e6000'),
]
LOOPS = [
    "for i in 1..1000000000 return i",
    'for i in @"0001-01-01"..@"9999-12-31" return i',
    "for a in 1..1000, b in 1..1000, c in 1..1000 return a",
    "some a in 1..100000, b in 1..100000 satisfies a = -1",
    "every a in 1..100000, b in 1..100000 satisfies a > 0",
    "for i in 1..20000 return partial",
    "for i in [1] return for j in [1..100000] return for k in [1..100000] return k",
    "{a: for i in 1..3000 return i, b: for i in a return count(a[item != i])}.b",
    '{a: for i in 1..400 return "x", b: for i in a return a, c: for i in b return b, d: flatten(c)}',
]
FUNCTIONS = [
    "(function(f) f(f))(function(f) f(f))",
    "{f: function(n) if n < 2 then n else f(n-1) + f(n-2), r: f(40)}.r",
    "(function(f) f(f, 40))(function(f, n) if n < 2 then n else f(f, n-1) + f(f, n-2))",
    "sort(for i in 1..3000 return i, function(x,y) some z in 1..1000 satisfies z < 0)",
    "list replace(for i in 1..100000 return 1, function(item, newItem) true, 2)",
    "(function(a) (function(b) (function(c) a(b)(c))(a))(a))(function(x) x)",
]
LISTS = [
    "count(for i in 1..200000 return i)",
    "distinct values(for i in 1..50000 return i)",
    "union(for i in 1..50000 return i, [1])",
    "mode(for i in 1..100000 return i)",
    "index of(for i in 1..100000 return 1, 1)",
    "product(for i in 1..100000 return 1e100)",
    "sort(for i in 1..30000 return -i, function(x,y) x < y)",
    "context(for i in 1..30000 return {key: string(i), value: i})",
    "context merge(for i in 1..2000 return {y: for j in 1..2000 return j})",
    "{a: [1,2,3,4,5,6,7,8], b: [a,a,a,a,a,a,a,a], c: [b,b,b,b,b,b,b,b], d: [c,c,c,c,c,c,c,c], e: [d,d,d,d,d,d,d,d],"
    " f: [e,e,e,e,e,e,e,e], g: string(f)}",
]
TEXTS = [
    '{a: "xxxxxxxxxx", b: a+a+a+a+a+a+a+a+a+a, c: b+b+b+b+b+b+b+b+b+b, d: c+c+c+c+c+c+c+c+c+c, e: d+d+d+d+d+d+d+d+d+d,'
    " f: e+e+e}.f",
    'count(for i in 1..20000 return if i = 1 then "x" else partial[-1] + "x")',
    'string(for i in 1..50000 return "xxxxxxxxxx")',
    'string join(for i in 1..50000 return "xxxxxxxxxxxxxxxxxxxx")',
    'replace(string join(for i in 1..5000 return "a"), "a", "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb")',
    'substring(string join(for i in 1..9000 return "abcdefghij"), -1000000000, 1000000000)',
]
PATTERNS = [
    'matches(string join(for i in 1..10000 return "a"), "(a+)+$")',
    'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^(a|aa)+$")',
    'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaa", "(a?){28}a{28}")',
    'matches("a", "((a{100}){100}){100}")',
    'matches(string join(for i in 1..3000 return "a"), "(a*)(a*)(a*)\\\\1\\\\2b")',
    'matches("a", "[a-[a-[a-[a-[a]]]]]")',
    'replace(string join(for i in 1..20000 return "ab"), "(a|b)*c", "x")',
    'split(string join(for i in 1..20000 return "ab"), "(a*)*b")',
]
ESCAPES = [
    *('__import__("os").system("id")', "x.__class__.__mro__", '"".__class__', "{__class__: 1}"),
    'function() external {java: {class: "java.lang.Runtime", method signature: "exec()"}}',
    '@"2021-01-01T00:00:00@../../etc/passwd"',
    'range("[1..(for i in 1..1000000 return i)]")',
]
DEPTHS = [
    *("(" * 5000, "-" * 15_000 + "1", "{a:" * 3000, "[" * 15_000, "if " * 3000, "x" + "...a" * 3000, "a in (" * 3000),
    *("a instance of " + "list<" * 3000, "function(" + ",".join(f"p{at}" for at in range(3000)) + ") 1"),
    *('"' + "\\u0041" * 3000 + '"', "{" + ",".join(f"k{at} z: 1" for at in range(2000)) + "}", "1" + "+1" * 9000),
]
HOSTILE = NUMBERS + LOOPS + FUNCTIONS + LISTS + TEXTS + PATTERNS + ESCAPES + DEPTHS


@pytest.mark.parametrize("source", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_hostile_runs_away(source: str, scope: Callable[..., feel.Scope]) -> None:
    """Neither while it is read nor while it is evaluated."""
    begun = time.process_time()
    try:
        value = feel.compile(source).evaluate(scope())
    except (feel.FeelSyntaxError, feel.WorkExceeded):
        value = None
    assert time.process_time() - begun < MOST_SECONDS
    assert not isinstance(value, feel.Function) or source.startswith("(function")


@pytest.mark.parametrize("source", ESCAPES)
def test_nothing_gets_out(source: str, scope: Callable[..., feel.Scope]) -> None:
    """What reaches for the machine behind is refused or null."""
    value = None
    with suppress(feel.FeelSyntaxError):
        value = feel.compile(source).evaluate(scope(x="x"))
    assert value is None
