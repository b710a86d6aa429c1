"""Which elements of a scope can still send a token over a given flow: what an inclusive join has to know."""

from collections.abc import Iterable
from typing import Any


class Reach:
    """Looks backwards along flows and boundaries; remembers what it has found, for specs never change."""

    def __init__(self, spec: Any) -> None:
        self._sources: dict[str, str] = {}
        self._before: dict[str, set[str]] = {}
        self._hosts: dict[str, str] = {}
        self._found: dict[tuple[str, str, bool], frozenset[str]] = {}
        for node in list(spec.task_specs.values()):
            for flow in getattr(node, "flows", ()):
                self._sources[flow.id] = node.name
                self._before.setdefault(flow.target, set()).add(node.name)
            for event in getattr(node, "boundaries", ()):
                self._hosts[event] = node.name

    def before(self, join: str, flows: Iterable[str], *, along_boundaries: bool = True) -> frozenset[str]:
        """Return the elements from which a token can come over one of these flows without passing the join.

        Without boundaries, only those that sequence flows lead from: what happens beside an activity is left out.
        """
        found: frozenset[str] = frozenset()
        for flow in flows:
            key = (join, flow, along_boundaries)
            if key not in self._found:
                self._found[key] = self._search(*key)
            found |= self._found[key]
        return found

    def _search(self, join: str, flow: str, along_boundaries: bool) -> frozenset[str]:
        seen: set[str] = set()
        todo = [self._sources[flow]]
        while todo:
            name = todo.pop()
            if name not in seen and name != join:
                seen.add(name)
                todo.extend(self._before.get(name, ()))
                if along_boundaries and name in self._hosts:
                    todo.append(self._hosts[name])
        return frozenset(seen)
