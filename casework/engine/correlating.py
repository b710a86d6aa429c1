"""Correlation as BPMN writes it: keys that messages carry inside, and what they must agree with.

A property of a key says for each message where in it the value stands. The first message that a case sends or receives
sets the key for the case; later messages must bear the same. A subscription of the process asks its data instead.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from casework import feel
from casework.engine.expressions import compiled
from casework.engine.triggers import MessageTrigger
from casework.engine.values import pack, same, unpack
from casework.engine.xml import Node, ancestors, find, local, q, reference, text_of

if TYPE_CHECKING:
    from casework.engine.model import Message
    from casework.engine.running import Case
    from casework.engine.tokens import CaseTask

Paths = dict[str, dict[str, feel.Expression]]  # message → property → where in the message it stands


def read_paths(root: Node) -> Paths:
    """Return where in each message (by its id) the properties of the keys in use stand."""
    used = {text_of(one) for one in root.iter(q("correlationPropertyRef"))}
    used |= {one.get("correlationPropertyRef", "") for one in root.iter(q("correlationPropertyBinding"))}
    wanted = {reference(one) for one in used}
    paths: Paths = {}
    for known in root.findall(q("correlationProperty")):
        for retrieval in known.findall(q("correlationPropertyRetrievalExpression")):
            path = compiled(text_of(find(retrieval, "messagePath")))
            if path is not None and known.get("id") in wanted:
                paths.setdefault(reference(retrieval.get("messageRef")), {})[_name(known)] = path
    return paths


def read_bindings(event: Node) -> dict[str, feel.Expression]:
    """Return what the process around an event says that properties must agree with."""
    process = next((one for one in ancestors(event) if local(one) == "process"), None)
    if process is None:
        return {}
    names = {one.get("id"): _name(one) for one in process.getroottree().getroot().findall(q("correlationProperty"))}
    found: dict[str, feel.Expression] = {}
    for binding in process.findall(f"{q('correlationSubscription')}/{q('correlationPropertyBinding')}"):
        path = compiled(text_of(find(binding, "dataPath")))
        known = names.get(reference(binding.get("correlationPropertyRef")))
        if path is not None and known is not None:
            found[known] = path
    return found


def receiver(case: "Case", message: "Message") -> "CaseTask | None":
    """Return the first that waits for a message of this name with which what the message bears agrees."""
    for task in case.receivers():
        wanted = task.task_spec.wanted(task)
        if wanted is None or wanted.signal or wanted.name != message.name:
            continue
        if agrees(case, task.task_spec.trigger(task), wanted.correlation, message):
            return task
    return None


def must_agree(case: "Case", trigger: MessageTrigger, names: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a message must bear to reach an event: what the event asks for, and the keys of the case."""
    kept = {name: unpack(case.keys[name]) for name in trigger.paths if name in case.keys}
    bound = {name: path for name, path in trigger.bindings.items() if name in trigger.paths}
    return {**kept, **case.asking.named(bound, names), **case.asking.named(trigger.matches, names)}


def agrees(case: "Case", trigger: MessageTrigger, wanted: Mapping[str, Any], message: "Message") -> bool:
    """Tell whether a message bears what is wanted, beside its payload or in it."""
    for name, value in wanted.items():
        borne = message.correlation.get(name)
        if borne is None and name in trigger.paths:
            borne = case.asking.value(trigger.paths[name], message.payload)
        if value is None or not same(value, borne):
            return False
    return True


def borne_by(case: "Case", trigger: MessageTrigger, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keys that a message bears in its payload, or gets from the case that sends it."""
    found = {name: case.asking.value(path, payload) for name, path in trigger.paths.items()}
    kept = {name: unpack(case.keys[name]) for name in trigger.paths if name in case.keys}
    return {**{name: value for name, value in found.items() if value is not None}, **kept}


def remember_keys(case: "Case", trigger: Any, payload: Mapping[str, Any]) -> None:
    """Let the first message that a case sends or receives set its keys."""
    if isinstance(trigger, MessageTrigger):
        for name, value in borne_by(case, trigger, payload).items():
            case.keys.setdefault(name, pack(value))


def _name(known: Node) -> str:
    return str(known.get("name") or known.get("id", ""))
