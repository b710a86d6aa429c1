"""One parsed file with the look-ups that rules need, and the one way a rule words its findings."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from casework.engine.catalogue import Catalogue
from casework.engine.checks.rules import RULES
from casework.engine.checks.vocabulary import ELEMENTS
from casework.engine.checks.whole import is_used, namespaces_of
from casework.engine.problems import Problem, Severity
from casework.engine.xml import (
    ANY_BPMN,
    BANJIE,
    FLOW_NODES,
    Node,
    ancestors,
    is_same_link,
    is_true,
    kind_of,
    line_of,
    local,
    named_by_link,
    nodes,
    q,
    reference,
    trigger,
    triggers,
)

if TYPE_CHECKING:
    from casework.engine.checks.expressions import Written

SHOWN: Final = frozenset({"choreography", "globalChoreographyTask"})  # what stands in these tells and never runs
_BETWEEN: Final = frozenset({"choreographyTask", "subChoreography", "callChoreography"})
NAMED: Final = FLOW_NODES | {
    "sequenceFlow", "process", "collaboration", "participant", "messageFlow", "lane", "message", "signal", "error",
    "escalation", "dataObject", "dataObjectReference", "dataStore", "dataStoreReference", "association",
    "textAnnotation", "globalTask", "globalUserTask", "globalScriptTask", "globalManualTask", "globalBusinessRuleTask",
    "choreography", "conversation", "globalConversation", "globalChoreographyTask",
}  # fmt: skip


def _names(node: Node) -> bool:
    """Tell whether a finding may point at the node: something on the diagram or shared, or what stands in its place."""
    shared = local(node).endswith("EventDefinition") and local(node.getparent()) == "definitions"
    return bool(node.get("id")) and (local(node) in NAMED or shared or local(node) not in ELEMENTS)


def said(text: str | None) -> str:
    """Return a text of the designer's short enough to quote in a message."""
    flat = " ".join((text or "").split())
    return flat if len(flat) <= 60 else flat[:59] + "…"


def marked_executable(node: Node) -> bool:
    """Tell whether a node stands in a process that says of itself that it is to run."""
    process = next((one for one in ancestors(node) if local(one) == "process"), None)
    return process is not None and is_true(process, "isExecutable")


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
        self.named_links: set[tuple[str, str]] = set()  # which link names which as its other end, by id
        self.joined: dict[str, list[str]] = {}  # by id, what an association joins to it
        self.declared: dict[Node, Node] = {}  # by what declares data of its own, the first declaration
        self.beginnings: dict[Node, frozenset[Node]] = {}  # by scope, for the rule about ways into events
        self.written: list[Written] | None = None  # its expressions, once they are compiled
        self.overlong = False  # whether they are more than is compiled
        self.awaited: dict[Node, frozenset[str]] = {}  # by event, the kinds of its definitions
        self.following: dict[Node, list[Node]] = {}  # by node, where a token may go from it
        self.inside: dict[Node, list[Node]] = {}  # by scope, the nodes directly in it
        self.stoppable: dict[Node, bool] = {}  # by scope, for the rule about loops
        self.marks: set[str] = set()  # what its processes say about being executable, "" for nothing
        self.imports: set[str] = set()  # the namespaces of the files it imports
        self.namespaces = namespaces_of(root)
        self.for_us = BANJIE in self.namespaces or "feel" in root.get("expressionLanguage", "").lower()
        self.ours = BANJIE in self.namespaces and is_used(BANJIE, root)
        shown = {inner for scene in root.iter(*map(q, sorted(SHOWN))) for inner in scene.iterdescendants()}
        self.steps_between = {inner.get("id") for inner in shown if local(inner) in _BETWEEN}
        for node in root.iter(ANY_BPMN):
            if node not in shown:
                self._enter(node)

    def _enter(self, node: Node) -> None:
        tag = local(node)
        self.elements.setdefault(tag, []).append(node)
        if node.get("id"):
            self.ids.setdefault(node.get("id", ""), node)
        if tag == "sequenceFlow":
            self.leaving.setdefault(reference(node.get("sourceRef")), []).append(node)
            self.entering.setdefault(reference(node.get("targetRef")), []).append(node)
        elif tag == "linkEventDefinition" and (event := node.getparent()) is not None:
            self.links.setdefault(link_key(event, local(event), node), []).append(event)
            self.named_links.update(named_by_link(node))
        elif tag == "association":
            source, target = reference(node.get("sourceRef")), reference(node.get("targetRef"))
            self.joined.setdefault(source, []).append(target)
            self.joined.setdefault(target, []).append(source)
        elif tag == "process":
            self.marks.add(node.get("isExecutable", "").strip())
        elif tag == "import":
            self.imports.add(node.get("namespace", ""))
        elif tag in {"ioSpecification", "dataOutput"} and (holder := node.getparent()) is not None:
            self.declared.setdefault(holder, node)
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

    def nodes(self, scope: Node) -> list[Node]:
        """Return the flow nodes that lie directly in a process or subprocess."""
        if scope not in self.inside:
            self.inside[scope] = nodes(scope)
        return self.inside[scope]

    def outgoing(self, node: Node) -> list[Node]:
        """Return the sequence flows that leave a node."""
        return self.leaving.get(node.get("id", ""), []) if self.knows(node) else []

    def incoming(self, node: Node) -> list[Node]:
        """Return the sequence flows that lead to a node."""
        return self.entering.get(node.get("id", ""), []) if self.knows(node) else []

    def boundaries(self, node: Node) -> list[Node]:
        """Return the boundary events attached to an activity."""
        return self.attached.get(node.get("id", ""), []) if self.knows(node) else []

    def interruptions(self, node: Node) -> list[Node]:
        """Return the boundary events that end an activity when they happen; what undoes it only waits for its end."""
        return [
            event
            for event in self.boundaries(node)
            if is_true(event, "cancelActivity", "true") and "compensate" not in self.kinds(event)
        ]

    def associated(self, node: Node) -> list[Node]:
        """Return what associations join to a node."""
        others = (self.ids.get(name) for name in self.joined.get(node.get("id", ""), ()))
        return [other for other in others if other is not None]

    def partners(self, event: Node) -> list[Node]:
        """Return the events at the other end of a link."""
        link = trigger(event, "link")
        if link is None:
            return []
        other = "intermediateCatchEvent" if local(event) == "intermediateThrowEvent" else "intermediateThrowEvent"
        alike = self.links.get(link_key(event, other, link), [])
        named = (self._named_end(event, link, self.ids.get(name)) for _, name in named_by_link(link))
        return list(dict.fromkeys([*alike, *(end for end in named if local(end) == other and end is not None)]))

    def _named_end(self, event: Node, link: Node, named: Node | None) -> Node | None:
        """Return the event beside this one whose link is named by this link and names it back."""
        end = None if named is None else named.getparent()
        if named is None or end is None or end.getparent() is not event.getparent():
            return None
        return end if is_same_link(link, named, self.named_links) else None

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
