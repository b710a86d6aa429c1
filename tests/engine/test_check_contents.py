"""What is wrong inside events, timers, activities and expressions is told of."""

import pytest

from tests.engine.diagrams import END, START, diagram, findings, flow, path, straight, task
from tests.engine.parts import CATCH, ON_MESSAGE, OUTSIDE, TIMER, choice, event_subprocess, loop, on_boundary, timer

Told = list[tuple[str, str | None]]

BROKEN: dict[str, tuple[bytes, Told]] = {
    # events
    "an event that waits for nothing": (straight(task("t", kind=CATCH), "t"), [("missing_trigger", "t")]),
    "an error in the middle": (
        straight(task("t", '<bpmn:errorEventDefinition errorRef="e"/>', CATCH), "t", outside=OUTSIDE),
        [("event_not_allowed", "t")],
    ),
    "a timer that is thrown": (
        straight(task("t", TIMER.format("timeDuration", "PT1H"), "intermediateThrowEvent"), "t"),
        [("event_not_allowed", "t")],
    ),
    "terminate and message at one end": (
        diagram(
            START + task("end", ON_MESSAGE + "<bpmn:terminateEventDefinition/>", "endEvent") + flow("start", "end"),
            OUTSIDE,
        ),
        [("event_not_allowed", "end")],
    ),
    "a boundary event on nothing": (
        on_boundary(TIMER.format("timeDuration", "PT1H"), attachedToRef="gone"),
        [("boundary_not_attached", "b")],
    ),
    "a boundary event on a gateway": (
        straight(
            task("g", kind="exclusiveGateway")
            + task("b", TIMER.format("timeDuration", "PT1H"), "boundaryEvent", attachedToRef="g")
            + flow("b", "end"),
            "g",
        ),
        [("boundary_not_attached", "b"), ("gateway_without_purpose", "g")],
    ),
    "an error that does not interrupt": (
        on_boundary('<bpmn:errorEventDefinition errorRef="e"/>', attachedToRef="a", cancelActivity="false"),
        [("error_must_interrupt", "b")],
    ),
    "a link whose other end names another": (
        diagram(
            START
            + task(
                "t",
                '<bpmn:linkEventDefinition id="x" name="x"><bpmn:target>y</bpmn:target></bpmn:linkEventDefinition>',
                "intermediateThrowEvent",
            )
            + task("c", '<bpmn:linkEventDefinition id="y" name="y"/>', CATCH)
            + END
            + flow("start", "t")
            + flow("c", "end")
        ),
        [("link_without_partner", "t"), ("link_without_partner", "c"), ("unreachable", "c")],
    ),
    "a link without its other end": (
        diagram(
            START + task("t", '<bpmn:linkEventDefinition name="A"/>', "intermediateThrowEvent") + flow("start", "t")
        ),
        [("link_without_partner", "t")],
    ),
    "an event subprocess without a trigger": (
        diagram(START + END + flow("start", "end") + event_subprocess('<bpmn:startEvent id="s2"/>')),
        [("event_subprocess", "side")],
    ),
    # timers
    "a duration that is none": (timer("timeDuration", "PT5"), [("bad_timer", "t")]),
    "a date that is none": (timer("timeDate", "2026-13-45T10:00:00Z"), [("bad_timer", "t")]),
    "a cycle where a duration belongs": (timer("timeDuration", "R3/PT1H"), [("bad_timer", "t")]),
    "a quoted duration that is none": (timer("timeDuration", '"three days"'), [("bad_timer", "t")]),
    "a timer without a time": (
        straight(task("t", "<bpmn:timerEventDefinition/>", CATCH), "t"),
        [("missing_time", "t")],
    ),
    "a timer with a broken expression": (timer("timeDuration", "clock(("), [("bad_expression", "t")]),
    "a word where a time belongs": (timer("timeCycle", "weekly"), [("bad_timer", "t")]),
    "an empty timer": (timer("timeDuration", " "), [("bad_expression", "t")]),
    # activities
    "tokens without number": (straight(task("a", completionQuantity="1001"), "a"), [("token_quantity", "a")]),
    "two tokens that no flow brings": (
        diagram(task("a", startQuantity="2") + task("b") + flow("a", "b")),
        [("token_quantity", "a")],
    ),
    "two tokens of which an event brings one": (
        diagram(
            START
            + task("g", kind="eventBasedGateway")
            + task("r", kind="receiveTask", messageRef="m", startQuantity="2")
            + task("s", kind="receiveTask", messageRef="n")
            + END
            + path("start", "g", "r", "end")
            + path("g", "s", "end"),
            '<bpmn:message id="m" name="answered"/><bpmn:message id="n" name="called"/>',
        ),
        [("token_quantity", "r")],
    ),
    "no token at all": (straight(task("a", completionQuantity="0"), "a"), [("bad_value", "a")]),
    "half a token": (straight(task("a", startQuantity="0.5"), "a"), [("bad_value", "a")]),
    "a loop without an end": (straight(task("a", "<bpmn:standardLoopCharacteristics/>"), "a"), [("bad_loop", "a")]),
    "a loop of no rounds": (
        straight(task("a", '<bpmn:standardLoopCharacteristics loopMaximum="0"/>'), "a"),
        [("bad_loop", "a")],
    ),
    "fewer than no instances": (loop("<bpmn:loopCardinality>-1</bpmn:loopCardinality>"), [("bad_multi_instance", "a")]),
    "half an instance": (loop("<bpmn:loopCardinality>2.5</bpmn:loopCardinality>"), [("bad_multi_instance", "a")]),
    "instances of nothing": (loop(""), [("bad_multi_instance", "a")]),
    "instances counted twice": (
        loop("<bpmn:loopCardinality>2</bpmn:loopCardinality>", banjie__collection="list"),
        [("bad_multi_instance", "a")],
    ),
    "an element that can't be named": (loop("", banjie__collection="xs", banjie__element="a-b"), [("bad_name", "a")]),
    "a broken collection": (loop("", banjie__collection="xs["), [("bad_expression", "a")]),
    "a call to nothing": (straight(task("a", kind="callActivity"), "a"), [("missing_reference", "a")]),
    "a call to a process that is not there": (
        straight(task("a", kind="callActivity", calledElement="q"), "a"),
        [("unknown_process", "a")],
    ),
    "a call to a process that waits for a message": (
        straight(
            task("a", kind="callActivity", calledElement="q"),
            "a",
            outside=OUTSIDE
            + f'<bpmn:process id="q"><bpmn:startEvent id="s2">{ON_MESSAGE}</bpmn:startEvent><bpmn:endEvent id="e2"/>'
            + flow("s2", "e2")
            + "</bpmn:process>",
        ),
        [("not_callable", "a")],
    ),
    "a script in Python": (
        straight(task("a", "<bpmn:script>import os</bpmn:script>", "scriptTask", scriptFormat="python"), "a"),
        [("script_language", "a"), ("bad_expression", "a")],
    ),
    "a script that does not say its language": (
        straight(task("a", "<bpmn:script>{a: 1}</bpmn:script>", "scriptTask"), "a"),
        [("missing_language", "a")],
    ),
    "a global script in Python": (
        straight(
            task("c", kind="callActivity", calledElement="g"),
            "c",
            outside=task("g", "<bpmn:script>import os</bpmn:script>", "globalScriptTask", scriptLanguage="python"),
        ),
        [("script_language", "g"), ("bad_expression", "g")],
    ),
    "a global script in JavaScript that looks like FEEL": (
        straight(
            task("c", kind="callActivity", calledElement="g"),
            "c",
            outside=task("g", "<bpmn:script>{a: 1}</bpmn:script>", "globalScriptTask", scriptLanguage="javascript"),
        ),
        [("script_language", "g")],
    ),
    "a script without language that writes nothing": (
        straight(task("a", "<bpmn:script>amount * 2</bpmn:script>", "scriptTask"), "a"),
        [("missing_language", "a"), ("missing_script", "a")],
    ),
    "a script that writes nothing": (
        straight(task("a", "<bpmn:script>amount * 2</bpmn:script>", "scriptTask", scriptFormat="FEEL"), "a"),
        [("missing_script", "a")],
    ),
    "no script": (straight(task("a", kind="scriptTask", scriptFormat="feel"), "a"), [("missing_script", "a")]),
    # expressions
    "a broken condition": (
        choice(flow("g", "a", "x &gt;"), flow("g", "b"), default="g_b"),
        [("bad_expression", "g_a")],
    ),
    "an empty condition": (choice(flow("g", "a", ""), flow("g", "b"), default="g_b"), [("bad_expression", "g_a")]),
    "a condition in another language": (
        choice(
            flow("g", "a", "x").replace("<bpmn:conditionExpression", '<bpmn:conditionExpression language="juel"'),
            flow("g", "b"),
            default="g_b",
        ),
        [("expression_language", "g_a")],
    ),
    "an expression without an end": (
        choice(flow("g", "a", "1 + " * 5000 + "1"), flow("g", "b"), default="g_b"),
        [("bad_expression", "g_a")],
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_wrong_is_told_once_and_of_the_right_element(name: str) -> None:
    data, expected = BROKEN[name]
    told = [(one.rule, one.element) for one in findings(data)]
    assert sorted(told, key=str) == sorted(expected, key=str)
