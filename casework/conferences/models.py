"""The tables of joint conferences."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.persistence import Base, Identity


class ConferenceSeat(Base):
    """An organisation that sits in the conference of an area; without any row the list of the law holds."""

    __tablename__ = "conference_seat"
    __table_args__ = (UniqueConstraint("area_id", "organisation_id"),)

    id: Mapped[Identity]
    area_id: Mapped[int]
    organisation_id: Mapped[int]


class Conference(Base):
    """One matter before a conference: at which level, when it meets, what came of it. `waiting_id` waits for it."""

    __tablename__ = "conference"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 4", name="level"),
        Index("ix_conference_case", "case_id", "id"),
    )

    id: Mapped[Identity]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    waiting_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    category: Mapped[str | None]
    level: Mapped[int]
    submitted_by: Mapped[int | None]
    meeting_on: Mapped[date | None]
    admitted_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    members: Mapped[list[int]]
    silent: Mapped[list[int]]


class Resolution(Base):
    """One thing a conference decided: who does it, and by when."""

    __tablename__ = "resolution"
    __table_args__ = (UniqueConstraint("conference_id", "no"),)

    id: Mapped[Identity]
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"))
    no: Mapped[str]
    unit_id: Mapped[int]
    due_on: Mapped[date]
    decided_at: Mapped[datetime]
