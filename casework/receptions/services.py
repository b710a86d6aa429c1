"""Planning series of receptions and visits. Each sitting is opened by a job, which leaves the job of the next."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select

from casework import jobs
from casework.cases import assignment
from casework.errors import Invalid
from casework.persistence import Work
from casework.policies import Pinned, pin
from casework.receptions.models import KINDS, Series, Sitting

OPEN = "receptions.open"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LEAD = {"reception": 3, "home_visit": 1}
_WEEK = 7


def plan(
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
    lead_days: int | None = None,
) -> Series:
    """Plan a series at an estate or community from `first_on` up to and with `last_on`, whatever the calendar.

    By the rhythm of the rules a reception comes every so many days, visits on the weekdays they name; else every week
    or month like the first. `at` and `until` are local times of day. A sitting is opened `lead_days` before it, for
    the hosts to confirm. The same series again returns the one there is.
    Raises Invalid for another kind and NotFound for a place that does not exist.
    """
    if kind not in KINDS:
        raise Invalid("只有接待日和入户走访两种。", "There are receptions and home visits only.", {"kind": []})
    standing = select(Series).where(Series.kind == kind, Series.area_id == area_id, Series.ended_at.is_(None))
    known = work.session.scalars(standing).one_or_none()
    if known is not None:
        return known
    rules = rules_of(work, area_id, first_on)
    by_weekday = kind == "home_visit" and rhythm == "rules"
    first = _weekday_from(rules, first_on) if by_weekday else first_on
    series = Series(
        kind=kind,
        area_id=area_id,
        first_on=first,
        at=at,
        until=until,
        rhythm=rhythm,
        last_on=last_on,
        place=place,
        lead_days=_LEAD[kind] if lead_days is None else lead_days,
    )
    work.session.add(series)
    work.session.flush()
    schedule_sitting(work, series, first)
    return series


def end(work: Work, series_id: int) -> None:
    """End a series: sittings that are open go on, no other is opened."""
    series = work.session.get_one(Series, series_id)
    series.ended_at = series.ended_at or work.now


def schedule_sitting(work: Work, series: Series, day: date) -> None:
    """Leave the job that opens the sitting of `day`, so many days before; past the last day, end the series."""
    if series.last_on is not None and day > series.last_on:
        end(work, series.id)
        return
    opens = datetime.combine(day - timedelta(series.lead_days), time.min, work.house.zone)
    jobs.schedule(
        work,
        OPEN,
        due_at=max(opens, work.now),
        payload={"series": series.id, "day": day.isoformat()},
        key=f"sitting:{series.id}:{day}",
    )


def next_day(work: Work, series: Series, day: date) -> date:
    """Return the day of the sitting after the one planned for `day`, by the rules that hold then."""
    if series.rhythm == "weekly":
        return day + timedelta(_WEEK)
    if series.rhythm == "monthly":
        return _month_after(day, series.first_on.day)
    rules = rules_of(work, series.area_id, day)
    if series.kind == "reception":
        return day + timedelta(int(str(rules.value("reception.interval_days"))))
    return _weekday_from(rules, day + timedelta(1))


def days_from(work: Work, series: Series, since: date, number: int) -> list[date]:
    """Return the next days of a series on or after `since`, as many as asked at most."""
    latest = select(func.max(Sitting.planned_on)).where(Sitting.series_id == series.id, Sitting.planned_on < since)
    day = work.session.scalar(latest) or series.first_on
    found: list[date] = []
    while len(found) < number and (series.last_on is None or day <= series.last_on):
        if day >= since:
            found.append(day)
        day = next_day(work, series, day)
    return found


def day_of(work: Work, series: Series, day: date) -> date | None:
    """Return `day` when the series has a sitting planned for it that is still to come, else None."""
    here = work.now.astimezone(work.house.zone).date()
    return day if day >= here and day in days_from(work, series, day, 1) else None


def sits_at(work: Work, series: Series, day: date) -> datetime:
    """Return the instant at which a sitting of the series begins on a day."""
    return datetime.combine(day, series.at, work.house.zone)


def rules_of(work: Work, area_id: int, day: date) -> Pinned:
    """Return the rules that hold at a place on a day."""
    place = assignment.place(work, area_id)
    return pin(work, place.codes, day, estate_id=place.estate_id)


def sitting_of(work: Work, case_id: int) -> Sitting | None:
    """Return the sitting that a case is about; None for a sitting outside any series."""
    return work.session.scalars(select(Sitting).where(Sitting.case_id == case_id)).one_or_none()


def _month_after(day: date, wanted: int) -> date:
    """Return that day of the next month, or its last one where it is shorter."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return date(year, month, min(wanted, monthrange(year, month)[1]))


def _weekday_from(rules: Pinned, day: date) -> date:
    listed = rules.value("visit.weekdays")
    wanted = {str(one) for one in listed} if isinstance(listed, Iterable) and not isinstance(listed, str) else {listed}
    days = (day + timedelta(n) for n in range(_WEEK))
    return next((one for one in days if WEEKDAYS[one.weekday()] in wanted), day)
