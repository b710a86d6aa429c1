"""Files made for the tests: honest ones, and ones made to do harm."""

import struct
import zipfile
import zlib
from io import BytesIO

from PIL import Image

GPS_IFD = 0x8825


def photo(size: tuple[int, int] = (64, 48), *, orientation: int = 1, kind: str = "JPEG", mode: str = "RGB") -> bytes:
    """Return a picture whose upper left corner is red, with a place, a device and a comment in it."""
    picture = Image.new(mode, size, "white")
    picture.paste("red", (0, 0, size[0] // 2, size[1] // 2))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SPYPHONE"
    exif.get_ifd(GPS_IFD).update({1: "N", 2: (36.0, 51.0, 0.0), 3: "E", 4: (116.0, 13.0, 0.0), 29: "2026:09:18"})
    out = BytesIO()
    more = {"comment": b"taken by 13812345678"} if kind == "JPEG" else {}
    picture.save(out, kind, exif=exif, **more)
    return out.getvalue()


def huge_png(width: int, height: int) -> bytes:
    """Return a small PNG file that claims, and unpacks to, width x height pixels."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    line = bytes(1 + (width + 7) // 8)
    packer, body = zlib.compressobj(9), b""
    for _ in range(min(height, 30_000)):
        body += packer.compress(line)
    body += packer.flush()
    chunks = ((b"IHDR", header), (b"IDAT", body), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def box(kind: bytes, content: bytes) -> bytes:
    """Return one box of an MP4 file."""
    return struct.pack(">I4s", 8 + len(content), kind) + content


def film() -> bytes:
    """Return something that is built like an MP4 file, with the place it was taken in three spots."""
    place = b"\xa9xyz+36.8510+116.2300/"
    track = box(b"trak", box(b"tkhd", bytes(20)) + box(b"meta", b"com.apple.quicktime.location.ISO6709" + place))
    film_header = box(b"moov", box(b"mvhd", bytes(20)) + track + box(b"udta", place))
    return box(b"ftyp", b"isom\0\0\2\0mp41") + film_header + box(b"uuid", place) + box(b"mdat", b"pixels" * 500)


def package(heart: str, *more: tuple[str, bytes]) -> bytes:
    """Return an Office package with this heart."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in (("[Content_Types].xml", b"<Types/>"), (heart, b"<w/>"), *more):
            made.writestr(name, content)
    return out.getvalue()
