"""Who gets a task: a role and a scope become groups and people, without those who may not act."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ARRAY, BigInteger, Date, Text, and_, bindparam, column, func, or_, select

from casework.directory.conflicts import EMPLOYERS_ASKED, NAMES, CaseStanding, Recusal, Standing, recusal
from casework.directory.days import today
from casework.directory.models import Area, Deputy, Membership, Organisation
from casework.directory.queries import ancestor, ancestor_id
from casework.directory.roles import ROLES, standing_in
from casework.directory.scopes import (
    SCOPES,
    TIER_AREAS,
    Place,
    Seat,
    Target,
    office_area,
    referred,
    resolve,
    seats,
)
from casework.persistence import Work

__all__ = [
    "SCOPES",
    "TIER_AREAS",
    "Assignment",
    "Candidate",
    "Place",
    "Target",
    "assign",
    "candidates",
    "candidates_of",
    "referred",
    "resolve",
    "standing_of",
    "unit_keys",
]


_SEATS = func.unnest(
    bindparam("roles", type_=ARRAY(Text)),
    bindparam("areas", type_=ARRAY(BigInteger)),
    bindparam("organisations", type_=ARRAY(BigInteger)),
).table_valued(column("role", Text), column("area_id", BigInteger), column("organisation_id", BigInteger))
_SEATS = _SEATS.render_derived("seat")
_DAY = bindparam("day", type_=Date)
_HOLDING = (
    select(Membership.person_id, Membership.role, Deputy.deputy_id)
    .join(
        _SEATS,
        and_(
            _SEATS.c.role == Membership.role,
            or_(_SEATS.c.area_id == Membership.area_id, _SEATS.c.organisation_id == Membership.organisation_id),
        ),
    )
    .outerjoin(Deputy, and_(Deputy.person_id == Membership.person_id, Deputy.during.contains(_DAY)))
    .where(Membership.during.contains(_DAY))
    .order_by(Membership.id, Deputy.id)
)
"""Who holds one of the seats on a day, with who stands in for them: written once, every task that opens asks it."""


@dataclass(frozen=True)
class Candidate:
    """Somebody who holds the role; `for_person` when it is as the deputy of another."""

    person_id: int
    role: str
    for_person: int | None = None


@dataclass(frozen=True)
class Assignment:
    """Who a task goes to. `groups` are what the work item stores; `recused` may not act though they are in a group.

    `roles` and `target` are where it ended, `raised` says that it is above where the diagram put it.
    """

    groups: tuple[str, ...]
    people: tuple[int, ...]
    recused: tuple[Recusal, ...]
    roles: tuple[str, ...]
    target: Target
    raised: bool = False

    @property
    def excluded(self) -> tuple[int, ...]:
        """The ids of those who are recused."""
        return tuple(sorted({one.person_id for one in self.recused}))


Step = tuple[tuple[str, ...], Target]


def assign(
    work: Work,
    roles: Sequence[str],
    target: Target | None,
    *,
    rules: Collection[str] = (),
    case: CaseStanding | None = None,
    estate_id: int | None = None,
    day: date | None = None,
) -> Assignment:
    """Find who may do a task. Nobody left goes one scope up, never to nobody while anyone above may act.

    `estate_id` is where the case is: the estate, or any area in it. Without a target (an estate without a company)
    it starts at the community of the estate.
    """
    facts = case or CaseStanding()
    recused: list[Recusal] = []
    step = _first(work, tuple(roles), target, estate_id)
    raised, last = target is None, None
    while step is not None:
        wanted, at = step
        held = seats(work, wanted, at, estate_id=estate_id, day=day)
        found = _people(at, wanted) if at.kind == "people" else _holders(work, held)
        people, out = _sorted(work, found, at, rules, facts)
        recused.extend(out)
        groups = tuple(f"p{one}" for one in at.ids) if at.kind == "people" else tuple(seat.group for seat in held)
        last = Assignment(groups, people, (), wanted, at, raised)
        if people or at.kind == "people":
            break
        raised, step = True, _one_up(work, wanted, at, estate_id)
    if last is None:
        return Assignment((), (), (), tuple(roles), target or Target.people(), raised)
    # Somebody who may act in their own right is not out because they may not act for another.
    away = tuple(dict.fromkeys(one for one in recused if one.person_id not in last.people))
    return Assignment(last.groups, last.people, away, last.roles, last.target, last.raised)


def candidates(work: Work, roles: Sequence[str], target: Target, *, estate_id: int | None = None) -> list[int]:
    """Return the ids of those who hold one of the roles at the target today, and of their deputies."""
    return list(dict.fromkeys(one.person_id for one in candidates_of(work, roles, target, estate_id=estate_id)))


def candidates_of(work: Work, roles: Sequence[str], target: Target, *, estate_id: int | None = None) -> list[Candidate]:
    """Return who holds one of the roles at the target today, deputies after those they stand in for."""
    if target.kind == "people":
        return _people(target, tuple(roles))
    return _holders(work, seats(work, roles, target, estate_id=estate_id))


def standing_of(
    work: Work, person_id: int, for_person: int | None = None, *, rules: Collection[str] = NAMES
) -> Standing:
    """Return what the conflict `rules` ask about one person, acting in their own right or as somebody's deputy."""
    candidate = Candidate(person_id, "", for_person)
    return _standings(work, [candidate], rules)[candidate]


