"""What BPMN 2.0 lets a designer draw and the engine does not run: one table, so that support shrinks one table."""

import re
from collections.abc import Callable
from typing import Final

from casework.engine.checks.document import Document
from casework.engine.checks.rules import Findings, each
from casework.engine.xml import Node, find, is_true, kind_of, local, nodes, text_of, triggers

Applies = Callable[[Node, Document], bool]
_NAME: Final = re.compile(r"[^\W\d]\w*")
_REPORTS: Final = frozenset({"signal", "escalation", "message"})


def _nothing_to_run(_node: Node, doc: Document) -> bool:
    return not any(nodes(process) for process in doc.all("process"))


def _parallel_inside(gateway: Node, _doc: Document) -> bool:
    return gateway.get("eventGatewayType") == "Parallel" and not is_true(gateway, "instantiate")


def _reports_nothing(loop: Node, doc: Document) -> bool:
    """Tell whether instances would report by no event, or by one that can't be thrown there."""
    behaviour = loop.get("behavior", "All")
    if behaviour in {"None", "One"}:
        event = doc.get(loop.get(f"{behaviour.lower()}BehaviorEventRef"))
        return event is None or kind_of(event) not in _REPORTS
    return behaviour == "Complex" and find(loop, "complexBehaviorDefinition") is None


def _throws_nothing(definition: Node, _doc: Document) -> bool:
    event = find(definition, "event")
    thrown = [] if event is None else triggers(event)
    known = bool(thrown) and all(kind_of(one) in _REPORTS for one in thrown)
    return not known or not text_of(find(definition, "condition"))


def _with_a_store(association: Node, doc: Document) -> bool:
    """Tell whether data would really move to or from a data store; one that is only drawn moves nothing."""
    ends = [doc.get(text_of(one)) for one in association if local(one) in {"sourceRef", "targetRef"}]
    inner = any(local(end) in {"dataInput", "dataOutput"} for end in ends)
    moves = inner or any(find(association, tag) is not None for tag in ("assignment", "transformation"))
    return moves and any(local(end) in {"dataStore", "dataStoreReference"} for end in ends)


def _to_no_name(assignment: Node, _doc: Document) -> bool:
    return not _NAME.fullmatch(text_of(find(assignment, "to")).removeprefix("=").strip())


def _unused_key(subscription: Node, doc: Document) -> bool:
    """Tell whether a process would listen by a key for which no message says where it stands."""
    bound = [doc.get(one.get("correlationPropertyRef")) for one in subscription if isinstance(one.tag, str)]
    return any(one is None or find(one, "correlationPropertyRetrievalExpression") is None for one in bound)


# tag → when it is refused, and what it is called in both languages
NOT_YET: Final[tuple[tuple[tuple[str, ...], Applies, str, str], ...]] = (
    (
        ("eventBasedGateway",),
        _parallel_inside,
        "流程中间的并行事件网关（BPMN 只允许它启动流程）",
        "a parallel event gateway inside a process (BPMN has it begin one)",
    ),
    (
        ("multiInstanceLoopCharacteristics",),
        _reports_nothing,
        "没有写明信号、升级或消息事件的多实例 behavior",
        "a multi-instance behavior without its signal, escalation or message",
    ),
    (
        ("complexBehaviorDefinition",),
        _throws_nothing,
        "没有条件或事件的复杂多实例行为",
        "complex multi-instance behaviour without a condition or an event",
    ),
    (
        ("dataInputAssociation", "dataOutputAssociation"),
        _with_a_store,
        "与数据存储之间的数据传递（请用服务任务的操作读写）",
        "data moved to or from a data store (read and write it by an operation)",
    ),
    (
        ("assignment",),
        _to_no_name,
        "目标不是数据名的赋值",
        "an assignment to something other than a name",
    ),
    (
        ("correlationSubscription",),
        _unused_key,
        "没有写明取自消息何处的关联属性",
        "a correlation property that no message says where to find",
    ),
    (
        ("choreography", "globalChoreographyTask"),
        _nothing_to_run,
        "没有流程的编排图：它只描述各方怎样往来，没有人执行它",
        "a choreography without a process: it tells how parties deal with each other and nobody runs it",
    ),
    (
        ("conversation", "globalConversation"),
        _nothing_to_run,
        "没有流程的会话图：它只描述往来，没有人执行它",
        "a conversation without a process: it tells who talks to whom and nobody runs it",
    ),
)


def _refusing(applies: Applies, zh: str, en: str) -> Callable[[Node, Document], Findings]:
    def refuse(node: Node, doc: Document) -> Findings:
        if applies(node, doc):
            yield doc.finding(
                "not_supported_yet",
                node,
                f"不能执行{zh}。为了不出错，先拒绝发布：请换一种画法。",
                f"This engine can't run {en}. Rather than run it wrongly it refuses: draw it another way.",
            )

    return refuse


for _tags, _applies, _zh, _en in NOT_YET:
    each(*_tags)(_refusing(_applies, _zh, _en))
