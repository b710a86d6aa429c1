"""The tables of receptions."""

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.persistence import Base, Identity

KINDS = ("reception", "home_visit")
RHYTHMS = ("rules", "weekly", "monthly")


class Series(Base):
    """Sittings that come round for a place: as the rules say, or every week or month like the first.

    `last_on` is the last day on which there may be one.
    """

    __tablename__ = "series"
    __table_args__ = (
        CheckConstraint("kind IN ('reception', 'home_visit')", name="kind"),
        CheckConstraint("rhythm IN ('rules', 'weekly', 'monthly')", name="rhythm"),
        Index("ix_series_area", "area_id", "kind"),
    )

    id: Mapped[Identity]
    kind: Mapped[str]
    area_id: Mapped[int]
    first_on: Mapped[date]
    at: Mapped[time]
    until: Mapped[time | None]
    rhythm: Mapped[str] = mapped_column(default="rules")
    last_on: Mapped[date | None]
    place: Mapped[str]
    lead_days: Mapped[int]
    ended_at: Mapped[datetime | None]


class Sitting(Base):
    """One day of a series. `planned_on` never changes, so the rhythm does not; `sits_at` is when it is held.

    One that was called off before it was opened has no case.
    """

    __tablename__ = "sitting"
    __table_args__ = (UniqueConstraint("series_id", "planned_on"),)

    id: Mapped[Identity]
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), unique=True)
    planned_on: Mapped[date]
    sits_at: Mapped[datetime]
    moved: Mapped[int] = mapped_column(default=0)
    held_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None]


class ReceptionIssue(Base):
    """A matter somebody brought to a sitting; one solved on the spot is signed for and opens no case."""

    __tablename__ = "reception_issue"
    __table_args__ = (UniqueConstraint("case_id", "place"), Index("ix_reception_issue_at", "at"))

    id: Mapped[Identity]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    place: Mapped[int]
    kind: Mapped[str]
    person_id: Mapped[int | None]
    area_id: Mapped[int]
    category: Mapped[str]
    solved: Mapped[bool]
    signed_at: Mapped[datetime | None]
    at: Mapped[datetime]
