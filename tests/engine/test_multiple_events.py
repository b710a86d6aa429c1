"""Events with several triggers: any of them, or (parallel multiple) all of them, in every position."""

import pytest

from casework import engine
from tests.engine.conftest import Player
from tests.engine.drawing import (
    boundary,
    catch,
    diagram,
    element,
    end,
    escalation,
    flows,
    gateway,
    line,
    message,
    named,
    script,
    signal,
    start,
    sub,
    throw,
    timer,
    user,
)


def all_of(event: str) -> str:
    """Make an event wait for all its triggers."""
    return event.replace("Event id=", 'Event parallelMultiple="true" id=', 1)


BOTH = message("m") + signal("s")
AROUND = named("m n", "s", "", "c")


def test_a_catching_event_that_waits_for_all(play: Player) -> None:
    drawn = diagram(all_of(catch("wait", message("m") + message("n") + timer("P1D"))), user("a"), line("wait", "a"),
        around=AROUND)  # fmt: skip
    case = play(drawn).start()
    assert sorted(one.name for one in case.waiting) == ["m", "n"]
    assert case.send("n", {"second": 2})
    assert [one.name for one in case.waiting] == ["m"]
    assert not case.send("n")
    case.fire("wait")
    assert case.open == []
    assert case.send("m", {"first": 1})
    assert case.open == ["a"]
    assert case.task("a").data == {"first": 1, "second": 2}
    assert case.waiting == []
    assert case.done("a").ended == "completed"


def test_a_catching_event_that_waits_for_any_gives_up_the_others(play: Player) -> None:
    drawn = diagram(catch("wait", BOTH), user("a"), line("wait", "a"), around=AROUND)
    case = play(drawn).start()
    assert case.send("s", {"by": "signal"}, signal=True)
    assert (case.open, case.waiting) == (["a"], [])
    assert not case.send("m")


@pytest.mark.parametrize("interrupting", [True, False])
def test_a_boundary_event_that_waits_for_all(play: Player, interrupting: bool) -> None:
    drawn = diagram(user("a"), all_of(boundary("b", "a", BOTH, interrupting=interrupting)), user("h"), line("a"),
        flows("b h end"), around=AROUND)  # fmt: skip
    case = play(drawn).start()
    assert case.send("m")
    assert case.open == ["a"]
    assert case.send("s", signal=True)
    assert case.open == (["h"] if interrupting else ["a", "h"])
    if not interrupting:
        assert case.send("s", signal=True)
        assert case.open == ["a", "h"]
        assert case.send("m")
        assert case.open == ["a", "h", "h"]
        case.done("a").done("h")
    case.done("h")
    assert case.ended == "completed"
    untouched = play(drawn).start()
    untouched.send("m")
    assert untouched.done("a").ended == "completed"


def test_a_boundary_event_that_does_not_interrupt_waits_for_each_of_its_triggers_again(play: Player) -> None:
    drawn = diagram(user("a"), boundary("b", "a", BOTH, interrupting=False), script("s1", "{n: n + 1}"), user("z"),
        line("a", "z"), flows("b s1"), around=AROUND)  # fmt: skip
    case = play(drawn).start(n=0)
    for _ in range(2):
        assert case.send("m")
        assert case.send("s", signal=True)
    assert case.done("a").task("z").data["n"] == 4


@pytest.mark.parametrize("together", [True, False])
def test_behind_an_event_based_gateway(play: Player, together: bool) -> None:
    several = catch("both", BOTH)
    drawn = diagram(
        start(), element("eventBasedGateway", "g"), all_of(several) if together else several,
        catch("late", timer("P3D")), user("a"), user("b"), end(), flows("start g both a end", "g late b end"),
        around=AROUND,
    )  # fmt: skip
    case = play(drawn).start()
    assert case.send("m")
    assert case.open == ([] if together else ["a"])
    if together:
        assert case.send("s", signal=True)
        assert case.open == ["a"]
    assert (case.waits, case.waiting) == ([], [])
    other = play(drawn).start().fire("late")
    assert other.open == ["b"]
    assert other.waiting == []


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("interrupting", [True, False])
def test_the_start_of_an_event_subprocess(play: Player, interrupting: bool, together: bool) -> None:
    begins = start("hs", BOTH + escalation("c"), isInterrupting=str(interrupting).lower())
    handler = sub("handler", all_of(begins) if together else begins, user("h"), end("he"), flows("hs h he"),
        triggeredByEvent="true")  # fmt: skip
    case = play(diagram(user("a"), line("a"), handler, around=AROUND)).start()
    assert case.send("m")
    if together:
        assert case.open == ["a"]
        assert case.send("s", signal=True)
        case.fails("a", "c", escalation=True)
    assert case.open == (["h"] if interrupting else ["a", "h"])


def test_a_process_that_any_of_several_events_starts(play: Player) -> None:
    drawn = diagram(start("s", BOTH), user("a"), end(), flows("s a end"), around=AROUND)
    for sent in (engine.Message("m", {"x": 1}), engine.Message("s", {"x": 1}, signal=True)):
        case = play(drawn).start(None, sent)
        assert case.task("a").data == {"x": 1}
        assert case.waiting == []
    info = play(drawn).definition().processes["p"]
    assert (info.messages, info.signals, info.startable) == (("m",), ("s",), False)


def test_a_process_that_several_events_start_together_waits_for_the_rest(play: Player) -> None:
    drawn = diagram(all_of(start("s", message("m") + message("n"))), user("a"), end(), flows("s a end"), around=AROUND)
    case = play(drawn).start(None, engine.Message("n", {"x": 1}))
    assert case.open == []
    assert [one.name for one in case.waiting] == ["m"]
    assert case.send("m", {"y": 2})
    assert case.task("a").data == {"x": 1, "y": 2}


def test_what_is_thrown_together(play: Player) -> None:
    for thrower in (throw("t", BOTH + escalation("c")), end("t", BOTH + escalation("c"))):
        inner = sub("inner", start("is"), thrower, flows("is t"))
        drawn = diagram(inner, boundary("b", "inner", escalation("c"), interrupting=False), user("h"), line("inner"),
            flows("b h"), around=AROUND)  # fmt: skip
        case = play(drawn).start()
        assert [(one.name, one.signal) for one in case.thrown] == [("m", False), ("s", True)]
        assert case.open == ["h"]


def test_two_instances_wait_for_their_own(play: Player) -> None:
    inner = sub("inner", start("is"), all_of(catch("wait", BOTH)), user("u"), end("ie"), flows("is wait u ie"))
    drawn = diagram(
        start(), gateway("parallel", "fork"), inner, user("a"), end(), flows("start fork inner end", "fork a inner"),
        around=AROUND,
    )  # fmt: skip
    case = play(drawn).start()
    assert case.send("m")
    case.done("a")
    assert case.send("s", signal=True)
    assert case.open == ["u"]
    assert case.send("m")
    assert case.open == ["u", "u"]
