"""Event subprocesses: a scope becomes start → body → end, with its event subprocesses on the body's border.

The generated body holds the whole flow of the scope, so a handler starts, interrupts and keeps the scope open just as
the standard says, by means of boundary events alone. `banjie:transparent` marks what belongs to the scope around it.
"""

from lxml import etree

from casework.engine.normalising.draft import Draft
from casework.engine.xml import (
    FLOW_NODES,
    Node,
    designer_id,
    ext,
    is_event_subprocess,
    local,
    nodes,
    q,
    scopes,
    trigger,
    triggers,
)


def event_subprocesses(draft: Draft) -> None:
    """Rewrite every scope that has event subprocesses, the inner scopes first."""
    for scope in reversed(scopes(draft.root)):
        handlers = [node for node in nodes(scope) if is_event_subprocess(node)]
        starts = [node for node in nodes(scope) if local(node) == "startEvent"]
        if handlers and len(starts) == 1:
            body = _body(draft, scope, starts[0], handlers)
            _terminations(draft, scope, body)
            for handler in handlers:
                _hang(draft, scope, body, handler)


def _body(draft: Draft, scope: Node, start: Node, handlers: list[Node]) -> Node:
    body = draft.new(scope, "subProcess", scope, "body")
    body.set(ext("transparent"), "true")
    for node in list(scope):
        if local(node) in FLOW_NODES | {"sequenceFlow"} and node not in (start, body, *handlers):
            body.append(node)
    inner = draft.new(body, "startEvent", scope, "body_start")
    draft.hand_over(start, inner)
    draft.flow(start, body)
    _end(draft, body, scope, "body_end")
    return body


def _terminations(draft: Draft, scope: Node, body: Node) -> None:
    """Terminating the scope stops its handlers too, so it goes out of the body as an error of its own."""
    for end in nodes(body):
        stop = trigger(end, "terminate")
        if stop is None:
            continue
        error = draft.new(draft.root, "error", end, "terminate")
        error.set("errorCode", error.get("id", ""))
        end.replace(stop, etree.Element(q("errorEventDefinition"), {"errorRef": error.get("id", "")}))
        caught = _boundary(draft, scope, body, end, "terminated", interrupting="true")
        etree.SubElement(caught, q("errorEventDefinition"), {"errorRef": error.get("id", "")})
        etree.SubElement(_end(draft, caught, end, "stop"), q("terminateEventDefinition"))


def _hang(draft: Draft, scope: Node, body: Node, handler: Node) -> None:
    start = next(node for node in nodes(handler) if local(node) == "startEvent")
    interrupting = str(start.attrib.pop("isInterrupting", "true"))
    caught = _boundary(draft, scope, body, start, "trigger", interrupting=interrupting)
    extension = start.find(q("extensionElements"))
    for part in [*triggers(start), *([] if extension is None else [extension])]:
        caught.append(part)
    handler.attrib.pop("triggeredByEvent")
    handler.set(ext("transparent"), "true")
    draft.flow(caught, handler)
    _end(draft, handler, handler, "end")


def _boundary(draft: Draft, scope: Node, body: Node, base: Node, rule: str, *, interrupting: str) -> Node:
    event = draft.new(scope, "boundaryEvent", base, rule, attachedToRef=body.get("id", ""), cancelActivity=interrupting)
    event.set("name", base.get("name") or designer_id(base) or "")
    return event


def _end(draft: Draft, node: Node, base: Node, rule: str) -> Node:
    end = draft.new(draft.scope(node), "endEvent", base, rule)
    draft.flow(node, end)
    return end
