"""The tables of a case and of what is written with every step of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from casework.persistence import Base, Identity


class Case(Base):
    """One case. `state` is the engine's; the other columns are what lists, facts and scopes ask for."""

    __tablename__ = "case"
    __table_args__ = (
        CheckConstraint("status IN ('open', 'closed')", name="status"),
        Index("ix_case_area", "area_path", "status", "due_at", postgresql_ops={"area_path": "text_pattern_ops"}),
        Index("ix_case_estate", "estate_id", "category", "status"),
        Index("ix_case_unit", "unit_id", "status"),
        Index("ix_case_opened", "process", "opened_at"),
    )

    id: Mapped[Identity]
    no: Mapped[str] = mapped_column(unique=True)
    process: Mapped[str]
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    state: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    tokens: Mapped[list[Any]]
    version: Mapped[int] = mapped_column(default=0)
    lines: Mapped[int] = mapped_column(default=0)
    status: Mapped[str] = mapped_column(default="open")
    outcome: Mapped[str | None]
    basis: Mapped[str | None]
    estate_id: Mapped[int | None]
    area_id: Mapped[int]
    area_path: Mapped[str]
    unit_id: Mapped[int | None]
    tier: Mapped[int] = mapped_column(default=0)
    level: Mapped[int | None]
    urgency: Mapped[str] = mapped_column(default="normal")
    category: Mapped[str | None]
    title_zh: Mapped[str] = mapped_column(default="")
    title_en: Mapped[str] = mapped_column(default="")
    policies: Mapped[str]
    incident_at: Mapped[datetime]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    due_clock: Mapped[str | None]
    confidential: Mapped[bool] = mapped_column(default=False)
    sealed: Mapped[bool] = mapped_column(default=False)
    hotline: Mapped[bool] = mapped_column(default=False)
    tags: Mapped[list[str]]
    handlers: Mapped[list[int]] = mapped_column(default=list)
    """Who finished a task of the responsible unit, each once, the latest last: what the conflict rules ask."""
    verified_by: Mapped[int | None]

    clocks_moved = False
    """Whether a clock of the case was touched in this unit of work; not a column."""

    def titled(self, process: tuple[str, str]) -> tuple[str, str]:
        """Return its title in Chinese and English; without one what its process is called."""
        return self.title_zh or process[0], self.title_en or self.title_zh or process[1]


class CaseUnit(Base):
    """Which organisation was responsible for the case, and when: exactly one while the case is open."""

    __tablename__ = "case_unit"
    __table_args__ = (
        Index("ix_case_unit_open", "case_id", unique=True, postgresql_where=text("until IS NULL AND leads")),
        Index("ix_case_unit_organisation", "organisation_id", "case_id"),
    )

    id: Mapped[Identity]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    organisation_id: Mapped[int]
    leads: Mapped[bool] = mapped_column(default=True)
    since: Mapped[datetime]
    until: Mapped[datetime | None]


class WorkItem(Base):
    """One human task of a case: the inbox is this table."""

    __tablename__ = "work_item"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'done', 'cancelled')", name="state"),
        UniqueConstraint("case_id", "task"),
        Index("ix_work_item_groups", "groups", postgresql_using="gin", postgresql_where=text("state = 'open'")),
        Index("ix_work_item_holder", "holder_id", "due_at", postgresql_where=text("state = 'open'")),
        Index("ix_work_item_due", "due_at", "id", postgresql_where=text("state = 'open'")),
        Index("ix_work_item_open", "case_id", postgresql_where=text("state = 'open'")),
        Index("ix_work_item_completed", "completed_by", "completed_at"),
    )

    id: Mapped[Identity]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    task: Mapped[str]
    process: Mapped[str]
    element: Mapped[str]
    form: Mapped[str | None]
    role: Mapped[str]
    scope: Mapped[str]
    conflicts: Mapped[list[str]]
    groups: Mapped[list[str]]
    excluded: Mapped[list[int]]
    recused: Mapped[list[Any]]
    subject: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default="open")
    holder_id: Mapped[int | None]
    claimed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    priority: Mapped[int] = mapped_column(default=0)
    urgency: Mapped[str] = mapped_column(default="normal")
    estate_id: Mapped[int | None]
    area_path: Mapped[str]
    due_at: Mapped[datetime | None]
    due_clock: Mapped[str | None]
    draft: Mapped[dict[str, Any] | None] = mapped_column(JSONB, deferred=True)
    opened_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    completed_by: Mapped[int | None]


