"""What a person may see: one `Viewer` per request, one `scoped` for pages, API, search, counts, exports and files."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    and_,
    bindparam,
    cast,
    false,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)

from casework.directory.days import today
from casework.directory.models import Area, Contract, Deputy, HouseholdBinding, Membership, Organisation, Person
from casework.directory.roles import COMMITTEE_ROLES, READING_ROLES, ROLES
from casework.errors import NotFound
from casework.persistence import Work


@dataclass(frozen=True)
class Post:
    """A role somebody holds today; `for_person` is whom they stand in for, when they do."""

    role: str
    organisation_id: int | None
    area_id: int | None
    path: str
    organisation_kind: str | None = None
    for_person: int | None = None

    @property
    def groups(self) -> tuple[str, ...]:
        """The group keys of this post, as work items store them."""
        area = () if self.area_id is None else (f"{self.role}@a{self.area_id}",)
        return area if self.organisation_id is None else (*area, f"{self.role}@o{self.organisation_id}")


@dataclass(frozen=True)
class Service:
    """A company's contract with an estate, from `since` up to and without `before`."""

    estate_id: int
    path: str
    since: date | None
    before: date | None


@dataclass(frozen=True)
class Viewer:
    """Everything that decides what one person sees, gathered once per request."""

    person_id: int | None
    kind: str
    posts: tuple[Post, ...] = ()
    services: tuple[Service, ...] = ()
    homes: tuple[tuple[int, str, str], ...] = ()
    everything: bool = False
    groups: tuple[str, ...] = field(init=False)
    prefixes: tuple[str, ...] = field(init=False)
    organisations: frozenset[int] = field(init=False)

    def __post_init__(self) -> None:
        own = () if self.person_id is None else (f"p{self.person_id}",)
        groups = dict.fromkeys([*own, *(group for post in self.posts for group in post.groups)])
        object.__setattr__(self, "groups", tuple(groups))
        read = sorted({post.path for post in self.posts if post.role in READING_ROLES and post.area_id is not None})
        widest = tuple(path for path in read if not any(path != other and path.startswith(other) for other in read))
        object.__setattr__(self, "prefixes", widest)
        employers = (post.organisation_id for post in self.posts if post.organisation_id is not None)
        object.__setattr__(self, "organisations", frozenset(employers))

    @property
    def roles(self) -> frozenset[str]:
        """The roles held today, deputised ones included."""
        return frozenset(post.role for post in self.posts)

    def holds(self, *roles: str) -> bool:
        """Say whether any of the roles is held."""
        return any(role in self.roles for role in roles)

    def reads(self, path: str) -> bool:
        """Say whether an office held today covers the area at `path`."""
        return self.everything or any(path.startswith(prefix) for prefix in self.prefixes)

    @property
    def administered(self) -> tuple[str, ...]:
        """The paths of the areas whose places, people and contracts the person keeps."""
        return tuple(post.path for post in self.posts if post.role == "administrator" and post.area_id is not None)

    def administers(self, path: str) -> bool:
        """Say whether the person keeps the area at `path`."""
        return self.everything or any(path.startswith(top) for top in self.administered)

    def tier_over(self, path: str) -> int:
        """Return the highest supervising tier held over the area at `path`; 0 without one."""
        tiers = (
            ROLES[post.role].tier or 0
            for post in self.posts
            if post.role in ROLES and post.area_id is not None and path.startswith(post.path)
        )
        return max(tiers, default=0)


SYSTEM_VIEWER = Viewer(None, "system", everything=True)
NOBODY = Viewer(None, "anonymous")


@dataclass(frozen=True)
class Columns:
    """Which columns of a statement tell where a row belongs. What is not named lets nobody in.

    `path` the area's path · `estate` and `day` the estate and the local day it happened, for companies · `units` the
    organisations it is routed to · `private` true where a committee may not look · `own` makes the condition that
    the row is the person's own.
    """

    path: ColumnElement[str]
    estate: ColumnElement[int] | None = None
    day: ColumnElement[date] | None = None
    units: tuple[ColumnElement[Any], ...] = ()
    private: ColumnElement[bool] | None = None
    own: Callable[[int], ColumnElement[bool]] | None = None


def viewer(work: Work, person_id: int) -> Viewer:
    """Gather what a person may see today, in two queries."""
    posts = posts_held(work, person_id)
    employers = {post.organisation_id for post in posts if post.organisation_id}
    kind, services, homes = _belongings(work, person_id, today(work), employers)
    return Viewer(person_id, kind, posts, services, homes)


