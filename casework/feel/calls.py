"""Calls: functions of the language, functions of the host, and functions that expressions make."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from casework.feel import syntax
from casework.feel.closures import Run, constant
from casework.feel.functions import BUILTINS, choose
from casework.feel.problems import FeelSyntaxError
from casework.feel.shortcuts import opposite, size
from casework.feel.values import Function, Scope, read

if TYPE_CHECKING:
    from casework.feel.compiler import Compiler


@dataclass(frozen=True, slots=True)
class Call:
    """A call by name: its arguments in order, each a literal value, or Ellipsis where it is computed."""

    name: str
    args: tuple[Any, ...]
    named: tuple[str, ...] = ()


def compile_invocation(compiler: "Compiler", node: syntax.Invocation) -> Run:
    """Return the closure of a call."""
    arguments = tuple(compiler.compile(argument) for argument in node.arguments)
    target = node.target
    if not isinstance(target, syntax.Name) or compiler.bound(target.text):
        return _computed(compiler.compile(target), arguments, node.names)
    compiler.calls.append(Call(target.text, tuple(map(_literal, node.arguments)), node.names))
    if target.text == "not" and len(arguments) == 1 and node.names in ((), ("negand",)):
        return opposite(arguments[0])
    if target.text in BUILTINS:
        called = _builtin(compiler, target, arguments, node.names)
        return size(arguments[0], called) if target.text == "count" else called
    return _host(target.text, arguments, node.names)


def _literal(node: syntax.Node) -> Any:
    return node.value if isinstance(node, syntax.Constant) else ...


def _builtin(compiler: "Compiler", target: syntax.Name, arguments: tuple[Run, ...], names: Sequence[str]) -> Run:
    try:
        chosen, order = choose(target.text, len(arguments), names, target.position)
    except FeelSyntaxError as misfit:
        compiler.misfits.append(misfit)
        zh, en = misfit.zh, misfit.en
        return lambda scope, _slots: scope.null(zh, en)
    if not chosen.spread:
        given = dict(zip(order, arguments, strict=True))
        nothing = constant(None)
        arguments = tuple(given.get(at, nothing) for at in range(len(chosen.parameters)))
    call = chosen.call
    return lambda scope, slots: call(scope, [argument(scope, slots) for argument in arguments])


def _host(name: str, arguments: tuple[Run, ...], names: Sequence[str]) -> Run:
    def run(scope: Scope, slots: list[Any]) -> Any:
        values = [argument(scope, slots) for argument in arguments]
        function = scope.functions.get(name)
        if function is None:
            return _own(scope, scope.names.get(name), values, names, name)
        return _ask(scope, name, function, values, names)

    return run


def _ask(scope: Scope, name: str, function: Callable[..., Any], values: list[Any], names: Sequence[str]) -> Any:
    """Call a function of the host; what it can't compute is null, what it refuses is the caller's to hear."""
    scope.spend(20)
    try:
        found = function(**dict(zip(names, values, strict=True))) if names else function(*values)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        return scope.null(f"{name} 无法计算：{error}", f"{name} can't be computed: {error}")
    return read(found)


def _computed(target: Run, arguments: tuple[Run, ...], names: Sequence[str]) -> Run:
    def run(scope: Scope, slots: list[Any]) -> Any:
        values = [argument(scope, slots) for argument in arguments]
        return _own(scope, target(scope, slots), values, names, "")

    return run


def _own(scope: Scope, function: Any, values: list[Any], names: Sequence[str], name: str) -> Any:
    if not isinstance(function, Function):
        return scope.null(f"没有函数 {name}".rstrip(), f"there is no function {name}".rstrip())
    if names:
        if sorted(names) != sorted(function.parameters):
            return scope.null("参数名称不符", "the arguments have other names")
        given = dict(zip(names, values, strict=True))
        values = [given[parameter] for parameter in function.parameters]
    return function.call(scope, values)
