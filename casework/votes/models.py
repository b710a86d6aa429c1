"""The tables of owners' votes: the roll that is frozen, the vote on it, and every ballot."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from casework.persistence import Base, Identity
from casework.votes.envelopes import (
    CoownerObjection,
    Envelope,
    PaperEntry,
    PartTransfer,
    Proxy,
    Representative,
    Trustee,
)
from casework.votes.roll_models import Roll, RollCorrection, RollHead, RollImport, RollOwner, RollPart

__all__ = [
    "Ballot",
    "CoownerObjection",
    "Envelope",
    "PaperEntry",
    "PartTransfer",
    "Proxy",
    "Representative",
    "Roll",
    "RollCorrection",
    "RollHead",
    "RollImport",
    "RollOwner",
    "RollPart",
    "Trustee",
    "Vote",
]


class Vote(Base):
    """One vote of the owners of an estate on a frozen roll, on an agenda that nothing is added to.

    `mode`: an official result taken over, paper with double entry, signed online, or secret online. `rules` are the
    limits and choices that held when it was prepared. `box` is the Merkle root of what lies in the closed box.
    `threshold` is how many trustees open a secret one.
    """

    __tablename__ = "vote"
    __table_args__ = (
        CheckConstraint("mode IN ('import', 'paper', 'signed', 'secret')", name="mode"),
        CheckConstraint("state IN ('prepared', 'open', 'closed', 'counted', 'stopped')", name="state"),
        CheckConstraint("(mode = 'secret') OR public_key IS NULL", name="public_key"),
        CheckConstraint("mode <> 'secret' OR public_key IS NOT NULL OR state IN ('prepared', 'stopped')", name="keyed"),
        Index("ix_vote_estate", "estate_id", "state"),
    )

    id: Mapped[Identity]
    estate_id: Mapped[int]
    case_id: Mapped[int | None] = mapped_column(index=True)
    round: Mapped[int] = mapped_column(default=1)
    roll_id: Mapped[int] = mapped_column(ForeignKey("roll.id"))
    mode: Mapped[str]
    paper: Mapped[bool] = mapped_column(default=True)
    """Whether paper ballots are taken beside the online ones."""
    state: Mapped[str] = mapped_column(default="prepared")
    title: Mapped[str]
    items: Mapped[list[Any]]
    rules: Mapped[dict[str, Any]]
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    counted_at: Mapped[datetime | None]
    stopped_because: Mapped[str | None]
    threshold: Mapped[int] = mapped_column(default=0)
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    box: Mapped[bytes | None] = mapped_column(LargeBinary)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


class Ballot(Base):
    """A numbered ballot of one exclusive part: when and how it reached its owner."""

    __tablename__ = "ballot"
    __table_args__ = (
        CheckConstraint("delivered_how IN ('hand', 'post', 'online', 'posted', 'refused')", name="delivered_how"),
        UniqueConstraint("vote_id", "no"),
        UniqueConstraint("vote_id", "part_id"),
        Index("ix_ballot_head", "vote_id", "head_id"),
    )

    id: Mapped[Identity]
    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"))
    no: Mapped[int]
    part_id: Mapped[int] = mapped_column(ForeignKey("roll_part.id"))
    head_id: Mapped[int] = mapped_column(ForeignKey("roll_head.id"))
    """Whose it is now: a change of owner before a vote is cast hands it on."""
    issued_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    delivered_how: Mapped[str | None]
    proof: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
