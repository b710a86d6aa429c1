"""The table of published releases."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from casework.persistence import Base, Identity


class ReleaseFiles(Base):
    """The files of one release, packed once and never changed; the hash is of their names and contents."""

    __tablename__ = "release_files"

    hash: Mapped[str] = mapped_column(primary_key=True)
    packed: Mapped[bytes] = mapped_column(LargeBinary)


class Release(Base):
    """One published version of a process with all that it calls: diagrams, tables, forms and texts.

    `messages` and `signals` are the names of those that start a case of it.
    """

    __tablename__ = "release"
    __table_args__ = (
        UniqueConstraint("process", "version"),
        Index("ix_release_current", "process", unique=True, postgresql_where=text("current")),
    )

    id: Mapped[Identity]
    process: Mapped[str]
    version: Mapped[int]
    hash: Mapped[str] = mapped_column(ForeignKey("release_files.hash"))
    current: Mapped[bool]
    messages: Mapped[list[str]] = mapped_column(default=list)
    signals: Mapped[list[str]] = mapped_column(default=list)
    published_at: Mapped[datetime]
    published_by: Mapped[int | None]
