"""Read a decision file safely, and find the parts of it whatever version of DMN it is written in."""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from casework.decisions.problems import Findings, Place

MOST_BYTES = 2_000_000
NAMESPACES = frozenset(
    (
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    )
)
Element = etree._Element  # lxml has no other name for it


def parse(content: bytes, findings: Findings) -> Element | None:
    """Return the root of a decision file; None when it can't be read, which the findings tell."""
    whole = Place(None, None, None)
    if len(content) > MOST_BYTES:
        findings.add(whole, "file_too_large", "文件过大", "the file is too large")
        return None
    reader = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, reader)
    except (etree.XMLSyntaxError, ValueError) as error:
        findings.add(whole, "xml_unreadable", f"不是合格的 XML：{error}", f"not well-formed XML: {error}")
        return None
    about: Any = root.getroottree().docinfo
    if about.doctype:
        findings.add(whole, "doctype", "不允许 DOCTYPE", "a DOCTYPE is not allowed")
        return None
    if namespace(root) not in NAMESPACES or kind(root) != "definitions":
        findings.add(whole, "not_dmn", "不是 DMN 1.1 至 1.5 文件", "not a file of DMN 1.1 to 1.5")
        return None
    return root


def namespace(element: Element) -> str:
    """Return the namespace of an element."""
    return str(etree.QName(element).namespace or "")


def kind(element: Element) -> str:
    """Return the DMN word for an element; nothing when it is of another namespace."""
    return str(etree.QName(element).localname) if namespace(element) in NAMESPACES else ""


def children(element: Element, *kinds: str) -> Iterator[Element]:
    """Run over the child elements of these kinds; over all of DMN when none is named."""
    for child in element:
        if isinstance(child.tag, str) and (kind(child) in kinds or (not kinds and kind(child))):
            yield child


def child(element: Element, *kinds: str) -> Element | None:
    """Return the first child element of one of these kinds."""
    return next(children(element, *kinds), None)


def text(element: Element | None) -> str:
    """Return the FEEL text inside an element: its `text` child's."""
    inside = None if element is None else child(element, "text")
    return "" if inside is None else str(inside.text or "").strip()


def place(element: Element) -> Place:
    """Return where an element stands."""
    line = element.sourceline
    return Place(
        element.get("id"), element.get("label") or element.get("name"), line if isinstance(line, int) else None
    )


def name(element: Element) -> str:
    """Return the name of an element, with single blanks."""
    return " ".join((element.get("name") or "").split())


def variable(element: Element) -> str:
    """Return the name under which other expressions know an element."""
    inside = child(element, "variable")
    return (name(inside) if inside is not None else "") or name(element) or str(element.get("id") or "")
