"""What a decision table leaves open: values no row answers, and values more than one row answers.

Each input is cut into regions where all its tests agree: between and at the numbers, dates or texts its cells name.
One example of each region stands for all of it, so a table whose cells are comparisons, ranges, lists of values or
`-` is looked through completely, within bounded work. Other tables are not judged.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import islice, product
from typing import Any, Literal
from zoneinfo import ZoneInfo

from casework.decisions import xml
from casework.decisions.model import read_models
from casework.decisions.problems import Place
from casework.decisions.xml import Element
from casework.feel import FeelSyntaxError, Range, Scope, UnaryTests, compile, compile_unary_tests, syntax, write  # noqa: A004
from casework.feel.parser import Parser

MOST_COMBINATIONS = 50_000
MOST_TOLD = 3
DASH = ("", "-")
Fault = Literal["gap", "overlap", "contradiction"]


@dataclass(frozen=True, slots=True)
class Uncovered:
    """One fault of a table with an example: what the inputs are, and which rows answer, by number."""

    file: str
    place: Place  # of the table
    fault: Fault
    example: Mapping[str, str]  # FEEL by input
    rows: tuple[int, ...]
    policy: str  # the hit policy of the table


@dataclass(frozen=True, slots=True)
class Column:
    """One input: its label, what is allowed, and an example of each region."""

    label: str
    examples: tuple[Any, ...]


def look_through(files: Mapping[str, bytes]) -> list[Uncovered]:
    """Return gaps, overlaps and contradictions of all tables of the files, the first few of each kind per table."""
    found: list[Uncovered] = []
    for model in read_models(files)[1]:
        tables = (part for part in model.root.iter() if isinstance(part.tag, str) and xml.kind(part) == "decisionTable")
        for element in tables:
            found += _table(model.findings.file, element)
    return found


def _table(file: str, element: Element) -> list[Uncovered]:
    inputs = list(xml.children(element, "input"))
    rules = list(xml.children(element, "rule"))
    cells = [[xml.text(cell) for cell in xml.children(rule, "inputEntry")] for rule in rules]
    results = [tuple(xml.text(cell) for cell in xml.children(rule, "outputEntry")) for rule in rules]
    if not inputs or not rules or any(len(row) != len(inputs) for row in cells):
        return []
    scope = Scope({}, {}, datetime(2000, 1, 1, tzinfo=UTC), ZoneInfo("UTC"), budget=10_000_000)
    columns = [_column(scope, item, [row[at] for row in cells]) for at, item in enumerate(inputs)]
    sound = [column for column in columns if column is not None]
    size = 1
    for column in sound:
        size *= len(column.examples)
    if len(sound) < len(columns) or size * len(rules) > MOST_COMBINATIONS:
        return []
    tests = [[None if cell in DASH else compile_unary_tests(cell) for cell in row] for row in cells]
    policy = element.get("hitPolicy", "UNIQUE").upper()
    default = any(xml.child(output, "defaultOutputEntry") is not None for output in xml.children(element, "output"))
    told: dict[Fault, list[Uncovered]] = {"gap": [], "overlap": [], "contradiction": []}
    for values, rows in _answers(scope, sound, tests):
        fault = _fault(policy, rows, results, default=default)
        if fault and len(told[fault]) < MOST_TOLD and not any(rows and other.rows == rows for other in told[fault]):
            pairs = [(column.label, value) for column, value in zip(sound, values, strict=True) if value is not None]
            example = {label: write(scope, value, 1) for label, value in pairs}
            told[fault].append(Uncovered(file, xml.place(element), fault, example, rows, policy))
    return [fault for faults in told.values() for fault in faults]


def _answers(
    scope: Scope, columns: Sequence[Column], tests: Sequence[Sequence[UnaryTests | None]]
) -> Iterator[tuple[tuple[Any, ...], tuple[int, ...]]]:
    """Run over all combinations of examples with the numbers of the rows that match each."""
    matching = [
        [
            frozenset(n for n, row in enumerate(tests, 1) if (test := row[at]) is None or test.matches(value, scope))
            for value in column.examples
        ]
        for at, column in enumerate(columns)
    ]
    for places in islice(product(*(range(len(column.examples)) for column in columns)), MOST_COMBINATIONS):
        rows = frozenset.intersection(*(matching[at][place] for at, place in enumerate(places)))
        yield tuple(column.examples[place] for column, place in zip(columns, places, strict=True)), tuple(sorted(rows))


def _fault(policy: str, rows: tuple[int, ...], results: Sequence[tuple[str, ...]], *, default: bool) -> Fault | None:
    if not rows:
        return None if default or policy in ("COLLECT", "RULE ORDER", "OUTPUT ORDER") else "gap"
    if len(rows) == 1 or policy not in ("UNIQUE", "ANY"):
        return None
    if len({results[row - 1] for row in rows}) > 1:
        return "contradiction"
    return "overlap" if policy == "UNIQUE" else None


def _column(scope: Scope, element: Element, cells: Sequence[str]) -> Column | None:
    """Return an input with its examples; None when a cell of it is not of a kind that can be looked through."""
    expression = xml.child(element, "inputExpression")
    label = xml.text(expression) or str(element.get("label") or "")
    kind = "" if expression is None else str(expression.get("typeRef") or "").rpartition(":")[2]
    allowed = xml.text(xml.child(element, "inputValues"))
    points: list[Any] = []
    ranged = False
    for cell in {*cells, allowed} - set(DASH):
        found = _points(scope, cell)
        if found is None:
            return None
        points += found[0]
        ranged = ranged or found[1]
    if kind == "boolean" or (points and all(type(point) is bool for point in points)):
        return Column(label, (True, False))
    examples = _regions(points, whole_line=ranged or not all(type(point) is str for point in points))
    if not points:
        return Column(label, (None,))
    if examples is None:
        return None
    tests = compile_unary_tests(allowed) if allowed not in DASH else None
    kept = tuple(value for value in examples if tests is None or tests.matches(value, scope))
    return Column(label, kept) if kept else None


def _points(scope: Scope, cell: str) -> tuple[list[Any], bool] | None:
    """Return the values a cell names and whether it compares with them; None when it does more than that."""
    try:
        _, nodes = Parser(cell).unary_tests()
    except FeelSyntaxError:
        return None
    found: list[Any] = []
    ranged = False
    for node in nodes:
        ends: list[syntax.Node | None]
        if isinstance(node, syntax.Between):
            ends, ranged = [node.start, node.end], True
        elif isinstance(node, syntax.Compared):
            ends, ranged = [node.operand], ranged or node.operator not in ("=", "!=")
        else:
            ends = list(node.entries) if isinstance(node, syntax.Items) else [node]
        for end in ends:
            if end is None:
                continue
            value = _value(scope, end)
            if value is None or isinstance(value, Range):
                return None
            found.append(value)
    return found, ranged


def _value(scope: Scope, node: syntax.Node) -> Any:
    """Return the value of a literal; None for anything else."""
    if isinstance(node, syntax.Constant):
        return node.value
    if isinstance(node, syntax.Negation) and isinstance(node.operand, syntax.Constant):
        return -node.operand.value if isinstance(node.operand.value, Decimal) else None
    if isinstance(node, syntax.Temporal):
        found = compile(f'@"{node.text}"').evaluate(scope)
        return found if isinstance(found, (date, timedelta)) else None
    return None


def _regions(points: Sequence[Any], *, whole_line: bool) -> list[Any] | None:
    """Return an example of each region between and at the points; None when they are of different kinds."""
    kinds = {type(point) for point in points}
    if len(kinds) > 1:
        return None
    line = sorted(set(points))
    if not line:
        return []
    if type(line[0]) is str:
        return None if whole_line else [*line, _other(line)]
    step: Any = Decimal(1) if type(line[0]) is Decimal else timedelta(days=1)
    try:
        examples = [line[0] - step]
        for at, point in enumerate(line):
            examples.append(point)
            after = line[at + 1] if at + 1 < len(line) else None
            between = point + step if after is None else point + (after - point) / 2
            if after is None or point < between < after:
                examples.append(between)
    except (ArithmeticError, OverflowError):
        return None
    return examples


def _other(texts: Sequence[str]) -> str:
    """Return a text that is none of these."""
    name = "其他"
    while name in texts:
        name += "…"
    return name
