"""The daily sweep, as a job that repeats itself."""

from datetime import timedelta

from casework import jobs
from casework.attachments.services import sweep_orphans
from casework.persistence import Work

SWEEP = "attachments.sweep"


def sweep(work: Work, job: jobs.Job) -> None:
    """Sweep, and come again tomorrow."""
    sweep_orphans(work)
    jobs.move(work, job.key, work.now + timedelta(days=1))


def schedule_sweep(work: Work) -> None:
    """Put the sweep into the queue, where it stays; again is nothing new."""
    jobs.schedule(work, SWEEP, key=SWEEP)


HANDLERS = {SWEEP: sweep}
