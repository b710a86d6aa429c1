"""Compiling the FEEL texts of a decision file, and running them with more names in sight."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from casework.decisions import xml
from casework.decisions.problems import MISFIT, Findings
from casework.decisions.types import Types
from casework.decisions.xml import Element
from casework.feel import Expression, FeelSyntaxError, Kind, Kinds, Scope, UnaryTests
from casework.feel import compile as compile_feel
from casework.feel import compile_unary_tests as compile_tests
from casework.feel.kinds import ANY

Run = Callable[[Scope], Any]


def inside(scope: Scope, names: Mapping[str, Any], run: Run) -> Any:
    """Run with more names in sight; the work is taken from the same budget."""
    return scope.under(dict(names), run)


def fitting(run: Run, kind: Kind | None) -> Run:
    """Return the logic whose value is made to fit a type, where one is asked for."""
    if kind is None or kind is ANY:
        return run

    def fit(scope: Scope) -> Any:
        return kind.fit(scope, run(scope))

    return fit


class Compiler:
    """Compiles the logic of one element; collects the names it asks for."""

    def __init__(self, findings: Findings, known: Collection[str], types: Types, kinds: Kinds, own_name: str) -> None:
        self.findings = findings
        self.known = frozenset(known)
        self.types = types
        self.kinds = kinds
        self.own_name = own_name
        self.names: set[str] = set()
        self.bound: list[str] = []

    def bind(self, name: str) -> None:
        """Let the expressions from here on use a name."""
        self.bound.append(name)
        if not name.isidentifier():
            self.known |= {name}

    def expression(self, source: str, element: Element, row: int | None = None) -> Run:
        """Compile a FEEL text; an empty one is null."""
        if not source:
            return nothing
        try:
            found = compile_feel(source, self.known, self.kinds, strict=False)
        except FeelSyntaxError as error:
            self.findings.add_syntax(xml.place(element), source, error, row)
            return nothing
        for misfit in found.misfits:
            self.findings.add_syntax(xml.place(element), source, misfit, row, MISFIT)
        self.ask(found)
        return found.evaluate

    def tests(self, source: str, element: Element, row: int | None = None) -> UnaryTests | None:
        """Compile a cell; None for one that matches all."""
        try:
            found = compile_tests(source, self.known, self.kinds)
        except FeelSyntaxError as error:
            self.findings.add_syntax(xml.place(element), source, error, row)
            return None
        self.ask(found)
        return None if source in ("", "-") else found

    def ranking(self, values: str) -> Run | None:
        """Compile listed values as a list in their order; None when they are tests of another kind."""
        try:
            return compile_feel(f"[{values}]", self.known, self.kinds).evaluate
        except FeelSyntaxError:
            return None

    def ask(self, found: Expression | UnaryTests) -> None:
        """Remember the names that an expression needs and nothing around it binds."""
        self.names |= found.names - set(self.bound)


def nothing(_scope: Scope) -> None:
    """Stand in for an expression that is not there."""
    return
