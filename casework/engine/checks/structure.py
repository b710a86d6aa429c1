"""Can a process begin, get everywhere, and end?"""

from collections.abc import Collection, Iterable

from casework.engine.checks.document import Document, said
from casework.engine.checks.release import Release
from casework.engine.checks.rules import Findings, across, each
from casework.engine.checks.vocabulary import ELEMENTS
from casework.engine.xml import (
    EVENTS,
    FLOW_NODES,
    GATEWAYS,
    SCOPES,
    SUBPROCESSES,
    Node,
    is_event_subprocess,
    is_outside_flow,
    is_true,
    local,
    trigger,
)

_SCOPES = tuple(sorted(SCOPES))
_NOWHERE = frozenset({"endEvent"})


def begins(scope: Node, doc: Document) -> list[Node]:
    """Return where tokens first appear in a scope: its start events, else every node nothing leads to."""
    inside = doc.nodes(scope)
    starts = [node for node in inside if local(node) == "startEvent" or is_true(node, "instantiate")]
    return starts or [node for node in inside if not doc.incoming(node) and _begins_alone(node)]


def _begins_alone(node: Node) -> bool:
    return local(node) != "boundaryEvent" and not is_outside_flow(node) and not _link_catch(node)


def _link_catch(node: Node) -> bool:
    return local(node) == "intermediateCatchEvent" and trigger(node, "link") is not None


def successors(node: Node, doc: Document) -> list[Node]:
    """Return where a token may go from a node: along its flows, its boundary events and its link."""
    if node not in doc.following:
        doc.following[node] = _following(node, doc)
    return doc.following[node]


def _following(node: Node, doc: Document) -> list[Node]:
    found = [doc.get(flow.get("targetRef")) for flow in doc.outgoing(node)]
    found += doc.boundaries(node)
    if _link_throw(node):
        found += doc.partners(node)[:1]
    scope = node.getparent()
    return [one for one in found if local(one) in FLOW_NODES and one is not None and one.getparent() is scope]


def reached(first: Iterable[Node], doc: Document, known: Collection[Node] = ()) -> set[Node]:
    """Return every node a token can get to from these, without looking behind what is known already."""
    seen = set(first)
    todo = [node for node in seen if node not in known]
    while todo:
        for node in successors(todo.pop(), doc):
            if node not in seen and node not in known:
                seen.add(node)
                todo.append(node)
    return seen


@across
def no_process(release: Release) -> Findings:
    """There is something to run in the release."""
    if release.documents and not any(doc.nodes(node) for doc in release.documents for node in doc.all("process")):
        doc = release.documents[0]
        yield doc.finding(
            "no_process",
            doc.root,
            "文件里没有可以执行的流程。请至少画一个带开始事件的流程。",
            "There is no process to run in the files. Draw at least one, with a start event.",
        )


@each("process", "subProcess", "transaction")
def empty(scope: Node, doc: Document) -> Findings:
    """A process does something."""
    if not doc.nodes(scope):
        yield doc.finding(
            "empty_process",
            scope,
            f"“{said(scope.get('name') or scope.get('id'))}”里没有任何节点。请补画，或删去它。",
            f"'{said(scope.get('name') or scope.get('id'))}' holds nothing. Draw its steps, or remove it.",
        )


