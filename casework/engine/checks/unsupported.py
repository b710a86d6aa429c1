"""What BPMN 2.0 has and this release of the engine does not run yet: one table, so that support shrinks one table."""

from collections.abc import Callable
from typing import Final

from casework.engine.checks.document import Document
from casework.engine.checks.rules import Findings, each
from casework.engine.xml import (
    ACTIVITIES,
    Node,
    find,
    is_true,
    local,
    nodes,
    triggers,
)

Applies = Callable[[Node, Document], bool]


def _always(_node: Node, _doc: Document) -> bool:
    return True


def _several_triggers(event: Node, doc: Document) -> bool:
    return len(doc.triggers(event)) > 1


def _parallel_triggers(event: Node, doc: Document) -> bool:
    return is_true(event, "parallelMultiple") and _several_triggers(event, doc)


def _several_plain_starts(process: Node, doc: Document) -> bool:
    return sum(local(node) == "startEvent" and not doc.triggers(node) for node in nodes(process)) > 1


def _instantiating(gateway: Node, _doc: Document) -> bool:
    return is_true(gateway, "instantiate") or gateway.get("eventGatewayType") == "Parallel"


def _other_behaviour(loop: Node, _doc: Document) -> bool:
    return loop.get("behavior", "All") != "All"


def _mapped(association: Node, _doc: Document) -> bool:
    return find(association, "assignment") is not None or find(association, "transformation") is not None


def _waits_on_gateway(gateway: Node, doc: Document) -> bool:
    targets = [doc.get(flow.get("targetRef")) for flow in doc.outgoing(gateway)]
    return any(target is not None and len(triggers(target)) > 1 for target in targets)


# tag → when it is refused, and what it is called in both languages
NOT_YET: Final[tuple[tuple[tuple[str, ...], Applies, str, str], ...]] = (
    (("complexGateway",), _always, "复杂网关", "a complex gateway"),
    (("adHocSubProcess",), _always, "即席子流程", "an ad hoc subprocess"),
    (("transaction",), _always, "事务子流程", "a transaction"),
    (("cancelEventDefinition",), _always, "取消事件", "a cancel event"),
    (("compensateEventDefinition",), _always, "补偿事件", "a compensation event"),
    (
        tuple(sorted(ACTIVITIES)),
        lambda node, _doc: is_true(node, "isForCompensation"),
        "补偿活动（isForCompensation）",
        "a compensation activity (isForCompensation)",
    ),
    (("conditionalEventDefinition",), _always, "条件事件", "a conditional event"),
    (
        ("startEvent", "intermediateCatchEvent", "boundaryEvent"),
        _parallel_triggers,
        "并行多重事件",
        "a parallel multiple event",
    ),
    (
        ("eventBasedGateway",),
        _instantiating,
        "启动流程的或并行的事件网关",
        "an instantiating or parallel event gateway",
    ),
    (("eventBasedGateway",), _waits_on_gateway, "事件网关之后的多重事件", "a multiple event behind an event gateway"),
    (("process",), _several_plain_starts, "多个没有触发条件的开始事件", "several start events without a trigger"),
    (
        ("multiInstanceLoopCharacteristics",),
        _other_behaviour,
        "多实例的 behavior（只支持 All）",
        "a multi-instance behavior other than All",
    ),
    (
        ("dataInputAssociation", "dataOutputAssociation"),
        _mapped,
        "数据关联中的赋值或转换",
        "an assignment or transformation in a data association",
    ),
    (
        ("correlationSubscription", "correlationKey", "correlationProperty"),
        _always,
        "BPMN 关联键（请用 banjie:match）",
        "BPMN correlation (use banjie:match)",
    ),
    (("globalBusinessRuleTask",), _always, "全局业务规则任务", "a global business rule task"),
    (
        ("choreography", "choreographyTask", "subChoreography", "callChoreography", "globalChoreographyTask"),
        _always,
        "编排图",
        "a choreography",
    ),
    (
        ("conversation", "subConversation", "callConversation", "globalConversation"),
        _always,
        "会话图",
        "a conversation",
    ),
    (
        ("implicitThrowEvent", "complexBehaviorDefinition"),
        _always,
        "复杂的多实例行为",
        "complex multi-instance behaviour",
    ),
)


def _refusing(applies: Applies, zh: str, en: str) -> Callable[[Node, Document], Findings]:
    def refuse(node: Node, doc: Document) -> Findings:
        if applies(node, doc):
            yield doc.finding(
                "not_supported_yet",
                node,
                f"现在还不能执行{zh}。为了不出错，先拒绝发布：请换一种画法。",
                f"This engine can't run {en} yet. Rather than run it wrongly it refuses: draw it another way.",
            )

    return refuse


for _tags, _applies, _zh, _en in NOT_YET:
    each(*_tags)(_refusing(_applies, _zh, _en))
