"""How a scope begins: its event subprocesses wait, and a token stands on its start event."""

from typing import TYPE_CHECKING, Any

from casework.engine.frames import Frame

if TYPE_CHECKING:
    from casework.engine.tokens import CaseTask


def begin(owner: "CaseTask", spec: Any, frame: Frame | None) -> None:
    """Begin the scope that `owner` holds."""
    case = owner.workflow.top_workflow
    scope = case.enter(spec, owner, frame)
    place_tokens(scope, spec.entries)


def place_tokens(scope: Any, entries: tuple[str, ...]) -> None:
    """Arm the event subprocesses of a new scope and put a token on each entry."""
    root = scope.task_tree
    for name in scope.spec.event_subprocesses:
        handler = scope.spec.task_specs[name]
        for which in range(len(handler.triggers)):
            handler.arm_in(root, which)
    for name in entries:
        child = root._add_child(scope.spec.task_specs[name])
        child.task_spec._update(child)
