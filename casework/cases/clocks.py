"""The time limits of a case: started from a rule, paused with a reason, extended by a decision, stopped by a deed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from casework import calendar
from casework.cases.history import Line, write
from casework.cases.models import Case, CaseClock
from casework.persistence import Work
from casework.policies import Pinned, pinned

_WORKING = "working"
_ELAPSED = "elapsed"
RIGHTS = frozenset({"hand_back", "extension"})
"""Clocks of what a unit may still do: when they are over nobody is late."""
PERIODS = frozenset({"window"})
"""Clocks of how long something is open, as a vote: when they are over it is closed, and nobody is late."""
_NEVER_PAUSED = {"urgent_arrive", "urgent_control", "accident_report"}
"""Clocks of a danger: nothing makes a danger wait."""


@dataclass(frozen=True)
class Counting:
    """How days are counted in the jurisdiction of a case."""

    pinned: Pinned
    calendar: calendar.WorkCalendar
    zone: Any


def counting(work: Work, case: Case) -> Counting:
    """Return how the days of `case` are counted: its pinned rules and today's table of working days."""
    return work.remembered(
        ("counting", case.policies),
        lambda: Counting(pinned(work.session, case.policies), calendar.current(work.session), work.house.zone),
    )


def every(work: Work, case: Case) -> list[CaseClock]:
    """Return all clocks of `case`, running and stopped, oldest first; read once in a transaction."""
    query = select(CaseClock).where(CaseClock.case_id == case.id).order_by(CaseClock.id)
    return work.remembered(("clocks", case.id), lambda: list(work.session.scalars(query)))


def running(work: Work, case: Case, name: str | None = None) -> Sequence[CaseClock]:
    """Return the clocks of `case` that are not stopped, oldest first; only `name` when given."""
    return [clock for clock in every(work, case) if clock.stopped_at is None and name in (None, clock.name)]


def latest(work: Work, case: Case, name: str) -> CaseClock | None:
    """Return the newest clock of that name, running or stopped; None before its first start."""
    return next((clock for clock in reversed(every(work, case)) if clock.name == name), None)


def start(
    work: Work,
    case: Case,
    name: str,
    key: str,
    since: datetime,
    *,
    again: bool = False,
    ends: calendar.Due | None = None,
) -> CaseClock:
    """Start clock `name` of `case` with the length of policy `key`, counted from the aware moment `since`.

    A clock that was ever started is left as it is, unless `again`: then the old one is stopped and a new one starts.
    When several rules set the same clock, the earliest due time holds. `ends` is given where the length is one to be
    kept before an act: the clock then runs until the act.
    """
    known = latest(work, case, name)
    rules = counting(work, case)
    due = ends or rules.pinned.deadline(key, since, rules.calendar, rules.zone)
    if known is not None and not again:
        if known.stopped_at is None and known.paused_at is None and due.instant < known.due_at and not known.extra:
            known.key, known.from_at = key, since
            known.due_at, known.fires_at, known.provisional = due.instant, due.fires_at, due.provisional
            _changed(work, case, known, "clock_moved")
        return known
    if known is not None and known.stopped_at is None:
        stop(work, case, name, "restarted")
    clock = CaseClock(
        case_id=case.id,
        name=name,
        key=key,
        started_at=work.now,
        from_at=since,
        due_at=due.instant,
        fires_at=due.fires_at,
        provisional=due.provisional,
        extra=[],
    )
    work.session.add(clock)
    work.session.flush()
    every(work, case).append(clock)
    _changed(work, case, clock, "clock_started")
    return clock


def stop(work: Work, case: Case, name: str | None, reason: str) -> None:
    """Stop clock `name` of `case`, or all of them for None. A clock that does not run is left alone."""
    for clock in running(work, case, name):
        if clock.paused_at is None and work.now >= clock.fires_at and not passed(work, case, clock):
            clock.breached_at = clock.breached_at or clock.fires_at
        clock.stopped_at = work.now
        clock.stop_reason = reason
        _changed(work, case, clock, "clock_stopped")


def pause(work: Work, case: Case, reason: str, name: str | None = None) -> None:
    """Let clock `name`, or every running clock, stand still; what is left is kept to the second or the day."""
    rules = counting(work, case)
    for clock in running(work, case, name):
        if clock.paused_at is not None or clock.name in _NEVER_PAUSED:
            continue
        mode = rules.pinned.entry(clock.key).mode
        clock.paused_at = work.now
        clock.pause_reason = reason
        clock.left = _left(rules, clock, work.now, mode)
        _changed(work, case, clock, "clock_paused")


def resume(work: Work, case: Case, name: str | None = None) -> None:
    """Let paused clocks run on with what was left."""
    rules = counting(work, case)
    for clock in running(work, case, name):
        if clock.paused_at is None or clock.left is None:
            continue
        clock.due_at, clock.fires_at, clock.provisional = _resumed(rules, clock, work.now)
        clock.paused_at = clock.pause_reason = clock.left = None
        clock.resumed_at = work.now
        _changed(work, case, clock, "clock_resumed")


