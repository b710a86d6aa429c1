"""Expressions are closed and bounded: nothing gets out, nothing runs away, and any text is read or refused."""

import string
import timeit
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework import feel

WORDS = (
    *(
        "for",
        "in",
        "return",
        "some",
        "every",
        "satisfies",
        "if",
        "then",
        "else",
        "and",
        "or",
        "not",
        "between",
        "instance",
    ),
    *(
        "of",
        "function",
        "true",
        "null",
        "date and time",
        "list contains",
        "count",
        "x",
        "案件",
        "?",
        "-",
        "+",
        "*",
        "/",
        "**",
    ),
    *(
        "=",
        "!=",
        "<",
        ">=",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        ".",
        "..",
        '"a"',
        '"',
        "@",
        "1",
        "1.5",
        "//",
        "/*",
        "*/",
    ),
)


def bare_scope(**names: Any) -> feel.Scope:
    return feel.Scope(names, {}, datetime(2026, 1, 6, tzinfo=UTC), ZoneInfo("Asia/Shanghai"), budget=20_000)


def read_both_ways(source: str) -> None:
    """Compile as expression and as cell, and evaluate what could be read."""
    with suppress(feel.FeelSyntaxError, feel.WorkExceeded):
        feel.compile(source).evaluate(bare_scope(x=1))
    with suppress(feel.FeelSyntaxError, feel.WorkExceeded):
        feel.compile_unary_tests(source).matches(1, bare_scope(x=1))


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(source: str) -> None:
    """Neither compiling nor evaluating raises anything else."""
    read_both_ways(source)


@given(st.lists(st.sampled_from(WORDS), max_size=25), st.sampled_from(["", " "]))
def test_any_words_are_read_or_refused(words: list[str], space: str) -> None:
    """Also when every word is one of the language."""
    read_both_ways(space.join(words))


@given(st.text(alphabet="ab()[]|*+?{}1,2^$.\\dw", max_size=12), st.text(alphabet="ab1", max_size=30))
def test_any_pattern_is_run_or_refused(pattern: str, text: str) -> None:
    """A regular expression from data can't crash either."""
    here = bare_scope(pattern=pattern, text=text)
    assert feel.compile("matches(text, pattern)").evaluate(here) in (True, False, None)


@pytest.mark.parametrize(
    "source",
    [
        *(
            "1 +",
            "(1",
            "[1,",
            "{a 1}",
            "{a: 1, a: 2}",
            "if true then 1",
            "for in x return 1",
            "x.",
            "1 2",
            ")",
            "f(1,",
            "'a'",
        ),
        *(
            "x y",
            '"a',
            "/* a",
            "$x",
            "some x satisfies 1",
            "a.b.",
            "x instance of",
            "x instance of thing",
            "in",
            "]1",
            "@1",
        ),
        *(
            "__import__",
            "x.__class__",
            "{__a: 1}",
            '{"__class__": 1}',
            "for __i in x return 1",
            "function(__a) 1",
        ),
        *("“a”", "a，b", "count（x）", "1e99999", "9" * 101, '"\\uD800"'),
    ],
)
def test_what_is_no_expression_is_refused(source: str) -> None:
    """With a message in both languages and the place where reading stopped."""
    with pytest.raises(feel.FeelSyntaxError) as refusal:
        feel.compile(source)
    assert 0 <= refusal.value.position <= len(source)
    assert refusal.value.zh
    assert refusal.value.en


def test_full_width_punctuation_is_explained() -> None:
    """Chinese keyboards write it, so the message names the half-width sign."""
    with pytest.raises(feel.FeelSyntaxError, match=r"请使用半角符号 \( 代替 （"):
        feel.compile("count（x）")


@pytest.mark.parametrize(
    "source",
    [
        "(" * 5000,
        "[" * 3000 + "]" * 3000,
        "-" * 5000 + "1",
        "1" + "+1" * 3000,
        "not(" * 200 + "true" + ")" * 200,
        "x" + ".a" * 3000,
        "x" + "[1]" * 1500,
        "if a then b else " * 500 + "c",
        "a in (" * 200 + "1..2" + ")" * 200,
        "1" * 30_000,
        "{" + ",".join(f"a b{at}: 1" for at in range(2000)) + "}",
    ],
)
def test_texts_that_are_too_deep_or_too_long_are_refused(source: str) -> None:
    """Quickly, and never by running out of stack."""
    with pytest.raises(feel.FeelSyntaxError):
        feel.compile(source)


