"""The table of statistics."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from casework.persistence import Base


class CaseStatistic(Base):
    """What is counted of one closed complaint, written once when it is archived; references only."""

    __tablename__ = "case_statistic"
    __table_args__ = (
        Index("ix_case_statistic_closed", "closed_at"),
        Index("ix_case_statistic_area", "area_path", "closed_at", postgresql_ops={"area_path": "text_pattern_ops"}),
        Index("ix_case_statistic_unit", "unit_id", "closed_at"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    area_path: Mapped[str]
    unit_id: Mapped[int | None]
    category: Mapped[str | None]
    channel: Mapped[str]
    line: Mapped[str]
    urgency: Mapped[str]
    tier: Mapped[int]
    received_at: Mapped[datetime]
    closed_at: Mapped[datetime]
    minutes_to_record: Mapped[int | None]
    reply_in_time: Mapped[bool | None]
    handbacks: Mapped[int]
    extended: Mapped[bool]
    redo: Mapped[int]
    once: Mapped[bool]
    satisfied: Mapped[bool | None]
    kind: Mapped[str]
    intakes: Mapped[int]
    intakes_satisfied: Mapped[int]
    intakes_dissatisfied: Mapped[int]
