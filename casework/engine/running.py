"""A running case: one token at a time, without recursion, until everything waits for someone or something."""

from collections import ChainMap, deque
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from casework.engine.associations import hold_back
from casework.engine.compensating import remember
from casework.engine.expressions import Asking, StuckError
from casework.engine.frames import Frame
from casework.engine.merging import let_go, places
from casework.engine.model import Ended
from casework.engine.record import Record
from casework.engine.standstill import report_deadlock, stop_running_in_circles
from casework.engine.tokens import CaseTask, Scope, Tokens
from casework.engine.values import enter

COMPACT_AFTER: Final = 64  # finished tasks kept in memory before they are dropped
LONGEST_ID: Final = 18  # digits
MOST_STEPS: Final = 100_000  # of one command: beyond that the diagram runs in circles


class ClosedScripts:
    """Stands where the library expects an engine that evaluates Python; there is none."""


class Case(Tokens, BpmnWorkflow):  # type: ignore[misc]
    """A case as a whole: its outermost scope, and what drives it."""

    def __init__(self, spec: Any, specs: Mapping[str, Any], asking: Asking, last_id: int = 0) -> None:
        self.asking = asking
        self.record = Record()
        self.last_id = last_id
        self.ready: deque[CaseTask] = deque()
        self.emptied: deque[Any] = deque()
        self.finished: list[CaseTask] = []
        self.ending: Ended | None = None
        self.reason: str | None = None  # why everything is being cancelled
        self.ended: Ended | None = None
        self.keys: dict[str, Any] = {}  # of the correlations it takes part in
        self.watching: dict[int, CaseTask] = {}  # what waits for a condition
        self.news = False  # something may have made a condition true
        super().__init__(spec, specs, ClosedScripts(), deserializing=True)
        self.prepare()

    def new_id(self) -> int:
        """Return a number that no task of this case has had."""
        self.last_id += 1
        return self.last_id

    def enter(self, spec: Any, owner: CaseTask, frame: Frame | None) -> Scope:
        """Open a scope that a token holds."""
        scope = Scope(spec, owner, self, frame)
        self.subprocesses[owner.id] = scope
        return scope

    def scopes(self) -> Iterator[Any]:
        """Yield every open scope, the outermost first."""
        yield self
        yield from self.subprocesses.values()

    def find(self, key: str) -> CaseTask | None:
        """Return the live task or armed event with this id."""
        if not key.isascii() or not key.isdigit() or len(key) > LONGEST_ID:
            return None
        for scope in self.scopes():
            task = scope.live.get(int(key)) or scope.armed.get(int(key)) or scope.wake(int(key))
            if task is not None:
                found: CaseTask = task
                return found
        return None

    def wake_all(self) -> None:
        """Make every instance at rest a token again."""
        for scope in self.scopes():
            for group in [*scope.resting.values()]:
                scope.wake_instances(group.holder)

    # -- driving
    def settle(self) -> None:
        """Run whatever can run without waiting for anyone, one token at a time in order of arrival.

        A condition is looked at whenever something was written, so that its event comes before whatever else could run.
        """
        for _ in range(MOST_STEPS):
            if self.news and self.fire_conditions():
                continue
            if self.ready:
                task = self.ready.popleft()
                if task._state == TaskState.READY and task.id in task.workflow.live:
                    task.run()
                    self.compact(COMPACT_AFTER)
            elif self.emptied:
                scope = self.emptied.popleft()
                if scope.open and not scope.live:
                    self.close(scope)
            elif not self.fire_joins():
                report_deadlock(self)
                return
        stop_running_in_circles(self, MOST_STEPS)

    def fire_joins(self) -> bool:
        """Let one join go on that no other token can reach any more, or one round of a complex gateway end."""
        for scope in self.scopes():
            if any(scope.spec.task_specs[name].reset(scope) for name in sorted(scope.gates)):
                return True
            for task in sorted(scope.live.values(), key=lambda one: one.id):
                if task._state == TaskState.WAITING and task.task_spec.joins and task.task_spec.fire(task):
                    return True
        return False

    def fire_conditions(self) -> bool:
        """Let one conditional event happen whose condition has become true."""
        self.news = False
        self.watching = {key: task for key, task in sorted(self.watching.items()) if task._state == TaskState.WAITING}
        for task in self.watching.values():
            if task.task_spec.has_become_true(task):
                self.news = True  # others may have become true with it
                task.task_spec.occur(task)
                return True
        return False

    def watch(self, task: CaseTask) -> None:
        """Look at the condition a task waits for, now and whenever something is written."""
        self.watching[task.id] = task
        self.news = True

    def receivers(self) -> list[CaseTask]:
        """Return everything that waits for an event, in order of waiting."""
        found = [
            task
            for scope in self.scopes()
            for task in (*scope.live.values(), *scope.armed.values())
            if task._state == TaskState.WAITING and task.task_spec.catches_events
        ]
        return sorted(found, key=lambda task: task.id)

    def close(self, scope: Any) -> None:
        """End a scope in which no token is left: its holder takes back what came out of it, and its token leaves."""
        owner = scope.owner
        if owner is not None and not self.is_over(scope):
            return
        scope.open = False
        for task in list(scope.armed.values()):
            task.cancel()
        if owner is None:
            self.ended = self.ending or "completed"
            return
        let_go(scope)
        try:
            owner.task_spec.take_back(owner, scope)
        except StuckError as trouble:
            scope.open = True  # what it wrote is still needed
            self.stick(owner, trouble, "back")
            return
        self.subprocesses.pop(owner.id, None)
        if "undoes" not in owner.internal_data:
            remember(owner, scope)
        self.finish(owner)

    def is_over(self, scope: Any) -> bool:
        """Tell whether nothing follows in a scope in which no token is left."""
        try:
            return bool(scope.owner.task_spec.is_over(scope.owner, scope))
        except StuckError as trouble:
            self.stick(scope.owner, trouble, "back")
            return False

    def finish(self, task: CaseTask) -> None:
        """Complete an activity that waited, and let its token leave."""
        try:
            task.ways = task.task_spec.choose(task)
        except StuckError as trouble:
            self.record.close(task)
            self.stick(task, trouble, "leave")
            return
        task.complete()

    # -- what happens to tokens
    def write(
        self, task: CaseTask, updates: Mapping[str, Any], seen: int | None = None, known: Collection[str] = ()
    ) -> None:
        """Merge data written by a token into the frame it writes to.

        Of a parallel branch it replaces nothing in silence, but for the names it is `known` to have read just now.
        """
        self.put(task, hold_back(task.task_spec, task, enter(updates)), seen, known)

    def put(
        self, task: CaseTask, updates: Mapping[str, Any], seen: int | None = None, known: Collection[str] = ()
    ) -> None:
        """Write values that the engine holds already to the frame of the token, or of its branch.

        What whoever saw version `seen` did not know of is merged in; what had to give way goes into the history.
        """
        main = task.frames()[0]
        instance = task.instance()
        if instance is not None and seen is None:
            self.take_up(instance, [name for name in known if name in updates])
        for frame, part in places(task, updates, seen):
            frame.version = main.version  # whoever has seen a version has seen it of all of them
            self._put(task, frame, part, seen, known)
            main.version = frame.version

    def _put(
        self, task: CaseTask, frame: Frame, updates: Mapping[str, Any], seen: int | None, known: Collection[str]
    ) -> None:
        changed, lost = frame.write(updates, seen)
        self.news = self.news or bool(changed and self.watching)
        branch = task.branch()
        alone = task.workflow.frame is frame and len(task.workflow.live) == 1 and not task.workflow.resting
        others = set() if alone else self.branches() - {branch}
        replaced = frame.overtaken(changed, branch, {0, *self.subprocesses})
        replaced |= frame.overwritten(changed, branch, others)
        if seen is None:
            lost = {name: old for name, old in replaced.items() if name not in known}
        task.changes = {**(task.changes or {}), **changed}
        if lost:
            self.record.conflict(task, lost, [frame.authors[name] for name in lost if name in frame.authors])
        if others or frame.authors:
            frame.authors.update(dict.fromkeys(changed, task.task_spec.element))

    def take_up(self, instance: CaseTask, names: Collection[str]) -> None:
        """Note on which version of what is around it an instance builds, to merge what it writes against that.

        What lies further out is taken up by the instance around it as well, which keeps the value until it is done.
        """
        own, around, *beyond = instance.frames()
        bases = instance.internal_data.setdefault("bases", {})
        fresh = [name for name in names if name not in own.wrote and name not in bases]
        outer = instance.parent.instance()
        if outer is not None:
            there = ChainMap(*(frame.values for frame in beyond))
            outside = [name for name in fresh if name not in around.values and name in there]
            self.take_up(outer, outside)
            around.values.update({name: there[name] for name in outside})
        bases.update(dict.fromkeys(fresh, around.version))

    def branch_ended(self, task: CaseTask) -> None:
        """Keep what an ended branch wrote from being replaced in silence by those it ran beside."""
        frame, branch = task.frames()[0], task.branch()
        if frame.writers and branch not in self.branches():
            owner = task.workflow.owner
            frame.end_branch(branch, self.last_id, owner.id if owner is not None and task.workflow.frame is None else 0)

    def branches(self) -> set[int]:
        """Return the parallel branches in which a token is left; 0 stands for what never was split."""
        found = {task.internal_data.get("branch", 0) for scope in self.scopes() for task in scope.live.values()}
        return found | {0 for scope in self.scopes() if scope.resting}

    def stick(self, task: CaseTask, trouble: StuckError, stage: str = "act") -> None:
        """Leave a token where it is, with the reason; `retry` lets it try that stage again."""
        task.internal_data["stuck"] = stage
        if stage != "arm":
            task._set_state(TaskState.STARTED)
        self.record.event(task, "failed", {"rule": trouble.rule})
        self.record.incident(task, trouble)

    def disarm(self, task: CaseTask) -> None:
        """Cancel the events armed beside a task."""
        for child in task.children:
            if child is not None and child.armed:
                child.cancel()

    def cancelled(self, task: CaseTask) -> None:
        """Note what the end of a token or an armed event means outside."""
        if "plan" in task.internal_data:
            self.record.clear_timer(task)
        if task.task_spec.given_out:
            self.record.close(task)
        if not task.armed:
            self.record.event(task, "cancelled", {"reason": self.reason} if self.reason else None)

    def cancel_all(self, ending: Ended) -> None:
        """Cancel every token of the case."""
        self.ending = ending
        for task in list(self.live.values()):
            task.cancel()

    def compact(self, limit: int = 0) -> None:
        """Drop finished tasks when there are more than `limit`."""
        if len(self.finished) > limit:
            for task in self.finished:
                task.workflow.forget(task)
            self.finished.clear()
