"""What can be wrong with an expression: its text, or the work it asks for. Data is never wrong, it gives null."""

from casework.errors import CaseworkError


class FeelSyntaxError(CaseworkError):
    """The text is no expression of ours; `position` is the offset where reading stopped."""

    def __init__(self, zh: str, en: str, position: int) -> None:
        super().__init__(zh, en)
        self.position = position


class WorkExceeded(CaseworkError):
    """The expression asked for more work than one evaluation may do."""

    def __init__(self) -> None:
        super().__init__(
            "表达式运算量超出限制，请缩小列表或简化表达式",
            "the expression asks for more work than is allowed: shorten its lists or simplify it",
        )
