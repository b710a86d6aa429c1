"""The tables of what a taken-over estate costs and brings in: exact yuan, year by year and quarter by quarter."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.audit.models import APPEND_ONLY
from casework.persistence import Base, Identity

RATERS = ("housing", "street", "community", "residents")
"""Who rates a year of service; each has the weight of `evaluation.weight`."""
_Yuan = Numeric(14, 2)
_APPEND_ONLY = (
    APPEND_ONLY[0],
    """CREATE TRIGGER revenue_entry_is_append_only BEFORE UPDATE OR DELETE ON revenue_entry
    FOR EACH ROW EXECUTE FUNCTION refuse_change()""",
)


class FeeYear(Base):
    """One year of service of one unit: what owners had to pay in it and what came in; `number` counts over contracts.

    The number tells which step of the subsidy holds, also after the company was changed.
    """

    __tablename__ = "fee_year"
    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        UniqueConstraint("case_id", "from_on"),
        CheckConstraint("to_on >= from_on", name="in_order"),
        CheckConstraint("months BETWEEN 0 AND 12", name="months"),
        CheckConstraint("(due IS NULL) = (collected IS NULL)", name="both_or_neither"),
        CheckConstraint("due >= 0 AND collected >= 0", name="not_below_zero"),
        Index("ix_fee_year_estate_id", "estate_id", "from_on"),
    )

    id: Mapped[Identity]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    estate_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    number: Mapped[int]
    from_on: Mapped[date]
    to_on: Mapped[date]
    """Its last day."""
    months: Mapped[int]
    """Whole months of service in it: twelve, unless the contract ends before the year does."""
    due: Mapped[Decimal | None] = mapped_column(_Yuan)
    collected: Mapped[Decimal | None] = mapped_column(_Yuan)

    @property
    def arrears(self) -> Decimal | None:
        """What owners still owe for the year, in yuan; None before the year was rated."""
        return None if self.due is None or self.collected is None else max(self.due - self.collected, Decimal(0))


class Evaluation(Base):
    """What one of the four raters gave a year: 0 to 100, with the evidence."""

    __tablename__ = "evaluation"
    __table_args__ = (
        UniqueConstraint("year_id", "rater"),
        CheckConstraint(f"rater IN {RATERS}", name="rater"),
        CheckConstraint("score BETWEEN 0 AND 100", name="score"),
        CheckConstraint("(rater = 'residents') = (households IS NOT NULL)", name="households"),
    )

    id: Mapped[Identity]
    year_id: Mapped[int] = mapped_column(ForeignKey("fee_year.id"))
    rater: Mapped[str]
    score: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    households: Mapped[int | None]
    """How many households were asked, where residents rate."""
    evidence: Mapped[list[int]]
    at: Mapped[datetime]


class YearScore(Base):
    """The result of a year, from all four ratings together, and how many years in a row have failed with it."""

    __tablename__ = "year_score"
    __table_args__ = (
        UniqueConstraint("year_id"),
        CheckConstraint("failed OR fails = 0", name="in_a_row"),
        CheckConstraint("NOT last OR failed", name="last_has_failed"),
    )

    id: Mapped[Identity]
    year_id: Mapped[int] = mapped_column(ForeignKey("fee_year.id"))
    composite: Mapped[Decimal] = mapped_column(Numeric(7, 4))
    last: Mapped[bool]
    """Whether every other estate of the county stood above it."""
    failed: Mapped[bool]
    fails: Mapped[int]
    below_floor: Mapped[bool]
    """Whether too little of the fees came in to go on."""
    at: Mapped[datetime]

    year: Mapped[FeeYear] = relationship()


class SubsidyPayment(Base):
    """The subsidy of a year: from which areas it comes, how much it is, and whether it was paid or is held."""

    __tablename__ = "subsidy_payment"
    __table_args__ = (
        UniqueConstraint("year_id"),
        CheckConstraint("state IN ('paid', 'held')", name="state"),
        CheckConstraint("amount >= 0", name="not_below_zero"),
    )

    id: Mapped[Identity]
    year_id: Mapped[int] = mapped_column(ForeignKey("fee_year.id"))
    state: Mapped[str]
    parts: Mapped[list[Any]]
    """[{months, area, rate}], the numbers as text: an area that was corrected counts from its month on."""
    amount: Mapped[Decimal] = mapped_column(_Yuan)
    at: Mapped[datetime]

    year: Mapped[FeeYear] = relationship()


class RevenuePosting(Base):
    """What common parts brought in and cost in a quarter, posted to the owners, with what is left on their account."""

    __tablename__ = "revenue_posting"
    __table_args__ = (
        UniqueConstraint("case_id", "from_on"),
        CheckConstraint("to_on >= from_on", name="in_order"),
        Index("ix_revenue_posting_estate_id", "estate_id", "from_on"),
    )

    id: Mapped[Identity]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    estate_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    from_on: Mapped[date]
    to_on: Mapped[date]
    income: Mapped[Decimal] = mapped_column(_Yuan)
    cost: Mapped[Decimal] = mapped_column(_Yuan)
    balance: Mapped[Decimal] = mapped_column(_Yuan)
    """What the account of the owners holds at the end, all quarters before it included."""
    photos: Mapped[list[int]]
    posted_at: Mapped[datetime]
    until: Mapped[datetime]
    """Until when it has to hang at least."""


class RevenueEntry(Base):
    """One line of the owners' own account. Never changed: what was wrong is put right by another line."""

    __tablename__ = "revenue_entry"
    __table_args__ = (
        CheckConstraint("kind IN ('income', 'cost')", name="kind"),
        {"info": {"after_create": _APPEND_ONLY}},
    )

    id: Mapped[Identity]
    posting_id: Mapped[int] = mapped_column(ForeignKey("revenue_posting.id"), index=True)
    kind: Mapped[str]
    item: Mapped[str]
    on: Mapped[date]
    amount: Mapped[Decimal] = mapped_column(_Yuan)
    """Yuan; below zero only to put an earlier line right."""
