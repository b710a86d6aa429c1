"""Turn the shape of an expression into closures: names are found and functions chosen before anything is evaluated."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from casework.feel import syntax
from casework.feel.calls import Call, compile_invocation
from casework.feel.closures import (
    Run,
    choice,
    constant,
    context,
    descent,
    enclosed,
    filtered,
    function,
    global_name,
    indexed,
    instance,
    item_name,
    items,
    logic,
    negation,
    operation,
    path,
    slot,
    span,
    tested,
)
from casework.feel.kinds import ANY, SIMPLE_KINDS, Kind
from casework.feel.loops import loop, quantified, steps
from casework.feel.moments import literal
from casework.feel.operators import OPERATORS, SIGNS
from casework.feel.problems import FeelSyntaxError
from casework.feel.shortcuts import among, between, compared, comparison
from casework.feel.values import kind_of

MOST_HEIGHT = 150


@dataclass(frozen=True, slots=True)
class Binding:
    """A name bound inside the expression to a slot; for the item of a filter, all its entries are names as well."""

    name: str
    slot: int
    item: bool = False


class Compiler:
    """Compiles one expression and collects what it asks of its scope."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.item_names: set[str] = set()
        self.calls: list[Call] = []
        self.misfits: list[FeelSyntaxError] = []
        self.bindings: list[Binding] = []
        self.slots = 0
        self.size = 0
        self.height = 0
        self.read_slots: set[int] = set()
        self.asked = False  # whether `?` was read
        self._shapes: dict[type[syntax.Node], Callable[[Any], Run]] = {
            syntax.Constant: lambda node: constant(node.value),
            syntax.Temporal: self._temporal,
            syntax.Name: lambda node: self.name(node.text),
            syntax.Path: lambda node: path(self.compile(node.source), node.key),
            syntax.Descent: lambda node: descent(self.compile(node.source), node.key),
            syntax.Filter: self._filter,
            syntax.Items: lambda node: items(self._all(node.entries)),
            syntax.Entries: self._entries,
            syntax.Between: self._range,
            syntax.Negation: lambda node: negation(self.compile(node.operand)),
            syntax.Binary: self._binary,
            syntax.Logic: lambda node: logic(self._all(node.operands), decisive=node.operator == "or"),
            syntax.Compared: lambda node: self.test(node, self.bind("?")),
            syntax.Membership: self._membership,
            syntax.Choice: lambda node: choice(*self._all((node.condition, node.then, node.otherwise))),
            syntax.Loop: self._loop,
            syntax.Quantified: self._quantified,
            syntax.InstanceOf: lambda node: instance(self.compile(node.value), node.kind),
            syntax.Lambda: self._lambda,
            syntax.Invocation: lambda node: compile_invocation(self, node),
        }

    def compile(self, node: syntax.Node) -> Run:
        """Return the closure of one part."""
        self.size += 1
        self.height += 1
        if self.height > MOST_HEIGHT:
            raise FeelSyntaxError("表达式嵌套过深", "the expression is nested too deeply", node.position)
        run = self._shapes[type(node)](node)
        self.height -= 1
        return run

    def bind(self, name: str, *, item: bool = False) -> int:
        """Bind a name to a new slot and return it; the caller takes the binding away again."""
        self.bindings.append(Binding(name, self.slots, item))
        self.slots += 1
        return self.slots - 1

    def bound(self, name: str) -> bool:
        """Say whether the name may be one of the expression's own."""
        return any(binding.name == name for binding in self.bindings)

    def name(self, name: str) -> Run:
        """Return the closure that reads a name: an entry of an item around it, a variable, or a name of the scope."""
        if name == "?":
            self.asked = True
        found: list[int] = []
        for binding in reversed(self.bindings):
            if binding.item and name != "?":
                found.append(binding.slot)
            if binding.name == name:
                self.read_slots.add(binding.slot)
                run = slot(binding.slot)
                return item_name(name, tuple(found), run) if found else run
        (self.item_names if found else self.names).add(name)
        return item_name(name, tuple(found), global_name(name)) if found else global_name(name)

    def test(self, node: syntax.Node, place: int) -> Run:
        """Return the closure of one test on the value in slot `place`."""
        if isinstance(node, syntax.Compared):
            self.size += 1
            return operation(OPERATORS[node.operator], slot(place), self.compile(node.operand))
        if isinstance(node, syntax.Between):
            return enclosed(slot(place), self.compile(node))
        before, self.asked = self.asked, False
        run = self.compile(node)
        asked, self.asked = self.asked, before or self.asked
        bare = isinstance(node, syntax.Name)
        return run if asked and not bare else tested(slot(place), run)

    def _all(self, nodes: tuple[syntax.Node, ...]) -> tuple[Run, ...]:
        return tuple(self.compile(node) for node in nodes)

    def _temporal(self, node: syntax.Temporal) -> Run:
        text = node.text
        return lambda scope, _slots: literal(scope, text)

    def _range(self, node: syntax.Between) -> Run:
        start, end = (self.compile(end) if end else None for end in (node.start, node.end))
        return span(start, end, node.start_included, node.end_included)

    def _filter(self, node: syntax.Filter) -> Run:
        source = self.compile(node.source)
        if isinstance(node.test, syntax.Constant) and type(node.test.value) is not bool:
            return indexed(source, self.compile(node.test))
        before, depth = self.size, len(self.bindings)
        place = self.bind("item", item=True)
        test = self.compile(node.test)
        del self.bindings[depth:]
        return filtered(source, test, place, self.size - before)

    def _entries(self, node: syntax.Entries) -> Run:
        depth = len(self.bindings)
        entries = []
        for key, value in node.entries:
            run = self.compile(value)
            entries.append((key, self.bind(key), run))
        del self.bindings[depth:]
        return context(tuple(entries))

    def _binary(self, node: syntax.Binary) -> Run:
        if isinstance(node.right, syntax.Constant) and node.operator in ("=", "!=", "<", "<=", ">", ">="):
            self.size += 1
            return comparison(node.operator, self.compile(node.left), node.right.value, self._free(node.left))
        left, right = self.compile(node.left), self.compile(node.right)
        names = self._free(node.left), self._free(node.right)
        if node.operator in SIGNS and names[0] and names[1]:
            return compared(node.operator, (names[0], names[1]), left, right)
        return operation(OPERATORS[node.operator], left, right)

    def _free(self, node: syntax.Node) -> str | None:
        """Return the name when the node is one of the scope's names alone."""
        return node.text if isinstance(node, syntax.Name) and not self.bindings else None

    def _membership(self, node: syntax.Membership) -> Run:
        value = self.compile(node.value)
        if direct := self._direct(node, value):
            return direct
        asked = self.asked
        place = self.bind("?")
        tests = tuple(self.test(test, place) for test in node.tests)
        self.bindings.pop()
        self.asked = asked
        either = logic(tests, decisive=True) if len(tests) > 1 else tests[0]

        def run(scope: Any, slots: Any) -> Any:
            slots[place] = value(scope, slots)
            return either(scope, slots)

        return run

    def _direct(self, node: syntax.Membership, value: Run) -> Run | None:
        """Return the short way for what conditions ask most: between two constants, or among several."""
        first = node.tests[0]
        if len(node.tests) == 1 and isinstance(first, syntax.Between):
            ends = [end.value for end in (first.start, first.end) if isinstance(end, syntax.Constant)]
            whole = first.start_included and first.end_included and len(ends) == 2
            if whole and [type(end) for end in ends] in ([Decimal] * 2, [str] * 2):
                self.size += 1
                return between(value, ends[0], ends[1], self._free(node.value))
        constants = tuple(test.value for test in node.tests if isinstance(test, syntax.Constant))
        kinds = {type(constant) for constant in constants}
        if len(constants) == len(node.tests) and kinds in ({str}, {Decimal}):
            self.size += len(constants)
            return among(value, constants)
        return None

    def _iterations(self, iterations: tuple[syntax.Iteration, ...]) -> Any:
        found = []
        for iteration in iterations:
            source = self.compile(iteration.source)
            end = self.compile(iteration.end) if iteration.end else None
            found.append((self.bind(iteration.name), steps(source, end)))
        return tuple(found)

    def _loop(self, node: syntax.Loop) -> Run:
        before, depth = self.size, len(self.bindings)
        iterations = self._iterations(node.iterations)
        partial = self.bind("partial")
        body = self.compile(node.body)
        del self.bindings[depth:]
        return loop(iterations, partial if partial in self.read_slots else None, body, self.size - before)

    def _quantified(self, node: syntax.Quantified) -> Run:
        before, depth = self.size, len(self.bindings)
        iterations = self._iterations(node.iterations)
        body = self.compile(node.body)
        del self.bindings[depth:]
        return quantified(iterations, body, self.size - before, decisive=not node.every)

    def _lambda(self, node: syntax.Lambda) -> Run:
        before, depth = self.size, len(self.bindings)
        places = tuple(self.bind(parameter) for parameter in node.parameters)
        body = self.compile(node.body)
        del self.bindings[depth:]
        return function(node.parameters, places, body, self.size - before, node.kinds, _given(node.body))


def _given(body: syntax.Node) -> Kind | None:
    """Return the kind of what an expression gives, where its form alone tells."""
    if isinstance(body, syntax.Constant):
        return SIMPLE_KINDS.get(kind_of(body.value))
    if isinstance(body, syntax.Entries):
        found = Kind("context")
        found.entries = {key: _given(value) or ANY for key, value in body.entries}
        return found
    return None
