"""Random block-structured processes whose result is known by how they were built."""

import itertools
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from casework import engine
from tests.engine.conftest import Play, Player
from tests.engine.drawing import boundary, call, diagram, element, end, flows, gateway, script, start, sub, timer, user


@dataclass
class Block:
    """A piece of diagram with one way in and one out, and how often each marker in it runs."""

    first: str
    last: str
    parts: list[str] = field(default_factory=list)
    runs: Counter[str] = field(default_factory=Counter)


class Builder:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.number = 0
        self.users: Counter[str] = Counter()
        self.called: dict[str, bytes] = {}

    def name(self, kind: str) -> str:
        self.number += 1
        return f"{kind}{self.number}"

    def block(self, depth: int) -> Block:
        kinds = [self.marker, self.person]
        if depth > 0:
            kinds += [self.sequence, self.choice, self.parallel, self.inclusive, self.loop, self.inside, self.elsewhere]
        return self.random.choice(kinds)(depth)

    def marker(self, _: int) -> Block:
        name = self.name("n")
        return Block(name, name, [script(name, f"{{{name}: {name} + 1}}")], Counter({name: 1}))

    def person(self, _: int) -> Block:
        name = self.name("u")
        late = self.random.random() < 0.3
        extra = [boundary(f"{name}late", name, timer("P1D"), interrupting=False)] if late else []
        return Block(name, name, [user(name), *extra], Counter({name: 1}))

    def sequence(self, depth: int) -> Block:
        blocks = [self.block(depth - 1) for _ in range(self.random.randint(2, 3))]
        made = Block(blocks[0].first, blocks[-1].last)
        for before, after in itertools.pairwise(blocks):
            made.parts.append(flows(f"{before.last} {after.first}"))
        return self.together(made, blocks, [1] * len(blocks))

    def split(self, kind: str, blocks: list[Block], taken: list[int]) -> Block:
        fork, join = self.name(f"{kind}f"), self.name(f"{kind}j")
        default, conditions = None, {}
        if kind != "parallel":
            default = f"{fork}_{blocks[-1].first}"
            for block, run in zip(blocks[:-1], taken, strict=False):
                conditions[f"{fork} {block.first}"] = "yes" if run else "not(yes)"
        made = Block(fork, join, [gateway(kind, fork, default), gateway(kind, join)])
        for block in blocks:
            made.parts.append(flows(f"{fork} {block.first}", f"{block.last} {join}", when=conditions))
        return self.together(made, blocks, taken)

    def choice(self, depth: int) -> Block:
        blocks = [self.block(depth - 1) for _ in range(self.random.randint(2, 3))]
        chosen = self.random.randrange(len(blocks))
        return self.split("exclusive", blocks, [int(number == chosen) for number in range(len(blocks))])

    def parallel(self, depth: int) -> Block:
        blocks = [self.block(depth - 1) for _ in range(self.random.randint(2, 3))]
        return self.split("parallel", blocks, [1] * len(blocks))

    def inclusive(self, depth: int) -> Block:
        blocks = [self.block(depth - 1) for _ in range(self.random.randint(2, 4))]
        taken = [self.random.randint(0, 1) for _ in blocks[:-1]]
        return self.split("inclusive", blocks, [*taken, int(not any(taken))])

    def loop(self, depth: int) -> Block:
        body, rounds = self.block(depth - 1), self.random.randint(1, 3)
        merge, count, more = self.name("m"), self.name("c"), self.name("x")
        done = self.name("t")
        made = Block(merge, done)
        made.parts += [
            gateway("exclusive", merge), gateway("exclusive", more, default=f"{more}_{done}"), element("task", done),
            script(count, f"{{{count}: if {count} = {rounds} then 1 else {count} + 1}}"),
            flows(f"{merge} {body.first}", f"{body.last} {count} {more} {done}", f"{more} {merge}",
                when={f"{more} {merge}": f"{count} < {rounds}"}),
        ]  # fmt: skip
        return self.together(made, [body], [rounds])

    def inside(self, depth: int) -> Block:
        body, name = self.block(depth - 1), self.name("s")
        made = Block(name, name)
        inner = sub(name, start(f"{name}s"), end(f"{name}e"), flows(f"{name}s {body.first}", f"{body.last} {name}e"),
            *body.parts)  # fmt: skip
        made.parts.append(inner)
        made.runs = body.runs
        return made

    def elsewhere(self, depth: int) -> Block:
        body, name = self.block(depth - 1), self.name("k")
        self.called[f"{name}.bpmn"] = diagram(
            start(), end(), flows(f"start {body.first}", f"{body.last} end"), *body.parts, process=f"process_{name}"
        )
        return Block(name, name, [call(name, f"process_{name}")], body.runs)

    def together(self, made: Block, blocks: list[Block], times: list[int]) -> Block:
        for block, count in zip(blocks, times, strict=True):
            made.parts += block.parts
            for name, runs in block.runs.items():
                made.runs[name] += runs * count
        return made


def play_to_the_end(case: Play, seed: int, between: Callable[[Play, random.Random], None] | None = None) -> None:
    chance = random.Random(seed)
    for _ in range(3000):
        if not case.tasks:
            break
        if case.timers and chance.random() < 0.2:
            case.fire(chance.choice(case.waits))
        else:
            case.finish(chance.choice(list(case.tasks)))
        if between is not None and case.ended is None:
            between(case, chance)


def check_what_ran(case: Play, body: Block) -> None:
    assert case.ended == "completed"
    assert case.incidents == []
    done = Counter(event.element for event in case.history if event.what == "completed")
    assert {name: done[name] for name in body.runs} == dict(body.runs)
    assert case.timers == {}


def started(play: Player, seed: int) -> tuple[Play, Block]:
    builder = Builder(seed)
    body = builder.block(4)
    drawn = diagram(start(), end(), flows(f"start {body.first}", f"{body.last} end"), *body.parts)
    counters = {f"{kind}{number}": 0 for kind in "nc" for number in range(builder.number + 1)}
    return play({"p.bpmn": drawn, **builder.called}).start(yes=True, **counters), body


@pytest.mark.parametrize("seed", range(60))
def test_a_random_process_does_what_it_was_built_to_do(play: Player, seed: int) -> None:
    case, body = started(play, seed)
    play_to_the_end(case, seed)
    check_what_ran(case, body)


def to_an_equal_release(case: Play, chance: random.Random) -> None:
    """Migrate to a release that differs in a comment only."""
    if chance.random() < 0.3:
        old, before = case.definition(), (dict(case.tasks), dict(case.timers))
        case.files = {**case.files, "p.bpmn": case.files["p.bpmn"] + f"<!-- {chance.random()} -->".encode()}
        new = case.definition()
        case._do(lambda _: engine.migrate(old, case.state, new, {}, now=case.now))
        assert old.hash != new.hash
        assert (case.tasks, case.timers) == before
        assert case.last is not None
        assert (case.last.opened, case.last.timers_set, case.last.history) == ((), (), ())


@pytest.mark.parametrize("seed", range(30))
def test_migrating_to_an_equal_definition_changes_nothing(play: Player, seed: int) -> None:
    case, body = started(play, seed)
    play_to_the_end(case, seed, to_an_equal_release)
    check_what_ran(case, body)
