"""What keeps the queue small and has the house looked after."""

from datetime import timedelta

from casework.jobs.schedule import purge, schedule
from casework.persistence import Work

#: Handlers whose kind begins so run once an hour, in one process of all.
HOURLY = "upkeep."
_KEPT = timedelta(days=30)


def upkeep(work: Work) -> None:
    """Forget jobs that ended long ago and schedule this hour's upkeep; harmless when repeated."""
    purge(work, work.now - _KEPT)
    for kind in work.house.handlers:
        if kind.startswith(HOURLY):
            schedule(work, kind, key=f"{kind}:{work.now:%Y-%m-%dT%H}", priority=0)
