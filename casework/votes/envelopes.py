"""The tables of what lies in the box of a vote, and of who may put it there."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from casework.persistence import Base, Identity


class Envelope(Base):
    """What one head has put into the box, once. A later one is kept, void, and its owner told.

    The choices lie `sealed`: by the installation until the count, which then writes `choices`; in a secret vote by the
    key of the trustees, and for good. `digest` is what the owner can look for in the published box.
    """

    __tablename__ = "envelope"
    __table_args__ = (
        CheckConstraint("channel IN ('online', 'paper')", name="channel"),
        CheckConstraint("valid = (void_because IS NULL)", name="void_because"),
        Index("ix_envelope_head", "vote_id", "head_id", unique=True, postgresql_where=text("valid")),
        Index("ix_envelope_owner", "head_id"),
        UniqueConstraint("vote_id", "digest"),
        UniqueConstraint("vote_id", "command"),
    )

    id: Mapped[Identity]
    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"))
    head_id: Mapped[int] = mapped_column(ForeignKey("roll_head.id"))
    channel: Mapped[str]
    ballot_no: Mapped[int | None]
    person_id: Mapped[int | None]
    """Who cast it online: an owner, or the holder of a proxy."""
    proxy_id: Mapped[int | None] = mapped_column(ForeignKey("proxy.id"))
    cast_at: Mapped[datetime]
    """When it was cast online, or received on paper."""
    command: Mapped[bytes | None] = mapped_column(LargeBinary)
    """A digest of the key of the request, so that the same request twice is one ballot."""
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    choices: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    valid: Mapped[bool] = mapped_column(default=True)
    void_because: Mapped[str | None]
    suspended: Mapped[bool] = mapped_column(default=False)
    """A co-owner has objected: neither head nor area counts until they choose together."""


class PaperEntry(Base):
    """What one teller read on a paper ballot, sealed; two who read the same make it an envelope.

    `checks` are keyed digests of what was read of each item, by which two readings are compared; gone once they agree.
    """

    __tablename__ = "paper_entry"
    __table_args__ = (UniqueConstraint("vote_id", "ballot_no", "entered_by"),)

    id: Mapped[Identity]
    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"))
    ballot_no: Mapped[int]
    entered_by: Mapped[int]
    entered_at: Mapped[datetime]
    received_at: Mapped[datetime | None]
    papers: Mapped[int] = mapped_column(default=1)
    """How many papers bear this number: more than one is a finding."""
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    checks: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    signed: Mapped[bool]


class Proxy(Base):
    """A written mandate: whose, who holds it, for what and how long (Civil Code art. 165)."""

    __tablename__ = "proxy"
    __table_args__ = (
        Index("ix_proxy_holder", "vote_id", "holder_id"),
        Index("uq_proxy_head", "vote_id", "head_id", unique=True, postgresql_where=text("withdrawn_at IS NULL")),
    )

    id: Mapped[Identity]
    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"))
    head_id: Mapped[int] = mapped_column(ForeignKey("roll_head.id"))
    principal_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    holder_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    matters: Mapped[list[int]]
    until: Mapped[date]
    proof: Mapped[dict[str, Any]]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int]
    withdrawn_at: Mapped[datetime | None]


class Representative(Base):
    """Somebody whom owners of a building have mandated in writing to bring what they say to the assembly.

    They carry signed opinions, one of each owner; their own will counts for nobody else's (Shandong art. 27).
    """

    __tablename__ = "vote_representative"
    __table_args__ = (
        CheckConstraint("heads > 0", name="heads"),
        UniqueConstraint("vote_id", "building", "person_id"),
    )

    id: Mapped[Identity]
    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"))
    building: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    heads: Mapped[int]
    """How many owners of the building have signed the mandate."""
    files: Mapped[list[Any]]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int]


class PartTransfer(Base):
    """A flat that changed hands during a vote, on proof of the registry. A ballot cast before it stands."""

    __tablename__ = "part_transfer"

    id: Mapped[Identity]
    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"), index=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("roll_part.id"))
    from_head: Mapped[int] = mapped_column(ForeignKey("roll_head.id"))
    to_head: Mapped[int] = mapped_column(ForeignKey("roll_head.id"))
    moved: Mapped[bool]
    """Whether the ballot moved to the new owner; false where the old one had voted."""
    at: Mapped[datetime]
    proof: Mapped[dict[str, Any]]


class CoownerObjection(Base):
    """A co-owner does not stand behind the ballot another has cast; settled when they choose together."""

    __tablename__ = "coowner_objection"
    __table_args__ = (
        Index("uq_coowner_objection", "vote_id", "head_id", unique=True, postgresql_where=text("settled_at IS NULL")),
    )

    id: Mapped[Identity]
    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"))
    head_id: Mapped[int] = mapped_column(ForeignKey("roll_head.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str]
    at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None]
    replaced: Mapped[bool] = mapped_column(default=False)
    """Whether a joint choice took the place of the ballot."""
    proof: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


class Trustee(Base):
    """One of those who together can open a secret box; their share of the key is theirs alone, never ours."""

    __tablename__ = "trustee"
    __table_args__ = (UniqueConstraint("vote_id", "person_id"),)

    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"), primary_key=True)
    no: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    handed_at: Mapped[datetime | None]
    check: Mapped[bytes | None] = mapped_column(LargeBinary)
    """A digest by which a share that is handed back is known to be the right one."""
