"""How days, instants and spans are written on a page, in both languages."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from webapp.door import casework
from webapp.language import current_language

WEEKDAYS = {
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def zone() -> ZoneInfo:
    """Return the zone in which the house counts its days."""
    return casework().house.zone


def local(instant: datetime) -> datetime:
    """Return `instant` in the jurisdiction's zone."""
    return instant.astimezone(zone())


def due_day(instant: datetime) -> date:
    """Return the day a deadline belongs to: midnight is the end of the day before."""
    return (local(instant) - timedelta(microseconds=1)).date()


def day_text(day: date, *, weekday: bool = False, year: bool = False) -> str:
    """Write 9月21日 周一, or Mon 21 Sep."""
    name = WEEKDAYS[current_language()][day.weekday()]
    if current_language() == "zh":
        head = f"{day.year}年" if year else ""
        return f"{head}{day.month}月{day.day}日" + (f" {name}" if weekday else "")
    text = f"{day.day} {MONTHS[day.month - 1]}" + (f" {day.year}" if year else "")
    return f"{name} {text}" if weekday else text


def month_text(day: date, *, year: bool = False) -> str:
    """Write 9月 or Sep; with the year 2026年9月 or Sep 2026."""
    if current_language() == "zh":
        return (f"{day.year}年" if year else "") + f"{day.month}月"
    return MONTHS[day.month - 1] + (f" {day.year}" if year else "")


def weekday_text(day: date) -> str:
    """Write 周一, or Mon."""
    return WEEKDAYS[current_language()][day.weekday()]


def clock_text(instant: datetime, *, deadline: bool = False) -> str:
    """Write 16:30; a deadline at midnight is 24:00 of the day it ends."""
    at = local(instant)
    if deadline and (at.hour, at.minute, at.second) == (0, 0, 0):
        return "24:00"
    return f"{at:%H:%M}"


def moment_text(instant: datetime | None, now: datetime | None = None, *, weekday: bool = False) -> str:
    """Write 今天 16:30, or 9月21日 16:30; the year only where it is another than `now`'s."""
    if instant is None:
        return ""
    day = local(instant).date()
    return f"{_near(day, now, weekday)} {clock_text(instant)}"


def deadline_text(instant: datetime | None, now: datetime | None = None, *, weekday: bool = False) -> str:
    """Write a deadline: 9月24日 24:00 for one that ends with its day."""
    if instant is None:
        return ""
    return f"{_near(due_day(instant), now, weekday)} {clock_text(instant, deadline=True)}"


def _near(day: date, now: datetime | None, weekday: bool) -> str:
    if now is not None and day == local(now).date():
        return "今天" if current_language() == "zh" else "Today"
    return day_text(day, weekday=weekday, year=now is not None and day.year != local(now).year)


def span_text(span: timedelta) -> str:
    """Write the size of a span roughly, as people say it: 48 分, 16 小时, 1 天 23 小时, 12 天."""
    minutes = int(abs(span).total_seconds() // 60)
    zh = current_language() == "zh"
    days, hours = divmod(minutes // 60, 24)
    if minutes < 60:
        return f"{minutes} 分" if zh else f"{minutes} min"
    if days == 0:
        return f"{hours} 小时" if zh else f"{hours} h"
    if days < 3 and hours:
        return f"{days} 天 {hours} 小时" if zh else f"{days} d {hours} h"
    return f"{days} 天" if zh else f"{days} d"


def left_text(due: datetime | None, now: datetime, mark: str = "") -> str:
    """Write what the chip of a clock says; the state of the clock is the domain's word, the span is ours."""
    zh = current_language() == "zh"
    if mark == "hold":
        return "暂停计时" if zh else "Paused"
    if mark == "prov":
        return "暂定" if zh else "Provisional"
    if mark == "done":
        return "已完成" if zh else "Done"
    if due is None:
        return "无期限" if zh else "No limit"
    span = span_text(due - now)
    if mark == "over" or due < now:
        return f"红牌 超 {span}" if zh else f"Red · {span} over"
    if mark == "soon":
        return f"黄牌 剩 {span}" if zh else f"Yellow · {span}"
    return f"剩 {span}" if zh else f"{span} left"
