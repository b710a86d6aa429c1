"""Who plans receptions and visits, and what they do to a series: arrange it, call one day off, end it."""

from datetime import date, time, timedelta

from sqlalchemy import select

from casework import audit
from casework.directory.days import today
from casework.directory.models import Area
from casework.directory.services import found
from casework.directory.viewing import posts_held
from casework.errors import Conflict, Invalid, NotFound, Refused, Texts
from casework.persistence import Work
from casework.receptions.models import RHYTHMS, Series, Sitting
from casework.receptions.services import day_of, end, plan, sits_at

PLANNERS = frozenset({"community_officer", "street_officer", "street_lead"})
PLACES = ("community", "estate")
_LONGEST_AHEAD = timedelta(days=366)


def reach(work: Work) -> tuple[str, ...]:
    """Return the paths of the areas whose receptions the actor plans."""
    posts = posts_held(work, work.actor.person_id or 0)
    return tuple(sorted({post.path for post in posts if post.role in PLANNERS and post.area_id is not None}))


def arrange(
    work: Work,
    kind: str,
    area_id: int,
    first_on: date,
    at: time,
    place: str,
    *,
    until: time | None = None,
    rhythm: str = "rules",
    last_on: date | None = None,
) -> Series:
    """Plan a series at a community or estate of one's own area.

    Raises NotFound for a place outside it, Invalid for days or hours that can't be, Conflict where a series of the kind
    runs already.
    """
    area = work.session.get(Area, area_id)
    if area is None or area.kind not in PLACES or not area.path.startswith(reach(work) or ("-",)):
        raise NotFound("没有这个社区或小区，或不归您安排。", "There is no such place, or it is not yours to plan for.")
    _must_fit(work, first_on, at, place, until=until, rhythm=rhythm, last_on=last_on)
    standing = select(Series.id).where(Series.kind == kind, Series.area_id == area_id, Series.ended_at.is_(None))
    if work.session.scalar(standing) is not None:
        raise Conflict("这里已有同类安排；要改期，请先停止原来的。", "Such a series runs here already; end it first.")
    made = plan(work, kind, area_id, first_on, at, place.strip(), until=until, rhythm=rhythm, last_on=last_on)
    audit.record(work, ("series", made.id), "series_planned", area=area_id, kind=kind)
    return made


def call_off(work: Work, series_id: int, day: date, reason: str) -> None:
    """Call off one day of a series before it is opened; the days after it stay as they are.

    Once it is opened its hosts say in their task that they can't come, and it is moved, never skipped.
    """
    series = _theirs(work, series_id)
    if not reason.strip():
        raise _invalid("reason", ("请说明取消的原因", "Say why it is called off"))
    if series.ended_at is not None or day_of(work, series, day) is None:
        raise NotFound("没有这一天的安排。", "No sitting is planned for this day.")
    known = select(Sitting).where(Sitting.series_id == series_id, Sitting.planned_on == day)
    sitting = work.session.scalars(known).one_or_none()
    if sitting is not None and sitting.cancelled_at is None:
        raise Refused(
            "这一天已经立案通知；不能参加的，请在“确认”待办里说明，系统会改期。",
            "This day is open already; whoever can't come says so in the task “confirm”, and it is moved.",
        )
    if sitting is None:
        work.session.add(
            Sitting(
                series_id=series_id,
                planned_on=day,
                sits_at=sits_at(work, series, day),
                cancelled_at=work.now,
                cancel_reason=reason.strip()[:200],
            )
        )
        work.session.flush()
        audit.record(work, ("series", series_id), "sitting_called_off", day=day.isoformat())


def stop(work: Work, series_id: int) -> None:
    """End a series: what is open goes on, nothing else is opened."""
    series = _theirs(work, series_id)
    if series.ended_at is None:
        end(work, series_id)
        audit.record(work, ("series", series_id), "series_ended")


def _theirs(work: Work, series_id: int) -> Series:
    series = work.session.get(Series, series_id, with_for_update=True)
    if series is None or not found(work, Area, series.area_id).path.startswith(reach(work) or ("-",)):
        raise NotFound("没有这项安排，或不归您管理。", "There is no such series, or it is not yours.")
    return series


def _must_fit(
    work: Work, first_on: date, at: time, place: str, *, until: time | None, rhythm: str, last_on: date | None
) -> None:
    day = today(work)
    if not day <= first_on <= day + _LONGEST_AHEAD:
        raise _invalid("first_on", ("请选今天起一年以内的日期", "Choose a day from today within a year"))
    if until is not None and until <= at:
        raise _invalid("until", ("结束时间要晚于开始时间", "It must end after it begins"))
    if last_on is not None and last_on < first_on:
        raise _invalid("last_on", ("最后一天不能早于第一次", "The last day can't be before the first"))
    if rhythm not in RHYTHMS:
        raise _invalid("rhythm", ("请选一种周期", "Choose a rhythm"))
    if not 1 <= len(place.strip()) <= 80:
        raise _invalid("place", ("请填写地点，80 字以内", "Give the place, in 80 characters at most"))


def _invalid(name: str, fault: Texts) -> Invalid:
    return Invalid(*fault, {name: [fault]})
