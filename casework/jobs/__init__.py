"""Work for later: rows in the database, done exactly once in its effects."""

from casework.jobs.claim import LEASE, ClaimedJob, claim, seconds_to_next
from casework.jobs.crash import crash_point
from casework.jobs.models import MAX_ATTEMPTS, Job
from casework.jobs.running import ON_DEAD, PAUSES, Casework, Later, NotNeeded, Retry, due_clock, run, run_due, run_one
from casework.jobs.schedule import (
    ARMED,
    CANCELLED,
    abandon,
    announce_calendar,
    cancel,
    is_running,
    move,
    prolong,
    purge,
    put,
    revive,
    row_of,
    schedule,
)
from casework.jobs.upkeep import upkeep
from casework.jobs.watching import Condition, condition

__all__ = [
    "ARMED",
    "CANCELLED",
    "LEASE",
    "MAX_ATTEMPTS",
    "ON_DEAD",
    "PAUSES",
    "Casework",
    "ClaimedJob",
    "Condition",
    "Job",
    "Later",
    "NotNeeded",
    "Retry",
    "abandon",
    "announce_calendar",
    "cancel",
    "claim",
    "condition",
    "crash_point",
    "due_clock",
    "is_running",
    "move",
    "prolong",
    "purge",
    "put",
    "revive",
    "row_of",
    "run",
    "run_due",
    "run_one",
    "schedule",
    "seconds_to_next",
    "upkeep",
]
