"""The functions of the language on ranges: how two of them, or a point and one, lie to each other."""

from collections.abc import Callable
from typing import Any

from casework.feel.functions import builtin
from casework.feel.operators import compare, within
from casework.feel.values import Range, Scope, kind_of

Relation = Callable[[Scope, Any, Any], bool | None]


def _sides(scope: Scope, one: Any, other: Any) -> tuple[Range, Range]:
    """Return both as ranges; a point is the range of itself."""
    del scope
    return _range(one), _range(other)


def _range(value: Any) -> Range:
    return value if isinstance(value, Range) else Range(value, value)


def _order(scope: Scope, one: Any, other: Any, *, start: bool) -> Any:
    """Compare two ends; at an open start or end there is no limit."""
    if one is None or other is None:
        if one is other:
            return 0
        return (-1 if one is None else 1) * (1 if start else -1)
    return compare(scope, one, other)


def _before(scope: Scope, one: Any, other: Any) -> bool | None:
    left, right = _sides(scope, one, other)
    if left.end is None or right.start is None:
        return False
    order = compare(scope, left.end, right.start)
    if order is None:
        return None
    return order < 0 or (order == 0 and not (left.end_included and right.start_included))


def _meets(scope: Scope, one: Range, other: Range) -> bool | None:
    if one.end is None or other.start is None:
        return False
    order = compare(scope, one.end, other.start)
    return None if order is None else order == 0 and one.end_included and other.start_included


def _starts_order(scope: Scope, one: Any, other: Any) -> int | None:
    left, right = _sides(scope, one, other)
    order = _order(scope, left.start, right.start, start=True)
    return order if order else (order if order is None else right.start_included - left.start_included)


def _ends_order(scope: Scope, one: Any, other: Any) -> int | None:
    left, right = _sides(scope, one, other)
    order = _order(scope, left.end, right.end, start=False)
    return order if order else (order if order is None else left.end_included - right.end_included)


def _overlaps(scope: Scope, one: Any, other: Any) -> bool | None:
    apart = _before(scope, one, other), _before(scope, other, one)
    return None if None in apart else not any(apart)


def _overlaps_before(scope: Scope, one: Range, other: Range) -> bool | None:
    starts, ends, meeting = (
        _starts_order(scope, one, other),
        _ends_order(scope, one, other),
        _overlaps(scope, one, other),
    )
    if starts is None or ends is None or meeting is None:
        return None
    return meeting and starts < 0 and ends <= 0


def _finishes(scope: Scope, one: Any, other: Any) -> bool | None:
    starts, ends = _starts_order(scope, one, other), _ends_order(scope, one, other)
    return None if starts is None or ends is None else ends == 0 and starts >= 0


def _starts(scope: Scope, one: Any, other: Any) -> bool | None:
    starts, ends = _starts_order(scope, one, other), _ends_order(scope, one, other)
    return None if starts is None or ends is None else starts == 0 and ends <= 0


def _includes(scope: Scope, one: Range, other: Any) -> bool | None:
    if not isinstance(other, Range):
        return within(scope, other, one)
    starts, ends = _starts_order(scope, one, other), _ends_order(scope, one, other)
    return None if starts is None or ends is None else starts <= 0 and ends >= 0


def _coincides(scope: Scope, one: Any, other: Any) -> bool | None:
    starts, ends = _starts_order(scope, one, other), _ends_order(scope, one, other)
    return None if starts is None or ends is None else starts == 0 and ends == 0


def _turned(relation: Relation) -> Relation:
    return lambda scope, one, other: relation(scope, other, one)


def _declare(name: str, relation: Relation, *ways: str) -> None:
    """Declare a relation with the names its arguments may be given by: p is a point, r a range."""
    names = {"p": "point", "r": "range"}
    signatures = []
    for way in ways:
        numbers = ("1", "2") if way[0] == way[1] else ("", "")
        parts = [f"{names[letter]}{number}: any" for letter, number in zip(way, numbers, strict=True)]
        signatures.append(f"{name}({', '.join(parts)})")
    builtin(*signatures)(relation)


def _ranged(relation: Relation, *, first: bool = False, second: bool = False) -> Relation:
    """Return the relation, null where a side that must be a range is none."""

    def checked(scope: Scope, one: Any, other: Any) -> bool | None:
        for side in ([one] if first else []) + ([other] if second else []):
            if not isinstance(side, Range):
                scope.null(f"{kind_of(side)} 不是范围", f"a {kind_of(side)} is no range")
                return None
        return None if one is None or other is None else relation(scope, one, other)

    return checked


for _name, _relation in {"before": _before, "after": _turned(_before)}.items():
    _declare(_name, _ranged(_relation), "pp", "pr", "rp", "rr")
_declare("coincides", _ranged(_coincides), "pp", "rr")
for _name, _relation in {
    "meets": _meets,
    "met by": _turned(_meets),
    "overlaps": _overlaps,
    "overlaps before": _overlaps_before,
    "overlaps after": _turned(_overlaps_before),
}.items():
    _declare(_name, _ranged(_relation, first=True, second=True), "rr")
for _name, _relation in {"finishes": _finishes, "during": _turned(_includes), "starts": _starts}.items():
    _declare(_name, _ranged(_relation, second=True), "pr", "rr")
for _name, _relation in {
    "finished by": _turned(_finishes),
    "includes": _includes,
    "started by": _turned(_starts),
}.items():
    _declare(_name, _ranged(_relation, first=True), "rp", "rr")


def range_part(scope: Scope, value: Range, key: str) -> Any:
    """Return an end of a range, or whether it belongs to it."""
    parts = {
        "start": value.start,
        "end": value.end,
        "start included": value.start_included,
        "end included": value.end_included,
    }
    if key not in parts:
        return scope.null(f"{kind_of(value)} 没有 {key}", f"a range has no {key}")
    return parts[key]
