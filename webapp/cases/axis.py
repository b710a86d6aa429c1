"""The clocks of a case on one axis, in per cent of its width; the picture says what the dates say."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from flask_babel import gettext as _

from casework.cases.views import ClockView
from webapp.moments import clock_text, day_text, deadline_text, local, moment_text, weekday_text, zone

MOST_LABELS = 9


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a bar."""

    x: float
    w: float


@dataclass(frozen=True, slots=True)
class Tick:
    """One day's line and its label."""

    x: float
    tx: float
    label: str


@dataclass(slots=True)
class Bar:
    """One clock: from its start to its due, what is used, what does not count, what is yellow or late."""

    clock: ClockView
    x: float
    w: float
    end: float
    says: str
    from_text: str
    due_text: str
    now_text: str
    off: Sequence[Part] = ()
    used: Sequence[Part] = ()
    yellow: Part | None = None
    late: Part | None = None


@dataclass(slots=True)
class Axis:
    """The whole picture."""

    now: float
    days: list[Tick] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)


def build(clocks: Sequence[ClockView], now: datetime) -> Axis | None:
    """Lay the clocks that have a due date on one axis; None where there is none."""
    dated = [clock for clock in clocks if clock.due is not None]
    shown = [clock for clock in dated if clock.stopped is None] or dated
    if not shown:
        return None
    dues = [clock.due for clock in shown if clock.due is not None]
    open_now = any(clock.stopped is None for clock in shown)
    first = _midnight(min(clock.started for clock in shown))
    last = max([*dues, *([now] if open_now else [])])
    last = last if local(last).time() == time() else _midnight(last + timedelta(days=1))
    whole = max((last - first).total_seconds(), 3600.0)

    def at(instant: datetime) -> float:
        return round(min(100.0, max(0.0, 100 * (instant - first).total_seconds() / whole)), 2)

    axis = Axis(now=at(now), days=_ticks(first, last, shown, at))
    for clock in sorted(shown, key=lambda one: (not one.leading, one.due)):
        axis.bars.append(_bar(clock, now, at, axis.now))
    return axis


def _midnight(instant: datetime) -> datetime:
    return datetime.combine(local(instant).date(), time(), zone())


def _ticks(first: datetime, last: datetime, clocks: Sequence[ClockView], at) -> list[Tick]:
    days = (last - first).days or 1
    every = max(1, -(-days // MOST_LABELS))
    off = {day for clock in clocks for day in clock.days_off}
    ticks = []
    for index in range(days):
        instant = first + timedelta(days=index)
        day = local(instant).date()
        label = ""
        if index % every == 0:
            word = _("休") if day in off else weekday_text(day).removeprefix("周")
            label = f"{day.day} {word}" if every == 1 else f"{day.month}/{day.day}"
        ticks.append(Tick(at(instant), round(at(instant) + 0.7, 2), label))
    return ticks


def _bar(clock: ClockView, now: datetime, at, here: float) -> Bar:
    due = clock.due
    if due is None:
        raise ValueError(clock.name)
    start = clock.counts_from or clock.started
    ends = min(clock.stopped or now, due)
    x, end = at(start), at(due)
    off = [
        _part(at, max(_day_start(day), start), min(_day_start(day) + timedelta(days=1), due)) for day in clock.days_off
    ]
    bar = Bar(
        clock,
        x,
        round(max(0.3, end - x), 2),
        end,
        _says(clock, now),
        _("次日起算") if clock.counts_from and clock.counts_from > clock.started else clock_text(clock.started),
        _("%(at)s 到期", at=clock_text(due, deadline=True)) if end < 88 else clock_text(due, deadline=True),
        _("现在") if abs(here - x) > 12 and abs(here - end) > 14 and clock.leading else "",
        off=[part for part in off if part.w > 0],
        used=[_part(at, start, ends)] if ends > start else [],
    )
    if clock.yellow_from and clock.mark != "over" and clock.yellow_from < due:
        bar.yellow = _part(at, max(clock.yellow_from, now), due)
    late_until = clock.stopped or now
    if late_until > due:
        bar.late = _part(at, due, late_until)
    return bar


def _part(at, start: datetime, end: datetime) -> Part:
    return Part(at(start), round(max(0.0, at(end) - at(start)), 2))


def _day_start(day: date) -> datetime:
    return datetime.combine(day, time(), zone())


def _says(clock: ClockView, now: datetime) -> str:
    parts = [_("%(at)s 起算", at=moment_text(clock.counts_from or clock.started))]
    if clock.days_off:
        parts.append(_("%(days)s 不计", days="、".join(day_text(day) for day in clock.days_off)))
    if clock.yellow_from:
        parts.append(_("%(at)s 起黄牌", at=moment_text(clock.yellow_from)))
    if clock.due:
        parts.append(_("%(at)s 到期", at=deadline_text(clock.due)))
    parts.append(_("现在 %(at)s", at=moment_text(now)))
    return str(_("，").join(parts))
