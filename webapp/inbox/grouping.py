"""Rows under headings by day: overdue, today, each of the next days, later."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from flask_babel import gettext as _

from casework.cases.views import InboxRow
from webapp.moments import day_text, due_day, local


@dataclass(slots=True)
class Group:
    """One heading and its rows; on today's the hour matters, elsewhere the day."""

    title: str
    rows: list[InboxRow] = field(default_factory=list)
    today: bool = False


def by_day(rows: Sequence[InboxRow], now: datetime) -> list[Group]:
    """Group rows that come in due order, keeping that order."""
    groups: list[Group] = []
    today = local(now).date()
    for row in rows:
        title = _title(row, now, today)
        if not groups or groups[-1].title != title:
            groups.append(Group(title, today=title == _("今天")))
        groups[-1].rows.append(row)
    return groups


def _title(row: InboxRow, now: datetime, today: date) -> str:
    if row.mark == "hold":
        return str(_("暂停计时"))
    if row.due is None:
        return str(_("没有期限"))
    if row.due < now or row.mark == "over":
        return str(_("已超期"))
    day = due_day(row.due)
    if day == today:
        return str(_("今天"))
    if day <= today + timedelta(days=9):
        return day_text(day, weekday=True)
    return str(_("以后"))
