"""The tables of elections: the committee with its seats, the election with its group and candidates, what was filed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from casework.persistence import Base, Identity


class Committee(Base):
    """One term of an estate's owners' committee. `organisation_id` is the body, which outlives its terms.

    `powers`: an overdue committee is frozen (no big decisions) or stopped, as the rules of its place say.
    """

    __tablename__ = "committee"
    __table_args__ = (
        CheckConstraint("state IN ('in_office', 'former', 'annulled')", name="state"),
        CheckConstraint("powers IN ('full', 'frozen', 'stopped')", name="powers"),
        CheckConstraint("term_ends > seated_on", name="term"),
        Index("ix_committee_estate_id", "estate_id"),
        Index("ix_committee_in_office", "estate_id", unique=True, postgresql_where=text("state = 'in_office'")),
    )

    id: Mapped[Identity]
    estate_id: Mapped[int]
    organisation_id: Mapped[int]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    """The election it came from; none for one that was in office before the system was."""
    state: Mapped[str] = mapped_column(default="in_office")
    powers: Mapped[str] = mapped_column(default="full")
    seats: Mapped[int]
    elected_on: Mapped[date]
    seated_on: Mapped[date]
    term_ends: Mapped[date]
    ended_on: Mapped[date | None]
    ended_because: Mapped[str | None]


class CommitteeSeat(Base):
    """Somebody's place in a committee, or as its substitute; `rank` is the order of votes among substitutes."""

    __tablename__ = "committee_seat"
    __table_args__ = (
        CheckConstraint("post IN ('chair', 'vice', 'executive', 'member', 'substitute')", name="post"),
        UniqueConstraint("committee_id", "person_id"),
    )

    id: Mapped[Identity]
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    person_id: Mapped[int]
    post: Mapped[str]
    rank: Mapped[int] = mapped_column(default=0)
    party: Mapped[bool] = mapped_column(default=False)
    since: Mapped[date]
    left_on: Mapped[date | None]
    """From this day on they hold it no more."""


class CommitteeAct(Base):
    """Something a committee did or that was done in its name; flagged when the decision it rests on is annulled."""

    __tablename__ = "committee_act"
    __table_args__ = (Index("ix_committee_act_committee_id", "committee_id", "at"),)

    id: Mapped[Identity]
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    kind: Mapped[str]
    at: Mapped[datetime]
    by_person: Mapped[int | None]
    refs: Mapped[dict[str, Any]]
    flagged_at: Mapped[datetime | None]
    flagged_because: Mapped[str | None]


class Election(Base):
    """Where an election stands: whose turn it is to organise, the how-manieth attempt, how many a group has lost."""

    __tablename__ = "election"
    __table_args__ = (
        CheckConstraint("variant IN ('first', 'regular', 'early', 'by')", name="variant"),
        CheckConstraint("organiser IN ('committee', 'group')", name="organiser"),
        CheckConstraint("failed <= attempt", name="failed"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    estate_id: Mapped[int] = mapped_column(index=True)
    variant: Mapped[str]
    attempt: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    organiser: Mapped[str] = mapped_column(default="committee")
    elected_on: Mapped[date | None]
    slate_changed: Mapped[bool] = mapped_column(default=False)
    """A candidate was put on or taken off after the list was posted: it is to be posted again."""


class ElectionGroup(Base):
    """The preparatory or replacement group of one attempt; its founding day starts the time for the assembly."""

    __tablename__ = "election_group"
    __table_args__ = (UniqueConstraint("case_id", "attempt"),)

    id: Mapped[Identity]
    case_id: Mapped[int] = mapped_column(ForeignKey("election.case_id"))
    attempt: Mapped[int]
    founded_on: Mapped[date]
    lead_id: Mapped[int]
    members: Mapped[list[Any]]
    """Who sits in it for which side: [{"person": 12, "side": "owner"}]."""


class Candidate(Base):
    """Somebody who was put forward in one attempt, what the review said, and what became of it."""

    __tablename__ = "candidate"
    __table_args__ = (
        CheckConstraint("post IN ('member', 'substitute')", name="post"),
        CheckConstraint("state IN ('nominated', 'passed', 'failed', 'elected')", name="state"),
        UniqueConstraint("case_id", "attempt", "person_id"),
    )

    id: Mapped[Identity]
    case_id: Mapped[int] = mapped_column(ForeignKey("election.case_id"))
    attempt: Mapped[int]
    person_id: Mapped[int]
    source: Mapped[str]
    post: Mapped[str]
    party: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(default="nominated")
    grounds: Mapped[list[Any]]
    """What the review held against them, while it does."""
    reviewed_at: Mapped[datetime | None]
    rechecked_at: Mapped[datetime | None]
    recheck_open: Mapped[bool] = mapped_column(default=False)
    place: Mapped[int | None]
    """Their place on the list; none for who is not on it."""
    building: Mapped[str] = mapped_column(default="", server_default="")
    words: Mapped[str] = mapped_column(default="", server_default="")
    """What they say of themselves on the list and on the ballot."""


class Filing(Base):
    """What a committee handed to the authorities for the record, and the certificate it got."""

    __tablename__ = "filing"
    __table_args__ = (
        CheckConstraint("state IN ('submitted', 'returned', 'issued', 'revoked')", name="state"),
        Index("ix_filing_committee_id", "committee_id"),
    )

    id: Mapped[Identity]
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    authorities: Mapped[list[Any]]
    state: Mapped[str] = mapped_column(default="submitted")
    submitted_at: Mapped[datetime]
    issued_on: Mapped[date | None]
    certificate_no: Mapped[str | None]


class Mandate(Base):
    """What somebody may do for the owners for a time: a group that prepares, an interim body that acts.

    It ends when what it waits for has happened (`until`), or when it is revoked.
    """

    __tablename__ = "mandate"
    __table_args__ = (
        CheckConstraint("body IN ('group', 'pmc', 'epc')", name="body"),
        CheckConstraint("(ended_at IS NULL) = (ended_because IS NULL)", name="ended"),
        Index("ix_mandate_estate_id", "estate_id", "body"),
    )

    id: Mapped[Identity]
    estate_id: Mapped[int]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    body: Mapped[str]
    scope: Mapped[list[Any]]
    members: Mapped[list[Any]]
    since: Mapped[date]
    until: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_because: Mapped[str | None]


class CommunityBody(Base):
    """The environment-and-property committee of a community: who sits in it, and for how long.

    It is a body of the community, not of an estate; where it acts for an estate's committee, that is a mandate.
    """

    __tablename__ = "community_body"
    __table_args__ = (
        CheckConstraint("term_ends > appointed_on", name="term"),
        Index("ix_community_body_in_office", "community_id", unique=True, postgresql_where=text("ended_on IS NULL")),
    )

    id: Mapped[Identity]
    community_id: Mapped[int]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    members: Mapped[list[Any]]
    """[{"person": 12, "side": "village_cadre", "party": true}]."""
    appointed_on: Mapped[date]
    term_ends: Mapped[date]
    ended_on: Mapped[date | None]
