"""Events have the flows that their position asks for: a way out of every start, a way into every end."""

from typing import Final

from casework.engine.checks.document import Document
from casework.engine.checks.rules import Findings, each
from casework.engine.checks.structure import begins
from casework.engine.xml import Node, local, trigger

_INTERMEDIATE: Final = frozenset({"intermediateCatchEvent", "intermediateThrowEvent"})


@each("startEvent", "boundaryEvent", *sorted(_INTERMEDIATE))
def ways_out(event: Node, doc: Document) -> Findings:
    """Something follows an event that is not an end; links and compensation go on without a flow."""
    goes_on = doc.outgoing(event) or not doc.knows(event)
    links = local(event) == "intermediateThrowEvent" and trigger(event, "link") is not None
    compensates = local(event) == "boundaryEvent" and trigger(event, "compensate") is not None
    if not goes_on and not links and not compensates:
        yield doc.finding(
            "unconnected_event",
            event,
            "这个事件后面没有连线，发生之后什么也不做。请接上后续步骤。",
            "No flow leaves this event, so nothing follows when it happens. Connect what comes next.",
            severity=None if local(event) == "startEvent" else "warning",
        )


@each("endEvent", *sorted(_INTERMEDIATE))
def ways_in(event: Node, doc: Document) -> Findings:
    """Something leads to an event that is not a start, or the process would begin with it."""
    scope = event.getparent()
    if scope is not None and not doc.incoming(event) and event in _beginning(scope, doc):
        yield doc.finding(
            "unconnected_event",
            event,
            "没有连线进入这个事件，流程会从它开始。请接上前面的步骤，或改用开始事件。",
            "No flow leads to this event, so the process would begin with it. Connect it, or use a start event.",
        )


def _beginning(scope: Node, doc: Document) -> frozenset[Node]:
    if scope not in doc.beginnings:
        inside = begins(scope, doc) if local(scope) != "adHocSubProcess" else []
        doc.beginnings[scope] = frozenset(inside)
    return doc.beginnings[scope]
