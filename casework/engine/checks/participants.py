"""Participants and the kinds of processes: how many take part, and what is shown to others."""

from typing import Final

from casework.engine.checks.document import Document, marked_executable, said
from casework.engine.checks.rules import Findings, each
from casework.engine.xml import Node, find, is_true, local, text_of

_NOT_GLOBAL: Final = frozenset(
    [
        "conversation",
        "subConversation",
        "callConversation",
        "conversationAssociation",
        "participantAssociation",
        "messageFlowAssociation",
        "association",
        "group",
        "textAnnotation",
    ]
)


@each("participantMultiplicity")
def how_many(node: Node, doc: Document) -> Findings:
    """A pool stands for at least none, at most one or more, and never for fewer at most than at least."""
    least, most = _number(node.get("minimum", "0")), _number(node.get("maximum", "1"))
    if least is None or most is None or least < 0 or most < 1 or most < least:
        yield doc.finding(
            "bad_value",
            node,
            f"参与方数量不对：最少“{said(node.get('minimum', '0'))}”，最多“{said(node.get('maximum', '1'))}”。"
            "最少不能是负数，最多至少是 1，且不小于最少。",
            f"The numbers of participants can't be right: at least '{said(node.get('minimum', '0'))}', "
            f"at most '{said(node.get('maximum', '1'))}'. The least is 0 or more, the most 1 or more and no smaller.",
        )


def _number(text: str) -> int | None:
    digits = text.strip()
    sign = -1 if digits.startswith("-") else 1
    digits = digits.lstrip("+-")
    return sign * int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else None


@each("process")
def public_process(process: Node, doc: Document) -> Findings:
    """A public process only shows what others see; it is never run."""
    if process.get("processType") == "Public" and is_true(process, "isExecutable"):
        yield doc.finding(
            "public_process",
            process,
            '公开流程（processType="Public"）只表示对外的交互，不能标为可执行。请改为 Private，或去掉 isExecutable。',
            "A public process only shows how others see it and can't be executable. "
            "Make it private, or take isExecutable away.",
        )


@each("sequenceFlow")
def immediate(flow: Node, doc: Document) -> Findings:
    """In an executable process every flow is taken at once."""
    if marked_executable(flow) and flow.get("isImmediate", "true").strip() in {"false", "0"}:
        yield doc.finding(
            "bad_value",
            flow,
            "可执行流程里，顺序流的 isImmediate 不能是 false。请去掉它。",
            "In an executable process a sequence flow's isImmediate can't be false. Remove it.",
        )


@each("collaboration")
def closed_alike(collaboration: Node, doc: Document) -> Findings:
    """A collaboration is closed exactly when the choreography it refers to is."""
    choreography = doc.get(text_of(find(collaboration, "choreographyRef")))
    if choreography is None or local(choreography) != "choreography":
        return
    if is_true(collaboration, "isClosed") != is_true(choreography, "isClosed"):
        name = said(choreography.get("id"))
        yield doc.finding(
            "bad_value",
            collaboration,
            f"协作图和它引用的编排“{name}”的 isClosed 不一致。请改成一样。",
            f"isClosed differs from that of the choreography '{name}'. Make them the same.",
        )


@each("choreography", "globalConversation")
def refers_to_choreography(node: Node, doc: Document) -> Findings:
    """Neither a choreography nor a global conversation refers to a choreography."""
    if find(node, "choreographyRef") is not None:
        yield doc.finding(
            "misplaced_element",
            node,
            f"“{local(node)}”不能引用编排（choreographyRef）。请删去这个引用。",
            f"A '{local(node)}' can't refer to a choreography (choreographyRef). Remove the reference.",
        )


@each("globalConversation")
def only_participants(node: Node, doc: Document) -> Findings:
    """A global conversation says who talks to whom, and nothing more."""
    for child in node:
        if local(child) in _NOT_GLOBAL:
            yield doc.finding(
                "misplaced_element",
                node,
                f"全局会话里不能有“{local(child)}”。请移到协作图里，或删去。",
                f"A global conversation can't hold a '{local(child)}'. Move it to a collaboration, or remove it.",
            )
