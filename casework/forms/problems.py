"""What can be wrong with a form's schema; everything is told at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from casework.errors import Refused


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a form: which component, which rule it breaks, and what to do about it."""

    element: str | None
    name: str | None
    rule: str
    message: Mapping[str, str]


class FormRefused(Refused):
    """The form can't be used; `problems` lists everything that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        texts = [problem.message for problem in problems]
        super().__init__("；".join(text["zh"] for text in texts), "; ".join(text["en"] for text in texts))
        self.problems = tuple(problems)
