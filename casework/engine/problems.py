"""What is wrong with a definition, told so that the person who drew it can put it right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from casework.errors import Refused

Severity = Literal["error", "warning", "advice"]


@dataclass(frozen=True)
class Problem:
    """One finding: where it is, which rule it breaks, and in both languages what is wrong and what to do."""

    file: str
    element: str | None  # the designer's id, never a generated one
    name: str | None
    line: int | None
    rule: str  # snake_case, documented in docs/check-rules.md
    severity: Severity
    message: Mapping[str, str]  # {"zh": ..., "en": ...}
    fix: Mapping[str, Any] | None = None

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        who = f" [{self.element}]" if self.element else ""
        return f"{where}{who} {self.rule}: {self.message['zh']} / {self.message['en']}"


class DefinitionRefused(Refused):
    """The files hold at least one error; `problems` lists every finding at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        listed = "\n".join(str(problem) for problem in problems)
        super().__init__(
            f"流程定义没有通过检查，请按下列说明修改后再发布：\n{listed}",
            f"The definition does not pass the check; put these right and publish again:\n{listed}",
        )
        self.problems: Sequence[Problem] = tuple(problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class MigrationRefused(Refused):
    """A token of the case has no place in the new definition; `problems` says which one and why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        listed = "\n".join(str(problem) for problem in problems)
        super().__init__(f"案件不能迁移到新版本：\n{listed}", f"The case can't move to the new version:\n{listed}")
        self.problems: Sequence[Problem] = tuple(problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)
