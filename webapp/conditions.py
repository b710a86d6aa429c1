"""What of a form stands on the page: conditions that facts decide are decided here, the others are left to the browser.

A condition over the form's own choices is tried with every choice. What no choice would show is not drawn at all; what
only some would show carries those choices in the few words that form.js reads. Without JavaScript it is simply shown,
and the domain drops the answer of a field that should have been hidden.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from casework import feel
from casework.forms import Field, Form, every

MOST_TRIES = 64


@dataclass(frozen=True, slots=True)
class Standing:
    """`gone`: components that are not drawn; `hides`: when the browser hides the others; `offered`: choices left.

    `fixed`: what fields hold that the person can't change as things are, by component.
    """

    gone: frozenset[str] = frozenset()
    hides: Mapping[str, str] = field(default_factory=dict)
    offered: Mapping[str, frozenset[str]] = field(default_factory=dict)
    fixed: Mapping[str, Any] = field(default_factory=dict)


def standing(
    form: Form, answers: Mapping[str, Any], scope: feel.Scope, only: Mapping[str, Iterable[Any]] | None = None
) -> Standing:
    """Return how the form stands; `only` narrows the values a field can have on this page."""
    fields = {one.key: one for one in every(form.fields, rows=False) if one.key}
    values = {name: _values(one, (only or {}).get(name)) for name, one in fields.items()}
    gone, hides = set(), {}
    for one in every(form.fields, rows=False):
        if one.hide is None or one.id is None:
            continue
        asked = sorted(name for name in one.hide.names if name in fields)
        tries = _tries([values[name] for name in asked])
        if tries is None:
            continue
        shown = [
            one_try
            for one_try in tries
            if one.id not in form.look({**answers, **dict(zip(asked, one_try, strict=True))}, _fresh(scope)).hidden
        ]
        if not shown:
            gone.add(one.id)
        elif len(shown) < len(tries):
            hides[one.id] = _words(asked, shown)
    look = form.look(answers, _fresh(scope))
    return Standing(
        frozenset(gone),
        hides,
        {key: frozenset(_text(option.value) for option in found) for key, found in look.options.items()},
        look.fixed,
    )


def _values(one: Field, only: Iterable[Any] | None) -> list[Any] | None:
    if only is not None:
        return list(only)
    if one.options:
        return [None, *(option.value for option in one.options)]
    if one.type == "checkbox" or one.kind == "bool":
        return [True, False]
    return None


def _tries(values: list[list[Any] | None]) -> list[tuple[Any, ...]] | None:
    if any(one is None for one in values):
        return None
    tries = list(product(*(one for one in values if one is not None)))
    return tries if len(tries) <= MOST_TRIES else None


def _fresh(scope: feel.Scope) -> feel.Scope:
    return feel.Scope(scope.names, scope.functions, scope.now, scope.zone)


def _words(names: list[str], shown: list[tuple[Any, ...]]) -> str:
    ways = (
        " and ".join(f"{name} = {_literal(value)}" for name, value in zip(names, one, strict=True)) for one in shown
    )
    return f"not({' or '.join(f'({way})' for way in ways)})"


def _literal(value: Any) -> str:
    return "null" if value is None else f'"{_text(value)}"'


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
