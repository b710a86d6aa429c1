"""Gateways, conditions and defaults: is every choice complete?"""

import re
from collections.abc import Iterator
from typing import Final

from casework.engine.checks.document import Document, said
from casework.engine.checks.rules import Findings, each
from casework.engine.xml import (
    ACTIVITIES,
    EVENTS,
    GATEWAYS,
    LOOPS,
    Node,
    find,
    is_true,
    local,
    text_of,
    trigger,
)

_COMPARED: Final = re.compile(r"([^<>=!]+)(!=|<=|>=|=|<|>)([^<>=!]+)")
_JOINED: Final = re.compile(r"\b(?:and|or)\b")
_OPPOSITE: Final = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_CHOOSING = ("exclusiveGateway", "inclusiveGateway")
_NEVER_CHOOSING: Final = EVENTS | {"parallelGateway", "eventBasedGateway"}
_AWAITED: Final = frozenset({"message", "signal", "timer", "conditional"})
_DEFAULTS = tuple(sorted(ACTIVITIES | GATEWAYS))


@each(*_CHOOSING)
def choices(gateway: Node, doc: Document) -> Findings:
    """Each way out of a choice has a condition, but for one that is taken when no other is."""
    out = doc.outgoing(gateway)
    if len(out) < 2:
        return
    called = said(gateway.get("name") or gateway.get("id"))
    free = [flow for flow in out if find(flow, "conditionExpression") is None and not _is_default(flow, gateway)]
    for flow in free:
        yield doc.finding(
            "missing_condition",
            flow,
            f"网关“{called}”有几条出路，这一条没有条件，也不是默认。请写条件，或设为默认。",
            f"The gateway '{called}' has several ways out; this one has no condition "
            "and is not the default. Write a condition, or make it the default.",
        )
    if not free and not gateway.get("default") and not _leave_nothing_out(out):
        yield doc.finding(
            "no_default",
            gateway,
            "没有默认出路：所有条件都不成立时，案件会停在这里。请把一条出路设为默认。",
            "There is no default flow: when no condition holds, the case stops here. Make one way out the default.",
        )


@each(*sorted(ACTIVITIES))
def conditional_ways(node: Node, doc: Document) -> Findings:
    """An activity that only goes on under conditions says what happens when none holds."""
    out = doc.outgoing(node)
    conditional = bool(out) and all(find(flow, "conditionExpression") is not None for flow in out)
    if conditional and len(out) == 1:
        yield doc.finding(
            "condition_not_allowed",
            out[0],
            "这个活动只有一条出路，不能有条件：条件不成立时，这条路径会悄悄结束。请去掉条件，或再画一条出路。",
            "This is the only way out of its activity and can't have a condition: when it does not hold, the path ends "
            "unseen. Remove the condition, or draw another way out.",
        )
    elif conditional and not node.get("default") and not _leave_nothing_out(out):
        yield doc.finding(
            "no_default",
            node,
            "每条出路都有条件，却没有默认出路：条件都不成立时，这条路径会悄悄结束。请把一条出路设为默认。",
            "Every way out has a condition and none is the default: when no condition holds, this path ends unseen. "
            "Make one way out the default.",
        )


@each(*sorted(GATEWAYS))
def directions(gateway: Node, doc: Document) -> Findings:
    """A gateway that says which way it works has the flows for it."""
    into, out = len(doc.incoming(gateway)), len(doc.outgoing(gateway))
    direction = gateway.get("gatewayDirection")
    mixed = direction == "Mixed" and (into < 2 or out < 2)
    if mixed or (direction == "Diverging" and into > 1) or (direction == "Converging" and out > 1):
        yield doc.finding(
            "wrong_direction",
            gateway,
            f"网关标明是 {direction}，连线却不是这样（{into} 进 {out} 出）。请改正方向，或分成两个网关。",
            f"The gateway says it is {direction}, but {into} flows lead in and {out} lead out. "
            "Correct the direction, or draw two gateways.",
        )


def _leave_nothing_out(flows: list[Node]) -> bool:
    """Tell whether two of the conditions are plainly each other's opposite, so that one of them always holds."""
    texts = [text_of(find(flow, "conditionExpression")).removeprefix("=") for flow in flows]
    sources = {"".join(text.split()) for text in texts if not _JOINED.search(text)}
    return any(opposite in sources for source in sources for opposite in _opposites(source))


def _opposites(source: str) -> Iterator[str]:
    yield f"not({source})"
    compared = _COMPARED.fullmatch(source)
    if compared:
        left, sign, right = compared.groups()
        yield f"{left}{_OPPOSITE[sign]}{right}"


def _is_default(flow: Node, node: Node) -> bool:
    return bool(node.get("default")) and flow.get("id") == node.get("default", "").strip()


