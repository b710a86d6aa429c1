"""Lanes: they divide the steps of their own process, each step standing in one."""

from casework.engine.checks.document import Document, said
from casework.engine.checks.rules import Findings, each
from casework.engine.xml import FLOW_NODES, Node, ancestors, local, text_of


@each("laneSet", "childLaneSet")
def divided(lanes: Node, doc: Document) -> Findings:
    """No step stands in two lanes beside each other, and none comes from another process."""
    first: dict[Node, Node] = {}
    process = _process(lanes)
    for lane in lanes:
        for child in lane if local(lane) == "lane" else ():
            node = doc.get(text_of(child)) if local(child) == "flowNodeRef" else None
            if node is None or local(node) not in FLOW_NODES:
                continue
            if first.setdefault(node, lane) is not lane:
                yield doc.finding(
                    "lane_overlap",
                    child,
                    f"“{_name(node)}”同时在泳道“{_name(first[node])}”和“{_name(lane)}”里。请只放在一个泳道。",
                    f"'{_name(node)}' stands in two lanes, '{_name(first[node])}' and '{_name(lane)}'. Keep it in one.",
                )
            elif _process(node) is not process:
                yield doc.finding(
                    "lane_overlap",
                    child,
                    f"泳道“{_name(lane)}”列出了另一个流程的“{_name(node)}”。请从泳道里删去它。",
                    f"The lane '{_name(lane)}' lists '{_name(node)}' of another process. Take it out of the lane.",
                )


def _name(node: Node) -> str:
    return said(node.get("name") or node.get("id"))


def _process(node: Node) -> Node | None:
    return next((one for one in ancestors(node) if local(one) == "process"), None)
