"""The function that reads a range from a text: only literal ends count, nothing in the text is evaluated."""

from typing import Any

from casework.feel import syntax
from casework.feel.functions import BUILTINS, builtin
from casework.feel.lexer import tokens
from casework.feel.moments import literal
from casework.feel.operators import compare
from casework.feel.parser import Parser
from casework.feel.problems import FeelSyntaxError
from casework.feel.values import Range, Scope

_MAKERS = ("date", "time", "date and time", "duration")
_NONE = object()


@builtin("range(from: string)")
def range_from(scope: Scope, text: str) -> Any:
    """Return the range that a text writes; null when it writes none."""
    found = _read(scope, text.strip())
    return scope.null(f"不是范围：{text}", f"no range: {text}") if found is None else found


def _read(scope: Scope, text: str) -> Range | None:
    if len(text) < 4 or text[0] not in "[](" or text[-1] not in "])[":
        return None
    try:
        inside = text[1:-1]
        signs = [token.position for token in tokens(inside) if token.text == ".." and token.kind == "operator"]
        if len(signs) != 1:
            return None
        start, end = (_end(scope, part.strip()) for part in (inside[: signs[0]], inside[signs[0] + 2 :]))
    except FeelSyntaxError:
        return None
    found = Range(start, end, text[0] == "[", text[-1] == "]")
    if _NONE in (start, end) or (start is None and (end is None or found.start_included)):
        return None
    if end is None and found.end_included:
        return None
    order = 0 if start is None or end is None else compare(scope, start, end)
    return None if order is None or order > 0 else found


def _end(scope: Scope, text: str) -> Any:
    """Return the value of an end, nothing for an open one, `_NONE` for what is no literal."""
    return _literal(scope, Parser(text).whole()) if text else None


def _literal(scope: Scope, node: syntax.Node) -> Any:
    if isinstance(node, syntax.Constant):
        return _NONE if node.value is None else node.value
    if isinstance(node, syntax.Temporal):
        found = literal(scope, node.text)
        return _NONE if found is None else found
    if isinstance(node, syntax.Invocation) and isinstance(node.target, syntax.Name) and node.target.text in _MAKERS:
        given = [_literal(scope, argument) for argument in node.arguments]
        ways = [way for way in BUILTINS[node.target.text] if len(way.parameters) == len(given)]
        if ways and given and _NONE not in given and not node.names:
            found = ways[0].call(scope, given)
            return _NONE if found is None else found
    return _NONE
