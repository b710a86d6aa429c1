"""One rule of one jurisdiction: a number or choice, how it is counted, and the article it comes from."""

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from casework.calendar.periods import MODES

Texts = tuple[str, str]
Value = int | bool | str | Decimal | Fraction | tuple[int | str | Decimal, ...]

NUMBERS = frozenset({"count", "percent", "yuan", "celsius", "points"})
UNITS = MODES.keys() | NUMBERS | {"ratio", "bool", "text", "list", "month_day"}
#: The source of an entry that no law gives.
DECIDED = "decide"
_FIELDS = frozenset(
    {"value", "unit", "mode", "bound", "dir", "roll", "source", "valid_from", "valid_to", "contested", "note"}
)
_NEEDED = ("value", "unit", "source", "valid_from")
_CHOICES: dict[str, tuple[str | bool, ...]] = {
    "bound": ("at_least", "at_most", "more_than", "less_than"),
    "dir": ("before",),
    "roll": (True, False),
    "contested": ("max", "min"),
}
_DECIMAL = re.compile(r"-?\d+\.\d+")
_MONTH_DAY = re.compile(r"\d\d-\d\d", re.ASCII)
_COMMON_YEAR = 2001
_RATIO = re.compile(r"\d+/0*[1-9]\d*")
_KEY = re.compile(r"[a-z]\w*(\.[a-z]\w*)+", re.ASCII)


@dataclass(frozen=True)
class Entry:
    """A rule with an exact value, in force from `valid_from` to `valid_to`, that day included."""

    key: str
    value: Value
    unit: str
    source: str
    valid_from: date
    valid_to: date | None = None
    mode: str | None = None
    bound: str | None = None
    dir: str | None = None
    roll: bool = False
    contested: str | None = None
    note: str = ""

    @property
    def is_period(self) -> bool:
        """Tell whether the entry is a length of time."""
        return self.unit in MODES

    def in_force(self, on: date) -> bool:
        """Tell whether the entry holds on a day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    def to_json(self) -> dict[str, Any]:
        """Return the entry as the policy files write it, without its key and what is left at its default."""
        value: Any = self.value
        if isinstance(value, tuple):
            value = [str(item) if isinstance(item, Decimal) else item for item in value]
        elif isinstance(value, Fraction):
            value = f"{value.numerator}/{value.denominator}"
        elif isinstance(value, Decimal):
            value = str(value)
        written: dict[str, Any] = {"value": value, "unit": self.unit, "source": self.source}
        written["valid_from"] = self.valid_from.isoformat()
        if self.valid_to is not None:
            written["valid_to"] = self.valid_to.isoformat()
        for name in ("mode", "bound", "dir", "roll", "contested", "note"):
            if getattr(self, name):
                written[name] = getattr(self, name)
        return written

    @classmethod
    def from_json(cls, key: str, written: Mapping[str, Any]) -> "Entry":
        """Return the entry that `to_json` wrote, or that a policy file holds; it must have passed `problems`."""
        fields = dict(written)
        fields["value"] = exact(fields["value"], fields["unit"])
        for name in ("valid_from", "valid_to"):
            if isinstance(fields.get(name), str):
                fields[name] = date.fromisoformat(fields[name])
        return cls(key, **fields)


def exact(value: Any, unit: str) -> Value:
    """Return a written value as an exact one: ratios as fractions, decimal texts as decimals, lists as tuples."""
    if unit == "ratio":
        return Fraction(value)
    if unit == "list":
        return tuple(Decimal(item) if isinstance(item, str) and _DECIMAL.fullmatch(item) else item for item in value)
    if unit in NUMBERS and isinstance(value, str):
        return Decimal(value)
    known: Value = value
    return known


def fits(value: Any, unit: str) -> bool:
    """Tell whether a written value is one of its unit; a float never is."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    if unit == "ratio":
        return isinstance(value, str) and _RATIO.fullmatch(value) is not None
    if unit == "bool":
        return isinstance(value, bool)
    if unit == "text":
        return isinstance(value, str) and value != ""
    if unit == "list":
        return isinstance(value, list) and all(isinstance(item, int | str) for item in value) and bool(value)
    if unit == "month_day":
        return isinstance(value, str) and _is_month_day(value)
    if unit in MODES:
        return whole and value >= 0
    return whole or (isinstance(value, str) and _DECIMAL.fullmatch(value) is not None)


