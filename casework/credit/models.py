"""The table of credit entries."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.persistence import Base, Identity


class CreditEntry(Base):
    """What one finding costs a company: it shows once the time to object has passed, and lapses after its validity."""

    __tablename__ = "credit_entry"
    __table_args__ = (
        UniqueConstraint("case_id", "code", "occasion"),
        Index("ix_credit_entry_company", "organisation_id", "shows_at"),
    )

    id: Mapped[Identity]
    organisation_id: Mapped[int]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    code: Mapped[str]
    occasion: Mapped[str]
    points: Mapped[int]
    basis: Mapped[str]
    at: Mapped[datetime]
    shows_at: Mapped[datetime]
    lapses_at: Mapped[datetime]
    objected_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
