"""One parsed file with the look-ups that rules need, and the one way a rule words its findings."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from casework.engine.catalogue import Catalogue
from casework.engine.checks.rules import RULES
from casework.engine.checks.vocabulary import ELEMENTS
from casework.engine.problems import Problem, Severity
from casework.engine.xml import (
    BANJIE,
    FLOW_NODES,
    Node,
    ancestors,
    kind_of,
    line_of,
    local,
    q,
    reference,
    trigger,
    triggers,
)

if TYPE_CHECKING:
    from casework.engine.checks.expressions import Written

SHOWN: Final = frozenset({"choreography", "globalChoreographyTask"})  # what stands in these tells and never runs
NAMED: Final = FLOW_NODES | {
    "sequenceFlow", "process", "collaboration", "participant", "messageFlow", "lane", "message", "signal", "error",
    "escalation", "dataObject", "dataObjectReference", "dataStore", "dataStoreReference", "association",
    "textAnnotation", "globalTask", "globalUserTask", "globalScriptTask", "globalManualTask", "globalBusinessRuleTask",
    "choreography", "conversation", "globalConversation", "globalChoreographyTask",
}  # fmt: skip


def _names(node: Node) -> bool:
    """Tell whether a finding may point at the node: something on the diagram, or what stands in its place."""
    return bool(node.get("id")) and (local(node) in NAMED or local(node) not in ELEMENTS)


def said(text: str | None) -> str:
    """Return a text of the designer's short enough to quote in a message."""
    flat = " ".join((text or "").split())
    return flat if len(flat) <= 60 else flat[:59] + "…"


def link_key(event: Node | None, kind: str, link: Node) -> tuple[Node | None, str, str]:
    """Return what joins the ends of a link: where it is drawn, which end, and its name."""
    return None if event is None else event.getparent(), kind, link.get("name", "").strip()


class Document:
    """A BPMN file with its ids, its flows in both directions, and what hangs on which activity."""

    def __init__(self, file: str, root: Node, catalogue: Catalogue) -> None:
        self.file = file
        self.root = root
        self.catalogue = catalogue
        self.elements: dict[str, list[Node]] = {}  # by BPMN tag, in document order
        self.ids: dict[str, Node] = {}
        self.leaving: dict[str, list[Node]] = {}
        self.entering: dict[str, list[Node]] = {}
        self.attached: dict[str, list[Node]] = {}
        self.links: dict[tuple[Node | None, str, str], list[Node]] = {}  # scope, kind of event, name of the link
        self.joined: dict[str, list[str]] = {}  # by id, what an association joins to it
        self.beginnings: dict[Node, frozenset[Node]] = {}  # by scope, for the rule about ways into events
        self.written: list[Written] | None = None  # its expressions, once they are compiled
        self.awaited: dict[Node, frozenset[str]] = {}  # by event, the kinds of its definitions
        self.stoppable: dict[Node, bool] = {}  # by scope, for the rule about loops
        self.imports: set[str] = set()  # the namespaces of the files it imports
        self.ours = False  # whether anything of our own namespace is written in it
        shown = {inner for scene in root.iter(*map(q, sorted(SHOWN))) for inner in scene.iterdescendants()}
        for node in root.iter("*"):
            if node in shown:
                continue
            self.ours = self.ours or any(str(name).startswith(f"{{{BANJIE}}}") for name in (node.tag, *node.attrib))
            self._enter(node)

    def _enter(self, node: Node) -> None:
        tag = local(node)
        if not tag:
            return
        self.elements.setdefault(tag, []).append(node)
        if node.get("id"):
            self.ids.setdefault(node.get("id", ""), node)
        if tag == "sequenceFlow":
            self.leaving.setdefault(reference(node.get("sourceRef")), []).append(node)
            self.entering.setdefault(reference(node.get("targetRef")), []).append(node)
        elif tag == "linkEventDefinition" and (event := node.getparent()) is not None:
            self.links.setdefault(link_key(event, local(event), node), []).append(event)
        elif tag == "association":
            source, target = reference(node.get("sourceRef")), reference(node.get("targetRef"))
            self.joined.setdefault(source, []).append(target)
            self.joined.setdefault(target, []).append(source)
        elif tag == "import":
            self.imports.add(node.get("namespace", ""))
        elif tag == "boundaryEvent":
            self.attached.setdefault(reference(node.get("attachedToRef")), []).append(node)

    def all(self, *tags: str) -> Iterator[Node]:
        """Yield every element with one of these BPMN tags."""
        for tag in tags:
            yield from self.elements.get(tag, ())

    def get(self, text: str | None) -> Node | None:
        """Return what a reference leads to."""
        return self.ids.get(reference(text))

    def imported(self, node: Node, text: str | None) -> bool:
        """Tell whether a reference leads into a file that this one imports, by the namespace of its prefix."""
        prefix, _, _ = (text or "").strip().rpartition(":")
        namespace = node.nsmap.get(prefix) if prefix else None
        own = self.root.get("targetNamespace")
        return namespace is not None and namespace != own and namespace in self.imports

    def knows(self, node: Node) -> bool:
        """Tell whether the node can be referred to: it has an id, and no other element took it first."""
        return self.ids.get(node.get("id", "")) is node

    def outgoing(self, node: Node) -> list[Node]:
        """Return the sequence flows that leave a node."""
        return self.leaving.get(node.get("id", ""), []) if self.knows(node) else []

    def incoming(self, node: Node) -> list[Node]:
        """Return the sequence flows that lead to a node."""
        return self.entering.get(node.get("id", ""), []) if self.knows(node) else []

    def boundaries(self, node: Node) -> list[Node]:
        """Return the boundary events attached to an activity."""
        return self.attached.get(node.get("id", ""), []) if self.knows(node) else []

    def associated(self, node: Node) -> list[Node]:
        """Return what associations join to a node."""
        others = (self.ids.get(name) for name in self.joined.get(node.get("id", ""), ()))
        return [other for other in others if other is not None]

    def partners(self, event: Node) -> list[Node]:
        """Return the events at the other end of a link."""
        link = trigger(event, "link")
        other = "intermediateCatchEvent" if local(event) == "intermediateThrowEvent" else "intermediateThrowEvent"
        return [] if link is None else self.links.get(link_key(event, other, link), [])

    def triggers(self, event: Node) -> list[Node]:
        """Return an event's definitions, those it refers to included."""
        referred = (self.get(child.text) for child in event if local(child) == "eventDefinitionRef")
        return triggers(event) + [node for node in referred if node is not None]

    def kinds(self, event: Node) -> frozenset[str]:
        """Return the kinds of an event's definitions: "message", "timer"…"""
        if event not in self.awaited:
            self.awaited[event] = frozenset(kind_of(one) for one in self.triggers(event))
        return self.awaited[event]

    def finding(self, rule: str, node: Node, zh: str, en: str, severity: Severity | None = None) -> Problem:
        """Word a finding about `node`, told of the element on the diagram that it belongs to."""
        owner = next((one for one in (node, *ancestors(node)) if _names(one)), None)
        element, name = (None, None) if owner is None else (owner.get("id"), owner.get("name"))
        severity = severity or RULES[rule]
        return Problem(self.file, element, said(name) or None, line_of(node), rule, severity, {"zh": zh, "en": en})
