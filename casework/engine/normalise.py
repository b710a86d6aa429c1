"""Normalising: legal BPMN that the library can't run, rewritten into equal BPMN that it can.

It works on a checked diagram. What the designer drew keeps its id. What a rule adds has an id made of the designer's
id and the rule (`out__to__into`) and says in `banjie:of` whose it is; an element that had to become another kind says
in `banjie:kind` what was drawn. The ids are part of the state of running cases: a change here is a new state format.
"""

from collections.abc import Callable, Mapping

from casework.engine.normalising.draft import Draft
from casework.engine.normalising.entries import empty_scopes, global_tasks, instantiating_receives
from casework.engine.normalising.links import links
from casework.engine.normalising.quantities import token_quantities
from casework.engine.normalising.references import (
    bare_references,
    event_definition_references,
    flow_ids,
    standard_instances,
)
from casework.engine.xml import Node, ext

Rewriting = Callable[[Draft], None]

# In this order: each may count on what those before it have made plain.
REWRITINGS: tuple[Rewriting, ...] = (
    bare_references,
    event_definition_references,
    flow_ids,
    global_tasks,
    instantiating_receives,
    standard_instances,
    token_quantities,
    links,
    empty_scopes,
)


def normalise(root: Node) -> Node:
    """Return a rewritten copy of a checked diagram; the diagram itself stays as it was drawn."""
    draft = Draft(root)
    for rewrite in REWRITINGS:
        rewrite(draft)
    return draft.root


def origins(root: Node) -> Mapping[str, str]:
    """Return, for every element that normalising added or renamed, the id of the designer's element it comes from."""
    return {node.get("id", ""): node.get(ext("of"), "") for node in root.iter("*") if node.get(ext("of")) is not None}
