"""The functions of the language on lists."""

from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from casework.feel.functions import builtin
from casework.feel.operators import add, compare, divide, equal
from casework.feel.problems import WorkExceeded
from casework.feel.values import ARITHMETIC, MOST_DEPTH, Function, Scope, finite, kind_of, read, whole


def _numbers(scope: Scope, name: str, entries: list[Any]) -> Any:
    for entry in entries:
        if type(entry) is not Decimal:
            return scope.null(f"{name}：列表里有 {kind_of(entry)}", f"{name}: the list holds a {kind_of(entry)}")
    return entries


def _position(scope: Scope, entries: list[Any], position: Decimal) -> Any:
    """Return the index that a position from 1, or from -1 at the end, means."""
    at = whole(position)
    if not at or abs(at) > len(entries):
        return scope.null("列表位置超出范围", "no such position in the list")
    return at - 1 if at > 0 else len(entries) + at


@builtin("count(list: entries)")
def count(_scope: Scope, entries: list[Any]) -> Decimal:
    return Decimal(len(entries))


@builtin("is empty(list: entries)")
def is_empty(_scope: Scope, entries: list[Any]) -> bool:
    return not entries


@builtin("list contains(list: list, element: any)")
def list_contains(scope: Scope, entries: list[Any], element: Any) -> bool:
    return any(type(entry) is type(element) and equal(scope, entry, element) for entry in entries)


@builtin("min(list...)")
def smallest(scope: Scope, entries: list[Any]) -> Any:
    return _extreme(scope, entries, -1)


@builtin("max(list...)")
def largest(scope: Scope, entries: list[Any]) -> Any:
    return _extreme(scope, entries, 1)


def _extreme(scope: Scope, entries: list[Any], sign: int) -> Any:
    best = entries[0] if entries else None
    for entry in entries:
        order = compare(scope, entry, best)
        if order is None:
            return None
        best = entry if order == sign else best
    return best


@builtin("sum(list...)")
def total(scope: Scope, entries: list[Any]) -> Any:
    found = entries[0] if entries else None
    for entry in entries[1:]:
        found = add(scope, found, entry) if type(entry) is type(found) and type(entry) is not str else None
    return (
        scope.null("sum：列表里不全是数字", "sum: not all are numbers")
        if type(found) is str or (entries and found is None)
        else found
    )


@builtin("mean(list...)")
def mean(scope: Scope, entries: list[Any]) -> Any:
    whole_sum = total(scope, entries)
    return None if whole_sum is None else divide(scope, whole_sum, Decimal(len(entries)))


@builtin("product(list...)")
def product(scope: Scope, entries: list[Any]) -> Decimal | None:
    factors = _numbers(scope, "product", entries)
    result = Decimal(1)
    for factor in factors or ():
        result = ARITHMETIC.multiply(result, factor)
    return finite(scope, result) if factors else None


@builtin("median(list...)")
def median(scope: Scope, entries: list[Any]) -> Any:
    numbers = sorted(_numbers(scope, "median", entries) or ())
    if not numbers:
        return None
    middle = len(numbers) // 2
    if len(numbers) % 2:
        return numbers[middle]
    return finite(scope, ARITHMETIC.divide(ARITHMETIC.add(numbers[middle - 1], numbers[middle]), Decimal(2)))


@builtin("stddev(list...)")
def standard_deviation(scope: Scope, entries: list[Any]) -> Decimal | None:
    numbers = _numbers(scope, "stddev", entries)
    if not numbers or len(numbers) < 2:
        return None
    middle = mean(scope, numbers)
    squares = [ARITHMETIC.power(ARITHMETIC.subtract(number, middle), Decimal(2)) for number in numbers]
    spread = total(scope, squares)
    return (
        None if spread is None else finite(scope, ARITHMETIC.sqrt(ARITHMETIC.divide(spread, Decimal(len(numbers) - 1))))
    )


