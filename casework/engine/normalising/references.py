"""References and ids: everything named where it stands, under ids that clash with nothing."""

from copy import deepcopy
from typing import Final

from casework.engine.normalising.draft import Draft
from casework.engine.xml import FLOW_NODES, ext, find, local, reference, text_of

# The library keeps elements of its own under these ids, and makes others with these endings.
_RESERVED: Final = frozenset({"Start", "End", "Root", "StartEventSplit", "StartEventJoin"})
_ENDINGS: Final = (".EndJoin", ".BoundaryEventSplit", ".BoundaryEventJoin", " [child]")
_REFERRING: Final = (
    "sourceRef", "targetRef", "attachedToRef", "default", "messageRef", "signalRef", "errorRef", "escalationRef",
    "activityRef", "calledElement", "processRef", "dataObjectRef", "bpmnElement",
)  # fmt: skip
_REFERRING_TEXTS: Final = ("flowNodeRef", "sourceRef", "targetRef", "eventDefinitionRef", "loopDataInputRef")


def bare_references(draft: Draft) -> None:
    """Drop the namespace prefixes of references, where the id is known without them."""
    for node in draft.root.iter("*"):
        for attribute in _REFERRING:
            value = node.get(attribute)
            if value and ":" in value and reference(value) in draft.ids:
                node.set(attribute, reference(value))


def flow_ids(draft: Draft) -> None:
    """Give every sequence flow an id."""
    for flow in draft.all("sequenceFlow"):
        source = draft.get(flow.get("sourceRef"))
        if flow.get("id") is None and source is not None:
            flow.set("id", draft.free(f"{source.get('id')}__to__{flow.get('targetRef')}"))
            flow.set(ext("of"), source.get("id", ""))
            draft.ids[flow.get("id", "")] = flow


def event_definition_references(draft: Draft) -> None:
    """Copy an event definition to where an event refers to it."""
    for link in draft.all("eventDefinitionRef"):
        definition, event = draft.get(text_of(link)), link.getparent()
        if definition is not None and event is not None:
            copy = deepcopy(definition)
            copy.attrib.pop("id", "")
            event.replace(link, copy)


def reserved_ids(draft: Draft) -> None:
    """Rename elements whose ids the library needs for itself; references follow."""
    renamed: dict[str, str] = {}
    for name, node in list(draft.ids.items()):
        if local(node) in FLOW_NODES | {"process"} and (name in _RESERVED or name.endswith(_ENDINGS)):
            renamed[name] = draft.free(name.replace(".", "_").replace(" ", "_") + "__element")
            draft.rename(node, renamed[name])
    if not renamed:
        return
    for node in draft.root.iter("*"):
        for attribute in _REFERRING:
            if node.get(attribute) in renamed:
                node.set(attribute, renamed[node.get(attribute, "")])
        if local(node) in _REFERRING_TEXTS and text_of(node) in renamed:
            node.text = renamed[text_of(node)]
    draft.index()


def standard_instances(draft: Draft) -> None:
    """Write the standard's input and output of instances the way ours is written."""
    for loop in draft.all("multiInstanceLoopCharacteristics"):
        pairs = (("loopDataInputRef", "collection"), ("loopDataOutputRef", "collect"))
        for tag, name in pairs:
            node = find(loop, tag)
            if node is not None:
                loop.set(ext(name), _variable(draft, text_of(node)))
                loop.remove(node)
        for tag in ("inputDataItem", "outputDataItem"):
            node = find(loop, tag)
            if node is not None:
                if tag == "inputDataItem":
                    loop.set(ext("element"), node.get("name") or node.get("id") or "item")
                loop.remove(node)


def _variable(draft: Draft, text: str) -> str:
    node = draft.get(text)
    return text if node is None else node.get("name") or reference(text)
