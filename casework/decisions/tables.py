"""Decision tables: which rows match, and what the hit policy makes of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from casework.decisions import xml
from casework.decisions.logic import Compiler, Run, inside
from casework.decisions.xml import Element
from casework.feel import Kind, Scope, UnaryTests
from casework.feel import compile as compile_feel

POLICIES = ("UNIQUE", "ANY", "FIRST", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT")
AGGREGATIONS = ("SUM", "MIN", "MAX", "COUNT")
HITS = "decisions: rows hit"  # no name an expression could have; the trace of an evaluation is kept under it
_SAME = compile_feel("one = other")


@dataclass(frozen=True, slots=True)
class Column:
    """One output: its name, its values from the first to the last in rank, and what it is when no row matches."""

    name: str
    ranked: Run | None
    otherwise: Run | None
    allowed: UnaryTests | None
    kind: Kind | None

    def kept(self, scope: Scope, value: Any) -> Any:
        """Return an output when it is one of the values listed for it, made to fit its type; else null."""
        if self.kind is not None:
            value = self.kind.fit(scope, value)
        if self.allowed is None or value is None or self.allowed.matches(value, scope):
            return value
        return scope.null(
            f"输出 {self.name} 的值不在允许范围内", f"the value of output {self.name} is not an allowed one"
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One rule of a table."""

    number: int
    id: str | None
    note: str
    tests: tuple[UnaryTests | None, ...]
    outputs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A row that decided: of which table, which one, and the designer's note beside it."""

    table: str | None
    row: int
    rule: str | None
    note: str


