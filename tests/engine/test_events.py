"""Events on boundaries and in the flow: timers, messages, signals, errors, escalations, ends."""

import pytest

from casework import engine
from tests.engine.conftest import Player
from tests.engine.drawing import (
    TERMINATE,
    boundary,
    call,
    catch,
    diagram,
    element,
    end,
    error,
    escalation,
    extras,
    flows,
    gateway,
    line,
    message,
    named,
    script,
    service,
    signal,
    start,
    sub,
    throw,
    timer,
    user,
)  # fmt: skip


def test_an_interrupting_timer_closes_the_task_and_goes_its_own_way(play: Player) -> None:
    drawn = diagram(user("a"), boundary("late", "a", timer("P3D")), user("b"), line("a"), flows("late b end"))
    case = play(drawn).start()
    key = case.task("a").id
    case.fire("late")
    assert case.last is not None
    assert case.last.closed == (key,)
    assert case.open == ["b"]
    assert case.seen("cancelled") == ["a"]
    assert case.waits == []


def test_a_finished_task_clears_its_timers(play: Player) -> None:
    drawn = diagram(user("a"), boundary("late", "a", timer("P3D")), user("b"), line("a"), flows("late b end"))
    case = play(drawn).start()
    [timer_id] = case.timers
    case.done("a")
    assert case.last is not None
    assert case.last.timers_cleared == (timer_id,)
    assert case.ended == "completed"


def test_a_timer_that_does_not_interrupt_fires_beside_the_task(play: Player) -> None:
    drawn = diagram(
        user("a"), boundary("remind", "a", timer("P1D"), interrupting=False), script("s", "{reminded: true}"),
        user("b"), line("a", "b"), flows("remind s"),
    )  # fmt: skip
    case = play(drawn).start().fire("remind")
    assert case.open == ["a"]
    assert case.waits == []
    case.done("a")
    assert case.task("b").data == {"reminded": True}


def test_a_message_on_the_boundary_comes_again_and_again_when_it_does_not_interrupt(play: Player) -> None:
    drawn = diagram(
        user("a"), boundary("urge", "a", message("urge"), interrupting=False), script("s", "{n: n + 1}"), user("b"),
        line("a", "b"), flows("urge s"), around=named(messages="urge"),
    )  # fmt: skip
    case = play(drawn).start(n=0)
    for _ in range(3):
        assert case.send("urge")
    case.done("a")
    assert case.task("b").data == {"n": 3}
    assert not case.send("urge")


def test_an_operation_that_fails_goes_to_the_boundary_event_of_its_error(play: Player) -> None:
    drawn = diagram(
        service("dispatch"), boundary("no_unit", "dispatch", error("NO_UNIT")), boundary("any", "dispatch", error()),
        user("a"), user("b"), line("dispatch"), flows("no_unit a end", "any b end"), around=named(errors="NO_UNIT"),
    )  # fmt: skip
    case = play(drawn).start().fails("dispatch", "NO_UNIT", reason="没有责任单位")
    assert case.open == ["a"]
    assert case.task("a").data == {"reason": "没有责任单位"}
    assert play(drawn).start().fails("dispatch", "OTHER").open == ["b"]


def test_an_error_nobody_catches_is_an_incident_and_the_operation_stays_open(play: Player) -> None:
    case = play(diagram(service("dispatch"), user("a"), line("dispatch", "a"))).start().fails("dispatch", "X")
    [problem] = case.incidents
    assert (problem.element, problem.rule) == ("dispatch", "error_not_caught")
    assert case.ended is None
    key = case.asking("dispatch").id
    case.retry(key)
    assert case.asking("dispatch").id == key
    assert case.answer("dispatch").open == ["a"]


def test_an_error_end_is_caught_on_the_boundary_of_its_subprocess(play: Player) -> None:
    inner = sub(
        "inner", start("is"), gateway("parallel", "fork"), user("a"), user("x"), end("bad", error("E")),
        flows("is fork a bad", "fork x"),
    )  # fmt: skip
    drawn = diagram(inner, boundary("caught", "inner", error("E")), user("b"), line("inner"), flows("caught b end"),
        around=named(errors="E"))  # fmt: skip
    case = play(drawn).start().done("a")
    assert case.open == ["b"]
    assert case.done("b").ended == "completed"


def test_an_error_end_that_nobody_catches_fails_the_case(play: Player) -> None:
    drawn = diagram(start(), gateway("parallel", "fork"), user("a"), user("b"), end("bad", error("E")),
        flows("start fork a bad", "fork b"), around=named(errors="E"))  # fmt: skip
    case = play(drawn).start().done("a")
    assert case.ended == "failed"
    assert case.open == []


