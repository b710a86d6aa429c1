"""Pictures, drawn anew: what comes out holds pixels alone, no place, no device, no comment, no hidden second file."""

import struct
import zlib
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from casework.errors import Invalid

MOST_PIXELS = 40_000_000
LONGEST_EDGE = 4096
_SMALL_EDGE = 480
_FORMATS = ("JPEG", "PNG", "WEBP")
# What Pillow raises on files that are broken or made to break it.
_BROKEN = (
    UnidentifiedImageError,
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    OverflowError,
    EOFError,
    MemoryError,
    struct.error,
    zlib.error,
)


@dataclass(frozen=True)
class Picture:
    """A picture drawn anew, and its small version."""

    data: bytes
    media_type: str
    width: int
    height: int
    small: bytes


def redraw(data: bytes) -> Picture:
    """Draw a JPEG, PNG or WebP picture anew, upright, at most `LONGEST_EDGE` wide or high; Invalid when it can't be."""
    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as sent:
            if sent.width * sent.height > MOST_PIXELS:
                raise _too_large()
            sent.draft("RGB", (LONGEST_EDGE, LONGEST_EDGE))
            as_photo = sent.format in ("JPEG", "MPO")
            upright = ImageOps.exif_transpose(sent)
            bare = _bare(upright)
            bare.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
            small = bare.copy()
            small.thumbnail((_SMALL_EDGE, _SMALL_EDGE))
            kind = "JPEG" if as_photo else "WEBP"
            return Picture(_saved(bare, kind), f"image/{kind.lower()}", bare.width, bare.height, _saved(small, "WEBP"))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large() from error
    except _BROKEN as error:
        raise Invalid("图片已损坏或格式不支持", "The picture is damaged or of a kind that is not supported") from error


def _bare(sent: Image.Image) -> Image.Image:
    """Return the pixels on a fresh canvas, so that nothing else of the file comes along."""
    see_through = "A" in sent.getbands() or "transparency" in sent.info
    pixels = sent.convert("RGBA" if see_through else "RGB")
    canvas = Image.new(pixels.mode, pixels.size)
    canvas.paste(pixels)
    return canvas


def _saved(picture: Image.Image, kind: str) -> bytes:
    out = BytesIO()
    if kind == "JPEG":
        picture.save(out, "JPEG", quality=85, optimize=True)
    else:
        picture.save(out, "WEBP", quality=85)
    return out.getvalue()


def _too_large() -> Invalid:
    return Invalid("图片超过 4000 万像素", "The picture has more than 40 million pixels")
