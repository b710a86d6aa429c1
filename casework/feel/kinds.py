"""The kinds of values that a file or an expression can ask for, and how a value is made to fit one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from casework.feel.names import words
from casework.feel.values import MOST_DEPTH, ZULU, Function, Range, Scope, kind_of, read
from casework.feel.wide import WideDate, combined

SIMPLE = {
    "number": "number",
    "string": "string",
    "boolean": "boolean",
    "date": "date",
    "time": "time",
    "date and time": "date and time",
    "dateTime": "date and time",
    "days and time duration": "days and time duration",
    "day time duration": "days and time duration",
    "dayTimeDuration": "days and time duration",
    "years and months duration": "years and months duration",
    "year month duration": "years and months duration",
    "yearMonthDuration": "years and months duration",
    "list": "list",
    "context": "context",
    "range": "range",
    "function": "function",
    "Any": "Any",
    "any": "Any",
    "Null": "null",
    "null": "null",
    "integer": "number",
    "long": "number",
    "double": "number",
}


@dataclass(slots=True, eq=False)
class Kind:
    """A kind of values; its parts are set after it is made, since kinds may be made of each other.

    `allowed` are further conditions a value must meet to fit; an instance of the kind need not meet them.
    """

    name: str
    item: "Kind | None" = None  # of a list or a range
    entries: "dict[str, Kind] | None" = None  # of a context
    parameters: "tuple[Kind, ...] | None" = None  # of a function
    result: "Kind | None" = None
    allowed: Callable[[Scope, Any], bool] | None = None

    def holds(self, value: Any, depth: int = 0) -> bool:
        """Say whether the value is an instance of the kind; null is one of Null alone."""
        value = read(value)
        if self.name == "Any":
            return value is not None
        if kind_of(value) != self.name or depth > MOST_DEPTH:
            return False
        if isinstance(value, list):
            return self.item is None or all(_fits(self.item, entry, depth) for entry in value)
        if isinstance(value, dict):
            parts = (self.entries or {}).items()
            return all(key in value and _fits(kind, value[key], depth) for key, kind in parts)
        if isinstance(value, Range):
            ends = [end for end in (value.start, value.end) if end is not None]
            return self.item is None or all(self.item.holds(end, depth + 1) for end in ends)
        return not isinstance(value, Function) or self._calls_like(value)

    def _calls_like(self, function: Function) -> bool:
        if self.parameters is None:
            return True
        if len(function.parameters) != len(self.parameters):
            return False
        own = function.kinds or (ANY,) * len(self.parameters)
        taken = all(kind.takes(wanted) for kind, wanted in zip(own, self.parameters, strict=True))
        return taken and (self.result is None or self.result.takes(function.result or ANY))

    def takes(self, other: "Kind", depth: int = 0) -> bool:
        """Say whether every value of the other kind is one of this kind."""
        if self.name == "Any" or other.name == "null" or self is other:
            return True
        if self.name != other.name or depth > MOST_DEPTH:
            return False
        if self.item and not self.item.takes(other.item or ANY, depth + 1):
            return False
        theirs = other.entries or {}
        return all(key in theirs and kind.takes(theirs[key], depth + 1) for key, kind in (self.entries or {}).items())

    def fit(self, scope: Scope, value: Any) -> Any:
        """Return the value made to fit: null, with a reason, when it can't be."""
        value = read(value)
        if value is None:
            return None
        found = self._made_to_call(value) if isinstance(value, Function) else self._turned(scope, value, 0)
        if found is None:
            kinds = kind_of(value), self.name
            return scope.null(f"{kinds[0]} 的值不符合类型 {kinds[1]}", f"a {kinds[0]} does not fit the type {kinds[1]}")
        return found

    def _made_to_call(self, function: Function) -> Function | None:
        """Return the function with its arguments and what it gives made to fit; null when it takes another number."""
        if self.name == "Any":
            return function
        wanted, result = self.parameters, self.result
        if self.name != "function" or (wanted is not None and len(wanted) != len(function.parameters)):
            return None

        def body(scope: Scope, values: list[Any]) -> Any:
            if wanted is not None:
                values = [kind.fit(scope, value) for kind, value in zip(wanted, values, strict=True)]
            found = function.call(scope, values)
            return found if result is None else result.fit(scope, found)

        counts = wanted is not None or function.counts
        return Function(function.parameters, body, function.kinds, result or function.result, counts)

    def _turned(self, scope: Scope, value: Any, depth: int) -> Any:
        """Return the value, what it holds alone, a list of it, or the midnight of it, as the kind asks; else null."""
        scope.spend(1)
        if self._meets(scope, value, depth):
            return value
        if self.name == "list" and not isinstance(value, list) and self._meets(scope, [value], depth):
            return [value]
        if isinstance(value, list) and len(value) == 1 and self.name != "list":
            return self._turned(scope, read(value[0]), depth) if type(read(value[0])) is not list else None
        if self.name == "date and time" and type(value) in (date, WideDate):
            moment = combined(value, time(0), ZULU)
            return moment if self._meets(scope, moment, depth) else None
        return None

    def _meets(self, scope: Scope, value: Any, depth: int) -> bool:
        if depth > MOST_DEPTH or not self.holds(value):
            return False
        if isinstance(value, list) and self.item is not None and self.item.limited():
            scope.spend(len(value))
            if not all(entry is None or self.item._meets(scope, read(entry), depth + 1) for entry in value):
                return False
        if isinstance(value, dict):
            for key, kind in (self.entries or {}).items():
                entry = read(value.get(key))
                if entry is not None and not kind._meets(scope, entry, depth + 1):
                    return False
        return self.allowed is None or self.allowed(scope, value)

    def limited(self) -> bool:
        """Say whether more is asked of a value than to be an instance."""
        return self.allowed is not None or self.item is not None or self.entries is not None


def _fits(kind: Kind, value: Any, depth: int) -> bool:
    return read(value) is None or kind.holds(value, depth + 1)


ANY = Kind("Any")
SIMPLE_KINDS = {name: ANY if kind == "Any" else Kind(kind) for name, kind in SIMPLE.items()}


class Kinds:
    """The kinds a file defines by name; compared by identity."""

    def __init__(self, own: dict[str, Kind]) -> None:
        self.own = own
        self.words = {words(name): name for name in own}
