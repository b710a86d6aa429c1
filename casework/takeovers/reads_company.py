"""One of a company's own estates: those it serves, enters or served, and what happened there in its time."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, nulls_last, or_, select, union
from sqlalchemy.dialects.postgresql import distinct_on

from casework.cases.inbox import mark
from casework.cases.models import Case, WorkItem
from casework.cases.views import Law
from casework.definitions import library
from casework.directory.models import Area
from casework.directory.viewing import Viewer
from casework.errors import NotFound, Texts
from casework.persistence import Work
from casework.takeovers import reads_estate, reads_money, words
from casework.takeovers.entry_models import Inspection, ServiceContract
from casework.takeovers.estate_views import (
    ContractView,
    InspectionView,
    PostingView,
    UnitView,
    WorkView,
    YearView,
)
from casework.takeovers.models import FlaggedEstate, UnitPeriod
from casework.takeovers.money_models import FeeYear, RevenuePosting, YearScore
from casework.takeovers.rating_models import HouseholdRating
from casework.takeovers.works_models import RenovationItem

ROLES = ("soe_manager", "project_manager", "company_admin")
"""Who in a company looks after taken-over estates."""
STANDS: Mapping[str, Texts] = {
    "serving": ("服务中", "Serving"),
    "trial": ("试运行", "On trial"),
    "entering": ("进驻中", "Entering"),
    "left": ("已退出", "Left"),
}
WORDS_SHOWN = 20
"""How many of the households' words a page shows."""
_COMPLAINTS = "complaint_handling"
_NOT_YOURS: Texts = ("没有这个小区，或不归您的企业。", "There is no such estate, or it is not your company's.")
_FOR_EVER = datetime(9000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class TaskRow:
    """An open task of the viewer in an estate."""

    id: int
    title: Texts
    case_no: str
    due: datetime | None
    mark: str
    mine: bool


@dataclass(frozen=True, slots=True)
class CompanyEstate:
    """Everything a company sees of one of its estates; `words` are what households wrote of years that are rated."""

    id: int
    name: Texts
    stands: Texts
    left: bool
    class_: Texts | None
    contracts: Sequence[ContractView]
    units: Sequence[UnitView]
    tasks: Sequence[TaskRow]
    works: Sequence[WorkView]
    years: Sequence[YearView]
    words: Sequence[tuple[int, str]]
    rules: Sequence[Law]
    postings: Sequence[PostingView]
    postings_after: int | None
    inspections: Sequence[InspectionView]


def companies_of(viewer: Viewer) -> frozenset[int]:
    """Return the companies in which the viewer holds a post today."""
    own = (post.organisation_id for post in viewer.posts if post.organisation_kind == "company")
    return frozenset(one for one in own if one is not None)


def estate(work: Work, viewer: Viewer, estate_id: int, after: int | None = None) -> CompanyEstate:
    """Return one estate of the viewer's companies; `after` is the posting after which the account goes on.

    A company that has left sees what happened in its own time. Raises NotFound for an estate of others.
    """
    by = companies_of(viewer)
    query = select(Area, stands_of(work, by)).where(Area.id == estate_id, Area.id.in_(estates_of(by)))
    found = work.session.execute(query).one_or_none()
    if found is None:
        raise NotFound(*_NOT_YOURS)
    area, stands = found
    contracts = reads_estate.contracts(work, estate_id, by)
    years = reads_money.years(work, estate_id, by)
    shown, older = reads_money.postings(work, estate_id, by, after)
    until = last_moments(work, by, [estate_id]).get(estate_id)
    return CompanyEstate(
        id=area.id,
        name=area.names,
        stands=STANDS[stands],
        left=stands == "left",
        class_=classes_of(work, [estate_id]).get(estate_id),
        contracts=contracts,
        units=reads_estate.units(work, estate_id),
        tasks=tasks_at(work, viewer, estate_id),
        works=reads_estate.works(work, estate_id, viewer, until) if until is not None else (),
        years=years,
        words=_words(work, estate_id, by),
        rules=reads_money.rules(work, years[0].id) if years else (),
        postings=shown,
        postings_after=older,
        inspections=reads_estate.inspections(work, estate_id, by),
    )


def tasks_at(work: Work, viewer: Viewer, estate_id: int) -> Sequence[TaskRow]:
    """Return the viewer's open tasks in an estate, complaints left out, in due order."""
    query = select(WorkItem, Case).join(Case, Case.id == WorkItem.case_id)
    query = query.where(*own_tasks(viewer), WorkItem.estate_id == estate_id).order_by(nulls_last(WorkItem.due_at))
    return [
        TaskRow(
            item.id,
            _title(work, of.release_id, item),
            of.no,
            item.due_at,
            mark(work, item.due_at, item.due_clock),
            item.holder_id == viewer.person_id,
        )
        for item, of in work.session.execute(query.order_by(WorkItem.id))
    ]


def shows_photo(work: Work, viewer: Viewer, estate_id: int, file_id: int) -> bool:
    """Say whether a file is a photo of a work that the viewer's companies see, or of a posting of theirs."""
    by = companies_of(viewer)
    until = last_moments(work, by, [estate_id]).get(estate_id)
    if until is None:
        return False
    of_work = select(RenovationItem.id).where(
        RenovationItem.estate_id == estate_id,
        RenovationItem.photos.contains([file_id]),
        RenovationItem.opened_at < until,
    )
    of_posting = select(RevenuePosting.id).where(
        RevenuePosting.estate_id == estate_id,
        RevenuePosting.photos.contains([file_id]),
        RevenuePosting.unit_id.in_(sorted(by)),
    )
    return work.session.scalar(of_work.union_all(of_posting).limit(1)) is not None


def must_see(work: Work, viewer: Viewer, estate_id: int) -> None:
    """Raise NotFound unless an estate is one of the viewer's companies'."""
    if not sees(work, viewer, estate_id):
        raise NotFound(*_NOT_YOURS)


def sees(work: Work, viewer: Viewer, estate_id: int) -> bool:
    """Say whether an estate is one of the viewer's companies'."""
    own = select(Area.id).where(Area.id == estate_id, Area.id.in_(estates_of(companies_of(viewer))))
    return work.session.scalar(own) is not None


def estates_of(by: Collection[int]) -> Any:
    """Find the estates that companies serve or served, signed a contract for, or inspect to take over."""
    own = sorted(by)
    return union(
        select(UnitPeriod.estate_id).where(UnitPeriod.unit_id.in_(own)),
        select(ServiceContract.estate_id).where(ServiceContract.unit_id.in_(own)),
        select(Inspection.estate_id).where(Inspection.to_unit_id.in_(own)),
    )


def stands_of(work: Work, by: Collection[int]) -> ColumnElement[str]:
    """Return how companies stand to the estate of a row of `Area`, a key of `STANDS`."""
    own = sorted(by)
    serves = exists().where(
        UnitPeriod.estate_id == Area.id, UnitPeriod.unit_id.in_(own), UnitPeriod.during.contains(work.now)
    )
    trial = exists().where(
        WorkItem.estate_id == Area.id,
        WorkItem.state == "open",
        WorkItem.process == "takeover_operation",
        WorkItem.element == "trial",
    )
    signed = exists().where(
        ServiceContract.estate_id == Area.id,
        ServiceContract.unit_id.in_(own),
        ServiceContract.entered_at.is_(None),
        ServiceContract.stopped_at.is_(None),
    )
    concluded = select(ServiceContract.case_id)
    inspects = exists().where(
        Inspection.estate_id == Area.id, Inspection.to_unit_id.in_(own), Inspection.case_id.not_in(concluded)
    )
    return case(
        (and_(serves, trial), literal("trial")),
        (serves, literal("serving")),
        (or_(signed, inspects), literal("entering")),
        else_=literal("left"),
    )


def own_tasks(viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that a task of a case is open for the viewer, held by a colleague or not."""
    return (
        WorkItem.state == "open",
        WorkItem.groups.overlap(list(viewer.groups)),
        ~WorkItem.excluded.contains([viewer.person_id or 0]),
        Case.process != _COMPLAINTS,
    )


def last_moments(work: Work, by: Collection[int], ids: Collection[int]) -> Mapping[int, datetime]:
    """Return until when companies served estates; for ever where they still do."""
    ends = func.max(func.coalesce(func.upper(UnitPeriod.during), literal(_FOR_EVER)))
    query = select(UnitPeriod.estate_id, ends).where(UnitPeriod.unit_id.in_(sorted(by)), UnitPeriod.estate_id.in_(ids))
    return {key: value for key, value in work.session.execute(query.group_by(UnitPeriod.estate_id))}  # noqa: C416


def classes_of(work: Work, ids: Collection[int]) -> Mapping[int, Texts]:
    """Return what was decided to become of estates, by the newest flag."""
    query = select(FlaggedEstate.estate_id, FlaggedEstate.class_).where(FlaggedEstate.estate_id.in_(ids))
    newest = query.ext(distinct_on(FlaggedEstate.estate_id)).order_by(FlaggedEstate.estate_id, FlaggedEstate.id.desc())
    return {estate: words.CLASSES[one] for estate, one in work.session.execute(newest) if one is not None}


def _words(work: Work, estate_id: int, by: Collection[int]) -> Sequence[tuple[int, str]]:
    """Return what households wrote of years that have their result, the newest first, with the year's number."""
    query = (
        select(FeeYear.number, HouseholdRating.words)
        .join(FeeYear, FeeYear.id == HouseholdRating.year_id)
        .join(YearScore, YearScore.year_id == FeeYear.id)
        .where(FeeYear.estate_id == estate_id, FeeYear.unit_id.in_(sorted(by)), HouseholdRating.words != "")
        .order_by(FeeYear.from_on.desc(), HouseholdRating.id.desc())
    )
    return [(number, text) for number, text in work.session.execute(query.limit(WORDS_SHOWN))]


def _title(work: Work, release_id: int, item: WorkItem) -> Texts:
    called = library.opened(work.session, release_id)
    return called.name(item.process, item.element, "zh"), called.name(item.process, item.element, "en")
