"""How splits and joins play together: a small token game over each scope.

The game knows nothing of data: at an exclusive gateway every way may be taken. It plays one enabled node at a time,
which is enough because only the ways out of one node exclude each other; merges, inclusive joins and ends that stop
everything wait until nothing else can move, so that tokens meet where they can meet.
"""

from collections.abc import Iterator
from itertools import combinations
from typing import Final

from casework.engine.checks.document import Document
from casework.engine.checks.rules import Findings, each
from casework.engine.checks.structure import begins
from casework.engine.xml import (
    Node,
    find,
    kind_of,
    local,
)

_BUDGET: Final = 30_000  # tokens looked at in one file; beyond that the game is given up without a word
_WIDEST: Final = 4  # ways out of an inclusive gateway of which every combination is tried
_STOPS: Final = frozenset({"terminate", "error", "cancel"})
_SCOPES: Final = ("process", "subProcess", "transaction")

_JOINS: Final = frozenset({"parallelGateway", "inclusiveGateway"})

Marking = frozenset[int]  # the flows that hold a token


@each("definitions")
def joins(_root: Node, doc: Document) -> Findings:
    """No path ends in front of a join that waits for a token that can't come; no token passes twice unseen."""
    budget = _BUDGET
    for scope in doc.all(*_SCOPES):
        game = Game(scope, doc)
        if not any(local(node) == "complexGateway" or _counts_tokens(node) for node in doc.nodes(scope)):
            budget = game.play(budget)
            yield from _told(game, scope, doc)


def _counts_tokens(node: Node) -> bool:
    return any(node.get(attribute, "1").strip() != "1" for attribute in ("startQuantity", "completionQuantity"))


def _told(game: "Game", scope: Node, doc: Document) -> Findings:
    for node in doc.nodes(scope):
        if node in game.stuck:
            yield doc.finding(
                "deadlock",
                node,
                "这里要等齐所有进入的分支，但有的路径只会来一部分，案件会永远停住。请让分开和汇合用同一种网关。",
                "This joins all its branches, but on some path only a part of them comes and the case stops for good. "
                "Split and join with the same kind of gateway.",
            )
        elif node in game.doubled:
            yield doc.finding(
                "lack_of_synchronisation",
                node,
                "几个并行的分支在这里没有汇合，后面的步骤会执行几次。要只执行一次，请用并行网关汇合。",
                "Parallel branches meet here without being joined, so what follows runs several times. "
                "Join them with a parallel gateway if it should run once.",
            )