@dataclass(frozen=True, slots=True)
class Table:
    """A compiled decision table."""

    id: str | None
    policy: str
    aggregation: str
    inputs: tuple[tuple[str, Run, UnaryTests | None], ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def run(self, scope: Scope) -> Any:
        """Return what the table decides; null with a reason where its own rules are broken."""
        values = []
        for label, read, allowed in self.inputs:
            value = read(scope)
            if allowed is not None and value is not None and not allowed.matches(value, scope):
                value = scope.null(f"{label} 的值不在允许范围内", f"the value of {label} is not an allowed one")
            values.append(value)
        matching = self.matching(scope, values)
        if not matching:
            return self.otherwise(scope)
        results = [self.result(scope, row) for row in matching]
        return _decide(self, scope, matching, results)

    def matching(self, scope: Scope, values: Sequence[Any]) -> list[Row]:
        """Return the rows whose every cell matches; the first one only where the policy asks for no more."""
        found = []
        for row in self.rows:
            scope.spend(1 + len(values))
            if all(test is None or test.matches(value, scope) for test, value in zip(row.tests, values, strict=True)):
                found.append(row)
                if self.policy == "FIRST":
                    break
        return found

    def result(self, scope: Scope, row: Row) -> Any:
        """Return the output of a row: the value of its only column, or a context of them."""
        found = [column.kept(scope, output(scope)) for column, output in zip(self.columns, row.outputs, strict=True)]
        return found[0] if len(found) == 1 else dict(zip((column.name for column in self.columns), found, strict=True))

    def otherwise(self, scope: Scope) -> Any:
        """Return what the table gives when no row matches."""
        if any(column.otherwise for column in self.columns):
            found = [column.otherwise(scope) if column.otherwise else None for column in self.columns]
            names = (column.name for column in self.columns)
            return found[0] if len(found) == 1 else dict(zip(names, found, strict=True))
        if self.aggregation == "COUNT":
            return compile_feel("0").evaluate(scope)
        many = self.policy in ("RULE ORDER", "OUTPUT ORDER", "COLLECT") and not self.aggregation
        return [] if many else None

    def hit(self, scope: Scope, rows: Sequence[Row]) -> None:
        """Leave a trace of the rows that decided, where somebody wants to know."""
        trace = scope.names.get(HITS)
        if isinstance(trace, list):
            trace += [Hit(self.id, row.number, row.id, row.note) for row in rows]

    def in_rank(self, scope: Scope, rows: Sequence[Row], results: Sequence[Any]) -> list[tuple[Row, Any]]:
        """Return rows and results from the highest rank to the lowest, as the output values are listed."""
        ranked = [column.ranked(scope) if column.ranked else [] for column in self.columns]

        def places(result: Any) -> list[int]:
            values = [result] if len(self.columns) == 1 else [result[column.name] for column in self.columns]
            return [
                rank.index(value) if value in rank else len(rank) for rank, value in zip(ranked, values, strict=True)
            ]

        return sorted(zip(rows, results, strict=True), key=lambda pair: places(pair[1]))


def _decide(table: Table, scope: Scope, rows: list[Row], results: list[Any]) -> Any:
    """Apply the hit policy."""
    numbers = "、".join(str(row.number) for row in rows)
    match table.policy:
        case "UNIQUE" if len(rows) > 1:
            return scope.null(f"唯一命中被违反：第 {numbers} 行都匹配", f"more than one row matches: {numbers}")
        case "ANY" if not all(_same(scope, results[0], other) for other in results):
            return scope.null(f"匹配的第 {numbers} 行结果不同", f"rows {numbers} match with different results")
        case "PRIORITY":
            (row, result), *_ = table.in_rank(scope, rows, results)
            table.hit(scope, [row])
            return result
        case "OUTPUT ORDER":
            pairs = table.in_rank(scope, rows, results)
            table.hit(scope, [row for row, _ in pairs])
            return [result for _, result in pairs]
        case "UNIQUE" | "ANY" | "FIRST":
            table.hit(scope, rows[:1])
            return results[0]
    table.hit(scope, rows)
    if not table.aggregation:
        return results
    return inside(scope, {"results": results}, _AGGREGATED[table.aggregation])


_AGGREGATED: dict[str, Callable[[Scope], Any]] = {
    name: compile_feel(f"{name.lower()}(results)").evaluate for name in AGGREGATIONS
}


def _same(scope: Scope, one: Any, other: Any) -> bool:
    return inside(scope, {"one": one, "other": other}, _SAME.evaluate) is True


def compile_table(compiler: Compiler, element: Element) -> Run:
    """Compile a decision table, noting everything that is wrong with it."""
    place = xml.place(element)
    policy = element.get("hitPolicy", "UNIQUE").upper()
    aggregation = element.get("aggregation", "").upper()
    inputs = tuple(_input(compiler, item) for item in xml.children(element, "input"))
    columns = tuple(_column(compiler, item) for item in xml.children(element, "output"))
    if policy not in POLICIES:
        compiler.findings.add(place, "hit_policy_unknown", f"未知的命中策略 {policy}", f"unknown hit policy {policy}")
    if aggregation and (aggregation not in AGGREGATIONS or policy != "COLLECT" or len(columns) > 1):
        zh, en = "聚合只用于单一输出的 COLLECT 表", "an aggregation belongs to a COLLECT table with one output"
        compiler.findings.add(place, "aggregation_misplaced", zh, en)
        aggregation = ""
    if policy in ("PRIORITY", "OUTPUT ORDER") and not any(column.ranked for column in columns):
        zh, en = "须列出输出值以定优先次序", "list the output values: their order is the priority"
        compiler.findings.add(place, "priority_missing", zh, en)
    names = [column.name for column in columns]
    if not columns or (len(columns) > 1 and (len(set(names)) < len(names) or not all(names))):
        zh, en = "每个输出列须有不同的名称", "every output needs a name of its own"
        compiler.findings.add(place, "output_name_missing", zh, en)
    rows = tuple(
        _row(compiler, rule, number, len(inputs), len(columns))
        for number, rule in enumerate(xml.children(element, "rule"), 1)
    )
    return Table(place.id, policy, aggregation, inputs, columns, rows).run


def _input(compiler: Compiler, element: Element) -> tuple[str, Run, UnaryTests | None]:
    expression = xml.child(element, "inputExpression")
    source = xml.text(expression)
    label = element.get("label") or source
    if not source:
        zh, en = "输入列没有表达式", "an input has no expression"
        compiler.findings.add(xml.place(element), "input_expression_missing", zh, en)
    values = xml.text(xml.child(element, "inputValues"))
    return label, compiler.expression(source, element), compiler.tests(values, element) if values else None


def _column(compiler: Compiler, element: Element) -> Column:
    values = xml.text(xml.child(element, "outputValues")) or compiler.types.allowed_by(element)
    values = "" if values == "-" else values
    otherwise = xml.text(xml.child(element, "defaultOutputEntry"))
    return Column(
        " ".join((element.get("name") or "").split()),
        compiler.ranking(values) if values else None,
        compiler.expression(otherwise, element) if otherwise else None,
        compiler.tests(values, element) if values else None,
        compiler.types.own(element),
    )


def _row(compiler: Compiler, element: Element, number: int, inputs: int, outputs: int) -> Row:
    tests = tuple(compiler.tests(xml.text(cell), cell, number) for cell in xml.children(element, "inputEntry"))
    results = tuple(compiler.expression(xml.text(cell), cell, number) for cell in xml.children(element, "outputEntry"))
    if len(tests) != inputs or len(results) != outputs:
        zh, en = "单元格数与列数不符", "it has not as many cells as the table has columns"
        compiler.findings.add(xml.place(element), "cells_missing", zh, en, number)
    notes = [xml.text(note) for note in xml.children(element, "annotationEntry")]
    description = xml.child(element, "description")
    notes += [str(description.text or "").strip()] if description is not None else []
    return Row(number, element.get("id"), " · ".join(filter(None, notes)), tests, results)
