"""Reading what is planned: the series of an area and the days ahead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, and_, false, or_, select

from casework.cases.models import Case
from casework.directory.days import today
from casework.directory.models import Area
from casework.errors import Texts
from casework.persistence import Work
from casework.receptions.models import Series, Sitting
from casework.receptions.planning import PLACES, reach
from casework.receptions.services import days_from, rules_of

AHEAD = 6
RULES = {"reception": "reception.interval_days", "home_visit": "visit.weekdays"}


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """One day of a series: still to come, opened as a case, held, or called off."""

    day: date
    sits_at: datetime | None
    case_no: str | None = None
    moved: bool = False
    held: bool = False
    called_off: str | None = None

    @property
    def may_be_called_off(self) -> bool:
        """Say whether nothing has been opened or decided for it yet."""
        return self.case_no is None and self.called_off is None


@dataclass(frozen=True, slots=True)
class PlannedSeries:
    """One series with its days ahead; `law` is the article behind a rhythm of the rules."""

    id: int
    kind: str
    area: Texts
    at: time
    until: time | None
    place: str
    rhythm: str
    law: Texts | None
    last_on: date | None
    days: Sequence[PlannedDay]


def planned(work: Work) -> list[PlannedSeries]:
    """Return the running series of the places the actor plans for, each with its next days."""
    wanted = select(Series, Area).join(Area, Area.id == Series.area_id).where(_mine(work))
    # A series past its last day is over, but what it has opened is still to be held.
    running = or_(Series.ended_at.is_(None), and_(Series.last_on.is_not(None), Series.last_on >= today(work)))
    rows = work.session.execute(wanted.where(running).order_by(Area.sort_key, Series.kind, Series.id)).all()
    return [_shown(work, series, area) for series, area in rows]


def places(work: Work) -> Sequence[Area]:
    """Return the communities and estates the actor plans for, in the order of their sound."""
    mine = select(Area).where(_mine(work), Area.kind.in_(PLACES)).order_by(Area.kind, Area.sort_key, Area.id)
    return work.session.scalars(mine.limit(500)).all()


def _mine(work: Work) -> ColumnElement[bool]:
    return or_(false(), *(Area.path.like(f"{path}%") for path in reach(work)))


def _shown(work: Work, series: Series, area: Area) -> PlannedSeries:
    law: Texts | None = None
    if series.rhythm == "rules":
        rules, key = rules_of(work, series.area_id, today(work)), RULES[series.kind]
        law = (rules.why(key, "zh"), rules.why(key, "en"))
    return PlannedSeries(
        id=series.id,
        kind=series.kind,
        area=(area.name, area.name_en or area.name),
        at=series.at,
        until=series.until,
        place=series.place,
        rhythm=series.rhythm,
        law=law,
        last_on=series.last_on,
        days=_days(work, series),
    )


def _days(work: Work, series: Series) -> list[PlannedDay]:
    day = today(work)
    opened = select(Sitting, Case.no).outerjoin(Case, Case.id == Sitting.case_id).where(Sitting.series_id == series.id)
    known = {sitting.planned_on: (sitting, no) for sitting, no in work.session.execute(opened)}
    ahead = set(days_from(work, series, day, AHEAD)) if series.ended_at is None else set()
    still = {planned_on for planned_on, (sitting, _) in known.items() if sitting.sits_at >= work.now}
    made = []
    for one in sorted(ahead | still):
        sitting, no = known.get(one, (None, None))
        made.append(
            PlannedDay(one, None)
            if sitting is None
            else PlannedDay(
                one, sitting.sits_at, no, sitting.moved > 0, sitting.held_at is not None, sitting.cancel_reason
            )
        )
    return made