RUNAWAYS = [
    "for i in 1..1000000000 return i",
    "for a in 1..1000, b in 1..1000, c in 1..1000 return a",
    "(function(f) f(f))(function(f) f(f))",
    "{a: [1,2,3,4,5,6,7,8], b: [a,a,a,a,a,a,a,a], c: [b,b,b,b,b,b,b,b], d: [c,c,c,c,c,c,c,c], e: [d,d,d,d,d,d,d,d],"
    " f: [e,e,e,e,e,e,e,e], g: count(flatten([f,f,f,f]))}.g",
    "{a: [1,2,3,4,5,6,7,8], b: [a,a,a,a,a,a,a,a], c: [b,b,b,b,b,b,b,b], d: [c,c,c,c,c,c,c,c], e: [d,d,d,d,d,d,d,d],"
    " f: [e,e,e,e,e,e,e,e], g: [f,f,f,f]}",
    '{a: "xxxxxxxxxx", b: a+a+a+a+a+a+a+a+a+a, c: b+b+b+b+b+b+b+b+b+b, d: c+c+c+c+c+c+c+c+c+c, e: d+d+d+d+d+d+d+d+d+d,'
    " f: e+e+e}.f",
    "{a: for i in 1..3000 return i, b: for i in a return count(a[item != i])}.b",
    "{a: for i in 1..20000 return string(i), b: distinct values(a)}.b",
    '{a: string join(for i in 1..20000 return "ab"), b: for i in 1..1000 return matches(a, "(a|b)*(a|b)*(a|b)*c")}.b',
]


@pytest.mark.parametrize("source", RUNAWAYS)
def test_work_is_bounded(source: str, scope: Callable[..., feel.Scope]) -> None:
    """An expression that would run away ends with WorkExceeded, in moments."""
    expression = feel.compile(source)
    with pytest.raises(feel.WorkExceeded):
        expression.evaluate(scope())


def test_no_pattern_explodes(scope: Callable[..., feel.Scope]) -> None:
    """What takes other engines hours is answered."""
    here = scope(text="a" * 2000)
    assert feel.compile('matches(text, "^(a+)+$")').evaluate(here) is True
    assert feel.compile('matches(text, "^(a|aa)*b$")').evaluate(scope(text="a" * 2000)) is False


def test_deep_data_is_no_danger(scope: Callable[..., feel.Scope]) -> None:
    """Data nested without end is refused when all of it would have to be read."""
    deep: list[Any] = []
    deep.append(deep)
    with pytest.raises(feel.WorkExceeded):
        feel.compile("deep").evaluate(scope(deep=deep))
    with pytest.raises(feel.WorkExceeded):
        feel.compile("deep = deep").evaluate(scope(deep=deep))
    with pytest.raises(feel.WorkExceeded):
        feel.compile("string(deep)").evaluate(scope(deep=deep))


def test_reasons_do_not_pile_up(scope: Callable[..., feel.Scope]) -> None:
    """A loop over missing data notes the first reasons only."""
    here = scope()
    feel.compile("for i in 1..1000 return missing").evaluate(here)
    assert len(here.reasons) == 50


def test_a_condition_costs_no_more_than_ten_times_a_lambda(scope: Callable[..., feel.Scope]) -> None:
    """The everyday condition of a gateway, measured against the same test in Python."""
    here = scope(**{"pass": "return", "redo": 0})
    condition = feel.compile('pass = "return" and redo < 1')

    def plain(data: Any) -> bool:
        return data["pass"] == "return" and data["redo"] < 1

    ours = min(timeit.repeat(lambda: condition.evaluate(here), number=5000, repeat=15))
    python = min(timeit.repeat(lambda: plain(here.names), number=5000, repeat=15))
    assert ours <= 10 * python


def test_letters_of_every_script_are_names() -> None:
    """Chinese, Greek and accented names, and digits behind the first letter."""
    for name in ("案件", "είδος", "größe", "x1", *string.ascii_letters):
        assert feel.compile(name).names == {name}
