"""Small diagrams for tests: a few words of BPMN without the ceremony around them."""

from itertools import pairwise

from lxml import etree

from casework.engine.catalogue import Catalogue
from casework.engine.check import check, examine
from casework.engine.normalise import normalise
from casework.engine.problems import Problem
from casework.engine.xml import Node, q

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:banjie="urn:banjie:bpmn:1" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="t">'
)
START = '<bpmn:startEvent id="start"/>'
END = '<bpmn:endEvent id="end"/>'


def diagram(body: str, outside: str = "", head: str = HEAD) -> bytes:
    """Return a file with one process `p` that holds `body`, and what stands beside the process."""
    return f'{head}{outside}<bpmn:process id="p">{body}</bpmn:process></bpmn:definitions>'.encode()


def flow(source: str, target: str, condition: str | None = None, name: str | None = None) -> str:
    """Return a sequence flow, with a condition if one is given."""
    inner = "" if condition is None else f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>"
    ends = f'id="{name or f"{source}_{target}"}" sourceRef="{source}" targetRef="{target}"'
    return f"<bpmn:sequenceFlow {ends}>{inner}</bpmn:sequenceFlow>"


def path(*names: str) -> str:
    """Return the flows that join these nodes one after another."""
    return "".join(flow(source, target) for source, target in pairwise(names))


def task(id_: str, inner: str = "", kind: str = "task", **attributes: str) -> str:
    """Return an activity."""
    written = "".join(f' {key.replace("__", ":")}="{value}"' for key, value in attributes.items())
    return f'<bpmn:{kind} id="{id_}"{written}>{inner}</bpmn:{kind}>'


def straight(inner: str, *names: str, outside: str = "") -> bytes:
    """Return a process that goes from start through these nodes, which `inner` draws, to its end."""
    return diagram(START + inner + END + path("start", *names, "end"), outside)


def findings(data: bytes, **catalogue: object) -> list[Problem]:
    """Return what the check says about one file."""
    return list(check({"case.bpmn": data}, catalogue=Catalogue(**catalogue)))  # type: ignore[arg-type]


def rules(data: bytes, **catalogue: object) -> list[str]:
    """Return the rules that one file breaks."""
    return [problem.rule for problem in findings(data, **catalogue)]


def normalised(data: bytes) -> Node:
    """Return the rewritten diagram of a file that passes the check."""
    checked = examine({"case.bpmn": data})
    assert not checked.refused, [str(problem) for problem in checked.problems]
    return normalise(checked.roots["case.bpmn"])


def ids(root: Node, tag: str) -> list[str]:
    """Return the ids of every element of one kind."""
    return [node.get("id", "") for node in root.iter(q(tag))]


def edges(root: Node) -> set[tuple[str, str]]:
    """Return every sequence flow as a pair of ids."""
    return {(node.get("sourceRef", ""), node.get("targetRef", "")) for node in root.iter(q("sequenceFlow"))}


def by_id(root: Node, name: str) -> Node:
    """Return the element with this id."""
    return next(node for node in root.iter("*") if node.get("id") == name)


def written(root: Node) -> str:
    """Return a tree as text."""
    return etree.tostring(root, encoding="unicode")
