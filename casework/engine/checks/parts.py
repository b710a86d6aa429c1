"""What the schema asks of an element: the attributes and parts without which it says nothing."""

from collections.abc import Mapping
from typing import Final

from casework.engine.checks.document import Document, said
from casework.engine.checks.rules import Findings, each
from casework.engine.xml import Node, find, local, text_of

_ATTRIBUTES: Final[Mapping[str, tuple[str, ...]]] = {
    "association": ("sourceRef", "targetRef"),
    "boundaryEvent": ("attachedToRef",),
    "conversationLink": ("sourceRef", "targetRef"),
    "correlationPropertyBinding": ("correlationPropertyRef",),
    "correlationPropertyRetrievalExpression": ("messageRef",),
    "correlationSubscription": ("correlationKeyRef",),
    "import": ("importType", "location", "namespace"),
    "interface": ("name",),
    "ioBinding": ("operationRef", "inputDataRef", "outputDataRef"),
    "messageFlow": ("sourceRef", "targetRef"),
    "messageFlowAssociation": ("innerMessageFlowRef", "outerMessageFlowRef"),
    "operation": ("name",),
    "relationship": ("type",),
    "resource": ("name",),
    "resourceParameterBinding": ("parameterRef",),
    "sequenceFlow": ("sourceRef", "targetRef"),
}
_PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "assignment": ("from", "to"),
    "complexBehaviorDefinition": ("condition",),
    "conditionalEventDefinition": ("condition",),
    "conversationAssociation": ("innerConversationNodeRef", "outerConversationNodeRef"),
    "correlationProperty": ("correlationPropertyRetrievalExpression",),
    "correlationPropertyBinding": ("dataPath",),
    "correlationPropertyRetrievalExpression": ("messagePath",),
    "dataInputAssociation": ("targetRef",),
    "dataOutputAssociation": ("targetRef",),
    "ioSpecification": ("inputSet", "outputSet"),
    "operation": ("inMessageRef",),
    "participantAssociation": ("innerParticipantRef", "outerParticipantRef"),
    "relationship": ("source", "target"),
}
_FILLED: Final = ("transformation", "messagePath", "dataPath")
_TOLD_ELSEWHERE: Final = {"sequenceFlow", "boundaryEvent"}


@each(*_ATTRIBUTES)
def attributes(node: Node, doc: Document) -> Findings:
    """An element has the attributes it can't do without."""
    for name in _ATTRIBUTES[local(node)]:
        if not (node.get(name) or "").strip() and local(node) not in _TOLD_ELSEWHERE:
            yield doc.finding(
                "missing_part",
                node,
                f"“{local(node)}”缺少必需的属性 {name}。请填写，或删去这个元素。",
                f"The '{local(node)}' lacks the attribute {name}, which it can't do without. Fill it in, or remove it.",
            )


@each(*_PARTS)
def children(node: Node, doc: Document) -> Findings:
    """An element has the parts it can't do without."""
    for name in _PARTS[local(node)]:
        if find(node, name) is None:
            yield doc.finding(
                "missing_part",
                node,
                f"“{local(node)}”里缺少必需的“{name}”。请补上，或删去这个元素。",
                f"The '{local(node)}' lacks its '{name}', which it can't do without. Add it, or remove the element.",
                severity="warning" if local(node) == "ioSpecification" else None,
            )


@each(*_FILLED)
def filled(node: Node, doc: Document) -> Findings:
    """An expression that must be there is not empty."""
    if not text_of(node):
        yield doc.finding(
            "missing_part",
            node,
            f"“{local(node)}”里没有表达式。请填写。",
            f"The '{local(node)}' holds no expression. Write it.",
        )


@each("textAnnotation")
def text_formats(node: Node, doc: Document) -> Findings:
    """The format of a note is a media type."""
    form = node.get("textFormat")
    if form is not None and "/" not in form.strip():
        yield doc.finding(
            "bad_value",
            node,
            f"textFormat 要是媒体类型，例如 text/plain，不能是“{said(form)}”。",
            f"textFormat is a media type such as text/plain, not '{said(form)}'.",
        )


@each("definitions")
def target_namespace(root: Node, doc: Document) -> Findings:
    """A file says which namespace its elements belong to."""
    if not (root.get("targetNamespace") or "").strip():
        yield doc.finding(
            "missing_part",
            root,
            "definitions 没有 targetNamespace，其他文件无法引用这里的元素。请填写。",
            "The definitions have no targetNamespace, so no other file can refer to what is in here. Fill it in.",
            severity="warning",
        )
