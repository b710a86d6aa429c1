"""Messages: which one reaches whom, and how a case begins with one."""

import pytest

from casework import engine
from tests.engine.conftest import Player
from tests.engine.drawing import (
    catch,
    diagram,
    end,
    extras,
    flows,
    gateway,
    line,
    message,
    named,
    start,
    timer,
    user,
)  # fmt: skip

TWO = diagram(
    start(), gateway("parallel", "fork"),
    catch("one", message("handled"), extras("match", case="first")),
    catch("two", message("handled"), extras("match", case="second", kind='"final"')),
    user("a"), user("b"), end(), flows("start fork one a end", "fork two b end"), around=named("handled"),
)  # fmt: skip


def test_a_message_reaches_the_first_that_agrees_and_only_that(play: Player) -> None:
    case = play(TWO).start(first=1, second=2)
    assert [one.correlation for one in case.waiting] == [{"case": 1}, {"case": 2, "kind": "final"}]
    assert not case.send("handled", case=3)
    assert not case.send("handled", case=2)
    assert not case.send("else", case=1)
    assert case.send("handled", {"answer": "x"}, case=2, kind="final", more="ignored")
    assert case.open == ["b"]
    assert case.task("b").data["answer"] == "x"
    assert case.send("handled", case=1)
    assert sorted(case.open) == ["a", "b"]


def test_of_two_that_agree_the_one_that_waited_first_gets_it(play: Player) -> None:
    drawn = diagram(
        start(), gateway("parallel", "fork"), catch("one", message("m")), catch("two", message("m")), user("a"),
        user("b"), end(), flows("start fork one a end", "fork two b end"), around=named("m"),
    )  # fmt: skip
    case = play(drawn).start()
    assert case.send("m")
    assert case.open == ["a"]
    assert case.send("m")
    assert case.open == ["a", "b"]


def test_what_must_agree_is_asked_when_the_message_comes(play: Player) -> None:
    drawn = diagram(
        start(), gateway("parallel", "fork"), catch("one", message("m"), extras("match", no="no")), user("a"),
        user("b"),
        end(), flows("start fork one a end", "fork b end"), around=named("m"),
    )  # fmt: skip
    case = play(drawn).start()
    assert not case.send("m")
    case.done("b", no="A1")
    assert case.send("m", no="A1")


def test_a_message_to_nobody_changes_nothing(play: Player) -> None:
    case = play(TWO).start(first=1, second=2)
    before = case.state
    assert not case.send("nobody")
    assert case.state == before


STARTS = diagram(
    start(), start("ordered", message("hotline_order_received")), start("nightly", timer("R/P1D", "Cycle")), user("a"),
    user("b"), end(), flows("start a end", "ordered b end", "nightly a"), around=named("hotline_order_received"),
)  # fmt: skip


def test_a_process_begins_plainly_or_with_its_message(play: Player) -> None:
    assert play(STARTS).start().open == ["a"]
    order = engine.Message("hotline_order_received", {"number": "H1"})
    for process in (None, "p"):
        case = play(STARTS).start(process, order)
        assert case.open == ["b"]
        assert case.task("b").data == {"number": "H1"}
        assert case.last is not None
        assert case.last.delivered
    info = play(STARTS).definition().processes["p"]
    assert (info.startable, info.messages) == (True, ("hotline_order_received",))


@pytest.mark.parametrize(
    ("process", "message_name"), [("nothing", None), (None, None), ("p", "other"), (None, "other")]
)
def test_what_can_not_begin_is_refused(play: Player, process: str | None, message_name: str | None) -> None:
    given = engine.Message(message_name) if message_name else None
    with pytest.raises(engine.NoSuchStart):
        play(STARTS).start(process, given)


def test_a_process_without_a_plain_start_only_begins_with_its_message(play: Player) -> None:
    drawn = diagram(start("ordered", message("m")), user("a"), end(), flows("ordered a end"), around=named("m"))
    assert not play(drawn).definition().processes["p"].startable
    with pytest.raises(engine.NoSuchStart):
        play(drawn).start()
    assert play(drawn).start("p", engine.Message("m")).open == ["a"]


def test_messages_join_nothing_into_line(play: Player) -> None:
    case = play(diagram(catch("wait", message("m")), line("wait"), around=named("m"))).start()
    assert case.standing == ["wait"]
    assert case.send("m")
    assert case.ended == "completed"
