"""The library's task and workflow classes with indexes of what is live.

A task of the library stands for a token, or (armed) for an event that waits beside one. Finished tasks are dropped.
"""

from collections import ChainMap
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from casework.engine.frames import Frame
from casework.engine.merging import seen_apart
from casework.engine.resting import Resting, is_untouched, open_state
from casework.engine.values import unpack

if TYPE_CHECKING:
    from casework.engine.running import Case

ROOT: Final = "root"
GIVEN: Final = "given"  # what has gone into an activity by its data associations
UNFINISHED: Final = TaskState.READY | TaskState.WAITING | TaskState.STARTED


class CaseTask(Task):  # type: ignore[misc]
    """A token, or an event armed beside one."""

    _state: int

    def __init__(
        self, workflow: Any, spec: Any, parent: Any = None, state: int = TaskState.FUTURE, key: Any = None
    ) -> None:
        super().__init__(workflow, spec, parent, state, key or workflow.top_workflow.new_id())
        self.armed = False
        self.frame: Frame | None = None
        self.ways: tuple[Any, ...] = ()
        self.changes: dict[str, Any] | None = None

    def _add_child(self, task_spec: Any, state: int = TaskState.FUTURE) -> "CaseTask":
        return CaseTask(self.workflow, task_spec, self, state)

    def _set_state(self, value: int) -> None:
        if value != self._state:
            self._state = value
            self.workflow.moved(self, value)

    def run(self) -> None:
        """Let the element act; a token that was taken away while it acted is left alone."""
        stays = self.task_spec._run(self) is None
        if self._state == TaskState.READY:
            if stays:
                self._set_state(TaskState.STARTED)
            else:
                self.complete()

    def arm(self) -> None:
        """Make this an event that waits beside a token instead of a token."""
        self.armed = True
        self._set_state(TaskState.WAITING)

    def release(self) -> None:
        """Turn an armed event into a token of its own, free of what it was attached to."""
        self.workflow.armed.pop(self.id, None)
        self.armed = False
        self.internal_data["branch"] = self.workflow.top_workflow.new_id()
        self.workflow.adopt(self)
        self._state = TaskState.FUTURE
        self._set_state(TaskState.READY)

    def cancel(self) -> None:
        """Cancel the token with everything that hangs on it: armed events, instances, inner tokens."""
        case: Case = self.workflow.top_workflow
        stack = [self]
        repeated: list[CaseTask] = []
        while stack:
            task = stack.pop()
            if not task._state & (UNFINISHED | TaskState.FUTURE):
                continue
            task._set_state(TaskState.CANCELLED)
            if task.task_spec.repeats:
                repeated.append(task)
            case.cancelled(task)
            task.workflow.wake_instances(task)
            hanging = [child for child in task.children if child is not None]
            inner = case.subprocesses.pop(task.id, None)
            if inner is not None:
                inner.open = False
                hanging += [*inner.live.values(), *inner.armed.values()]
            stack.extend(reversed(hanging))
        for task in reversed(repeated):  # what is inside first
            task.task_spec.interrupted(task)

    def frames(self) -> list[Frame]:
        """Return the frames the token sees, the one it writes to first."""
        found: list[Frame] = []
        task: CaseTask | None = self
        while task is not None:
            if task.frame is not None:
                found.append(task.frame)
            scope = task.workflow
            if scope.frame is not None:
                return [*found, scope.frame]
            task = scope.owner
        return found

    def instance(self) -> "CaseTask | None":
        """Return the instance of a repeated activity to whose frame the token writes, None outside of any."""
        task: CaseTask | None = self
        while task is not None and task.frame is None:
            task = task.workflow.owner if task.workflow.frame is None else None
        return task

    def branch(self) -> int:
        """Return the parallel branch the token is in, 0 outside of any."""
        task: CaseTask | None = self
        while task is not None and task.frame is None:
            if "branch" in task.internal_data:
                return int(task.internal_data["branch"])
            task = task.workflow.owner if task.workflow.frame is None else None
        return 0

    def view(self) -> Mapping[str, Any]:
        """Return the data the token sees: what has gone into the activities around it, then what is shared."""
        layers = [*self._given(), *self._layers()]
        return layers[0] if len(layers) == 1 else ChainMap(*layers)  # type: ignore[arg-type]

    def _layers(self) -> Iterator[Mapping[str, Any]]:
        """Yield what the token sees in the frames around it, each after what its branch alone has there."""
        task: CaseTask | None = self
        while task is not None:
            if task.frame is not None:
                yield task.frame.values
            yield from seen_apart(task)
            scope = task.workflow
            if scope.frame is not None:
                yield scope.frame.values
                return
            task = scope.owner

    def _given(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        task: CaseTask | None = self
        while task is not None:
            if GIVEN in task.internal_data:
                found.append({name: unpack(value) for name, value in task.internal_data[GIVEN].items()})
            if "instance" in task.internal_data:
                task = task.parent
            else:
                task = task.workflow.owner if task.workflow.frame is None else None
        return found


class Tokens:
    """Mixed into the library's two workflow classes: one scope of a case with its tokens."""

    owner: CaseTask | None = None
    frame: Frame | None = None  # None in an embedded subprocess: its tokens use what is around it

    def prepare(self) -> None:
        """Set the scope up without the task tree the library would predict."""
        self.live: dict[int, CaseTask] = {}
        self.armed: dict[int, CaseTask] = {}
        self.resting: dict[int, Resting] = {}  # by what holds the instances
        self.apart: dict[str, Frame] = {}  # what branches keep to themselves, by the flow into their join
        self.done: list[Any] = []  # what can be undone
        self.gates: dict[str, list[str]] = {}  # complex gateways that wait for the rest of a round
        self.open = True
        self.task_tree = CaseTask(self, self.spec.start, None, TaskState.COMPLETED, ROOT)  # type: ignore[attr-defined]

    def moved(self, task: CaseTask, state: int) -> None:
        """Keep the indexes; called by every task whose state changes."""
        pool = self.armed if task.armed else self.live
        case: Case = self.top_workflow  # type: ignore[attr-defined]
        if state & UNFINISHED:
            pool[task.id] = task
            if state == TaskState.READY and task.task_spec.by_itself:
                case.ready.append(task)
        else:
            pool.pop(task.id, None)
            case.finished.append(task)
            if not self.live:
                case.emptied.append(self)

    def adopt(self, task: CaseTask) -> None:
        """Hang a task under the root: nothing it came from matters any more."""
        parent = self.tasks.get(task._parent)  # type: ignore[attr-defined]
        if parent is not None and task.id in parent._children:
            parent._children.remove(task.id)
        task._parent = ROOT
        self.task_tree._children.append(task.id)

    def forget(self, task: CaseTask) -> None:
        """Drop a finished task; what still hangs on it goes under the root."""
        if self.tasks.pop(task.id, None) is None:  # type: ignore[attr-defined]
            return
        for child in task._children:
            if child in self.tasks:  # type: ignore[attr-defined]
                self.tasks[child]._parent = ROOT  # type: ignore[attr-defined]
                self.task_tree._children.append(child)
        parent = self.tasks.get(task._parent)  # type: ignore[attr-defined]
        if parent is not None and task.id in parent._children:
            parent._children.remove(task.id)

    def rest(self) -> None:
        """Let go of every instance that has been given out and not been touched since."""
        instances = [task for task in self.live.values() if "instance" in task.internal_data and is_untouched(task)]
        for task in instances:
            around = task.internal_data["around"]
            group = self.resting.setdefault(task.parent.id, Resting(task.parent, around, {}))
            if group.around == around:
                group.indexes[task.id] = task.internal_data["instance"]
                del self.live[task.id]
                self.forget(task)

    def wake(self, number: int) -> CaseTask | None:
        """Return the instance at rest that has this number, a token again from now on; None when none has."""
        for group in self.resting.values():
            if number in group.indexes:
                return self._wake(group, number)
        return None

    def wake_instances(self, holder: CaseTask) -> None:
        """Make every instance of a repeated activity a token again."""
        group = self.resting.get(holder.id)
        if group is not None:
            for number in [*group.indexes]:
                self._wake(group, number)
            holder._children.sort()

    def _wake(self, group: Resting, number: int) -> CaseTask:
        holder = group.holder
        child = CaseTask(self, group.spec, holder, TaskState.FUTURE, number)
        holder.task_spec.equip(child, group.indexes.pop(number), group.around)
        child.internal_data["seen"] = 0
        child._state = open_state(group.spec)
        self.live[number] = child
        if not group.indexes:
            del self.resting[holder.id]
        return child

    def _task_completed_notify(self, task: CaseTask) -> None:
        """Do nothing: `Case.settle` sees what has become possible."""


class Scope(Tokens, BpmnSubWorkflow):  # type: ignore[misc]
    """The inside of a subprocess or of a called process."""

    def __init__(self, spec: Any, owner: CaseTask, case: "Case", frame: Frame | None) -> None:
        self.owner = owner
        self.frame = frame
        super().__init__(spec, owner.id, case, deserializing=True)
        self.prepare()

    @property
    def parent_workflow(self) -> Any:
        """The scope around this one."""
        return self.owner.workflow if self.owner else None

    def _calculate_depth(self) -> int:
        return int(self.owner.workflow.depth) + 1 if self.owner else 0
