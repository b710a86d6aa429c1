"""The tables of what comes before a vote: what a survey found, what a company can take on, and bundles of estates."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.persistence import Base, Identity

WISHES = ("market", "state_firm", "self", "unclear")
BODIES = ("committee", "pmc", "epc", "none")
OUTCOMES = ("pending", "yes", "no", "void", "basic", "entered", "stopped", "single")
"""pending: its vote is open; yes, no, void: how it ended; basic: basic service after a second void; entered or stopped:
how the company's entry ended; single: a takeover of its own."""


class EstateSurvey(Base):
    """What community and street found on the spot. Every survey stays; the newest of an estate counts."""

    __tablename__ = "estate_survey"
    __table_args__ = (
        CheckConstraint(f"wish IN {WISHES}", name="wish"),
        CheckConstraint(f"body IN {BODIES}", name="body"),
        CheckConstraint("debts >= 0", name="not_below_zero"),
        Index("ix_estate_survey_estate_id", "estate_id", "at"),
    )

    id: Mapped[Identity]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime]
    facts: Mapped[list[Any]]
    """[{item, state, count}], the counts as text."""
    hazards: Mapped[list[Any]]
    """[{item, grade, photos}], the photos by the ids of their files."""
    wish: Mapped[str]
    body: Mapped[str]
    debts: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    """What owners owe for services so far, in yuan, where anybody knows."""
    photos: Mapped[list[int]] = mapped_column(default=list)


class FirmCapacity(Base):
    """How much a state-owned company can serve at most, as its county has set it; and where it works from."""

    __tablename__ = "firm_capacity"
    __table_args__ = (CheckConstraint("area >= 0 AND estates >= 0", name="not_below_zero"),)

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    area: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    """m² it can serve at once."""
    estates: Mapped[int]
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))
    latitude: Mapped[Decimal | None] = mapped_column(Numeric(8, 6))
    at: Mapped[datetime]


class Bundle(Base):
    """Several old estates in one project for one company; each decides for itself (聊城条例 57)."""

    __tablename__ = "bundle"
    __table_args__ = (UniqueConstraint("case_id"), CheckConstraint("round BETWEEN 1 AND 2", name="round"))

    id: Mapped[Identity]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    street_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    """The company, once it was awarded."""
    round: Mapped[int] = mapped_column(default=1)
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    members: Mapped[list["BundleMember"]] = relationship(order_by="BundleMember.id")


class BundleMember(Base):
    """One estate of a bundle, and what became of it. No estate is in two open bundles."""

    __tablename__ = "bundle_member"
    __table_args__ = (
        UniqueConstraint("bundle_id", "estate_id"),
        CheckConstraint(f"outcome IN {OUTCOMES}", name="outcome"),
        CheckConstraint("(outcome = 'pending') = (decided_at IS NULL)", name="decided"),
        Index("ix_bundle_member_open", "estate_id", unique=True, postgresql_where=text("open")),
    )

    id: Mapped[Identity]
    bundle_id: Mapped[int] = mapped_column(ForeignKey("bundle.id"))
    estate_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    vote_id: Mapped[int | None] = mapped_column(ForeignKey("vote.id"), index=True)
    """The vote that decided last."""
    outcome: Mapped[str] = mapped_column(default="pending")
    decided_at: Mapped[datetime | None]
    open: Mapped[bool] = mapped_column(default=True)
    """Whether the bundle still concerns the estate."""
