"""Objections as who filed them sees them: what they said and handed in, how it was answered, and what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from casework import attachments
from casework.directory.mentions import with_names
from casework.directory.viewing import SYSTEM_VIEWER
from casework.errors import NotFound, Texts
from casework.persistence import Work
from casework.publicity.board import Paper
from casework.publicity.models import Objection, Posting

FINDINGS = {
    "upheld": ("成立", "Upheld"),
    "partly": ("部分成立", "Partly upheld"),
    "rejected": ("不成立", "Rejected"),
}


@dataclass(frozen=True, slots=True)
class OwnObjection:
    """One objection of one's own; without a finding it is not answered yet."""

    id: int
    title: str
    estate_id: int | None
    filed_at: datetime
    grounds: str
    evidence: Sequence[Paper]
    finding: Texts | None
    reply: str
    answered_at: datetime | None
    change: bool


def own_objections(
    work: Work, person_id: int | None, *, case_id: int | None = None, posting_id: int | None = None
) -> Sequence[OwnObjection]:
    """Return what a person has objected to, the newest first; in one case or to one posting alone, where named."""
    if person_id is None:
        return ()
    query = select(Objection, Posting).join(Posting, Posting.id == Objection.posting_id)
    query = query.where(Objection.person_id == person_id).order_by(Objection.id.desc())
    if posting_id is not None:
        query = query.where(Objection.posting_id == posting_id)
    if case_id is not None:
        query = query.where(Objection.case_id == case_id)
    rows = work.session.execute(query).all()
    files = {one.id: one for one in attachments.by_ids(work, [file for row, _ in rows for file in row.evidence])}
    return [
        OwnObjection(
            id=row.id,
            title=with_names(work, posting.title),
            estate_id=posting.estate_id if posting.online else None,
            filed_at=row.filed_at,
            grounds=row.grounds,
            evidence=[
                Paper(one, files[one].name, files[one].digest, files[one].size) for one in row.evidence if one in files
            ],
            finding=FINDINGS.get(row.finding or ""),
            reply=row.reply or "",
            answered_at=row.answered_at,
            change=bool(row.change),
        )
        for row, posting in rows
    ]


def open_own_evidence(work: Work, person_id: int | None, objection_id: int, file_id: int) -> attachments.OpenFile:
    """Open what somebody handed in with their own objection. Raises NotFound for anything else."""
    row = work.session.get(Objection, objection_id)
    if row is None or row.person_id != person_id or file_id not in row.evidence:
        raise NotFound("没有找到文件", "The file was not found")
    return attachments.open_file(work, file_id, SYSTEM_VIEWER)
