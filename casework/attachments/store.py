"""Where files lie: under the hash of what they hold, behind a port."""

import hashlib
import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from casework.errors import NotFound

_CHUNK = 1 << 20
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Stored(NamedTuple):
    """What the store was given: its SHA-256 as hex, and its length."""

    digest: str
    size: int


class Store(Protocol):
    """Keeps bytes under their own hash. Nothing that a user names ever becomes a path."""

    def put(self, source: BinaryIO) -> Stored:
        """Keep everything the source holds, durably, before returning."""

    def open(self, digest: str) -> BinaryIO:
        """Return what is kept under a hash; NotFound without it."""

    def unused(self, for_at_least: timedelta) -> Iterator[str]:
        """Yield the hashes that were last put so long ago."""

    def delete(self, digest: str, unused_for: timedelta) -> None:
        """Remove what was last put so long ago; what was put again meanwhile stays."""


class FolderStore:
    """A store in a folder of this machine: ab/cd/abcd…, each file complete from the moment it has its name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def put(self, source: BinaryIO) -> Stored:
        """Write to a nameless file, make it durable and give it the name of its hash, unless that is there already."""
        seen, size = hashlib.sha256(), 0
        with tempfile.NamedTemporaryFile(dir=self._folder, prefix=".", delete=False) as draft:
            try:
                while chunk := source.read(_CHUNK):
                    seen.update(chunk)
                    size += len(chunk)
                    draft.write(chunk)
                kept = self._path(seen.hexdigest())
                with suppress(FileNotFoundError):
                    os.utime(kept)  # kept already: put again is as good as written again
                    Path(draft.name).unlink()
                    return Stored(seen.hexdigest(), size)
                draft.flush()
                os.fsync(draft.fileno())
                kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                os.replace(draft.name, kept)
            except BaseException:
                Path(draft.name).unlink(missing_ok=True)
                raise
        _make_durable(kept.parent)
        return Stored(seen.hexdigest(), size)

    def open(self, digest: str) -> BinaryIO:
        """Open the file of a hash for reading."""
        try:
            return self._path(digest).open("rb")
        except FileNotFoundError as error:
            raise NotFound("没有找到文件", "The file was not found") from error

    def unused(self, for_at_least: timedelta) -> Iterator[str]:
        """Yield the hashes of files last written so long ago, and clear away drafts that nobody finished."""
        latest = time.time() - for_at_least.total_seconds()
        for draft in self._folder.glob(".*"):
            if draft.is_file() and _written(draft) <= latest:
                draft.unlink(missing_ok=True)
        for path in self._folder.glob("*/*/*"):
            if _DIGEST.fullmatch(path.name) and _written(path) <= latest:
                yield path.name

    def delete(self, digest: str, unused_for: timedelta) -> None:
        """Remove the file of a hash unless it was written again."""
        path = self._path(digest)
        if _written(path) <= time.time() - unused_for.total_seconds():
            path.unlink(missing_ok=True)

    def _path(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise NotFound("没有找到文件", "The file was not found")
        return self._folder / digest[:2] / digest[2:4] / digest


def _written(path: Path) -> float:
    with suppress(FileNotFoundError):
        return path.stat().st_mtime
    return float("inf")


def _make_durable(folder: Path) -> None:
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
