"""The tables of publicity."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from casework.persistence import Base, Identity


class Posting(Base):
    """One time something was posted: a changed text is posted again, as the next round.

    What hung is kept as it hung. `proof` tells where, with the photos that show it: [{"where": "南门", "photos": [7]}];
    `files` are the papers that hung along, `people` those whom it lists: [{"person": 7, "post": "member", "place": 1}].
    """

    __tablename__ = "posting"
    __table_args__ = (
        UniqueConstraint("case_id", "run", "round"),
        Index("ix_posting_estate", "estate_id", "posted_at", postgresql_where=text("online")),
    )

    id: Mapped[Identity]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    estate_id: Mapped[int | None]
    run: Mapped[int]
    round: Mapped[int]
    title: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")
    posted_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    length_key: Mapped[str]
    places: Mapped[int] = mapped_column(default=0)
    online: Mapped[bool] = mapped_column(default=False)
    proof: Mapped[list[Any]] = mapped_column(default=list)
    files: Mapped[list[Any]] = mapped_column(default=list)
    people: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")


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
    evidence: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    reply: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None]
    finding: Mapped[str | None]
    change: Mapped[bool | None]


class Damage(Base):
    """A report that a notice was torn down: who saw it when and where, their photos, and what the poster found.

    Confirmed, the notice was posted again and its time began anew.
    """

    __tablename__ = "posting_damage"
    __table_args__ = (
        CheckConstraint("(confirmed IS NULL) = (decided_at IS NULL)", name="decided"),
        Index("ix_posting_damage_posting", "posting_id"),
    )

    id: Mapped[Identity]
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"))
    person_id: Mapped[int]
    reported_at: Mapped[datetime]
    damaged_at: Mapped[datetime]
    where: Mapped[str]
    photos: Mapped[list[Any]]
    confirmed: Mapped[bool | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None]
