"""Moving tokens by hand, and whole cases to another definition."""

from datetime import timedelta

import pytest

from casework import engine
from tests.engine.conftest import NOON, Play, Player
from tests.engine.drawing import (
    boundary,
    call,
    catch,
    diagram,
    element,
    end,
    flows,
    gateway,
    line,
    many,
    message,
    named,
    service,
    start,
    sub,
    timer,
    user,
)

STEPS = diagram(user("handle"), boundary("late", "handle", timer("P3D")), user("review"), line("handle", "review"),
    flows("late end"))  # fmt: skip


def test_a_token_goes_back_with_all_data(play: Player) -> None:
    case = play(STEPS).start(n=1).done("handle", m=2)
    key = case.task("review").id
    case.move(review="handle")
    assert case.last is not None
    assert case.last.closed == (key,)
    assert case.task("handle").data == {"n": 1, "m": 2}
    assert case.waits == ["late"]
    assert case.seen("cancelled") == ["review"]


def test_a_token_is_named_by_its_task_too(play: Player) -> None:
    case = play(STEPS).start()
    assert case.move(**{case.task("handle").id: "review"}).open == ["review"]
    assert case.waits == []


def test_a_token_leaves_the_scopes_it_is_in(play: Player) -> None:
    inner = sub("inner", start("is"), user("a"), user("b"), end("ie"), flows("is a b ie"))
    case = play(diagram(inner, user("c"), line("inner", "c"))).start()
    assert case.move(a="b").open == ["b"]
    assert case.move(b="c").open == ["c"]
    assert case.standing == ["c"]
    assert case.done("c").ended == "completed"


def test_a_move_to_nowhere_is_refused_and_moves_nothing(play: Player) -> None:
    case = play(STEPS).start()
    for target in ("nothing", "late", "start"):
        with pytest.raises(engine.MoveRefused):
            case.move(handle=target)
    with pytest.raises(engine.NoSuchTask):
        case.move(review="handle")
    assert case.open == ["handle"]


def test_all_instances_move_as_one(play: Player) -> None:
    case = play(diagram(user("vote", many(times="3")), user("b"), line("vote", "b"))).start().move(vote="b")
    assert case.open == ["b"]
    assert case.done("b").ended == "completed"


def test_a_token_moved_to_a_join_goes_through(play: Player) -> None:
    drawn = diagram(gateway("parallel", "fork"), user("a"), user("b"), gateway("parallel", "join"), user("c"),
        line("fork", "a", "join", "c"), flows("fork b join"))  # fmt: skip
    case = play(drawn).start().move(a="join")
    assert case.open == ["b", "c"]


# -- migration
def migrated(case: Play, files: bytes | dict[str, bytes], **mapping: str) -> Play:
    old = case.definition()
    case.files = {"p.bpmn": files} if isinstance(files, bytes) else files
    new = case.definition()
    return case._do(lambda _: engine.migrate(old, case.state, new, mapping, now=case.now))


def test_a_case_goes_on_under_a_new_definition(play: Player) -> None:
    case = play(STEPS).start(n=1)
    key, due = case.task("handle").id, case.timers
    after = diagram(user("handle"), boundary("late", "handle", timer("P3D")), user("check"), user("review"),
        line("handle", "check", "review"), flows("late end"))  # fmt: skip
    case.later(days=1)
    migrated(case, after)
    assert case.last is not None
    assert (case.last.opened, case.last.closed, case.last.timers_set) == ((), (), ())
    assert case.timers == due
    case.finish(key, m=2)
    assert case.open == ["check"]
    assert case.task("check").data == {"n": 1, "m": 2}


def test_an_element_under_another_name(play: Player) -> None:
    case = play(STEPS).start().done("handle")
    key = case.task("review").id
    migrated(case, diagram(user("handle"), user("verify", name="核实"), line("handle", "verify")), review="verify")
    assert case.open == ["verify"]
    assert (case.task("verify").id, case.task("verify").name) == (key, "核实")
    assert case.done("verify").ended == "completed"


def test_a_task_that_looks_different_is_given_out_again_under_its_id(play: Player) -> None:
    case = play(STEPS).start()
    key = case.task("handle").id
    other = diagram(user("handle", b_role="street_officer"), user("review"), line("handle", "review"))
    migrated(case, other)
    assert case.last is not None
    assert case.last.closed == (key,)
    assert [(task.id, task.role) for task in case.last.opened] == [(key, "street_officer")]
    assert case.waits == []


def test_events_that_are_new_wait_and_changed_timers_are_counted_anew(play: Player) -> None:
    case = play(STEPS).start()
    [key] = case.timers
    case.later(days=1)
    after = diagram(
        user("handle"), boundary("late", "handle", timer("P5D")), boundary("urge", "handle", message("urge")),
        boundary("soon", "handle", timer("P1D"), interrupting=False), user("review"), line("handle", "review"),
        flows("late end", "urge end", "soon end"), around=named("urge"),
    )  # fmt: skip
    migrated(case, after)
    assert {timer.element: timer.due for timer in case.timers.values()} == {
        "late": NOON + timedelta(days=6),
        "soon": NOON + timedelta(days=2),
    }
    assert case.timers[key].element == "late"
    assert case.send("urge")
    assert case.ended == "completed"


def test_a_token_without_a_place_refuses_the_migration(play: Player) -> None:
    case = play(STEPS).start()
    for after in (
        diagram(user("review"), line("review")),
        diagram(service("handle"), user("review"), line("handle", "review")),
    ):
        with pytest.raises(engine.MigrationRefused) as refused:
            migrated(case, after)
        [problem] = refused.value.problems
        assert (problem.element, problem.rule) == ("handle", "element_gone")
        case.files = {"p.bpmn": STEPS}


def test_tokens_in_scopes_at_joins_and_in_instances_keep_their_places(play: Player) -> None:
    def drawn(more: str) -> dict[str, bytes]:
        inner = sub("inner", start("is"), user("a"), user(f"a{more}"), end("ie"), flows(f"is a a{more} ie"))
        child = diagram(user("work"), line("work"), process="child")
        parent = diagram(
            start(), gateway("parallel", "fork"), inner, call("ask", "child"), user("vote", many(times="2")),
            catch("wait", message("m")), element("task", "quick"), gateway("parallel", "join"), user("z"), end(),
            flows("start fork inner join z end", "fork ask join", "fork vote join", "fork wait join"),
            flows("fork quick join"),
            around=named("m"),
        )  # fmt: skip
        return {"p.bpmn": parent, "c.bpmn": child}

    case = play(drawn("1")).start()
    case.done("vote")
    before = sorted(case.standing)
    migrated(case, drawn("2"))
    assert sorted(case.standing) == before
    case.done("a")
    assert "a2" in case.open
    case.done("a2").done("work").done("vote")
    assert case.send("m")
    assert case.open == ["z"]
