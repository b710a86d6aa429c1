"""Ad hoc subprocesses: activities in no drawn order, as often as it takes."""

import pytest

from casework import engine
from tests.engine.conftest import NOON, Play, Player
from tests.engine.drawing import boundary, diagram, element, flows, gateway, line, message, named, script, user


def ad_hoc(*parts: str, until: str = "", **attributes: str) -> str:
    condition = f"<bpmn:completionCondition>{until}</bpmn:completionCondition>" if until else ""
    return element("adHocSubProcess", "free", *parts, condition, **attributes)


def drawn(*parts: str, until: str = "", more: str = "", **attributes: str) -> bytes:
    return diagram(ad_hoc(*parts, until=until, **attributes), user("z"), line("free", "z"), more)


def begin(case: Play, element_id: str) -> Play:
    return case._do(lambda d: engine.begin(d, case.state, element_id, now=NOON))


def test_everything_is_offered_and_done_in_any_order(play: Player) -> None:
    case = play(drawn(user("a"), user("b"), user("c"))).start()
    assert case.open == ["a", "b", "c"]
    case.done("c").done("a")
    assert case.open == ["b"]
    assert case.done("b").open == ["z"]


def test_a_condition_ends_it_and_withdraws_the_rest(play: Player) -> None:
    case = play(drawn(user("a"), user("b"), until="ok")).start(ok=False)
    assert case.done("b", ok=True).open == ["z"]
    assert case.seen("cancelled") == ["a"]


def test_what_is_open_may_be_finished_first(play: Player) -> None:
    files = drawn(user("a"), user("b"), until="ok", cancelRemainingInstances="false")
    case = play(files).start(ok=False).done("b", ok=True)
    assert case.open == ["a"]
    with pytest.raises(engine.NotOffered):
        begin(case, "b")
    assert case.done("a").open == ["z"]


def test_everything_is_offered_anew_until_it_is_enough(play: Player) -> None:
    case = play(drawn(user("a"), user("b"), until="n >= 3")).start(n=0).done("a", n=1).done("b", n=2)
    assert case.open == ["a", "b"]
    assert case.done("b", n=3).open == ["z"]


def test_one_more_of_an_activity_is_begun_by_whoever_wants_it(play: Player) -> None:
    case = begin(play(drawn(user("a"), user("b"))).start(), "a")
    assert case.open == ["a", "b", "a"]
    for element_id in ("nothing", "z"):
        with pytest.raises(engine.NotOffered):
            begin(case, element_id)
    case.done("a").done("b")
    assert case.done("a").open == ["z"]


def test_one_at_a_time(play: Player) -> None:
    case = play(drawn(user("a"), user("b"), user("c"), ordering="Sequential")).start()
    seen = []
    while case.open != ["z"]:
        assert len(case.open) == 1
        seen += case.open
        with pytest.raises(engine.NotOffered):
            begin(case, "a")
        case.done(case.open[0])
    assert seen == ["a", "b", "c"]


def test_one_at_a_time_until_it_is_enough(play: Player) -> None:
    case = play(drawn(user("a"), user("b"), ordering="Sequential", until="n >= 3")).start(n=0)
    assert case.done("a", n=1).open == ["b"]
    assert case.done("b", n=2).open == ["a"]
    assert case.done("a", n=3).open == ["z"]


def test_flows_inside_are_followed(play: Player) -> None:
    inside = [user("a"), user("b"), gateway("exclusive", "x", default="x_c"), user("c"), user("d"),
        flows("a x c", "x d", when={"x d": "yes"})]  # fmt: skip
    case = play(drawn(*inside)).start().done("a", yes=True)
    assert sorted(case.open) == ["b", "d"]
    case.done("b")
    assert case.done("d").open == ["z"]


def test_the_house_does_its_part_by_itself(play: Player) -> None:
    case = play(drawn(script("s", "{n: n + 1}"), until="n >= 4")).start(n=0)
    assert case.task("z").data["n"] == 4


def test_a_boundary_event_ends_it(play: Player) -> None:
    stop = boundary("stop", "free", message("m"))
    files = diagram(ad_hoc(user("a"), user("b")), stop, user("y"), user("z"), line("free", "z"), flows("stop y end"),
        around=named("m"))  # fmt: skip
    case = play(files).start()
    assert case.send("m")
    assert case.open == ["y"]


def test_a_condition_that_is_neither_true_nor_false_is_an_incident(play: Player) -> None:
    case = play(drawn(user("a"), until="ok")).start().done("a")
    assert [(one.element, one.rule) for one in case.incidents] == [("free", "condition_not_boolean")]
    assert case.ended is None
