"""A case as an operator looks at it: where it stands, what holds it up, and letting what failed try again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from casework.cases.queries import case_for, incidents_of, open_items
from casework.cases.reading import actors, clock_views, state_of
from casework.cases.services import retry
from casework.cases.supervising import may_mend
from casework.cases.timeline import timeline
from casework.cases.views import ActorView, ClockView, Texts, TimelineEntry
from casework.definitions import library
from casework.directory.viewing import Viewer, posts_held
from casework.errors import Forbidden
from casework.persistence import Work


@dataclass(frozen=True, slots=True)
class StandingTask:
    """An open task with those who hold it, may take it, or are recused."""

    id: int
    title: Texts
    due: datetime | None
    actors: Sequence[ActorView]


@dataclass(frozen=True, slots=True)
class StandingIncident:
    """A place where the case can't go on, and what failed there."""

    id: int
    process: str | None
    element: str | None
    rule: str
    text: Texts
    since: datetime


@dataclass(frozen=True, slots=True)
class CaseCondition:
    """Where a case stands and why: never who reported it, and nothing of what they said."""

    no: str
    process: Texts
    state: Texts
    version: int
    tokens: Sequence[Texts]
    tasks: Sequence[StandingTask]
    clocks: Sequence[ClockView]
    history: Sequence[TimelineEntry]
    incidents: Sequence[StandingIncident]


def condition(work: Work, viewer: Viewer, no: str, lines: int = 10) -> CaseCondition:
    """Return where case `no` stands, with the newest `lines` of its history; raise NotFound when there is none."""
    case = case_for(work, viewer, no)
    release = library.opened(work.session, case.release_id)

    def named(process: str, element: str) -> Texts:
        return release.name(process, element, "zh"), release.name(process, element, "en")

    return CaseCondition(
        no=case.no,
        process=named(case.process, case.process),
        state=state_of(case),
        version=case.version,
        tokens=[named(token["process"], token["element"]) for token in case.tokens],
        tasks=[
            StandingTask(item.id, named(item.process, item.element), item.due_at, actors(work, [item]))
            for item in open_items(work, case.id)
        ],
        clocks=clock_views(work, case),
        history=[entry for entry in timeline(work, case, release) if entry.at is not None][:lines],
        incidents=[
            StandingIncident(one.id, one.process, one.element, one.rule, (one.text_zh, one.text_en), one.first_seen)
            for one in incidents_of(work, case.id)
        ],
    )


def retry_all(work: Work, viewer: Viewer, no: str) -> int:
    """Let everything that holds case `no` up try again, in the actor's name; return how much there was.

    Raises Forbidden unless the actor operates or administers an area in which the case lies.
    """
    case = case_for(work, viewer, no)
    posts = posts_held(work, work.actor.person_id or 0)
    if not may_mend(posts, case):
        raise Forbidden(
            "只有案件所在区域的运维员或管理员可以重试。",
            "Only an operator or administrator of the case's area may have it tried again.",
        )
    waiting = [one.id for one in incidents_of(work, case.id)]
    for incident_id in waiting:
        retry(work, incident_id)
    return len(waiting)
