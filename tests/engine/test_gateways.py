"""Gateways: which way a token goes, and what waits for what."""

import itertools

import pytest

from tests.engine.conftest import Player
from tests.engine.drawing import (
    boundary,
    diagram,
    element,
    end,
    flows,
    gateway,
    line,
    message,
    named,
    script,
    start,
    user,
)


def test_the_first_true_flow_is_taken_and_otherwise_the_default(play: Player) -> None:
    drawn = diagram(
        start(), gateway("exclusive", "x", default="x_c"), user("a"), user("b"), user("c"), end(),
        flows("start x a end", "x b end", "x c end", when={"x a": "n > 10", "x b": "n > 5"}),
    )  # fmt: skip
    assert play(drawn).start(n=20).open == ["a"]
    assert play(drawn).start(n=7).open == ["b"]
    assert play(drawn).start(n=1).open == ["c"]


def test_a_condition_that_is_not_true_or_false_is_an_incident_and_never_the_default(play: Player) -> None:
    drawn = diagram(
        start(), gateway("parallel", "fork"), gateway("exclusive", "x", default="x_c"), user("a"), user("c"),
        user("other"), end(),
        flows("start fork x a end", "x c end", "fork other end", when={"x a": "n > 10"}),
    )  # fmt: skip
    case = play(drawn).start()
    assert case.open == ["other"]
    [problem] = case.incidents
    assert (problem.element, problem.rule) == ("x", "condition_not_boolean")
    assert "n > 10" in problem.message["zh"]
    assert case.standing == ["x", "other"]
    case.done("other", n=11)
    assert problem.fix is not None
    case.retry(problem.fix["task"])
    assert case.open == ["a"]


def test_a_gateway_without_a_true_flow_and_without_default_is_an_incident(play: Player) -> None:
    drawn = diagram(
        start(), gateway("exclusive", "x"), user("a"), user("b"), end(),
        flows("start x a end", "x b end", when={"x a": "n = 1", "x b": "n = 2"}),
    )  # fmt: skip
    case = play(drawn).start(n=3)
    assert [problem.rule for problem in case.incidents] == ["no_way_out"]
    assert case.incidents[0].element == "x"
    assert case.ended is None


def test_a_parallel_join_waits_for_every_flow(play: Player) -> None:
    drawn = diagram(
        gateway("parallel", "fork"), user("a"), user("b"), gateway("parallel", "join"), user("c"),
        line("fork", "a", "join", "c"), flows("fork b join"),
    )  # fmt: skip
    case = play(drawn).start()
    assert case.open == ["a", "b"]
    case.done("b")
    assert case.open == ["a"]
    assert "join" in case.standing
    case.done("a")
    assert case.open == ["c"]


@pytest.mark.parametrize("order", list(itertools.product(["ab", "ba"], repeat=3)))
def test_a_parallel_join_in_a_loop_waits_in_every_round(play: Player, order: tuple[str, ...]) -> None:
    drawn = diagram(
        start(), gateway("exclusive", "again"), gateway("parallel", "fork"), user("a"), user("b"),
        gateway("parallel", "join"), user("check"), gateway("exclusive", "x", default="x_end"), end(),
        flows("start again fork a join check x end", "fork b join", "x again", when={"x again": "rejected"}),
    )  # fmt: skip
    case = play(drawn).start()
    for round_ in order:
        assert case.open == ["a", "b"]
        for name in round_:
            case.done(name)
        assert case.open == ["check"]
        case.done("check", rejected=True)
    case.done("a").done("b").done("check", rejected=False)
    assert case.ended == "completed"


def test_two_tokens_on_one_flow_of_a_join_wait_for_two_on_the_other(play: Player) -> None:
    drawn = diagram(
        start(), gateway("parallel", "fork"), user("a"), user("b"), user("c"), gateway("exclusive", "merge"),
        gateway("parallel", "join"), user("d"), end(),
        flows("start fork a merge join d end", "fork b merge", "fork c join"),
    )  # fmt: skip
    case = play(drawn).start()
    case.done("a").done("b")
    assert case.open == ["c"]
    case.done("c")
    assert case.open == ["d"]
    case.done("d")
    assert case.ended is None
    assert case.standing == ["join"]
    assert [(problem.element, problem.rule) for problem in case.incidents] == [("join", "waits_for_ever")]
    assert case.move(join="d").done("d").ended == "completed"


