"""Pieces of diagrams that the tests of the check put together."""

from tests.engine.diagrams import END, START, diagram, flow, path, straight, task

OUTSIDE = (
    '<bpmn:message id="m" name="answered"/><bpmn:error id="e" errorCode="NO_UNIT"/><bpmn:signal id="s" name="stop"/>'
)
TIMER = "<bpmn:timerEventDefinition><bpmn:{0}>{1}</bpmn:{0}></bpmn:timerEventDefinition>"
ON_MESSAGE = '<bpmn:messageEventDefinition messageRef="m"/>'
CATCH = "intermediateCatchEvent"
MI = "<bpmn:multiInstanceLoopCharacteristics{}>{}</bpmn:multiInstanceLoopCharacteristics>"
EXTENSION = "<bpmn:extensionElements>{}</bpmn:extensionElements>"


def timer(kind: str, text: str) -> bytes:
    return straight(task("t", TIMER.format(kind, text), CATCH), "t")


def choice(*flows: str, default: str = "", kind: str = "exclusiveGateway") -> bytes:
    attributes = {"default": default} if default else {}
    return diagram(START + task("g", kind=kind, **attributes) + task("a") + task("b") + END
                   + flow("start", "g") + "".join(flows) + path("a", "end") + path("b", "end"))  # fmt: skip


def on_boundary(definition: str, **attributes: str) -> bytes:
    return diagram(START + task("a") + END + task("b", definition, "boundaryEvent", **attributes)
                   + path("start", "a", "end") + flow("b", "end"), OUTSIDE)  # fmt: skip


def event_subprocess(start: str, **attributes: str) -> str:
    inner = start + '<bpmn:endEvent id="e2"/>' + (flow("s2", "e2") if 'id="s2"' in start else "")
    return task("side", inner, "subProcess", triggeredByEvent="true", **attributes)


def loop(inner: str, **attributes: str) -> bytes:
    written = "".join(f' {key.replace("__", ":")}="{value}"' for key, value in attributes.items())
    return straight(task("a", MI.format(written, inner)), "a")
