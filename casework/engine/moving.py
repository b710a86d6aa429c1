"""Moving tokens by hand: out of one element and into another, with all the data there is."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from SpiffWorkflow.util.task import TaskState

from casework.engine.catching import BoundaryEvent, StartEvent
from casework.engine.commands import NOTHING, reopened
from casework.engine.definition import Definition
from casework.engine.model import Facts, Outcome
from casework.engine.outcome import outcome_of
from casework.engine.refusals import MoveRefused, NoSuchTask
from casework.engine.running import Case
from casework.engine.tokens import CaseTask

NOWHERE: Final = (BoundaryEvent, StartEvent)  # a token does not stand on these


def move(
    definition: Definition, state: bytes, tokens: Mapping[str, str], *, now: datetime, facts: Facts = NOTHING
) -> Outcome:
    """Move each token, named by its task or its element, to an element of its scope or of a scope around it.

    NoSuchTask when there is no such token, MoveRefused when it can't stand there; then nothing moves.
    """
    case = reopened(definition, state, now, facts)
    case.wake_all()
    journeys = [_journey(token, target) for name, target in tokens.items() for token in _tokens(case, name)]
    for token, spec in journeys:
        arriving = token.workflow.task_tree._add_child(spec)
        token.cancel()
        if spec.joins:
            case.record.event(arriving, "entered")
            arriving._set_state(TaskState.READY)  # it waits for nobody: whoever moves it wants it to go on
        else:
            spec._update(arriving)
    case.settle()
    return outcome_of(case, definition)


def _tokens(case: Case, name: str) -> list[CaseTask]:
    live = [task for scope in case.scopes() for task in scope.live.values()]
    found = [task for task in live if str(task.id) == name or (not name.isdigit() and task.task_spec.element == name)]
    if not found:
        raise NoSuchTask(name)
    whole = {task.id: task for task in (task.parent if "instance" in task.internal_data else task for task in found)}
    return [whole[key] for key in sorted(whole)]


def _journey(token: CaseTask, target: str) -> tuple[CaseTask, Any]:
    """Return the token to take away, the one that holds the scope when the target lies outside it, and the target."""
    leaving: CaseTask | None = token
    while leaving is not None:
        spec = leaving.workflow.spec.task_specs.get(target)
        if spec is not None and getattr(spec, "element", None) and not isinstance(spec, NOWHERE) and not spec.triggered:
            return leaving, spec
        leaving = leaving.workflow.owner
    raise MoveRefused(
        f"不能把办理位置移到“{target}”：它不在同一流程或外层流程中，或不是可以停留的节点。",
        f'The token can\'t move to "{target}": it lies in another process, or nothing can stand there.',
    )
