"""What parallel branches wrote under one name, put together at their join by the rule the designer gave."""

from datetime import date
from typing import Any

import pytest

from casework import engine
from casework.engine.merging import RULES
from tests.engine.conftest import NOON, Player
from tests.engine.drawing import (
    boundary,
    call,
    diagram,
    element,
    end,
    flows,
    gateway,
    line,
    many,
    message,
    named,
    script,
    start,
    sub,
    user,
)


def join(rules: str, name: str = "join", kind: str = "parallel") -> str:
    return element(f"{kind}Gateway", name, b_merge=rules)


def side_by_side(rules: str, left: str, right: str, kind: str = "parallel") -> bytes:
    return diagram(
        gateway("parallel", "fork"), left, right, join(rules, kind=kind), user("c"), line("fork", "a", "join", "c"),
        flows("fork b join"),
    )  # fmt: skip


CASES: dict[str, tuple[str, Any, list[Any], Any]] = {
    "the one done first holds": ("first", 0, [5, 7], 5),
    "the one done last holds": ("last", 0, [5, 7], 7),
    "lists one after the other": ("append", None, [[1], [2, 3]], [1, 2, 3]),
    "what was there before stands once": ("append", [0], [[0, 1], [0, 2]], [0, 1, 2]),
    "single values make a list": ("append", [0], ["x", None], [0, "x"]),
    "numbers are added up": ("sum", 10, [5, 7], 12),
    "the smaller": ("min", 0, [5, 7], 5),
    "the later day": ("max", None, [date(2026, 3, 1), date(2026, 2, 1)], date(2026, 3, 1)),
    "contexts together": ("together", {"a": 0, "b": 0}, [{"a": 1, "b": 0}, {"a": 0, "c": 2}], {"a": 1, "c": 2}),
}


def test_every_rule_is_tried() -> None:
    assert {rule for rule, *_ in CASES.values()} == set(RULES)


@pytest.mark.parametrize("kind", ["parallel", "inclusive"])
@pytest.mark.parametrize(("rule", "before", "written", "merged"), CASES.values(), ids=CASES)
def test_what_branches_wrote_is_put_together_by_the_rule(
    play: Player, rule: str, before: Any, written: list[Any], merged: Any, kind: str
) -> None:
    case = play(side_by_side(f"v: {rule}; other: last", user("a"), user("b"), kind)).start(v=before)
    case.done("a", v=written[0]).done("b", v=written[1])
    assert case.task("c").data["v"] == merged
    assert case.seen("conflict") == []
    assert [event.data for event in case.history if (event.element, event.what) == ("join", "completed")] == [
        {"v": merged}
    ]


def test_a_branch_sees_what_it_wrote_itself_and_not_what_others_did(play: Player) -> None:
    drawn = side_by_side("n: sum", script("a", "{n: n + 1}"), sub("b", start("s"), script("i", "{n: n + 5}"),
        user("u"), end("e"), flows("s i u e")))  # fmt: skip
    case = play(drawn).start(n=1)
    assert case.task("u").data == {"n": 6}
    assert case.done("u").task("c").data == {"n": 8}
    assert case.seen("conflict") == []


def test_what_is_left_as_it_was_shown_is_not_written(play: Player) -> None:
    case = play(side_by_side("n: sum", user("a"), user("b"))).start(n=10)
    assert case.done("a", n=10).done("b", n=7).task("c").data == {"n": 7}
    case = play(side_by_side("n: sum", user("a"), user("b"))).start(n=10)
    assert case.done("a", n=10).done("b").task("c").data == {"n": 10}


def test_what_the_rule_can_not_put_together_is_a_conflict_as_without_it(play: Player) -> None:
    case = play(side_by_side("n: sum", user("a"), user("b"))).start().done("b", n=1).done("a", n="x")
    assert case.task("c").data == {"n": "x"}
    conflicts = [(e.element, e.data, e.against) for e in case.history if e.what == "conflict"]
    assert conflicts == [("join", {"n": [1, "x"]}, ("b", "a"))]


def test_names_without_a_rule_are_as_they_were(play: Player) -> None:
    case = play(side_by_side("n: sum", script("a", "{n: 1, m: 1}"), script("b", "{n: 2, m: 2}"))).start()
    assert case.task("c").data == {"n": 3, "m": 2}
    assert [(e.element, e.data) for e in case.history if e.what == "conflict"] == [("b", {"m": 1})]


