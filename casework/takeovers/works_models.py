"""The table of what is put in order in a taken-over estate, item by item."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.persistence import Base, Identity

NAMES = {
    "gate": ("门禁", "Access control"),
    "camera": ("监控", "Cameras"),
    "drain": ("雨污分流", "Rain and sewage pipes"),
    "heating": ("供热", "Heating"),
    "meter": ("智能水电表", "Smart meters"),
    "road": ("道路", "Roads"),
    "lift": ("电梯", "Lifts"),
    "room": ("物业用房", "Property rooms"),
    "other": ("其他", "Other works"),
}
WORKS = tuple(NAMES)
"""Kinds of works; all are counted in pieces, roads in metres."""
PAYERS = ("utility", "owners", "government", "developer")
BY_UTILITY = ("heating", "meter")
"""What a utility owns up to the meter of each household, and pays for itself (山东条例 77)."""
_Count = Numeric(12, 2)


class RenovationItem(Base):
    """One thing to be put in order: how many were planned, how many are done, who pays, and whether it was accepted.

    What is carried over stays on the plan of the estate, and goes on with the next contract.
    """

    __tablename__ = "renovation_item"
    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        CheckConstraint(f"kind IN {WORKS}", name="kind"),
        CheckConstraint(f"payer IN {PAYERS}", name="payer"),
        CheckConstraint("state IN ('open', 'accepted', 'carried_over')", name="state"),
        CheckConstraint("(state = 'open') = (settled_at IS NULL)", name="settled"),
        CheckConstraint("state <> 'accepted' OR cardinality(acceptance) > 0", name="accepted_by_paper"),
        CheckConstraint("planned >= 0 AND done >= 0", name="not_below_zero"),
        Index("ix_renovation_item_estate_id", "estate_id", "kind"),
    )

    id: Mapped[Identity]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    estate_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    number: Mapped[int]
    kind: Mapped[str]
    title: Mapped[str]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    """Who does the work, where it is not the company that serves."""
    payer: Mapped[str]
    planned: Mapped[Decimal] = mapped_column(_Count)
    done: Mapped[Decimal] = mapped_column(_Count, default=Decimal(0))
    """How many of them are in place: pieces, for a road metres."""
    estimate: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    """What it is thought to cost, in yuan."""
    seasonal: Mapped[bool] = mapped_column(default=False)
    """Whether the season decides when it has to be ready, as heating and drains."""
    state: Mapped[str] = mapped_column(default="open")
    opened_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    acceptance: Mapped[list[int]] = mapped_column(default=list)
    photos: Mapped[list[int]] = mapped_column(default=list)

    @property
    def title_en(self) -> str:
        """Its title in English: that of its kind, unless it was given a title of its own."""
        zh, en = NAMES[self.kind]
        return en if self.title == zh else self.title
