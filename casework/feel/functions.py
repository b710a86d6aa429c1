"""How the functions of the language are declared, chosen for a call, and guarded against wrong kinds of values."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from casework.feel.problems import FeelSyntaxError
from casework.feel.values import Function, Range, Scope, YearsMonths, kind_of, read
from casework.feel.wide import WideDate, WideInstant, WideTime

Body = Callable[..., Any]

_KINDS: dict[str, tuple[type, ...]] = {
    "number": (Decimal,),
    "string": (str,),
    "boolean": (bool,),
    "list": (list,),
    "context": (dict,),
    "date": (date,),
    "time": (time, WideTime),
    "moment": (date, datetime, WideDate, WideInstant),
    "timely": (date, time, datetime),
    "duration": (timedelta, YearsMonths),
    "signed": (Decimal, timedelta, YearsMonths),
    "range": (Range,),
    "function": (Function,),
    "keys": (str, list),
    "place": (Decimal, Function),
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument a function takes; an optional one is None when it is not given."""

    name: str
    kind: str
    optional: bool


@dataclass(frozen=True, slots=True)
class Builtin:
    """One way to call a function of the language."""

    name: str
    parameters: tuple[Parameter, ...]
    spread: bool
    body: Body

    def order(self, count: int, names: Sequence[str]) -> list[int] | None:
        """Return for each argument the parameter it fills; None when the call does not fit."""
        own = [parameter.name for parameter in self.parameters]
        if self.spread and not names:
            return list(range(count)) if count else None
        if len(set(names)) != len(names) or not set(names) <= set(own) or count > len(own):
            return None
        filled = [own.index(name) for name in names] if names else list(range(count))
        missing = set(range(len(own))) - set(filled)
        return filled if all(self.parameters[at].optional for at in missing) else None

    def call(self, scope: Scope, values: Sequence[Any]) -> Any:
        """Return what the function gives for one value per parameter; null when a value is of the wrong kind."""
        scope.spend(1)
        if self.spread:
            single = len(values) == 1 and type(values[0]) is list
            entries = values[0] if single else values
            scope.spend(len(entries))
            return self.ask(scope, [[read(entry) for entry in entries]])
        fitting = []
        for parameter, value in zip(self.parameters, values, strict=True):
            fits, value = _fit(scope, parameter, value)
            if not fits:
                return scope.null(
                    f"{self.name}：参数 {parameter.name} 不能是 {kind_of(value)}",
                    f"{self.name}: {parameter.name} can't be {kind_of(value)}",
                )
            fitting.append(value)
        return self.ask(scope, fitting)

    def ask(self, scope: Scope, values: Sequence[Any]) -> Any:
        """Return what the function gives; null where the values lead beyond what numbers and dates can hold."""
        try:
            return self.body(scope, *values)
        except (ArithmeticError, ValueError):
            return scope.null(f"{self.name}：超出范围", f"{self.name}: out of range")


BUILTINS: dict[str, list[Builtin]] = {}


def builtin(*signatures: str) -> Callable[[Body], Body]:
    """Declare a function of the language, as `name(parameter: kind, parameter: kind?)` or `name(list...)`."""

    def declare(body: Body) -> Body:
        for signature in signatures:
            name, _, inside = signature.rstrip(")").partition("(")
            spread = inside.endswith("...")
            parameters = (Parameter("list", "list", optional=False),) if spread else tuple(_parameters(inside))
            BUILTINS.setdefault(name, []).append(Builtin(name, parameters, spread, body))
        return body

    return declare


def _parameters(text: str) -> list[Parameter]:
    found = []
    for part in filter(None, text.split(", ")):
        name, _, kind = part.partition(": ")
        found.append(Parameter(name, kind.rstrip("?"), kind.endswith("?")))
    return found


def choose(name: str, count: int, names: Sequence[str], position: int) -> tuple[Builtin, list[int]]:
    """Return the way to call `name` with so many arguments, and which parameter each one fills."""
    for candidate in BUILTINS[name]:
        order = candidate.order(count, names)
        if order is not None:
            return candidate, order
    ways = "; ".join(f"{name}({', '.join(p.name for p in way.parameters)})" for way in BUILTINS[name])
    raise FeelSyntaxError(
        f"函数 {name} 的参数不符，应为 {ways}", f"the arguments of {name} don't fit: {ways}", position
    )


def handed_on(name: str) -> Function:
    """Return the function of this name as a value: called with so many arguments as any way to call it takes."""
    ways = BUILTINS[name]

    def body(scope: Scope, values: list[Any]) -> Any:
        for way in ways:
            if way.order(len(values), ()) is not None:
                return way.call(scope, [*values, *[None] * (len(way.parameters) - len(values))])
        return scope.null("参数个数不符", "wrong number of arguments")

    return Function(tuple(parameter.name for parameter in ways[0].parameters), body, counts=False)


def _fit(scope: Scope, parameter: Parameter, value: Any) -> tuple[bool, Any]:
    if parameter.kind == "any" or (value is None and parameter.optional):
        return True, value
    if parameter.kind == "entries":
        return value is not None, value if type(value) is list else [value]
    if parameter.kind == "list":
        if value is None:
            return False, None
        entries = value if type(value) is list else [value]
        scope.spend(len(entries))
        return True, [read(entry) for entry in entries]
    kinds = _KINDS[parameter.kind]
    if type(value) is list and len(value) == 1 and list not in kinds:
        value = read(value[0])
    return type(value) in kinds, value
