"""Compensation and cancellation: who undoes what, and where a transaction may be given up."""

from casework.engine.checks.document import Document
from casework.engine.checks.rules import Findings, each
from casework.engine.problems import Problem
from casework.engine.xml import ACTIVITIES, Node, ancestors, is_event_subprocess, is_true, local, nodes


@each("boundaryEvent")
def compensated(event: Node, doc: Document) -> Findings:
    """A compensation boundary event leads by an association to an activity made for compensation, and by no flow."""
    if "compensate" not in doc.kinds(event):
        return
    if doc.outgoing(event):
        yield doc.finding(
            "compensation",
            event,
            "补偿边界事件不能有顺序流，只能用关联指向补偿活动。请把连线改为关联。",
            "No sequence flow leaves a compensation boundary event. Join it to its activity by an association.",
        )
    joined = [node for node in doc.associated(event) if local(node) in ACTIVITIES]
    if not any(is_true(node, "isForCompensation") for node in joined):
        yield doc.finding(
            "compensation",
            event,
            '补偿边界事件没有用关联指向补偿活动（isForCompensation="true"），撤销时什么也不会做。请画上关联。',
            "No association joins this compensation event to an activity with isForCompensation, so nothing is undone. "
            "Draw the association.",
        )


@each(*sorted(ACTIVITIES))
def never_compensating(node: Node, doc: Document) -> Findings:
    """An activity made for compensation belongs to something that can be undone."""
    if is_true(node, "isForCompensation") and not any(local(one) == "boundaryEvent" for one in doc.associated(node)):
        yield doc.finding(
            "unused_compensation",
            node,
            "补偿活动没有与任何补偿边界事件关联，永远不会执行。请画上关联，或删去它。",
            "This compensation activity is joined to no compensation boundary event, so it never runs. "
            "Draw the association, or remove it.",
        )


@each("boundaryEvent", "startEvent")
def always_interrupts(event: Node, doc: Document) -> Findings:
    """Cancellation and compensation are never awaited beside the work that goes on."""
    attribute = "cancelActivity" if local(event) == "boundaryEvent" else "isInterrupting"
    if local(event) == "startEvent" and not is_event_subprocess(event.getparent()):
        return
    if not is_true(event, attribute, "true") and ("cancel" in doc.kinds(event) or "compensate" in doc.kinds(event)):
        yield doc.finding(
            "error_must_interrupt",
            event,
            "取消和补偿事件不能设为不中断。请改为中断。",
            "A cancel or compensation event can't be non-interrupting. Make it interrupting.",
        )


@each("boundaryEvent", "endEvent")
def cancelled(event: Node, doc: Document) -> Findings:
    """Only a transaction can be cancelled: from an end event inside it, caught on its border."""
    if "cancel" not in doc.kinds(event):
        return
    host = doc.get(event.get("attachedToRef"))
    if local(event) == "boundaryEvent":
        if host is not None and local(host) != "transaction":
            yield _outside(event, doc)
    elif not any(local(one) == "transaction" for one in ancestors(event)):
        yield _outside(event, doc)


def _outside(event: Node, doc: Document) -> Problem:
    return doc.finding(
        "cancel_outside_transaction",
        event,
        "取消事件只能用在事务子流程里（结束事件）或它的边框上。请把子流程改为事务，或换一种事件。",
        "A cancel event stands only inside a transaction, at its end, or on its border. "
        "Make the subprocess a transaction, or choose another event.",
    )


@each("adHocSubProcess")
def ad_hoc(scope: Node, doc: Document) -> Findings:
    """An ad hoc subprocess holds activities to choose from, and neither start nor end."""
    inside = nodes(scope)
    if not any(local(node) in ACTIVITIES for node in inside):
        yield doc.finding(
            "ad_hoc",
            scope,
            "即席子流程里没有活动，没有什么可做。请至少画一个活动。",
            "The ad hoc subprocess holds no activity, so there is nothing to do. Draw at least one.",
        )
    for node in inside:
        if local(node) in {"startEvent", "endEvent"}:
            yield doc.finding(
                "ad_hoc",
                node,
                "即席子流程里不能有开始事件和结束事件：活动由人选择先后。请删去它。",
                "An ad hoc subprocess has no start and no end event: people choose the order. Remove it.",
            )
