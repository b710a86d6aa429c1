"""The tables of hand-overs."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from casework.persistence import Base, Identity


class Handover(Base):
    """One hand-over of a case: from whom, to whom, by which list, until when, and how it ended."""

    __tablename__ = "handover"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'done', 'refused')", name="state"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended"),
        Index("ix_handover_case", "case_id", "id"),
        Index("ix_handover_area", "area_id", "template", "id"),
    )

    id: Mapped[Identity]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    area_id: Mapped[int]
    template: Mapped[str]
    parties: Mapped[dict[str, Any]]
    """{from, to}, as the diagram names them: people, an organisation or a place."""
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime]
    items: Mapped[list[Any]]
    """What was handed over: [{item, state, copy: [file ids], note, who, until, agreed, defects}]."""
    signatures: Mapped[list[Any]]
    differences: Mapped[list[Any]]
    """What the estate's earlier list of the same kind had and this one has not: [{item, before, now, note}]."""
    seal_void_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(default="open")
    ended_at: Mapped[datetime | None]
    police: Mapped[dict[str, Any]]
    """After a refusal: {asked_at, unit}, the record by which the police may be asked to assist."""
