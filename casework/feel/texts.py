"""The functions of the language on texts, and how every value is written as text."""

import json
from datetime import date, datetime, time, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any

from casework.feel.functions import builtin
from casework.feel.patterns import Pattern, PatternRefused
from casework.feel.problems import WorkExceeded
from casework.feel.spans import write_clock, write_span
from casework.feel.values import MOST_DEPTH, MOST_TEXT, Range, Scope, YearsMonths, local, read, whole
from casework.feel.wide import WideDate, WideInstant, WideTime


def write(scope: Scope, value: Any, depth: int = 0) -> str:
    """Return the text of a value; a text inside a list or context stands in quotes."""
    value = read(value)
    kind = type(value)
    scope.spend(1)
    if kind is str:
        return str(value) if depth == 0 else '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if kind is list or kind is dict or kind is Range:
        return _write_inside(scope, value, depth)
    if kind is Decimal:
        return format(value, "f")
    if kind is bool:
        return "true" if value else "false"
    if kind is datetime:
        value = local(scope, value)
        return f"{value.date().isoformat()}T{write_clock(value)}"
    return _write_moment(value)


def _write_moment(value: Any) -> str:
    if isinstance(value, (time, WideTime)):
        return write_clock(value)
    if isinstance(value, WideInstant):
        return f"{value.day}T{write_clock(value.clock)}"
    if isinstance(value, timedelta):
        return write_span(value)
    return str(value) if isinstance(value, (date, WideDate, YearsMonths)) else "null"


def _write_inside(scope: Scope, value: Any, depth: int) -> str:
    if depth > MOST_DEPTH:
        raise WorkExceeded
    if isinstance(value, Range):
        ends = f"{write(scope, value.start, depth + 1)}..{write(scope, value.end, depth + 1)}"
        text = f"{'[' if value.start_included else '('}{ends}{']' if value.end_included else ')'}"
    elif isinstance(value, list):
        text = "[" + ", ".join(write(scope, entry, depth + 1) for entry in value) + "]"
    else:
        text = "{" + ", ".join(f"{_key(key)}: {write(scope, entry, depth + 1)}" for key, entry in value.items()) + "}"
    return bounded(scope, text)


def _key(key: str) -> str:
    """Return the key of an entry as it can be written; in quotes where it is no name."""
    plain = key.replace(" ", "").replace("+", "").replace("-", "").replace("_", "").replace(".", "").replace("'", "")
    return key if plain.isalnum() else json.dumps(key, ensure_ascii=False)


def bounded(scope: Scope, text: str) -> str:
    """Return the text when its length is bearable."""
    scope.spend(len(text) // 64)
    if len(text) > MOST_TEXT:
        raise WorkExceeded
    return text


@builtin("string(from: any)")
def string(scope: Scope, value: Any) -> str | None:
    return None if value is None else write(scope, value)


@builtin("substring(string: string, start position: number, length: number?)")
def substring(scope: Scope, text: str, start: Decimal, length: Decimal | None) -> Any:
    first, count = (None if size is None else whole(size.to_integral_value(ROUND_DOWN)) for size in (start, length))
    if not first or (length is not None and (count is None or count < 1)):
        return scope.null("substring：起始位置或长度无效", "substring: no such position or length")
    begin = first - 1 if first > 0 else max(len(text) + first, 0)
    return text[begin:] if count is None else text[begin : begin + count]


@builtin("string length(string: string)")
def string_length(_scope: Scope, text: str) -> Decimal:
    return Decimal(len(text))


@builtin("upper case(string: string)")
def upper_case(scope: Scope, text: str) -> str:
    return bounded(scope, text.upper())


@builtin("lower case(string: string)")
def lower_case(scope: Scope, text: str) -> str:
    return bounded(scope, text.lower())


@builtin("trim(string: string)")
def trim(_scope: Scope, text: str) -> str:
    return text.strip()


@builtin("is blank(string: string)")
def is_blank(_scope: Scope, text: str) -> bool:
    return not text.strip()


@builtin("substring before(string: string, match: string)")
def substring_before(_scope: Scope, text: str, match: str) -> str:
    before, found, _ = text.partition(match) if match else ("", "", "")
    return before if found else ""


@builtin("substring after(string: string, match: string)")
def substring_after(_scope: Scope, text: str, match: str) -> str:
    return text.partition(match)[2] if match else text


@builtin("contains(string: string, match: string)")
def contains(_scope: Scope, text: str, match: str) -> bool:
    return match in text


@builtin("starts with(string: string, match: string)")
def starts_with(_scope: Scope, text: str, match: str) -> bool:
    return text.startswith(match)


@builtin("ends with(string: string, match: string)")
def ends_with(_scope: Scope, text: str, match: str) -> bool:
    return text.endswith(match)


@builtin(
    "string join(list: list, delimiter: string?)",
    "string join(list: list, delimiter: string, prefix: string, suffix: string)",
)
def string_join(scope: Scope, entries: list[Any], delimiter: str | None, prefix: str = "", suffix: str = "") -> Any:
    if any(entry is not None and type(entry) is not str for entry in entries):
        return scope.null("string join：列表里只能是文本", "string join: the list may hold texts only")
    parts = [entry for entry in entries if entry is not None]
    if sum(map(len, parts)) + len(parts) * len(delimiter or "") > MOST_TEXT:
        raise WorkExceeded
    return bounded(scope, prefix + (delimiter or "").join(parts) + suffix)


def _pattern(scope: Scope, source: str, flags: str | None) -> Any:
    try:
        scope.spend(len(source))
        return Pattern.read(source, flags or "")
    except PatternRefused as refused:
        return scope.null(refused.zh, refused.en)


@builtin("matches(input: string, pattern: string, flags: string?)")
def matches(scope: Scope, text: str, source: str, flags: str | None) -> bool | None:
    pattern = _pattern(scope, source, flags)
    return None if pattern is None else pattern.search(text, 0, scope.spend) is not None


@builtin("replace(input: string, pattern: string, replacement: string, flags: string?)")
def replace(scope: Scope, text: str, source: str, replacement: str, flags: str | None) -> Any:
    pattern = _pattern(scope, source, flags)
    if pattern is None:
        return None
    try:
        return bounded(scope, pattern.replace(text, replacement, scope.spend, MOST_TEXT))
    except PatternRefused as refused:
        return scope.null(refused.zh, refused.en)


@builtin("split(string: string, delimiter: string)")
def split(scope: Scope, text: str, delimiter: str) -> list[str] | None:
    pattern = _pattern(scope, delimiter, None)
    return None if pattern is None else pattern.split(text, scope.spend)
