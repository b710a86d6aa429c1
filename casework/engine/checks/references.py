"""References: what one element names in another is there, and is of the right kind."""

from collections.abc import Mapping
from typing import Final

from casework.engine.checks.document import Document, said
from casework.engine.checks.rules import Findings, each
from casework.engine.checks.vocabulary import TRIGGERS
from casework.engine.problems import Severity
from casework.engine.xml import ACTIVITIES, EVENTS, Node, local, reference, text_of

Kinds = frozenset[str]


def _one(*tags: str) -> Kinds:
    return frozenset(tags)


_ANY: Final[Kinds] = frozenset()
_MESSAGE, _OPERATION, _ITEM = _one("message"), _one("operation"), _one("itemDefinition")
_PARTICIPANT, _PROPERTY = _one("participant"), _one("correlationProperty")
_INPUT, _OUTPUT = _one("dataInput"), _one("dataOutput")
_TALKING: Final = _one("conversation", "subConversation", "callConversation")
_MEETS: Final = ACTIVITIES | EVENTS | _PARTICIPANT | _TALKING
ITEM_AWARE: Final = _one(
    "dataObject", "dataObjectReference", "dataStore", "dataStoreReference", "property", "dataInput", "dataOutput",
)  # fmt: skip

# element → attribute → what it must lead to; anything at all where nothing is listed
_ATTRIBUTES: Final[Mapping[str, Mapping[str, Kinds]]] = {
    "messageEventDefinition": {"messageRef": _MESSAGE},
    "signalEventDefinition": {"signalRef": _one("signal")},
    "errorEventDefinition": {"errorRef": _one("error")},
    "escalationEventDefinition": {"escalationRef": _one("escalation")},
    "compensateEventDefinition": {"activityRef": ACTIVITIES},
    "serviceTask": {"operationRef": _OPERATION},
    "sendTask": {"messageRef": _MESSAGE, "operationRef": _OPERATION},
    "receiveTask": {"messageRef": _MESSAGE, "operationRef": _OPERATION},
    "multiInstanceLoopCharacteristics": {"oneBehaviorEventRef": TRIGGERS, "noneBehaviorEventRef": TRIGGERS},
    "participant": {"processRef": _one("process")},
    "messageFlow": {"sourceRef": _MEETS, "targetRef": _MEETS, "messageRef": _MESSAGE},
    "conversationLink": {"sourceRef": _MEETS, "targetRef": _MEETS},
    "process": {"definitionalCollaborationRef": _one("collaboration", "choreography", "globalConversation")},
    "association": {"sourceRef": _ANY, "targetRef": _ANY},
    "group": {"categoryValueRef": _one("categoryValue")},
    "message": {"itemRef": _ITEM},
    "signal": {"structureRef": _ITEM},
    "error": {"structureRef": _ITEM},
    "escalation": {"structureRef": _ITEM},
    "dataObject": {"itemSubjectRef": _ITEM},
    "dataObjectReference": {"dataObjectRef": _one("dataObject"), "itemSubjectRef": _ITEM},
    "dataStore": {"itemSubjectRef": _ITEM},
    "dataStoreReference": {"dataStoreRef": _one("dataStore"), "itemSubjectRef": _ITEM},
    "property": {"itemSubjectRef": _ITEM},
    "dataInput": {"itemSubjectRef": _ITEM},
    "dataOutput": {"itemSubjectRef": _ITEM},
    "inputDataItem": {"itemSubjectRef": _ITEM},
    "outputDataItem": {"itemSubjectRef": _ITEM},
    "ioBinding": {
        "operationRef": _OPERATION, "inputDataRef": _INPUT | {"inputSet"}, "outputDataRef": _OUTPUT | {"outputSet"},
    },
    "resourceParameter": {"type": _ITEM},
    "resourceParameterBinding": {"parameterRef": _one("resourceParameter")},
    "correlationPropertyRetrievalExpression": {"messageRef": _MESSAGE},
    "correlationPropertyBinding": {"correlationPropertyRef": _PROPERTY},
    "correlationSubscription": {"correlationKeyRef": _one("correlationKey")},
    "choreographyTask": {"initiatingParticipantRef": _PARTICIPANT},
    "subChoreography": {"initiatingParticipantRef": _PARTICIPANT},
    "callChoreography": {"initiatingParticipantRef": _PARTICIPANT},
}  # fmt: skip

