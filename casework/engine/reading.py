"""Reading what an event waits for or throws."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from SpiffWorkflow.bpmn.specs.event_definitions.simple import TerminateEventDefinition

from casework.engine.correlating import read_bindings
from casework.engine.extensions import formulas
from casework.engine.triggers import (
    CancelTrigger,
    CompensateTrigger,
    ConditionTrigger,
    ErrorTrigger,
    EscalationTrigger,
    MessageTrigger,
    SignalTrigger,
    TimerTrigger,
)
from casework.engine.xml import Node, find, is_true, kind_of, local, reference, text_of
from casework.engine.xml import triggers as definitions_in


def read_triggers(parser: Any, event: Node) -> tuple[Any, ...]:
    """Return what an event waits for or throws, in the order it is drawn."""
    found = [_trigger(parser.process_parser.parser, event, one) for one in definitions_in(event)]
    if not found and local(event) in {"sendTask", "receiveTask"} and event.get("messageRef"):
        found = [_message(parser.process_parser.parser, event, event)]
    return tuple(one for one in found if one is not None)


def read_definition(parser: Any, event: Node, definition: Node) -> Any:
    """Return what one event definition stands for, wherever it is written."""
    return _trigger(parser, event, definition)


def is_together(event: Node, found: tuple[Any, ...]) -> bool:
    """Tell whether all triggers of an event must come before it happens."""
    return len(found) > 1 and is_true(event, "parallelMultiple")


def _trigger(parser: Any, event: Node, node: Node) -> Any:
    read = _READERS.get(kind_of(node))
    return read(parser, event, node) if read is not None else None


def _signal(parser: Any, event: Node, node: Node) -> SignalTrigger:
    ref = reference(node.get("signalRef"))
    return SignalTrigger(parser.signals.get(ref) or ref, formulas(event, "parameter"))


def _error(parser: Any, _: Node, node: Node) -> ErrorTrigger:
    error = parser.errors.get(reference(node.get("errorRef")), {})
    return ErrorTrigger(error.get("name") or "", error.get("error_code") or error.get("name"))


def _escalation(parser: Any, _: Node, node: Node) -> EscalationTrigger:
    escalation = parser.escalations.get(reference(node.get("escalationRef")), {})
    return EscalationTrigger(escalation.get("name") or "", escalation.get("escalation_code") or escalation.get("name"))


def _timer(_: Any, event: Node, node: Node) -> TimerTrigger | None:
    for tag in ("timeDate", "timeDuration", "timeCycle"):
        text = text_of(find(node, tag))
        if text:
            return TimerTrigger(event.get("id", ""), text)
    return None


def _message(parser: Any, event: Node, node: Node) -> MessageTrigger:
    ref = reference(node.get("messageRef"))
    trigger = MessageTrigger(parser.messages.get(ref) or ref, formulas(event, "match"), formulas(event, "parameter"))
    trigger.paths = parser.paths_in(event).get(ref, {})
    trigger.bindings = read_bindings(event) if trigger.paths else {}
    return trigger


_READERS: Final[Mapping[str, Callable[[Any, Node, Node], Any]]] = {
    "message": _message,
    "signal": _signal,
    "error": _error,
    "escalation": _escalation,
    "timer": _timer,
    "conditional": lambda _parser, _event, node: ConditionTrigger(text_of(find(node, "condition"))),
    "compensate": lambda _parser, _event, node: CompensateTrigger(
        reference(node.get("activityRef")) or None, waits=is_true(node, "waitForCompletion", "true")
    ),
    "cancel": lambda *_: CancelTrigger(),
    "terminate": lambda *_: TerminateEventDefinition(),
}
