"""A scope with event subprocesses becomes start → body → end, with the event subprocesses on the body's border."""

from casework.engine.xml import Node, ext, local, trigger
from tests.engine.diagrams import END, START, by_id, diagram, edges, flow, ids, normalised, path, task

OUTSIDE = '<bpmn:message id="m" name="objection_filed"/><bpmn:error id="e" errorCode="NO"/>'
ON_MESSAGE = '<bpmn:messageEventDefinition messageRef="m"/>'
ON_ERROR = '<bpmn:errorEventDefinition errorRef="e"/>'


def handler(name: str, definition: str, inner: str = "", **start: str) -> str:
    begun = task(f"{name}_start", definition, "startEvent", **start)
    steps = inner or task(f"{name}_answer") + f'<bpmn:endEvent id="{name}_end"/>'
    flows = path(f"{name}_start", f"{name}_answer", f"{name}_end")
    return task(name, begun + steps + flows, "subProcess", triggeredByEvent="true")


def rewritten(inner: str) -> Node:
    return normalised(diagram(START + task("a") + END + path("start", "a", "end") + inner, OUTSIDE))


def test_the_flow_of_the_scope_moves_into_a_body() -> None:
    root = rewritten(handler("side", ON_MESSAGE))
    body = by_id(root, "p__body")
    assert local(body) == "subProcess"
    assert body.get(ext("transparent")) == "true"
    assert edges(body) == {("p__body_start", "a"), ("a", "end")}
    assert {("start", "p__body"), ("p__body", "p__body_end")} <= edges(root)


def test_the_handler_hangs_on_the_border_with_its_trigger() -> None:
    root = rewritten(handler("side", ON_MESSAGE, isInterrupting="false"))
    caught = by_id(root, "side_start__trigger")
    assert (caught.get("attachedToRef"), caught.get("cancelActivity")) == ("p__body", "false")
    assert trigger(caught, "message") is not None
    assert trigger(by_id(root, "side_start"), "message") is None
    assert caught.get(ext("of")) == "side_start"
    assert {("side_start__trigger", "side"), ("side", "side__end")} <= edges(root)
    assert by_id(root, "side").get("triggeredByEvent") is None


def test_an_interrupting_handler_stops_the_body() -> None:
    root = rewritten(handler("side", ON_ERROR))
    assert by_id(root, "side_start__trigger").get("cancelActivity") == "true"


def test_what_the_message_must_match_moves_with_the_trigger() -> None:
    match = '<bpmn:extensionElements><banjie:match name="no" value="case.no"/></bpmn:extensionElements>'
    caught = by_id(rewritten(handler("side", match + ON_MESSAGE)), "side_start__trigger")
    assert [child.get("name") for child in caught.iter(ext("match"))] == ["no"]


def test_terminating_the_scope_goes_out_of_the_body() -> None:
    stop = '<bpmn:endEvent id="stop"><bpmn:terminateEventDefinition/></bpmn:endEvent>'
    root = normalised(
        diagram(START + task("a") + stop + path("start", "a", "stop") + handler("side", ON_MESSAGE), OUTSIDE)
    )
    assert trigger(by_id(root, "stop"), "error") is not None
    assert by_id(root, "stop__terminated").get("attachedToRef") == "p__body"
    assert trigger(by_id(root, "stop__stop"), "terminate") is not None
    assert ("stop__terminated", "stop__stop") in edges(root)


def test_boundary_events_stay_with_their_activity() -> None:
    timer = "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>"
    root = rewritten(
        task("late", timer, "boundaryEvent", attachedToRef="a") + flow("late", "end") + handler("side", ON_MESSAGE)
    )
    assert by_id(root, "late").getparent() is by_id(root, "a").getparent()


def test_a_handler_may_have_handlers_of_its_own() -> None:
    inner = task("side_answer") + '<bpmn:endEvent id="side_end"/>' + handler("deep", ON_ERROR)
    root = rewritten(handler("side", ON_MESSAGE, inner))
    assert {"p__body", "side__body"} <= set(ids(root, "subProcess"))
    assert by_id(root, "side__body").getparent() is by_id(root, "side")
    assert by_id(root, "deep_start__trigger").get("attachedToRef") == "side__body"
    assert ("side_start", "side__body") in edges(root)
