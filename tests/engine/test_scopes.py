"""Subprocesses and called processes: what goes in, what comes out, how deep."""

from casework import engine
from tests.engine.conftest import Player
from tests.engine.drawing import (
    boundary,
    call,
    diagram,
    element,
    end,
    flows,
    gateway,
    line,
    script,
    start,
    sub,
    timer,
    user,
)


def test_a_subprocess_shares_the_data_around_it(play: Player) -> None:
    inner = sub("inner", start("is"), user("a"), end("ie"), flows("is a ie"))
    case = play(diagram(inner, user("b"), line("inner", "b"))).start(n=1)
    assert case.standing == ["inner", "a"]
    assert case.task("a").data == {"n": 1}
    case.done("a", m=2)
    assert case.task("b").data == {"n": 1, "m": 2}


CHILD = diagram(user("work"), script("s", "{result: level * 10}"), line("work", "s"), process="child")


def called(*extensions: str) -> dict[str, bytes]:
    inner = "".join(
        f'<banjie:{one} name="{name}" value="{value}"/>' for one, name, value in (e.split() for e in extensions)
    )
    ask = element(
        "callActivity", "ask", f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>", calledElement="child"
    )
    return {"p.bpmn": diagram(ask, user("b"), line("ask", "b")), "c.bpmn": CHILD}


def test_a_called_process_gets_everything_and_gives_back_what_it_wrote_when_nothing_is_named(play: Player) -> None:
    case = play(called()).start(level=2, other="x")
    assert case.task("work").data == {"level": 2, "other": "x"}
    assert case.task("work").process == "child"
    case.done("work", note="n")
    assert case.task("b").data == {"level": 2, "other": "x", "note": "n", "result": 20}


def test_a_called_process_gets_and_gives_what_is_named(play: Player) -> None:
    case = play(called("in level n+1", "out conference result")).start(n=2)
    assert case.task("work").data == {"level": 3}
    case.done("work", note="n")
    assert case.task("b").data == {"n": 2, "conference": 30}


def test_what_comes_out_and_can_not_be_computed_is_an_incident_that_does_not_call_again(play: Player) -> None:
    case = play(called("out all sum(for-i-in-1..level-return-for-j-in-1..level-return-i)".replace("-", "&#32;")))
    case.start(level=5000).done("work")
    [problem] = case.incidents
    assert (problem.element, problem.rule) == ("ask", "expression_failed")
    assert problem.fix is not None
    case.retry(problem.fix["task"])
    assert len(case.incidents) == 2
    assert case.open == []
    assert case.standing == ["ask"]


def test_processes_in_different_files_may_use_the_same_ids(play: Player) -> None:
    inner = sub("inner", start("is"), user("a"), end("ie"), flows("is a ie"))
    child = diagram(inner, line("inner"), process="child")
    parent = diagram(inner, call("ask", "child"), line("inner", "ask"))
    case = play({"p.bpmn": parent, "c.bpmn": child}).start()
    assert case.task("a").process == "p"
    case.done("a")
    assert case.task("a").process == "child"
    assert case.done("a").ended == "completed"


def test_a_process_may_call_itself(play: Player) -> None:
    drawn = diagram(
        start(), user("a"), gateway("exclusive", "x", default="x_end"), call("again", "p"), end(),
        flows("start a x again end", "x end", when={"x again": "deeper"}),
    )  # fmt: skip
    case = play(drawn).start()
    for _ in range(5):
        case.done("a", deeper=True)
    assert case.standing.count("again") == 5
    case.done("a", deeper=False)
    assert case.ended == "completed"


def test_calls_may_be_nested_deeply_and_end_or_be_cancelled_without_recursion(play: Player) -> None:
    drawn = diagram(
        start(), script("s", "{n: n - 1}"), gateway("exclusive", "x", default="x_a"), call("again", "p"), user("a"),
        end(), flows("start s x again end", "x a end", when={"x again": "n > 0"}),
    )  # fmt: skip
    case = play(drawn).start(n=1200)
    assert case.open == ["a"]
    assert play(drawn).start(n=1200).cancel().ended == "cancelled"
    assert case.done("a").ended == "completed"


def test_an_interrupted_scope_closes_what_is_in_it(play: Player) -> None:
    inner = sub(
        "inner", start("is"), user("a"), boundary("il", "a", timer("P1D")), end("ie"), flows("is a ie", "il ie")
    )
    drawn = diagram(inner, boundary("late", "inner", timer("P3D")), user("b"), line("inner"), flows("late b end"))
    case = play(drawn).start()
    key = case.task("a").id
    assert case.waits == ["late", "il"]
    case.fire("late")
    assert case.last is not None
    assert case.last.closed == (key,)
    assert (case.open, case.waits) == (["b"], [])


def test_a_long_chain_of_elements(play: Player) -> None:
    names = [f"s{number}" for number in range(1500)]
    case = play(diagram(*(script(name, "{n: n + 1}") for name in names), user("a"), line(*names, "a"))).start(n=0)
    assert case.task("a").data == {"n": 1500}


def test_the_definition_says_what_there_is(play: Player) -> None:
    found = play(called()).definition().processes
    assert set(found) == {"p", "child"}
    assert found["p"].calls == ("child",)
    assert found["p"].startable
    assert found["p"].elements["ask"] == engine.ElementInfo("ask", "callActivity", "")
