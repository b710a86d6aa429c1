"""All elections below an area by the stage they have come to, and which of them are late."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, literal, nulls_last, select
from sqlalchemy import case as sql_case
from sqlalchemy.dialects.postgresql import JSONB

from casework.cases import paging
from casework.cases.inbox import mark
from casework.cases.models import Case, WorkItem
from casework.cases.queries import late, may_see
from casework.cases.timeline import clock_titles
from casework.cases.views import Texts
from casework.definitions import library
from casework.directory.models import Area
from casework.directory.viewing import Viewer
from casework.elections.models import Election
from casework.elections.overview import VARIANTS
from casework.persistence import Work

PROCESS = "committee_election"
STAGES: Mapping[str, Texts] = {
    "conditions": ("核实条件", "Conditions"),
    "group": ("组建筹备组", "Forming the group"),
    "candidates": ("候选人", "Candidates"),
    "vote": ("业主大会表决", "Owners' vote"),
    "round": ("组织选举", "Running it"),
    "overdue": ("逾期处理", "Deciding on delay"),
    "seating": ("首次会议", "First meeting"),
    "filing": ("备案", "Filing"),
    "closed": ("已结束", "Ended"),
}
_PLACES = (
    ("overdue", {"element": "decide_overdue"}),
    ("vote", {"process": "owner_vote"}),
    ("candidates", {"process": "election_slate"}),
    ("group", {"process": "election_group"}),
    ("filing", {"process": "committee_filing"}),
    ("round", {"process": "election_run"}),
    ("seating", {"element": "first_meeting"}),
)
"""Where a token stands in each stage; with several tokens the first that fits."""


@dataclass(frozen=True, slots=True)
class StageCount:
    """How many elections stand in a stage, and how many of them are late."""

    stage: str
    name: Texts
    number: int
    late: int


@dataclass(frozen=True, slots=True)
class ElectionRow:
    """One election in the list; late ones first."""

    case_no: str
    place: Texts
    variant: Texts
    attempt: int
    stage: Texts
    step: Texts | None
    clock: Texts | None
    due: datetime | None
    mark: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to; None leaves a dimension open. `after` is the place a page goes on from."""

    stage: str | None = None
    area: int | None = None
    variant: str | None = None
    late: bool = False
    after: str | None = None


def counts(work: Work, viewer: Viewer, wanted: Wanted) -> list[StageCount]:
    """Return how many elections that the viewer sees stand in each stage, of the area and variant that are wanted."""
    stage = _stage()
    counted = (
        select(stage, func.count(), func.count().filter(late(work)))
        .select_from(Case)
        .outerjoin(Election, Election.case_id == Case.id)
        .where(*_seen(work, viewer, wanted))
        .group_by(stage)
    )
    found = {name: (number, late) for name, number, late in work.session.execute(counted)}
    return [StageCount(name, texts, *found.get(name, (0, 0))) for name, texts in STAGES.items()]


def elections(work: Work, viewer: Viewer, wanted: Wanted, size: int = 50) -> tuple[Sequence[ElectionRow], str | None]:
    """Return one page of the elections that the viewer sees, the earliest due first, and where the next begins.

    Raises Invalid for a place that no page has given.
    """
    stage, due = _stage(), _due()
    query = (
        select(Case, Election, Area, stage, due)
        .outerjoin(Election, Election.case_id == Case.id)
        .join(Area, Area.id == func.coalesce(Case.estate_id, Case.area_id))
        .where(*_seen(work, viewer, wanted))
    )
    query = query.where(stage == wanted.stage) if wanted.stage else query.where(Case.status == "open")
    if wanted.late:
        query = query.where(late(work))
    if wanted.after is not None:
        query = query.where(paging.beyond(wanted.after, due, Case.id))
    found = work.session.execute(query.order_by(nulls_last(due), Case.id).limit(size + 1)).all()
    rows = [_row(work, *one) for one in found[:size]]
    last = found[size - 1] if len(found) > size else None
    return rows, paging.place(last[-1], last[0].id) if last is not None else None


def _seen(work: Work, viewer: Viewer, wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions = [may_see(work, viewer), Case.process == PROCESS]
    if wanted.area is not None:
        area = work.session.get(Area, wanted.area)
        conditions.append(Case.area_path.like(f"{area.path if area else '-'}%"))
    if wanted.variant:
        conditions.append(Election.variant == wanted.variant)
    return conditions


def _stage() -> ColumnElement[str]:
    stands = [(_token(place), literal(name)) for name, place in _PLACES]
    return sql_case((Case.status == "closed", literal("closed")), *stands, else_=literal("conditions"))


def _token(place: Mapping[str, str]) -> ColumnElement[bool]:
    return Case.tokens.op("@>")(literal([dict(place)], JSONB))


def _due() -> ColumnElement[datetime]:
    """Return what is due first: the clock that leads, or an open task that has a time of its own."""
    tasks = select(func.min(WorkItem.due_at)).where(WorkItem.case_id == Case.id, WorkItem.state == "open")
    return func.least(Case.due_at, tasks.scalar_subquery())


def _row(
    work: Work, case: Case, election: Election | None, area: Area, stage: str, due: datetime | None
) -> ElectionRow:
    release = library.opened(work.session, case.release_id)
    token = case.tokens[0] if case.tokens else None
    return ElectionRow(
        case_no=case.no,
        place=area.names,
        variant=VARIANTS[election.variant] if election is not None else "",
        attempt=election.attempt + 1 if election is not None else 1,
        stage=STAGES[stage],
        step=release.called(token["process"], token["element"]) if token else None,
        clock=clock_titles(release).get(case.due_clock, case.due_clock)
        if case.due_clock and due == case.due_at
        else None,
        due=due,
        mark=mark(work, due) if case.status == "open" else "done",
    )
