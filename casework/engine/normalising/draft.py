"""A copy of a diagram for rewriting, which keeps ids and whose element each new one is."""

from copy import deepcopy

from lxml import etree

from casework.engine.xml import Node, designer_id, ext, local, q, reference


class Draft:
    """The tree with what its ids lead to."""

    def __init__(self, root: Node) -> None:
        self.root = deepcopy(root)
        self.ids: dict[str, Node] = {}
        for node in self.root.iter("*"):
            if local(node) and node.get("id"):
                self.ids.setdefault(node.get("id", ""), node)

    def all(self, *tags: str) -> list[Node]:
        """Return every element with one of these BPMN tags as it stands now."""
        return [node for node in self.root.iter("*") if local(node) in tags]

    def get(self, text: str | None) -> Node | None:
        """Return what a reference leads to."""
        return self.ids.get(reference(text))

    def scope(self, node: Node) -> Node:
        """Return the process or subprocess a node lies in."""
        scope = node.getparent()
        if scope is None:
            message = f"{node.get('id')} lies in no process"
            raise ValueError(message)
        return scope

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
        """Give a node another id."""
        node.set(ext("of"), designer_id(node) or name)
        self.ids.pop(node.get("id", ""), None)
        node.set("id", name)
        self.ids[name] = node

    def retag(self, node: Node, tag: str) -> None:
        """Turn a node into another kind, remembering what the designer drew."""
        if node.get(ext("kind")) is None:
            node.set(ext("kind"), local(node))
        node.tag = q(tag)

    def flow(self, source: Node, target: Node) -> Node:
        """Add a sequence flow beside its source."""
        ends = {"sourceRef": source.get("id", ""), "targetRef": target.get("id", "")}
        return self.new(self.scope(source), "sequenceFlow", source, f"to__{target.get('id')}", **ends)
