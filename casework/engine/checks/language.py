"""Is every word in the file a word of BPMN or of ours, and does it stand where it means something?"""

from lxml import etree

from casework.engine.checks.document import SHOWN, Document, said
from casework.engine.checks.rules import Findings, each
from casework.engine.checks.vocabulary import (
    ACTING_NAMESPACES,
    ATTRIBUTES,
    CHOICES,
    ELEMENTS,
    EXTENSION_ATTRIBUTES,
    EXTENSION_ELEMENTS,
    PARENTS,
)
from casework.engine.problems import Problem
from casework.engine.xml import BANJIE, BPMN, Node, local

_OPEN = {
    "definitions",
    "extensionElements",
    "documentation",
    "text",
    "script",
    "rendering",
}  # anything may stand in these


@each("definitions")
def words(root: Node, doc: Document) -> Findings:
    """Walk the file once, past the diagram interchange and what other programs have put into their own corner."""
    todo = [root]
    while todo:
        node = todo.pop()
        yield from _element(node, doc)
        yield from _attributes(node, doc)
        tag = local(node)
        for child in node if tag and tag not in SHOWN else ():
            if tag not in _OPEN or local(child):
                todo.append(child)
            elif tag == "extensionElements" and etree.QName(child).namespace == BANJIE:
                yield from _extension(child, node, doc)


def _element(node: Node, doc: Document) -> Findings:
    tag, parent = local(node), node.getparent()
    if tag not in ELEMENTS:
        inside = "definitions" if parent is None else said(str(etree.QName(parent).localname))
        yield doc.finding(
            "unknown_element",
            node,
            f"“{said(str(etree.QName(node).localname))}”不是可以写在“{inside}”里的 BPMN 元素。请删去，或重新画。",
            f"'{said(str(etree.QName(node).localname))}' is no element of BPMN that may stand in '{inside}'. "
            "Remove it, or draw it again in the modeler.",
        )
    elif tag in PARENTS and local(parent) not in PARENTS[tag]:
        inside = local(parent)
        yield doc.finding(
            "misplaced_element",
            node,
            f"“{tag}”写在“{inside}”里没有意义，不会被执行。请移到正确的位置。",
            f"'{tag}' means nothing inside '{inside}' and would never run. Move it to where it belongs.",
        )


def _attributes(node: Node, doc: Document) -> Findings:
    tag = local(node)
    for full, value in node.attrib.items():
        namespace, name = etree.QName(full).namespace, str(etree.QName(full).localname)
        if namespace == BANJIE:
            if tag not in EXTENSION_ATTRIBUTES.get(name, ()):
                yield _unknown_extension(f"banjie:{name}", node, doc)
        elif namespace in (None, BPMN):
            if namespace or name not in ATTRIBUTES.get(tag, {name}):
                yield doc.finding(
                    "unknown_attribute",
                    node,
                    f"“{tag}”没有“{said(name)}”这个属性（注意大小写），它不会起作用。请改正或删去。",
                    f"'{tag}' has no attribute '{said(name)}' (mind capitals). Correct or remove it.",
                )
            elif str(value).strip() not in CHOICES.get(name, {str(value).strip()}) and tag in ATTRIBUTES:
                allowed = "、".join(sorted(CHOICES[name])), ", ".join(sorted(CHOICES[name]))
                yield doc.finding(
                    "bad_value",
                    node,
                    f"属性“{name}”不能是“{said(str(value))}”，只能是：{allowed[0]}。",
                    f"'{name}' can't be '{said(str(value))}', only one of: {allowed[1]}.",
                )


def _extension(child: Node, holder: Node, doc: Document) -> Findings:
    name = str(etree.QName(child).localname)
    if local(holder.getparent()) not in EXTENSION_ELEMENTS.get(name, ()):
        yield _unknown_extension(f"banjie:{name}", child, doc)
        return
    missing = [one for one in ("name", "value") if not child.get(one, "").strip()]
    spare = [said(str(one)) for one in child.attrib if one not in ("name", "value")]
    if missing or spare or len(child):
        wrong = ", ".join(missing + spare) or "…"
        yield doc.finding(
            "unknown_extension",
            child,
            f"“banjie:{name}”要有且只有 name 和 value 两个属性（问题：{wrong}）。",
            f"'banjie:{name}' takes name and value and nothing else (wrong: {wrong}).",
        )


def _unknown_extension(name: str, node: Node, doc: Document) -> Problem:
    tag = local(node) or local(node.getparent())
    return doc.finding(
        "unknown_extension",
        node,
        f"“{said(name)}”不能用在“{tag}”上，不会起作用。请检查写法，或删去。",
        f"'{said(name)}' has no meaning on '{tag}' and would do nothing. Check the spelling, or remove it.",
    )


@each("definitions")
def acting_extensions(root: Node, doc: Document) -> Findings:
    """One finding for each namespace in which another engine keeps instructions."""
    left = doc.namespaces.intersection(ACTING_NAMESPACES)
    for node in root.iter("*") if left else ():
        for name in (node.tag, *node.attrib):
            namespace = etree.QName(name).namespace
            if namespace in left:
                left = left - {namespace}
                yield doc.finding(
                    "foreign_extension",
                    node,
                    f"文件含有其他流程引擎的设置（{namespace}），这里不会执行。请改用 banjie: 属性。",
                    f"The file holds settings for another engine ({namespace}); they do nothing here. "
                    "Use banjie: attributes instead.",
                )
