"""FEEL, the one language designers write expressions in: compiled to closures, closed by construction.

An expression sees the names and functions of its scope and nothing else. Data never raises: what has no value is
null, and the scope says why. Work is counted, and ends with WorkExceeded. No text makes the compiler do more than
refuse it.
"""

from casework.feel.calls import Call
from casework.feel.expressions import Expression, UnaryTests, compile_unary_tests
from casework.feel.expressions import compile_expression as compile  # noqa: A004  it is this language's word too
from casework.feel.kinds import Kind, Kinds
from casework.feel.patterns import Pattern, PatternRefused
from casework.feel.problems import FeelSyntaxError, WorkExceeded
from casework.feel.spans import Cycle, Duration, parse_timer
from casework.feel.texts import write
from casework.feel.values import Function, Range, Scope, YearsMonths, anchored, read
from casework.feel.wide import Wide

__all__ = [
    "Call",
    "Cycle",
    "Duration",
    "Expression",
    "FeelSyntaxError",
    "Function",
    "Kind",
    "Kinds",
    "Pattern",
    "PatternRefused",
    "Range",
    "Scope",
    "UnaryTests",
    "Wide",
    "WorkExceeded",
    "YearsMonths",
    "anchored",
    "compile",
    "compile_unary_tests",
    "parse_timer",
    "read",
    "write",
]
