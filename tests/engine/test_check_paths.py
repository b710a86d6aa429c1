"""What is wrong with flows, gateways, and how the parts play together is told of."""

import pytest

from tests.engine.diagrams import END, START, diagram, findings, flow, path, straight, task
from tests.engine.parts import ON_MESSAGE, OUTSIDE, TIMER, choice, event_subprocess, on_boundary

Told = list[tuple[str, str | None]]

BROKEN: dict[str, tuple[bytes, Told]] = {
    # flows
    "a flow to nowhere": (
        straight("", "gone"),
        [
            ("dangling_flow", "start_gone"),
            ("dangling_flow", "gone_end"),
            ("unreachable", "end"),
        ],
    ),
    "a flow into a subprocess": (
        diagram(
            START
            + task(
                "sub",
                '<bpmn:startEvent id="s2"/>' + task("b") + '<bpmn:endEvent id="e2"/>' + path("s2", "b", "e2"),
                "subProcess",
            )
            + END
            + path("start", "sub", "end")
            + flow("start", "b")
        ),
        [("crossing_flow", "start_b")],
    ),
    "a flow into the start": (straight(task("a") + flow("a", "start"), "a"), [("flow_into_start", "a_start")]),
    "a flow out of the end": (
        straight(task("a") + flow("end", "a"), "a"),
        [("flow_out_of_end", "end_a"), ("loop_without_exit", "a")],
    ),
    "a flow into a boundary event": (
        on_boundary(TIMER.format("timeDuration", "PT1H"), attachedToRef="a").replace(
            b"</bpmn:process>", flow("start", "b").encode() + b"</bpmn:process>"
        ),
        [("flow_into_boundary", "start_b")],
    ),
    "a flow into an event subprocess": (
        diagram(
            START
            + END
            + event_subprocess(f'<bpmn:startEvent id="s2">{ON_MESSAGE}</bpmn:startEvent>')
            + flow("start", "end")
            + flow("start", "side"),
            OUTSIDE,
        ),
        [("flow_outside", "start_side")],
    ),
    "a list of flows that is out of date": (
        straight(task("a", "<bpmn:incoming>old</bpmn:incoming>"), "a"),
        [("stale_flow_list", name) for name in ("a", "start_a", "a_end")],
    ),
    "one flow twice": (
        straight(task("a") + flow("a", "end", name="again"), "a"),
        [("duplicate_flow", "a_end")],
    ),
    "a message flow inside one process": (
        straight(
            task("a") + task("b"),
            "a",
            "b",
            outside='<bpmn:collaboration id="c"><bpmn:messageFlow id="mf" '
            'sourceRef="a" targetRef="b"/></bpmn:collaboration>',
        ),
        [("message_flow_inside", "mf")],
    ),
    "a message flow to nobody": (
        straight(
            "",
            outside='<bpmn:collaboration id="c"><bpmn:participant id="x" processRef="p"/><bpmn:messageFlow '
            'id="mf" sourceRef="x" targetRef="y"/></bpmn:collaboration>',
        ),
        [("unknown_reference", "mf")],
    ),
    # structure
    "nothing in the process": (diagram(""), [("no_process", None), ("empty_process", "p")]),
    "a circle without a beginning": (
        diagram(task("a") + task("b") + path("a", "b", "a")),
        [("no_start", "p"), ("loop_without_exit", "a")],
    ),
    "an end without a start": (diagram(task("a") + END + path("a", "end")), [("no_start", "p")]),
    "a start without an end": (diagram(START + task("a") + path("start", "a")), [("no_end", "p")]),
    "two starts in a subprocess": (
        straight(
            task(
                "sub",
                '<bpmn:startEvent id="s2"/><bpmn:startEvent id="s3"/><bpmn:endEvent id="e2"/>'
                + flow("s2", "e2")
                + flow("s3", "e2"),
                "subProcess",
            ),
            "sub",
        ),
        [("several_starts", "sub")],
    ),
    "a trigger on an embedded start": (
        straight(
            task(
                "sub",
                f'<bpmn:startEvent id="s2">{ON_MESSAGE}</bpmn:startEvent><bpmn:endEvent id="e2"/>' + flow("s2", "e2"),
                "subProcess",
            ),
            "sub",
            outside=OUTSIDE,
        ),
        [("start_trigger", "s2")],
    ),
    "a step nobody reaches, and what follows it": (
        straight(task("a") + task("lost") + task("later") + path("lost", "later", "end"), "a"),
        [("unreachable", "lost")],
    ),
    "a circle nobody reaches": (
        straight(task("a") + task("x") + task("y") + path("x", "y", "x"), "a"),
        [("unreachable", "x"), ("loop_without_exit", "x")],
    ),
    "a path that just stops": (
        straight(task("g", kind="parallelGateway") + task("a"), "g").replace(
            b"</bpmn:process>", path("g", "a").encode() + b"</bpmn:process>"
        ),
        [("dead_end", "a")],
    ),
    # gateways and conditions
    "a way out without a condition": (
        choice(flow("g", "a"), flow("g", "b", "x"), default=""),
        [("missing_condition", "g_a")],
    ),
    "no default": (choice(flow("g", "a", "x"), flow("g", "b", "y")), [("no_default", "g")]),
    "a task that goes on under conditions only": (
        diagram(
            START
            + task("a")
            + task("b")
            + END
            + path("start", "a")
            + flow("a", "end", "x")
            + flow("a", "b", "y")
            + flow("b", "end")
        ),
        [("no_default", "a")],
    ),
    "a gateway that splits and says it joins": (
        choice(flow("g", "a", "x"), flow("g", "b"), default="g_b").replace(
            b"<bpmn:exclusiveGateway ", b'<bpmn:exclusiveGateway gatewayDirection="Converging" '
        ),
        [("wrong_direction", "g")],
    ),
    "two ways of receiving behind one gateway": (
        diagram(
            START
            + task("g", kind="eventBasedGateway")
            + task("m1", ON_MESSAGE, "intermediateCatchEvent")
            + task("r", kind="receiveTask", messageRef="m")
            + END
            + path("start", "g", "m1", "end")
            + path("g", "r", "end"),
            OUTSIDE,
        ),
        [("event_gateway_target", "g")],
    ),
    "a task that always goes back": (
        straight(task("a") + flow("a", "a", "true"), "a"),
        [("endless_loop", "a")],
    ),
    "a condition on the default": (
        choice(flow("g", "a", "x"), flow("g", "b", "y"), default="g_b"),
        [("condition_on_default", "g_b")],
    ),
    "a default that leads from elsewhere": (
        choice(flow("g", "a", "x"), flow("g", "b", "y"), default="a_end"),
        [("bad_default", "g")],
    ),
    "a condition behind a parallel gateway": (
        diagram(START + task("g", kind="parallelGateway") + END + flow("start", "g") + flow("g", "end", "x")),
        [("condition_not_allowed", "g_end"), ("gateway_without_purpose", "g")],
    ),
    **{
        f"merging by {rules!r}": (
            diagram(
                START
                + task("g", kind="parallelGateway")
                + task("a")
                + task("b")
                + task("j", kind="parallelGateway", banjie__merge=rules)
                + END
                + path("start", "g", "a", "j", "end")
                + path("g", "b", "j")
            ),
            [(rule, "j")],
        )
        for rules, rule in {
            "total: average": "bad_merge",
            "total": "bad_merge",
            "total=sum": "bad_merge",
            ": sum": "bad_merge",
            "total: sum; total: last": "bad_merge",
            " ; ": "bad_merge",
            "": "bad_merge",
            "in total: sum": "bad_name",
        }.items()
    },
    "merging where nothing is joined": (
        diagram(
            START
            + task("g", kind="parallelGateway", banjie__merge="total: sum")
            + task("a")
            + task("b")
            + END
            + path("start", "g", "a", "end")
            + path("g", "b", "end")
        ),
        [("bad_merge", "g")],
    ),
    "merging what comes over two ways from one branch": (
        diagram(
            START
            + task("g", kind="parallelGateway")
            + task("a")
            + task("b")
            + END
            + task("x", kind="exclusiveGateway", default="x_j")
            + task("y")
            + task("j", kind="inclusiveGateway", banjie__merge="total: sum")
            + path("start", "g", "a", "x", "j", "end")
            + path("g", "b", "j")
            + flow("x", "y", "more")
            + flow("y", "j")
        ),
        [("bad_merge", "j")],
    ),
    "merging where the way goes back into one branch": (
        diagram(
            START
            + task("g", kind="inclusiveGateway", default="g_b")
            + task("a")
            + task("b")
            + END
            + task("c")
            + task("j", kind="inclusiveGateway", banjie__merge="total: sum")
            + task("x", kind="exclusiveGateway", default="x_end")
            + task("m", kind="exclusiveGateway")
            + flow("start", "g")
            + flow("g", "m", "left")
            + path("m", "a", "j", "c", "x", "end")
            + path("g", "b", "j")
            + flow("x", "m", "again")
        ),
        [("bad_merge", "j")],
    ),
    "a task behind an event gateway": (
        choice(flow("g", "a"), flow("g", "b"), kind="eventBasedGateway"),
        [("event_gateway_target", "a"), ("event_gateway_target", "b")],
    ),
    "a gateway that leads nowhere": (
        diagram(START + task("g", kind="exclusiveGateway") + flow("start", "g")),
        [("no_end", "p"), ("gateway_without_purpose", "g")],
    ),
    # how the parts play together
    "a choice joined as if it were a split": (
        diagram(
            START
            + task("g", kind="exclusiveGateway", default="g_b")
            + task("a")
            + task("b")
            + task("j", kind="parallelGateway")
            + END
            + flow("start", "g")
            + flow("g", "a", "x")
            + flow("g", "b")
            + path("a", "j", "end")
            + path("b", "j")
        ),
        [("deadlock", "j")],
    ),
    "a split merged as if it were a choice": (
        diagram(
            START
            + task("g", kind="parallelGateway")
            + task("a")
            + task("b")
            + task("m", kind="exclusiveGateway")
            + task("after")
            + END
            + path("start", "g", "a", "m", "after", "end")
            + path("g", "b", "m")
        ),
        [("lack_of_synchronisation", "m")],
    ),
    "a task that splits back to itself": (
        straight(task("a") + flow("a", "a"), "a"),
        [("endless_loop", "a")],
    ),
    "a circle that splits on every round": (
        diagram(
            START
            + task("m", kind="exclusiveGateway")
            + task("a", kind="userTask")
            + task("b")
            + END
            + path("start", "m", "a", "b", "m")
            + flow("a", "end")
        ),
        [("endless_loop", "a")],
    ),
    "a loop without an exit": (
        diagram(START + task("m", kind="exclusiveGateway") + task("a") + task("b") + path("start", "m", "a", "b", "m")),
        [("loop_without_exit", "m")],
    ),
    "a loop without an exit in a subprocess that can be undone": (
        diagram(
            START
            + task(
                "sub",
                '<bpmn:startEvent id="s2"/>'
                + task("m", kind="exclusiveGateway")
                + task("a")
                + path("s2", "m", "a", "m"),
                "subProcess",
            )
            + task("undo", "<bpmn:compensateEventDefinition/>", "boundaryEvent", attachedToRef="sub")
            + task("undone", isForCompensation="true")
            + '<bpmn:association id="back" sourceRef="undo" targetRef="undone"/>'
            + END
            + path("start", "sub", "end")
        ),
        [("loop_without_exit", "m")],
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_wrong_is_told_once_and_of_the_right_element(name: str) -> None:
    data, expected = BROKEN[name]
    told = [(one.rule, one.element) for one in findings(data)]
    assert sorted(told, key=str) == sorted(expected, key=str)
