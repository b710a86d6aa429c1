"""Documents that staff add as evidence: PDF, Word and Excel, without macros, and no bomb inside."""

import zipfile
import zlib
from typing import BinaryIO

from casework.errors import Invalid

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_HEARTS = {"word/document.xml": _WORD, "xl/workbook.xml": _EXCEL}
_MOST_UNPACKED = 200 << 20
_MOST_PARTS = 5000

SUFFIXES = {"application/pdf": ".pdf", _WORD: ".docx", _EXCEL: ".xlsx"}


def media_type_of(head: bytes, document: BinaryIO) -> str | None:
    """Return the kind of a document; None for anything that is not one. What is one but may not be kept is Invalid."""
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if not head.startswith(b"PK\x03\x04"):
        return None
    try:
        with zipfile.ZipFile(document) as package:
            parts = package.infolist()
            names = {part.filename for part in parts}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError, EOFError) as error:
        raise Invalid("文档已损坏", "The document is damaged") from error
    finally:
        document.seek(0)
    kind = next((kind for heart, kind in _HEARTS.items() if heart in names), None)
    if kind is None or "[Content_Types].xml" not in names:
        return None
    if any("vbaproject" in name.casefold() for name in names):
        raise Invalid("文档含宏,不能上传", "The document holds macros")
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED:
        raise Invalid("文档解压后过大", "The document is too large once unpacked")
    return kind