class Game:
    """Plays every course a scope can take and notes where tokens get stuck or meet.

    Nodes and flows are numbered and everything asked of them again and again is looked up once: a large drawing is
    played through tens of thousands of markings.
    """

    def __init__(self, scope: Node, doc: Document) -> None:
        self.doc = doc
        self.scope = scope
        self.stuck: set[Node] = set()
        self.doubled: set[Node] = set()
        self.nodes = doc.nodes(scope)
        number = {node: place for place, node in enumerate(self.nodes)}
        self.flows: dict[Node, int] = {}
        self.targets: list[int] = []
        for node in self.nodes:
            for flow in doc.outgoing(node):
                target = doc.get(flow.get("targetRef"))
                if target in number and target is not None and flow not in self.flows:
                    self.flows[flow] = len(self.flows)
                    self.targets.append(number[target])
        self.tags = [local(node) for node in self.nodes]
        self.ranks = [self._rank(node) for node in self.nodes]
        self.into = [
            frozenset(self.flows[flow] for flow in doc.incoming(node) if flow in self.flows)
            if tag in _JOINS
            else frozenset[int]()
            for node, tag in zip(self.nodes, self.tags, strict=True)
        ]
        self.number = number
        self.known_ways: dict[int, list[Marking]] = {}
        self.budget = 0
        self.upstream: dict[int, set[int]] = {}

    def play(self, budget: int) -> int:
        """Explore from every start on its own, within the budget; return what is left of it."""
        first = begins(self.scope, self.doc)
        started = any(local(node) == "startEvent" for node in first)
        groups = [[node] for node in first] if started else [first]
        seen: set[Marking] = set()
        todo = [marking for group in groups for marking in self._after(frozenset(), group)]
        self.budget = budget
        while todo and self.budget > 0:
            marking = todo.pop()
            if marking not in seen:
                seen.add(marking)
                self.budget -= len(marking) + 1
                todo += self._step(marking)
        if self.budget <= 0:
            self.stuck.clear()
            self.doubled.clear()
        return self.budget

    def _after(self, marking: Marking, begun: list[Node]) -> Iterator[Marking]:
        """Yield the markings once all of these nodes, begun together, have run."""
        markings = [marking]
        for node in begun:
            markings = [self._add(one, way) for one in markings for way in self._ways(self.number[node])]
        yield from markings

    def _step(self, marking: Marking) -> list[Marking]:
        waiting: dict[int, list[int]] = {}
        for flow in sorted(marking):
            waiting.setdefault(self.targets[flow], []).append(flow)
        if len(waiting) < len(marking):
            for node, flows in waiting.items():
                if len(flows) > 1 and self.tags[node] not in _JOINS and self.tags[node] != "endEvent":
                    self.doubled.add(self.nodes[node])
        for node in sorted(waiting, key=self.ranks.__getitem__):
            flows = waiting[node]
            if self._enabled(node, flows, marking):
                return self._fire(node, flows, marking)
        self.stuck.update(self.nodes[node] for node in waiting)
        return []

    def _rank(self, node: Node) -> int:
        if local(node) == "endEvent" and any(kind_of(one) in _STOPS for one in self.doc.triggers(node)):
            return 3
        if local(node) == "inclusiveGateway":
            return 2
        return int(local(node) != "parallelGateway" and len(self.doc.incoming(node)) > 1)

    def _enabled(self, node: int, flows: list[int], marking: Marking) -> bool:
        if self.tags[node] == "parallelGateway":
            return len(flows) == len(self.into[node])
        if self.tags[node] == "inclusiveGateway" and len(flows) < len(self.into[node]):
            before = self._before(node)
            return not any(self.targets[flow] in before for flow in marking.difference(flows))
        return True

    def _before(self, join: int) -> set[int]:
        """Return every node from which a token may still come to a join."""
        if join not in self.upstream:
            seen: set[Node] = set()
            todo = [self.nodes[join]]
            while todo:
                for flow in self.doc.incoming(todo.pop()):
                    source = self._host(self.doc.get(flow.get("sourceRef")))
                    if source is not None and source is not self.nodes[join] and source not in seen:
                        seen.add(source)
                        todo.append(source)
            self.upstream[join] = {self.number[node] for node in seen if node in self.number}
            self.budget -= len(seen)
        return self.upstream[join]

    def _host(self, node: Node | None) -> Node | None:
        return self.doc.get(node.get("attachedToRef")) if node is not None and local(node) == "boundaryEvent" else node

    def _fire(self, node: int, flows: list[int], marking: Marking) -> list[Marking]:
        if self.ranks[node] == 3:
            return [frozenset()]
        left = marking.difference(flows if self.tags[node] in _JOINS else flows[:1])
        return [self._add(left, way) for way in self._ways(node)]

    def _add(self, marking: Marking, way: Marking) -> Marking:
        if not marking.isdisjoint(way):
            met = {self.targets[flow] for flow in marking & way}
            self.doubled.update(self.nodes[node] for node in met if self.tags[node] != "endEvent")
        return marking | way

    def _ways(self, node: int) -> list[Marking]:
        """Return every set of flows that may get a token when the node runs."""
        if node not in self.known_ways:
            ways = self._ways_out(self.nodes[node])
            self.known_ways[node] = [frozenset(self.flows[flow] for flow in way) for way in ways]
        return self.known_ways[node]

    def _ways_out(self, node: Node) -> list[frozenset[Node]]:
        out = [flow for flow in self._leaving(node) if flow in self.flows]
        if local(node) in {"exclusiveGateway", "eventBasedGateway"}:
            return [frozenset([flow]) for flow in out] or [frozenset()]
        if local(node) == "inclusiveGateway":
            return _some(out)
        chosen = [flow for flow in out if find(flow, "conditionExpression") is not None]
        always = frozenset(flow for flow in out if flow not in chosen)
        ways = [always | some for some in [frozenset[Node](), *_some(chosen)]] if chosen else [always]
        for event in self.doc.interruptions(node):
            ways.append(frozenset(flow for flow in self.doc.outgoing(event) if flow in self.flows))
        return ways

    def _leaving(self, node: Node) -> list[Node]:
        caught = self.doc.partners(node)[:1] if local(node) == "intermediateThrowEvent" else []
        return self.doc.outgoing(node) + [flow for catch in caught for flow in self.doc.outgoing(catch)]


def _some(flows: list[Node]) -> list[frozenset[Node]]:
    if len(flows) > _WIDEST:
        return [frozenset([flow]) for flow in flows] + [frozenset(flows)]
    return [frozenset(some) for size in range(1, len(flows) + 1) for some in combinations(flows, size)] or [frozenset()]