def problems(key: str, written: Any) -> Iterator[Texts]:
    """Yield everything that is wrong with the shape of one written entry."""
    if not _KEY.fullmatch(key):
        yield f"{key}: 键名不合规", f"{key}: not a key"
    if not isinstance(written, Mapping):
        yield f"{key}: 应为一个条目", f"{key}: not an entry"
        return
    for name in sorted(set(written) - _FIELDS):
        yield f"{key}: 未知字段 {name}", f"{key}: unknown field {name}"
    missing = [name for name in _NEEDED if name not in written]
    for name in missing:
        yield f"{key}: 缺少字段 {name}", f"{key}: field {name} is missing"
    if not missing:
        yield from _field_problems(key, written)


def _field_problems(key: str, written: Mapping[str, Any]) -> Iterator[Texts]:
    unit = written["unit"]
    if unit not in UNITS:
        yield f"{key}: 未知单位 {unit}", f"{key}: unknown unit {unit}"
        return
    if not fits(written["value"], unit):
        yield f"{key}: 值与单位 {unit} 不符", f"{key}: the value is not one of unit {unit}"
    if (named := unit_in_name(key)) and named != unit:
        yield f"{key}: 键名中的单位不是 {unit}", f"{key}: the key names another unit than {unit}"
    for name in ("source", "note"):
        if not isinstance(written.get(name, "-"), str) or not written.get(name, "-"):
            yield f"{key}: {name} 应为文字", f"{key}: {name} is a text"
    yield from _counting_problems(key, unit, written)
    yield from _day_problems(key, written["valid_from"], written.get("valid_to"))


def _counting_problems(key: str, unit: str, written: Mapping[str, Any]) -> Iterator[Texts]:
    if MODES.get(unit) != written.get("mode"):
        yield f"{key}: mode 与单位 {unit} 不符", f"{key}: mode does not fit unit {unit}"
    for name, allowed in _CHOICES.items():
        if name in written and written[name] not in allowed:
            choices = ", ".join(str(choice) for choice in allowed)
            yield f"{key}: {name} 只能是 {choices}", f"{key}: {name} is one of: {choices}"
    if written.get("roll") and ("dir" in written or written.get("mode") != "calendar"):
        yield f"{key}: 只有向后计算的自然日期间才顺延", f"{key}: only a calendar period counted on rolls"
    if "contested" in written and unit in ("bool", "text", "list", "month_day"):
        yield f"{key}: 不能比较大小, 不能标 contested", f"{key}: what has no size can't be contested"


def _day_problems(key: str, start: Any, end: Any) -> Iterator[Texts]:
    if not _is_day(start) or not (end is None or _is_day(end)):
        yield f"{key}: 生效日期应为日期", f"{key}: valid_from and valid_to are dates"
    elif end is not None and end < start:
        yield f"{key}: 失效早于生效", f"{key}: valid_to lies before valid_from"


def unit_in_name(key: str) -> str | None:
    """Return the unit of time that the end of a key names, if it names one."""
    name = key.rpartition(".")[2]
    found = [unit for unit in MODES if name == unit or name.endswith(f"_{unit}")]
    return max(found, key=len, default=None)


def _is_month_day(value: str) -> bool:
    """Tell whether a text is a day of every year, written "11-15"."""
    if not _MONTH_DAY.fullmatch(value):
        return False
    month, day = map(int, value.split("-"))
    return 1 <= month <= 12 and 1 <= day <= monthrange(_COMMON_YEAR, month)[1]


def _is_day(value: Any) -> bool:
    return type(value) is date
