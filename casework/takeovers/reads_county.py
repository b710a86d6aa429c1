"""What a county asks of its takeovers: companies and what they can take on, ranking, bundles, and what was counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from casework.cases.models import Case
from casework.directory.days import today
from casework.directory.models import Area, Membership, Organisation
from casework.directory.viewing import Viewer
from casework.errors import Invalid, NotFound, Texts
from casework.persistence import Work
from casework.takeovers import capacity, counting
from casework.takeovers.models import UnitPeriod
from casework.takeovers.money_models import FeeYear, YearScore
from casework.takeovers.planning_models import Bundle, BundleMember, FirmCapacity
from casework.takeovers.standing import area_read, tops
from casework.takeovers.works_models import WORKS, RenovationItem

_MOST_FIRMS, _MOST_BUNDLES = 200, 30


@dataclass(frozen=True, slots=True)
class Firm:
    """A company with what it can serve at most, as far as that is set, and what it serves or has signed for now."""

    unit_id: int
    names: Texts
    most: FirmCapacity | None
    load: capacity.Load
    answers: int
    """For how many flagged estates it answers now."""

    @property
    def free_estates(self) -> int | None:
        """How many more estates it can serve, below zero where it serves too many; None where nothing is set."""
        return None if self.most is None else self.most.estates - self.load.estates

    @property
    def free_area(self) -> Decimal | None:
        """How many more m² it can serve, below zero where it serves too much; None where nothing is set."""
        return None if self.most is None else self.most.area - self.load.area


@dataclass(frozen=True, slots=True)
class Ranked:
    """An estate by the newest result of a year's rating; `place` is shared by equals."""

    place: int
    estate_id: int
    names: Texts
    unit: Texts
    year: FeeYear
    score: YearScore


@dataclass(frozen=True, slots=True)
class BundleRow:
    """A bundle with its members' estates and what became of each."""

    case_no: str
    street: Texts
    unit: Texts | None
    bundle: Bundle
    members: Sequence[tuple[BundleMember, Texts]]

    @property
    def outcomes(self) -> Mapping[str, int]:
        """How many estates have each outcome."""
        found: dict[str, int] = {}
        for member, _ in self.members:
            found[member.outcome] = found.get(member.outcome, 0) + 1
        return found


@dataclass(frozen=True, slots=True)
class Counted:
    """One record that a figure was counted from; `number` is what it adds."""

    id: int
    estate_id: int
    names: Texts
    unit: Texts | None
    title: Texts
    number: Decimal
    at: datetime | None
    case_no: str


def home(work: Work, viewer: Viewer, area_id: int | None = None) -> Area:
    """Return the area that a page of figures is about: the one asked for, else the widest that the viewer reads.

    Raises NotFound where there is none, or where it lies outside of what the viewer reads.
    """
    found = area_read(work, viewer, area_id)
    if found is None:
        paths = tops(viewer)
        wanted = select(Area).where(Area.path.in_(paths) if paths else Area.parent_id.is_(None))
        found = work.session.scalars(wanted.order_by(func.length(Area.path), Area.id).limit(1)).first()
    if found is None or not (viewer.everything or tops(viewer)):
        raise NotFound("没有这个区域，或您无权查看。", "There is no such area, or it is not yours to see.")
    return found


def firms(work: Work, area: Area) -> Sequence[Firm]:
    """Return the companies of an area, or of one above it, that are in takeovers: able to, or serving a flagged one."""
    answers = (
        select(UnitPeriod.unit_id, func.count().label("estates"))
        .join(Area, Area.id == UnitPeriod.estate_id)
        .where(UnitPeriod.during.contains(work.now), Area.path.like(f"{area.path}%"))
        .group_by(UnitPeriod.unit_id)
        .subquery()
    )
    state = exists().where(Membership.organisation_id == Organisation.id, Membership.role == "soe_manager")
    found = (
        select(Organisation, FirmCapacity, func.coalesce(answers.c.estates, 0))
        .join(Area, Area.id == Organisation.area_id)
        .outerjoin(FirmCapacity, FirmCapacity.organisation_id == Organisation.id)
        .outerjoin(answers, answers.c.unit_id == Organisation.id)
        .where(_companies(work, area))
        .where(or_(FirmCapacity.organisation_id.is_not(None), answers.c.estates > 0, state))
        .order_by(Organisation.sort_key, Organisation.id)
        .limit(_MOST_FIRMS)
    )
    rows = work.session.execute(found).all()
    loads = capacity.loads_of(work, [firm.id for firm, _, _ in rows])
    return [Firm(firm.id, firm.names, most, loads[firm.id], number) for firm, most, number in rows]


def firm(work: Work, viewer: Viewer, organisation_id: int) -> Firm:
    """Return one company of an area that the viewer reads, or of one above it. Raises NotFound for any other."""
    found = work.session.get(Organisation, organisation_id)
    paths = tops(viewer)
    near = found is not None and (
        viewer.everything or any(found.area.path.startswith(top) or top.startswith(found.area.path) for top in paths)
    )
    if found is None or found.kind != "company" or not near:
        raise NotFound("没有这家企业，或您无权查看。", "There is no such company, or it is not yours to see.")
    most = work.session.get(FirmCapacity, organisation_id)
    load = capacity.loads_of(work, [organisation_id])[organisation_id]
    answers = select(func.count()).where(UnitPeriod.unit_id == organisation_id, UnitPeriod.during.contains(work.now))
    return Firm(organisation_id, found.names, most, load, work.session.scalar(answers) or 0)


