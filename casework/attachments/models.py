"""The files of cases, as rows: what they hold lies in the store under their hash."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from casework.persistence import Base, Identity

DRAFT = "draft"


class Attachment(Base):
    """A stored file and what it belongs to; a draft until the form it came with is accepted.

    `digest` is the hash of what is kept, `received` that of what was sent, so that evidence can be compared.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        Index(None, "subject_kind", "subject_id"),
        Index(None, "digest"),
        Index(None, "thumbnail"),
    )

    id: Mapped[Identity]
    token: Mapped[str] = mapped_column(unique=True)
    digest: Mapped[str]
    received: Mapped[bytes] = mapped_column(LargeBinary)
    thumbnail: Mapped[str | None]
    media_type: Mapped[str]
    size: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    name: Mapped[str]
    subject_kind: Mapped[str] = mapped_column(default=DRAFT)
    subject_id: Mapped[int | None]
    uploaded_by: Mapped[int | None] = mapped_column(index=True)
    uploaded_at: Mapped[datetime]

    @property
    def is_picture(self) -> bool:
        """Say whether it may be shown inside a page."""
        return self.media_type.startswith("image/")
