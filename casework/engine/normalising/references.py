"""References and ids: everything named where it stands, under ids that clash with nothing."""

from copy import deepcopy
from typing import Final

from casework.engine.associations import variable
from casework.engine.normalising.draft import Draft
from casework.engine.xml import ext, find, reference, text_of

_REFERRING: Final = (
    "sourceRef", "targetRef", "attachedToRef", "default", "messageRef", "signalRef", "errorRef", "escalationRef",
    "activityRef", "calledElement", "processRef", "dataObjectRef", "bpmnElement",
)  # fmt: skip


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


def standard_instances(draft: Draft) -> None:
    """Write the standard's input and output of instances the way ours is written."""
    for loop in draft.all("multiInstanceLoopCharacteristics"):
        pairs = (("loopDataInputRef", "collection"), ("loopDataOutputRef", "collect"))
        for tag, name in pairs:
            node = find(loop, tag)
            if node is not None:
                loop.set(ext(name), variable(text_of(node), draft.get))
                loop.remove(node)
        for tag, name in (("inputDataItem", "element"), ("outputDataItem", "collected")):
            node = find(loop, tag)
            if node is not None:
                loop.set(ext(name), node.get("name") or node.get("id") or "item")
                loop.remove(node)
