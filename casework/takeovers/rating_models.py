"""The table of what households gave a year of service."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.persistence import Base, Identity

MOST_WORDS = 200
"""How many characters an owner may add."""


class HouseholdRating(Base):
    """What one household gave a year, 0 to 100, with a few words: one per household, whoever of its owners gave it."""

    __tablename__ = "household_rating"
    __table_args__ = (
        UniqueConstraint("year_id", "household_id"),
        CheckConstraint("score BETWEEN 0 AND 100", name="score"),
        CheckConstraint(f"char_length(words) <= {MOST_WORDS}", name="words"),
    )

    id: Mapped[Identity]
    year_id: Mapped[int] = mapped_column(ForeignKey("fee_year.id", ondelete="CASCADE"))
    """The year; one that was broken off before its result takes its ratings along."""
    household_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    """The owner who spoke last."""
    score: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    words: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
