"""Activities: quantities, loops, instances, and the names of what is written."""

import re
from typing import Final

from casework.engine.checks.document import Document, said
from casework.engine.checks.rules import Findings, each
from casework.engine.xml import ACTIVITIES, BANJIE, Node, ext, find, local, text_of

MOST_TOKENS: Final = 1000
_NAME: Final = re.compile(r"[^\W\d]\w*")
_WHOLE: Final = re.compile(r"[+-]?\d+(?:\.\d+)?")


@each(*sorted(ACTIVITIES))
def quantities(node: Node, doc: Document) -> Findings:
    """As many tokens start an activity, and leave it, as can come and be counted."""
    for attribute in ("startQuantity", "completionQuantity"):
        written = node.get(attribute, "1").strip()
        quantity = int(written[:9]) if written.isdecimal() else 0
        if quantity < 1:
            yield doc.finding(
                "bad_value",
                node,
                f"{attribute} 要是 1 或更大的整数，不能是“{said(written)}”。请去掉它。",
                f"{attribute} is a whole number of 1 or more, not '{said(written)}'. Remove it.",
            )
        elif quantity > MOST_TOKENS:
            yield doc.finding(
                "token_quantity",
                node,
                f"{attribute} 最多是 {MOST_TOKENS}，现在是“{said(written)}”。要办很多次时请用多实例。",
                f"{attribute} is at most {MOST_TOKENS}, not '{said(written)}'. Use instances for more.",
            )
        elif attribute == "startQuantity" and quantity > 1 and not _is_led_to(node, doc):
            yield doc.finding(
                "token_quantity",
                node,
                f"startQuantity 是“{said(written)}”，但没有能带来这么多令牌的连线。请画上进入的连线，或去掉它。",
                f"startQuantity is '{said(written)}', but no flow brings that many tokens. Draw one, or remove it.",
            )


def _is_led_to(node: Node, doc: Document) -> bool:
    """Tell whether flows bring tokens; an event-based gateway gives its one token only when the event has come."""
    sources = [doc.get(flow.get("sourceRef")) for flow in doc.incoming(node)]
    return bool(sources) and all(local(source) != "eventBasedGateway" for source in sources)


@each(*sorted(ACTIVITIES))
def one_loop(node: Node, doc: Document) -> Findings:
    """An activity repeats in one way."""
    if sum(local(child).endswith("LoopCharacteristics") for child in node) > 1:
        yield doc.finding(
            "bad_loop",
            node,
            "一个活动只能有一种循环。请留下一种。",
            "An activity repeats in one way only. Keep one of its loops.",
        )


@each("standardLoopCharacteristics")
def loops(loop: Node, doc: Document) -> Findings:
    """A loop has an end."""
    maximum = loop.get("loopMaximum")
    if maximum is not None and not (maximum.strip().isdecimal() and int(maximum[:9]) > 0):
        yield doc.finding(
            "bad_loop",
            loop,
            f"循环次数上限要是正整数，不能是“{said(maximum)}”。",
            f"loopMaximum is a whole number of 1 or more, not '{said(maximum)}'.",
        )
    if maximum is None and find(loop, "loopCondition") is None:
        yield doc.finding(
            "bad_loop",
            loop,
            "循环没有条件也没有次数上限，永远不会结束。请写明循环条件。",
            "The loop has neither a condition nor a maximum, so it never ends. Write its condition.",
        )


@each("multiInstanceLoopCharacteristics")
def instances(loop: Node, doc: Document) -> Findings:
    """It is said how many instances there are: by a number or by a collection."""
    cardinality, collection = find(loop, "loopCardinality"), loop.get(ext("collection"))
    drawn = find(loop, "loopDataInputRef")
    if sum(one is not None for one in (cardinality, collection, drawn)) != 1:
        yield doc.finding(
            "bad_multi_instance",
            loop,
            "多实例要写明数量或集合，两者选一：loopCardinality，或 banjie:collection。",
            "Say how many instances there are, in one way: loopCardinality or banjie:collection.",
        )
    number = text_of(cardinality).removeprefix("=").strip()
    if _WHOLE.fullmatch(number) and (number.startswith("-") or "." in number):
        yield doc.finding(
            "bad_multi_instance",
            loop,
            f"实例数不能是“{said(number)}”，要是 0 或正整数。",
            f"The number of instances can't be '{said(number)}': it is a whole number, 0 or more.",
        )
    for name in ("element", "collect"):
        if loop.get(ext(name)) is not None and collection is None and drawn is None:
            yield doc.finding(
                "bad_multi_instance",
                loop,
                f"banjie:{name} 要和 banjie:collection 一起用。",
                f"banjie:{name} goes with banjie:collection.",
            )


@each("multiInstanceLoopCharacteristics", "serviceTask", "sendTask", "businessRuleTask")
def data_names(node: Node, doc: Document) -> Findings:
    """What is written to the data has a name that expressions can use."""
    for attribute in ("element", "collect", "result"):
        yield from data_name(node, node.get(ext(attribute)), doc)


@each("extensionElements")
def mapped_names(holder: Node, doc: Document) -> Findings:
    """So have parameters and what goes in and out of a called process."""
    told: set[tuple[str, str]] = set()
    for child in holder:
        if isinstance(child.tag, str) and child.tag.startswith(f"{{{BANJIE}}}"):
            name = child.get("name", "")
            yield from data_name(child, name or None, doc)
            if (child.tag, name) in told:
                yield doc.finding(
                    "bad_name",
                    child,
                    f"“{said(name)}”写了两次，只有一次会起作用。请删去一个。",
                    f"'{said(name)}' is given twice and only one would count. Remove one.",
                )
            told.add((child.tag, name))


def data_name(node: Node, name: str | None, doc: Document) -> Findings:
    """What names data is a name that expressions can use."""
    if name is not None and not _NAME.fullmatch(name):
        yield doc.finding(
            "bad_name",
            node,
            f"“{said(name)}”不能作数据名：要以文字开头，只用文字、数字和下划线。",
            f"'{said(name)}' can't name data: begin with a letter and use letters, digits and underscores only.",
        )
