"""Dates, times and durations: reading them from text, writing them, and moving them by months."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from casework.feel.values import ZULU, Floating, Named, YearsMonths
from casework.feel.wide import WideDate, WideInstant, WideTime, clock_of, combined, day_of, months_later

_DATE = re.compile(r"((?!-0000)-?(?:[0-9]{4}|[1-9][0-9]{4,8}))-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(
    r"([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?(Z|[+-][0-9]{2}:?[0-9]{2}(?::[0-9]{2})?|@[A-Za-z0-9_+/-]{1,40})?"
)
_DURATION = re.compile(
    r"([+-])?P(?:([0-9]{1,9})Y)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})W)?(?:([0-9]{1,9})D)?"
    r"(T(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,12}(?:\.[0-9]{0,9})?)S)?)?"
)
_CYCLE = re.compile(r"R([0-9]{0,6})/")


@dataclass(frozen=True, slots=True)
class Duration:
    """An ISO 8601 duration: its months are counted on the calendar, its days and time exactly."""

    months: YearsMonths
    span: timedelta

    def after(self, instant: datetime, zone: ZoneInfo) -> datetime:
        """Return the instant this much later; months are counted in `zone`."""
        if self.months.months:
            shown = instant.astimezone(zone)
            day = months_later(shown.date(), self.months.months)
            instant = shown.replace(year=day.year, month=day.month, day=day.day)
        return (instant.astimezone(ZULU) + self.span).astimezone(instant.tzinfo)


@dataclass(frozen=True, slots=True)
class Cycle:
    """An ISO 8601 repetition; `times` is None when it has no end."""

    times: int | None
    start: datetime | None
    every: Duration
    end: datetime | None


def read_date(text: str) -> date | WideDate | None:
    """Return the date that `YYYY-MM-DD` writes; the year may have a sign and up to nine digits."""
    match = _DATE.fullmatch(text)
    try:
        return day_of(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def read_time(text: str) -> time | WideTime | None:
    """Return the time that `hh:mm[:ss[.f]][offset]` writes; an IANA zone after @ is an offset only for instants."""
    match = _TIME.fullmatch(text.removeprefix("T"))
    if not match:
        return None
    micro, nano = divmod(int((match[4] or "0").ljust(9, "0")), 1000)
    try:
        return clock_of(time(int(match[1]), int(match[2]), int(match[3] or 0), micro, read_offset(match[5])), nano)
    except (ValueError, ZoneInfoNotFoundError, OSError):
        return None


def read_offset(text: str | None) -> tzinfo | None:
    """Return the offset or zone that `Z`, `+08:00` or `@Asia/Shanghai` writes."""
    if not text:
        return None
    if text == "Z":
        return ZULU
    if text.startswith("@"):
        return Named(text[1:])
    hours, minutes, seconds = (int(part or 0) for part in (text[1:3], *text[3:].replace(":", " ").split(), "0")[:3])
    if hours > 18 or minutes > 59 or seconds > 59:
        raise ValueError(text)
    span = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if not span:
        return ZULU
    return timezone(-span if text[0] == "-" else span, text)


def read_instant(text: str, zone: tzinfo | None) -> datetime | WideInstant | None:
    """Return the instant that a date and time write; `zone` is meant where the text has no offset."""
    day_text, found, time_text = text.partition("T")
    day = read_date(day_text)
    hours = read_time(time_text) if found else None
    if day is None or hours is None:
        return None
    where = hours.tzinfo or zone
    return combined(day, hours, where) if where else None


def read_duration(text: str) -> Duration | None:
    """Return the duration that an ISO 8601 text writes."""
    match = _DURATION.fullmatch(text)
    if not match or text[-1] in "PT":
        return None
    years, months, weeks, days = (int(part or 0) for part in match.group(2, 3, 4, 5))
    hours, minutes = (int(part or 0) for part in match.group(7, 8))
    sign = -1 if match[1] == "-" else 1
    try:
        span = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes)
        span += timedelta(microseconds=int(Decimal(match[9] or 0) * 1_000_000))
        return Duration(YearsMonths(sign * (years * 12 + months)), sign * span)
    except OverflowError:
        return None


def parse_timer(text: str, zone: tzinfo | None = None) -> Duration | datetime | Cycle | None:
    """Return what a bare ISO 8601 timer writes; None when it is something else, such as an expression.

    An instant without an offset is meant in `zone`; without a zone it is none.
    """
    text = text.strip()
    if match := _CYCLE.match(text):
        return _read_cycle(int(match[1]) if match[1] else None, text[match.end() :].split("/"), zone)
    if duration := read_duration(text):
        return duration
    day = read_date(text)
    return datetime.combine(day, time(0), zone) if isinstance(day, date) and zone else _due(text, zone)


def _due(text: str, zone: tzinfo | None) -> datetime | None:
    """Return the instant that a timer writes, of the years and as fine as a clock can be."""
    found = read_instant(text, zone)
    return found.narrowed() if isinstance(found, WideInstant) else found


def _read_cycle(times: int | None, parts: list[str], zone: tzinfo | None) -> Cycle | None:
    durations = [read_duration(part) for part in parts]
    instants = [_due(part, zone) for part in parts]
    if durations[0] and len(parts) == 1:
        return Cycle(times, None, durations[0], None)
    if len(parts) == 2 and instants[0] and durations[1]:
        return Cycle(times, instants[0], durations[1], None)
    if len(parts) == 2 and durations[0] and instants[1]:
        return Cycle(times, None, durations[0], instants[1])
    return None


def write_span(span: timedelta) -> str:
    """Return the duration in ISO 8601."""
    sign, span = ("-", -span) if span < timedelta(0) else ("", span)
    hours, rest = divmod(span.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    fraction = f".{span.microseconds:06d}".rstrip("0").rstrip(".")
    second_text = f"{seconds}{fraction}S" if seconds or span.microseconds else ""
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "") + second_text
    day_text = f"{span.days}D" if span.days else ""
    return f"{sign}P{day_text}{'T' + clock if clock else ''}" if day_text or clock else "PT0S"


def write_offset(value: datetime | time) -> str:
    """Return the offset of an instant or time: `Z`, `+08:00`, `@Asia/Shanghai`, or nothing."""
    if isinstance(value.tzinfo, Named):
        return f"@{value.tzinfo.key}"
    offset = value.utcoffset()
    if offset is None or isinstance(value.tzinfo, Floating):
        return ""
    if value.tzinfo is ZULU:
        return "Z"
    minutes, seconds = divmod(round(abs(offset).total_seconds()), 60)
    text = f"{'-' if offset < timedelta(0) else '+'}{minutes // 60:02d}:{minutes % 60:02d}"
    return f"{text}:{seconds:02d}" if seconds else text


def write_clock(value: datetime | time | WideTime) -> str:
    """Return the time of day with its offset."""
    plain, nano = (value.plain, value.nanoseconds) if isinstance(value, WideTime) else (value, 0)
    fraction = f".{plain.microsecond:06d}{nano:03d}".rstrip("0").rstrip(".") if plain.microsecond or nano else ""
    return f"{plain.hour:02d}:{plain.minute:02d}:{plain.second:02d}{fraction}{write_offset(plain)}"
