"""Compensation and transactions: what is done is undone, the last first."""

import pytest

from tests.engine.conftest import Player
from tests.engine.drawing import (
    boundary,
    call,
    diagram,
    element,
    end,
    error,
    flows,
    gateway,
    line,
    many,
    named,
    script,
    start,
    sub,
    throw,
    timer,
    user,
)

CANCEL = "<bpmn:cancelEventDefinition/>"


def compensate(activity: str = "") -> str:
    ref = f' activityRef="{activity}"' if activity else ""
    return f"<bpmn:compensateEventDefinition{ref}/>"


def undoable(*names: str) -> list[str]:
    """Scripts that write themselves down, each with a handler that writes down that it is undone."""
    parts = []
    for name in names:
        handler = script(f"un{name}", f'{{log: append(log, "un{name}")}}').replace(
            "<bpmn:scriptTask ", '<bpmn:scriptTask isForCompensation="true" '
        )
        parts += [
            script(name, f'{{log: append(log, "{name}")}}'),
            boundary(f"{name}c", name, compensate()),
            handler,
            element("association", f"{name}as", sourceRef=f"{name}c", targetRef=f"un{name}"),
        ]
    return parts


def test_everything_is_undone_in_reverse(play: Player) -> None:
    drawn = diagram(*undoable("a", "b", "c"), throw("back", compensate()), user("z"), line("a", "b", "c", "back", "z"))
    case = play(drawn).start(log=[])
    assert case.task("z").data["log"] == ["a", "b", "c", "unc", "unb", "una"]
    assert case.seen("compensated") == ["c", "b", "a"]
    assert case.done("z").ended == "completed"


def test_one_activity_is_undone_once_for_each_time_it_was_done(play: Player) -> None:
    drawn = diagram(
        start(), end(), gateway("exclusive", "again"), *undoable("a", "b"), gateway("exclusive", "x", default="x_back"),
        throw("back", compensate("a")), throw("more", compensate("a")), user("z"),
        flows("start again a b x back more z end", "x again", when={"x again": "count(log) < 4"}),
    )  # fmt: skip
    case = play(drawn).start(log=[])
    assert case.task("z").data["log"] == ["a", "b", "a", "b", "una", "una"]


def test_handlers_may_be_people_and_are_waited_for(play: Player) -> None:
    handler = user("unwind").replace("<bpmn:userTask ", '<bpmn:userTask isForCompensation="true" ')
    drawn = diagram(
        user("a"), boundary("ac", "a", compensate()), handler,
        element("association", "as", sourceRef="ac", targetRef="unwind"), throw("back", compensate()), user("z"),
        line("a", "back", "z"),
    )  # fmt: skip
    case = play(drawn).start().done("a")
    assert case.open == ["unwind"]
    assert case.done("unwind", text="撤销").open == ["z"]
    assert case.task("z").data == {"text": "撤销"}


def test_nothing_to_undo(play: Player) -> None:
    drawn = diagram(throw("back", compensate()), *undoable("a"), user("z"), line("back", "a", "z"))
    assert play(drawn).start(log=[]).task("z").data["log"] == ["a"]


def test_what_was_inside_a_subprocess_is_undone(play: Player) -> None:
    inner = sub("inner", start("is"), end("ie"), *undoable("a", "b"), flows("is a b ie"))
    drawn = diagram(inner, *undoable("c"), throw("back", compensate()), user("z"), line("inner", "c", "back", "z"))
    case = play(drawn).start(log=[])
    assert case.task("z").data["log"] == ["a", "b", "c", "unc", "unb", "una"]


def test_a_subprocess_may_say_itself_how_it_is_undone(play: Player) -> None:
    handler = sub("how", start("hs", compensate()),
        script("h", '{log: append(log, "how")}'), throw("rest", compensate()),
        end("he"), flows("hs h rest he"), triggeredByEvent="true")  # fmt: skip
    inner = sub("inner", start("is"), end("ie"), *undoable("a", "b"), handler, flows("is a b ie"))
    drawn = diagram(inner, throw("back", compensate("inner")), user("z"), line("inner", "back", "z"))
    case = play(drawn).start(log=[])
    assert case.task("z").data["log"] == ["a", "b", "how", "unb", "una"]


def transaction(*parts: str) -> str:
    return sub("inner", *parts).replace("bpmn:subProcess", "bpmn:transaction")


