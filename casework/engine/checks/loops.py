"""Loops: every one can be left, and none runs by itself for ever."""

from collections.abc import Mapping
from typing import Final

from casework.engine.checks.document import Document
from casework.engine.checks.rules import Findings, each
from casework.engine.checks.structure import successors
from casework.engine.xml import (
    FLOW_NODES,
    SCOPES,
    Node,
    find,
    is_event_subprocess,
    is_true,
    kind_of,
    local,
    nodes,
    text_of,
)

_SCOPES: Final = ("process", "subProcess", "transaction")
_NEVER_ENTERED: Final = frozenset({"startEvent", "boundaryEvent"})
_CHOOSING: Final = frozenset({"exclusiveGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"})


@each(*_SCOPES)
def loops(scope: Node, doc: Document) -> Findings:
    """From every node a path leads to an end, or something else can stop the loop."""
    inside = doc.nodes(scope)
    if _can_be_stopped(scope, doc):
        return
    before: dict[Node, list[Node]] = {}
    for node in inside:
        for after in successors(node, doc):
            before.setdefault(after, []).append(node)
    todo = [node for node in inside if not successors(node, doc)]
    ending = set(todo)
    while todo:
        for node in before.get(todo.pop(), ()):
            if node not in ending:
                ending.add(node)
                todo.append(node)
    told: set[Node] = set()
    for node in inside:
        if node not in ending and node not in told:
            told |= _together(node, before, doc)
            yield doc.finding(
                "loop_without_exit",
                _in_circle(node, doc),
                "从这里开始的循环没有出口，案件永远办不结。请加一条通向结束事件的出路。",
                "No path leads out of the loop that begins here, so the case never ends. Add a way to an end event.",
            )


@each(*_SCOPES)
def endless(scope: Node, doc: Document) -> Findings:
    """No token runs in a circle on flows that are always taken: it would split again and again for ever."""
    inside = doc.nodes(scope)
    if _can_be_stopped(scope, doc) or any(_stops_all(node, doc) for node in inside):
        return
    always = {node: always_after(node, doc) for node in inside}
    backwards: dict[Node, list[Node]] = {node: [] for node in inside}
    for node, following in always.items():
        for after in following:
            backwards[after].append(node)
    circling = _without_tips(always, backwards) & _without_tips(backwards, always)
    for node in inside:
        if node in circling and len(successors(node, doc)) > 1 and node in _round(node, always, circling):
            yield doc.finding(
                "endless_loop",
                node,
                "这里同时走几条路，其中一条总会回到这里，会无限重复。请用排他网关决定是否重复。",
                "Several ways are taken here at once and one always leads back, so it repeats for ever. "
                "Let an exclusive gateway decide whether to repeat.",
            )
            return


def _without_tips(following: Mapping[Node, list[Node]], before: Mapping[Node, list[Node]]) -> set[Node]:
    """Return the nodes from which one can go on for ever."""
    left = {node: len(after) for node, after in following.items()}
    todo = [node for node, count in left.items() if count == 0]
    while todo:
        for node in before[todo.pop()]:
            left[node] -= 1
            if left[node] == 0:
                todo.append(node)
    return {node for node, count in left.items() if count}


def always_after(node: Node, doc: Document) -> list[Node]:
    """Return where a token goes from a node whatever the data, leaving out joins that might hold it."""
    out = doc.outgoing(node)
    if local(node) in _CHOOSING and len(out) > 1:
        return []
    free = [flow for flow in out if _is_taken(flow) and flow.get("id") != node.get("default")]
    targets = [doc.get(flow.get("targetRef")) for flow in free]
    within = [one for one in targets if one is not None and one.getparent() is node.getparent()]
    return [one for one in within if local(one) in FLOW_NODES - _NEVER_ENTERED and not _holds(one, doc)]


def _is_taken(flow: Node) -> bool:
    condition = find(flow, "conditionExpression")
    return condition is None or text_of(condition).removeprefix("=").strip() == "true"


def _holds(node: Node, doc: Document) -> bool:
    return local(node) in {"parallelGateway", "inclusiveGateway"} and len(doc.incoming(node)) > 1


def _stops_all(node: Node, doc: Document) -> bool:
    return any(kind_of(one) in {"terminate", "error", "cancel"} for one in doc.triggers(node))


def _round(node: Node, always: Mapping[Node, list[Node]], within: set[Node]) -> set[Node]:
    """Return everything that is always reached from a node, itself only if by a circle."""
    seen: set[Node] = set()
    todo = [node]
    while todo:
        for after in always[todo.pop()]:
            if after in within and after not in seen:
                seen.add(after)
                todo.append(after)
    return seen


def _in_circle(node: Node, doc: Document) -> Node:
    """Return the first node met twice on the way from a node that nothing ends behind."""
    seen: set[Node] = set()
    while node not in seen:
        seen.add(node)
        node = successors(node, doc)[0]
    return node


def _together(node: Node, before: Mapping[Node, list[Node]], doc: Document) -> set[Node]:
    """Return everything connected with a node, in whichever direction."""
    seen, todo = {node}, [node]
    while todo:
        one = todo.pop()
        for other in [*successors(one, doc), *before.get(one, ())]:
            if other not in seen:
                seen.add(other)
                todo.append(other)
    return seen


def _can_be_stopped(scope: Node, doc: Document) -> bool:
    """Tell whether a boundary event or an event subprocess may end the scope or one around it."""
    if scope not in doc.stoppable:
        around = scope.getparent()
        doc.stoppable[scope] = (
            bool(doc.interruptions(scope))
            or any(_interrupts(handler) for handler in doc.nodes(scope) if is_event_subprocess(handler))
            or (around is not None and local(around) in SCOPES and _can_be_stopped(around, doc))
        )
    return doc.stoppable[scope]


def _interrupts(handler: Node) -> bool:
    starts = [node for node in nodes(handler) if local(node) == "startEvent"]
    return any(is_true(start, "isInterrupting", "true") for start in starts)
