"""The drawing: shapes and lines stand for something that is there, and can be drawn."""

from typing import Final

from lxml import etree

from casework.engine.checks.document import Document, said
from casework.engine.checks.rules import Findings, each
from casework.engine.checks.whole import ids_in
from casework.engine.problems import Problem
from casework.engine.xml import Node, reference

_DI: Final = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_BOUNDS: Final = "{http://www.omg.org/spec/DD/20100524/DC}Bounds"
_POINT: Final = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
_SIDES: Final = ("x", "y", "width", "height")
_DRAWN: Final = tuple(f"{_DI}{name}" for name in ("BPMNShape", "BPMNEdge", "BPMNPlane"))


@each("definitions")
def drawing(root: Node, doc: Document) -> Findings:
    """Every shape and line belongs to an element, and what is drawn of a process is drawn whole."""
    drawn: set[str] = set()
    held = ids_in(root) if root.find(f".//{_DI}BPMNPlane") is not None else set()
    for node in root.iter(*_DRAWN):
        kind, name = str(etree.QName(node).localname), node.get("bpmnElement")
        element = doc.get(name)
        drawn.add(reference(name))
        if name and reference(name) not in held and not doc.imported(node, name):
            yield _drawing(node, doc, *_unknown(kind, name))
        yield from _shape(node, kind, element, doc)
    yield from _left_out(drawn, doc)


def _unknown(kind: str, name: str) -> tuple[str, str]:
    return (
        f"图形 {kind} 指向“{said(name)}”，文件里没有这个元素。请用建模工具重新保存。",
        f"The {kind} draws '{said(name)}', which the file does not hold. Save the file again in the modeler.",
    )


def _shape(node: Node, kind: str, element: Node | None, doc: Document) -> Findings:
    name = said((element.get("name") or element.get("id")) if element is not None else node.get("id"))
    if kind == "BPMNEdge" and len(node.findall(_POINT)) < 2:
        yield _drawing(
            node,
            doc,
            f"连线“{name}”少于两个点，画不出来。请在建模工具里重新连线。",
            f"The line '{name}' has fewer than two points and can't be drawn. Connect it again in the modeler.",
        )
    bounds = node.find(_BOUNDS)
    if kind == "BPMNShape" and (bounds is None or not all(_is_number(bounds.get(side)) for side in _SIDES)):
        yield _drawing(
            node,
            doc,
            f"图形“{name}”没有完整的位置和大小，画不出来。请在建模工具里重新放置。",
            f"The shape of '{name}' lacks its place or size and can't be drawn. Place it again in the modeler.",
        )


def _is_number(text: str | None) -> bool:
    whole, _, rest = (text or "").strip().removeprefix("-").partition(".")
    digits = (whole + rest).lower().replace("e", "", 1).replace("-", "", 1).replace("+", "", 1)
    return digits.isascii() and digits.isdecimal()


def _left_out(drawn: set[str], doc: Document) -> Findings:
    for process in doc.all("process"):
        inside = doc.nodes(process)
        if any(node.get("id") in drawn for node in inside):
            for node in inside:
                if node.get("id") and node.get("id") not in drawn:
                    yield _drawing(
                        node,
                        doc,
                        "图上没有画出这个元素，看图的人不知道有它。请在建模工具里画上，或删去它。",
                        "The diagram does not show this element, so nobody who reads it knows of it. "
                        "Draw it, or remove it.",
                    )


def _drawing(node: Node, doc: Document, zh: str, en: str) -> Problem:
    return doc.finding("bad_drawing", node, zh, en)
