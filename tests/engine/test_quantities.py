"""Token quantities: how many tokens an activity needs, and how many it gives on."""

import pytest

from tests.engine.conftest import Play, Player
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
    script,
    start,
    sub,
    timer,
    user,
)


def logging(name: str, **attributes: str) -> str:
    text = f'<bpmn:script>{{log: append(log, "{name}")}}</bpmn:script>'
    return element("scriptTask", name, text, scriptFormat="feel", **attributes)


def logged(case: Play) -> list[str]:
    return list(case.data["log"])


def test_an_activity_gives_as_many_tokens_as_it_says_and_needs_as_many(play: Player) -> None:
    drawn = diagram(
        logging("split", completionQuantity="2"), logging("each", startQuantity="1", completionQuantity="1"),
        logging("both", startQuantity="2"), line("split", "each", "both"),
    )  # fmt: skip
    case = play(drawn).start(log=[])
    assert logged(case) == ["split", "each", "each", "both"]
    assert case.ended == "completed"


def test_the_tokens_an_activity_needs_may_come_over_whichever_flow(play: Player) -> None:
    drawn = diagram(
        gateway("parallel", "fork"), user("a"), user("b"), user("c"), user("d"), user("two", startQuantity="2"),
        line("fork", "a", "two"), flows("fork b two", "fork c two", "fork d two"),
    )  # fmt: skip
    case = play(drawn).start().done("c")
    assert sorted(case.open) == ["a", "b", "d"]
    assert case.standing.count("two") == 1
    assert sorted(case.done("a").open) == ["b", "d", "two"]
    assert case.done("b").done("d").open == ["two", "two"]
    assert case.done("two").done("two").ended == "completed"


def test_each_flow_that_is_taken_gets_all_the_tokens(play: Player) -> None:
    drawn = diagram(
        start(), user("a", completionQuantity="2", default="a_d"), user("b"), user("c"), user("d"), end(),
        flows("start a b end", "a c end", "a d end", when={"a b": "n > 1", "a c": "n > 2"}),
    )  # fmt: skip
    assert play(drawn).start().done("a", n=3).open == ["b", "b", "c", "c"]
    assert play(drawn).start().done("a", n=0).open == ["d", "d"]


def test_tokens_that_are_too_few_are_an_incident(play: Player) -> None:
    drawn = diagram(user("a", completionQuantity="2"), user("b", startQuantity="3"), line("a", "b"))
    case = play(drawn).start().done("a")
    assert [(one.element, one.rule) for one in case.incidents] == [("b", "waits_for_ever")] * 2
    assert case.ended is None


@pytest.mark.parametrize(
    "holder",
    [
        sub("two", start("is"), user("w"), end("ie"), flows("is w ie"), startQuantity="2", completionQuantity="2"),
        element("callActivity", "two", calledElement="child", startQuantity="2", completionQuantity="2"),
    ],
)
def test_what_holds_a_scope_counts_tokens_too(play: Player, holder: str) -> None:
    drawn = diagram(user("a", completionQuantity="2"), holder, user("z"), line("a", "two", "z"))
    child = diagram(user("w"), line("w"), process="child")
    case = play({"p.bpmn": drawn, "c.bpmn": child}).start().done("a")
    assert case.open == ["w"]
    assert case.done("w").open == ["z", "z"]


def test_instances_begin_once_and_give_on_once(play: Player) -> None:
    repeated = user("two", many(times="3"), startQuantity="2", completionQuantity="2")
    case = play(diagram(user("a", completionQuantity="2"), repeated, user("z"), line("a", "two", "z"))).start()
    assert case.done("a").open == ["two", "two", "two"]
    assert case.done("two").done("two").done("two").open == ["z", "z"]


def test_an_inclusive_join_waits_for_tokens_that_are_still_gathering(play: Player) -> None:
    drawn = diagram(
        gateway("parallel", "fork"), user("a"), user("b"), user("c"), user("two", startQuantity="2"),
        gateway("inclusive", "join"), user("z"), line("fork", "a", "two", "join", "z"),
        flows("fork b two", "fork c join"),
    )  # fmt: skip
    case = play(drawn).start().done("c").done("a")
    assert case.open == ["b"]
    assert case.done("b").done("two").open == ["z"]


def test_leaving_by_a_boundary_gives_one_token(play: Player) -> None:
    drawn = diagram(
        user("a", completionQuantity="3"), boundary("late", "a", timer("P1D")), user("z"), line("a"),
        flows("late z end"),
    )  # fmt: skip
    assert play(drawn).start().fire("late").open == ["z"]


def test_nobody_waits_for_a_token_that_is_moved_onto_the_activity(play: Player) -> None:
    case = play(diagram(user("a"), user("two", startQuantity="2"), line("a", "two"))).start().done("a")
    assert case.move(two="two").open == ["two"]
    assert case.done("two").ended == "completed"


def test_a_token_is_gathered_in_every_round(play: Player) -> None:
    drawn = diagram(
        start(), gateway("exclusive", "again"), script("more", "{n: n + 1}").replace("<bpmn:scriptTask",
            '<bpmn:scriptTask completionQuantity="2"'), user("two", startQuantity="2"),
        gateway("exclusive", "x", default="x_end"), end(),
        flows("start again more two x end", "x again", when={"x again": "n < 3"}),
    )  # fmt: skip
    case = play(drawn).start(n=0)
    for _ in range(3):
        assert case.open == ["two"]
        case.done("two")
    assert case.ended == "completed"


def test_a_called_process_gathers_by_itself(play: Player) -> None:
    child = diagram(logging("one", completionQuantity="2"), logging("both", startQuantity="2"), line("one", "both"),
        process="child")  # fmt: skip
    drawn = diagram(gateway("parallel", "fork"), call("b", "child"), call("c", "child"), gateway("parallel", "join"),
        line("fork", "b", "join"), flows("fork c join"))  # fmt: skip
    case = play({"p.bpmn": drawn, "c.bpmn": child}).start(log=[])
    assert case.ended == "completed"
    assert case.seen().count("both") == 2
