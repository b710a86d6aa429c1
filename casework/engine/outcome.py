"""Putting together what a command led to."""

from collections.abc import Iterator

from casework.engine.definition import Definition
from casework.engine.model import Message, Outcome, Token
from casework.engine.running import Case
from casework.engine.state import encode


def outcome_of(case: Case, definition: Definition, *, delivered: bool = False) -> Outcome:
    """Return everything that has followed from a command, and the new state."""
    record = case.record
    waiting = tuple(_waiting(case))
    tokens = tuple(_tokens(case))
    incidents = tuple(record.incidents.values())
    return Outcome(
        state=encode(case, definition),
        opened=tuple(record.opened.values()),
        closed=tuple(record.closed),
        timers_set=tuple(record.timers_set.values()),
        timers_cleared=tuple(record.timers_cleared),
        operations=tuple(record.operations.values()),
        thrown=tuple(record.thrown),
        waiting=waiting,
        history=tuple(record.history),
        delivered=delivered,
        ended=case.ended,
        incident=incidents[0] if incidents else None,
        tokens=tokens,
        incidents=incidents,
    )


def _waiting(case: Case) -> Iterator[Message]:
    for task in case.receivers():
        wanted = task.task_spec.wanted(task)
        if wanted is not None:
            yield wanted


def _tokens(case: Case) -> Iterator[Token]:
    """Yield where tokens stand; the holder of instances is left out for its instances."""
    found = [task for scope in case.scopes() for task in scope.live.values()]
    holders = {task.parent.id for task in found if "instance" in task.internal_data}
    for task in sorted(found, key=lambda one: one.id):
        if task.id not in holders:
            yield Token(task.task_spec.process, task.task_spec.element, str(task.id))
