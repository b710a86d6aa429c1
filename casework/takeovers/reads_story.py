"""One flagged estate whole: who answered for it when, what was found, decided, signed, put in order, rated and paid."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select

from casework.cases.models import Case
from casework.definitions import library
from casework.directory.models import Area, Organisation
from casework.directory.viewing import Viewer
from casework.errors import NotFound, Texts
from casework.persistence import Work
from casework.takeovers import units
from casework.takeovers.entry_models import Inspection, ServiceContract
from casework.takeovers.models import FlaggedEstate, UnitPeriod
from casework.takeovers.money_models import Evaluation, FeeYear, RevenuePosting, SubsidyPayment, YearScore
from casework.takeovers.planning_models import Bundle, BundleMember, EstateSurvey
from casework.takeovers.reads_board import EstateRow, one_row
from casework.takeovers.standing import BUNDLE, PROCESSES, area_read
from casework.takeovers.works_models import RenovationItem
from casework.votes.models import Vote

_MOST_CASES = 50
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Period:
    """Who answered from when to when, by which case; `gap` says that nobody did just before."""

    unit: Texts
    kind: str
    since: datetime | None
    before: datetime | None
    until: datetime | None
    case_no: str | None
    gap: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """A vote of the owners: its items with whether they passed, None while it is not counted."""

    vote_id: int
    title: str
    round: int
    state: str
    opens_at: datetime | None
    closes_at: datetime | None
    items: Sequence[tuple[str, bool | None]]


@dataclass(frozen=True, slots=True)
class Year:
    """A year of service with its ratings, its result and its subsidy, as far as they are there."""

    year: FeeYear
    ratings: Mapping[str, Evaluation]
    score: YearScore | None
    payment: SubsidyPayment | None


@dataclass(frozen=True, slots=True)
class CaseRef:
    """A case of the takeover; `no` is a link where `reads`."""

    no: str
    title: Texts
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True)
class Story:
    """Everything that is on record of a flagged estate; `reads` says that its case files are the reader's to open."""

    row: EstateRow
    reads: bool
    ended_because: str | None
    periods: Sequence[Period]
    surveys: Sequence[EstateSurvey]
    decisions: Sequence[Decision]
    inspections: Sequence[Inspection]
    contracts: Sequence[ServiceContract]
    works: Sequence[RenovationItem]
    years: Sequence[Year]
    postings: Sequence[RevenuePosting]
    bundles: Sequence[tuple[str, BundleMember]]
    cases: Sequence[CaseRef]
    names: Mapping[int, Texts]
    """What the units are called that the records name."""

    @property
    def whole(self) -> bool:
        """Whether somebody answered at every moment since it was flagged."""
        return bool(self.periods) and not any(one.gap for one in self.periods)


def story(work: Work, viewer: Viewer, estate_id: int) -> Story:
    """Return all that is on record of a flagged estate.

    Raises NotFound where the estate was never flagged, or lies outside of what the viewer reads.
    """
    estate = area_read(work, viewer, estate_id)
    row = one_row(work, viewer, estate) if estate is not None and estate.kind == "estate" else None
    if estate is None or row is None:
        raise NotFound("没有标记过这个小区，或您无权查看。", "This estate was never flagged, or is not yours to see.")
    held = units.history(work, estate_id)
    inspections = _of(work, Inspection, estate_id, Inspection.begun_at.desc())
    contracts = _of(work, ServiceContract, estate_id, ServiceContract.from_on.desc())
    works = _of(work, RenovationItem, estate_id, RenovationItem.kind, RenovationItem.id)
    years = _years(work, estate_id)
    named = {period.unit_id for period in held} | {signed.unit_id for signed in contracts}
    named |= {one.year.unit_id for one in years}
    named |= {one for kept in inspections for one in (kept.from_unit_id, kept.to_unit_id) if one is not None}
    named |= {one.unit_id for one in works if one.unit_id is not None}
    names = _names(work, named)
    reads = viewer.reads(estate.path)
    newest = select(FlaggedEstate.ended_because).filter_by(estate_id=estate_id).order_by(FlaggedEstate.id.desc())
    return Story(
        row=row,
        reads=reads,
        ended_because=work.session.scalars(newest.limit(1)).one(),
        periods=_periods(work, held, names, reads=reads),
        surveys=_of(work, EstateSurvey, estate_id, EstateSurvey.at.desc(), EstateSurvey.id.desc()),
        decisions=_decisions(work, estate_id),
        inspections=inspections,
        contracts=contracts,
        works=works,
        years=years,
        postings=_of(work, RevenuePosting, estate_id, RevenuePosting.from_on.desc()),
        bundles=_bundles(work, estate_id),
        cases=_cases(work, estate) if reads else (),
        names=names,
    )


