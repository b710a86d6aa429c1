"""Timers: bare ISO 8601 or FEEL."""

import re
from datetime import UTC, date, datetime
from typing import Final

from casework.engine.checks.document import Document, said
from casework.engine.checks.expressions import Written, compiled, faults, feel_source, overlong
from casework.engine.checks.house import in_house
from casework.engine.checks.rules import Findings, each
from casework.engine.xml import Node, local, text_of
from casework.feel import parse_timer

_KINDS: Final = ("timeDate", "timeDuration", "timeCycle")
_LOOKS_ISO: Final = re.compile(r"[-+]?P[-+.\dT]|R\d*/|\d{4}-\d\d?(?:-|$)|\d{8}(?:T|$)", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W\d]\w*")
_QUOTED: Final = re.compile(r'"([^"\\]*)"')
_FORMS: Final = {
    "timeDate": "2026-03-01T09:00:00+08:00",
    "timeDuration": "PT48H",
    "timeCycle": "R3/PT24H",
}


@each("timerEventDefinition")
def timers(node: Node, doc: Document) -> Findings:
    """A timer says one thing: a date, a duration or a cycle."""
    given = [child for child in node if local(child) in _KINDS]
    if not given:
        yield doc.finding(
            "missing_time",
            node,
            "定时事件没有写明时间。请写日期、时长、周期三者之一。",
            "The timer says no time. Give it a date, a duration or a cycle.",
        )
    elif len(given) > 1:
        yield doc.finding(
            "bad_timer",
            node,
            f"定时事件要写明日期、时长、周期三者之一，现在写了 {len(given)} 个。",
            f"A timer has one of a date, a duration or a cycle; this one has {len(given)}.",
        )
    for child in given:
        yield from _time(child, doc)


def _time(node: Node, doc: Document) -> Findings:
    source = feel_source(text_of(node))
    quoted = _QUOTED.fullmatch(source)
    bare = quoted.group(1).strip() if quoted else source
    if not _LOOKS_ISO.match(bare) and not quoted:
        yield from _worked_out(node, source, doc)
    elif _kind(bare) != local(node) or (moment := parse_timer(bare, UTC)) is None:
        form = _FORMS[local(node)]
        yield doc.finding(
            "bad_timer",
            node,
            f"“{said(source)}”不是正确的 {local(node)}。请按 ISO 8601 写，例如 {form}，或写 FEEL 表达式。",
            f"'{said(source)}' is not a valid {local(node)}. Write ISO 8601, for example {form}, or a FEEL expression.",
        )
    elif local(node) == "timeDate" and doc.catalogue.now is not None and _is_past(moment, doc.catalogue.now):
        yield doc.finding(
            "past_timer",
            node,
            f"“{said(source)}”已经过去，到这里会立刻触发。请改为将来的时间，或用 FEEL 算出时间。",
            f"'{said(source)}' is past, so it fires at once. Write a time to come, or let FEEL work it out.",
        )


def _worked_out(node: Node, source: str, doc: Document) -> Findings:
    """Tell what is wrong with a time that FEEL works out; in plain BPMN a single word is hardly meant as one."""
    if _WORD.fullmatch(text_of(node)) and not in_house(doc):
        form = _FORMS[local(node)]
        yield doc.finding(
            "bad_timer",
            node,
            f"“{said(source)}”不是时间。请按 ISO 8601 写，例如 {form}；如果是数据的名称，请写成“= {said(source)}”。",
            f"'{said(source)}' is no time. Write ISO 8601, for example {form}, "
            f"or '= {said(source)}' if it is the name of data.",
            severity="warning",
        )
    elif not overlong(doc):
        yield from faults(Written(node, source, compiled(source)), doc)


def _is_past(moment: object, now: datetime) -> bool:
    if isinstance(moment, datetime):
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) < now
    return isinstance(moment, date) and moment < now.date()


def _kind(text: str) -> str:
    first = text.lstrip("+-")[:1].upper()
    return {"P": "timeDuration", "R": "timeCycle"}.get(first, "timeDate")
