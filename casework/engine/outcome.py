"""Putting together what a command led to."""

from collections.abc import Iterator
from operator import itemgetter

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
    live = [task for scope in case.scopes() for task in scope.live.values()]
    resting = [group for scope in case.scopes() for group in scope.resting.values()]
    holders = {task.parent.id for task in live if "instance" in task.internal_data}
    holders.update(group.holder.id for group in resting)
    found = [(task.id, task.task_spec) for task in live if task.id not in holders]
    found += [(number, group.spec) for group in resting for number in group.indexes]
    for number, spec in sorted(found, key=itemgetter(0)):
        yield Token(spec.process, spec.element, str(number))
