"""The tables of supervision."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from casework.persistence import Base, Identity


class SupervisionOrder(Base):
    """An order to act within a limit (限期督办), a public listing (挂牌督办), or a talk (约谈督办), by one tier."""

    __tablename__ = "supervision_order"
    __table_args__ = (
        CheckConstraint("kind IN ('limit', 'list', 'talk')", name="kind"),
        Index("ix_supervision_order_open", "case_id", unique=True, postgresql_where=text("lifted_at IS NULL")),
    )

    id: Mapped[Identity]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    unit_id: Mapped[int | None]
    tier: Mapped[int]
    kind: Mapped[str]
    reason: Mapped[str]
    also: Mapped[list[str]]
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    lifted_at: Mapped[datetime | None]
    lift_reason: Mapped[str | None]


class Card(Base):
    """A yellow card before the due day, or a red one after it. Cards are counted, never taken back."""

    __tablename__ = "card"
    __table_args__ = (Index("ix_card_unit", "unit_id", "kind", "at"),)

    id: Mapped[Identity]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    unit_id: Mapped[int | None]
    kind: Mapped[str]
    at: Mapped[datetime]
