"""Released policy files, what cases pinned of them, and the covenants of estates."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from casework.persistence import Base, Identity


class PolicyRelease(Base):
    """One state of all policy files; the newest holds for cases that start."""

    __tablename__ = "policy_release"

    id: Mapped[Identity]
    digest: Mapped[str] = mapped_column(index=True)
    created_at: Mapped[datetime]
    created_by: Mapped[int | None]
    #: The text of every file by its name.
    files: Mapped[dict[str, Any]]


class PolicyPin(Base):
    """The rules that cases run under: one row for all cases with the same rules, known by its hash."""

    __tablename__ = "policy_pin"

    digest: Mapped[str] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]
    content: Mapped[dict[str, Any]]


class Covenant(Base):
    """A rule that an estate's owners set for themselves, in force on whole days, the last included."""

    __tablename__ = "covenant"
    __table_args__ = (
        UniqueConstraint("estate_id", "key", "valid_from"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="valid"),
        Index("ix_covenant_estate_id_key", "estate_id", "key"),
    )

    id: Mapped[Identity]
    estate_id: Mapped[int]
    key: Mapped[str]
    #: As the policy files write it: whole number, true/false, text ("2/3", "0.30") or list.
    value: Mapped[Any] = mapped_column(JSONB)
    source: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    entered_at: Mapped[datetime]
    entered_by: Mapped[int | None]