def _of(work: Work, model: type[Row], estate_id: int, *order: object) -> Sequence[Row]:
    found = select(model).filter_by(estate_id=estate_id).order_by(*order)  # type: ignore[arg-type]
    return work.session.scalars(found).all()


def _periods(work: Work, held: Iterable[UnitPeriod], names: Mapping[int, Texts], *, reads: bool) -> Sequence[Period]:
    held = list(held)
    numbers = select(Case.id, Case.no).where(Case.id.in_({one.case_id for one in held}))
    nos = {row[0]: row[1] for row in work.session.execute(numbers)}
    made: list[Period] = []
    for one in held:
        since, before = one.during.lower, one.during.upper
        gap = bool(made) and made[-1].before != since
        no = nos.get(one.case_id) if reads else None
        made.append(Period(names[one.unit_id], one.kind, since, before, one.until, no, gap))
    return made


def _decisions(work: Work, estate_id: int) -> Sequence[Decision]:
    """Return the votes that takeovers of the estate asked for, newest first."""
    asked = select(Case.id).where(Case.process.in_((*PROCESSES, BUNDLE)))
    found = select(Vote).where(Vote.estate_id == estate_id, Vote.case_id.in_(asked)).order_by(Vote.id.desc())
    return [
        Decision(
            vote.id,
            vote.title,
            vote.round,
            vote.state,
            vote.opens_at,
            vote.closes_at,
            [(str(one.get("title", "")), _passed(vote, one.get("no"))) for one in vote.items],
        )
        for vote in work.session.scalars(found)
    ]


def _passed(vote: Vote, number: object) -> bool | None:
    told = (vote.result or {}).get("items", ())
    return next((bool(one.get("passed")) for one in told if one.get("no") == number), None)


def _years(work: Work, estate_id: int) -> Sequence[Year]:
    found = (
        select(FeeYear, YearScore, SubsidyPayment)
        .outerjoin(YearScore, YearScore.year_id == FeeYear.id)
        .outerjoin(SubsidyPayment, SubsidyPayment.year_id == FeeYear.id)
        .where(FeeYear.estate_id == estate_id)
        .order_by(FeeYear.from_on.desc(), FeeYear.id.desc())
    )
    rows = work.session.execute(found).all()
    given: dict[int, dict[str, Evaluation]] = {}
    for one in work.session.scalars(select(Evaluation).where(Evaluation.year_id.in_({row[0].id for row in rows}))):
        given.setdefault(one.year_id, {})[one.rater] = one
    return [Year(year, given.get(year.id, {}), score, payment) for year, score, payment in rows]


def _bundles(work: Work, estate_id: int) -> Sequence[tuple[str, BundleMember]]:
    found = (
        select(Case.no, BundleMember)
        .join(Bundle, Bundle.case_id == Case.id)
        .join(BundleMember, BundleMember.bundle_id == Bundle.id)
        .where(BundleMember.estate_id == estate_id)
        .order_by(Bundle.id.desc())
    )
    return [(no, member) for no, member in work.session.execute(found)]


def _cases(work: Work, estate: Area) -> Sequence[CaseRef]:
    found = (
        select(Case)
        .where(Case.estate_id == estate.id, Case.process.in_(PROCESSES), Case.sealed.is_(False))
        .order_by(Case.id.desc())
        .limit(_MOST_CASES)
    )
    return [
        CaseRef(
            one.no,
            one.titled(library.opened(work.session, one.release_id).called(one.process, one.process)),
            one.opened_at,
            one.closed_at,
        )
        for one in work.session.scalars(found)
    ]


def _names(work: Work, ids: set[int]) -> Mapping[int, Texts]:
    rows = work.session.execute(
        select(Organisation.id, Organisation.name, Organisation.name_en).where(Organisation.id.in_(ids))
    )
    return {number: (name, name_en or name) for number, name, name_en in rows}
