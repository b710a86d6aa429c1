"""The commands: each takes a definition and a state, and returns everything that follows from it."""

from datetime import datetime
from typing import Final

from SpiffWorkflow.util.task import TaskState

from casework.engine.adhoc import AdHocSubProcess
from casework.engine.correlating import receiver
from casework.engine.definition import Definition
from casework.engine.expressions import Asking, StuckError
from casework.engine.frames import Frame
from casework.engine.model import Data, Facts, Message, Outcome
from casework.engine.outcome import outcome_of
from casework.engine.propagation import throw_coded, throw_signal
from casework.engine.refusals import AlreadyEnded, NoSuchTask, NoSuchTimer, NotOffered
from casework.engine.running import Case
from casework.engine.starting import begin_with, insist_on_condition, open_with, place_tokens, put_on
from casework.engine.state import decode
from casework.engine.tokens import CaseTask
from casework.engine.triggers import ErrorTrigger, EscalationTrigger
from casework.engine.values import enter

NOTHING: Final = Facts()


def start(
    definition: Definition,
    process: str | None,
    data: Data,
    *,
    now: datetime,
    facts: Facts = NOTHING,
    message: Message | None = None,
    at: str | None = None,
) -> Outcome:
    """Start a process plainly, or by a message or signal (then `process` may be None: the first that it starts).

    Of what is not said to be a signal the name counts, messages before signals. Of several plain start events `at`
    names the one to begin with.
    """
    name, event = begin_with(definition, process, message, at)
    spec = definition.specs[name]
    case = Case(spec, definition.specs, Asking(now, facts))
    case.frame = Frame(enter({**data, **(message.payload if message is not None else {})}))
    if event is None:
        insist_on_condition(case)
    place_tokens(case, spec.openings.get(event, (event,)) if event is not None else spec.entries)
    if event is not None:
        open_with(case, event, message)
    case.settle()
    return outcome_of(case, definition, delivered=message is not None)


def begin(definition: Definition, state: bytes, element: str, *, now: datetime, facts: Facts = NOTHING) -> Outcome:
    """Begin one more of an activity in an ad hoc subprocess; NotOffered when none is open that offers it now."""
    case = reopened(definition, state, now, facts)
    for scope in [*case.subprocesses.values()]:
        offers = scope.owner.task_spec
        if isinstance(offers, AdHocSubProcess) and offers.may_begin(scope, element):
            put_on(scope, [element])
            case.settle()
            return outcome_of(case, definition)
    raise NotOffered(element)


def complete(
    definition: Definition, state: bytes, task: str, data: Data, *, now: datetime, facts: Facts = NOTHING
) -> Outcome:
    """Finish an open human task or answer an operation; NoSuchTask when it is not open."""
    case = reopened(definition, state, now, facts)
    token = _open_task(case, task)
    spec = token.task_spec
    updates = {spec.result: data} if getattr(spec, "result", None) else data
    case.write(token, updates, token.internal_data.get("seen"))
    token.internal_data.pop("stuck", None)
    if not token.task_spec.by_itself:
        case.record.close(token)
    case.finish(token)
    case.settle()
    return outcome_of(case, definition)


def fail(
    definition: Definition,
    state: bytes,
    task: str,
    code: str,
    data: Data,
    *,
    now: datetime,
    escalation: bool = False,
    facts: Facts = NOTHING,
) -> Outcome:
    """Report an error (or escalation) of an open task; an error nobody catches becomes an incident of the open task."""
    case = reopened(definition, state, now, facts)
    token = _open_task(case, task)
    case.record.event(token, "thrown" if escalation else "failed", {"code": code})
    caught = throw_coded(token, EscalationTrigger if escalation else ErrorTrigger, code, enter(data))
    if not caught and not escalation:
        token.internal_data["stuck"] = "act"
        case.record.incident(token, _uncaught(token, code))
    case.settle()
    return outcome_of(case, definition, delivered=caught)


def deliver(
    definition: Definition,
    state: bytes,
    message: Message,
    *,
    now: datetime,
    signal: bool = False,
    facts: Facts = NOTHING,
) -> Outcome:
    """Give a message to the first that waits for it and agrees, a signal to all; `delivered`: whether anyone did."""
    case = reopened(definition, state, now, facts)
    if signal or message.signal:
        delivered = throw_signal(case, message.name, enter(message.payload))
    else:
        known = Message(message.name, enter(message.payload), enter(message.correlation))
        waiting = receiver(case, known)
        delivered = waiting is not None
        if waiting is not None:
            waiting.task_spec.occur(waiting, known.payload)
    case.settle()
    return outcome_of(case, definition, delivered=delivered)


def fire(definition: Definition, state: bytes, timer: str, *, now: datetime, facts: Facts = NOTHING) -> Outcome:
    """Let exactly this timer's event happen, whatever the time; NoSuchTimer when it is not waiting."""
    case = reopened(definition, state, now, facts)
    task = case.find(timer)
    if task is None or "plan" not in task.internal_data:
        raise NoSuchTimer(timer)
    task.task_spec.occur(task)
    case.settle()
    return outcome_of(case, definition, delivered=True)


def cancel(definition: Definition, state: bytes, *, now: datetime, reason: str, facts: Facts = NOTHING) -> Outcome:
    """End the case at once; `reason` stands in the history of every token it stops."""
    case = reopened(definition, state, now, facts)
    case.reason = reason
    case.cancel_all("cancelled")
    case.settle()
    return outcome_of(case, definition)


def retry(definition: Definition, state: bytes, task: str, *, now: datetime, facts: Facts = NOTHING) -> Outcome:
    """Let a token that an incident names try again; NoSuchTask when it is not stuck."""
    case = reopened(definition, state, now, facts)
    token = case.find(task)
    if token is None or "stuck" not in token.internal_data:
        raise NoSuchTask(task)
    token.task_spec.resume(token)
    case.settle()
    return outcome_of(case, definition)


def reopened(definition: Definition, state: bytes, now: datetime, facts: Facts) -> Case:
    """Return the case of a state; AlreadyEnded when nothing can happen in it any more."""
    case = decode(state, definition, Asking(now, facts))
    if case.ended is not None:
        raise AlreadyEnded
    return case


def _open_task(case: Case, key: str) -> CaseTask:
    token = case.find(key)
    is_open = token is not None and token.task_spec.given_out and token._state in {TaskState.READY, TaskState.STARTED}
    if token is None or not is_open or token.internal_data.get("stuck") == "leave":
        raise NoSuchTask(key)
    return token


def _uncaught(token: CaseTask, code: str) -> StuckError:
    name = token.task_spec.label or token.task_spec.element
    return StuckError(
        "error_not_caught",
        f"“{name}”报告了错误 {code}，流程中没有处理它的边界事件。请排除原因后重试，或在流程中加上错误边界事件。",
        f'"{name}" reported the error {code} and no boundary event catches it. Remove the cause and retry, or add one.',
    )
