"""Finding and opening files, for those who may see what they belong to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from sqlalchemy import select

from casework.attachments.models import DRAFT, Attachment
from casework.attachments.services import Subject, files_of, parsed
from casework.directory.viewing import Viewer
from casework.errors import NotFound
from casework.persistence import Work


@dataclass(frozen=True)
class OpenFile:
    """A file ready to be sent. `inline` is true for our own pictures alone; all else is sent as a download.

    Whoever sends it adds `X-Content-Type-Options: nosniff` and a Content-Security-Policy of `sandbox`.
    """

    stream: BinaryIO
    media_type: str
    name: str
    digest: str
    inline: bool


def files_for(work: Work, subjects: Iterable[Subject]) -> Sequence[Attachment]:
    """Return the files of subjects, oldest first. Whether they may be seen is asked before."""
    wanted: dict[str, list[int]] = {}
    for subject in subjects:
        kind, subject_id = parsed(subject)
        wanted.setdefault(kind, []).append(subject_id)
    found: list[Attachment] = []
    for kind, ids in wanted.items():
        mine = select(Attachment).where(Attachment.subject_kind == kind, Attachment.subject_id.in_(ids))
        found.extend(work.session.scalars(mine))
    return sorted(found, key=lambda one: one.id)


def by_ids(work: Work, attachment_ids: Iterable[int]) -> Sequence[Attachment]:
    """Return files by their ids, oldest first."""
    wanted = select(Attachment).where(Attachment.id.in_(list(attachment_ids)))
    return work.session.scalars(wanted.order_by(Attachment.id)).all()


def drafts_by_token(work: Work, tokens: Iterable[str]) -> list[Attachment]:
    """Return drafts by the tokens their sender was given, in that order; NotFound when one is missing.

    A form carries tokens, never ids: an id could be guessed, and with it somebody else's draft be taken.
    """
    order = list(dict.fromkeys(tokens))
    known = select(Attachment).where(Attachment.token.in_(order), Attachment.subject_kind == DRAFT)
    found = {row.token: row for row in work.session.scalars(known)}
    if len(found) != len(order):
        raise NotFound("附件已过期,请重新上传", "The file is no longer there; please upload it again")
    return [found[token] for token in order]


def open_file(work: Work, attachment_id: int, viewer: Viewer, *, small: bool = False) -> OpenFile:
    """Open a file, or its small picture, for a viewer who may see what it belongs to; NotFound for anybody else."""
    row = work.session.get(Attachment, attachment_id)
    if row is None or not _sees(work, row, viewer):
        raise NotFound("没有找到文件", "The file was not found")
    store = files_of(work).store
    if small and row.thumbnail:
        return OpenFile(store.open(row.thumbnail), "image/webp", "small.webp", row.thumbnail, inline=True)
    return OpenFile(store.open(row.digest), row.media_type, row.name, row.digest, inline=row.is_picture)


def _sees(work: Work, row: Attachment, viewer: Viewer) -> bool:
    if viewer.everything:
        return True
    if row.subject_kind == DRAFT or row.subject_id is None:
        return row.uploaded_by is not None and row.uploaded_by == viewer.person_id
    sight = files_of(work).sights.get(row.subject_kind)
    return sight is not None and sight(work, row.subject_id, viewer)
