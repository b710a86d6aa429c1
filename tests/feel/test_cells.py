"""What the cells of a decision table match."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from casework import feel

CASES: list[tuple[str, Any, bool]] = [
    ("-", 1, True),
    ("", None, True),
    ("< 5", 4, True),
    ("< 5", 5, False),
    ("< 5", None, False),
    ("<= limit", 10, True),
    ("5", 5, True),
    ("5", "5", False),
    ("-5", -5, True),
    ("1, 5", 5, True),
    ("1, 5", 2, False),
    ('"a", "b"', "b", True),
    ("[1..10]", 10, True),
    ("[1..10)", 10, False),
    ("[1..3], > 8", 9, True),
    ("not(5)", 4, True),
    ("not(5)", 5, False),
    ("not(1, 5)", 5, False),
    ("not(< 5)", 7, True),
    ("not(< 5)", None, False),
    ('not("a", "b")', "c", True),
    ("(1, 5)", 5, True),
    ("(1, 5)", 2, False),
    ("(1, > 5), 3", 3, True),
    ("(1, > 5), 3", 4, False),
    ("not((1, 5))", 5, False),
    ("([1, 2])", 2, True),
    ("(max(1, 5))", 5, True),
    ("(1 + 2) * 2", 6, True),
    ("true", True, True),
    ("true", False, False),
    ("null", None, True),
    ("null", 1, False),
    ("not(null)", 1, True),
    ("? > 3 and ? < 5", 4, True),
    ("? > 3 and ? < 5", 6, False),
    ('contains(?, "电梯")', "电梯困人", True),
    ('not(contains(?, "电梯"))', "电梯困人", False),
    ('not(contains(?, "电梯")) and ? != "x"', "供水", True),
    ("list contains(?, 2)", [1, 2], True),
    ("allowed", "CO", True),
    ("allowed", "UM", False),
    ("not(allowed)", "UM", True),
    ("[1, 2]", [1, 2], True),
    ('@"2026-01-01"', date(2026, 1, 1), True),
    ('> @"2026-01-01"', date(2026, 1, 2), True),
    ('[@"2026-01-01"..@"2026-12-31"]', date(2026, 7, 1), True),
    ("(1..5)", 5, False),
    ("limit - 1", 9, True),
    ("every x in ? satisfies x > 0", [1, 2], True),
    ('if limit > 5 then "a" else "b"', "a", True),
    ("> limit, missing", 3, False),
]


@pytest.mark.parametrize(
    ("source", "value", "expected"), CASES, ids=[f"{source} ← {value}" for source, value, _ in CASES]
)
def test_a_cell(source: str, value: Any, expected: bool, scope: Callable[..., feel.Scope]) -> None:
    """Each line of the table holds."""
    assert feel.compile_unary_tests(source).matches(value, scope(limit=10, allowed=["CO", "ST"])) is expected


@pytest.mark.parametrize("source", ["< ", "not(", "1,", "(1, 2", "(1, 2) + 1", "((1, 2), 3)", "-, 1", "> 1 and", "1 2"])
def test_what_is_no_cell_is_refused(source: str) -> None:
    """With the place where reading stopped."""
    with pytest.raises(feel.FeelSyntaxError) as refusal:
        feel.compile_unary_tests(source)
    assert 0 <= refusal.value.position <= len(source)
