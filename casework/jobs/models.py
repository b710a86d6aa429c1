"""The queue: one row per thing to be done later, or outside the transaction that asked for it."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from casework.persistence import Base, Identity

#: A first try, and one more after each pause of `casework.jobs.running.PAUSES`.
MAX_ATTEMPTS = 6


class Job(Base):
    """Something to do at or after `due_at`, done in one transaction with its effect.

    ready → running → done, back to ready (another try), dead (out of tries), or cancelled (no longer needed);
    dead → ready or cancelled by a person. A cancelled job gives up its key.
    """

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("state IN ('ready', 'running', 'done', 'dead', 'cancelled')", name="state"),
        CheckConstraint("(state = 'running') = (token IS NOT NULL)", name="token"),
        CheckConstraint("(state = 'running') = (lease_until IS NOT NULL)", name="lease"),
        CheckConstraint("attempt BETWEEN 0 AND max_attempts + 1", name="attempt"),
        Index("uq_job_key", "key", unique=True, postgresql_where=text("state <> 'cancelled'")),
        Index("ix_job_ready", "due_at", postgresql_where=text("state = 'ready' AND priority <= 0")),
        Index("ix_job_ready_first", "due_at", postgresql_where=text("state = 'ready' AND priority > 0")),
        Index("ix_job_running", "lease_until", postgresql_where=text("state = 'running'")),
        Index("ix_job_dead", "due_at", postgresql_where=text("state = 'dead'")),
        Index("ix_job_finished", "finished_at", postgresql_where=text("finished_at IS NOT NULL")),
        Index("ix_job_case_id", "case_id"),
    )

    id: Mapped[Identity]
    #: Names the handler.
    kind: Mapped[str]
    #: Makes the job unique: scheduled twice, it is done once.
    key: Mapped[str]
    case_id: Mapped[int | None]
    #: References only, no personal data.
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    due_at: Mapped[datetime]
    #: Above 0: taken before everything else that is due.
    priority: Mapped[int] = mapped_column(server_default=text("0"))
    state: Mapped[str] = mapped_column(server_default=text("'ready'"))
    token: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    #: How often it was claimed; counted at the claim, so that a job that kills its process is counted too.
    attempt: Mapped[int] = mapped_column(server_default=text("0"))
    max_attempts: Mapped[int] = mapped_column(server_default=text(str(MAX_ATTEMPTS)))
    last_error: Mapped[str | None]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
