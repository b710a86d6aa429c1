"""Which elements of a scope can still send a token over a given flow: what an inclusive join has to know."""

from collections.abc import Iterable
from typing import Any


class Reach:
    """Looks backwards along flows and boundaries; remembers what it has found, for specs never change."""

    def __init__(self, spec: Any) -> None:
        self._sources: dict[str, str] = {}
        self._before: dict[str, set[str]] = {}
        self._found: dict[tuple[str, str], frozenset[str]] = {}
        for node in list(spec.task_specs.values()):
            for flow in getattr(node, "flows", ()):
                self._sources[flow.id] = node.name
                self._before.setdefault(flow.target, set()).add(node.name)
            for event in getattr(node, "boundaries", ()):
                self._before.setdefault(event, set()).add(node.name)

    def before(self, join: str, flows: Iterable[str]) -> frozenset[str]:
        """Return the elements from which a token can come over one of these flows without passing the join."""
        found: frozenset[str] = frozenset()
        for flow in flows:
            if (join, flow) not in self._found:
                self._found[join, flow] = self._search(join, self._sources[flow])
            found |= self._found[join, flow]
        return found

    def _search(self, join: str, source: str) -> frozenset[str]:
        seen: set[str] = set()
        todo = [source]
        while todo:
            name = todo.pop()
            if name not in seen and name != join:
                seen.add(name)
                todo.extend(self._before.get(name, ()))
        return frozenset(seen)