def test_an_error_is_not_caught_by_a_neighbour(play: Player) -> None:
    inner = sub("inner", start("is"), user("a"), end("bad", error("E")), flows("is a bad"))
    drawn = diagram(
        start(), gateway("parallel", "fork"), inner, user("b"), boundary("wrong", "b", error("E")), user("c"), end(),
        flows("start fork inner end", "fork b end", "wrong c end"), around=named(errors="E"),
    )  # fmt: skip
    assert play(drawn).start().done("a").ended == "failed"


def test_an_escalation_may_let_the_work_go_on(play: Player) -> None:
    inner = sub("inner", start("is"), user("a"), throw("up", escalation("C")), user("b"), end("ie"),
        flows("is a up b ie"))  # fmt: skip
    drawn = diagram(inner, boundary("heard", "inner", escalation("C"), interrupting=False), user("boss"),
        line("inner"), flows("heard boss"), around=named(escalations="C"))  # fmt: skip
    case = play(drawn).start().done("a")
    assert sorted(case.open) == ["b", "boss"]


def test_an_escalation_that_interrupts_and_one_that_nobody_hears(play: Player) -> None:
    drawn = diagram(user("a"), boundary("up", "a", escalation("C")), user("b"), line("a"), flows("up b end"),
        around=named(escalations="C"))  # fmt: skip
    case = play(drawn).start().fails("a", "C", escalation=True)
    assert case.open == ["b"]
    unheard = play(diagram(user("a"), line("a"))).start().fails("a", "C", escalation=True)
    assert unheard.open == ["a"]
    assert unheard.incidents == []


def test_the_first_of_several_events_takes_the_token(play: Player) -> None:
    drawn = diagram(
        start(), element("eventBasedGateway", "wait"), catch("answered", message("answer")),
        catch("soon", timer("PT1H")),        catch("later", timer("PT2H")), user("a"), user("b"), user("c"), end(),
        flows("start wait answered a end", "wait soon b end", "wait later c end"), around=named(messages="answer"),
    )  # fmt: skip
    case = play(drawn).start()
    assert case.standing == ["wait"]
    assert case.waits == ["soon", "later"]
    assert case.fire("later").open == ["c"]
    assert case.waits == []
    assert not case.send("answer")
    other = play(drawn).start()
    assert other.send("answer", {"text": "好"})
    assert other.task("a").data == {"text": "好"}


def test_terminate_ends_everything_in_its_process(play: Player) -> None:
    drawn = diagram(start(), gateway("parallel", "fork"), user("a"), user("b"), end("stop", TERMINATE), end(),
        flows("start fork a stop", "fork b end"))  # fmt: skip
    case = play(drawn).start().done("a")
    assert case.ended == "terminated"
    assert case.open == []


def test_terminate_in_a_called_process_ends_only_that(play: Player) -> None:
    child = diagram(start("cs"), gateway("parallel", "cf"), user("a"), user("x"), end("stop", TERMINATE),
        flows("cs cf a stop", "cf x"), process="child")  # fmt: skip
    parent = diagram(call("ask", "child"), user("b"), line("ask", "b"))
    case = play({"p.bpmn": parent, "c.bpmn": child}).start().done("a")
    assert case.open == ["b"]
    assert case.done("b").ended == "completed"


def test_a_thrown_message_leaves_the_case_with_what_it_carries(play: Player) -> None:
    sent = element(
        "intermediateThrowEvent", "tell",
        '<bpmn:extensionElements><banjie:match name="no" value="no"/>'
        '<banjie:parameter name="text" value="\'已办\'"/></bpmn:extensionElements>'.replace("'", "&quot;"),
        message("done"),
    )  # fmt: skip
    case = play(diagram(sent, line("tell"), around=named(messages="done"))).start(no="A1")
    assert case.thrown == [engine.Message("done", {"text": "已办"}, {"no": "A1"})]
    assert case.seen("thrown") == ["tell"]


def test_a_signal_reaches_everyone_who_waits_and_leaves_the_case(play: Player) -> None:
    drawn = diagram(
        start(), gateway("parallel", "fork"), catch("one", signal("go")), catch("two", signal("go")), user("a"),
        throw("shout", signal("go")), user("b"), user("c"), end(),
        flows("start fork one b end", "fork two c end", "fork a shout end"), around=named(signals="go"),
    )  # fmt: skip
    case = play(drawn).start().done("a")
    assert sorted(case.open) == ["b", "c"]
    assert [(message.name, message.signal) for message in case.thrown] == [("go", True)]
    outside = play(drawn).start()
    assert outside.send("go", signal=True)
    assert sorted(outside.open) == ["a", "b", "c"]


