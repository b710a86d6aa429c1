"""How the queue is doing, for whoever watches over it."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from casework.jobs.models import Job
from casework.persistence import Work


@dataclass(frozen=True)
class Condition:
    """The queue at one moment: by how many seconds its oldest due job is late, and how many jobs are in each state."""

    seconds_late: float
    states: Mapping[str, int]


def condition(work: Work) -> Condition:
    """Return how the queue is doing at the moment of `work`; what is done or cancelled is not counted."""
    session = work.session
    waiting = select(func.min(Job.due_at)).where(Job.state == "ready")
    oldest = session.scalar(waiting)
    late = 0.0 if oldest is None else max(0.0, (work.now - oldest).total_seconds())
    counted = select(Job.state, func.count()).where(Job.state.in_(("ready", "running", "dead"))).group_by(Job.state)
    return Condition(late, {row.state: row[1] for row in session.execute(counted)})
