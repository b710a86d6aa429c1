"""Moving a running case to another definition: every token keeps its place, data and timers, or all is refused."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from SpiffWorkflow.util.task import TaskState

from casework.engine.catching import EventBasedGateway, Waiting, arm_all
from casework.engine.commands import NOTHING, reopened
from casework.engine.definition import Definition
from casework.engine.expressions import Asking, StuckError
from casework.engine.merging import carry_over
from casework.engine.model import Facts, Outcome
from casework.engine.outcome import outcome_of
from casework.engine.people import ForPeople
from casework.engine.problems import MigrationRefused, Problem
from casework.engine.running import Case
from casework.engine.tokens import ROOT, CaseTask
from casework.engine.triggers import TimerTrigger

CHILD = " [child]"  # the library's ending for the repeated part of an activity


def migrate(
    old: Definition,
    state: bytes,
    new: Definition,
    mapping: Mapping[str, str],
    *,
    now: datetime,
    facts: Facts = NOTHING,
) -> Outcome:
    """Move a case to `new`; `mapping` says which elements (or flows) have other ids there.

    Open tasks keep their ids; those that look different now are closed and opened again under the same id. A timer
    keeps its moment unless its text has changed. MigrationRefused lists every token that has no place.
    """
    before = reopened(old, state, now, facts)
    before.wake_all()
    plan = _Plan(new, mapping)
    problems = list(plan.problems(before))
    if problems:
        raise MigrationRefused(problems)
    after = plan.carry_over(before, Asking(now, facts))
    _compare(before, after)
    after.settle()
    return outcome_of(after, new)


class _Plan:
    """Where everything of a case goes."""

    def __init__(self, new: Definition, mapping: Mapping[str, str]) -> None:
        self.new = new
        self.mapping = mapping

    def scope_of(self, scope: Any) -> Any:
        """Return the spec of a scope in the new definition, None when it has gone."""
        parts = scope.spec.name.split("/")
        return self.new.specs.get("/".join(self.mapping.get(part, part) for part in parts))

    def spec_of(self, task: CaseTask) -> Any:
        """Return the element on which a token (or armed event) stands in the new definition, None when it has gone."""
        scope = self.scope_of(task.workflow)
        name = task.task_spec.name
        bare = name.removesuffix(CHILD)
        wanted = self.mapping.get(bare, bare) + name[len(bare) :]
        spec = scope.task_specs.get(wanted) if scope is not None else None
        return spec if type(spec) is type(task.task_spec) else None

    def via_of(self, task: CaseTask) -> str | None:
        """Return the flow by which a token has come to a join in the new definition, None when it has gone."""
        via = task.internal_data["via"]
        spec = self.spec_of(task)
        wanted = self.mapping.get(via, via)
        if wanted in spec.incoming:
            return str(wanted)
        old_source = next(s.name for s in _nodes(task.workflow.spec) if any(flow.id == via for flow in s.flows))
        source = self.mapping.get(old_source, old_source)
        flows = [flow.id for s in _nodes(self.scope_of(task.workflow)) if s.name == source for flow in s.flows]
        return next((flow for flow in flows if flow in spec.incoming), None)

    def problems(self, case: Case) -> Iterator[Problem]:
        """Yield what has no place."""
        for scope in case.scopes():
            for task in scope.live.values():
                if self.spec_of(task) is None:
                    yield _refused(
                        task,
                        "element_gone",
                        "在新版流程中没有对应的同类节点，请在对照表中指定",
                        "has no counterpart of its kind in the new definition: name one in the mapping",
                    )
                elif task.task_spec.joins and "via" in task.internal_data and self.via_of(task) is None:
                    yield _refused(
                        task,
                        "flow_gone",
                        "等待汇合的分支在新版流程中不再通向这里",
                        "waits for others on a branch that no longer leads here",
                    )
                elif isinstance(task.task_spec, EventBasedGateway) and not self.spec_of(task).flows:
                    yield _refused(task, "flow_gone", "在新版流程中后面没有事件", "has no events behind it any more")

    def carry_over(self, case: Case, asking: Asking) -> Case:
        """Return the case on the new definition."""
        moved = Case(self.scope_of(case), self.new.specs, asking, case.last_id)
        moved.frame, moved.keys = case.frame, dict(case.keys)
        for scope in case.scopes():
            owner = moved.find(str(scope.owner.id)) if scope.owner else None
            inside: Any = moved if owner is None else moved.enter(self.scope_of(scope), owner, scope.frame)
            inside.done = self._done(scope.done)
            inside.gates = {self.mapping.get(name, name): flows for name, flows in scope.gates.items()}
            carry_over(inside, scope.apart, self.mapping)
            for task in sorted((*scope.live.values(), *scope.armed.values()), key=lambda one: one.id):
                self._carry(task, inside)
        return moved

    def _done(self, records: list[Any]) -> list[Any]:
        """Return what can be undone under the names it has in the new definition."""
        return [
            [self.mapping.get(name, name), handler and self.mapping.get(handler, handler), self._done(inside), *about]
            for name, handler, inside, *about in records
        ]

    def _carry(self, task: CaseTask, scope: Any) -> None:
        spec = self.spec_of(task)
        if spec is None:
            return  # an armed event that is gone: `_compare` clears its timer
        parent = scope.task_tree if task._parent == ROOT else scope.tasks.get(task._parent, scope.task_tree)
        copy = CaseTask(scope, spec, parent, TaskState.FUTURE, task.id)
        copy.internal_data = dict(task.internal_data)
        copy.frame = task.frame
        copy.armed = task.armed
        copy._state = task._state
        if "via" in copy.internal_data:
            copy.internal_data["via"] = self.via_of(task)
        (scope.armed if copy.armed else scope.live)[copy.id] = copy


def _compare(before: Case, after: Case) -> None:
    """Arm what is new, clear what is gone, and give out anew what looks different."""
    for scope in before.scopes():
        for event in scope.armed.values():
            if "plan" in event.internal_data and after.find(str(event.id)) is None:
                after.record.clear_timer(event)
    for scope in list(after.scopes()):
        for task in [*scope.live.values()]:
            _arm_missing(task, [*task.task_spec.boundaries, *_awaited(task)])
        _arm_missing(scope.task_tree, scope.spec.event_subprocesses)
        for task in [*scope.live.values(), *scope.armed.values()]:
            was = before.find(str(task.id))
            if was is not None:
                _show(was, task, after)


def _awaited(task: CaseTask) -> list[str]:
    """Return the events that wait for the token itself: behind an event-based gateway, or one of several triggers."""
    spec = task.task_spec
    if isinstance(spec, EventBasedGateway):
        return [flow.target for flow in spec.flows]
    waits = isinstance(spec, Waiting) and len(spec.triggers) > 1 and task._state == TaskState.WAITING
    return [spec.name] if waits else []


def _arm_missing(task: CaseTask, names: Any) -> None:
    armed = {child.task_spec.name for child in task.children if child is not None and child.armed}
    for name in names:
        if name not in armed:
            arm_all(task, task.workflow.spec.task_specs[name])


def _show(was: CaseTask, task: CaseTask, case: Case) -> None:
    if isinstance(task.task_spec, ForPeople) and "stuck" not in task.internal_data:
        try:
            described = task.task_spec.described(task)
            if described != was.task_spec.described(was):
                case.record.close(task)
                case.record.opened[described.id] = described
        except StuckError as trouble:
            case.stick(task, trouble, "arrive")
    trigger = task.task_spec.trigger(task) if "plan" in task.internal_data else None
    if isinstance(trigger, TimerTrigger) and trigger.text != was.task_spec.trigger(was).text:
        case.record.clear_timer(task)
        task.task_spec.await_event(task)


def _nodes(spec: Any) -> list[Any]:
    return [node for node in spec.task_specs.values() if hasattr(node, "flows")]


def _refused(task: CaseTask, rule: str, zh: str, en: str) -> Problem:
    spec = task.task_spec
    called = spec.label or spec.element
    message = {"zh": f"办理位置“{called}”{zh}。", "en": f'The token on "{called}" {en}.'}
    return Problem(spec.file, spec.element, spec.label or None, None, rule, "error", message, {"task": str(task.id)})
