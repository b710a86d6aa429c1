"""The work calendar in the database: whole tables, a new version for every change."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from casework.persistence import Base, Identity


class CalendarVersion(Base):
    """One state of the work calendar; the newest holds."""

    __tablename__ = "calendar_version"

    id: Mapped[Identity]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None]
    #: The year that this version brought or corrected; none for the table that comes with the product.
    year: Mapped[int | None]
    years: Mapped[list[int]]
    digest: Mapped[str]


class CalendarDay(Base):
    """A day of one version that differs from its weekday."""

    __tablename__ = "calendar_day"
    __table_args__ = (CheckConstraint("kind IN ('holiday', 'makeup')", name="kind"),)

    version_id: Mapped[int] = mapped_column(ForeignKey("calendar_version.id", ondelete="CASCADE"), primary_key=True)
    #: The year whose notice names the day: New Year's make-up days lie in the December before it.
    notice: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
