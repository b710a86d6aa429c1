"""A copy of a diagram for rewriting, which keeps ids, flows and whose element each new one is."""

from collections.abc import Iterable
from copy import deepcopy

from lxml import etree

from casework.engine.xml import Node, designer_id, ext, find, local, q, reference


class Draft:
    """The tree with its look-ups; flows change only through `flow`, `lead` and `leave`, so the look-ups stay true."""

    def __init__(self, root: Node) -> None:
        self.root = deepcopy(root)
        self.index()

    def index(self) -> None:
        """Read ids and flows from the tree anew."""
        self.ids: dict[str, Node] = {}
        self._leaving: dict[str, list[Node]] = {}
        self._entering: dict[str, list[Node]] = {}
        for node in self.root.iter("*"):
            if not local(node):
                continue
            if node.get("id"):
                self.ids.setdefault(node.get("id", ""), node)
            if local(node) == "sequenceFlow":
                for attribute, flows in (("sourceRef", self._leaving), ("targetRef", self._entering)):
                    node.set(attribute, reference(node.get(attribute)))
                    flows.setdefault(node.get(attribute, ""), []).append(node)

    def all(self, *tags: str) -> list[Node]:
        """Return every element with one of these BPMN tags as it stands now."""
        return [node for node in self.root.iter("*") if local(node) in tags]

    def get(self, text: str | None) -> Node | None:
        """Return what a reference leads to."""
        return self.ids.get(reference(text))

    def outgoing(self, node: Node) -> list[Node]:
        """Return the flows that leave a node now."""
        return list(self._leaving.get(node.get("id", ""), ()))

    def incoming(self, node: Node) -> list[Node]:
        """Return the flows that lead to a node now."""
        return list(self._entering.get(node.get("id", ""), ()))

    def scope(self, node: Node) -> Node:
        """Return the process or subprocess a node lies in."""
        scope = node.getparent()
        if scope is None:
            message = f"{node.get('id')} lies in no process"
            raise ValueError(message)
        return scope

    def boundaries(self, host: Node) -> list[Node]:
        """Return the boundary events attached to an activity."""
        beside: Iterable[Node] = () if (scope := host.getparent()) is None else scope
        return [node for node in beside if reference(node.get("attachedToRef")) == host.get("id")]

    def free(self, base: str) -> str:
        """Return `base` as an id, numbered when the designer has used it."""
        name, number = base, 2
        while name in self.ids:
            name, number = f"{base}_{number}", number + 1
        return name

    def new(self, parent: Node, tag: str, base: Node, rule: str, **attributes: str) -> Node:
        """Add an element made from the designer's element `base` by a rule; its id says so and never changes."""
        origin = designer_id(base) or "process"
        name = self.free(f"{origin}__{rule}")
        node = etree.SubElement(parent, q(tag), {"id": name, **attributes})
        node.set(ext("of"), origin)
        self.ids[name] = node
        return node

    def rename(self, node: Node, name: str) -> None:
        """Give a node another id; whatever refers to it in text follows in `index`."""
        node.set(ext("of"), designer_id(node) or name)
        self.ids.pop(node.get("id", ""), None)
        node.set("id", name)
        self.ids[name] = node

    def retag(self, node: Node, tag: str) -> None:
        """Turn a node into another kind, remembering what the designer drew."""
        if node.get(ext("kind")) is None:
            node.set(ext("kind"), local(node))
        node.tag = q(tag)

    def flow(self, source: Node, target: Node, condition: Node | None = None) -> Node:
        """Add a sequence flow beside its source."""
        made = self.new(self.scope(source), "sequenceFlow", source, f"to__{target.get('id')}")
        self.leave(made, source)
        self.lead(made, target)
        if condition is not None:
            made.append(deepcopy(condition))
        return made

    def leave(self, flow: Node, source: Node) -> None:
        """Let a flow begin at another node."""
        self._turn(flow, "sourceRef", source, self._leaving)

    def lead(self, flow: Node, target: Node) -> None:
        """Let a flow end at another node."""
        self._turn(flow, "targetRef", target, self._entering)

    def _turn(self, flow: Node, attribute: str, node: Node, flows: dict[str, list[Node]]) -> None:
        before = flow.get(attribute)
        if before is not None:
            flows[before].remove(flow)
        flow.set(attribute, node.get("id", ""))
        flows.setdefault(node.get("id", ""), []).append(flow)

    def before(self, node: Node, made: Node) -> None:
        """Put a new node in front of another: it takes over what led there."""
        for flow in self.incoming(node):
            self.lead(flow, made)
        self.flow(made, node)

    def hand_over(self, node: Node, made: Node) -> None:
        """Let every flow, and the default, leave a new node instead of this one."""
        for flow in self.outgoing(node):
            self.leave(flow, made)
        default = node.attrib.pop("default", "")
        if default:
            made.set("default", str(default))

    def condition(self, flow: Node) -> Node | None:
        """Return the condition of a flow."""
        return find(flow, "conditionExpression")
