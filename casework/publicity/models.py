"""The tables of publicity."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.persistence import Base, Identity


class Posting(Base):
    """One time something was posted: a changed text is posted again, as the next round."""

    __tablename__ = "posting"
    __table_args__ = (UniqueConstraint("case_id", "run", "round"),)

    id: Mapped[Identity]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    run: Mapped[int]
    round: Mapped[int]
    posted_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    length_key: Mapped[str]
    places: Mapped[int] = mapped_column(default=0)
    online: Mapped[bool] = mapped_column(default=False)


class Objection(Base):
    """Somebody's objection to what is posted, and how it was answered."""

    __tablename__ = "objection"
    __table_args__ = (
        CheckConstraint("finding IN ('upheld', 'partly', 'rejected')", name="finding"),
        Index("ix_objection_posting", "posting_id"),
    )

    id: Mapped[Identity]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"))
    person_id: Mapped[int]
    filed_at: Mapped[datetime]
    grounds: Mapped[str]
    reply: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None]
    finding: Mapped[str | None]
    change: Mapped[bool | None]
