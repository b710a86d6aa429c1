"""Places, organisations, people, and who holds which post where and when."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.persistence import Base, Identity

AREA_KINDS = ("province", "city", "county", "street", "community", "estate", "building", "unit", "household")
ORGANISATION_KINDS = ("company", "bureau", "committee", "government", "hotline", "utility", "association", "fund")


def _one_of(column: str, words: tuple[str, ...]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(repr(word) for word in words)})", name=column)


def _period_of(key: str) -> ExcludeConstraint:
    """Let rows of one key never overlap in time; the key is made a range, so that no extension is needed."""
    return ExcludeConstraint((text(f"int8range({key}, {key}, '[]')"), "&&"), ("during", "&&"), using="gist")


class Area(Base):
    """A place in the hierarchy from the province down to the flat.

    `path` names the ancestors and the area itself, "1.4.22.": a subtree is a prefix.
    """

    __tablename__ = "area"
    __table_args__ = (
        _one_of("kind", AREA_KINDS),
        Index("ix_area_path", "path", unique=True, postgresql_ops={"path": "text_pattern_ops"}),
    )

    id: Mapped[Identity]
    kind: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    sort_key: Mapped[str] = mapped_column(Text(collation="C"))
    code: Mapped[str | None] = mapped_column(unique=True)
    jurisdiction: Mapped[str | None]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    path: Mapped[str] = mapped_column(Text(collation="C"))
    valid_from: Mapped[date] = mapped_column(default=date(2000, 1, 1))
    valid_to: Mapped[date | None]

    @property
    def names(self) -> tuple[str, str]:
        """The name in Chinese and English; the Chinese one twice where there is no English."""
        return self.name, self.name_en or self.name

    @property
    def lineage(self) -> tuple[int, ...]:
        """The ids from the province down to this area."""
        return tuple(int(step) for step in self.path.split(".") if step)


class AreaPlacement(Base):
    """Where an area stood before it was moved, kept so that an old case can be read in its own day's order."""

    __tablename__ = "area_placement"
    __table_args__ = (_period_of("area_id"),)

    id: Mapped[Identity]
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    parent_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    during: Mapped[Range[date]] = mapped_column(DATERANGE)


class AreaShape(Base):
    """Where an area lies: a GeoJSON geometry in WGS 84, a point for an estate at least."""

    __tablename__ = "area_shape"

    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), primary_key=True)
    geometry: Mapped[dict[str, Any]]
    source: Mapped[str]
    """Where the geometry comes from, shown beside the map."""


class Organisation(Base):
    """A company, a bureau, an owners' committee…; `code` is what decision tables call it, as UM or PSB."""

    __tablename__ = "organisation"
    __table_args__ = (_one_of("kind", ORGANISATION_KINDS), Index(None, "code", "area_id"))

    id: Mapped[Identity]
    kind: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    sort_key: Mapped[str] = mapped_column(Text(collation="C"))
    code: Mapped[str | None]
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    duty_phone: Mapped[str | None]
    valid_from: Mapped[date] = mapped_column(default=date(2000, 1, 1))
    valid_to: Mapped[date | None]

    area: Mapped[Area] = relationship()

    @property
    def names(self) -> tuple[str, str]:
        """The name in Chinese and English; the Chinese one twice where there is no English."""
        return self.name, self.name_en or self.name


class Contract(Base):
    """A company serves an estate for a period; an estate never has two companies on one day."""

    __tablename__ = "contract"
    __table_args__ = (_period_of("estate_id"), CheckConstraint("NOT isempty(during)", name="some_day"))

    id: Mapped[Identity]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    during: Mapped[Range[date]] = mapped_column(DATERANGE)

    organisation: Mapped[Organisation] = relationship()
    estate: Mapped[Area] = relationship()


class Person(Base):
    """Somebody who acts or is concerned, known here by a pseudonym alone; the rest lies in `PersonData`."""

    __tablename__ = "person"
    __table_args__ = (_one_of("kind", ("staff", "resident")),)

    id: Mapped[Identity]
    kind: Mapped[str]
    pseudonym: Mapped[str]
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class PersonData(Base):
    """A person's name, phone and identity number, sealed; `phone_digest` finds a phone without showing it."""

    __tablename__ = "person_data"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    phone_digest: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)


class PersonKey(Base):
    """The key that opens one person's data, wrapped by the master key; without this row the data is noise."""

    __tablename__ = "person_key"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    master: Mapped[str]


class Account(Base):
    """How a person signs in, and how they like their pages; `language` is empty until they choose one."""

    __tablename__ = "account"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    password_changed_at: Mapped[datetime]
    failed: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    language: Mapped[str] = mapped_column(default="")
    shortcuts: Mapped[bool] = mapped_column(default=True)


class Session(Base):
    """One sign-in on one device; the token itself is never stored."""

    __tablename__ = "session"

    id: Mapped[Identity]
    token_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Membership(Base):
    """A person holds a role in an organisation, over an area, or both, for a period."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint("organisation_id IS NOT NULL OR area_id IS NOT NULL", name="somewhere"),
        CheckConstraint("NOT isempty(during)", name="some_day"),
        Index(None, "area_id", "role"),
        Index(None, "organisation_id", "role"),
    )

    id: Mapped[Identity]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    during: Mapped[Range[date]] = mapped_column(DATERANGE)

    person: Mapped[Person] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    area: Mapped[Area | None] = relationship()


class Deputy(Base):
    """For a period, `deputy_id` may do whatever the posts of `person_id` allow."""

    __tablename__ = "deputy"
    __table_args__ = (CheckConstraint("deputy_id <> person_id", name="other"),)

    id: Mapped[Identity]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    deputy_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    during: Mapped[Range[date]] = mapped_column(DATERANGE)


class HouseholdBinding(Base):
    """A resident belongs to a flat, as its owner or its occupant, for a period."""

    __tablename__ = "household_binding"
    __table_args__ = (_one_of("kind", ("owner", "occupant")),)

    id: Mapped[Identity]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    kind: Mapped[str]
    during: Mapped[Range[date]] = mapped_column(DATERANGE)

    household: Mapped[Area] = relationship()


class ApiToken(Base):
    """A key of a program, in a person's name or for another system below an area; the token itself is never stored."""

    __tablename__ = "api_token"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (system IS NULL)", name="holder"),
        CheckConstraint("(system IS NULL) = (area_id IS NULL)", name="reach"),
    )

    id: Mapped[Identity]
    name: Mapped[str]
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    system: Mapped[str | None]
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None]
    expires_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Tries(Base):
    """How often somebody tried something since a moment; `key` is a digest and tells nothing of who it was."""

    __tablename__ = "tries"
    __table_args__ = (Index(None, "since"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    count: Mapped[int]
