"""Diagrams drawn at random: some good, most broken in one of the ways people break them."""

from itertools import pairwise
from random import Random

from tests.engine.diagrams import diagram, flow, task

OUTSIDE = (
    '<bpmn:message id="m" name="m"/><bpmn:signal id="s" name="s"/><bpmn:error id="e" errorCode="E"/>'
    '<bpmn:escalation id="es" escalationCode="E"/><bpmn:globalUserTask id="g"/>'
    '<bpmn:timerEventDefinition id="shared"><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>'
)
TIMER = "<bpmn:timerEventDefinition><bpmn:{0}>{1}</bpmn:{0}></bpmn:timerEventDefinition>"
MESSAGE = '<bpmn:messageEventDefinition messageRef="m"/>'
SIGNAL = '<bpmn:signalEventDefinition signalRef="s"/>'
ERROR = '<bpmn:errorEventDefinition errorRef="e"/>'
ESCALATION = '<bpmn:escalationEventDefinition escalationRef="es"/>'
SPAN = TIMER.format("timeDuration", "PT1H")
CYCLE = TIMER.format("timeCycle", "R3/PT1H")
SHARED = "<bpmn:eventDefinitionRef>shared</bpmn:eventDefinitionRef>"
TRIGGERS = {
    "startEvent": [""] * 8 + [MESSAGE, SPAN],
    "endEvent": ["", "", "", "<bpmn:terminateEventDefinition/>", ERROR, ESCALATION, SIGNAL, MESSAGE],
    "intermediateCatchEvent": [MESSAGE, SPAN, TIMER.format("timeDate", "2026-01-01T10:00:00"), SIGNAL, SHARED],
    "intermediateThrowEvent": [MESSAGE, SIGNAL, ESCALATION, "", '<bpmn:linkEventDefinition name="A"/>'],
    "boundaryEvent": [MESSAGE, SPAN, CYCLE, SIGNAL, ERROR, ESCALATION],
}
LOOPS = [
    '<bpmn:standardLoopCharacteristics loopMaximum="2"/>',
    "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality>"
    "</bpmn:multiInstanceLoopCharacteristics>",
    '<bpmn:multiInstanceLoopCharacteristics banjie:collection="[1, 2]" banjie:element="x" banjie:collect="xs"/>',
]
ATTRIBUTES = {
    "scriptTask": {"scriptFormat": "feel"},
    "callActivity": {"calledElement": "g"},
    "serviceTask": {"banjie__operation": "a.b"},
    "sendTask": {"banjie__operation": "a.b"},
    "businessRuleTask": {"banjie__decision": "d"},
    "receiveTask": {"messageRef": "m"},
}
ACTIVITIES = ["task", "userTask", "manualTask", *ATTRIBUTES, "subProcess", "subProcess"]
GATEWAYS = ["exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"]
INSIDE = [*ACTIVITIES * 2, *GATEWAYS, "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"]


def drawn(seed: int) -> bytes:
    """Return the diagram of this seed."""
    return diagram(_scope(Random(seed), "", 0), OUTSIDE)


def _scope(choose: Random, prefix: str, depth: int) -> str:
    kinds = [kind for kind in choose.choices(INSIDE, k=choose.randint(1, 5)) if depth < 2 or kind != "subProcess"]
    kinds = ["startEvent"] * (choose.random() < 0.9) + kinds + ["endEvent"] * (choose.random() < 0.9)
    names: list[str] = []
    drawing = []
    for number, kind in enumerate(kinds):
        names.append(choose.choices([f"{prefix}n{number}", "Start", "End"], [30, 1, 1])[0])
        drawing.append(_node(choose, names, kind, depth))
    ways = [(source, target) for source, target in pairwise(names) if choose.random() < 0.95]
    ways += [(choose.choice(names), choose.choice(names)) for _ in names if choose.random() < 0.1]
    for number, (source, target) in enumerate(ways):
        drawing.append(flow(source, target, choose.choice([None] * 9 + ["true"]), f"{prefix}f{number}"))
    return "".join(drawing)


def _node(choose: Random, names: list[str], kind: str, depth: int) -> str:
    attributes, inner = dict(ATTRIBUTES.get(kind, {})), ""
    if kind in TRIGGERS:
        inner = "".join(choose.choices(TRIGGERS[kind], k=choose.choices([1, 2, 0], [18, 1, 1])[0]))
    elif kind == "scriptTask":
        inner = "<bpmn:script>{a: 1}</bpmn:script>"
    elif kind == "subProcess":
        inner = _scope(choose, f"{names[-1]}_", depth + 1)
        if choose.random() < 0.3:
            attributes["triggeredByEvent"] = "true"
    if kind == "boundaryEvent":
        attributes.update(attachedToRef=choose.choice(names), cancelActivity=choose.choice(["true", "false"]))
    if kind in ACTIVITIES and choose.random() < 0.2:
        inner = choose.choice(LOOPS) + inner
    return task(names[-1], inner, kind, **attributes)
