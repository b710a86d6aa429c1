"""Compensation: undoing what is done, the last thing first, by the handlers that the designer drew.

A scope remembers which finished activities have a handler (and which finished subprocesses hold such activities). Who
throws the compensation, or stands for a subprocess that is undone, is the coordinator: it calls the handlers one by one
and waits for each. Handlers see the data as it is now.
"""

from typing import TYPE_CHECKING, Any, Final

from SpiffWorkflow.util.task import TaskState

from casework.engine.tokens import GIVEN
from casework.engine.triggers import CancelTrigger
from casework.engine.values import pack

if TYPE_CHECKING:
    from casework.engine.tokens import CaseTask

# the activity, its handler (None: what was inside is undone), what was inside, and of an instance what it was about
Record = list[Any]
UNDOABLE: Final = "undoable"  # what finished instances of a repeated activity have left to undo


def remember(task: "CaseTask", scope: Any = None) -> None:
    """Note that a finished activity can be undone, by its handler or by undoing what was inside it.

    Each instance of a repeated activity is undone by itself, once the whole activity is done.
    """
    if "undoes" in task.internal_data:
        return
    if UNDOABLE in task.internal_data:
        task.workflow.done += task.internal_data.pop(UNDOABLE)
        return
    is_instance = "instance" in task.internal_data
    whole = task.parent if is_instance else task
    handler = whole.task_spec.compensated_by
    inside = scope.done if scope is not None and scope.frame is None else []
    undone_by = scope is not None and scope.frame is None and scope.spec.undone_by
    if whole.task_spec.repeats != is_instance or not (handler or inside or undone_by):
        return
    record = [whole.task_spec.name, handler, inside]
    if is_instance:
        given = {} if task.frame is None else {name: pack(task.frame.values[name]) for name in task.frame.given}
        whole.internal_data.setdefault(UNDOABLE, []).append([*record, given])
    else:
        task.workflow.done.append(record)


def compensate(coordinator: "CaseTask", activity: str | None) -> bool:
    """Begin to undo one activity, or all of the scope; tell whether there is anything to wait for."""
    scope = _scope_to_undo(coordinator, activity)
    chosen = [record for record in scope.done if activity in (None, record[0])]
    scope.done = [record for record in scope.done if activity not in (None, record[0])]
    coordinator.internal_data["todo"] = chosen
    coordinator.internal_data["undoes_in"] = scope.owner.id if scope.owner is not None else 0
    return undo_next(coordinator)


def undo_next(coordinator: "CaseTask") -> bool:
    """Call the handler of what was done last; tell whether there was one."""
    todo: list[Record] = coordinator.internal_data["todo"]
    if not todo:
        del coordinator.internal_data["todo"], coordinator.internal_data["undoes_in"]
        return False
    name, handler, inside, *about = todo.pop()
    case = coordinator.workflow.top_workflow
    holder = coordinator.internal_data["undoes_in"]
    scope = case.subprocesses[holder] if holder else case
    undoing = scope.spec.task_specs[handler or name]
    if handler is None and undoing.repeats:
        undoing = scope.spec.task_specs[undoing.task_spec]
    child = scope.task_tree._add_child(undoing)
    child.internal_data.update({"undoes_for": coordinator.id, "undoes": name})
    if about:
        child.internal_data[GIVEN] = about[0]
    if handler is None:
        child.internal_data["undo"] = inside
    child.task_spec._update(child)
    return True


def undone(child: "CaseTask") -> None:
    """Go on with the next when a handler is done; let the coordinator leave after the last."""
    case = child.workflow.top_workflow
    case.record.compensated(child, child.workflow.spec.task_specs[child.internal_data["undoes"]])
    coordinator = case.find(str(child.internal_data["undoes_for"]))
    if coordinator is not None and not undo_next(coordinator):
        coordinator.task_spec.all_undone(coordinator)


def begin_undoing(task: "CaseTask", scope: Any) -> None:
    """Undo what was inside a finished subprocess, in a scope opened for that: by its own handler if it has one."""
    inside = task.internal_data.pop("undo")
    if scope.spec.undone_by is not None:
        scope.done = inside
        child = scope.task_tree._add_child(scope.spec.task_specs[scope.spec.undone_by])
        child.task_spec._update(child)
        return
    task.internal_data["todo"] = inside
    task.internal_data["undoes_in"] = task.id
    undo_next(task)


def cancel_transaction(task: "CaseTask") -> None:
    """Leave a transaction by the cancel event on its boundary; of several instances, all of them."""
    owner = task.workflow.owner
    whole = owner.parent if owner is not None and "instance" in owner.internal_data else owner
    for event in whole.children if whole is not None else ():
        if event is not None and event.armed and isinstance(event.task_spec.trigger(event), CancelTrigger):
            event.task_spec.occur(event)
            return
    task._set_state(TaskState.COMPLETED)


def _scope_to_undo(coordinator: "CaseTask", activity: str | None) -> Any:
    """Return the scope of the thrower, or for a thrower in an event subprocess the one around that."""
    scope = coordinator.workflow
    while scope.owner is not None and scope.frame is None:
        holds = any(activity == record[0] for record in scope.done) if activity else not scope.owner.task_spec.triggered
        if holds:
            break
        scope = scope.owner.workflow
    return scope
