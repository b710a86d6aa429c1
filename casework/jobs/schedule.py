"""Putting jobs in the queue, moving and taking them out: part of the transaction that wants them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, case, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from casework.errors import Conflict, Forbidden, NotFound
from casework.jobs.claim import LEASE
from casework.jobs.models import MAX_ATTEMPTS, Job
from casework.persistence import Work
from casework.persistence.rows import as_json, inserted

_RUNNING = "casework.jobs.running"
_LIVE = ("ready", "running", "dead")
_ANY = (*_LIVE, "done")
_JOB = cast(Table, Job.__table__)
CANCELLED = """UPDATE job SET state = 'cancelled', token = NULL, lease_until = NULL, finished_at = :now
  WHERE key = ANY(:cancelled) AND state IN ('ready', 'running', 'dead')"""
"""The statement that takes out the jobs whose keys `:cancelled` holds: for a transaction that writes much at once."""
ARMED = f"""{inserted(Job, "armed")}
  ON CONFLICT (key) WHERE state <> 'cancelled' DO UPDATE SET due_at = excluded.due_at, payload = excluded.payload,
    state = 'ready', attempt = 0, token = NULL, lease_until = NULL, finished_at = NULL
  RETURNING id, due_at"""
"""The statement that puts the rows of `row_of` into the queue, `:armed` as JSON; a job whose key is taken is moved."""
_ARM = text(ARMED)


class Fenced(Exception):
    """The job has been taken over, moved or cancelled since this run claimed it: nothing of the run may stay."""


@dataclass
class Running:
    """The job whose handler runs in a transaction; `settled` when the handler itself has ended or moved it."""

    key: str
    token: str
    settled: bool = False


def running(session: Session) -> Running | None:
    """Return the job whose handler runs in this session."""
    found: Running | None = session.info.get(_RUNNING)
    return found


def enter(session: Session, job: Running) -> None:
    """Say whose handler runs in this session."""
    session.info[_RUNNING] = job


def prolong(work: Work, beside: Session) -> None:
    """Let the job whose handler does this work go on for another lease; `beside` is a transaction of its own."""
    mine = running(work.session)
    if mine is not None:
        held = update(Job).where(Job.key == mine.key, Job.token == mine.token, Job.state == "running")
        later = func.greatest(Job.lease_until, func.clock_timestamp() + LEASE)
        beside.execute(held.values(lease_until=later), execution_options={"synchronize_session": False})


def is_running(work: Work, key: str) -> bool:
    """Say whether the job with this key is the one whose handler does this work."""
    mine = running(work.session)
    return mine is not None and mine.key == key


def schedule(
    work: Work,
    kind: str,
    *,
    key: str,
    due_at: datetime | None = None,
    payload: Mapping[str, Any] | None = None,
    case_id: int | None = None,
    priority: int = 0,
    max_attempts: int = MAX_ATTEMPTS,
) -> Job:
    """Have the handler of `kind` run at `due_at` (now when None). The same `key` again returns the job there is.

    A key is taken until its job is cancelled, also by a job that is done; to do it again, `move` it or use a new key.
    """
    written = insert(Job).values(
        kind=kind,
        key=key,
        due_at=due_at or work.now,
        payload=dict(payload or {}),
        case_id=case_id,
        priority=priority,
        max_attempts=max_attempts,
        created_at=work.now,
    )
    once = written.on_conflict_do_nothing(index_elements=[Job.key], index_where=text("state <> 'cancelled'"))
    job = work.session.scalars(once.returning(Job)).one_or_none()
    if job is None:
        known = select(Job).where(Job.key == key, Job.state != "cancelled")
        return work.session.scalars(known, execution_options={"populate_existing": True}).one()
    _wake(work, job.id, job.due_at)
    return job


def row_of(
    work: Work,
    kind: str,
    *,
    key: str,
    due_at: datetime,
    payload: Mapping[str, Any] | None = None,
    case_id: int | None = None,
    priority: int = 0,
) -> dict[str, Any]:
    """Return the row of a job that shall run at `due_at`, for `put` or `ARMED`."""
    return {
        "kind": kind,
        "key": key,
        "case_id": case_id,
        "payload": dict(payload or {}),
        "due_at": due_at,
        "priority": priority,
        "state": "ready",
        "attempt": 0,
        "max_attempts": MAX_ATTEMPTS,
        "created_at": work.now,
    }


def put(work: Work, row: Mapping[str, Any]) -> int:
    """Have the job with the key of `row` run when it says, whether it is new, waiting, running, done or dead.

    Returns its id.
    """
    key, due_at = row["key"], row["due_at"]
    if is_running(work, key):
        _settle(work, key, *_ANY, state="ready", attempt=0, due_at=due_at, payload=row["payload"], finished_at=None)
        own = select(_JOB.c.id).where(_JOB.c.key == key, _JOB.c.state != "cancelled")
        return int(work.session.connection().execute(own).scalar_one())
    job_id: int = work.session.connection().execute(_ARM, {"armed": as_json([row])}).scalar_one()
    _wake(work, job_id, due_at)
    return job_id


def move(work: Work, key: str, due_at: datetime) -> bool:
    """Let a job that is not done run at another time, its tries forgotten; False when there is none.

    A run that has begun meanwhile is fenced off. A handler may move its own job: that is how a job repeats.
    """
    return _settle(
        work,
        key,
        due_at=due_at,
        state=case((Job.state == "dead", "dead"), else_="ready"),
        attempt=case((Job.state == "dead", Job.attempt), else_=0),
    )


def cancel(work: Work, key: str) -> bool:
    """Take out a job that is not done; False when there is none. A run that has begun meanwhile is fenced off.

    The job whose own handler asks is left alone: it is just being done.
    """
    mine = running(work.session)
    if mine is not None and mine.key == key and not mine.settled:
        return True
    return _settle(work, key, state="cancelled", finished_at=work.now)


def revive(work: Work, job_id: int, payload: Mapping[str, Any] | None = None) -> Job:
    """Give a dead job its tries again, by a named person, with another payload if one is given."""
    job = _dead(work, job_id)
    job.state, job.attempt, job.due_at = "ready", 0, work.now
    if payload is not None:
        job.payload = dict(payload)
    work.session.flush()
    _wake(work, job.id, job.due_at)
    return job


def abandon(work: Work, job_id: int) -> Job:
    """Give up a dead job for good, by a named person."""
    job = _dead(work, job_id)
    job.state, job.finished_at = "cancelled", work.now
    work.session.flush()
    return job


def purge(work: Work, before: datetime, limit: int = 10_000) -> int:
    """Delete jobs that were done or cancelled before an instant; return how many."""
    old = select(Job.id).where(Job.finished_at < before).limit(limit)
    return len(work.session.execute(delete(Job).where(Job.id.in_(old)).returning(Job.id)).all())


def announce_calendar(work: Work, version: Any) -> Job:
    """Have open due dates computed anew with a work-calendar version: what `calendar.import_year` announces to."""
    return schedule(work, "calendar.changed", key=f"calendar.changed:{version.id}", payload={"version": version.id})


def _settle(work: Work, key: str, *states: str, **values: Any) -> bool:
    live = update(_JOB).where(_JOB.c.key == key, _JOB.c.state.in_(states or _LIVE))
    mine = running(work.session)
    own = mine is not None and mine.key == key
    if mine is not None and own and not mine.settled:
        live = live.where(_JOB.c.token == mine.token)
    changed = live.values(token=None, lease_until=None, **values).returning(_JOB.c.id, _JOB.c.due_at, _JOB.c.state)
    found = work.session.connection().execute(changed).first()
    if mine is not None and own:
        if found is None and not mine.settled:
            raise Fenced(key)
        mine.settled = True
    if found is not None and found.state == "ready":
        _wake(work, found.id, found.due_at)
    return found is not None


def _wake(work: Work, job_id: int, due_at: datetime) -> None:
    if due_at <= work.now:
        work.due_jobs.append(job_id)


def _dead(work: Work, job_id: int) -> Job:
    if work.actor.kind != "person":
        raise Forbidden("须由具名人员处理", "Only a named person may decide about a dead job")
    job = work.session.get(Job, job_id, with_for_update=True)
    if job is None:
        raise NotFound(f"没有任务 {job_id}", f"There is no job {job_id}")
    if job.state != "dead":
        raise Conflict(f"任务 {job_id} 已是 {job.state}", f"Job {job_id} is {job.state} already")
    return job
