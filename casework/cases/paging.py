"""Where a page of a list ended: by due time, those without one last, and by number among equals."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, literal, or_, tuple_

from casework.errors import Invalid

_MOST = 2**63


def place(due: datetime | None, row_id: int) -> str:
    """Return the place of a row in such a list, as the next page is asked for."""
    return f"{due.isoformat() if due else ''}~{row_id}"


def beyond(after: str, due: Any, row_id: Any) -> ColumnElement[bool]:
    """Return the condition that a row, by its columns `due` and `row_id`, comes after the place `after`.

    Raises Invalid for a place that no page has given.
    """
    at, between, last = after.rpartition("~")
    moment = _moment(at) if at else None
    if not between or not (last.isascii() and last.isdigit() and int(last) < _MOST) or (at and moment is None):
        raise nowhere()
    if moment is None:
        return and_(due.is_(None), row_id > int(last))
    return or_(due.is_(None), tuple_(due, row_id) > tuple_(literal(moment), literal(int(last))))


def nowhere() -> Invalid:
    """Return the refusal of a place that no page has given."""
    message = ("这一页的位置无效，请从头查看。", "This is no place in the list; begin at its start.")
    return Invalid(*message, {"after": [message]})


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
