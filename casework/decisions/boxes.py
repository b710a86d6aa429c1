"""The boxed expressions of DMN, compiled to closures over a scope."""

from collections.abc import Callable
from typing import Any

from casework.decisions import xml
from casework.decisions.logic import Compiler, Run, inside, nothing
from casework.decisions.tables import compile_table
from casework.decisions.xml import Element
from casework.feel import Function, Scope

BOXES = ("decisionTable", "literalExpression", "context", "invocation", "list", "relation", "functionDefinition")
LATER = ("conditional", "filter", "for", "some", "every")
MOST_DEPTH = 20


class Boxes(Compiler):
    """Compiles boxed expressions, which may hold each other."""

    depth = 0

    def box(self, owner: Element) -> Run:
        """Compile the expression that an element holds."""
        element = xml.child(owner, *BOXES)
        if element is None:
            self.refuse(owner)
            return nothing
        self.depth += 1
        if self.depth > MOST_DEPTH:
            self.findings.add(xml.place(element), "nested_too_deeply", "嵌套过深", "nested too deeply")
            return nothing
        boxes: dict[str, Callable[[Element], Run]] = {
            "decisionTable": lambda table: compile_table(self, table),
            "literalExpression": lambda literal: self.expression(xml.text(literal), literal),
            "context": self.context,
            "invocation": self.invocation,
            "list": self.list,
            "relation": self.relation,
            "functionDefinition": self.function,
        }
        run = boxes[xml.kind(element)](element)
        self.depth -= 1
        return run

    def refuse(self, owner: Element) -> None:
        """Note that an element holds no expression, or one of a kind we don't run."""
        other = xml.child(owner, *LATER)
        if other is not None:
            word = xml.kind(other)
            zh, en = f"不支持 {word} 表达式框，请改写为 FEEL", f"a boxed {word} is not run here: write it in FEEL"
            self.findings.add(xml.place(owner), "box_unsupported", zh, en)
        else:
            self.findings.add(xml.place(owner), "logic_missing", "没有决策逻辑", "there is no decision logic")

    def context(self, element: Element) -> Run:
        entries: list[tuple[str, Run]] = []
        bound = len(self.bound)
        for entry in xml.children(element, "contextEntry"):
            name = xml.variable(entry)
            entries.append((name, self.box(entry)))
            if name:
                self.bound.append(name)
        del self.bound[bound:]

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
        source = xml.text(xml.child(element, "literalExpression"))
        target = self.expression(source, element)
        bindings: list[tuple[str, Run]] = []
        for binding in xml.children(element, "binding"):
            parameter = xml.child(binding, "parameter")
            bindings.append(("" if parameter is None else str(parameter.get("name")), self.box(binding)))

        def run(scope: Scope) -> Any:
            function = target(scope)
            given = {name: value(scope) for name, value in bindings}
            if not isinstance(function, Function) or set(given) != set(function.parameters):
                return scope.null(f"不能调用 {source}", f"{source} can't be called like this")
            return function.call(scope, [given[name] for name in function.parameters])

        return run

    def list(self, element: Element) -> Run:
        entries = [self.expression(xml.text(entry), entry) for entry in xml.children(element, "literalExpression")]
        return lambda scope: [entry(scope) for entry in entries]

    def relation(self, element: Element) -> Run:
        columns = [str(column.get("name")) for column in xml.children(element, "column")]
        rows = [
            [self.expression(xml.text(cell), cell) for cell in xml.children(row, "literalExpression")]
            for row in xml.children(element, "row")
        ]
        return lambda scope: [dict(zip(columns, (cell(scope) for cell in row), strict=False)) for row in rows]

    def function(self, element: Element) -> Run:
        if element.get("kind", "FEEL") != "FEEL":
            zh, en = "函数只能用 FEEL 书写", "a function may be written in FEEL only"
            self.findings.add(xml.place(element), "function_not_feel", zh, en)
        parameters = tuple(str(parameter.get("name")) for parameter in xml.children(element, "formalParameter"))
        bound = len(self.bound)
        self.bound += parameters
        body = self.box(element)
        del self.bound[bound:]

        def run(scope: Scope) -> Function:
            names = scope.names

            def call(caller: Scope, values: list[Any]) -> Any:
                there = {**names, **dict(zip(parameters, values, strict=True))}
                return inside(caller, there, body)

            return Function(parameters, call)

        return run
