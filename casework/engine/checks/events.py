"""Events: what may happen where, and is everything said that the event needs?"""

from typing import Final

from casework.engine.checks.document import Document, said
from casework.engine.checks.rules import Findings, each
from casework.engine.problems import Problem
from casework.engine.xml import (
    ACTIVITIES,
    EVENTS,
    Node,
    is_event_subprocess,
    is_true,
    kind_of,
    local,
    nodes,
    reference,
)

_CATCHES: Final = frozenset({"message", "signal", "timer", "conditional"})
_ALLOWED: Final = {
    "startEvent": _CATCHES,
    "intermediateCatchEvent": _CATCHES | {"link"},
    "boundaryEvent": _CATCHES | {"error", "escalation", "cancel", "compensate"},
    "intermediateThrowEvent": frozenset({"message", "signal", "escalation", "compensate", "link"}),
    "endEvent": frozenset({"message", "signal", "escalation", "compensate", "error", "cancel", "terminate"}),
}
_ALONE: Final = frozenset({"cancel", "terminate", "compensate", "link", "error"})
_NAMES: Final = {
    "message": "消息", "signal": "信号", "timer": "定时", "conditional": "条件", "link": "链接", "error": "错误",
    "escalation": "升级", "cancel": "取消", "compensate": "补偿", "terminate": "终止",
}  # fmt: skip


@each(*sorted(EVENTS))
def positions(event: Node, doc: Document) -> Findings:
    """A trigger stands only on events that can have it."""
    kinds = [kind_of(one) for one in doc.triggers(event)]
    allowed = _ALLOWED[local(event)]
    if local(event) == "startEvent" and is_event_subprocess(event.getparent()):
        allowed = _CATCHES | {"error", "escalation", "compensate"}
    for kind in kinds:
        if kind not in allowed:
            yield doc.finding(
                "event_not_allowed",
                event,
                f"{local(event)} 不能是{_NAMES.get(kind, kind)}事件。请换一种事件，或换一个位置。",
                f"The trigger '{kind}' can't stand on this {local(event)}. Choose another kind, or another place.",
            )
    if len(kinds) > 1 and _ALONE.intersection(kinds):
        yield doc.finding(
            "event_not_allowed",
            event,
            f"一个事件里不能同时有：{'、'.join(_NAMES.get(kind, kind) for kind in kinds)}。请分开画。",
            f"One event can't have all of these: {', '.join(kinds)}. Draw them apart.",
        )


@each("intermediateCatchEvent", "boundaryEvent")
def nothing_awaited(event: Node, doc: Document) -> Findings:
    """A catching event waits for something."""
    if not doc.triggers(event) and not any(local(child) == "eventDefinitionRef" for child in event):
        yield doc.finding(
            "missing_trigger",
            event,
            "没有写明等待什么，会永远等下去。请选择消息、定时或其他触发条件。",
            "Nothing says what is awaited, so it would wait for ever. Choose a message, a timer or another trigger.",
        )


@each("boundaryEvent")
def attachment(event: Node, doc: Document) -> Findings:
    """A boundary event sits on an activity beside it."""
    host = doc.get(event.get("attachedToRef"))
    if host is None or local(host) not in ACTIVITIES or host.getparent() is not event.getparent():
        name = said(event.get("attachedToRef"))
        zh, en = (f"（attachedToRef：“{name}”）", f" (attachedToRef: '{name}')") if name else ("", "")
        yield doc.finding(
            "boundary_not_attached",
            event,
            f"边界事件没有附在同一层的活动上{zh}。请把它放到活动的边框上。",
            f"The boundary event is not attached to an activity beside it{en}. Put it on the border of one.",
        )
    if is_event_subprocess(host):
        yield doc.finding(
            "boundary_not_attached",
            event,
            "事件子流程上不能放边界事件。请放到它外面的子流程上。",
            "An event subprocess has no boundary events. Put it on the subprocess around it.",
        )
    if not is_true(event, "cancelActivity", "true") and any(kind_of(one) == "error" for one in doc.triggers(event)):
        yield _interrupts(event, doc)


def _interrupts(event: Node, doc: Document) -> Problem:
    return doc.finding(
        "error_must_interrupt",
        event,
        "错误总会中断所在的活动，不能设为不中断。请改为中断，或改用升级事件。",
        "An error always interrupts. Make the event interrupting, or use an escalation.",
    )


@each("subProcess")
def event_subprocesses(sub: Node, doc: Document) -> Findings:
    """An event subprocess has one start event that waits for something, and no flow."""
    if not is_event_subprocess(sub):
        return
    starts = [node for node in nodes(sub) if local(node) == "startEvent"]
    found = doc.triggers(starts[0]) if len(starts) == 1 else []
    if not found:
        yield doc.finding(
            "event_subprocess",
            sub,
            "事件子流程要有一个开始事件，并写明触发条件。请补上。",
            "An event subprocess has one start event with a trigger. Complete it.",
        )
    elif kind_of(found[0]) == "error" and not is_true(starts[0], "isInterrupting", "true"):
        yield _interrupts(starts[0], doc)


@each(*sorted(ACTIVITIES))
def caught_twice(activity: Node, doc: Document) -> Findings:
    """An error of an activity is caught in one place on its border, and so is an escalation."""
    caught: set[tuple[str, str]] = set()
    for event in doc.boundaries(activity):
        for one in doc.triggers(event) if len(doc.triggers(event)) == 1 else ():
            kind = kind_of(one)
            name = reference(one.get(f"{kind}Ref"))
            thrown = doc.ids.get(name)
            code = (kind, name if thrown is None else thrown.get(f"{kind}Code") or name)
            if kind in {"error", "escalation"} and code in caught:
                yield doc.finding(
                    "caught_twice",
                    event,
                    f"这个活动上已经有一个边界事件捕获同样的{_NAMES[kind]}，这一个不会触发。请删去一个，或改用不同的代码。",
                    f"Another boundary event of this activity catches the same {kind}, so this one never happens. "
                    "Remove one, or give it another code.",
                )
            caught.add(code)


@each("linkEventDefinition")
def links(link: Node, doc: Document) -> Findings:
    """A link leads from its throwing events to one catching event in the same scope."""
    event = link.getparent()
    scope = event.getparent() if event is not None else None
    if event is None or scope is None or local(event) not in {"intermediateThrowEvent", "intermediateCatchEvent"}:
        return
    name, partners = (link.get("name") or "").strip(), doc.partners(event)
    throws = local(event) == "intermediateThrowEvent"
    if not name:
        yield doc.finding(
            "link_without_partner",
            event,
            "链接没有名称，找不到另一端。请给两端写上同样的名称。",
            "The link has no name, so its ends can't find each other. Give both ends the same name.",
        )
    elif not partners or (throws and len(partners) > 1):
        zh, en = ("捕获", "catching") if throws else ("抛出", "throwing")
        yield doc.finding(
            "link_without_partner",
            event,
            f"链接“{said(name)}”在同一层里找到 {len(partners)} 个对应的{zh}事件。抛出可以有几个，捕获要恰好一个。",
            f"The link '{said(name)}' finds {len(partners)} {en} events of its name beside it. "
            "It has any number of throwing events and exactly one catching event.",
        )
    flows = doc.outgoing(event) if throws else doc.incoming(event)
    if flows:
        yield doc.finding(
            "link_without_partner",
            event,
            "链接代替连线：抛出之后、捕获之前都不能再有连线。请删去连线。",
            "A link stands for a flow: none leaves its throwing event or leads to its catching event. Remove the flow.",
        )
