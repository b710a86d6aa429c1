"""Running claimed jobs: the effect and the end of the job in one transaction, failures in another."""

import logging
import secrets
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Literal, Protocol

from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from casework.clock import Clock, SystemClock
from casework.errors import CaseworkError, NotFound
from casework.jobs.claim import LEASE, ClaimedJob, claim
from casework.jobs.crash import crash_point
from casework.jobs.models import Job
from casework.jobs.schedule import Fenced, Running, enter
from casework.persistence import SYSTEM, Actor, Database, House, Work

End = Literal["done", "moved", "fenced", "again", "cancelled", "dead"]

#: The longest pause before each further try; the pause itself is drawn between nothing and this.
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 300, 1800, 7200))
#: Before a run that met a lock is tried again.
_LOCK_PAUSE = timedelta(seconds=1)
#: What the handlers of a house call the one that is told of a dead job.
ON_DEAD = "jobs.dead"
_LOCK_STATES = frozenset({"40001", "40P01", "55P03"})
_DONE = text(
    "UPDATE job SET state = 'done', finished_at = :now, token = NULL, lease_until = NULL"
    " WHERE id = :done AND token = :held AND state = 'running' RETURNING id"
)
_log = logging.getLogger(__name__)


class Retry(Exception):
    """Another transaction is in the way: try again soon, without using up a try."""


class NotNeeded(Exception):
    """What the job was for is gone: it ends cancelled, and nothing of this run stays."""


class Later(Exception):
    """The job comes too early: it is put off to `due_at`, and nothing of this run stays."""

    def __init__(self, due_at: datetime) -> None:
        super().__init__(due_at)
        self.due_at = due_at


class Casework(Protocol):
    """What running a job needs of the built product."""

    @property
    def database(self) -> Database:
        """Where the queue is."""

    @property
    def clock(self) -> Clock | None:
        """What says which jobs are due; without one, or with the machine's, the clock of the database says so."""

    @property
    def house(self) -> House:
        """Who holds the handlers."""

    def work(self, actor: Actor) -> AbstractContextManager[Work]:
        """Open one transaction of `actor`."""


def run_due(casework: Casework, limit: int = 100, *, lease: timedelta = LEASE) -> int:
    """Run due jobs one after the other until none is due or `limit` have run; return how many ran."""
    for count in range(limit):
        claimed = claim(casework.database, 1, now=due_clock(casework), lease=lease)
        if not claimed:
            return count
        run(casework, claimed[0])
    return limit


def run_one(casework: Casework, job_id: int, *, lease: timedelta = LEASE) -> End | None:
    """Run one job if it is due and free; None when it is not. Harmless when repeated."""
    claimed = claim(casework.database, now=due_clock(casework), lease=lease, only=job_id)
    return run(casework, claimed[0]) if claimed else None


def due_clock(casework: Casework) -> datetime | None:
    """Return what "now" means for due jobs; None for the clock of the database."""
    clock = casework.clock
    return None if clock is None or isinstance(clock, SystemClock) else clock.now()


def run(casework: Casework, claimed: ClaimedJob) -> End:
    """Run a claimed job to its end. Whatever is killed when, its effect is there once or the job is still to do."""
    crash_point("after_claim")
    if claimed.attempt > claimed.max_attempts:
        return _fail(casework, claimed, "the process died while running it")
    mine = Running(claimed.key, claimed.token)
    try:
        with casework.work(SYSTEM) as work:
            _do(work, claimed, mine)
            work.after_commit(lambda: crash_point("after_commit"))
    except Fenced:
        return "fenced"
    except NotNeeded:
        return _end(casework, claimed, "cancelled")
    except Later as later:
        return _again(casework, claimed, later.due_at, used=False)
    except Retry:
        return _again(casework, claimed, None, used=False)
    except Exception as error:  # noqa: BLE001 - the one place where a job's failure, of any kind, becomes a row
        if _met_a_lock(error):
            return _again(casework, claimed, None, used=False)
        said = describe(error)
        _log.warning("job %s (%s) failed at try %s: %s", claimed.id, claimed.kind, claimed.attempt, said)
        return _fail(casework, claimed, said)
    return "moved" if mine.settled else "done"


