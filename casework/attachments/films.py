"""Videos: told by what they begin with, kept as they are but for the place and device written into them."""

import os
import struct
from typing import BinaryIO

from casework.errors import Invalid

_BRANDS = frozenset(
    (
        b"isom",
        b"iso2",
        b"iso4",
        b"iso5",
        b"iso6",
        b"mp41",
        b"mp42",
        b"avc1",
        b"M4V ",
        b"M4VH",
        b"MSNV",
        b"3gp4",
        b"3gp5",
    )
)
_HOLDERS = frozenset((b"moov", b"trak", b"moof", b"traf"))
_TELLING = frozenset((b"udta", b"meta", b"uuid"))
_LARGEST_NOTE = 16 << 20
_MOST_BOXES = 100_000


def media_type_of(head: bytes) -> str | None:
    """Return video/mp4 or video/webm by the first bytes; None for anything else, HEIC pictures included."""
    if head[4:8] == b"ftyp" and head[8:12] in _BRANDS:
        return "video/mp4"
    if head.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in head[:64]:
        return "video/webm"
    return None


def blank_notes(film: BinaryIO) -> None:
    """Overwrite the notes of an MP4 file (where it was taken, with what) in place; Invalid when it is damaged."""
    film.seek(0, os.SEEK_END)
    end = film.tell()
    open_spans, seen = [(0, end)], 0
    while open_spans:
        at, until = open_spans.pop()
        while at < until:
            seen += 1
            header, length, kind = _box(film, at, until)
            if seen > _MOST_BOXES or length < header or at + length > until:
                raise Invalid("视频已损坏", "The video is damaged")
            if kind in _HOLDERS:
                open_spans.append((at + header, at + length))
            elif kind in _TELLING:
                _overwrite(film, at, header, length)
            at += length
    film.seek(0)


def _box(film: BinaryIO, at: int, until: int) -> tuple[int, int, bytes]:
    film.seek(at)
    head = film.read(16)
    if len(head) < 8:
        raise Invalid("视频已损坏", "The video is damaged")
    length, kind = struct.unpack(">I4s", head[:8])
    if length == 1 and len(head) == 16:
        return 16, int(struct.unpack(">Q", head[8:])[0]), kind
    return 8, until - at if length == 0 else length, kind


def _overwrite(film: BinaryIO, at: int, header: int, length: int) -> None:
    if length > _LARGEST_NOTE:
        raise Invalid("视频已损坏", "The video is damaged")
    film.seek(at + 4)
    film.write(b"free")
    film.seek(at + header)
    film.write(bytes(length - header))
