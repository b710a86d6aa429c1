"""What the pages of owners' votes show: who one is on the roll, what was cast, and where a vote stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from casework.errors import Texts

Phase = Literal["prepared", "waiting", "open", "over", "closed", "counted", "stopped"]
"""Where a vote stands by the clock as well: `waiting` to begin, `over` but not yet closed."""


@dataclass(frozen=True)
class FlatView:
    """An exclusive part with its exact area, and the number of its ballot where one was issued."""

    name: Texts
    area: Decimal
    ballot_no: int | None = None


@dataclass(frozen=True)
class CastView:
    """A ballot in the box as its owners may know it: never what it says."""

    receipt: str
    at: datetime
    channel: str
    valid: bool
    suspended: bool
    own: bool
    why: Texts | None = None

    @property
    def counts(self) -> bool:
        """Say whether this is the ballot that counts."""
        return self.valid and not self.suspended


@dataclass(frozen=True)
class MandateView:
    """A standing mandate that an owner has given."""

    id: int
    holder: Texts
    matters: Sequence[int]
    until: date


@dataclass(frozen=True)
class HeadView:
    """A head that one votes for: one's own, or that of an owner whose mandate one holds (`mandate`, for `matters`)."""

    id: int
    kind: str
    flats: Sequence[FlatView]
    area: Decimal
    owners: Sequence[str] = ()
    mandate: int | None = None
    matters: Sequence[int] | None = None
    until: date | None = None
    cast: Sequence[CastView] = ()
    given: MandateView | None = None
    objected: Literal["", "own", "other"] = ""

    @property
    def valid(self) -> CastView | None:
        """Return the ballot that is in the box for this head, suspended or not."""
        return next((one for one in self.cast if one.valid), None)

    @property
    def holds_ballot(self) -> bool:
        """Say whether a ballot was issued for a flat of this head and is still with it."""
        return any(flat.ballot_no is not None for flat in self.flats)

    @property
    def may_object(self) -> bool:
        """Say whether a ballot is in the box that somebody else has cast for this head of one's own."""
        return self.mandate is None and self.valid is not None and not self.valid.own and not self.objected


@dataclass(frozen=True)
class RollView:
    """The newest roll of an estate and what one owns on it; a draft is still being put right."""

    as_of: date
    state: str
    parts: int
    heads: int
    area: Decimal
    own: Sequence[HeadView] = ()


@dataclass(frozen=True)
class VoteView:
    """A vote: its agenda, its window, where it stands, and the rules it is counted by."""

    id: int
    case_id: int | None
    estate_id: int
    estate: Texts
    path: str
    round: int
    title: str
    mode: str
    paper: bool
    phase: Phase
    items: Sequence[Mapping[str, Any]]
    rules: Mapping[str, Any]
    opens_at: datetime | None
    closes_at: datetime | None
    counted_at: datetime | None
    stopped_because: str | None
    root: str
    result: Mapping[str, Any] | None = field(repr=False, default=None)

    @property
    def secret(self) -> bool:
        """Say whether nobody will ever learn who chose what."""
        return self.mode == "secret"

    @property
    def online(self) -> bool:
        """Say whether one can vote on this page."""
        return self.mode in ("signed", "secret")

    @property
    def official(self) -> bool:
        """Say whether one votes on the official platform of the place, and its result is taken over here."""
        return self.mode == "import"

    @property
    def turns_out(self) -> bool:
        """Say whether it can be told here who has voted: ballots are out, and they come in here."""
        return self.phase != "prepared" and not self.official

    @property
    def published(self) -> bool:
        """Say whether there is a box here and it is closed, so that a receipt can be looked for in it."""
        return self.phase in ("closed", "counted") and not self.official


@dataclass(frozen=True)
class EstateVotes:
    """An estate with its roll and its votes, the newest first."""

    id: int
    name: Texts
    roll: RollView | None
    votes: Sequence[VoteView]


@dataclass(frozen=True)
class DeskView:
    """How far the paper ballots are entered; numbers alone, never what was read.

    `own` are the numbers the teller has entered that are not matched yet, the newest first; `alone` those that no other
    teller has entered; `lacking` those that others have entered and this teller has not; `matched` how many papers lie
    in the box.
    """

    own: Sequence[int]
    alone: Sequence[int]
    lacking: Sequence[int]
    matched: int
    issued: int
