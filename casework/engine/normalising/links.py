"""Links: what BPMN lets a designer draw apart, joined again."""

from casework.engine.normalising.draft import Draft
from casework.engine.xml import is_same_link, local, named_by_link, nodes, scopes, trigger


def links(draft: Draft) -> None:
    """A link becomes the sequence flow it stands for; both its events pass the token on."""
    for scope in scopes(draft.root):
        linked = [(node, link) for node in nodes(scope) if (link := trigger(node, "link")) is not None]
        named = {pair for _, link in linked for pair in named_by_link(link)}
        for throw, source in linked:
            for catch, target in linked:
                if (
                    local(throw) != local(catch)
                    and local(throw) == "intermediateThrowEvent"
                    and is_same_link(source, target, named)
                ):
                    draft.flow(throw, catch)
        for event, link in linked:
            event.remove(link)
            if local(event) == "intermediateCatchEvent":
                draft.retag(event, "intermediateThrowEvent")