class CaseClock(Base):
    """A time limit of a case: from which rule, since when, until when, and why it stands still."""

    __tablename__ = "case_clock"
    __table_args__ = (
        Index("ix_case_clock_running", "case_id", "name", unique=True, postgresql_where=text("stopped_at IS NULL")),
        Index("ix_case_clock_provisional", "id", postgresql_where=text("provisional AND stopped_at IS NULL")),
    )

    id: Mapped[Identity]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    name: Mapped[str]
    key: Mapped[str]
    started_at: Mapped[datetime]
    from_at: Mapped[datetime]
    due_at: Mapped[datetime]
    fires_at: Mapped[datetime]
    provisional: Mapped[bool] = mapped_column(default=False)
    extra: Mapped[list[Any]]
    paused_at: Mapped[datetime | None]
    pause_reason: Mapped[str | None]
    left: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    resumed_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    stop_reason: Mapped[str | None]
    breached_at: Mapped[datetime | None]


class CaseTimer(Base):
    """A timer of the diagram that waits in this case; its job row says when it fires."""

    __tablename__ = "case_timer"

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    task: Mapped[str] = mapped_column(primary_key=True)
    process: Mapped[str]
    element: Mapped[str]
    expression: Mapped[str]
    clock: Mapped[str | None]
    due_at: Mapped[datetime | None]


class Subscription(Base):
    """A message or signal that a case waits for; `key` says what of a message must agree, empty when nothing does."""

    __tablename__ = "subscription"
    __table_args__ = (Index("ix_subscription_name", "name", "key", "case_id"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    key: Mapped[str]
    signal: Mapped[bool] = mapped_column(default=False)


class Posted(Base):
    """A message or signal on its way from one case to others, kept until somebody takes it or its time is over."""

    __tablename__ = "posted"
    __table_args__ = (
        CheckConstraint("outcome IN ('delivered', 'started', 'told', 'expired')", name="outcome"),
        Index("ix_posted_waiting", "name", postgresql_where=text("outcome IS NULL")),
        Index("ix_posted_ended", "ended_at", postgresql_where=text("outcome IS NOT NULL")),
    )

    id: Mapped[Identity]
    name: Mapped[str]
    signal: Mapped[bool]
    correlation: Mapped[dict[str, Any]]
    payload: Mapped[dict[str, Any]]
    sender_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    posted_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    outcome: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    receiver_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))


class History(Base):
    """One line of what happened, in order; never changed. References only, no personal data."""

    __tablename__ = "history"

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_kind: Mapped[str]
    person_id: Mapped[int | None]
    process: Mapped[str | None]
    element: Mapped[str | None]
    kind: Mapped[str]
    what: Mapped[str]
    text_zh: Mapped[str | None]
    text_en: Mapped[str | None]
    refs: Mapped[dict[str, Any]]


class CaseParty(Base):
    """A person's part in a case: complainant, person complained about…; a person, never a flat."""

    __tablename__ = "case_party"

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(primary_key=True, index=True)
    role: Mapped[str] = mapped_column(primary_key=True)


class CaseLink(Base):
    """Two cases that belong together, and why."""

    __tablename__ = "case_link"

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True, index=True)
    why: Mapped[str] = mapped_column(primary_key=True)


class Incident(Base):
    """A token that can't go on: which rule of the diagram failed, or which job gave up."""

    __tablename__ = "incident"
    __table_args__ = (Index("ix_incident_open", "case_id", postgresql_where=text("resolved_at IS NULL")),)

    id: Mapped[Identity]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    job_id: Mapped[int | None]
    process: Mapped[str | None]
    element: Mapped[str | None]
    task: Mapped[str | None]
    rule: Mapped[str]
    text_zh: Mapped[str]
    text_en: Mapped[str]
    first_seen: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[int | None]


class Instruction(Base):
    """What a supervisor said when stepping into a case: a reminder, a note, why a task went to somebody else.

    History names it by id; residents never read it.
    """

    __tablename__ = "instruction"
    __table_args__ = (
        CheckConstraint("what IN ('reminded', 'handed_over', 'freed', 'noted')", name="what"),
        Index("ix_instruction_case", "case_id", "id"),
    )

    id: Mapped[Identity]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("work_item.id"))
    what: Mapped[str]
    text: Mapped[str]
    said_by: Mapped[int]
    at: Mapped[datetime]


class Command(Base):
    """A request that has taken effect: the same key again gets the same answer and has no second effect."""

    __tablename__ = "command"

    key: Mapped[str] = mapped_column(primary_key=True)
    actor: Mapped[str]
    request_hash: Mapped[str]
    answer: Mapped[dict[str, Any]]
    at: Mapped[datetime]