def others(work: Work, area: Area, known: Sequence[Firm]) -> Sequence[tuple[int, Texts]]:
    """Return the further companies of an area, or of one above it, whose capacity could be set."""
    found = select(Organisation).join(Area, Area.id == Organisation.area_id).where(_companies(work, area))
    found = found.where(Organisation.id.not_in([one.unit_id for one in known]))
    found = found.order_by(Organisation.sort_key, Organisation.id).limit(_MOST_FIRMS)
    return [(one.id, one.names) for one in work.session.scalars(found)]


def ranking(work: Work, area: Area, most: int | None = None) -> Sequence[Ranked]:
    """Return the estates of an area by the newest result of each, best first; equals share a place."""
    newest = (
        select(FeeYear.id)
        .ext(distinct_on(FeeYear.estate_id))
        .join(YearScore, YearScore.year_id == FeeYear.id)
        .join(Area, Area.id == FeeYear.estate_id)
        .where(Area.path.like(f"{area.path}%"))
        .order_by(FeeYear.estate_id, FeeYear.to_on.desc(), FeeYear.id.desc())
    )
    place = func.rank().over(order_by=YearScore.composite.desc())
    found = (
        select(place, FeeYear, YearScore, Area, Organisation)
        .join(YearScore, YearScore.year_id == FeeYear.id)
        .join(Area, Area.id == FeeYear.estate_id)
        .join(Organisation, Organisation.id == FeeYear.unit_id)
        .where(FeeYear.id.in_(newest))
        .order_by(place, Area.sort_key, Area.id)
        .limit(most)
    )
    return [
        Ranked(number, estate.id, estate.names, unit.names, year, score)
        for number, year, score, estate, unit in work.session.execute(found)
    ]


def bundles(work: Work, area: Area) -> Sequence[BundleRow]:
    """Return the newest bundles of an area, those that still run first, with what became of each member."""
    found = (
        select(Bundle, Case.no, Area, Organisation)
        .join(Case, Case.id == Bundle.case_id)
        .join(Area, Area.id == Bundle.street_id)
        .outerjoin(Organisation, Organisation.id == Bundle.unit_id)
        .where(Area.path.like(f"{area.path}%"))
        .order_by(Bundle.ended_at.is_not(None), Bundle.id.desc())
        .limit(_MOST_BUNDLES)
    )
    rows = work.session.execute(found).all()
    members: dict[int, list[tuple[BundleMember, Texts]]] = {}
    inside = (
        select(BundleMember, Area)
        .join(Area, Area.id == BundleMember.estate_id)
        .where(BundleMember.bundle_id.in_([bundle.id for bundle, *_ in rows]))
        .order_by(Area.sort_key, Area.id)
    )
    for member, estate in work.session.execute(inside):
        members.setdefault(member.bundle_id, []).append((member, estate.names))
    return [
        BundleRow(no, street.names, unit.names if unit else None, bundle, members.get(bundle.id, ()))
        for bundle, no, street, unit in rows
    ]


def counted(work: Work, area: Area, what: str, after: int = 0, size: int = 100) -> tuple[Sequence[Counted], int | None]:
    """Return one page of the records that a figure was counted from, and where the next page begins.

    `what` is estates, or a kind of works. Raises NotFound for anything else.
    """
    if what != "estates" and what not in WORKS:
        raise NotFound("没有这个指标。", "There is no such figure.")
    if not 0 <= after < 2**63:
        raise Invalid("这一页的位置无效，请从头查看。", "This is no place in the list; begin at its start.", {})
    rows = (
        _estates_taken(work, area, after, size + 1) if what == "estates" else _works(work, area, what, after, size + 1)
    )
    return rows[:size], rows[size - 1].id if len(rows) > size else None


def _estates_taken(work: Work, area: Area, after: int, size: int) -> Sequence[Counted]:
    first = (
        counting.taken_over(work.now)
        .with_only_columns(func.min(UnitPeriod.id).label("id"))
        .group_by(UnitPeriod.estate_id)
    )
    found = (
        select(UnitPeriod, Area, Organisation, Case.no)
        .join(Area, Area.id == UnitPeriod.estate_id)
        .join(Organisation, Organisation.id == UnitPeriod.unit_id)
        .join(Case, Case.id == UnitPeriod.case_id)
        .where(UnitPeriod.id.in_(first), UnitPeriod.id > after, Area.path.like(f"{area.path}%"))
        .order_by(UnitPeriod.id)
        .limit(size)
    )
    title = ("进驻", "Entered")
    return [
        Counted(one.id, estate.id, estate.names, unit.names, title, Decimal(1), one.during.lower, no)
        for one, estate, unit, no in work.session.execute(found)
    ]


def _works(work: Work, area: Area, kind: str, after: int, size: int) -> Sequence[Counted]:
    found = (
        select(RenovationItem, Area, Organisation, Case.no)
        .join(Area, Area.id == RenovationItem.estate_id)
        .outerjoin(Organisation, Organisation.id == RenovationItem.unit_id)
        .join(Case, Case.id == RenovationItem.case_id)
        .where(RenovationItem.kind == kind, RenovationItem.settled_at <= work.now, RenovationItem.id > after)
        .where(Area.path.like(f"{area.path}%"))
        .order_by(RenovationItem.id)
        .limit(size)
    )
    return [
        Counted(
            one.id,
            estate.id,
            estate.names,
            unit.names if unit else None,
            (one.title, one.title_en),
            one.done,
            one.settled_at,
            no,
        )
        for one, estate, unit, no in work.session.execute(found)
    ]


def _companies(work: Work, area: Area) -> ColumnElement[bool]:
    """Return the condition that an organisation, joined to its area, is a company that works in `area`."""
    near = or_(Area.path.like(f"{area.path}%"), Area.id.in_(area.lineage))
    still = or_(Organisation.valid_to.is_(None), Organisation.valid_to >= today(work))
    return near & still & (Organisation.kind == "company")
