"""Taking due jobs from the queue: many processes at once, each job by one of them at a time."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import text

from casework.persistence import Database

#: How long a run may take before another process may take its job over.
LEASE = timedelta(seconds=60)

# What is due is asked with the clock of the house, leases always with the clock of the database: processes whose own
# clocks disagree steal nothing from each other. MATERIALIZED, so that LIMIT holds under concurrent claims.
_TAKE = """
UPDATE job SET state = 'running', token = :token, lease_until = now() + :lease, attempt = attempt + 1
FROM taken WHERE job.id = taken.id
RETURNING job.id, kind, key, case_id, payload, due_at, token, attempt, max_attempts
"""
_CLAIM = text(
    """
WITH expired AS MATERIALIZED (
  SELECT id FROM job WHERE state = 'running' AND lease_until < now()
  ORDER BY lease_until LIMIT :n FOR UPDATE SKIP LOCKED),
urgent AS MATERIALIZED (
  SELECT id FROM job WHERE state = 'ready' AND priority > 0 AND due_at <= coalesce(:now, now())
  ORDER BY due_at LIMIT :n - (SELECT count(*) FROM expired) FOR UPDATE SKIP LOCKED),
ordinary AS MATERIALIZED (
  SELECT id FROM job WHERE state = 'ready' AND priority <= 0 AND due_at <= coalesce(:now, now())
  ORDER BY due_at LIMIT :n - (SELECT count(*) FROM expired) - (SELECT count(*) FROM urgent) FOR UPDATE SKIP LOCKED),
taken AS (SELECT id FROM expired UNION ALL SELECT id FROM urgent UNION ALL SELECT id FROM ordinary)
"""  # noqa: S608 - both halves are constants
    + _TAKE
)
_CLAIM_ONE = text(
    """
WITH taken AS MATERIALIZED (
  SELECT id FROM job WHERE id = :id AND ((state = 'ready' AND due_at <= coalesce(:now, now()))
  OR (state = 'running' AND lease_until < now())) FOR UPDATE SKIP LOCKED)
"""  # noqa: S608
    + _TAKE
)
_NEXT = text(
    """
SELECT extract(epoch FROM least(
  (SELECT min(due_at) FROM job WHERE state = 'ready' AND priority <= 0),
  (SELECT min(due_at) FROM job WHERE state = 'ready' AND priority > 0),
  (SELECT min(lease_until) FROM job WHERE state = 'running')) - clock_timestamp())
"""
)


@dataclass(frozen=True)
class ClaimedJob:
    """A job that this process may run until its lease ends; the token proves it."""

    id: int
    kind: str
    key: str
    case_id: int | None
    payload: dict[str, Any]
    due_at: datetime
    token: str
    attempt: int
    max_attempts: int


def claim(
    database: Database,
    limit: int = 1,
    *,
    now: datetime | None = None,
    lease: timedelta = LEASE,
    only: int | None = None,
) -> list[ClaimedJob]:
    """Take up to `limit` due jobs (or the one with id `only`), the urgent and the longest due first.

    Due by the clock of the database, or at `now` where the house's clock is moved by hand.
    """
    token = uuid4().hex
    names: dict[str, Any] = {"now": now, "lease": lease, "token": token}
    with database.engine.begin() as connection:
        if only is None:
            rows = connection.execute(_CLAIM, names | {"n": limit}).all()
        else:
            rows = connection.execute(_CLAIM_ONE, names | {"id": only}).all()
    taken = [ClaimedJob(**row._asdict()) for row in rows]
    return sorted((_in_utc(job) for job in taken), key=lambda job: job.due_at)


def seconds_to_next(database: Database) -> float | None:
    """Return how long until a job falls due or a lease ends, below 0 when one has; None when nothing waits."""
    with database.engine.connect() as connection:
        seconds = connection.execute(_NEXT).scalar_one()
    return None if seconds is None else float(seconds)


def _in_utc(job: ClaimedJob) -> ClaimedJob:
    return ClaimedJob(**(job.__dict__ | {"due_at": job.due_at.astimezone(UTC)}))
