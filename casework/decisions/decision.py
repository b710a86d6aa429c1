"""Decisions and services, and what they require of each other."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from casework.decisions.logic import Run, inside
from casework.decisions.tables import HITS, Hit
from casework.feel import Function, Scope, WorkExceeded


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision gave, and the rows of the tables that made it so, the required decisions' first."""

    value: Any
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision or decision service of a release.

    `requires` are the ids of the decisions that are made before it; `names` are the names that it and they need from
    the data, with what the decisions give each other taken out.
    """

    id: str
    name: str
    file: str
    namespace: str
    requires: tuple[str, ...]
    names: frozenset[str]
    _chain: "tuple[Link, ...]" = field(repr=False, compare=False)

    def evaluate(self, scope: Scope) -> Any:
        """Return what is decided; null, with a reason in the scope, where the data or the table does not fit.

        A service takes what it asks for from the scope by name, and gives one value, or a context of several.
        """
        try:
            value = follow(self._chain, scope, {})[self._chain[-1].key]
            if self._chain[-1].kind != "service" or not isinstance(value, Function):
                return value
            return value.call(scope, [scope.names.get(name) for name in value.parameters])
        except RecursionError:
            raise WorkExceeded from None

    def decide(self, scope: Scope) -> Decided:
        """Return what is decided together with the rows that decided."""
        hits: list[Hit] = []
        value = inside(scope, {HITS: hits}, self.evaluate)
        return Decided(value, tuple(hits))


@dataclass(frozen=True, slots=True)
class Need:
    """Something required: which link, and the names its value gets; behind a prefix when it is imported."""

    key: str
    names: frozenset[str]
    prefix: str


@dataclass(frozen=True, slots=True)
class Link:
    """One part of a decision: an input, a decision, a function, or a service."""

    key: str  # its id with its file's namespace
    kind: str
    name: str  # under which others know it
    names: frozenset[str]  # with its other names
    run: Run
    needs: tuple[Need, ...]
    asks: frozenset[str]
    given: frozenset[str] = frozenset()  # the keys of what a service is given, and does not make
    makes: tuple[Need, ...] = ()  # by a service, when it is called


def follow(chain: Sequence[Link], scope: Scope, values: dict[str, Any]) -> dict[str, Any]:
    """Return the values of all links of a chain, in order; what has a value already keeps it."""
    for link in chain:
        if link.key not in values:
            values[link.key] = inside(scope, seen(link, values), link.run)
    return values


def seen(link: Link, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the names that a link's own logic sees of what it requires."""
    found: dict[str, Any] = {}
    for need in link.needs:
        there = found.setdefault(need.prefix, {}) if need.prefix else found
        there |= dict.fromkeys(need.names, values.get(need.key))
    return found


def chain(
    links: Mapping[str, Link], last: Collection[str], given: Collection[str] = (), *, calls: bool = False
) -> tuple[Link, ...] | None:
    """Return the steps to some decisions, each behind what it requires; None when they run in a circle.

    What is given needs no steps; what services make is among them only if their `calls` are looked into.
    """
    done: dict[str, Link] = {}
    open_keys: list[tuple[str, bool]] = [(key, False) for key in reversed(list(last))]
    on_the_way: set[str] = set()
    while open_keys:
        at, finished = open_keys.pop()
        if at in done or at in given:
            continue
        if finished:
            done[at] = links[at]
            on_the_way.discard(at)
            continue
        if at in on_the_way:
            return None
        on_the_way.add(at)
        open_keys.append((at, True))
        needs = (*links[at].needs, *links[at].makes) if calls else links[at].needs
        open_keys += [(need.key, False) for need in needs if need.key not in done and need.key in links]
    return tuple(done.values())
