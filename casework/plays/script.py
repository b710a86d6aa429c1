"""Reading a scenario: a title, the day it begins, who and what there is, and steps in order.

A step is one line of `steps`: either `at` (the clock moves there, firing all that falls due on the way), or one verb
with its details, or `then` with what must hold now. A verb may carry `refused: true` (or the words of the refusal).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from casework.errors import CaseworkError

VERBS = frozenset(
    {
        "report",
        "claim",
        "release",
        "complete",
        "rate",
        "withdraw",
        "message",
        "start",
        "plan",
        "find",
        "challenge",
        "lift",
        "objection",
        "damage",
        "post",
        "annul",
        "contract",
        "appoint",
        "dismiss",
        "load_year",
        "restart",
        "repeat",
        "roll",
        "vote",
        "deliver",
        "enter_ballots",
        "hand_out",
        "open_box",
        "proxy",
        "transfer",
        "coowner",
        "add_item",
        "usual",
        "policy",
        "covenant",
        "withdraw_candidate",
        "leave_seat",
    }
)
_TOP = frozenset({"title", "title_en", "article", "city", "start", "given", "steps"})


class ScriptRefused(CaseworkError):
    """A scenario that can't be read: the message names the file's fault and the step."""


@dataclass(frozen=True)
class Step:
    """One line of a scenario: what is done (`verb` with `details`), when the clock moves, or what must hold."""

    number: int
    at: datetime | None = None
    verb: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    refused: str | bool | None = None
    then: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Script:
    """A scenario as read."""

    title: str
    city: str
    start: datetime
    given: Mapping[str, Any]
    steps: Sequence[Step]


def read(source: str | bytes, zone: ZoneInfo) -> Script:
    """Read a scenario; local times are of `zone`. Raises ScriptRefused with the step that can't be read."""
    try:
        raw = yaml.safe_load(source)
    except yaml.YAMLError as wrong:
        raise ScriptRefused(f"剧本不是有效的 YAML：{wrong}", f"The scenario is not valid YAML: {wrong}") from wrong
    if not isinstance(raw, dict) or not {"title", "start", "steps"} <= set(raw) or set(raw) - _TOP:
        raise ScriptRefused(
            f"剧本须有 title、start、steps，可有 {'、'.join(sorted(_TOP))}",
            f"A scenario has title, start and steps, and may have {', '.join(sorted(_TOP))}",
        )
    steps = [_step(number, entry, zone) for number, entry in enumerate(raw["steps"], 1)]
    return Script(raw["title"], raw.get("city", "jining"), moment(raw["start"], zone), raw.get("given") or {}, steps)


def moment(value: Any, zone: ZoneInfo) -> datetime:
    """Return a written local day or instant as an aware moment; a day alone is its first instant."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=zone)
    if isinstance(value, date):
        return datetime.combine(value, time.min, zone)
    raise ScriptRefused(f"不是时间：{value!r}", f"Not a time: {value!r}")


def _step(number: int, entry: Any, zone: ZoneInfo) -> Step:
    if not isinstance(entry, dict):
        raise ScriptRefused(f"第 {number} 步不是一组键值", f"Step {number} is not a mapping")
    left = dict(entry)
    at, refused, then = left.pop("at", None), left.pop("refused", None), left.pop("then", None)
    if len(left) > 1 or set(left) - VERBS:
        unknown = ", ".join(sorted(set(left) - VERBS)) or ", ".join(left)
        raise ScriptRefused(
            f"第 {number} 步：不认识或多于一个动作：{unknown}",
            f"Step {number}: unknown verb, or more than one: {unknown}",
        )
    verb, details = next(iter(left.items()), (None, {}))
    return Step(
        number,
        None if at is None else moment(at, zone),
        verb,
        details if isinstance(details, dict) else {"value": details},
        refused,
        then or {},
    )
