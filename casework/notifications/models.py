"""Notices, who has read them, and what went out by other ways."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.persistence import Base, Identity


class Notice(Base):
    """Something somebody is told. Its text is made when it is read, from the process's notices and `params`.

    `recipients` are the keys of those it is for ("p12", "o5", "street_officer@a7", "case:3:complainant"): whoever
    has one of them finds it in their list. `params` are references alone.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_recipients", "recipients", postgresql_using="gin"),
        Index("ix_notice_case_id", "case_id", "id"),
    )

    id: Mapped[Identity]
    key: Mapped[str] = mapped_column(unique=True)
    code: Mapped[str]
    recipients: Mapped[list[str]]
    case_id: Mapped[int | None]
    params: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class NoticeReading(Base):
    """A person has read a notice."""

    __tablename__ = "notice_reading"

    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(primary_key=True, index=True)
    read_at: Mapped[datetime]


class NoticeDelivery(Base):
    """A notice went to a person by a channel such as SMS, or could not."""

    __tablename__ = "notice_delivery"
    __table_args__ = (
        CheckConstraint("state IN ('sent', 'no_address', 'not_for_channel')", name="state"),
        UniqueConstraint("notice_id", "person_id", "channel"),
    )

    id: Mapped[Identity]
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))
    person_id: Mapped[int]
    channel: Mapped[str]
    state: Mapped[str]
    reference: Mapped[str]
    at: Mapped[datetime]
