"""What works alone works together: events, loops, instances, calls and compensation inside one another."""

from tests.engine.conftest import Player
from tests.engine.drawing import (
    TERMINATE,
    boundary,
    call,
    catch,
    diagram,
    element,
    end,
    escalation,
    flows,
    gateway,
    line,
    many,
    message,
    named,
    script,
    start,
    sub,
    throw,
    timer,
    user,
)
from tests.engine.test_compensating import CANCEL, compensate, undoable
from tests.engine.test_conditional import condition


def link(name: str) -> str:
    return f'<bpmn:linkEventDefinition name="{name}"/>'


def beside(name: str, trigger: str, *parts: str, interrupting: bool = False) -> str:
    """An event subprocess that its event starts, with these elements between its start and its end."""
    opened = element("startEvent", f"{name}s", trigger, isInterrupting="true" if interrupting else "false")
    return sub(name, opened, end(f"{name}e"), *parts, triggeredByEvent="true")


def test_an_event_subprocess_inside_another_listens_in_each_round_of_a_loop(play: Player) -> None:
    inner = beside("deep", message("ping"), user("deeper"), flows("deeps deeper deepe"))
    outer = beside("handler", message("call"), user("handled"), inner, flows("handlers handled handlere"))
    body = sub("body", start("bs"), user("work"), end("be"), flows("bs work be"), outer)
    drawn = diagram(
        start(), gateway("exclusive", "again"), body, gateway("exclusive", "more", default="more_end"), end(),
        flows("start again body more end", "more again", when={"more again": "n < 2"}), around=named("ping call"),
    )  # fmt: skip
    case = play(drawn).start(n=0)
    assert not case.send("ping"), "nobody listens before the outer one has begun"
    for round_ in (1, 2):
        assert case.send("call")
        assert case.send("ping")
        assert case.send("call")
        assert case.open.count("handled") == 2
        assert case.open.count("deeper") == 1
        for name in ("deeper", "handled", "handled"):
            case.done(name)
        assert case.open == ["work"]
        case.done("work", n=round_)
    assert (case.ended, case.waiting, case.incidents) == ("completed", [], [])


def test_each_of_parallel_instances_is_undone_when_a_boundary_event_ends_the_work_after_them(play: Player) -> None:
    inside = sub(
        "each", start("is"), end("ie"), *undoable("pay"), user("confirm"), flows("is pay confirm ie"),
        many(collection="xs", element="x"),
    )  # fmt: skip
    drawn = diagram(
        start(), inside, user("sign"), boundary("late", "sign", timer("P1D")), throw("undo", compensate()), end(),
        end("over"), flows("start each sign end", "late undo over"),
    )  # fmt: skip
    case = play(drawn).start(xs=["a", "b"], log=[])
    case.done("confirm").done("confirm")
    assert case.open == ["sign"]
    assert "unpay" not in case.seen()
    case.fire("late")
    assert (case.ended, case.tasks, case.incidents) == ("completed", {}, [])
    assert case.seen().count("unpay") == 2


def test_a_transaction_cancelled_in_a_called_process_leaves_the_caller_going(play: Player) -> None:
    inside = element(
        "transaction", "deal", start("ds"), *undoable("book"), user("agree"), gateway("exclusive", "ok", "ok_de"),
        end("de"), end("dc", CANCEL), flows("ds book agree ok de", "ok dc", when={"ok dc": "agreed = false"}),
    )  # fmt: skip
    called = diagram(
        start(), inside, boundary("gone", "deal", CANCEL), script("tell", '{result: "cancelled"}'), end(),
        flows("start deal end", "gone tell end"), process="q",
    )  # fmt: skip
    drawn = diagram(call("c", "q"), user("after"), line("c", "after"))
    case = play({"p.bpmn": drawn, "q.bpmn": called}).start(log=[])
    case.done("agree", agreed=False)
    assert case.open == ["after"]
    assert case.task("after").data["result"] == "cancelled"
    assert case.task("after").data["log"] == ["book", "unbook"]
    assert case.done("after").ended == "completed"


def test_events_race_anew_in_each_round_of_a_loop(play: Player) -> None:
    drawn = diagram(
        start(), gateway("exclusive", "again"), gateway("eventBased", "race"), catch("answer", message("answer")),
        catch("late", timer("PT1H")), user("remind"), end(),
        flows("start again race answer end", "race late remind again"), around=named("answer"),
    )  # fmt: skip
    case = play(drawn).start()
    for _ in range(3):
        case.fire("late")
        assert (case.open, case.waits, case.waiting) == (["remind"], [], [])
        case.done("remind")
        assert case.waits == ["late"]
    assert case.send("answer")
    assert (case.ended, case.timers) == ("completed", {})


def test_an_inclusive_join_in_a_loop_counts_what_a_boundary_event_added(play: Player) -> None:
    drawn = diagram(
        start(), gateway("exclusive", "again"), gateway("inclusive", "some", default="some_b"), user("a"), user("b"),
        boundary("late", "a", timer("PT1H"), interrupting=False), user("c"), gateway("inclusive", "join"),
        user("look"), gateway("exclusive", "more", default="more_end"), end(),
        flows("start again some a join look more end", "some b join", "late c join", "more again",
            when={"some a": "true", "more again": "again = true"}),
    )  # fmt: skip
    case = play(drawn).start()
    for round_ in range(2):
        assert case.open == ["a"]
        case.fire("late")
        case.done("a")
        assert case.open == ["c"], "the join waits for what the event began"
        case.done("c")
        assert case.open == ["look"], round_
        case.done("look", again=round_ == 0)
    assert case.ended == "completed"
    assert case.seen().count("look") == 2


