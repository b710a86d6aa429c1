"""Where processes begin and end: what BPMN leaves unsaid is said."""

from lxml import etree

from casework.engine.normalising.draft import Draft
from casework.engine.xml import (
    FLOW_NODES,
    Node,
    is_event_subprocess,
    is_outside_flow,
    is_true,
    local,
    nodes,
    q,
    scopes,
    trigger,
)

_GLOBAL = {
    "globalTask": "task",
    "globalUserTask": "userTask",
    "globalManualTask": "manualTask",
    "globalScriptTask": "scriptTask",
}


def global_tasks(draft: Draft) -> None:
    """A global task that is called becomes a process of one task."""
    for task in draft.all(*_GLOBAL):
        process = etree.SubElement(draft.root, q("process"), {"id": task.get("id", ""), "isExecutable": "true"})
        if task.get("name"):
            process.set("name", task.get("name", ""))
        draft.retag(task, _GLOBAL[local(task)])
        draft.rename(task, draft.free(f"{task.get('id')}__task"))
        draft.ids[process.get("id", "")] = process
        process.append(task)


def instantiating_receives(draft: Draft) -> None:
    """A receive task that begins its process becomes a message start event."""
    for task in draft.all("receiveTask"):
        if is_true(task, "instantiate"):
            draft.retag(task, "startEvent")
            definition = etree.SubElement(task, q("messageEventDefinition"))
            definition.set("messageRef", task.get("messageRef", ""))
            for name in ("instantiate", "messageRef", "operationRef", "implementation"):
                task.attrib.pop(name, "")


def empty_scopes(draft: Draft) -> None:
    """A process without nodes, such as a closed pool, is dropped; an empty subprocess passes its token on."""
    for scope in scopes(draft.root):
        if nodes(scope):
            continue
        if local(scope) == "process":
            draft.ids.pop(scope.get("id", ""), None)
            draft.root.remove(scope)
        else:
            draft.flow(draft.new(scope, "startEvent", scope, "start"), draft.new(scope, "endEvent", scope, "end"))


def missing_starts(draft: Draft) -> None:
    """A scope without a start event gets one that leads to every node nothing leads to."""
    for scope in scopes(draft.root):
        inside = nodes(scope)
        if any(local(node) == "startEvent" for node in inside) or is_event_subprocess(scope):
            continue
        first = [node for node in inside if _begins(node, draft)]
        if first:
            start = draft.new(scope, "startEvent", scope, "start")
            for node in first:
                draft.flow(start, node)


def _begins(node: Node, draft: Draft) -> bool:
    return not draft.incoming(node) and local(node) != "boundaryEvent" and not is_outside_flow(node)


def implicit_ends(draft: Draft) -> None:
    """A path that stops without an end event gets one."""
    for node in draft.all(*sorted(FLOW_NODES - {"endEvent"})):
        if not draft.outgoing(node) and not is_outside_flow(node):
            draft.flow(node, draft.new(draft.scope(node), "endEvent", node, "end"))


def signal_ends(draft: Draft) -> None:
    """A signal end event throws its signal on the way to a plain end."""
    for end in draft.all("endEvent"):
        signal = trigger(end, "signal")
        if signal is not None:
            throw = draft.new(draft.scope(end), "intermediateThrowEvent", end, "throw")
            throw.append(signal)
            draft.before(end, throw)
