"""The short ways for what conditions ask most: compare a name with a constant, look for it among several, count."""

from decimal import Decimal
from typing import Any

from casework.feel.closures import Run
from casework.feel.operators import OPERATORS, SIGNS, belongs, within
from casework.feel.values import Range, Scope, whole


def comparison(sign: str, left: Run, right: Any, name: str | None) -> Run:
    """Return the comparison with a constant; `name` is the left side when that is a plain name of the scope.

    Conditions are mostly of this shape, so values of the constant's own kind are compared without a detour.
    """
    general, direct, plain = OPERATORS[sign], SIGNS[sign], name or ""
    own: tuple[type, ...] = ()
    if type(right) is str or (type(right) is bool and sign in ("=", "!=")):
        own = (type(right),)
    elif type(right) is Decimal:
        own = (int,)  # exact, and faster than turning every whole number of the data into a decimal
    near: Any = whole(right) if type(right) is Decimal and whole(right) is not None else right

    kind = type(right) if own else None

    def run(scope: Scope, slots: list[Any]) -> Any:
        value = left(scope, slots)
        return direct(value, right) if type(value) is kind else general(scope, value, right)

    def run_name(scope: Scope, slots: list[Any]) -> Any:
        value = scope.names.get(plain)
        if type(value) in own:
            return direct(value, near)
        return general(scope, left(scope, slots), right)

    return run_name if name else run


def compared(sign: str, names: tuple[str, str], left: Run, right: Run) -> Run:
    """Return the comparison of two plain names of the scope: whole numbers and texts without a detour."""
    general, direct = OPERATORS[sign], SIGNS[sign]
    one_name, other_name = names

    def run(scope: Scope, slots: list[Any]) -> Any:
        one, other = scope.names.get(one_name), scope.names.get(other_name)
        kind = type(one)
        if kind is type(other) and (kind is int or kind is str):
            return direct(one, other)
        return general(scope, left(scope, slots), right(scope, slots))

    return run


def between(value: Run, start: Any, end: Any, name: str | None) -> Run:
    """Return the test for a value between two constants, both included; `name` is the value when a plain name."""
    span, kind, plain = Range(start, end), type(start), name or ""
    low, high = (whole(end) if kind is Decimal else None for end in (start, end))

    def run(scope: Scope, slots: list[Any]) -> Any:
        if plain and low is not None and high is not None:
            raw = scope.names.get(plain)
            if type(raw) is int:
                return low <= raw <= high
        found = value(scope, slots)
        return start <= found <= end if type(found) is kind else within(scope, found, span)

    return run


def among(value: Run, constants: tuple[Any, ...]) -> Run:
    """Return the test for a value among constants of one kind."""
    kind, known = type(constants[0]), frozenset(constants)

    def run(scope: Scope, slots: list[Any]) -> Any:
        found = value(scope, slots)
        if type(found) is kind:
            return found in known
        answers = [belongs(scope, found, constant) for constant in constants]
        return True if True in answers else None if None in answers else False

    return run


def opposite(operand: Run) -> Run:
    """Return the opposite of a truth; null for what is none."""

    def run(scope: Scope, slots: list[Any]) -> bool | None:
        value = operand(scope, slots)
        return not value if type(value) is bool else None

    return run


def size(entries: Run, otherwise: Run) -> Run:
    """Return the number of entries of a list; what is none is counted the other way."""

    def run(scope: Scope, slots: list[Any]) -> Any:
        value = entries(scope, slots)
        return Decimal(len(value)) if type(value) is list else otherwise(scope, slots)

    return run
