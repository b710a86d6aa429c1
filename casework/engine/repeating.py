"""Activities done several times: for each element of a list, a number of times, or as long as a condition holds."""

from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.util.task import TaskState

from casework import feel
from casework.engine.activities import Activity
from casework.engine.expressions import StuckError
from casework.engine.frames import Frame
from casework.engine.throwing import throw
from casework.engine.triggers import EscalationTrigger
from casework.engine.values import pack, unpack

if TYPE_CHECKING:
    from casework.engine.tokens import CaseTask

MOST_INSTANCES: Final = 10_000


@dataclass(frozen=True)
class Report:
    """What is thrown when an instance is done: always, after the first alone, or when a condition holds."""

    triggers: tuple[Any, ...]
    first_only: bool = False
    condition: feel.Expression | None = None


def is_report(caught: Any, thrown: Any) -> bool:
    """Tell whether an event catches what an instance reports."""
    if isinstance(thrown, EscalationTrigger):
        return isinstance(caught, EscalationTrigger) and caught.code in (None, thrown.code)
    return type(caught) is type(thrown) and caught.name == thrown.name


class Repeated(Activity):
    """Holds the instances; each has a small frame of its own for its element and for what it writes."""

    sequential = True
    repeats = True
    reports: tuple["Report", ...] = ()
    collected: str | None = None  # what of an instance is collected, if not all
    collection: feel.Expression | None = None
    item_name: str | None = None
    collect: str | None = None
    times: feel.Expression | None = None
    until: feel.Expression | None = None

    # task_spec (the library's name): the activity that is repeated

    def act(self, task: "CaseTask") -> bool | None:
        """Begin the first instance, or all of them."""
        items, total = self.planned(task)
        state = task.internal_data
        state.update({"total": total, "next": 0, "done": 0, "results": []})
        if items is not None:
            state["items"] = pack(items)
        if total == 0:
            self.write_results(task)
            return super().act(task)
        for _ in range(1 if self.sequential else total):
            self.begin_next(task)
        return None

    def planned(self, task: "CaseTask") -> tuple[list[Any] | None, int]:
        """Return the elements, if there is a collection, and how many instances there will be."""
        asking = task.workflow.top_workflow.asking
        items: list[Any] | None = None
        total = None
        if self.collection is not None:
            items = asking.value(self.collection, task.view())
            total = len(items) if isinstance(items, list) else None
        elif self.times is not None:
            number = asking.value(self.times, task.view())
            whole = isinstance(number, Decimal) and number == number.to_integral_value() and number >= 0
            total = int(number) if whole else None
        if total is None or total > MOST_INSTANCES:
            raise StuckError(
                "no_instances",
                f"“{self.label or self.element}”的多实例列表不是列表、次数不是自然数，或超过 {MOST_INSTANCES} 个。",
                f'"{self.label or self.element}" repeats over no list, no whole number of times, or more than '
                f"{MOST_INSTANCES} times.",
            )
        return items, total

    def begin_next(self, task: "CaseTask") -> None:
        """Begin the next instance."""
        state = task.internal_data
        index = state["next"]
        state["next"] += 1
        child = task._add_child(task.workflow.spec.task_specs[self.task_spec])  # type: ignore[attr-defined]
        self.equip(child, index, task.frames()[0].version)
        child.task_spec._update(child)

    def equip(self, child: "CaseTask", index: int, around: int) -> None:
        """Make a token the instance at a place of the repetition, begun with this version of the data around it."""
        given = self.given(child.parent, index)
        child.frame = Frame(given, given)
        child.internal_data.update({"instance": index, "around": around})

    def given(self, task: "CaseTask", index: int) -> dict[str, Any]:
        """Return what an instance is given at the start: its number, and its element if there is one."""
        given: dict[str, Any] = {"loopCounter": Decimal(index + 1)}
        if self.item_name and "items" in task.internal_data:
            given[self.item_name] = unpack(task.internal_data["items"][index])
        return given

    def instance_of(self, child: "CaseTask") -> Any:
        """Return the element an instance is about; its number when it is about none."""
        values = child.frame.values if child.frame is not None else {}
        return values.get(self.item_name or "loopCounter", values.get("loopCounter"))

    def instance_done(self, task: "CaseTask", child: "CaseTask") -> None:
        """Keep what a finished instance wrote; begin the next one, or end when it was the last."""
        state = task.internal_data
        frame = child.frame
        if frame is None or (task._state != TaskState.STARTED and task._state != TaskState.READY):
            return
        state["done"] += 1
        if self.collect and self.collected:
            state["results"].append([child.internal_data["instance"], pack(frame.values.get(self.collected))])
        elif self.collect:
            element = {self.item_name: frame.values[self.item_name]} if self.item_name in frame.values else {}
            state["results"].append([child.internal_data["instance"], pack({**element, **frame.own()})])
        else:
            self.merge(task, child, frame.own())
        try:
            self.report(task)
            if task._state == TaskState.STARTED or task._state == TaskState.READY:
                self.go_on(task, child)
        except StuckError as trouble:
            task.workflow.top_workflow.stick(task, trouble, "next")

    def interrupted(self, task: "CaseTask") -> None:
        """Keep what unfinished instances wrote, unless it was to be collected: an interruption undoes nothing."""
        for child in task.children:
            unfinished = child is not None and child.frame is not None and child._state == TaskState.CANCELLED
            if unfinished and not self.collect:
                self.merge(task, child, child.frame.own())

    def merge(self, task: "CaseTask", child: "CaseTask", own: Mapping[str, Any]) -> None:
        """Write what an instance wrote, each value against what was around it when the instance took it up."""
        bases, around = child.internal_data.get("bases", {}), child.internal_data["around"]
        for version in sorted({bases.get(name, around) for name in own}):
            part = {name: value for name, value in own.items() if bases.get(name, around) == version}
            task.workflow.top_workflow.write(task, part, version)

    def report(self, task: "CaseTask") -> None:
        """Throw what is to be thrown after an instance."""
        asking = task.workflow.top_workflow.asking
        for report in self.reports:
            if report.first_only and task.internal_data["done"] > 1:
                continue
            names: Mapping[str, Any] = ChainMap(self.counts(task), task.view())  # type: ignore[arg-type]
            if report.condition is None or asking.truth(report.condition, names):
                for trigger in report.triggers:
                    throw(task, trigger)

    def go_on(self, task: "CaseTask", child: "CaseTask | None") -> None:
        """Decide what follows a finished instance."""
        state = task.internal_data
        if state["done"] >= state["total"] or self.enough(task, child):
            task.workflow.wake_instances(task)
            for other in task.children:
                if other is not None and not other.armed:
                    other.cancel()
            self.write_results(task)
            task.workflow.top_workflow.finish(task)
        elif self.sequential:
            self.begin_next(task)

    def enough(self, task: "CaseTask", child: "CaseTask | None") -> bool:
        """Tell whether the completion condition holds."""
        if self.until is None:
            return False
        own = child.frame.values if child is not None and child.frame is not None else {}
        return bool(task.workflow.top_workflow.asking.truth(self.until, ChainMap(own, self.counts(task), task.view())))  # type: ignore[arg-type]

    def counts(self, task: "CaseTask") -> Mapping[str, Any]:
        """Return the numbers BPMN gives to a completion condition, and what has been collected so far."""
        state = task.internal_data
        active = state["next"] - state["done"]
        numbers = {
            "numberOfInstances": Decimal(state["total"]),
            "numberOfCompletedInstances": Decimal(state["done"]),
            "numberOfActiveInstances": Decimal(active),
            "numberOfTerminatedInstances": Decimal(0),
        }
        return {**numbers, self.collect: self.results(task)} if self.collect else numbers

    def results(self, task: "CaseTask") -> list[Any]:
        """Return what the instances wrote, in the order of their elements."""
        return [unpack(entry) for _, entry in sorted(task.internal_data["results"], key=lambda one: int(one[0]))]

    def write_results(self, task: "CaseTask") -> None:
        """Write what was collected."""
        if self.collect:
            task.workflow.top_workflow.write(task, {self.collect: self.results(task)})

    def resume(self, task: "CaseTask") -> None:
        """Ask the completion condition again."""
        if task.internal_data.get("stuck") == "next":
            del task.internal_data["stuck"]
            try:
                self.go_on(task, None)
            except StuckError as trouble:
                task.workflow.top_workflow.stick(task, trouble, "next")
        else:
            super().resume(task)


