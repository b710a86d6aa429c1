"""The audit entries and the head of each chain."""

from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.persistence import Base, Identity

APPEND_ONLY = (
    """CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION USING MESSAGE = 'rows of ' || TG_TABLE_NAME || ' are never changed'; END $$""",
    """CREATE TRIGGER audit_entry_is_append_only BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION refuse_change()""",
)


class AuditEntry(Base):
    """One thing done to one subject. It holds references alone, never a name, a phone or an address."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        UniqueConstraint("subject_kind", "subject_id", "seq"),
        {"info": {"after_create": APPEND_ONLY}},
    )

    id: Mapped[Identity]
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    seq: Mapped[int]
    at: Mapped[datetime] = mapped_column(index=True)
    actor_kind: Mapped[str]
    actor_person_id: Mapped[int | None] = mapped_column(index=True)
    actor_name: Mapped[str]
    what: Mapped[str]
    refs: Mapped[dict[str, Any]]
    previous: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[bytes] = mapped_column(LargeBinary)


class AuditHead(Base):
    """The newest entry of one chain: locked while the chain grows, and proof against cutting off its tail."""

    __tablename__ = "audit_head"

    subject_kind: Mapped[str] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
