"""A person's notices."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select

from casework.directory.viewing import Viewer
from casework.notifications.models import Notice, NoticeReading
from casework.persistence import Work


@dataclass(frozen=True)
class Received:
    """A notice in somebody's list, and when they read it."""

    notice: Notice
    read_at: datetime | None


def keys_of(viewer: Viewer, also: Iterable[str] = ()) -> list[str]:
    """Return the keys by which a person is told something: their own, their groups', their organisations'."""
    return list(dict.fromkeys([*viewer.groups, *(f"o{one}" for one in sorted(viewer.organisations)), *also]))


def mine(keys: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that a notice is for one of the keys."""
    condition: ColumnElement[bool] = Notice.recipients.overlap(keys)
    return condition


def inbox(
    work: Work,
    viewer: Viewer,
    *,
    also: Iterable[str] = (),
    unread: bool = False,
    before: int | None = None,
    limit: int = 50,
) -> Sequence[Received]:
    """Return a person's notices, newest first; `before` is the id to go on from, `also` further keys of theirs."""
    found = (
        select(Notice, NoticeReading.read_at)
        .outerjoin(
            NoticeReading, and_(NoticeReading.notice_id == Notice.id, NoticeReading.person_id == viewer.person_id)
        )
        .where(mine(keys_of(viewer, also)))
    )
    if unread:
        found = found.where(NoticeReading.read_at.is_(None))
    if before is not None:
        found = found.where(Notice.id < before)
    rows = work.session.execute(found.order_by(Notice.id.desc()).limit(limit))
    return [Received(notice, read_at) for notice, read_at in rows]


def unread_count(work: Work, viewer: Viewer, *, also: Iterable[str] = (), most: int | None = None) -> int:
    """Count the notices a person has not read; no further than `most` when given."""
    read = select(NoticeReading.notice_id).where(NoticeReading.person_id == viewer.person_id)
    unread = select(Notice.id).where(mine(keys_of(viewer, also)), Notice.id.not_in(read)).limit(most)
    return work.session.scalar(select(func.count()).select_from(unread.subquery())) or 0


def of_case(work: Work, case_id: int) -> Sequence[Notice]:
    """Return what was sent about a case, oldest first."""
    return work.session.scalars(select(Notice).where(Notice.case_id == case_id).order_by(Notice.id)).all()
