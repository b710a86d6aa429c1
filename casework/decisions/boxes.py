"""The boxed expressions of DMN, compiled to closures over a scope."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from casework.decisions import xml
from casework.decisions.logic import Compiler, Run, fitting, inside, nothing
from casework.decisions.tables import compile_table
from casework.decisions.xml import Element
from casework.feel import Function, Scope, read
from casework.feel.closures import at_position, listed, no_test
from casework.feel.kinds import ANY
from casework.feel.loops import stepping, steps_of

MOST_DEPTH = 20


class Boxes(Compiler):
    """Compiles boxed expressions, which may hold each other."""

    depth = 0

    def box(self, owner: Element) -> Run:
        """Compile the expression that an element holds."""
        boxes = self.boxes()
        element = xml.child(owner, *boxes)
        if element is None:
            zh, en = "没有决策逻辑", "there is no decision logic"
            self.findings.add(xml.place(owner), "logic_missing", zh, en)
            return nothing
        return self.boxed(element)

    def boxed(self, element: Element) -> Run:
        """Compile a boxed expression; what it gives is made to fit the type it names."""
        self.depth += 1
        if self.depth > MOST_DEPTH:
            self.findings.add(xml.place(element), "nested_too_deeply", "嵌套过深", "nested too deeply")
            return nothing
        kind = xml.kind(element)
        logic = self.boxes()[kind](element)
        self.depth -= 1
        plain = kind in ("decisionTable", "functionDefinition")
        return fitting(logic, self.types.own(element) if plain else self.types.of(element))

    def boxes(self) -> dict[str, Callable[[Element], Run]]:
        return {
            "decisionTable": lambda table: compile_table(self, table),
            "literalExpression": self.literal,
            "context": self.context,
            "invocation": self.invocation,
            "list": self.list,
            "relation": self.relation,
            "functionDefinition": self.function,
            "conditional": self.conditional,
            "filter": self.filter,
            "for": self.loop,
            "some": self.quantified,
            "every": self.quantified,
        }

    def literal(self, element: Element) -> Run:
        language = element.get("expressionLanguage") or ""
        if language and "feel" not in language.lower():
            zh, en = "表达式只能用 FEEL 书写", "an expression may be written in FEEL only"
            self.findings.add(xml.place(element), "language_unknown", zh, en)
        return self.expression(xml.text(element), element)

    def context(self, element: Element) -> Run:
        entries: list[tuple[str, Run]] = []
        bound, known = len(self.bound), self.known
        for entry in xml.children(element, "contextEntry"):
            variable = xml.child(entry, "variable")
            name = "" if variable is None else xml.name(variable)
            logic = self.box(entry)
            entries.append((name, logic if variable is None else fitting(logic, self.types.of(variable))))
            if name:
                self.bind(name)
        del self.bound[bound:]
        self.known = known

        def run(scope: Scope) -> Any:
            found: dict[str, Any] = {}
            for name, entry in entries:
                value = inside(scope, found, entry)
                if not name:
                    return value
                found[name] = value
            return found

        return run

    def invocation(self, element: Element) -> Run:
        called = xml.child(element, "literalExpression")
        source = xml.text(called)
        target = self.expression(source, element)
        bindings: list[tuple[str, Run]] = []
        for binding in xml.children(element, "binding"):
            parameter = xml.child(binding, "parameter")
            value = self.box(binding)
            if parameter is not None:
                bindings.append((xml.name(parameter), fitting(value, self.types.of(parameter))))

        def run(scope: Scope) -> Any:
            function = target(scope)
            given = {name: value(scope) for name, value in bindings}
            if not isinstance(function, Function) or set(given) != set(function.parameters):
                return scope.null(f"不能调用 {source}", f"{source} can't be called like this")
            return function.call(scope, [given[name] for name in function.parameters])

        return run

    def list(self, element: Element) -> Run:
        entries = self.all_in(element)
        return lambda scope: [entry(scope) for entry in entries]

    def all_in(self, element: Element) -> Sequence[Run]:
        return [self.boxed(entry) for entry in xml.children(element, *self.boxes())]

    def relation(self, element: Element) -> Run:
        columns = [xml.name(column) for column in xml.children(element, "column")]
        kinds = [self.types.of(column) for column in xml.children(element, "column")]
        rows = [
            [fitting(cell, kind) for cell, kind in zip(self.all_in(row), kinds, strict=False)]
            for row in xml.children(element, "row")
        ]
        return lambda scope: [dict(zip(columns, (cell(scope) for cell in row), strict=False)) for row in rows]

    def function(self, element: Element) -> Run:
        if element.get("kind", "FEEL") != "FEEL":
            zh, en = "函数只能用 FEEL 书写", "a function may be written in FEEL only"
            self.findings.add(xml.place(element), "function_not_feel", zh, en)
            return nothing
        formal = list(xml.children(element, "formalParameter"))
        parameters = tuple(xml.name(parameter) for parameter in formal)
        kinds = tuple(self.types.of(parameter) or ANY for parameter in formal)
        bound, known = len(self.bound), self.known
        for name in parameters:
            self.bind(name)
        body = self.box(element)
        del self.bound[bound:]
        self.known = known
        own = self.own_name

        def run(scope: Scope) -> Function:
            names = scope.names

            def call(caller: Scope, values: list[Any]) -> Any:
                there = {own: made, **names, **dict(zip(parameters, values, strict=True))}
                return inside(caller, there, body)

            made = Function(parameters, call, kinds if any(kind is not ANY for kind in kinds) else ())
            return made

        return run

    def part(self, element: Element, kind: str, *names: str) -> Run:
        """Compile the expression in a named part of a box, in which these names are bound."""
        part = xml.child(element, kind)
        if part is None:
            zh, en = f"缺少 {kind}", f"it has no {kind}"
            self.findings.add(xml.place(element), "logic_missing", zh, en)
            return nothing
        bound, known = len(self.bound), self.known
        for name in names:
            self.bind(name)
        run = fitting(self.box(part), self.types.of(part))
        del self.bound[bound:]
        self.known = known
        return run

    def conditional(self, element: Element) -> Run:
        test, then, otherwise = (self.part(element, kind) for kind in ("if", "then", "else"))

        def run(scope: Scope) -> Any:
            found = test(scope)
            if found is not None and not isinstance(found, bool):
                return no_test(scope, found)
            return then(scope) if found else otherwise(scope)

        return run

    def filter(self, element: Element) -> Run:
        source = self.part(element, "in")
        asked = set(self.names)
        test = self.part(element, "match", "item")
        self.names = asked  # what the test asks for may as well be an entry of the item

        def run(scope: Scope) -> Any:
            entries = listed(source(scope))
            scope.spend(1 + len(entries))
            kept = []
            for entry in map(read, entries):
                found = inside(scope, {"item": entry, **(entry if isinstance(entry, dict) else {})}, test)
                if isinstance(found, Decimal):
                    return at_position(scope, entries, found)
                if found is not None and not isinstance(found, bool):
                    return no_test(scope, found)
                if found:
                    kept.append(entry)
            return kept

        return run

    def loop(self, element: Element) -> Run:
        name = element.get("iteratorVariable") or ""
        source = self.part(element, "in")
        body = self.part(element, "return", name, "partial")

        def run(scope: Scope) -> list[Any]:
            found: list[Any] = []
            for value in steps_of(scope, source(scope)):
                scope.spend(10 + len(found) // 8)
                found.append(inside(scope, {name: value, "partial": list(found)}, body))
            return found

        return stepping(run)

    def quantified(self, element: Element) -> Run:
        name = element.get("iteratorVariable") or ""
        decisive = xml.kind(element) == "some"
        source = self.part(element, "in")
        test = self.part(element, "satisfies", name)

        def run(scope: Scope) -> bool | None:
            result: bool | None = not decisive
            for value in steps_of(scope, source(scope)):
                scope.spend(10)
                found = inside(scope, {name: value}, test)
                if found is None:
                    result = None
                elif not isinstance(found, bool):
                    no_test(scope, found)
                    return None
                elif found is decisive:
                    return found
            return result

        return stepping(run)
