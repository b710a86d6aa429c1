"""The functions of the language on contexts."""

from typing import Any

from casework.feel.functions import builtin
from casework.feel.lexer import HIDDEN
from casework.feel.values import MOST_DEPTH, Scope, read


@builtin("get value(m: context, key: keys)", "get value(context: context, keys: keys)")
def get_value(scope: Scope, context: Any, keys: Any) -> Any:
    """Return the value under a key, or under the last of a list of keys."""
    if keys == []:
        return scope.null("get value：没有键", "get value: there is no key")
    for key in keys if isinstance(keys, list) else [keys]:
        context = read(context.get(key)) if type(context) is dict and type(key) is str else None
    return context


@builtin("get entries(m: context)", "get entries(context: context)")
def get_entries(scope: Scope, context: dict[str, Any]) -> list[dict[str, Any]]:
    scope.spend(len(context))
    return [{"key": key, "value": read(value)} for key, value in context.items()]


@builtin("context(entries: list)")
def context_of(scope: Scope, entries: list[Any]) -> Any:
    found: dict[str, Any] = {}
    for entry in entries:
        key = entry.get("key") if type(entry) is dict else None
        if type(key) is not str or key in found or "value" not in entry or key.startswith(HIDDEN):
            return scope.null(
                "context：条目须有不重复的 key 和 value", "context: each entry needs its own key and a value"
            )
        found[key] = entry["value"]
    return found


@builtin(
    "context put(context: context, keys: keys, value: any)", "context put(context: context, key: string, value: any)"
)
def context_put(scope: Scope, context: dict[str, Any], keys: Any, value: Any) -> Any:
    """Return the context with the value under a key, or under the last of a list of keys that lead into it."""
    keys = keys if isinstance(keys, list) else [keys]
    if not keys or len(keys) > MOST_DEPTH or type(keys[0]) is not str or keys[0].startswith(HIDDEN):
        return scope.null("context put：键无效", "context put: no such key")
    if len(keys) > 1:
        inner = read(context.get(keys[0]))
        found = context_put(scope, inner, keys[1:], value) if type(inner) is dict else None
        if found is None:
            return scope.null("context put：键无效", "context put: no such key")
        value = found
    scope.spend(len(context))
    return {**context, keys[0]: value}


@builtin("context merge(contexts: list)")
def context_merge(scope: Scope, contexts: list[Any]) -> Any:
    found: dict[str, Any] = {}
    for context in contexts:
        if type(context) is not dict:
            return scope.null("context merge：列表里不全是上下文", "context merge: not all are contexts")
        scope.spend(len(context))
        found |= context
    return found
