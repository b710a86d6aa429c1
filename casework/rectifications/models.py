"""The table of rectification notices that were not met in time."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.persistence import Base, Identity


class OverdueRectification(Base):
    """A limit that a company let pass, in which round of the notice."""

    __tablename__ = "overdue_rectification"
    __table_args__ = (UniqueConstraint("case_id", "round"),)

    id: Mapped[Identity]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    organisation_id: Mapped[int] = mapped_column(index=True)
    round: Mapped[int]
    limit_on: Mapped[date]
    at: Mapped[datetime]
