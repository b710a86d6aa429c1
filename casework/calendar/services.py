"""Loading work-calendar tables and reading the one in force."""

from collections.abc import Callable, Iterable
from threading import Lock

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from casework.calendar.days import SpecialDay, WorkCalendar
from casework.calendar.models import CalendarDay, CalendarVersion
from casework.calendar.tables import Row, builtin, calendar_of, digest, parse_year
from casework.persistence import Work

Announce = Callable[[Work, CalendarVersion], object]

_LOCK = 0x63616C656E646172  # "calendar": one change of the table at a time
_known: dict[tuple[int, str], WorkCalendar] = {}
_guard = Lock()


def load_builtin(work: Work) -> CalendarVersion:
    """Store the table that comes with the product unless a calendar is stored already; return the one in force."""
    _one_at_a_time(work.session)
    version = _newest(work.session)
    if version is not None:
        return version
    rows, years = builtin()
    return _store(work, rows, years, None)


def import_year(work: Work, data: bytes, announce: Announce) -> CalendarVersion:
    """Bring in or correct one year from its CSV table, and have `announce` tell who computed dates with the old one.

    A table with any fault changes nothing: Invalid lists every fault with its line.
    A table equal to the one in force changes nothing either.
    """
    brought, year = parse_year(data)
    _one_at_a_time(work.session)
    newest = _newest(work.session) or load_builtin(work)
    kept = [row for row in _rows(work.session, newest.id) if row.notice != year]
    rows, years = [*kept, *brought], {*newest.years, year}
    if digest(rows, years) == newest.digest:
        return newest
    version = _store(work, rows, years, year)
    announce(work, version)
    return version


def current(session: Session) -> WorkCalendar:
    """Return the work calendar in force; an empty one, all of it provisional, before the first table is loaded."""
    found = session.execute(
        select(CalendarVersion.id, CalendarVersion.digest).order_by(CalendarVersion.id.desc()).limit(1)
    ).first()
    if found is None:
        return WorkCalendar()
    key = (found.id, found.digest)
    with _guard:
        known = _known.get(key)
    if known is None:
        known = version_of(session, found.id)
        with _guard:
            _known.clear()
            _known[key] = known
    return known


def version_of(session: Session, version_id: int) -> WorkCalendar:
    """Return the work calendar as it stood in one version."""
    version = session.get_one(CalendarVersion, version_id)
    return calendar_of(_rows(session, version_id), version.years, version_id)


def _one_at_a_time(session: Session) -> None:
    session.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def _newest(session: Session) -> CalendarVersion | None:
    return session.scalar(select(CalendarVersion).order_by(CalendarVersion.id.desc()).limit(1))


def _rows(session: Session, version_id: int) -> list[Row]:
    days = session.execute(
        select(CalendarDay.day, CalendarDay.kind, CalendarDay.name, CalendarDay.notice).where(
            CalendarDay.version_id == version_id
        )
    )
    return [
        Row(day, SpecialDay("holiday" if kind == "holiday" else "makeup", name), notice)
        for day, kind, name, notice in days
    ]


def _store(work: Work, rows: Iterable[Row], years: Iterable[int], year: int | None) -> CalendarVersion:
    rows, covered = list(rows), sorted(years)
    version = CalendarVersion(
        created_at=work.now, created_by=work.actor.person_id, year=year, years=covered, digest=digest(rows, covered)
    )
    work.session.add(version)
    work.session.flush()
    work.session.execute(
        insert(CalendarDay),
        [
            {
                "version_id": version.id,
                "notice": row.notice,
                "day": row.day,
                "kind": row.special.kind,
                "name": row.special.name,
            }
            for row in rows
        ],
    )
    return version
