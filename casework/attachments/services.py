"""Keeping files: drawn anew or checked, stored before the row that names them is committed."""

import hashlib
import os
import secrets
import tempfile
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from typing import BinaryIO, cast

from sqlalchemy import delete, func, or_, select

from casework.attachments import documents, films, pictures
from casework.attachments.models import DRAFT, Attachment
from casework.attachments.store import Store
from casework.directory.viewing import Viewer
from casework.errors import Invalid, NotFound, Refused
from casework.persistence import Work

LARGEST = {"image": 10 << 20, "video": 100 << 20, "document": 20 << 20}
MOST_FILES = 60
_DAY = timedelta(days=1)
GRACE = timedelta(hours=24)
_SUFFIXES = {
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "video/mp4": ".mp4",
    "video/webm": ".webm",
    **documents.SUFFIXES,
}
_LONGEST_NAME = 80
_SNIFF = 4096
_CHUNK = 1 << 20

Sight = Callable[[Work, int, Viewer], bool]
Subject = str | tuple[str, int]


@dataclass(frozen=True)
class Files:
    """What the house knows of files: the store, and for each kind of subject who may see it. Unknown kinds: nobody."""

    store: Store
    sights: Mapping[str, Sight] = field(default_factory=dict)


def keep(
    work: Work, stream: BinaryIO, filename: str, subject: Subject | None = None, *, evidence: bool = False
) -> Attachment:
    """Keep a file of a subject such as "case:12", or as a draft without one.

    Pictures (JPEG, PNG, WebP) are drawn anew without place and device; MP4 and WebM are kept. `evidence`, from staff,
    may be PDF, Word or Excel as well and keeps its name; else the name is ours, for it could tell who sent it.
    What is of no such kind, too large or damaged is Invalid.
    """
    store = files_of(work).store
    with tempfile.SpooledTemporaryFile(max_size=LARGEST["image"] + _SNIFF) as temporary:
        spool = cast(BinaryIO, temporary)
        head = stream.read(_SNIFF)
        kind = "image" if not films.media_type_of(head) else "video"
        if head.startswith((b"%PDF-", b"PK\x03\x04")):
            kind = "document"
        received = _spooled(head, stream, spool, kind)
        made = Attachment(
            token=secrets.token_urlsafe(16),
            received=received,
            uploaded_by=work.actor.person_id,
            uploaded_at=work.now,
        )
        if kind == "image":
            _keep_picture(store, spool.read(), made)
        else:
            _keep_other(store, head, spool, made, evidence=evidence)
    made.name = _name(filename, made, own=not evidence)
    made.subject_kind, made.subject_id = parsed(subject) if subject is not None else (DRAFT, None)
    if made.subject_id is not None:
        _must_have_room(work, made.subject_kind, made.subject_id, 1)
    work.session.add(made)
    work.session.flush()
    return made


def attach(work: Work, attachment_ids: Sequence[int], subject: Subject) -> list[Attachment]:
    """Give drafts to the subject they were sent for; the same again is nothing new.

    NotFound for what is not there, is somebody else's draft, or belongs to another subject.
    """
    kind, subject_id = parsed(subject)
    ids = list(dict.fromkeys(int(one) for one in attachment_ids))
    if not ids:
        return []
    rows = work.session.scalars(select(Attachment).where(Attachment.id.in_(ids)).order_by(Attachment.id)).all()
    for row in rows:
        theirs = row.uploaded_by not in (None, work.actor.person_id) and work.actor.kind != "system"
        placed = row.subject_kind != DRAFT and (row.subject_kind, row.subject_id) != (kind, subject_id)
        if theirs or placed:
            raise NotFound("没有找到附件", "The file was not found")
    if len(rows) != len(ids):
        raise NotFound("没有找到附件", "The file was not found")
    drafts = [row for row in rows if row.subject_kind == DRAFT]
    _must_have_room(work, kind, subject_id, len(drafts))
    for row in drafts:
        row.subject_kind, row.subject_id = kind, subject_id
    work.session.flush()
    return list(rows)


def discard(work: Work, token: str) -> None:
    """Take back a draft by its token; its bytes go with the next sweep."""
    work.session.execute(delete(Attachment).where(Attachment.token == token, Attachment.subject_kind == DRAFT))


