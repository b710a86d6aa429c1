"""How a case or a scope begins: its event subprocesses wait, and a token stands on each start."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from casework.engine.correlating import remember_keys
from casework.engine.frames import Frame
from casework.engine.model import Message
from casework.engine.refusals import NoSuchStart, SeveralStarts
from casework.engine.triggers import ConditionTrigger, MessageTrigger, SignalTrigger

if TYPE_CHECKING:
    from casework.engine.definition import Definition
    from casework.engine.running import Case
    from casework.engine.tokens import CaseTask


def begin_with(
    definition: "Definition", process: str | None, message: Message | None, at: str | None
) -> tuple[str, str | None]:
    """Return the process that begins and the event that begins it; None: where it begins plainly."""
    if message is not None:
        return _opening(definition, process, message)
    if process is None or process not in definition.processes:
        raise NoSuchStart(process, at)
    spec = definition.specs[process]
    if at is None and len(spec.plain_starts) > 1:
        raise SeveralStarts(process, spec.plain_starts)
    begins = spec.plain_start is not None if at is None else at in spec.plain_starts
    if not begins:
        raise NoSuchStart(process, at)
    return process, at


def _opening(definition: "Definition", process: str | None, message: Message) -> tuple[str, str]:
    """Return the first process a message begins, and its event; before one that a signal of that name begins."""
    found = [
        (name, event, trigger)
        for name in definition.processes
        if process in (None, name)
        for event in definition.specs[name].openings
        for trigger in definition.specs[name].task_specs[event].triggers
        if _opens(trigger, message)
    ]
    if not found:
        raise NoSuchStart(process, message.name)
    name, event, _ = min(found, key=lambda one: isinstance(one[2], SignalTrigger))
    return name, event


def open_with(case: "Case", event: str, message: Message | None) -> None:
    """Let the event that begins a case happen, where its token waits for it."""
    for trigger in case.spec.task_specs[event].triggers:
        if _opens(trigger, message):
            remember_keys(case, trigger, case.frame.values if case.frame is not None else {})
    for task in case.receivers():
        if task.task_spec.name == event and _opens(task.task_spec.trigger(task), message):
            task.task_spec.occur(task)
            return


def insist_on_condition(case: "Case") -> None:
    """Refuse to start a process that a condition starts while the condition does not hold."""
    known = case.frame.values if case.frame is not None else {}
    triggers = [one for name in case.spec.entries for one in getattr(case.spec.task_specs[name], "triggers", ())]
    conditions = [one.condition for one in triggers if isinstance(one, ConditionTrigger) and one.condition is not None]
    if any(case.asking.value(condition, known) is not True for condition in conditions):
        raise NoSuchStart(case.spec.name)


def begin(owner: "CaseTask", spec: Any, frame: Frame | None) -> None:
    """Begin the scope that `owner` holds."""
    case = owner.workflow.top_workflow
    scope = case.enter(spec, owner, frame)
    place_tokens(scope, owner.task_spec.entries(owner, spec))


def place_tokens(scope: Any, entries: Iterable[str]) -> None:
    """Arm the event subprocesses of a new scope and put a token on each entry."""
    for name in scope.spec.event_subprocesses:
        scope.spec.task_specs[name].arm_in(scope.task_tree)
    put_on(scope, entries)


def put_on(scope: Any, names: Iterable[str]) -> None:
    """Put a token on each of these elements of a scope."""
    for name in names:
        child = scope.task_tree._add_child(scope.spec.task_specs[name])
        child.task_spec._update(child)


def _opens(trigger: Any, message: Message | None) -> bool:
    """Tell whether a message or signal begins a case; who only gives a name may mean either."""
    if message is None or (message.signal and not isinstance(trigger, SignalTrigger)):
        return False
    return isinstance(trigger, (MessageTrigger, SignalTrigger)) and bool(trigger.name == message.name)