def extend(work: Work, case: Case, name: str, length: int, unit: str, *, basis: str) -> CaseClock | None:
    """Move the due time of clock `name` by `length` units (working_days, days, hours) counted from the old due time.

    Returns None when the clock does not run. `basis` is the policy key that allows it.
    """
    clock = next(iter(running(work, case, name)), None)
    if clock is None:
        return None
    rules = counting(work, case)
    clock.extra = [*clock.extra, {"length": length, "unit": unit, "basis": basis}]
    if clock.paused_at is None:
        clock.due_at, clock.fires_at, clock.provisional = _added(rules, clock.due_at, length, unit)
    elif clock.left is not None:
        key = "seconds" if "seconds" in clock.left else "days"
        clock.left = {**clock.left, key: clock.left[key] + length * (3600 if key == "seconds" else 1)}
    _changed(work, case, clock, "clock_extended")
    return clock


def recompute(work: Work, case: Case) -> list[tuple[CaseClock, datetime]]:
    """Count every running clock anew with today's calendar; return the moved clocks with their old due times."""
    rules = counting(work, case)
    moved = []
    for clock in running(work, case):
        entry = rules.pinned.entry(clock.key)
        if clock.paused_at is not None or entry.mode == _ELAPSED or entry.dir == "before" or clock.resumed_at:
            continue
        due = rules.pinned.deadline(clock.key, clock.from_at, rules.calendar, rules.zone)
        instant, fires_at, provisional = due.instant, due.fires_at, due.provisional
        for added in clock.extra:
            instant, fires_at, provisional = _added(rules, instant, added["length"], added["unit"])
        old = clock.due_at
        clock.due_at, clock.fires_at, clock.provisional = instant, fires_at, provisional
        if instant != old:
            moved.append((clock, old))
            _changed(work, case, clock, "clock_recounted", old=old.isoformat())
    return moved


def earliest(work: Work, case: Case) -> CaseClock | None:
    """Return the running clock that is due first, with its legal basis the due time that is shown.

    A time that must pass before something may be done is due to nobody once it has passed, and the time in which a unit
    may hand back or ask for an extension is due to nobody at all.
    """
    ticking = [
        clock
        for clock in running(work, case)
        if clock.name not in RIGHTS and clock.paused_at is None and not passed(work, case, clock)
    ]
    return min(ticking, key=lambda clock: clock.due_at, default=None)


def passed(work: Work, case: Case, clock: CaseClock) -> bool:
    """Tell whether a clock is over that nobody can miss: a time that has to pass ("at least"), or a period."""
    waits = clock.name in PERIODS or counting(work, case).pinned.entry(clock.key).bound == "at_least"
    return clock.paused_at is None and work.now >= clock.fires_at and waits


def _left(rules: Counting, clock: CaseClock, now: datetime, mode: str | None) -> dict[str, Any]:
    if mode == _ELAPSED:
        return {"seconds": max(0, (clock.due_at - now).total_seconds())}
    today, last = now.astimezone(rules.zone).date(), calendar.last_day(clock.due_at, rules.zone)
    if mode == _WORKING:
        days = sum(rules.calendar.is_workday(today + timedelta(n)) for n in range(1, (last - today).days + 1))
    else:
        days = (last - today).days
    return {"days": max(0, days), "mode": mode}


def _resumed(rules: Counting, clock: CaseClock, now: datetime) -> tuple[datetime, datetime, bool]:
    left = clock.left or {}
    if "seconds" in left:
        due = now + timedelta(seconds=left["seconds"])
        return due, due + timedelta(seconds=1), False
    return _added(rules, now, left["days"], "working_days" if left["mode"] == _WORKING else "days")


def _added(rules: Counting, since: datetime, length: int, unit: str) -> tuple[datetime, datetime, bool]:
    counted = calendar.due(
        rules.calendar,
        since if unit == "hours" else calendar.last_day(since, rules.zone),
        length,
        unit,
        zone=rules.zone,
        roll=unit == "days",
    )
    return counted.instant, counted.fires_at, counted.provisional


def _changed(work: Work, case: Case, clock: CaseClock, what: str, **refs: Any) -> None:
    case.clocks_moved = True
    work.known.pop(("facts", case.id), None)
    write(
        work,
        case,
        [Line(None, None, "clock", what, refs={"clock": clock.name, "due": clock.due_at.isoformat(), **refs})],
    )


def breach(work: Work, case: Case, name: str) -> CaseClock | None:
    """Record that clock `name` was missed; a breach once recorded stays, whatever comes later."""
    clock = latest(work, case, name)
    if clock is not None and clock.breached_at is None:
        clock.breached_at = work.now
        write(work, case, [Line(None, None, "clock", "clock_breached", refs={"clock": name})])
    return clock