def unit_keys(work: Work, organisation_id: int) -> frozenset[str]:
    """Return the employer keys of a unit: an office of government is its area's officers as well."""
    office = office_area(work, organisation_id)
    return frozenset({f"o{organisation_id}"} if office is None else {f"o{organisation_id}", f"a{office}"})


def _people(target: Target, roles: tuple[str, ...]) -> list[Candidate]:
    return [Candidate(person_id, roles[0] if roles else "") for person_id in target.ids]


def _holders(work: Work, held: Sequence[Seat]) -> list[Candidate]:
    if not held:
        return []
    asked = {
        "day": today(work),
        "roles": [seat.role for seat in held],
        "areas": [seat.area_id for seat in held],
        "organisations": [seat.organisation_id for seat in held],
    }
    found: dict[Candidate, None] = {}
    for person_id, role, deputy_id in work.session.execute(_HOLDING, asked):
        found[Candidate(person_id, role)] = None
        if deputy_id is not None:
            found[Candidate(deputy_id, role, person_id)] = None
    return list(found)


def _sorted(
    work: Work, found: Sequence[Candidate], at: Target, rules: Collection[str], facts: CaseStanding
) -> tuple[tuple[int, ...], list[Recusal]]:
    """Part those who may act from those who may not."""
    own_unit = at.kind == "organisation" and f"o{at.ids[0]}" in facts.accused_units
    standings = _standings(work, found, rules) if found else {}
    people: dict[int, None] = {}
    out: list[Recusal] = []
    for candidate in found:
        reason = recusal(rules, standings[candidate], facts, own_unit=own_unit)
        if reason is None:
            people[candidate.person_id] = None
        else:
            out.append(reason)
    return tuple(people), out


def _standings(work: Work, found: Sequence[Candidate], rules: Collection[str]) -> Mapping[Candidate, Standing]:
    """Return what the rules ask about each; employers only where a rule asks about employers."""
    if EMPLOYERS_ASKED.isdisjoint(rules):
        return {one: Standing(one.person_id, for_person=one.for_person) for one in found}
    people = {one.person_id for one in found} | {one.for_person for one in found if one.for_person is not None}
    held = select(Membership.person_id, Membership.role, Membership.organisation_id, Membership.area_id).where(
        Membership.person_id.in_(people), Membership.during.contains(today(work))
    )
    employers: dict[int, set[str]] = {person_id: set() for person_id in people}
    for person_id, role, organisation_id, area_id in work.session.execute(held):
        if organisation_id is not None:
            employers[person_id].add(f"o{organisation_id}")
        if area_id is not None and role in ROLES and ROLES[role].held == "area":
            employers[person_id].add(f"a{area_id}")
    return {
        one: Standing(
            one.person_id,
            frozenset(employers[one.person_id]),
            one.for_person,
            frozenset(employers[one.for_person]) if one.for_person is not None else frozenset(),
        )
        for one in found
    }


def _first(work: Work, roles: tuple[str, ...], target: Target | None, estate_id: int | None) -> Step | None:
    """Settle where to begin: "supervisor" means the officer of the target's tier."""
    if target is None:
        area_id = ancestor_id(work, estate_id, "community") if estate_id is not None else None
        return (standing_in(roles, "community"), Target.area(area_id)) if area_id is not None else None
    if "supervisor" in roles and target.kind == "area":
        area = work.session.get(Area, target.ids[0])
        officer = standing_in((), area.kind if area else "city")
        roles = tuple(dict.fromkeys(one for role in roles for one in (officer if role == "supervisor" else (role,))))
    return roles, target


def _one_up(work: Work, roles: tuple[str, ...], target: Target, estate_id: int | None) -> Step | None:
    """Return the next scope up with who stands in there; from an organisation it is the street above the case."""
    if target.kind == "organisation":
        unit = work.session.get(Organisation, target.ids[0])
        start = estate_id if estate_id is not None else (unit.area_id if unit else None)
        found = (ancestor(work, start, kind) for kind in ("street", "county", "city")) if start is not None else ()
        area = next((one for one in found if one is not None), None)
    else:
        below = work.session.get(Area, target.ids[0])
        area = work.session.get(Area, below.parent_id) if below and below.parent_id is not None else None
    if area is None or area.kind not in TIER_AREAS.values():
        return None
    return standing_in(roles, area.kind), Target.area(area.id)
