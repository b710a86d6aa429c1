"""The closures an expression is made of. Each takes the scope and the slots of the expression's own names."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from casework.feel.functions import BUILTINS, handed_on
from casework.feel.kinds import ANY, Kind
from casework.feel.moments import property_of
from casework.feel.operators import belongs, negate
from casework.feel.problems import WorkExceeded
from casework.feel.ranges import range_part
from casework.feel.values import MOST_DEPTH, SCALARS, Function, Range, Scope, kind_of, read, whole

Run = Callable[[Scope, list[Any]], Any]
_MISSING = object()


def constant(value: Any) -> Run:
    return lambda _scope, _slots: value


def slot(place: int) -> Run:
    return lambda _scope, slots: slots[place]


def global_name(name: str) -> Run:
    """Return the closure that reads a name of the scope; null with a reason when it has none."""

    def run(scope: Scope, _slots: list[Any]) -> Any:
        value = scope.names.get(name, _MISSING)
        if type(value) in SCALARS:
            return value
        if value is _MISSING:
            if name in BUILTINS:
                return handed_on(name)
            return scope.null(f"没有名为 {name} 的数据", f"there is no {name}")
        return read(value)

    return run


def item_name(name: str, places: tuple[int, ...], outer: Run) -> Run:
    """Return the closure that reads an entry of an item around the name, else what the name means outside."""

    def run(scope: Scope, slots: list[Any]) -> Any:
        for place in places:
            item = slots[place]
            if type(item) is dict and name in item:
                return read(item[name])
        return outer(scope, slots)

    return run


def operation(operator: Callable[[Scope, Any, Any], Any], left: Run, right: Run) -> Run:
    return lambda scope, slots: operator(scope, left(scope, slots), right(scope, slots))


def negation(operand: Run) -> Run:
    return lambda scope, slots: negate(scope, operand(scope, slots))


def logic(operands: tuple[Run, ...], *, decisive: bool) -> Run:
    """Return `or` (decided by the first true) or `and` (decided by the first false); else null if one is no boolean."""

    def run(scope: Scope, slots: list[Any]) -> Any:
        result: bool | None = not decisive
        for operand in operands:
            value = operand(scope, slots)
            if value is decisive:
                return decisive
            if type(value) is not bool:
                result = None
        return result

    if len(operands) != 2:
        return run
    first, second = operands

    def pair(scope: Scope, slots: list[Any]) -> Any:
        one = first(scope, slots)
        if one is decisive:
            return decisive
        other = second(scope, slots)
        if other is decisive:
            return decisive
        return (not decisive) if type(one) is bool and type(other) is bool else None

    return pair


def choice(condition: Run, then: Run, otherwise: Run) -> Run:
    return lambda scope, slots: then(scope, slots) if condition(scope, slots) is True else otherwise(scope, slots)


def items(entries: tuple[Run, ...]) -> Run:
    return lambda scope, slots: [entry(scope, slots) for entry in entries]


def context(entries: tuple[tuple[str, int, Run], ...]) -> Run:
    def run(scope: Scope, slots: list[Any]) -> dict[str, Any]:
        found = {}
        for key, place, entry in entries:
            found[key] = slots[place] = entry(scope, slots)
        return found

    return run


def span(start: Run | None, end: Run | None, start_included: bool, end_included: bool) -> Run:
    """Return the range; null where an end that is written is null, for only an end left out is open."""

    def run(scope: Scope, slots: list[Any]) -> Any:
        first = start(scope, slots) if start else None
        last = end(scope, slots) if end else None
        if (start and first is None) or (end and last is None):
            return scope.null("区间的一端为空", "an end of the range is null")
        return Range(first, last, start_included, end_included)

    return run


def tested(value: Run, test: Run) -> Run:
    return lambda scope, slots: belongs(scope, value(scope, slots), test(scope, slots))


def enclosed(value: Run, ends: Run) -> Run:
    """Return the test for a value in a range; null where there is none."""

    def run(scope: Scope, slots: list[Any]) -> Any:
        found = ends(scope, slots)
        return None if found is None else belongs(scope, value(scope, slots), found)

    return run


def path(source: Run, key: str) -> Run:
    def run(scope: Scope, slots: list[Any]) -> Any:
        return _entry(scope, source(scope, slots), key)

    return run


def _entry(scope: Scope, value: Any, key: str) -> Any:
    kind = type(value)
    if kind is dict:
        if key in value:
            return read(value[key])
        return scope.null(f"没有 {key}", f"there is no {key}")
    if kind is list:
        scope.spend(len(value))
        return [_entry(scope, read(entry), key) for entry in value]
    if kind is Range:
        return range_part(scope, value, key)
    if value is None:  # why it is null has been said where it became so
        return None
    return property_of(scope, value, key)


def at_position(scope: Scope, entries: list[Any], position: Decimal) -> Any:
    """Return the entry at a position from 1, or from -1 at the end."""
    at = whole(position)
    if at and abs(at) <= len(entries):
        return read(entries[at - 1 if at > 0 else at])
    return scope.null("列表位置超出范围", "no such position in the list")


def listed(value: Any) -> list[Any]:
    """Return a list as it is, null as an empty one, any other value as a list of itself."""
    if type(value) is list:
        return value
    return [] if value is None else [value]


def no_test(scope: Scope, value: Any) -> Any:
    """Note that a value is neither true, false nor null where a test has to be one of them."""
    return scope.null(f"条件须为布尔值，不能是 {kind_of(value)}", f"a test gives a boolean, not a {kind_of(value)}")


def indexed(source: Run, position: Run) -> Run:
    def run(scope: Scope, slots: list[Any]) -> Any:
        at = position(scope, slots)
        entries = listed(source(scope, slots))
        if type(at) is Decimal:
            return at_position(scope, entries, at)
        return scope.null("列表位置须为数字", "a position is a number")

    return run


def filtered(source: Run, test: Run, place: int, cost: int) -> Run:
    """Return the entries for which the test holds; the entry at the position when the test gives a number."""

    def run(scope: Scope, slots: list[Any]) -> Any:
        entries = listed(source(scope, slots))
        scope.spend((cost + 2) * (1 + len(entries)))
        kept = []
        for entry in entries or (None,):
            slots[place] = entry = read(entry)
            found = test(scope, slots)
            if type(found) is Decimal:
                return at_position(scope, entries, found)
            if found is not None and type(found) is not bool:
                return no_test(scope, found)
            if found is True and entries:
                kept.append(entry)
        return kept

    return run


def descent(source: Run, key: str) -> Run:
    """Return all that lies under a key at any depth, as it comes in reading; nulls are left out."""

    def gather(scope: Scope, value: Any, found: list[Any], depth: int) -> None:
        value = read(value)
        if depth > MOST_DEPTH:
            raise WorkExceeded
        if type(value) is not dict and type(value) is not list:
            return
        scope.spend(1 + len(value))
        for name, entry in value.items() if type(value) is dict else ((None, entry) for entry in value):
            entry = read(entry)
            if name == key and entry is not None:
                found.append(entry)
            gather(scope, entry, found, depth + 1)

    def run(scope: Scope, slots: list[Any]) -> list[Any]:
        found: list[Any] = []
        gather(scope, source(scope, slots), found, 0)
        return found

    return run


def function(
    parameters: tuple[str, ...],
    places: tuple[int, ...],
    body: Run,
    cost: int,
    kinds: tuple[Kind, ...] = (),
    result: Kind | None = None,
) -> Run:
    """Return a function value that remembers the slots and names as they are now."""
    told = kinds if any(kind is not ANY for kind in kinds) else ()

    def run(here: Scope, slots: list[Any]) -> Function:
        kept, names = list(slots), here.names

        def call(scope: Scope, values: list[Any]) -> Any:
            scope.spend(cost + len(kept) // 8)
            own = kept.copy()
            for place, value in zip(places, values, strict=True):
                own[place] = read(value)
            if scope.names is names:
                return body(scope, own)
            return scope.under(names, lambda there: body(there, own))

        return Function(parameters, call, told, result)

    return run


def instance(value: Run, kind: Kind) -> Run:
    """Return the test for a kind."""
    return lambda scope, slots: kind.holds(value(scope, slots))
