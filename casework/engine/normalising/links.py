"""Links: what BPMN lets a designer draw apart, joined again."""

from casework.engine.normalising.draft import Draft
from casework.engine.xml import Node, local, nodes, scopes, trigger


def links(draft: Draft) -> None:
    """A link becomes the sequence flow it stands for; both its events pass the token on."""
    for scope in scopes(draft.root):
        linked = [(node, link) for node in nodes(scope) if (link := trigger(node, "link")) is not None]
        for throw, source in linked:
            for catch, target in linked:
                if local(throw) != local(catch) and local(throw) == "intermediateThrowEvent" and _same(source, target):
                    draft.flow(throw, catch)
        for event, link in linked:
            event.remove(link)
            if local(event) == "intermediateCatchEvent":
                draft.retag(event, "intermediateThrowEvent")


def _same(source: Node, target: Node) -> bool:
    return source.get("name", "").strip() == target.get("name", "").strip()
