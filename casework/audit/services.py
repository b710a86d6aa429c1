"""Recording what was done."""

import hashlib
import json
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy.dialects.postgresql import insert

from casework.audit.models import AuditEntry, AuditHead
from casework.audit.references import as_references
from casework.persistence import Work

START = b""


class Subject(NamedTuple):
    """What an entry is about: a kind of row and its id, as ("case", 12)."""

    kind: str
    id: int


def record(work: Work, subject: Subject | tuple[str, int], what: str, **refs: Any) -> AuditEntry:
    """Append one entry about the subject, in the name of the work's actor and at its moment.

    `refs` are references (ids, codes, hashes): a phone or an identity number in them is a ValueError.
    """
    kind, subject_id = subject
    head = _locked_head(work, kind, subject_id)
    entry = AuditEntry(
        subject_kind=kind,
        subject_id=subject_id,
        seq=head.seq + 1,
        at=work.now,
        actor_kind=work.actor.kind,
        actor_person_id=work.actor.person_id,
        actor_name=work.actor.name,
        what=what,
        refs=as_references(refs),
        previous=head.digest,
    )
    entry.digest = digest_of(entry)
    head.seq, head.digest = entry.seq, entry.digest
    work.session.add(entry)
    return entry


def digest_of(entry: AuditEntry) -> bytes:
    """Return the hash that binds everything the entry says to the entry before it."""
    said = [
        entry.subject_kind,
        entry.subject_id,
        entry.seq,
        _instant(entry.at),
        entry.actor_kind,
        entry.actor_person_id,
        entry.actor_name,
        entry.what,
        entry.refs,
    ]
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(entry.previous + text.encode()).digest()


def _locked_head(work: Work, kind: str, subject_id: int) -> AuditHead:
    session, key = work.session, (kind, subject_id)
    # A head in the session was locked by this same transaction when it was first read.
    known = session.identity_map.get(session.identity_key(AuditHead, key))
    if known is not None:
        return cast(AuditHead, known)
    head = session.get(AuditHead, key, with_for_update=True)
    if head is None:
        fresh = insert(AuditHead).values(subject_kind=kind, subject_id=subject_id, seq=0, digest=START)
        session.execute(fresh.on_conflict_do_nothing())
        head = session.get_one(AuditHead, key, with_for_update=True)
    return head


def _instant(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")