def describe(error: BaseException) -> str:
    """Return what a failure is and where, without the values it met: they may be personal."""
    if isinstance(error, DBAPIError):
        name = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
        said = f"{type(error.orig).__name__} {getattr(error.orig, 'sqlstate', None) or ''} {name or ''}".strip()
    elif isinstance(error, CaseworkError):
        said = f"{type(error).__name__}: {error}"
    else:
        said = type(error).__name__
    frames = [
        f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    return "\n".join([said, *reversed(frames[-6:])])


def _do(work: Work, claimed: ClaimedJob, mine: Running) -> None:
    enter(work.session, mine)
    job = work.session.get(Job, claimed.id)
    if job is None or job.token != claimed.token:
        raise Fenced(claimed.key)
    _handler(work.house, claimed.kind)(work, job)
    crash_point("after_handler")
    # The token is checked last, not first: the handler locks its case, and whoever holds the case may move or cancel
    # this job. Cases before jobs, everywhere, so nobody waits for each other in a circle.
    if not mine.settled:
        held = {"done": claimed.id, "held": claimed.token, "now": work.now}
        if work.session.connection().execute(_DONE, held).first() is None:
            raise Fenced(claimed.key)
    work.session.flush()
    crash_point("before_commit")


def _handler(house: House, kind: str) -> Callable[..., None]:
    found = house.handlers.get(kind)
    if found is None:
        raise NotFound(f"没有任务 {kind} 的处理程序", f"There is no handler for jobs of kind {kind}")
    return found


def _put(work: Work, claimed: ClaimedJob, **values: object) -> None:
    """Change the job if this run still holds it; raise Fenced otherwise."""
    changed = (
        update(Job)
        .where(Job.id == claimed.id, Job.token == claimed.token, Job.state == "running")
        .values(token=None, lease_until=None, **values)
        .returning(Job.id)
    )
    if work.session.execute(changed, execution_options={"synchronize_session": False}).first() is None:
        raise Fenced(claimed.key)


def _end(casework: Casework, claimed: ClaimedJob, end: End) -> End:
    try:
        with casework.work(SYSTEM) as work:
            _put(work, claimed, state=end, finished_at=work.now)
    except Fenced:
        return "fenced"
    return end


def _again(
    casework: Casework, claimed: ClaimedJob, due_at: datetime | None, *, used: bool, said: str | None = None
) -> End:
    """Put the job back: to `due_at`, or after a pause drawn at random, so that losers do not meet again."""
    try:
        with casework.work(SYSTEM) as work:
            longest = PAUSES[min(claimed.attempt, len(PAUSES)) - 1] if used else _LOCK_PAUSE
            pause = longest * (secrets.randbelow(1000) / 1000)
            values: dict[str, object] = {"last_error": said} if said else {}
            attempt = claimed.attempt - (not used)
            _put(work, claimed, state="ready", attempt=attempt, due_at=due_at or work.now + pause, **values)
    except Fenced:
        return "fenced"
    return "again"


def _fail(casework: Casework, claimed: ClaimedJob, said: str) -> End:
    if claimed.attempt < claimed.max_attempts:
        return _again(casework, claimed, None, used=True, said=said)
    try:
        _bury(casework, claimed, said, tell=True)
    except Fenced:
        return "fenced"
    except Exception as error:  # noqa: BLE001 - a failing listener must not keep the job alive
        _log.error("nobody could be told that job %s is dead: %s", claimed.id, describe(error))
        _bury(casework, claimed, said, tell=False)
    return "dead"


def _bury(casework: Casework, claimed: ClaimedJob, said: str, *, tell: bool) -> None:
    with casework.work(SYSTEM) as work:
        _put(work, claimed, state="dead", last_error=said)
        hook = work.house.handlers.get(ON_DEAD)
        if tell and hook is not None:
            hook(work, work.session.get_one(Job, claimed.id))


def _met_a_lock(error: BaseException) -> bool:
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _LOCK_STATES
