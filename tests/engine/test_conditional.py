"""Conditional events: they happen when what they watch becomes true, in every position."""

import pytest

from casework import engine
from tests.engine.conftest import Player
from tests.engine.drawing import (
    boundary,
    catch,
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
    sub,
    timer,
    user,
)


def condition(text: str) -> str:
    return f"<bpmn:conditionalEventDefinition><bpmn:condition>{text}</bpmn:condition></bpmn:conditionalEventDefinition>"


def note(name: str) -> str:
    """A script that adds its own name to what was seen."""
    return script(name, f'{{seen: append(seen, "{name}")}}')


def test_in_the_flow(play: Player) -> None:
    drawn = diagram(
        start(), gateway("parallel", "fork"), catch("wait", condition("n > 2")), user("a"), user("b"), user("c"), end(),
        flows("start fork wait a end", "fork b c end"),
    )  # fmt: skip
    case = play(drawn).start(n=0)
    assert case.standing == ["wait", "b"]
    assert sorted(case.done("b", n=3).open) == ["a", "c"]
    assert play(drawn).start(n=5).open == ["b", "a"]


@pytest.mark.parametrize("interrupting", [True, False])
def test_on_the_boundary(play: Player, interrupting: bool) -> None:
    drawn = diagram(
        start(), gateway("parallel", "fork"), user("a"),
        boundary("b", "a", condition("n > 2"), interrupting=interrupting), user("h"), user("x"), user("y"), user("z"),
        end(), flows("start fork a end", "fork x y z end", "b h end"),
    )  # fmt: skip
    case = play(drawn).start(n=0).done("x", n=3)
    assert sorted(case.open) == (["h", "y"] if interrupting else ["a", "h", "y"])
    case.done("y", n=4)
    assert case.open.count("h") == 1


def test_on_the_boundary_it_happens_again_when_it_becomes_true_again(play: Player) -> None:
    drawn = diagram(
        start(), gateway("parallel", "fork"), user("a"), boundary("b", "a", condition("n > 2"), interrupting=False),
        user("h"), user("x"), user("y"), user("z"), end(), flows("start fork a end", "fork x y z end", "b h end"),
    )  # fmt: skip
    case = play(drawn).start(n=0).done("x", n=3).done("y", n=0).done("z", n=9)
    assert case.open == ["a", "h", "h"]


@pytest.mark.parametrize("interrupting", [True, False])
def test_in_an_event_subprocess(play: Player, interrupting: bool) -> None:
    handler = sub("handler", start("hs", condition("n > 2"), isInterrupting=str(interrupting).lower()), user("h"),
        end("he"), flows("hs h he"), triggeredByEvent="true")  # fmt: skip
    inner = sub("inner", start("is"), user("a"), user("b"), end("ie"), flows("is a b ie"), handler)
    case = play(diagram(inner, user("z"), line("inner", "z"))).start(n=0).done("a", n=3)
    assert sorted(case.open) == (["h"] if interrupting else ["b", "h"])


@pytest.mark.parametrize(("interrupting", "n", "seen"), [(True, 3, ["h"]), (False, 3, ["a", "h"]), (True, 2, ["a"])])
def test_what_is_true_already_happens_before_anything_inside(
    play: Player, interrupting: bool, n: int, seen: list[str]
) -> None:
    inside = (start("is"), note("a"), end("ie"), flows("is a ie"))
    on_border = boundary("b", "inner", condition("n > 2"), interrupting=interrupting)
    drawn = diagram(sub("inner", *inside), on_border, note("h"), line("inner"), flows("b h end"))
    assert sorted(play(drawn).start(n=n, seen=[]).data["seen"]) == seen
    handler = sub("handler", start("hs", condition("n > 2"), isInterrupting=str(interrupting).lower()), note("h"),
        end("he"), flows("hs h he"), triggeredByEvent="true")  # fmt: skip
    drawn = diagram(sub("inner", *inside, handler), line("inner"))
    assert sorted(play(drawn).start(n=n, seen=[]).data["seen"]) == seen


def test_it_happens_as_soon_as_a_script_makes_it_true(play: Player) -> None:
    inside = (start("is"), script("a", "{n: 3}"), note("b"), script("c", "{n: 0}"), end("ie"), flows("is a b c ie"))
    over = boundary("over", "inner", condition("n > 2"))
    drawn = diagram(sub("inner", *inside), over, note("h"), line("inner"), flows("over h end"))
    assert play(drawn).start(n=0, seen=[]).data["seen"] == ["h"]


def test_behind_an_event_based_gateway(play: Player) -> None:
    drawn = diagram(
        start(), gateway("parallel", "fork"), element("eventBasedGateway", "g"), catch("one", condition("n > 2")),
        catch("two", timer("P1D")), user("a"), user("b"), user("x"), end(),
        flows("start fork g one a end", "g two b end", "fork x end"),
    )  # fmt: skip
    case = play(drawn).start(n=0)
    assert case.waits == ["two"]
    case.done("x", n=3)
    assert (case.open, case.waits) == (["a"], [])


def test_together_with_a_message(play: Player) -> None:
    both = catch("wait", condition("n > 2") + message("m"))
    both = both.replace('id="wait"', 'id="wait" parallelMultiple="true"', 1)
    drawn = diagram(
        start(), gateway("parallel", "fork"), both, user("a"), user("x"), user("y"), end(),
        flows("start fork wait a end", "fork x y end"), around=named("m"),
    )  # fmt: skip
    case = play(drawn).start(n=0).done("x", n=3)
    assert case.open == ["y"]
    assert case.send("m")
    assert sorted(case.open) == ["a", "y"]


def test_a_process_that_a_condition_starts(play: Player) -> None:
    drawn = diagram(start("s", condition("n > 2")), user("a"), end(), flows("s a end"))
    assert play(drawn).start(n=3).open == ["a"]
    with pytest.raises(engine.NoSuchStart):
        play(drawn).start(n=1)
