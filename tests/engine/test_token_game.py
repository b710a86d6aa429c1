"""Random unstructured graphs, played beside a second player that knows nothing but the rules of the token game."""

import random
from collections import Counter, deque

import pytest

from tests.engine.conftest import Player
from tests.engine.drawing import diagram, end, flows, gateway, start, user

Edge = tuple[str, str]


class Graph:
    """Nodes in a row; edges lead forwards, and backwards to people's tasks only, so that no loop runs by itself."""

    def __init__(self, seed: int) -> None:
        chance = random.Random(seed)
        size = chance.randint(5, 11)
        self.kinds = {
            f"g{n}": chance.choice(["user", "user", "exclusive", "parallel", "inclusive"]) for n in range(size)
        }
        self.kinds["g0"] = chance.choice(["parallel", "inclusive", "exclusive"])
        self.edges: list[Edge] = [("start", "g0")]
        self.truth: dict[Edge, bool] = {}
        for n in range(size):
            name = f"g{n}"
            forward = [f"g{m}" for m in range(n + 1, size)]
            back = [f"g{m}" for m in range(n) if self.kinds[f"g{m}"] == "user"]
            targets = chance.sample(forward, min(len(forward), chance.randint(1, 3)))
            if back and chance.random() < 0.25:
                targets.append(chance.choice(back))
            self.edges += [(name, target) for target in (targets or ["end"])]
        for name, kind in self.kinds.items():
            out = self.leaving(name)
            if kind in {"exclusive", "inclusive"} and len(out) > 1:
                self.truth.update({edge: chance.random() < 0.5 for edge in out[:-1]})

    def leaving(self, name: str) -> list[Edge]:
        return [edge for edge in self.edges if edge[0] == name]

    def entering(self, name: str) -> list[Edge]:
        return [edge for edge in self.edges if edge[1] == name]

    def drawn(self) -> bytes:
        parts = [start(), end()]
        for name, kind in self.kinds.items():
            last = self.leaving(name)[-1]
            default = (
                f"{last[0]}_{last[1]}" if kind in {"exclusive", "inclusive"} and len(self.leaving(name)) > 1 else None
            )
            parts.append(user(name) if kind == "user" else gateway(kind, name, default))
        conditions = {f"{a} {b}": "yes" if true else "not(yes)" for (a, b), true in self.truth.items()}
        return diagram(*parts, *(flows(f"{a} {b}", when=conditions) for a, b in self.edges))

    def chosen(self, name: str) -> list[Edge]:
        out = self.leaving(name)
        if self.kinds[name] in {"user", "parallel"} or len(out) == 1:
            return out
        true = [edge for edge in out[:-1] if self.truth[edge]] or out[-1:]
        return true[:1] if self.kinds[name] == "exclusive" else true

    def reaches(self, name: str, wanted: set[Edge], avoiding: str) -> bool:
        seen, todo = {name}, [name]
        while todo:
            for edge in self.leaving(todo.pop()):
                if edge in wanted:
                    return True
                if edge[1] not in seen and edge[1] != avoiding:
                    seen.add(edge[1])
                    todo.append(edge[1])
        return False


class TokenGame:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.open: Counter[str] = Counter()
        self.waiting: list[tuple[str, Edge]] = []
        self.moving = deque([("start", "g0")])
        self.run()

    def done(self, name: str) -> None:
        self.open[name] -= 1
        self.moving.extend(self.graph.chosen(name))
        self.run()

    def run(self) -> None:
        while self.moving or self.fire_inclusive():
            if not self.moving:
                continue
            edge = self.moving.popleft()
            name = edge[1]
            kind = self.graph.kinds.get(name, "end")
            if kind == "user":
                self.open[name] += 1
            elif kind == "exclusive" or (kind != "end" and len(self.graph.entering(name)) == 1):
                self.moving.extend(self.graph.chosen(name))
            elif kind != "end":
                self.waiting.append((name, edge))
                if kind == "parallel" and self.full(name) == set(self.graph.entering(name)):
                    self.fire(name)

    def full(self, name: str) -> set[Edge]:
        return {edge for at, edge in self.waiting if at == name}

    def fire(self, name: str) -> None:
        for edge in self.full(name):
            self.waiting.remove((name, edge))
        self.moving.extend(self.graph.chosen(name))

    def fire_inclusive(self) -> bool:
        for name, _ in list(self.waiting):
            if self.graph.kinds[name] != "inclusive":
                continue
            full = self.full(name)
            empty = set(self.graph.entering(name)) - full
            elsewhere = {at for at, _ in self.waiting if at != name} | {at for at, count in self.open.items() if count}
            if not any(
                self.graph.reaches(at, empty, name) and not self.graph.reaches(at, full, name) for at in elsewhere
            ):
                self.fire(name)
                return True
        return False


@pytest.mark.parametrize("seed", range(60))
def test_an_unstructured_graph_moves_as_the_rules_say(play: Player, seed: int) -> None:
    graph = Graph(seed)
    game = TokenGame(graph)
    case = play(graph.drawn(), unchecked=True).start(yes=True)
    chance = random.Random(seed)
    for _ in range(25):
        assert Counter(case.open) == +game.open
        assert Counter(case.standing) == +game.open + Counter(name for name, _ in game.waiting)
        if not case.open or len(case.open) > 25:
            break
        name = chance.choice(sorted(case.open))
        case.done(name)
        game.done(name)
    assert (case.ended == "completed") == (not +game.open and not game.waiting)