@each(*_SCOPES)
def starts(scope: Node, doc: Document) -> Findings:
    """A scope has a way in, and an embedded subprocess just one."""
    inside = doc.nodes(scope)
    events = [node for node in inside if local(node) == "startEvent"]
    if inside and not begins(scope, doc) and local(scope) != "adHocSubProcess":
        yield doc.finding(
            "no_start",
            scope,
            "流程没有开始：每个节点前面都还有节点。请加一个开始事件。",
            "Nothing can begin: every node waits for another one. Add a start event.",
        )
    elif _ends(inside) and not (
        events or is_event_subprocess(scope) or any(is_true(one, "instantiate") for one in inside)
    ):
        yield doc.finding(
            "no_start",
            scope,
            "有结束事件却没有开始事件；现在会从没有前驱的节点开始。请加一个开始事件。",
            "There is an end event but no start event; it would begin at the nodes nothing leads to. Add one.",
            severity="warning",
        )
    if local(scope) in SUBPROCESSES and len(events) > 1:
        yield doc.finding(
            "several_starts",
            scope,
            f"子流程只能有一个开始事件，现在有 {len(events)} 个。请合并，或改为单独的流程。",
            f"A subprocess has one start event, this one has {len(events)}. Join them, or call a process.",
        )
    if local(scope) in SUBPROCESSES and not is_event_subprocess(scope):
        for event in events:
            if doc.triggers(event):
                yield doc.finding(
                    "start_trigger",
                    event,
                    "嵌入式子流程的开始事件不能有触发条件：它随子流程一起开始。请去掉触发条件，或改为事件子流程。",
                    "The start event of an embedded subprocess has no trigger: it begins with the subprocess. "
                    "Remove the trigger, or make it an event subprocess.",
                )


def _ends(inside: Iterable[Node]) -> bool:
    return any(local(node) == "endEvent" for node in inside)


@each("process", "subProcess", "transaction")
def reachability(scope: Node, doc: Document) -> Findings:
    """Every node can be reached; of a part that can't, only its beginning is told."""
    first = begins(scope, doc)
    outside = [node for node in doc.nodes(scope) if is_outside_flow(node)]
    if not first or any(_unknown(child) for child in scope):
        return
    seen = reached([*first, *outside], doc)
    left = [node for node in doc.nodes(scope) if node not in seen and doc.knows(node)]
    heads = [node for node in left if not doc.incoming(node) and local(node) != "boundaryEvent"]
    for node in heads + left:
        if node not in seen and not _lost_boundary(node, doc):
            yield doc.finding(
                "unreachable",
                node,
                "没有任何路径能走到这里，它永远不会执行。请接上连线，或删去它。",
                "No path leads here, so it never runs. Connect it, or remove it.",
            )
            seen |= reached([node], doc, seen)


def _unknown(node: Node) -> bool:
    """Tell whether a node is told of already, as a word BPMN does not have: what it led to is not worth telling."""
    return bool(local(node)) and local(node) not in ELEMENTS


def _lost_boundary(node: Node, doc: Document) -> bool:
    return local(node) == "boundaryEvent" and doc.get(node.get("attachedToRef")) is None


@each("process", "subProcess", "transaction")
def endings(scope: Node, doc: Document) -> Findings:
    """Where a path stops, an end event says what that means."""
    inside = [node for node in doc.nodes(scope) if not is_outside_flow(node) and doc.knows(node)]
    stops = [
        node for node in inside if not doc.outgoing(node) and local(node) not in _NOWHERE and not _link_throw(node)
    ]
    started, ended = any(local(node) == "startEvent" for node in inside), _ends(inside)
    if started and stops and not ended:
        yield doc.finding(
            "no_end",
            scope,
            "有开始事件却没有结束事件。请在每条路径的末尾加一个结束事件，写明结果。",
            "There is a start event but no end event. Close every path with one that names the outcome.",
        )
    for node in stops:
        if local(node) in GATEWAYS:
            yield doc.finding(
                "gateway_without_purpose",
                node,
                "网关后面没有连线，什么也不会决定。请接上后续节点，或改为结束事件。",
                "No flow leaves this gateway, so it decides nothing. Connect it, or make it an end event.",
            )
        elif started and ended and local(node) not in EVENTS:
            yield doc.finding(
                "dead_end",
                node,
                "路径在这里停下，却没有结束事件。执行时会当作正常结束；建议加上结束事件，写明结果。",
                "The path stops here without an end event. It runs as a plain end; an event would name the outcome.",
            )


def _link_throw(node: Node) -> bool:
    return local(node) == "intermediateThrowEvent" and trigger(node, "link") is not None
