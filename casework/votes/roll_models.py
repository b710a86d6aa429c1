"""The tables of an estate's roll: who owns what on one day. Once frozen, the database lets nothing of it change."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Numeric, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from casework.persistence import Base, Identity

Area = Numeric(12, 2)
"""Exclusive area in m², exact to the hundredth; sums stay exact."""

FROZEN_ROLL = (
    """CREATE OR REPLACE FUNCTION refuse_frozen_roll() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION USING MESSAGE = 'a frozen roll never changes'; END $$""",
    """CREATE TRIGGER roll_once_frozen_stays BEFORE UPDATE OR DELETE ON roll
    FOR EACH ROW WHEN (OLD.state = 'frozen') EXECUTE FUNCTION refuse_frozen_roll()""",
)


def _frozen_with(
    table: str, events: Sequence[tuple[str, str]], *, rolls: str = "touched", those: str = "true"
) -> dict[str, tuple[str, ...]]:
    """Let rows of a table that belong to a frozen roll stay as they are: those that a condition finds.

    The rolls are gathered first, by themselves: one look for a whole load, however little the planner knows of it.
    """
    function = f"refuse_frozen_{table}"
    statements = [
        f"""CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS
    $$ DECLARE concerned bigint[] := ARRAY(SELECT DISTINCT roll_id FROM {rolls}); BEGIN
      IF EXISTS (SELECT FROM roll WHERE id = ANY(concerned) AND state = 'frozen') AND {those} THEN
        RAISE EXCEPTION USING MESSAGE = 'a frozen roll never changes';
      END IF;
      RETURN NULL;
    END $$"""  # noqa: S608 - names of our own tables
    ]
    statements += [
        f"""CREATE TRIGGER {table}_{event.lower()}_of_{rows.lower()}_while_draft AFTER {event} ON {table}
    REFERENCING {rows} TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION {function}()"""
        for event, rows in events
    ]
    return {"after_create": tuple(statements)}


_CHANGED = (("UPDATE", "OLD"), ("UPDATE", "NEW"), ("DELETE", "OLD"))
_ANY = (*_CHANGED, ("INSERT", "NEW"))


class Roll(Base):
    """Who owns what in one estate on one day. A draft is corrected; once frozen, its digest proves it whole."""

    __tablename__ = "roll"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'frozen')", name="state"),
        CheckConstraint("(state = 'frozen') = (frozen_at IS NOT NULL AND digest IS NOT NULL)", name="frozen"),
        Index("ix_roll_estate", "estate_id", "as_of"),
        CheckConstraint("checked_by IS DISTINCT FROM made_by OR checked_by IS NULL", name="second_person"),
        {"info": {"after_create": FROZEN_ROLL}},
    )

    id: Mapped[Identity]
    estate_id: Mapped[int]
    as_of: Mapped[date]
    state: Mapped[str] = mapped_column(default="draft")
    source: Mapped[str]
    """Where it comes from: the name of the file that was taken in, with its digest."""
    source_digest: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]
    made_by: Mapped[int | None]
    checked_by: Mapped[int | None]
    """The second person who has looked at it before it was frozen."""
    frozen_at: Mapped[datetime | None]
    digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    parts: Mapped[int] = mapped_column(default=0)
    heads: Mapped[int] = mapped_column(default=0)
    area: Mapped[Decimal] = mapped_column(Numeric(16, 2), default=Decimal(0))


class RollHead(Base):
    """One head: an owner with all their flats, the co-owners of a flat together, the developer with all its flats.

    `key` is the same for the same owner within a roll and tells nothing of who it is.
    """

    __tablename__ = "roll_head"
    __table_args__ = (
        CheckConstraint("kind IN ('person', 'joint', 'developer', 'unit')", name="kind"),
        UniqueConstraint("roll_id", "key"),
        {"info": _frozen_with("roll_head", _CHANGED)},
    )

    id: Mapped[Identity]
    roll_id: Mapped[int] = mapped_column(ForeignKey("roll.id"))
    kind: Mapped[str]
    key: Mapped[bytes] = mapped_column(LargeBinary)
    area: Mapped[Decimal] = mapped_column(Numeric(16, 2))


class RollOwner(Base):
    """A person who owns a head, alone or with others; `shown` is how a posted roll names them, as 王**."""

    __tablename__ = "roll_owner"
    __table_args__ = (
        {
            "info": _frozen_with(
                "roll_owner",
                _ANY,
                rolls="touched JOIN roll_head ON roll_head.id = touched.head_id",
                those="EXISTS (SELECT FROM touched JOIN roll_part ON roll_part.head_id = touched.head_id)",
            )
        },
    )

    head_id: Mapped[int] = mapped_column(ForeignKey("roll_head.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    shown: Mapped[str]


class RollPart(Base):
    """One exclusive part with its area and where the area comes from; `household_id` is the flat in the directory."""

    __tablename__ = "roll_part"
    __table_args__ = (
        CheckConstraint("area > 0", name="area"),
        CheckConstraint("basis IN ('registry', 'survey', 'contract')", name="basis"),
        UniqueConstraint("roll_id", "building", "unit", "room"),
        Index("ix_roll_part_head", "head_id"),
        {"info": _frozen_with("roll_part", _ANY)},
    )

    id: Mapped[Identity]
    roll_id: Mapped[int] = mapped_column(ForeignKey("roll.id"))
    head_id: Mapped[int] = mapped_column(ForeignKey("roll_head.id"))
    building: Mapped[str]
    unit: Mapped[str] = mapped_column(default="")
    room: Mapped[str]
    area: Mapped[Decimal] = mapped_column(Area)
    basis: Mapped[str]
    delivered: Mapped[bool] = mapped_column(default=True)
    moved_in: Mapped[bool] = mapped_column(default=True)
    household_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)


class RollCorrection(Base):
    """What was corrected on a draft, why and by whom: `before` and `after` hold areas, states and ids, never a name."""

    __tablename__ = "roll_correction"

    id: Mapped[Identity]
    roll_id: Mapped[int] = mapped_column(ForeignKey("roll.id"), index=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("roll_part.id"))
    at: Mapped[datetime]
    by: Mapped[int | None]
    reason: Mapped[str]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]


class RollImport(Base):
    """A list that was sent: sealed until it has been read, then gone; how far it is, and what was found in it."""

    __tablename__ = "roll_import"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'loaded', 'refused')", name="state"),
        CheckConstraint("(state = 'waiting') = (sealed IS NOT NULL)", name="sealed"),
        Index("ix_roll_import_estate", "estate_id", "id"),
    )

    id: Mapped[Identity]
    estate_id: Mapped[int]
    as_of: Mapped[date]
    name: Mapped[str]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    state: Mapped[str] = mapped_column(default="waiting")
    percent: Mapped[int] = mapped_column(default=0)
    report: Mapped[dict[str, Any] | None] = mapped_column(JSONB, deferred=True)
    roll_id: Mapped[int | None] = mapped_column(ForeignKey("roll.id"))
    sent_at: Mapped[datetime]
    sent_by: Mapped[int | None]