def test_a_condition_fires_when_it_becomes_true(play: Player) -> None:
    condition = (
        "<bpmn:conditionalEventDefinition><bpmn:condition>n &gt; 2</bpmn:condition></bpmn:conditionalEventDefinition>"
    )
    drawn = diagram(
        start(), gateway("parallel", "fork"), user("a"), user("b"), boundary("more", "a", condition), user("c"), end(),
        flows("start fork a end", "fork b end", "more c end"),
    )  # fmt: skip
    case = play(drawn).start(n=1).done("b", n=3)
    assert case.open == ["c"]


def test_receive_tasks_wait_for_their_message_with_their_own_boundary(play: Player) -> None:
    drawn = diagram(
        element("receiveTask", "wait", messageRef="m_reply"), boundary("late", "wait", timer("P1D")), user("a"),
        line("wait"), flows("late a end"), around=named(messages="reply"),
    )  # fmt: skip
    case = play(drawn).start()
    assert [message.name for message in case.waiting] == ["reply"]
    assert case.waits == ["late"]
    assert case.send("reply")
    assert case.ended == "completed"


def test_a_case_can_be_cancelled_with_a_reason(play: Player) -> None:
    drawn = diagram(user("a"), boundary("late", "a", timer("P3D")), user("b"), line("a"), flows("late b end"))
    case = play(drawn).start().cancel("投诉人撤回")
    assert case.ended == "cancelled"
    assert (case.open, case.waits) == ([], [])
    assert [(e.element, e.data) for e in case.history if e.what == "cancelled"] == [("a", {"reason": "投诉人撤回"})]


HANDLERS = ["message", "signal", "error", "escalation", "timer"]


@pytest.mark.parametrize("interrupting", [True, False])
@pytest.mark.parametrize("kind", HANDLERS)
def test_an_event_subprocess_starts_on_its_event_only(play: Player, kind: str, interrupting: bool) -> None:
    if kind == "error" and not interrupting:
        pytest.skip("an error always interrupts")
    trigger = {"message": message("w"), "signal": signal("w"), "error": error("w"), "escalation": escalation("w"),
        "timer": timer("P5D")}[kind]  # fmt: skip
    handler = sub("handler", start("hs", trigger, isInterrupting=str(interrupting).lower()), user("h"), end("he"),
        flows("hs h he"), triggeredByEvent="true")  # fmt: skip
    drawn = diagram(user("a"), user("b"), line("a", "b"), handler, around=named("w", "w", "w", "w"))
    case = play(drawn).start()
    assert case.open == ["a"]
    if kind in {"message", "signal"}:
        assert case.send("w", signal=kind == "signal")
    elif kind == "timer":
        case.fire("hs")
    else:
        case.fails("a", "w", escalation=kind == "escalation")
    assert case.open == (["h"] if interrupting else ["a", "h"])
    if interrupting:
        case.done("h")
    else:
        case.done("a").done("b")
        assert case.ended is None
        case.done("h")
    assert case.ended == "completed"
    assert play(drawn).start().done("a").done("b").ended == "completed"


def test_an_event_subprocess_inside_a_subprocess_hears_messages(play: Player) -> None:
    handler = sub("handler", start("hs", message("w")), user("h"), end("he"), flows("hs h he"), triggeredByEvent="true")
    inner = sub("inner", start("is"), user("a"), end("ie"), flows("is a ie"), handler)
    drawn = diagram(inner, user("b"), line("inner", "b"), around=named("w"))
    case = play(drawn).start()
    assert case.send("w")
    assert case.open == ["h"]
    assert case.done("h").open == ["b"]
    assert not case.send("w")


def test_a_message_end_and_an_escalation_end(play: Player) -> None:
    case = play(diagram(start(), user("a"), end("bye", message("bye")), flows("start a bye"), around=named("bye")))
    case.start().done("a")
    assert [message.name for message in case.thrown] == ["bye"]
    assert case.ended == "completed"


def test_extras_are_read_where_they_stand(play: Player) -> None:
    drawn = diagram(
        catch("wait", message("reply"), extras("match", reason="reason")), user("a"), line("wait", "a"),
        around=named("reply"),
    )  # fmt: skip
    case = play(drawn).start(reason="r1")
    assert [(one.name, one.correlation) for one in case.waiting] == [("reply", {"reason": "r1"})]