@builtin("mode(list...)")
def mode(scope: Scope, entries: list[Any]) -> list[Decimal] | None:
    numbers = _numbers(scope, "mode", entries)
    if numbers is None:
        return None
    counts: dict[Decimal, int] = {}
    for number in numbers:
        counts[number] = counts.get(number, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(number for number, times in counts.items() if times == most)


@builtin("all(list...)")
def every(_scope: Scope, entries: list[Any]) -> bool | None:
    if any(entry is False for entry in entries):
        return False
    return True if all(entry is True for entry in entries) else None


@builtin("any(list...)")
def some(_scope: Scope, entries: list[Any]) -> bool | None:
    if any(entry is True for entry in entries):
        return True
    return False if all(entry is False for entry in entries) else None


@builtin("sublist(list: list, start position: number, length: number?)")
def sublist(scope: Scope, entries: list[Any], start: Decimal, length: Decimal | None) -> list[Any] | None:
    first = _position(scope, entries, start)
    size = len(entries) if length is None else whole(length)
    if first is None or size is None or size < 0:
        return None
    return entries[first : first + size]


@builtin("append(list...)")
def append(scope: Scope, entries: list[Any]) -> Any:
    """Return the list, which is the first argument, with the other arguments behind it."""
    if not entries or entries[0] is None:
        return scope.null("append：没有列表", "append: there is no list")
    before = entries[0] if type(entries[0]) is list else [entries[0]]
    scope.spend(len(before))
    return [*before, *entries[1:]]


@builtin("concatenate(list...)")
def concatenate(scope: Scope, lists: list[Any]) -> Any:
    found: list[Any] = []
    for entries in lists:
        if entries is None:
            return scope.null("要连接的列表里有 null", "one of the lists to be joined is null")
        found += entries if type(entries) is list else [entries]
        scope.spend(len(found) // 8)
    scope.spend(len(found))
    return found


@builtin("insert before(list: list, position: number, newItem: any)")
def insert_before(scope: Scope, entries: list[Any], position: Decimal, entry: Any) -> list[Any] | None:
    at = _position(scope, entries, position)
    return None if at is None else [*entries[:at], entry, *entries[at:]]


@builtin("remove(list: list, position: number)")
def remove(scope: Scope, entries: list[Any], position: Decimal) -> list[Any] | None:
    at = _position(scope, entries, position)
    return None if at is None else [*entries[:at], *entries[at + 1 :]]


@builtin(
    "list replace(list: list, position: place, newItem: any)", "list replace(list: list, match: place, newItem: any)"
)
def replaced(scope: Scope, entries: list[Any], which: Decimal | Function, new: Any) -> Any:
    """Return the list with `new` at a position, or wherever the function says so."""
    if isinstance(which, Function):
        told = [which.call(scope, [entry, new]) for entry in entries]
        if any(type(answer) is not bool for answer in told):
            return scope.null("list replace：函数须给出布尔值", "list replace: the function has to give a boolean")
        return [new if answer else entry for answer, entry in zip(told, entries, strict=True)]
    at = _position(scope, entries, which)
    return None if at is None else [*entries[:at], new, *entries[at + 1 :]]


@builtin("reverse(list: list)")
def backwards(_scope: Scope, entries: list[Any]) -> list[Any]:
    return entries[::-1]


@builtin("index of(list: list, match: any)")
def index_of(scope: Scope, entries: list[Any], match: Any) -> list[Decimal]:
    return [
        Decimal(at) for at, entry in enumerate(entries, 1) if type(entry) is type(match) and equal(scope, entry, match)
    ]


@builtin("union(list...)")
def union(scope: Scope, lists: list[Any]) -> Any:
    joined = concatenate(scope, lists)
    return None if joined is None else distinct_values(scope, joined)


@builtin("distinct values(list: list)")
def distinct_values(scope: Scope, entries: list[Any]) -> list[Any]:
    found: list[Any] = []
    for entry in map(read, entries):
        scope.spend(1 + 2 * len(found))
        if not any(type(other) is type(entry) and equal(scope, other, entry) for other in found):
            found.append(entry)
    return found


@builtin("flatten(list: list)")
def flatten(scope: Scope, entries: list[Any], depth: int = 0) -> list[Any]:
    if depth > MOST_DEPTH:
        raise WorkExceeded
    found: list[Any] = []
    scope.spend(1 + len(entries))
    for entry in map(read, entries):
        found += flatten(scope, entry, depth + 1) if type(entry) is list else [entry]
    return found


@builtin("sort(list: list, precedes: function?)")
def ordered(scope: Scope, entries: list[Any], precedes: Function | None) -> list[Any] | None:
    """Return the entries in order; without a function in their natural order."""
    scope.spend(4 * len(entries))
    if precedes is None:
        if any(compare(scope, entry, entries[0]) is None for entry in entries):
            return None
        return sorted(entries, key=cmp_to_key(lambda one, other: compare(scope, one, other) or 0))

    def order(one: Any, other: Any) -> int:
        if precedes.call(scope, [one, other]) is True:
            return -1
        return 1 if precedes.call(scope, [other, one]) is True else 0

    return sorted(entries, key=cmp_to_key(order))