def test_a_parallel_gateway_asks_for_no_conditions(play: Player) -> None:
    drawn = diagram(
        start(), gateway("parallel", "fork"), user("a"), user("b"), gateway("parallel", "join"), end(),
        flows("start fork a join end", "fork b join", when={"fork a": "n > 2", "fork b": "n < 2"}),
    )  # fmt: skip
    assert play(drawn).start(n=0).open == ["a", "b"]


def test_several_flows_out_of_a_task_are_all_taken_and_a_merge_lets_each_token_pass(play: Player) -> None:
    drawn = diagram(start(), user("a"), user("b"), user("c"), user("d"), end(), flows("start a b d end", "a c d"))
    case = play(drawn).start().done("a")
    assert case.open == ["b", "c"]
    case.done("b").done("c")
    assert case.open == ["d", "d"]


def test_conditions_on_flows_out_of_a_task_are_obeyed(play: Player) -> None:
    drawn = diagram(
        start(), user("a", default="a_d"), user("b"), user("c"), user("d"), end(),
        flows("start a b end", "a c end", "a d end", when={"a b": "n > 1", "a c": "n > 2"}),
    )  # fmt: skip
    assert play(drawn).start().done("a", n=2).open == ["b"]
    assert play(drawn).start().done("a", n=3).open == ["b", "c"]
    assert play(drawn).start().done("a", n=0).open == ["d"]


INCLUSIVE = diagram(
    start(), gateway("inclusive", "split", default="split_c"), user("a"), user("b"), user("c"),
    gateway("inclusive", "join"), user("d"), end(),
    flows("start split a join d end", "split b join", "split c join", when={"split a": "n > 1", "split b": "n > 2"}),
)  # fmt: skip


@pytest.mark.parametrize(("n", "opened"), [(3, ["a", "b"]), (2, ["a"]), (0, ["c"])])
def test_an_inclusive_join_waits_for_exactly_the_tokens_that_can_come(play: Player, n: int, opened: list[str]) -> None:
    case = play(INCLUSIVE).start(n=n)
    assert case.open == opened
    for name in opened[:-1]:
        case.done(name)
        assert "d" not in case.open
    case.done(opened[-1])
    assert case.open == ["d"]
    assert case.done("d").ended == "completed"


def test_an_inclusive_join_in_a_loop_does_not_wait_for_a_token_that_must_pass_it_first(play: Player) -> None:
    drawn = diagram(
        start(), gateway("inclusive", "join"), user("a"), gateway("inclusive", "split"), user("again"),
        user("done"), end(),
        flows("start join a split again join", "split done end",
            when={"split again": "more", "split done": "not(more)"}),
    )  # fmt: skip
    case = play(drawn).start()
    for _ in range(3):
        case.done("a", more=True).done("again")
    case.done("a", more=False).done("done")
    assert case.ended == "completed"


def test_an_inclusive_join_waits_for_an_activity_beside_which_a_token_has_come(play: Player) -> None:
    drawn = diagram(
        start(), gateway("parallel", "split"), user("a"), user("b"), user("beside"), gateway("inclusive", "join"),
        user("z"), boundary("call", "a", message("m"), interrupting=False), end(),
        flows("start split a join z end", "split b join", "call beside join"), around=named("m"),
    )  # fmt: skip
    case = play(drawn).start()
    assert case.send("m")
    case.done("beside").done("b")
    assert case.open == ["a"]
    assert case.done("a").open == ["z"]


def test_thousands_of_rounds_through_a_gateway_in_one_step(play: Player) -> None:
    drawn = diagram(
        start(), gateway("exclusive", "again"), script("count", "{n: n + 1}"), gateway("exclusive", "x", default="x_a"),
        user("a"), end(), flows("start again count x a end", "x again", when={"x again": "n < 3000"}),
    )  # fmt: skip
    case = play(drawn).start(n=0)
    assert case.task("a").data == {"n": 3000}
    assert len(case.state) < 500