def sweep_orphans(work: Work, unused_for: timedelta = GRACE) -> int:
    """Forget drafts that no form took, and remove bytes that no row names and nobody put lately; return how many."""
    old = Attachment.uploaded_at < work.now - unused_for
    work.session.execute(delete(Attachment).where(Attachment.subject_kind == DRAFT, old))
    store, removed, batch = files_of(work).store, 0, []
    for digest in store.unused(unused_for):
        batch.append(digest)
        if len(batch) == 500:
            removed += _remove(work, store, batch, unused_for)
            batch = []
    return removed + _remove(work, store, batch, unused_for)


def files_of(work: Work) -> Files:
    """Return what the house knows of files; Refused in a house without a store."""
    if not isinstance(work.house.files, Files):
        raise Refused("未设置附件存储,不能上传", "No store for files is set up")
    return work.house.files


def _spooled(head: bytes, stream: BinaryIO, spool: BinaryIO, kind: str) -> bytes:
    seen, size, chunk = hashlib.sha256(), 0, head
    while chunk:
        size += len(chunk)
        if size > LARGEST[kind]:
            most = LARGEST[kind] >> 20
            raise Invalid(f"文件超过 {most} MB", f"The file is larger than {most} MB")
        seen.update(chunk)
        spool.write(chunk)
        chunk = stream.read(_CHUNK)
    if not size:
        raise Invalid("文件是空的", "The file is empty")
    spool.seek(0)
    return seen.digest()


def _keep_picture(store: Store, data: bytes, made: Attachment) -> None:
    picture = pictures.redraw(data)
    made.digest, made.size = store.put(BytesIO(picture.data))
    made.thumbnail = store.put(BytesIO(picture.small)).digest
    made.media_type, made.width, made.height = picture.media_type, picture.width, picture.height


def _keep_other(store: Store, head: bytes, spool: BinaryIO, made: Attachment, *, evidence: bool) -> None:
    kind = films.media_type_of(head)
    if kind is None and evidence:
        kind = documents.media_type_of(head, spool)
    if kind is None:
        raise Invalid(
            "只能上传照片(JPEG、PNG、WebP)和视频(MP4、WebM)", "Only pictures (JPEG, PNG, WebP) and videos (MP4, WebM)"
        )
    if kind == "video/mp4":
        films.blank_notes(spool)
    made.media_type = kind
    made.digest, made.size = store.put(spool)


def _name(filename: str, made: Attachment, *, own: bool) -> str:
    """Return a name that is safe in a header, on a disk and on a page, with the suffix of what the file really is."""
    suffix = _SUFFIXES[made.media_type]
    last = unicodedata.normalize("NFC", filename).replace("\\", "/").split("/")[-1]
    stem = os.path.splitext(last)[0] if not own else ""
    plain = "".join(letter for letter in stem if unicodedata.category(letter)[0] not in "CZ" or letter == " ")
    plain = "".join("_" if letter in '<>:"|?*%;' else letter for letter in plain).strip(" .")
    if not plain:
        plain = f"{'照片' if made.is_picture else '文件'}-{made.digest[:8]}"
    return plain[:_LONGEST_NAME] + suffix


def parsed(subject: Subject) -> tuple[str, int]:
    """Return the kind and the id of a subject, written as "case:12" or as a pair."""
    kind, subject_id = subject.split(":", 1) if isinstance(subject, str) else subject
    if kind == DRAFT:
        message = "a draft has no subject"
        raise ValueError(message)
    return kind, int(subject_id)


def _must_have_room(work: Work, kind: str, subject_id: int, more: int) -> None:
    """A case may run for years and keep what it needs; what is limited is how much it is sent in a day."""
    count = select(func.count()).where(
        Attachment.subject_kind == kind,
        Attachment.subject_id == subject_id,
        Attachment.uploaded_at > work.now - _DAY,
    )
    if (work.session.scalar(count) or 0) + more > MOST_FILES:
        raise Invalid(f"一天最多 {MOST_FILES} 个附件", f"At most {MOST_FILES} files a day")


def _remove(work: Work, store: Store, digests: Sequence[str], unused_for: timedelta) -> int:
    if not digests:
        return 0
    named = select(Attachment.digest, Attachment.thumbnail).where(
        or_(Attachment.digest.in_(digests), Attachment.thumbnail.in_(digests))
    )
    used = {digest for row in work.session.execute(named) for digest in row}
    orphans = [digest for digest in digests if digest not in used]

    def delete_orphans() -> None:
        for digest in orphans:
            store.delete(digest, unused_for)

    # After the commit: had it failed, the drafts would still name their bytes.
    work.after_commit(delete_orphans)
    return len(orphans)