def test_what_stood_beside_the_branches_is_not_replaced_in_silence(play: Player) -> None:
    drawn = diagram(
        gateway("parallel", "fork"), user("a"), script("b", "{n: 2}"), join("n: sum"), user("c"), end("se"),
        boundary("r", "a", message("m"), interrupting=False), script("s", "{n: 50}"),
        line("fork", "a", "join", "c"), flows("fork b join", "r s se"), around=named("m"),
    )  # fmt: skip
    case = play(drawn).start(n=0)
    assert case.send("m")
    assert case.done("a", n=1).task("c").data == {"n": 3}
    conflicts = [(e.element, e.data, e.against) for e in case.history if e.what == "conflict"]
    assert conflicts == [("join", {"n": 50}, ("s",))]


NESTED = diagram(
    gateway("parallel", "fork"), gateway("parallel", "inner"), script("a", "{n: 1}"), script("b", "{n: 2}"),
    script("d", "{n: 4}"), join("{}", "meet"), join("n: sum"), user("c"),
    line("fork", "inner", "a", "meet", "join", "c"), flows("inner b meet", "fork d join"),
)  # fmt: skip


def test_branches_within_a_branch_meet_at_their_own_join(play: Player) -> None:
    case = play(NESTED.replace(b'"{}"', b'"n: max"')).start()
    assert case.task("c").data == {"n": 6}
    assert case.seen("conflict") == []
    case = play(NESTED.replace(b' banjie:merge="{}"', b"")).start()
    assert case.task("c").data == {"n": 6}
    assert [(e.element, e.data, e.against) for e in case.history if e.what == "conflict"] == [("b", {"n": 1}, ("a",))]


def test_instances_and_calls_write_for_the_branch_they_are_in(play: Player) -> None:
    votes = user("a", many(times="2"))
    child = diagram(script("w", "{n: n + 5}"), line("w"), process="child")
    files = {"p.bpmn": side_by_side("n: sum; log: append", votes, call("b", "child")), "c.bpmn": child}
    case = play(files).start(n=1, log=["0"])
    case.done("a", log=["0", "1"]).done("a", log=["0", "2"])
    assert case.task("c").data == {"n": 6, "log": ["0", "1", "2"]}
    assert case.seen("conflict") == []


def test_a_loop_puts_together_each_round_anew(play: Player) -> None:
    drawn = diagram(
        gateway("exclusive", "m"), gateway("parallel", "fork"), script("a", "{n: 1}"), script("b", "{n: 2}"),
        join("n: sum"), user("c"), gateway("exclusive", "x", default="x_end"),
        line("m", "fork", "a", "join", "c", "x"), flows("fork b join", "x m", when={"x m": "again"}),
    )  # fmt: skip
    case = play(drawn).start()
    assert case.task("c").data["n"] == 3
    assert case.done("c", again=True, n=50).task("c").data["n"] == 3


def test_what_never_came_to_the_join_is_there_when_its_scope_ends(play: Player) -> None:
    inner = sub("inner", start("is"), gateway("parallel", "fork"), user("a"), user("b"), user("late"), join("n: sum"),
        end("ie"), end("le"), boundary("r", "a", message("m")), flows("is fork a join ie", "fork b join", "r late le"),
    )  # fmt: skip
    case = play(diagram(inner, user("c"), line("inner", "c"), around=named("m"))).start(n=0)
    case.done("b", n=2)
    assert case.send("m")
    assert case.task("late").data == {"n": 0}
    case.done("late")
    assert case.move(join="ie").task("c").data == {"n": 2}


def test_a_case_that_moves_to_a_new_definition_keeps_what_its_branches_wrote(play: Player) -> None:
    drawn = side_by_side("n: sum", user("a"), user("b"))
    case = play(drawn).start(n=0).done("a", n=5)
    renamed = drawn.replace(b"fork", b"split").replace(b"a_join", b"a_meet").replace(b"n: sum", b"n: max")
    new = engine.load({"p.bpmn": renamed})
    moved = engine.migrate(case.definition(), case.state, new, {"fork": "split", "a_join": "a_meet"}, now=NOON)
    done = engine.complete(new, moved.state, case.task("b").id, {"n": 3}, now=NOON)
    assert [task.data for task in done.opened] == [{"n": 5}]
    plain = engine.load({"p.bpmn": drawn.replace(b' banjie:merge="n: sum"', b"")})
    moved = engine.migrate(case.definition(), case.state, plain, {}, now=NOON)
    done = engine.complete(plain, moved.state, case.task("b").id, {}, now=NOON)
    assert [task.data for task in done.opened] == [{"n": 5}]
