"""Expressions and cells, compiled once and evaluated as often as needed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from casework.feel import arithmetic, contexts, lists, range_text, texts  # noqa: F401  they declare their functions
from casework.feel.calls import Call
from casework.feel.closures import Run, logic
from casework.feel.compiler import Compiler
from casework.feel.kinds import Kinds
from casework.feel.parser import Parser
from casework.feel.problems import FeelSyntaxError, WorkExceeded
from casework.feel.values import SCALARS, Scope, read, settle


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression.

    `names` are the names its scope must have, `item_names` those that may as well be entries of a filtered list's
    items, `calls` the functions it calls by name. `misfits` are the calls that are null whatever the data, as no
    function of the language takes such arguments.
    """

    source: str
    names: frozenset[str]
    item_names: frozenset[str]
    calls: tuple[Call, ...]
    misfits: tuple[FeelSyntaxError, ...] = field(repr=False, compare=False)
    _run: Run = field(repr=False, compare=False)
    _slots: int = field(repr=False, compare=False)

    def evaluate(self, scope: Scope) -> Any:
        """Return the value; null, with a reason in the scope, where the data does not fit.

        WorkExceeded when the budget of the scope is spent.
        """
        try:
            value = self._run(scope, [None] * self._slots)
            return value if type(value) in SCALARS else settle(scope, value)
        except RecursionError:
            raise WorkExceeded from None


@dataclass(frozen=True, slots=True)
class UnaryTests:
    """A compiled cell of a decision table: tests on one value."""

    source: str
    names: frozenset[str]
    item_names: frozenset[str]
    calls: tuple[Call, ...]
    _run: Run | None = field(repr=False, compare=False)
    _slots: int = field(repr=False, compare=False)
    _negated: bool = field(repr=False, compare=False)

    def matches(self, value: Any, scope: Scope) -> bool:
        """Say whether the value passes; never when a test gives null."""
        if self._run is None:
            return True
        slots = [None] * self._slots
        slots[0] = read(value)
        try:
            found = self._run(scope, slots)
        except RecursionError:
            raise WorkExceeded from None
        return type(found) is bool and found is not self._negated


def compile_expression(
    source: str, known: Collection[str] = (), kinds: Kinds | None = None, *, strict: bool = True
) -> Expression:
    """Return the compiled expression, or raise FeelSyntaxError.

    `known` are names of several words it may use, `kinds` those that its file defines. Unless it is `strict`, a call
    that does not fit is listed in the expression instead of raised.
    """
    found = _expression(source, frozenset(known), kinds)
    if strict:
        _refuse(found.misfits)
    return found


def compile_unary_tests(source: str, known: Collection[str] = (), kinds: Kinds | None = None) -> UnaryTests:
    """Return the compiled cell; "-" and an empty cell match all. FeelSyntaxError when it is none."""
    return _unary_tests(source, frozenset(known), kinds)


@lru_cache(maxsize=4096)
def _expression(source: str, known: frozenset[str], kinds: Kinds | None) -> Expression:
    compiler = Compiler()
    try:
        run = compiler.compile(Parser(source, known, kinds).whole())
    except RecursionError:
        raise _too_deep() from None
    names, item_names = frozenset(compiler.names), frozenset(compiler.item_names)
    return Expression(source, names, item_names, tuple(compiler.calls), tuple(compiler.misfits), run, compiler.slots)


@lru_cache(maxsize=8192)
def _unary_tests(source: str, known: frozenset[str], kinds: Kinds | None) -> UnaryTests:
    compiler = Compiler()
    place = compiler.bind("?")
    try:
        negated, nodes = Parser(source, known, kinds).unary_tests() if source.strip() else (False, ())
        tests = tuple(compiler.test(node, place) for node in nodes)
    except RecursionError:
        raise _too_deep() from None
    _refuse(compiler.misfits)
    run = None if not tests else tests[0] if len(tests) == 1 else logic(tests, decisive=True)
    names, item_names = frozenset(compiler.names), frozenset(compiler.item_names)
    return UnaryTests(source, names, item_names, tuple(compiler.calls), run, compiler.slots, negated)


def _refuse(misfits: Sequence[FeelSyntaxError]) -> None:
    if misfits:
        raise FeelSyntaxError(misfits[0].zh, misfits[0].en, misfits[0].position)


def _too_deep() -> FeelSyntaxError:
    return FeelSyntaxError("表达式嵌套过深", "the expression is nested too deeply", 0)
