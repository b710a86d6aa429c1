"""What the engine answers when a command does not fit the case."""

from casework.errors import Conflict, Invalid


class NoSuchTask(Conflict):
    """The task is not open: it was never there, is finished, or was cancelled meanwhile."""

    def __init__(self, task: str) -> None:
        super().__init__(
            f"任务 {task} 已不在办理中：可能已办结，或已被流程撤销。请刷新后再看。",
            f"Task {task} is not open: it is finished, or the process has cancelled it. Reload and look again.",
        )


class NoSuchTimer(Conflict):
    """The timer is not waiting: it has fired, was cleared, or was never there."""

    def __init__(self, timer: str) -> None:
        super().__init__(
            f"定时器 {timer} 已不在等待：可能已触发，或已被取消。",
            f"Timer {timer} is not waiting: it has fired or was cleared.",
        )


class NoSuchStart(Invalid):
    """The definition has no such process, or the process does not begin this way."""

    def __init__(self, process: str | None, message: str | None = None) -> None:
        how = f"消息“{message}”" if message else "普通开始事件"
        how_en = f'the message "{message}"' if message else "a plain start event"
        super().__init__(
            f"没有能以{how}开始的流程“{process or '（未指定）'}”。",
            f'There is no process "{process or "(any)"}" that begins with {how_en}.',
        )


class AlreadyEnded(Conflict):
    """The case has ended; nothing can happen in it any more."""

    def __init__(self) -> None:
        super().__init__("案件的流程已经结束。", "The process of this case has ended.")


class MoveRefused(Invalid):
    """A token can't be moved there."""


class OtherDefinition(Conflict):
    """The state belongs to another definition than the one given."""

    def __init__(self) -> None:
        super().__init__(
            "案件按另一版流程运行，不能用这一版继续；请先迁移。",
            "The case runs on another definition: migrate it first.",
        )


class UnreadableState(Conflict):
    """The bytes are no state of this engine, or of a format it does not know."""

    def __init__(self) -> None:
        super().__init__("案件状态无法读取：格式不符。", "The state can't be read: it is of an unknown format.")


class NotOffered(Conflict):
    """No ad hoc subprocess is open that offers this activity now."""

    def __init__(self, element: str) -> None:
        super().__init__(
            f"现在不能开始“{element}”：没有进行中的即席子流程提供它，或须等前一项办完。",
            f'"{element}" can\'t be begun now: no open ad hoc subprocess offers it, or another activity comes first.',
        )


class SeveralStarts(Invalid):
    """The process has several plain start events, and nothing says which one is meant."""

    def __init__(self, process: str, starts: tuple[str, ...]) -> None:
        super().__init__(
            f"流程“{process}”有几个开始事件，请指明从哪一个开始：{'、'.join(starts)}。",
            f'The process "{process}" has several start events: say which one begins: {", ".join(starts)}.',
        )
