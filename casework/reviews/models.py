"""The tables of reviews: who is reviewed, and what each office found, on what basis and evidence, until when."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.persistence import Base, Identity


class Review(Base):
    """One run of the review in a case; `grounds` is the negative list as it was when the run began."""

    __tablename__ = "review"
    __table_args__ = (Index("ix_review_case", "case_id", "id"),)

    id: Mapped[Identity]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    opened_at: Mapped[datetime]
    grounds: Mapped[list[Any]]
    """[{ground, title, title_en, desk, source}], in the order of the list."""


class ReviewSubject(Base):
    """Somebody who is reviewed: what they declared, what they were told, what they answered, how it was ruled."""

    __tablename__ = "review_subject"
    __table_args__ = (
        CheckConstraint("ruling IN ('upheld', 'rejected')", name="ruling"),
        CheckConstraint("(ruling IS NULL) = (ruled_at IS NULL)", name="ruled"),
        UniqueConstraint("review_id", "person_id"),
    )

    id: Mapped[Identity]
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"))
    person_id: Mapped[int] = mapped_column(index=True)
    on_paper: Mapped[bool] = mapped_column(default=False)
    declared_at: Mapped[datetime | None]
    declared_by: Mapped[int | None]
    declaration: Mapped[dict[str, Any]]
    """{items: [{ground, yes, detail}], relations, files}; empty before it is given."""
    told_at: Mapped[datetime | None]
    challenge_until: Mapped[datetime | None]
    challenged_at: Mapped[datetime | None]
    challenge: Mapped[dict[str, Any]]
    """{reasons, evidence: [file ids]}; empty where nobody has challenged."""
    ruling: Mapped[str | None]
    ruled_at: Mapped[datetime | None]
    ruled_by: Mapped[int | None]
    ruling_reasons: Mapped[str | None]


class ReviewCheck(Base):
    """What one office found about one ground; a later finding stands beside it and takes its place."""

    __tablename__ = "review_check"
    __table_args__ = (
        CheckConstraint("result IN ('pass', 'fail', 'unknown')", name="result"),
        CheckConstraint("result <> 'fail' OR basis <> ''", name="basis"),
        Index("ix_review_check_subject", "subject_id", "id"),
    )

    id: Mapped[Identity]
    subject_id: Mapped[int] = mapped_column(ForeignKey("review_subject.id"))
    ground: Mapped[str]
    unit_id: Mapped[int]
    result: Mapped[str]
    basis: Mapped[str]
    evidence: Mapped[list[int]]
    valid_until: Mapped[date | None]
    """The last day on which the finding holds; without one it holds until another is made."""
    checked_at: Mapped[datetime]
    checked_by: Mapped[int | None]
    replaced_at: Mapped[datetime | None]
