"""What can be wrong with a decision file; everything is told at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from casework.errors import Refused
from casework.feel import FeelSyntaxError

UNREADABLE = "expression_unreadable"
MISFIT = "call_unfit"  # the call is null, and all around it is decided


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where it stands, which rule it breaks, and what to do about it."""

    file: str
    element: str | None
    name: str | None
    line: int | None
    row: int | None  # of a decision table, counted from 1
    rule: str
    message: Mapping[str, str]


class DecisionRefused(Refused):
    """The decision files can't be used; `problems` lists everything that is wrong with them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        texts = [problem.message for problem in problems]
        super().__init__("；".join(text["zh"] for text in texts), "; ".join(text["en"] for text in texts))
        self.problems = tuple(problems)


class Findings:
    """Collects the problems of one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def add(self, element: "Place", rule: str, zh: str, en: str, row: int | None = None) -> None:
        """Note one problem."""
        where = f"{element.name or element.id or self.file}{f'（第 {row} 行）' if row else ''}"
        where_en = f"{element.name or element.id or self.file}{f' (row {row})' if row else ''}"
        message = {"zh": f"{where}：{zh}", "en": f"{where_en}: {en}"}
        self.problems.append(Problem(self.file, element.id, element.name, element.line, row, rule, message))

    def add_syntax(
        self, element: "Place", text: str, error: FeelSyntaxError, row: int | None = None, rule: str = UNREADABLE
    ) -> None:
        """Note an expression that can't be read, or that holds a call which does not fit."""
        at = error.position + 1
        zh = f"表达式 {text} 第 {at} 个字符：{error.zh}"
        self.add(element, rule, zh, f"{text}, character {at}: {error.en}", row)

    def broken_since(self, before: int) -> bool:
        """Say whether anything noted behind so many problems leaves a decision without its logic."""
        return any(problem.rule != MISFIT for problem in self.problems[before:])


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file something stands."""

    id: str | None
    name: str | None
    line: int | None
