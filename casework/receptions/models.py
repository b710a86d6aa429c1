"""The tables of receptions."""

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.persistence import Base, Identity

KINDS = ("reception", "home_visit")


class Series(Base):
    """Sittings that come round for a place: a reception every so many days, visits on fixed days of the week."""

    __tablename__ = "series"
    __table_args__ = (
        CheckConstraint("kind IN ('reception', 'home_visit')", name="kind"),
        Index("ix_series_area", "area_id", "kind"),
    )

    id: Mapped[Identity]
    kind: Mapped[str]
    area_id: Mapped[int]
    first_on: Mapped[date]
    at: Mapped[time]
    place: Mapped[str]
    lead_days: Mapped[int]
    ended_at: Mapped[datetime | None]


class Sitting(Base):
    """One day of a series. `planned_on` never changes, so the rhythm does not; `sits_at` is when it is held."""

    __tablename__ = "sitting"
    __table_args__ = (UniqueConstraint("series_id", "planned_on"),)

    id: Mapped[Identity]
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), unique=True)
    planned_on: Mapped[date]
    sits_at: Mapped[datetime]
    moved: Mapped[int] = mapped_column(default=0)
    held_at: Mapped[datetime | None]


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