class SequentialInstances(Repeated, defaults.SequentialMultiInstanceTask):  # type: ignore[misc]
    """One instance after the other."""


class ParallelInstances(Repeated, defaults.ParallelMultiInstanceTask):  # type: ignore[misc]
    """All instances at once."""

    sequential = False


class StandardLoop(Repeated, defaults.StandardLoopTask):  # type: ignore[misc]
    """Again and again while a condition holds, at most a number of times."""

    while_true: feel.Expression | None = None
    most: int | None = None
    test_first = False

    def planned(self, task: "CaseTask") -> tuple[list[Any] | None, int]:
        """Return how many rounds there may be: none when the condition is asked first and does not hold."""
        if self.test_first and not self.holds(task, 0):
            return None, 0
        return None, self.most if self.most is not None else 10**9

    def enough(self, task: "CaseTask", child: "CaseTask | None") -> bool:  # noqa: ARG002
        """Tell whether the loop's condition holds no longer."""
        return not self.holds(task, task.internal_data["done"])

    def holds(self, task: "CaseTask", rounds: int) -> bool:
        """Tell whether the condition, if there is one, holds after so many rounds."""
        if self.while_true is None:
            return True
        names = ChainMap({"loopCounter": Decimal(rounds)}, task.view())  # type: ignore[arg-type]
        return bool(task.workflow.top_workflow.asking.truth(self.while_true, names))
