"""Message flows: they join two pools, leave what sends and lead to what receives."""

from typing import Final

from casework.engine.checks.document import Document, said
from casework.engine.checks.rules import Findings, each
from casework.engine.xml import Node, ancestors, local

_NEVER_SENDS: Final = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent"})
_NEVER_RECEIVES: Final = frozenset({"endEvent", "intermediateThrowEvent"})


@each("messageFlow")
def between_pools(flow: Node, doc: Document) -> Findings:
    """A message flow joins two pools."""
    ends = [doc.get(flow.get(name)) for name in ("sourceRef", "targetRef")]
    pools = [_pool_of(node, doc) for node in ends if node is not None]
    if len(pools) == 2 and pools[0] is pools[1] is not None:
        yield doc.finding(
            "message_flow_inside",
            flow,
            "消息流的两端在同一个参与方里。消息流只连接不同的参与方；同一流程里请用顺序流。",
            "Both ends of the message flow lie in one pool. They join different pools: use a sequence flow.",
        )


def _pool_of(node: Node, doc: Document) -> Node | None:
    """Return the process a node runs in, or the pool itself where nothing is drawn inside it."""
    if local(node) == "participant":
        return doc.get(node.get("processRef")) if node.get("processRef") else node
    return next((one for one in ancestors(node) if local(one) == "process"), None)


@each("messageFlow")
def senders_and_receivers(flow: Node, doc: Document) -> Findings:
    """What catches sends nothing, what throws receives nothing, and events that do either are message events."""
    source, target = doc.get(flow.get("sourceRef")), doc.get(flow.get("targetRef"))
    if source is not None and (local(source) in _NEVER_SENDS or _no_message(source, _NEVER_RECEIVES, doc)):
        yield doc.finding(
            "message_flow_end",
            flow,
            f"消息流从“{_called(source)}”出发，但它不发送消息。请从任务、参与方或抛出消息的事件出发。",
            f"The message flow leaves '{_called(source)}', which sends no message. "
            "Begin at a task, a pool or an event that throws a message.",
        )
    if target is not None and (local(target) in _NEVER_RECEIVES or _no_message(target, _NEVER_SENDS, doc)):
        yield doc.finding(
            "message_flow_end",
            flow,
            f"消息流进入“{_called(target)}”，但它不接收消息。请接到任务、参与方或等待消息的事件上。",
            f"The message flow leads to '{_called(target)}', which receives no message. "
            "End at a task, a pool or an event that waits for a message.",
        )


def _no_message(event: Node, events: frozenset[str], doc: Document) -> bool:
    return local(event) in events and "message" not in doc.kinds(event)


def _called(node: Node) -> str:
    return said(node.get("name") or node.get("id"))
