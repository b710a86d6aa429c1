"""Turn decision files into decisions."""

from collections.abc import Mapping
from dataclasses import dataclass

from casework.decisions import xml
from casework.decisions.boxes import Boxes
from casework.decisions.decision import Decision, Link, chain
from casework.decisions.problems import DecisionRefused, Findings, Problem
from casework.decisions.xml import Element

REQUIREMENTS = ("informationRequirement", "knowledgeRequirement")
REQUIRED = ("requiredDecision", "requiredKnowledge")


@dataclass(frozen=True, slots=True)
class _File:
    findings: Findings
    elements: tuple[Element, ...]


def load(files: Mapping[str, bytes]) -> Mapping[str, Decision]:
    """Return the decisions of the files by their ids; DecisionRefused lists everything that is wrong with them."""
    read = [_open(name, content) for name, content in sorted(files.items())]
    known = _names(read)
    links: dict[str, Link] = {}
    owners: dict[str, tuple[_File, Element]] = {}
    for file in read:
        for element in file.elements:
            place = xml.place(element)
            if xml.kind(element) == "inputData":
                continue
            if not place.id or place.id in links:
                file.findings.add(place, "id_not_unique", "标识缺失或重复", "the id is missing or used twice")
                continue
            links[place.id] = _link(file.findings, element, known)
            owners[place.id] = file, element
    decisions = _join(links, owners)
    problems: list[Problem] = [problem for file in read for problem in file.findings.problems]
    if problems:
        raise DecisionRefused(problems)
    return decisions


def _open(name: str, content: bytes) -> _File:
    findings = Findings(name)
    root = xml.parse(content, findings)
    if root is None:
        return _File(findings, ())
    return _File(findings, tuple(xml.children(root, "decision", "businessKnowledgeModel", "inputData")))


def _names(files: list[_File]) -> frozenset[str]:
    """Return the names that expressions may use and that have several words."""
    found = set()
    for file in files:
        for element in file.elements:
            found |= {xml.variable(element), " ".join((element.get("name") or "").split())}
            for part in element.iter():
                if isinstance(part.tag, str) and xml.kind(part) in ("formalParameter", "variable", "output", "column"):
                    found.add(" ".join((part.get("name") or "").split()))
    return frozenset(name for name in found if name and not name.isidentifier())


def _link(findings: Findings, element: Element, known: frozenset[str]) -> Link:
    compiler = Boxes(findings, known)
    if xml.kind(element) == "decision":
        run = compiler.box(element)
    else:
        logic = xml.child(element, "encapsulatedLogic")
        if logic is None:
            compiler.refuse(element)
        run = compiler.function(logic) if logic is not None else compiler.expression("", element)
    required = []
    for requirement in xml.children(element, *REQUIREMENTS):
        target = xml.child(requirement, *REQUIRED)
        if target is not None:
            required.append(str(target.get("href") or "").rpartition("#")[2])
    names = {xml.variable(element), " ".join((element.get("name") or "").split()), str(element.get("id"))} - {""}
    return Link(str(element.get("id")), frozenset(names), run, tuple(required), frozenset(compiler.names))


def _join(links: dict[str, Link], owners: dict[str, tuple[_File, Element]]) -> Mapping[str, Decision]:
    """Return the decisions with their chains, noting what is required and missing, or required in a circle."""
    whole = True
    for at, link in links.items():
        file, element = owners[at]
        for other in link.requires:
            if other not in links:
                zh, en = f"依赖的决策 {other} 不存在", f"it requires {other}, which does not exist"
                file.findings.add(xml.place(element), "requirement_missing", zh, en)
                whole = False
    decisions: dict[str, Decision] = {}
    for at, (file, element) in owners.items():
        steps = chain(links, at) if whole else ()
        if steps is None:
            file.findings.add(
                xml.place(element), "requirement_circle", "决策互相依赖成环", "decisions require each other in a circle"
            )
        elif xml.kind(element) == "decision":
            given = frozenset(name for step in steps[:-1] for name in step.names)
            asked = frozenset(name for step in steps for name in step.asks) - given
            name = element.get("name") or at
            decisions[at] = Decision(at, name, file.findings.file, links[at].requires, asked, steps)
    return decisions