def test_a_cancelled_transaction_undoes_what_it_did_and_leaves_by_its_boundary(play: Player) -> None:
    inner = transaction(
        start("is"), gateway("parallel", "fork"), *undoable("a", "b"), user("u"), user("other"), end("ie"),
        end("stop", CANCEL), gateway("exclusive", "x", default="x_ie"),
        flows("is a b fork u x ie", "x stop", "fork other ie", when={"x stop": "no"}),
    )  # fmt: skip
    drawn = diagram(inner, boundary("gone", "inner", CANCEL), user("y"), user("z"), line("inner", "z"),
        flows("gone y end"))  # fmt: skip
    case = play(drawn).start(log=[]).done("u", no=True)
    assert case.open == ["y"]
    assert case.task("y").data["log"] == ["a", "b", "unb", "una"]
    assert case.done("y").ended == "completed"
    kept = play(drawn).start(log=[]).done("u", no=False).done("other")
    assert kept.task("z").data["log"] == ["a", "b"]


def noting(name: str, text: str) -> str:
    """A handler that writes down a text."""
    return script(name, f"{{log: append(log, {text})}}").replace(
        "<bpmn:scriptTask ", '<bpmn:scriptTask isForCompensation="true" '
    )


def handled(name: str, handler: str) -> str:
    return boundary(f"{name}c", name, compensate()) + element(
        "association", f"{name}as", sourceRef=f"{name}c", targetRef=handler
    )


@pytest.mark.parametrize("sequential", [True, False])
def test_each_instance_is_undone_with_its_own_element(play: Player, sequential: bool) -> None:
    repeated = many(sequential=sequential, collection="list", element="one")
    work = script("a", '{log: append(log, "a")}').replace("<bpmn:script>", repeated + "<bpmn:script>")
    drawn = diagram(work, handled("a", "un"), noting("un", '"un" + one'), throw("back", compensate()), user("z"),
        line("a", "back", "z"))  # fmt: skip
    case = play(drawn).start(log=[], list=["x", "y"])
    assert case.task("z").data["log"] == ["a", "a", "uny", "unx"]


def test_each_round_of_a_loop_is_undone(play: Player) -> None:
    loop = '<bpmn:standardLoopCharacteristics loopMaximum="3"/>'
    work = script("a", '{log: append(log, "a")}').replace("<bpmn:script>", loop + "<bpmn:script>")
    drawn = diagram(work, handled("a", "un"), noting("un", '"un" + string(loopCounter)'),
        throw("back", compensate("a")), user("z"), line("a", "back", "z"))  # fmt: skip
    case = play(drawn).start(log=[])
    assert case.task("z").data["log"] == ["a", "a", "a", "un3", "un2", "un1"]


def test_what_was_inside_each_instance_is_undone(play: Player) -> None:
    inner = sub("inner", many(sequential=True, collection="list", element="one"), start("is"), *undoable("a", "b"),
        end("ie"), flows("is a b ie"))  # fmt: skip
    drawn = diagram(inner, throw("back", compensate()), user("z"), line("inner", "back", "z"))
    case = play(drawn).start(log=[], list=[1, 2])
    assert case.task("z").data["log"] == ["a", "b", "a", "b", "unb", "una", "unb", "una"]


def test_an_interrupted_activity_is_not_undone(play: Player) -> None:
    drawn = diagram(
        user("a", many(times="2")), boundary("late", "a", timer("P1D")), handled("a", "un"), noting("un", '"un"'),
        throw("back", compensate()), user("z"), line("a", "back", "z"), flows("late back"),
    )  # fmt: skip
    case = play(drawn).start(log=[]).done("a").fire("late")
    assert case.task("z").data["log"] == []
    done = play(drawn).start(log=[]).done("a").done("a")
    assert done.task("z").data["log"] == ["un", "un"]


def test_the_thrower_need_not_wait(play: Player) -> None:
    unwind = user("unwind").replace("<bpmn:userTask ", '<bpmn:userTask isForCompensation="true" ')
    at_once = compensate().replace("/>", ' waitForCompletion="false"/>')
    drawn = diagram(user("a"), handled("a", "unwind"), unwind, throw("back", at_once), user("z"),
        line("a", "back", "z"))  # fmt: skip
    case = play(drawn).start().done("a")
    assert sorted(case.open) == ["unwind", "z"]
    assert case.done("z").ended is None
    assert case.done("unwind").ended == "completed"
    assert play(diagram(throw("back", at_once), user("z"), line("back", "z"))).start().done("z").ended == "completed"


def test_a_compensation_end_undoes_and_ends(play: Player) -> None:
    drawn = diagram(start(), *undoable("a"), end("stop", compensate()), flows("start a stop"))
    case = play(drawn).start(log=[])
    assert case.data["log"] == ["a", "una"]
    assert case.ended == "completed"


