"""Decisions and what they require of each other."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from casework.decisions.logic import Run, inside
from casework.decisions.tables import HITS, Hit
from casework.feel import Scope


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision gave, and the rows of the tables that made it so, the required decisions' first."""

    value: Any
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision of a release.

    `requires` are the ids of the decisions that are made before it; `names` are the names that it and they need from
    the data, with what the decisions give each other taken out.
    """

    id: str
    name: str
    file: str
    requires: tuple[str, ...]
    names: frozenset[str]
    _chain: "tuple[Link, ...]" = field(repr=False, compare=False)

    def evaluate(self, scope: Scope) -> Any:
        """Return what is decided; null, with a reason in the scope, where the data or the table does not fit."""
        found: dict[str, Any] = {}
        value = None
        for link in self._chain:
            value = inside(scope, found, link.run)
            found |= dict.fromkeys(link.names, value)
        return value

    def decide(self, scope: Scope) -> Decided:
        """Return what is decided together with the rows that decided."""
        hits: list[Hit] = []
        value = inside(scope, {HITS: hits}, self.evaluate)
        return Decided(value, tuple(hits))


@dataclass(frozen=True, slots=True)
class Link:
    """One step of a decision: a required decision or function, or the decision itself, and the names its value gets."""

    id: str
    names: frozenset[str]
    run: Run
    requires: tuple[str, ...]
    asks: frozenset[str]


def chain(links: Mapping[str, Link], last: str) -> tuple[Link, ...] | None:
    """Return the steps of a decision, each behind what it requires; None when they require each other in a circle."""
    done: dict[str, Link] = {}
    open_ids: list[tuple[str, bool]] = [(last, False)]
    on_the_way: set[str] = set()
    while open_ids:
        at, finished = open_ids.pop()
        if at in done:
            continue
        if finished:
            done[at] = links[at]
            on_the_way.discard(at)
            continue
        if at in on_the_way:
            return None
        on_the_way.add(at)
        open_ids.append((at, True))
        open_ids += [(other, False) for other in links[at].requires if other not in done]
    return tuple(done.values())
