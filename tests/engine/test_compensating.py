"""Compensation and transactions: what is done is undone, the last first."""

from tests.engine.conftest import Player
from tests.engine.drawing import (
    boundary,
    diagram,
    element,
    end,
    flows,
    gateway,
    line,
    script,
    start,
    sub,
    throw,
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
