"""Every file that the database names, from one store to another, each checked against its own hash."""

from collections.abc import Iterable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.attachments.models import Attachment
from casework.attachments.store import Store
from casework.errors import NotFound


def named(session: Session) -> list[str]:
    """Return the hashes of all files that the database names, thumbnails included, in order."""
    digests = set(session.scalars(select(Attachment.digest)))
    return sorted(digests.union(one for one in session.scalars(select(Attachment.thumbnail)) if one is not None))


def copy(source: Store, target: Store, digests: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Copy files from one store to another; yield each hash, and whether the file was there and whole."""
    for digest in digests:
        try:
            with source.open(digest) as file:
                whole = target.put(file).digest == digest
        except NotFound:
            whole = False
        yield digest, whole
