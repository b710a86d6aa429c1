"""Reading the record, and proving that nobody has touched it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.audit.models import AuditEntry, AuditHead
from casework.audit.services import START, Subject, digest_of


@dataclass(frozen=True)
class Problem:
    """Something in a chain that can't be so unless somebody changed it."""

    subject: Subject
    seq: int
    zh: str
    en: str


def entries_of(session: Session, subject: Subject | tuple[str, int]) -> Sequence[AuditEntry]:
    """Return the entries of a subject, oldest first."""
    kind, subject_id = subject
    statement = select(AuditEntry).where(AuditEntry.subject_kind == kind, AuditEntry.subject_id == subject_id)
    fresh = statement.order_by(AuditEntry.seq).execution_options(populate_existing=True)
    return session.scalars(fresh).all()


def verify(session: Session, subject: Subject | tuple[str, int]) -> list[Problem]:
    """Return every place where the chain of the subject does not hold; nothing when it is whole."""
    subject = Subject(*subject)
    problems: list[Problem] = []
    previous, expected = START, 1
    for entry in entries_of(session, subject):
        if entry.seq != expected:
            problems.append(Problem(subject, expected, f"缺第 {expected} 条记录", f"entry {expected} is missing"))
        elif entry.previous != previous:
            problems.append(
                Problem(subject, entry.seq, f"第 {entry.seq} 条与前一条不衔接", f"entry {entry.seq} does not follow")
            )
        if digest_of(entry) != entry.digest:
            problems.append(
                Problem(subject, entry.seq, f"第 {entry.seq} 条内容被改动", f"entry {entry.seq} was altered")
            )
        previous, expected = entry.digest, entry.seq + 1
    # Columns, not the row object: a head in the session means to `record` that it is locked.
    chain = select(AuditHead.seq, AuditHead.digest).where(
        AuditHead.subject_kind == subject.kind, AuditHead.subject_id == subject.id
    )
    last, digest = session.execute(chain).one_or_none() or (0, START)
    if (last, digest) != (expected - 1, previous):
        problems.append(
            Problem(subject, expected, f"末尾与链头(第 {last} 条)不符", f"the end differs from the head (entry {last})")
        )
    return problems


def verify_all(session: Session) -> list[Problem]:
    """Verify the chain of every subject that has entries or a head."""
    with_entries = select(AuditEntry.subject_kind, AuditEntry.subject_id).distinct()
    with_head = select(AuditHead.subject_kind, AuditHead.subject_id)
    subjects = session.execute(with_entries.union(with_head)).all()
    return [problem for kind, subject_id in subjects for problem in verify(session, Subject(kind, subject_id))]


def root(session: Session) -> bytes:
    """Return one hash over the heads of all chains: sent outside, it shows later that whole chains were removed."""
    total = hashlib.sha256()
    columns = (AuditHead.subject_kind, AuditHead.subject_id, AuditHead.seq, AuditHead.digest)
    heads = select(*columns).order_by(AuditHead.subject_kind, AuditHead.subject_id)
    for kind, subject_id, seq, digest in session.execute(heads.execution_options(yield_per=1000)):
        total.update(f"{kind}/{subject_id}/{seq}/{digest.hex()}\n".encode())
    return total.digest()
