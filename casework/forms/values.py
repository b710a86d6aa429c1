"""From what was sent, text of a page or JSON of the API, to values: each by the type of its field."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from casework.errors import Texts
from casework.feel import Scope
from casework.forms import words
from casework.forms.fields import Field, Option

MOST_TEXT = 100_000
MOST_CHOSEN = 500
SPACE = "\ufeff\u200b"  # what JavaScript trims and Python does not, and what can't be seen
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,34}(?:\.[0-9]{0,34})?|\.[0-9]{1,34})")


class Fault(Exception):
    """The value does not fit its field."""

    def __init__(self, texts: Texts) -> None:
        super().__init__(texts)
        self.texts = texts


def read(field: Field, raw: Any, scope: Scope) -> Any:
    """Return the value that was sent for a field, None for nothing; Fault when it is no value of its type."""
    if field.holds_list and field.type != "dynamiclist":
        return _list(field, raw, scope)
    if raw is None or raw == "" or raw == []:
        return False if field.type == "checkbox" else None
    return _one(field, raw, scope)


def _list(field: Field, raw: Any, scope: Scope) -> list[Any] | None:
    entries = list(raw) if isinstance(raw, (list, tuple)) else [] if raw in (None, "") else [raw]
    if len(entries) > MOST_CHOSEN:
        raise Fault(words.NOT_OPTION)
    if field.type == "filepicker":
        return [_file_key(entry) for entry in entries if entry not in (None, "")] or None
    found = []
    for entry in entries:
        value = _one(field, entry, scope)
        if value is not None and value not in found:
            found.append(value)
    return found or None


def _file_key(entry: Any) -> int | str:
    if isinstance(entry, str) and 0 < len(entry) <= 200:
        return int(entry) if re.fullmatch(r"[0-9]{1,18}", entry) else entry
    if type(entry) is int and entry > 0:
        return entry
    raise Fault(words.FILE_MISSING)


def _one(field: Field, raw: Any, scope: Scope) -> Any:
    if field.reference:
        return _reference(raw)
    if field.kind == "sign":
        return _signature(raw, scope)
    if field.options:
        return option_value(field.options, raw)
    if field.kind == "bool" or field.type == "checkbox":
        return _yes_no(raw)
    if field.type == "number" or field.kind in ("number", "money"):
        return number(raw)
    if moment := _MOMENTS.get(field.kind or ""):
        return moment(raw, scope.zone)
    if field.type in ("textfield", "textarea"):
        return text(raw, lines=field.type == "textarea")
    if isinstance(raw, (str, bool, int, Decimal)):
        return text(raw, lines=False) if isinstance(raw, str) else raw
    raise Fault(words.NOT_OPTION)


def text(raw: Any, *, lines: bool) -> str | None:
    """Return a text without the space around it; a line stays one line."""
    if not isinstance(raw, str) or len(raw) > MOST_TEXT:
        raise Fault(words.NOT_TEXT)
    if _CONTROLS.search(raw):
        raise Fault(words.UNUSABLE)
    value = raw.replace("\r\n", "\n").replace("\r", "\n")
    if not lines:
        value = value.replace("\n", " ").replace("\t", " ")
    return value.strip().strip(SPACE).strip() or None


def units(value: str) -> int:
    """Return the length of a text as browsers count it, in UTF-16 units."""
    return len(value.encode("utf-16-le")) // 2


def number(raw: Any) -> Decimal:
    """Return an exact number; full-width digits are read as digits."""
    if isinstance(raw, bool):
        raise Fault(words.NOT_NUMBER)
    if isinstance(raw, float):
        raw = repr(raw)
    if isinstance(raw, (int, Decimal)):
        raw = format(Decimal(raw), "f")
    plain = unicodedata.normalize("NFKC", raw).strip() if isinstance(raw, str) and len(raw) < 200 else ""
    if not _NUMBER.fullmatch(plain):
        raise Fault(words.NOT_NUMBER)
    try:
        return Decimal(plain)
    except InvalidOperation:
        raise Fault(words.NOT_NUMBER) from None


def option_value(options: tuple[Option, ...], raw: Any) -> Any:
    """Return the value of the option that was chosen; pages send it as text."""
    if type(raw) is int:
        raw = Decimal(raw)
    for option in options:
        if type(raw) is type(option.value) and raw == option.value:
            return option.value
    for option in options:
        if isinstance(raw, str) and raw == as_text(option.value):
            return option.value
    raise Fault(words.NOT_OPTION)


def as_text(value: Any) -> str:
    """Return how a page sends the value of an option."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _yes_no(raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    known = {"true": True, "on": True, "1": True, "false": False, "off": False, "0": False}
    if isinstance(raw, str) and raw in known:
        return known[raw]
    raise Fault(words.NOT_YES_NO)


def _reference(raw: Any) -> int:
    if isinstance(raw, Decimal) and raw == raw.to_integral_value():
        raw = int(raw)
    if isinstance(raw, str) and re.fullmatch(r"[0-9]{1,18}", raw.strip()):
        raw = int(raw)
    if type(raw) is int and 0 < raw < 2**63:
        return raw
    raise Fault(words.NOT_REFERENCE)


def _signature(raw: Any, scope: Scope) -> dict[str, Any]:
    """Return who signed and when: a name alone is signed now."""
    name = text(raw.get("name"), lines=False) if isinstance(raw, Mapping) and raw.get("name") else raw
    if isinstance(raw, Mapping) and not set(raw) <= {"name", "at", "how"}:
        raise Fault(words.NOT_SIGNED)
    if isinstance(name, str) and (name := text(name, lines=False) or "") and units(name) <= 100:
        return {"name": name, "at": scope.now}
    raise Fault(words.NOT_SIGNED)


def _date(raw: Any, _zone: ZoneInfo) -> date:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    if isinstance(raw, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", raw.strip()):
        try:
            return date.fromisoformat(raw.strip())
        except ValueError:
            pass
    raise Fault(words.NOT_DATE)


def _time(raw: Any, _zone: ZoneInfo) -> time:
    if isinstance(raw, time):
        return raw
    if isinstance(raw, str) and re.fullmatch(r"[0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?", raw.strip()):
        try:
            return time.fromisoformat(raw.strip())
        except ValueError:
            pass
    raise Fault(words.NOT_TIME)


def _instant(raw: Any, zone: ZoneInfo) -> datetime:
    """Return an aware instant; without an offset it is meant in the zone of the place."""
    value = raw if isinstance(raw, datetime) else None
    if isinstance(raw, str) and re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}", raw.strip()):
        try:
            value = datetime.fromisoformat(raw.strip())
        except ValueError:
            value = None
    if value is None:
        raise Fault(words.NOT_INSTANT)
    return value if value.tzinfo else value.replace(tzinfo=zone)


_MOMENTS: Mapping[str, Callable[[Any, ZoneInfo], Any]] = {"date": _date, "time": _time, "instant": _instant}
