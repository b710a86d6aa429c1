"""What only the case page says: the words for what its supervisor may do."""

from collections.abc import Mapping
from dataclasses import dataclass

TITLES: Mapping[str, tuple[str, str]] = {
    "remind": ("催办", "Remind"),
    "hand_on": ("转交", "Hand on"),
    "free": ("释放", "Take back"),
    "note": ("批示", "Instruct"),
    "retry": ("重试", "Try again"),
}
HINTS: Mapping[str, tuple[str, str]] = {
    "remind": (
        "正在办理的人会收到您的话；没有人领取的，能办的人都会收到。每件待办每天一次。",
        "Whoever holds the task gets your words; if nobody does, all who may. Once a day for each task.",
    ),
    "hand_on": (
        "换一个人办理，责任单位和时限不变。双方都会收到通知。",
        "Somebody else does it; the unit and the time limits stay. Both are told.",
    ),
    "free": (
        "收回给本岗位的人重新领取，时限不变。原领取人会收到通知。",
        "It goes back to the pool; the time limits stay. Whoever held it is told.",
    ),
    "note": (
        "本案工作人员都能看到，居民看不到。正在办理的人会收到通知。",
        "All staff of the case can read it, residents can't. Those at work on it are told.",
    ),
}


@dataclass(frozen=True, slots=True)
class Refilled:
    """A supervisor's form that was refused, with what was typed into it; `gone` where it is offered no more."""

    name: str
    words: str
    to: str
    errors: Mapping[str, str]
    gone: bool
