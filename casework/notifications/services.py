"""Telling people something, once."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import literal, select
from sqlalchemy.dialects.postgresql import insert

from casework import jobs
from casework.audit import as_references
from casework.directory.viewing import Viewer
from casework.notifications.models import Notice, NoticeReading
from casework.notifications.queries import keys_of, mine
from casework.persistence import Work

DELIVER = "notifications.deliver"
_SHORT = {"person": "p", "organisation": "o"}


def send(
    work: Work,
    code: str,
    to: str | Iterable[str],
    case_id: int | None = None,
    params: Mapping[str, Any] | None = None,
    *,
    key: str,
) -> Notice:
    """Tell somebody something; the same key again tells nobody twice and returns the notice there is.

    `to` is one address or several: "person:12", "organisation:5", "group:street_officer@a7" (a key of groups as work
    items store them), or any other word, kept as it is, for readers who ask with it as one of their keys.
    `params` are references: a phone or an identity number in them is a ValueError.
    """
    addresses = [to] if isinstance(to, str) else list(to)
    written = insert(Notice).values(
        key=key,
        code=code,
        recipients=list(dict.fromkeys(recipient(address) for address in addresses)),
        case_id=case_id,
        params=as_references(params or {}),
        created_at=work.now,
    )
    notice = work.session.scalars(written.on_conflict_do_nothing(index_elements=[Notice.key]).returning(Notice)).first()
    if notice is None:
        return work.session.scalars(select(Notice).where(Notice.key == key)).one()
    if DELIVER in work.house.handlers:
        jobs.schedule(work, DELIVER, payload={"notice": notice.id}, case_id=case_id, key=f"notice:{notice.id}")
    return notice


def recipient(address: str) -> str:
    """Return the key of those an address means: "person:12" is p12, "organisation:5" is o5."""
    kind, _, rest = address.partition(":")
    if kind == "group":
        return rest
    return f"{_SHORT[kind]}{int(rest)}" if kind in _SHORT else address


def mark_read(work: Work, seen_by: Viewer, notice_ids: Iterable[int] | None = None, also: Iterable[str] = ()) -> None:
    """Mark notices of a person as read, all of theirs without ids; those of others are passed over in silence."""
    if seen_by.person_id is None:
        return
    known = select(Notice.id, literal(seen_by.person_id), literal(work.now)).where(mine(keys_of(seen_by, also)))
    if notice_ids is not None:
        known = known.where(Notice.id.in_(list(notice_ids)))
    marks = insert(NoticeReading).from_select(["notice_id", "person_id", "read_at"], known)
    work.session.execute(marks.on_conflict_do_nothing())
