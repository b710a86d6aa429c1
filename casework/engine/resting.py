"""Instances given out to a person or to the house and not answered yet: the state keeps their numbers and nothing else.

All that such an instance is follows from its number and from the token that holds it. It becomes a token again when
somebody answers it or takes it away, so a step on one of a thousand instances handles one.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.util.task import TaskState

if TYPE_CHECKING:
    from casework.engine.tokens import CaseTask


@dataclass
class Resting:
    """The instances at rest of one repeated activity."""

    holder: "CaseTask"
    around: int  # the version of the data around them with which they began
    indexes: dict[int, int]  # the place of each in the repetition, by its number as a task

    @property
    def spec(self) -> Any:
        """The activity that is repeated."""
        return self.holder.workflow.spec.task_specs[self.holder.task_spec.task_spec]

    def packed(self) -> list[Any]:
        """Return the group as plain JSON: its holder, then runs of the first number, its place, and how many."""
        runs: list[list[int]] = []
        for number, index in sorted(self.indexes.items()):
            if runs and number - runs[-1][0] == index - runs[-1][1] == runs[-1][2]:
                runs[-1][2] += 1
            else:
                runs.append([number, index, 1])
        return [self.holder.id, self.around, runs]


def unpacked(holder: "CaseTask", around: int, runs: list[list[int]]) -> Resting:
    """Return the group that `Resting.packed` wrote."""
    indexes = {first + step: index + step for first, index, count in runs for step in range(count)}
    return Resting(holder, around, indexes)


def open_state(spec: Any) -> int:
    """Return the state of a token that has been given out: ready for a person, or started for the house."""
    return int(TaskState.STARTED if spec.by_itself else TaskState.READY)


def is_untouched(task: "CaseTask") -> bool:
    """Tell whether an instance is as it was given out, with nothing of its own."""
    own, spec = task.internal_data, task.task_spec
    if not spec.given_out or task._state != open_state(spec) or task._children or task.frame is None:
        return False
    if own.keys() != {"instance", "around", "seen"} or own["seen"]:
        return False
    frame, holder = task.frame, task.parent
    return not frame.version and not frame.wrote and frame.values == holder.task_spec.given(holder, own["instance"])
