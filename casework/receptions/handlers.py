"""What the jobs of a series do: open a sitting, plan the next, and move one that nobody confirmed."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from sqlalchemy import select

from casework import engine, jobs, notifications
from casework.cases import services as cases
from casework.cases.advance import advance, lock
from casework.cases.models import Case, WorkItem
from casework.cases.notices import recipients
from casework.jobs import Job
from casework.persistence import Work
from casework.receptions.models import Series, Sitting
from casework.receptions.services import OPEN, next_day, schedule_sitting, sits_at

PROCESS = "reception_day"
MISSED = "receptions.missed"


def open_sitting(work: Work, job: Job) -> None:
    """Open the case of one sitting and leave the job of the next. A sitting is opened once, however late."""
    series = work.session.get_one(Series, job.payload["series"], with_for_update=True)
    day = date.fromisoformat(job.payload["day"])
    if series.ended_at is not None:
        return
    schedule_sitting(work, series, next_day(work, series, day))
    known = select(Sitting.id).where(Sitting.series_id == series.id, Sitting.planned_on == day)
    if work.session.scalar(known) is not None:
        return
    sitting = Sitting(series_id=series.id, planned_on=day, sits_at=sits_at(work, series, day))
    work.session.add(sitting)
    work.session.flush()

    def bind(case: Case) -> None:
        sitting.case_id = case.id
        work.session.flush()

    data = {"kind": series.kind, "sitting_at": sitting.sits_at, "place": series.place, "series": Decimal(series.id)}
    case = cases.start_case(work, PROCESS, data, area_id=series.area_id, prepare=bind)
    _invite(work, case, series, sitting)
    schedule_missed(work, sitting)


def schedule_missed(work: Work, sitting: Sitting) -> None:
    """Leave the job that looks, when the day of the sitting is over, whether it took place."""
    day = sitting.sits_at.astimezone(work.house.zone).date() + timedelta(1)
    jobs.schedule(
        work,
        MISSED,
        due_at=datetime.combine(day, time.min, work.house.zone),
        payload={"sitting": sitting.id},
        case_id=sitting.case_id,
        key=f"missed:{sitting.id}:{sitting.moved}",
    )


def missed(work: Work, job: Job) -> None:
    """Move a sitting whose day is over and that nobody confirmed: it counts as missed, and is never skipped."""
    case = lock(work, job.case_id or 0)
    sitting = work.session.get_one(Sitting, job.payload["sitting"])
    item = work.session.scalars(
        select(WorkItem).where(
            WorkItem.case_id == case.id,
            WorkItem.process == PROCESS,
            WorkItem.element == "confirm",
            WorkItem.state == "open",
        )
    ).first()
    if item is None or sitting.held_at is not None or sitting.sits_at > work.now:
        return
    item.state, item.completed_at = "cancelled", work.now
    item.version += 1
    work.session.flush()
    absent = {"attending": False, "deputy": None}
    advance(work, case, lambda d, s, f: engine.complete(d, s, item.task, absent, now=work.now, facts=f))


def _invite(work: Work, case: Case, series: Series, sitting: Sitting) -> None:
    hosts = list(recipients(work, case, ["community_officer", "project_manager"]))
    if hosts:
        local = sitting.sits_at.astimezone(work.house.zone)
        params = {"date": f"{local:%Y-%m-%d %H:%M}", "place": series.place}
        notifications.send(work, "sitting_planned", hosts, case.id, params, key=f"sitting:{sitting.id}")


HANDLERS = {OPEN: open_sitting, MISSED: missed}
