"""Data associations: what goes into an activity or event under a name of its own, and what comes out under another.

What goes in is seen by the activity alone. What it writes under the name of one of its outputs is held back until it is
done, and then written to where the association leads. An association that is only drawn, with no input or output behind
it, says who uses what and moves nothing: all tokens of a process share its data anyway.
"""

from collections import ChainMap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from casework import feel
from casework.engine.expressions import Asking, compiled
from casework.engine.tokens import GIVEN, CaseTask
from casework.engine.values import pack, unpack
from casework.engine.xml import Node, find, q, reference, text_of

HELD: Final = "held"  # what it has written to its outputs
Lookup = Callable[[str], Node | None]


@dataclass(frozen=True)
class Transfer:
    """One value that moves: the data under a name as it is, or what an expression makes of it."""

    target: str
    sources: tuple[str, ...]
    expression: feel.Expression | None

    def value(self, asking: Asking, names: Mapping[str, Any]) -> Any:
        """Return what moves."""
        return asking.value(self.expression, names) if self.expression is not None else names.get(self.sources[0])


@dataclass(frozen=True)
class Associations:
    """Everything that moves into one activity or event, and out of it."""

    ins: tuple[Transfer, ...] = ()
    outs: tuple[Transfer, ...] = ()
    outputs: frozenset[str] = frozenset()  # the names of what comes out

    def incoming(self, asking: Asking, names: Mapping[str, Any]) -> dict[str, Any]:
        """Return what goes in, by the names it has inside."""
        return {one.target: one.value(asking, names) for one in self.ins}

    def outgoing(self, asking: Asking, names: Mapping[str, Any], held: Mapping[str, Any]) -> dict[str, Any]:
        """Return what comes out of what was held back, by the names it has outside."""
        inside = ChainMap(dict(held), names)  # type: ignore[arg-type]
        due = [one for one in self.outs if not one.sources or any(name in held for name in one.sources)]
        return {one.target: one.value(asking, inside) for one in due}


NONE: Final = Associations()


def read_associations(node: Node, get: Lookup) -> Associations:
    """Return the associations of an activity or event that move something."""
    ins = [
        transfer
        for association in node.findall(q("dataInputAssociation"))
        for transfer in _transfers(association, _own(node, "dataInput"), get, inwards=True)
    ]
    outs = [
        transfer
        for association in node.findall(q("dataOutputAssociation"))
        for transfer in _transfers(association, _own(node, "dataOutput"), get, inwards=False)
    ]
    if not ins and not outs:
        return NONE
    return Associations(tuple(ins), tuple(outs), frozenset(name for one in outs for name in one.sources))


def variable(text: str, get: Lookup) -> str:
    """Return the name under which expressions know a data object, input, output or property.

    A data object has one name, whatever the references to it are called; without one it is known by theirs.
    """
    node = get(text)
    shown = "" if node is None else node.get("dataObjectRef", "")
    known = [one.get("name") for one in (get(shown), node) if one is not None]
    return next(filter(None, known), reference(shown or text))


def take_in(spec: Any, task: CaseTask) -> None:
    """Let an activity see what goes into it."""
    if spec.associations.ins:
        asking = task.workflow.top_workflow.asking
        given = spec.associations.incoming(asking, task.view())
        task.internal_data[GIVEN] = {name: pack(value) for name, value in given.items()}


def hold_back(spec: Any, task: CaseTask, updates: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of `updates` is written now; what goes to outputs waits until the activity is done."""
    outputs = spec.associations.outputs
    if not outputs.intersection(updates):
        return dict(updates)
    held = task.internal_data.setdefault(HELD, {})
    held.update({name: pack(value) for name, value in updates.items() if name in outputs})
    return {name: value for name, value in updates.items() if name not in outputs}


def hand_out(spec: Any, task: CaseTask) -> None:
    """Write what comes out of an activity to where its associations lead."""
    if spec.associations.outs:
        case = task.workflow.top_workflow
        held = {name: unpack(value) for name, value in task.internal_data.get(HELD, {}).items()}
        updates = spec.associations.outgoing(case.asking, task.view(), held)
        task.internal_data.pop(HELD, None)
        case.put(task, updates)


def received(spec: Any, task: CaseTask, payload: Mapping[str, Any]) -> None:
    """Write what an event brought: under its own names, or as the event's associations say."""
    case = task.workflow.top_workflow
    outputs = spec.associations.outputs
    if not spec.associations.outs:
        case.put(task, payload)
        return
    whole = {name: dict(payload) for name in outputs if name not in payload}
    held = {**whole, **{name: value for name, value in payload.items() if name in outputs}}
    rest = {name: value for name, value in payload.items() if name not in outputs}
    case.put(task, {**rest, **spec.associations.outgoing(case.asking, task.view(), held)})


def _own(node: Node, tag: str) -> Mapping[str, str]:
    """Return the inputs or outputs that an activity or event declares: id to name."""
    holders = [node, *(one for one in (find(node, "ioSpecification"),) if one is not None)]
    found = [one for holder in holders for one in holder.findall(q(tag))]
    return {str(one.get("id", "")): str(one.get("name") or one.get("id", "")) for one in found}


def _transfers(association: Node, own: Mapping[str, str], get: Lookup, *, inwards: bool) -> list[Transfer]:
    sources = [reference(text_of(one)) for one in association.findall(q("sourceRef"))]
    target = reference(text_of(find(association, "targetRef")))
    into = own.get(target) if inwards else variable(target, get)
    names = tuple(variable(one, get) for one in sources) if inwards else tuple(own[s] for s in sources if s in own)
    found = [
        Transfer(text_of(find(one, "to")).removeprefix("=").strip(), () if inwards else names, expression)
        for one in association.findall(q("assignment"))
        if (expression := compiled(text_of(find(one, "from")))) is not None
    ]
    made = compiled(text_of(find(association, "transformation")))
    if into and made is not None:
        found.insert(0, Transfer(into, names, made))
    elif into and names and not found:
        found.append(Transfer(into, names, None))
    return found