_TODAY = bindparam("day", type_=Date)
_ABSENT = select(Deputy.person_id).where(Deputy.deputy_id == bindparam("person"), Deputy.during.contains(_TODAY))
_HELD = (
    select(
        Membership.person_id,
        Membership.role,
        Membership.organisation_id,
        Membership.area_id,
        Area.path,
        Organisation.kind,
    )
    .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
    .join(Area, Area.id == func.coalesce(Membership.area_id, Organisation.area_id))
    .where(or_(Membership.person_id == bindparam("person"), Membership.person_id.in_(_ABSENT)))
    .where(Membership.during.contains(_TODAY))
    .order_by(Membership.id)
)


def posts_held(work: Work, person_id: int) -> tuple[Post, ...]:
    """Return the posts a person holds today, those of the people they stand in for included, in one query."""
    held = work.session.execute(_HELD, {"person": person_id, "day": today(work)})
    return tuple(
        Post(role, organisation_id, area_id, path, kind, None if holder == person_id else holder)
        for holder, role, organisation_id, area_id, path, kind in held
    )


def groups_of(work: Work, person_id: int) -> tuple[str, ...]:
    """Return the group keys of a person today, those of the people they stand in for included, in one query."""
    day = today(work)
    absent = select(Deputy.person_id).where(Deputy.deputy_id == person_id, Deputy.during.contains(day))
    held = select(Membership.role, Membership.organisation_id, Membership.area_id).where(
        or_(Membership.person_id == person_id, Membership.person_id.in_(absent)), Membership.during.contains(day)
    )
    posts = [Post(role, organisation, area, "") for role, organisation, area in work.session.execute(held)]
    return tuple(dict.fromkeys([f"p{person_id}", *(group for post in posts for group in post.groups)]))


def scoped(statement: Select[Any], columns: Columns | ColumnElement[str], seen_by: Viewer) -> Select[Any]:
    """Return the statement with only the rows this viewer may see."""
    return statement.where(visible(columns, seen_by))


def visible(columns: Columns | ColumnElement[str], seen_by: Viewer) -> ColumnElement[bool]:
    """Return the condition that a row may be seen by this viewer; false where nothing lets them in."""
    if seen_by.everything:
        return true()
    where = columns if isinstance(columns, Columns) else Columns(columns)
    doors: list[ColumnElement[bool]] = [where.path.like(f"{prefix}%") for prefix in seen_by.prefixes]
    if where.units and seen_by.organisations:
        doors.extend(unit.in_(sorted(seen_by.organisations)) for unit in where.units)
    doors.extend(_as_company(where, seen_by.services))
    doors.extend(_as_committee(where, seen_by.posts))
    if where.own is not None and seen_by.person_id is not None:
        doors.append(where.own(seen_by.person_id))
    return or_(false(), *doors)


def _as_company(where: Columns, services: Iterable[Service]) -> Iterable[ColumnElement[bool]]:
    if where.estate is None or where.day is None:
        return
    for service in services:
        bounds = [where.estate == service.estate_id]
        if service.since is not None:
            bounds.append(where.day >= service.since)
        if service.before is not None:
            bounds.append(where.day < service.before)
        yield and_(*bounds)


def _as_committee(where: Columns, posts: Iterable[Post]) -> Iterable[ColumnElement[bool]]:
    if where.private is None:
        return
    for path in sorted({post.path for post in posts if post.role in COMMITTEE_ROLES}):
        yield and_(where.path.like(f"{path}%"), where.private.is_not(true()))


def _belongings(
    work: Work, person_id: int, day: date, employers: set[int]
) -> tuple[str, tuple[Service, ...], tuple[tuple[int, str, str], ...]]:
    """Read the person's kind, their companies' contracts and their homes together."""
    no_day = cast(null(), Date)
    kind = select(literal("kind"), Person.id, Person.kind, literal(""), no_day, no_day).where(
        Person.id == person_id, Person.erased_at.is_(None)
    )
    contracts = (
        select(
            literal("contract"),
            Area.id,
            literal(""),
            Area.path,
            func.lower(Contract.during, type_=Date),
            func.upper(Contract.during, type_=Date),
        )
        .join(Area, Area.id == Contract.estate_id)
        .where(Contract.organisation_id.in_(sorted(employers)))
    )
    homes = (
        select(literal("home"), Area.id, HouseholdBinding.kind, Area.path, no_day, no_day)
        .join(Area, Area.id == HouseholdBinding.household_id)
        .where(HouseholdBinding.person_id == person_id, HouseholdBinding.during.contains(day))
    )
    rows = work.session.execute(union_all(kind, contracts, homes)).all()
    kinds = [row[2] for row in rows if row[0] == "kind"]
    if not kinds:
        raise NotFound("没有此人", "There is no such person")
    services = tuple(
        Service(area, path, since, before) for what, area, _, path, since, before in rows if what == "contract"
    )
    return kinds[0], services, tuple((area, path, how) for what, area, how, path, _, _ in rows if what == "home")
