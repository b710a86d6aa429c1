"""Sequence flows: where they begin and end, and what may not be joined."""

from casework.engine.checks.document import Document, said
from casework.engine.checks.rules import Findings, each
from casework.engine.checks.vocabulary import ELEMENTS
from casework.engine.xml import FLOW_NODES, Node, find, is_outside_flow, local, reference, text_of


@each("sequenceFlow")
def ends(flow: Node, doc: Document) -> Findings:
    """A flow joins two nodes of the same process or subprocess."""
    for attribute, zh, en in (("sourceRef", "起点", "starts"), ("targetRef", "终点", "ends")):
        node = doc.get(flow.get(attribute))
        if node is not None and local(node) not in ELEMENTS:
            continue  # told of already, as a word BPMN does not have
        if not reference(flow.get(attribute)):
            yield doc.finding(
                "dangling_flow",
                flow,
                f"连线没有{zh}（{attribute}）。请把连线接到一个节点上，或删去它。",
                f"The flow {en} nowhere: it has no {attribute}. Join it to a node, or remove it.",
            )
        elif local(node) not in FLOW_NODES or node is None:
            yield doc.finding(
                "dangling_flow",
                flow,
                f"连线的{zh}“{said(flow.get(attribute))}”不是流程中的节点。请把连线接到一个节点上，或删去它。",
                f"The flow {en} at '{said(flow.get(attribute))}', which is no node. Join it to one, or remove it.",
            )
        elif node.getparent() is not flow.getparent():
            yield doc.finding(
                "crossing_flow",
                flow,
                f"连线越过了流程或子流程的边界（{said(flow.get(attribute))}）。请用事件或消息流，不要用顺序流跨界。",
                f"The flow crosses the border of a process or subprocess (at '{said(flow.get(attribute))}'). "
                "Only events and messages may cross.",
            )


@each("sequenceFlow")
def forbidden_ends(flow: Node, doc: Document) -> Findings:
    """Nothing leads into a start, out of an end, into a boundary event, or to what stands outside the flow."""
    source, target = doc.get(flow.get("sourceRef")), doc.get(flow.get("targetRef"))
    if local(target) == "startEvent":
        yield doc.finding(
            "flow_into_start", flow, "开始事件不能有进入的连线。", "A flow can't lead into a start event."
        )
    if local(source) == "endEvent":
        yield doc.finding("flow_out_of_end", flow, "结束事件之后不能再有连线。", "A flow can't leave an end event.")
    if local(target) == "boundaryEvent":
        yield doc.finding(
            "flow_into_boundary",
            flow,
            "边界事件由它所在的活动触发，不能有进入的连线。",
            "A boundary event is set off by its activity; a flow can't lead into it.",
        )
    for node in (source, target):
        if node is not None and is_outside_flow(node):
            yield doc.finding(
                "flow_outside",
                flow,
                f"“{said(node.get('id'))}”是事件子流程或补偿活动，由事件启动，不能用连线连接。",
                f"'{said(node.get('id'))}' is an event subprocess or compensation activity: "
                "an event starts it, no flow may touch it.",
            )


@each("incoming", "outgoing")
def stale_lists(node: Node, doc: Document) -> Findings:
    """What a node lists as its flows are its flows."""
    holder, flow = node.getparent(), doc.get(text_of(node))
    if local(holder) not in FLOW_NODES or holder is None:
        return
    end = "targetRef" if local(node) == "incoming" else "sourceRef"
    if flow is None or local(flow) != "sequenceFlow" or reference(flow.get(end)) != holder.get("id"):
        yield doc.finding(
            "stale_flow_list",
            node,
            f"{local(node)} 写着“{said(text_of(node))}”，但这条连线不存在或不接在这里。请用建模工具重新保存。",
            f"{local(node)} names '{said(text_of(node))}', a flow that does not exist or does not touch this node. "
            "The flow itself counts; save the file again in the modeler.",
        )


@each("definitions")
def unlisted(_root: Node, doc: Document) -> Findings:
    """Where the file lists flows at their nodes, it lists every one."""
    lists = list(doc.all("incoming", "outgoing"))
    listed = {(node.getparent(), local(node), reference(text_of(node))) for node in lists}
    for flow in doc.all("sequenceFlow") if lists else ():
        for tag, end in (("outgoing", "sourceRef"), ("incoming", "targetRef")):
            node = doc.get(flow.get(end))
            listed_here = (node, tag, flow.get("id")) in listed
            if node is not None and local(node) in FLOW_NODES and flow.get("id") and not listed_here:
                name = said(node.get("name") or node.get("id"))
                yield doc.finding(
                    "stale_flow_list",
                    flow,
                    f"“{name}”的 {tag} 里没有列出这条连线。连线本身有效；请用建模工具重新保存。",
                    f"'{name}' does not list this flow among its {tag}. "
                    "The flow itself counts; save the file again in the modeler.",
                )
                break


@each("definitions")
def doubled_flows(_root: Node, doc: Document) -> Findings:
    """Two flows between the same two nodes are two tokens, which nobody means."""
    seen: set[tuple[str, str, str]] = set()
    for flow in doc.all("sequenceFlow"):
        ends = (flow.get("sourceRef", ""), flow.get("targetRef", ""), text_of(find(flow, "conditionExpression")))
        if ends in seen:
            yield doc.finding(
                "duplicate_flow",
                flow,
                "同样的两个节点之间已经有一条同样的连线。请删去一条。",
                "The same two nodes are joined by the same flow already. Remove one of them.",
            )
        seen.add(ends)
