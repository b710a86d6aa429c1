"""The closures of `for`, `some` and `every`."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from casework.feel.closures import Run, listed, no_test
from casework.feel.operators import compare
from casework.feel.values import Range, Scope, read, whole

Steps = Callable[[Scope, list[Any]], Iterator[Any]]


class NoSteps(Exception):
    """What a loop shall run over is neither a list nor a range of whole numbers or days."""


def stepping(run: Callable[..., Any]) -> Callable[..., Any]:
    """Return the logic of a loop; it gives null where what it runs over has no steps."""

    def guarded(scope: Scope, *slots: list[Any]) -> Any:
        try:
            return run(scope, *slots)
        except NoSteps:
            return scope.null(
                "循环范围须为从小到大的整数或日期", "a loop runs over whole numbers or dates, from the least on"
            )

    return guarded


def steps(source: Run, end: Run | None) -> Steps:
    """Return the values an iteration runs over: a list's entries, or the whole numbers or days of a range."""

    def run(scope: Scope, slots: list[Any]) -> Iterator[Any]:
        first = source(scope, slots)
        return steps_of(scope, first) if end is None else counted(first, end(scope, slots))

    return run


def steps_of(scope: Scope, value: Any) -> Iterator[Any]:
    """Run over the entries of a list, or over a range; NoSteps when the range has none."""
    if type(value) is Range:
        if compare(scope, value.start, value.end) == 1:
            raise NoSteps
        return counted(value.start, value.end, value)
    return map(read, listed(value))


def counted(first: Any, last: Any, within: Range | None = None) -> Iterator[Any]:
    """Run over the whole numbers or days from one end to the other, upwards or downwards; NoSteps between others."""
    if type(first) is date and type(last) is date:
        low, high = first.toordinal(), last.toordinal()
    else:
        ends = [whole(end) if type(end) is Decimal else None for end in (first, last)]
        if ends[0] is None or ends[1] is None:
            raise NoSteps
        low, high = ends[0], ends[1]
    step = 1 if low <= high else -1
    low += step if within and not within.start_included else 0
    high -= step if within and not within.end_included else 0
    for number in range(low, high + step, step):
        yield first + timedelta(days=number - first.toordinal()) if type(first) is date else Decimal(number)


def _combinations(
    scope: Scope, slots: list[Any], iterations: tuple[tuple[int, Steps], ...], cost: int
) -> Iterator[None]:
    """Put every combination of the iterations' values into their slots, one after the other."""
    (place, values), *rest = iterations
    for value in values(scope, slots):
        slots[place] = value
        scope.spend(cost + 1)
        if rest:
            yield from _combinations(scope, slots, tuple(rest), cost)
        else:
            yield None


def loop(iterations: tuple[tuple[int, Steps], ...], partial: int | None, body: Run, cost: int) -> Run:
    def run(scope: Scope, slots: list[Any]) -> list[Any]:
        found: list[Any] = []
        for _ in _combinations(scope, slots, iterations, cost):
            if partial is not None:
                scope.spend(len(found))
                slots[partial] = found.copy()
            found.append(body(scope, slots))
        return found

    return stepping(run)


def quantified(iterations: tuple[tuple[int, Steps], ...], body: Run, cost: int, *, decisive: bool) -> Run:
    def run(scope: Scope, slots: list[Any]) -> Any:
        result: bool | None = not decisive
        for _ in _combinations(scope, slots, iterations, cost):
            value = body(scope, slots)
            if value is decisive:
                return decisive
            if value is None:
                result = None
            elif type(value) is not bool:
                return no_test(scope, value)
        return result

    return stepping(run)
