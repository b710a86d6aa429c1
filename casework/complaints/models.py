"""The tables of complaints: what came in, what was done, what was answered, and how it was rated."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from casework.persistence import Base, Identity

CHANNELS = (
    "mini_program",
    "portal",
    "hotline",
    "letter",
    "call",
    "visit",
    "reception_day",
    "inspection",
    "home_visit",
    "counter",
)
ONLINE = frozenset({"mini_program", "portal", "hotline"})


class Intake(Base):
    """One report as it came in. Merged reports share a case; each keeps its own receipt and its own callback."""

    __tablename__ = "intake"
    __table_args__ = (
        CheckConstraint(
            "callback IN ('none', 'waiting', 'satisfied', 'dissatisfied', 'unreached', 'dropped')", name="callback"
        ),
        Index("ix_intake_person", "person_id", "received_at"),
    )

    id: Mapped[Identity]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    first_case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    code: Mapped[str] = mapped_column(unique=True)
    pin_hash: Mapped[str]
    channel: Mapped[str]
    line: Mapped[str]
    received_at: Mapped[datetime]
    occurred_at: Mapped[datetime | None]
    person_id: Mapped[int | None]
    registered_by: Mapped[int | None]
    about_person_id: Mapped[int | None]
    hotline_no: Mapped[str | None] = mapped_column(unique=True)
    estate_id: Mapped[int]
    location_id: Mapped[int | None]
    part: Mapped[str]
    category: Mapped[str | None]
    cause: Mapped[str | None]
    danger: Mapped[str] = mapped_column(default="none")
    text: Mapped[str]
    anonymous: Mapped[bool] = mapped_column(default=False)
    confidential: Mapped[bool] = mapped_column(default=False)
    joint: Mapped[list[Any]]
    details: Mapped[dict[str, Any]]
    files: Mapped[list[int]]
    callback: Mapped[str] = mapped_column(default="none")
    score: Mapped[int | None]
    on_spot: Mapped[bool] = mapped_column(default=False)


class Addition(Base):
    """What a reporter added to their report later; its files belong to the report."""

    __tablename__ = "addition"

    id: Mapped[Identity]
    intake_id: Mapped[int] = mapped_column(ForeignKey("intake.id"), index=True)
    at: Mapped[datetime]
    text: Mapped[str]


class Complaint(Base):
    """What a complaint's case knows beyond the common columns: the triage, the counts and the deeds."""

    __tablename__ = "complaint"

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    cause: Mapped[str | None]
    danger: Mapped[str] = mapped_column(default="none")
    part: Mapped[str] = mapped_column(default="common")
    location_id: Mapped[int | None]
    triage: Mapped[dict[str, Any]] = mapped_column(JSONB)
    handbacks: Mapped[int] = mapped_column(default=0)
    designated: Mapped[bool] = mapped_column(default=False)
    redo: Mapped[int] = mapped_column(default=0)
    reopened: Mapped[bool] = mapped_column(default=False)
    conclusion: Mapped[str | None]
    dispatched_at: Mapped[datetime | None]
    first_substantive_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    top_tier: Mapped[int] = mapped_column(default=0)


class HandlingRecord(Base):
    """What a unit did about a complaint; a substantive one comes with evidence."""

    __tablename__ = "handling_record"

    id: Mapped[Identity]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    person_id: Mapped[int | None]
    unit_id: Mapped[int | None]
    at: Mapped[datetime]
    substantive: Mapped[bool]
    done: Mapped[bool]
    text: Mapped[str]
    files: Mapped[list[int]]


class CallbackRecord(Base):
    """One attempt to ask a complainant, or the complainant's own rating."""

    __tablename__ = "callback_record"

    id: Mapped[Identity]
    intake_id: Mapped[int] = mapped_column(ForeignKey("intake.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    person_id: Mapped[int | None]
    at: Mapped[datetime]
    reached: Mapped[bool]
    satisfied: Mapped[bool | None]
    score: Mapped[int | None]
    text: Mapped[str | None]
    redo: Mapped[int]


class HotlineAnswer(Base):
    """What goes back to the hotline about one of its orders: the reply, then the outcome of the callback.

    The hotline fetches answers by their number and confirms them; each has one effect however often it is fetched.
    """

    __tablename__ = "hotline_answer"
    __table_args__ = (UniqueConstraint("intake_id", "kind", "round"),)

    id: Mapped[Identity]
    intake_id: Mapped[int] = mapped_column(ForeignKey("intake.id"))
    kind: Mapped[str]
    round: Mapped[int]
    conclusion: Mapped[str | None]
    callback: Mapped[str | None]
    at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
