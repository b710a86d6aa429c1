"""The tables of unmanaged estates: which are flagged, and who answers for each of them at every instant."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from casework.persistence import Base, Identity

KINDS = ("serving", "emergency", "basic", "interim", "self")
"""Why a unit answers: hired, in an emergency, with basic service, until one is found, the owners themselves."""
CLASSES = ("A", "B", "C", "D")
"""What becomes of a flagged estate: to the market, into a bundle, to a state firm, run by its owners."""

_ALWAYS_SOMEBODY = """CREATE OR REPLACE FUNCTION refuse_estate_without_unit() RETURNS trigger LANGUAGE plpgsql AS
    $$ DECLARE concerned bigint := coalesce(NEW.estate_id, OLD.estate_id); BEGIN
      IF EXISTS (
        SELECT FROM flagged_estate f WHERE f.estate_id = concerned AND NOT tstzrange(f.flagged_at, f.ended_at) <@
          coalesce((SELECT range_agg(p.during) FROM unit_period p WHERE p.estate_id = concerned), '{}')
      ) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'always_somebody',
          MESSAGE = format('estate %s is flagged and would be without a responsible unit', concerned);
      END IF;
      RETURN NULL;
    END $$"""


def _watched(table: str) -> str:
    """Have the database look at every commit whether somebody answers for the estates a table tells of."""
    return f"""CREATE CONSTRAINT TRIGGER {table}_always_somebody AFTER INSERT OR UPDATE OR DELETE ON {table}
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_estate_without_unit()"""


class FlaggedEstate(Base):
    """An estate that nobody manages, from the moment it was flagged until it is settled.

    At every moment in between exactly one unit answers for it: `UnitPeriod`, and the database refuses a gap.
    """

    __tablename__ = "flagged_estate"
    __table_args__ = (
        CheckConstraint(
            "origin IN ('dwelling_of_unit', 'resettlement', 'old_estate', 'firm_left', 'contract_ended')", name="origin"
        ),
        CheckConstraint("class IN ('A', 'B', 'C', 'D')", name="class"),
        CheckConstraint("ended_at >= flagged_at", name="in_order"),
        CheckConstraint("(ended_at IS NULL) = (ended_because IS NULL)", name="ended"),
        Index("ix_flagged_estate_estate_id", "estate_id"),
        Index("ix_flagged_estate_open", "estate_id", unique=True, postgresql_where=text("ended_at IS NULL")),
        {"info": {"after_create": (_ALWAYS_SOMEBODY, _watched("flagged_estate"))}},
    )

    id: Mapped[Identity]
    estate_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    """The case that flagged it."""
    origin: Mapped[str]
    class_: Mapped[str | None] = mapped_column("class")
    flagged_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_because: Mapped[str | None]


class UnitPeriod(Base):
    """Who answers for an estate from one instant to another: never two at once."""

    __tablename__ = "unit_period"
    __table_args__ = (
        CheckConstraint("kind IN ('serving', 'emergency', 'basic', 'interim', 'self')", name="kind"),
        CheckConstraint("NOT isempty(during)", name="some_time"),
        ExcludeConstraint((text("int8range(estate_id, estate_id, '[]')"), "&&"), ("during", "&&"), using="gist"),
        Index("ix_unit_period_estate_id", "estate_id"),
        {"info": {"after_create": (_watched("unit_period"),)}},
    )

    id: Mapped[Identity]
    estate_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    kind: Mapped[str]
    during: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
    until: Mapped[datetime | None]
    """When it has to end by the rules, as an emergency service has to; it runs on until somebody follows."""
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    """The case that put the unit in place."""