@each(*_DEFAULTS)
def defaults(node: Node, doc: Document) -> Findings:
    """A default flow leaves its own node and carries no condition."""
    name = node.get("default")
    if not name:
        return
    flow = doc.get(name)
    if flow is None or flow not in doc.outgoing(node):
        yield doc.finding(
            "bad_default",
            node,
            f"默认出路“{said(name)}”不是从这里出去的连线。请重新选择默认出路。",
            f"The default flow '{said(name)}' does not leave this node. Choose the default again.",
        )
    elif find(flow, "conditionExpression") is not None:
        yield doc.finding(
            "condition_on_default",
            flow,
            "默认出路不能有条件：其他条件都不成立时才走它。请去掉条件，或取消默认。",
            "A default flow has no condition: it is taken when no other is. Remove the condition, or the default.",
        )


@each("sequenceFlow")
def conditions(flow: Node, doc: Document) -> Findings:
    """Conditions stand only where something is chosen; a parallel gateway is sure to ignore them."""
    source = doc.get(flow.get("sourceRef"))
    if find(flow, "conditionExpression") is None or local(source) not in _NEVER_CHOOSING:
        return
    yield doc.finding(
        "condition_not_allowed",
        flow,
        f"“{local(source)}”之后的连线不能有条件，BPMN 会忽略它。请去掉条件，或改用排他网关、包容网关。",
        f"A flow that leaves a {local(source)} can't have a condition; BPMN ignores it. "
        "Remove it, or use an exclusive or inclusive gateway.",
        severity="warning" if local(source) == "parallelGateway" else None,
    )


@each("eventBasedGateway")
def event_gateways(gateway: Node, doc: Document) -> Findings:
    """Behind an event-based gateway something is awaited on every way, and only there."""
    for flow in doc.outgoing(gateway):
        target = doc.get(flow.get("targetRef"))
        if target is None:
            continue
        fault = _fault_behind(target, doc)
        if fault is not None:
            yield doc.finding("event_gateway_target", target, *fault)


def _fault_behind(target: Node, doc: Document) -> tuple[str, str] | None:
    if local(target) not in {"intermediateCatchEvent", "receiveTask"}:
        return (
            "事件网关之后只能是等待的中间事件或接收任务。请在这条出路上先等一个事件。",
            "Behind an event-based gateway stand catching events or receive tasks. Wait for an event there.",
        )
    if not _AWAITED.issuperset(doc.kinds(target)):
        return (
            "事件网关之后只能等待消息、信号、定时或条件。请换一种事件。",
            "Behind an event-based gateway only messages, signals, timers and conditions are awaited. Choose another.",
        )
    if doc.boundaries(target) or any(local(child) in LOOPS for child in target):
        return (
            "事件网关之后的接收任务不能有边界事件，也不能循环。请去掉它们。",
            "A receive task behind an event-based gateway has no boundary events and no loop. Remove them.",
        )
    if len(doc.incoming(target)) > 1:
        return (
            "事件网关之后的事件不能再有别的进入连线。请另画一个同样的事件。",
            "An event behind an event-based gateway has no other incoming flow. Draw a second event instead.",
        )
    return None


@each("eventBasedGateway")
def two_ways_of_receiving(gateway: Node, doc: Document) -> Findings:
    """Behind one event-based gateway messages are awaited in one way."""
    targets = [target for flow in doc.outgoing(gateway) if (target := doc.get(flow.get("targetRef"))) is not None]
    events = any(local(one) == "intermediateCatchEvent" and trigger(one, "message") is not None for one in targets)
    if events and any(local(one) == "receiveTask" for one in targets):
        yield doc.finding(
            "event_gateway_target",
            gateway,
            "同一个事件网关之后，消息事件和接收任务不能混用。请统一用一种。",
            "Message events and receive tasks don't mix behind one event-based gateway. Use one of them throughout.",
        )


@each("eventBasedGateway")
def lonely_event_gateway(gateway: Node, doc: Document) -> Findings:
    """An event-based gateway chooses between at least two events."""
    if len(doc.outgoing(gateway)) == 1:
        yield doc.finding(
            "gateway_without_purpose",
            gateway,
            "事件网关只有一条出路，没有可选的。请加上其他事件，或去掉网关。",
            "Only one way leaves this event-based gateway: nothing to choose. Add another event, or remove it.",
        )


@each("eventBasedGateway", "receiveTask")
def begins_the_process(node: Node, doc: Document) -> Findings:
    """What starts a process has nothing before it."""
    if is_true(node, "instantiate") and doc.incoming(node):
        yield doc.finding(
            "flow_into_start",
            node,
            "它会启动流程（instantiate），前面不能有连线。请删去连线，或去掉 instantiate。",
            "It starts the process (instantiate), so no flow can lead to it. Remove the flow, or instantiate.",
        )


@each("exclusiveGateway", "parallelGateway", "inclusiveGateway", "complexGateway")
def neither_splits_nor_joins(gateway: Node, doc: Document) -> Findings:
    """A gateway splits or joins."""
    if len(doc.incoming(gateway)) < 2 and len(doc.outgoing(gateway)) == 1 and doc.knows(gateway):
        yield doc.finding(
            "gateway_without_purpose",
            gateway,
            "网关只有一进一出，既不分也不合。请去掉它，或补上其他分支。",
            "One flow leads in and one out: the gateway neither splits nor joins. Remove it, or draw what is missing.",
        )