def test_a_handler_in_an_event_subprocess_sees_to_the_scope_that_failed(play: Player) -> None:
    handler = sub("rescue", start("rs", error("e")), throw("back", compensate()), user("r"), end("re"),
        flows("rs back r re"), triggeredByEvent="true")  # fmt: skip
    inner = sub("inner", start("is"), *undoable("a"), end("broken", error("e")), flows("is a broken"), handler)
    drawn = diagram(inner, user("z"), line("inner", "z"), around=named(errors="e"))
    case = play(drawn).start(log=[])
    assert case.task("r").data["log"] == ["a", "una"]
    assert case.done("r").open == ["z"]


def test_a_called_process_is_undone_by_its_handler(play: Player) -> None:
    child = diagram(user("work"), line("work"), process="child")
    drawn = diagram(call("ask", "child"), handled("ask", "un"), noting("un", '"un"'), throw("back", compensate()),
        user("z"), line("ask", "back", "z"))  # fmt: skip
    case = play({"p.bpmn": drawn, "c.bpmn": child}).start(log=[]).done("work")
    assert case.task("z").data["log"] == ["un"]


def test_only_what_is_named_is_undone(play: Player) -> None:
    drawn = diagram(*undoable("a", "b", "c"), throw("back", compensate("b")), throw("rest", compensate()), user("z"),
        line("a", "b", "c", "back", "rest", "z"))  # fmt: skip
    case = play(drawn).start(log=[])
    assert case.task("z").data["log"] == ["a", "b", "c", "unb", "unc", "una"]


def test_what_runs_still_is_not_undone(play: Player) -> None:
    drawn = diagram(
        start(), gateway("parallel", "fork"), user("a"), handled("a", "un"), noting("un", '"un"'), user("go"),
        throw("back", compensate()), user("z"), end(), flows("start fork a end", "fork go back z end"),
    )  # fmt: skip
    case = play(drawn).start(log=[]).done("go")
    assert case.task("z").data["log"] == []
    assert sorted(case.open) == ["a", "z"]


def test_a_transaction_that_succeeds_can_be_undone_later(play: Player) -> None:
    inner = transaction(start("is"), *undoable("a", "b"), end("ie"), flows("is a b ie"))
    drawn = diagram(inner, boundary("gone", "inner", CANCEL), throw("back", compensate("inner")), user("z"),
        line("inner", "back", "z"), flows("gone z"))  # fmt: skip
    case = play(drawn).start(log=[])
    assert case.task("z").data["log"] == ["a", "b", "unb", "una"]


def test_an_error_leaves_a_transaction_without_undoing(play: Player) -> None:
    inner = transaction(start("is"), *undoable("a"), end("ie", error("e")), flows("is a ie"))
    drawn = diagram(inner, boundary("gone", "inner", CANCEL), boundary("hazard", "inner", error("e")), user("y"),
        user("z"), line("inner", "z"), flows("gone y", "hazard z"), around=named(errors="e"))  # fmt: skip
    case = play(drawn).start(log=[])
    assert (case.open, case.task("z").data["log"]) == (["z"], ["a"])


def test_a_transaction_without_a_cancel_event_on_its_border_just_ends(play: Player) -> None:
    inner = transaction(start("is"), *undoable("a"), end("stop", CANCEL), flows("is a stop"))
    case = play(diagram(inner, user("z"), line("inner", "z"))).start(log=[])
    assert case.task("z").data["log"] == ["a", "una"]


@pytest.mark.parametrize("sequential", [True, False])
def test_an_instance_that_cancels_its_transaction_ends_the_others(play: Player, sequential: bool) -> None:
    inner = transaction(
        many(sequential=sequential, times="2"), start("is"), user("u"), *undoable("a"), end("stop", CANCEL),
        flows("is u a stop"),
    )  # fmt: skip
    drawn = diagram(inner, boundary("gone", "inner", CANCEL), user("y"), user("z"), line("inner", "z"),
        flows("gone y end"))  # fmt: skip
    case = play(drawn).start(log=[]).done("u")
    assert case.open == ["y"]
    assert case.seen("compensated") == ["a"]


def test_handlers_of_people_are_waited_for_when_a_transaction_is_cancelled(play: Player) -> None:
    unwind = user("unwind").replace("<bpmn:userTask ", '<bpmn:userTask isForCompensation="true" ')
    inner = transaction(start("is"), user("a"), handled("a", "unwind"), unwind, end("stop", CANCEL),
        flows("is a stop"))  # fmt: skip
    drawn = diagram(inner, boundary("gone", "inner", CANCEL), user("y"), user("z"), line("inner", "z"),
        flows("gone y end"))  # fmt: skip
    case = play(drawn).start().done("a")
    assert case.open == ["unwind"]
    assert case.done("unwind").open == ["y"]