def test_a_link_leads_on_inside_a_subprocess_in_every_round(play: Player) -> None:
    inside = sub(
        "inside", start("is"), user("a"), throw("out", link("L")), catch("in", link("L")), user("b"), end("ie"),
        flows("is a out", "in b ie"), many(times="2", sequential=True),
    )  # fmt: skip
    outer = (throw("away", link("L")), catch("back", link("L")), user("c"))
    drawn = diagram(start(), inside, *outer, end(), flows("start inside away", "back c end"))
    case = play(drawn).start()
    for _ in range(2):
        assert case.open == ["a"]
        case.done("a")
        assert case.open == ["b"], "the link of the same name outside is another one"
        case.done("b")
    assert case.open == ["c"]
    assert case.done("c").ended == "completed"


def test_terminate_inside_nested_instances_ends_its_own_alone(play: Player) -> None:
    inner = sub(
        "inner", start("is"), gateway("parallel", "fork"), user("work"), user("stop"), end("ie"),
        end("halt", TERMINATE), flows("is fork work ie", "fork stop halt"), many(collection="ys", element="y"),
    )  # fmt: skip
    outer = sub("outer", start("os"), inner, end("oe"), flows("os inner oe"), many(collection="xs", element="x"))
    case = play(diagram(outer, user("after"), line("outer", "after"))).start(xs=[1, 2], ys=[1, 2])
    assert (case.open.count("work"), case.open.count("stop")) == (4, 4)
    case.done("stop")
    assert (case.open.count("work"), case.open.count("stop")) == (3, 3)
    for _ in range(3):
        case.done("stop")
    assert case.open == ["after"]


def test_an_escalation_goes_through_a_call_and_its_instances_and_the_work_goes_on(play: Player) -> None:
    called = diagram(
        start(), user("a"), throw("up", escalation("late")), user("b"), end(), flows("start a up b end"),
        around=named(escalations="late"), process="q",
    )  # fmt: skip
    drawn = diagram(
        call("c", "q", many(times="2")), boundary("heard", "c", escalation("late"), interrupting=False), user("see"),
        start(), end(), end("seen"), flows("start c end", "heard see seen"), around=named(escalations="late"),
    )  # fmt: skip
    case = play({"p.bpmn": drawn, "q.bpmn": called}).start()
    case.done("a").done("a")
    assert sorted(case.open) == ["b", "b", "see", "see"]
    for name in ("see", "b", "b", "see"):
        case.done(name)
    assert (case.ended, case.incidents) == ("completed", [])


def test_a_complex_gateway_in_a_loop_begins_each_round_from_nothing(play: Player) -> None:
    enough = "<bpmn:activationCondition>activationCount &gt;= 2</bpmn:activationCondition>"
    drawn = diagram(
        start(), gateway("exclusive", "again"), gateway("parallel", "fork"), user("a"), user("b"),
        boundary("late", "b", timer("PT1H")), element("complexGateway", "enough", enough), user("d"),
        gateway("exclusive", "x", default="x_end"), end(),
        flows("start again fork a enough d x end", "fork b enough", "late enough", "x again", when={"x again": "more"}),
    )  # fmt: skip
    case = play(drawn).start()
    for more in (True, True, False):
        case.fire("late")
        assert sorted(case.open) == ["a"]
        case.done("a")
        assert case.open == ["d"]
        case.done("d", more=more)
    assert case.ended == "completed"


def test_a_condition_on_a_border_happens_beside_each_instance_that_makes_it_true(play: Player) -> None:
    inside = sub(
        "each", start("is"), user("count"), boundary("much", "count", condition("n > 2"), interrupting=False),
        user("warn"), end("ie"), end("we"), flows("is count ie", "much warn we"), many(collection="xs", element="x"),
    )  # fmt: skip
    drawn = diagram(
        start(), gateway("parallel", "fork"), inside, user("raise"), gateway("parallel", "join"), end(),
        flows("start fork each join end", "fork raise join"),
    )  # fmt: skip
    case = play(drawn).start(n=0, xs=[1, 2])
    case.done("raise", n=3)
    assert sorted(case.open) == ["count", "count", "warn", "warn"]
    for name in ("warn", "count", "count", "warn"):
        case.done(name)
    assert (case.ended, case.incidents) == ("completed", [])


def test_a_signal_thrown_in_the_step_that_begins_to_wait_reaches_who_waited_first(play: Player) -> None:
    drawn = diagram(
        start(), gateway("parallel", "fork"), catch("hear", '<bpmn:signalEventDefinition signalRef="s_go"/>'),
        throw("shout", '<bpmn:signalEventDefinition signalRef="s_go"/>'), user("heard"), user("shouted"), end(),
        flows("start fork hear heard end", "fork shout shouted end"), around=named(signals="go"),
    )  # fmt: skip
    case = play(drawn).start()
    assert sorted(case.open) == ["heard", "shouted"]
    assert case.done("heard").done("shouted").ended == "completed"