def test_a_diagram_that_runs_in_circles_is_stopped_with_an_incident(
    play: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casework.engine.running.MOST_STEPS", 500)
    drawn = diagram(
        start(), gateway("exclusive", "again"), script("count", "{n: n + 1}"), gateway("exclusive", "x", default="x_a"),
        user("a"), end(), flows("start again count x a end", "x again", when={"x again": "n > 0"}),
    )  # fmt: skip
    case = play(drawn).start(n=0)
    assert [problem.rule for problem in case.incidents] == ["endless_loop"]
    assert case.ended is None


def test_a_branch_may_just_end(play: Player) -> None:
    case = play(diagram(start(), user("a"), user("b"), element("task", "c"), flows("start a b", "start c"))).start()
    assert case.open == ["a"]
    assert case.done("a").done("b").ended == "completed"


def test_a_complex_gateway_goes_on_when_enough_have_come_and_swallows_the_rest(play: Player) -> None:
    enough = "<bpmn:activationCondition>activationCount &gt;= 2</bpmn:activationCondition>"
    drawn = diagram(
        start(), gateway("exclusive", "again"), gateway("parallel", "fork"), user("a"), user("b"), user("c"),
        element("complexGateway", "enough", enough), user("d"), gateway("exclusive", "x", default="x_end"), end(),
        flows("start again fork a enough d x end", "fork b enough", "fork c enough", "x again",
            when={"x again": "more"}),
    )  # fmt: skip
    case = play(drawn).start()
    case.done("b")
    assert "d" not in case.open
    case.done("c")
    assert sorted(case.open) == ["a", "d"]
    case.done("a")
    assert case.open == ["d"]
    case.done("d", more=True).done("a").done("b")
    assert sorted(case.open) == ["c", "d"]
    case.done("d", more=False).done("c")
    assert case.ended == "completed"


def test_a_complex_gateway_whose_condition_is_neither_true_nor_false_is_an_incident(play: Player) -> None:
    condition = "<bpmn:activationCondition>needed &lt;= activationCount</bpmn:activationCondition>"
    drawn = diagram(
        start(), gateway("parallel", "fork"), user("a"), user("b"),
        element("complexGateway", "enough", condition),
        user("d"), end(), flows("start fork a enough d end", "fork b enough"),
    )  # fmt: skip
    case = play(drawn).start().done("a")
    [problem] = case.incidents
    assert (problem.element, problem.rule) == ("enough", "condition_not_boolean")
    case.done("b", needed=2)
    assert problem.fix is not None
    assert case.retry(problem.fix["task"]).open == ["d"]


def test_a_complex_gateway_tells_going_on_from_being_reset(play: Player) -> None:
    enough = "<bpmn:activationCondition>activationCount &gt;= 1</bpmn:activationCondition>"
    drawn = diagram(
        start(), gateway("parallel", "fork"), user("a"), user("b"), element("complexGateway", "enough", enough),
        user("first"), user("late"), user("both"), end(),
        flows("start fork a enough first end", "fork b enough late end", "enough both end",
            when={"enough first": "waitingForStart", "enough late": "not(waitingForStart)", "enough both": "true"}),
    )  # fmt: skip
    case = play(drawn).start().done("a")
    assert sorted(case.open) == ["b", "both", "first"]
    case.done("b")
    assert sorted(case.open) == ["both", "first", "late"]


def test_a_round_of_a_complex_gateway_ends_when_nothing_of_it_can_come_though_nothing_waits(play: Player) -> None:
    enough = "<bpmn:activationCondition>activationCount &gt;= 1</bpmn:activationCondition>"
    drawn = diagram(
        start(), gateway("exclusive", "again"), gateway("inclusive", "fork", default="fork_a"), user("a"), user("b"),
        element("complexGateway", "enough", enough), user("d"), gateway("exclusive", "x", default="x_end"), end(),
        flows("start again fork a enough d x end", "fork b enough", "x again",
            when={"x again": "more", "fork b": "other"}),
    )  # fmt: skip
    case = play(drawn).start(other=False).done("a").done("d", more=True, other=True)
    assert case.open == ["b"]
    assert case.done("b").open == ["d"]
    assert case.done("d", more=False).ended == "completed"