# child element whose text is a reference → what it must lead to
_CHILDREN: Final[Mapping[str, Kinds]] = {
    "eventDefinitionRef": TRIGGERS,
    "flowNodeRef": _ANY,
    "inMessageRef": _MESSAGE,
    "outMessageRef": _MESSAGE,
    "errorRef": _one("error"),
    "operationRef": _OPERATION,
    "interfaceRef": _one("interface"),
    "supportedInterfaceRef": _one("interface"),
    "endPointRef": _one("endPoint"),
    "resourceRef": _one("resource"),
    "supports": _one("process"),
    "categoryValueRef": _one("categoryValue"),
    "participantRef": _PARTICIPANT,
    "innerParticipantRef": _PARTICIPANT,
    "outerParticipantRef": _PARTICIPANT,
    "messageFlowRef": _one("messageFlow"),
    "correlationPropertyRef": _PROPERTY,
    "dataInputRefs": _INPUT,
    "optionalInputRefs": _INPUT,
    "whileExecutingInputRefs": _INPUT,
    "dataOutputRefs": _OUTPUT,
    "optionalOutputRefs": _OUTPUT,
    "whileExecutingOutputRefs": _OUTPUT,
    "inputSetRefs": _one("inputSet"),
    "outputSetRefs": _one("outputSet"),
    "loopDataInputRef": ITEM_AWARE,
    "loopDataOutputRef": ITEM_AWARE,
    "choreographyRef": _one("choreography", "globalChoreographyTask"),
    "sourceRef": ITEM_AWARE,
    "targetRef": ITEM_AWARE,
}
_DATA: Final = frozenset({"dataInputAssociation", "dataOutputAssociation", "multiInstanceLoopCharacteristics"})
_LINKED: Final = _one("linkEventDefinition")
_WORDS: Final[Mapping[Kinds, tuple[str, str]]] = {
    _MESSAGE: ("消息", "message"),
    _OPERATION: ("操作", "operation"),
    _ITEM: ("数据类型（itemDefinition）", "item definition"),
    _PARTICIPANT: ("参与方", "participant"),
    _PROPERTY: ("关联属性", "correlation property"),
    _INPUT: ("数据输入", "data input"),
    _OUTPUT: ("数据输出", "data output"),
    _one("signal"): ("信号", "signal"),
    _one("error"): ("错误", "error"),
    _one("escalation"): ("升级", "escalation"),
    _one("process"): ("流程", "process"),
    _one("dataObject"): ("数据对象", "data object"),
    _one("dataStore"): ("数据存储", "data store"),
    _one("interface"): ("接口", "interface"),
    _one("resource"): ("资源", "resource"),
    ACTIVITIES: ("活动", "activity"),
    ITEM_AWARE: ("数据", "piece of data"),
    TRIGGERS: ("事件定义", "event definition"),
    _MEETS: ("活动、事件或参与方", "activity, event or participant"),
}


@each(*_ATTRIBUTES)
def references(node: Node, doc: Document) -> Findings:
    """A reference leads to something of the right kind."""
    for attribute, kinds in _ATTRIBUTES[local(node)].items():
        yield from _leads(node, attribute, node.get(attribute), kinds, doc)


@each(*_CHILDREN)
def text_references(node: Node, doc: Document) -> Findings:
    """References written as text lead somewhere too."""
    if text_of(node):
        yield from _leads(node, local(node), text_of(node), _CHILDREN[local(node)], doc)
    else:
        yield doc.finding(
            "unknown_reference",
            node,
            f"{local(node)} 是空的，没有指向任何东西。请填写或删去这一行。",
            f"{local(node)} is empty and leads to nothing. Fill in or remove the line.",
        )


@each("eventDefinitionRef")
def shared_definitions(node: Node, doc: Document) -> Findings:
    """A definition inside an event is that event's own; only those beside the processes are shared."""
    definition = doc.get(text_of(node))
    holder = None if definition is None else definition.getparent()
    if local(definition) in TRIGGERS and holder is not node.getparent() and local(holder) in EVENTS:
        named = "" if holder is None else said(holder.get("name") or holder.get("id"))
        yield doc.finding(
            "unknown_reference",
            node,
            f"eventDefinitionRef 指向的定义写在事件“{named}”里，只属于那个事件。"
            "请把它移到流程之外（definitions 下），或在这里另写一个。",
            f"eventDefinitionRef names a definition inside the event '{named}', which is that event's own. "
            "Move it out of the process (into the definitions), or write another one here.",
        )


@each("source", "target")
def link_references(node: Node, doc: Document) -> Findings:
    """The ends that a link names are links."""
    if local(node.getparent()) == "linkEventDefinition":
        yield from _leads(node, local(node), text_of(node), _LINKED, doc)


def _leads(node: Node, name: str, text: str | None, kinds: Kinds, doc: Document) -> Findings:
    if not reference(text) or doc.imported(node, text):
        return
    target = doc.get(text)
    if target is None and local(node) == "messageFlow" and reference(text) in doc.steps_between:
        return
    severity: Severity | None = "warning" if local(node.getparent()) in _DATA else None
    if target is None:
        zh, en = _WORDS.get(kinds, ("元素", "element"))
        yield doc.finding(
            "unknown_reference",
            node,
            f"{name} 指向“{said(text)}”，文件里没有这个{zh}。请选择已有的，或先建立它。",
            f"{name} names '{said(text)}', but the file has no such {en}. Choose or create it.",
            severity=severity,
        )
    elif kinds and local(target) not in kinds:
        zh, en = _WORDS.get(kinds, ("所需的元素", "element of the kind that belongs here"))
        yield doc.finding(
            "unknown_reference",
            node,
            f"{name} 指向“{said(text)}”，那是“{local(target)}”，不是{zh}。请重新选择。",
            f"{name} names '{said(text)}', which is a '{local(target)}' and not the {en} it needs. Choose again.",
        )
