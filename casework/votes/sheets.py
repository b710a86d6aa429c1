"""The rows of a list that somebody sent, one by one and within bounds: an Excel workbook or a text with separators."""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from io import StringIO

from casework.errors import Invalid
from casework.votes.cells import MOST_COLUMNS
from casework.votes.workbooks import Line, Sheet, Workbook, damaged, must_have_room

MOST_BYTES = 40 << 20
_SNIFFED = 1 << 16
_HEARD = 1 << 14
"""After so many characters it is told anew how far a text is read."""
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_AS_TEXT = re.compile(r'="([^"]*)"')


def opened(data: bytes, name: str, *, told: Callable[[int, int], None] = lambda done, whole: None) -> Sequence[Sheet]:  # noqa: ARG005
    """Return the sheets of a list; `told` hears how many bytes of how many have been read.

    Invalid for what is no list, is damaged or too large, here or while its lines are read.
    """
    if len(data) > MOST_BYTES:
        most = MOST_BYTES >> 20
        raise Invalid(
            f"文件超过 {most} MB，请按小区分开上传。", f"The file is larger than {most} MB; send one file per estate."
        )
    if data.startswith(_OLD_EXCEL):
        raise Invalid(
            "这是旧版（.xls）或加了密码的表格，请用 Excel 或 WPS 去掉密码，另存为 .xlsx 再上传。",
            "This is an old (.xls) or protected workbook. Remove the password, save it as .xlsx and send it again.",
        )
    if data.startswith(b"PK\x03\x04"):
        return Workbook(data, told).sheets()
    if not data.strip():
        raise Invalid("文件是空的。", "The file is empty.")
    text = _decoded(data)
    return [Sheet(name, lambda: _text_lines(text, told))]


def _decoded(data: bytes) -> str:
    encodings = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Invalid(
        "看不懂这个文件。请上传 .xlsx，或编码为 UTF-8、GBK 的 .csv。",
        "This file can't be read. Send an .xlsx, or a .csv in UTF-8 or GBK.",
    )


def _text_lines(text: str, told: Callable[[int, int], None]) -> Iterator[Line]:
    head = text[:_SNIFFED]
    separator = max(",\t;", key=head.count)
    done = kept = heard = 0
    try:
        for no, cells in enumerate(csv.reader(StringIO(text, newline=""), delimiter=separator), 1):
            done += sum(map(len, cells)) + len(cells)
            if any(cell.strip() for cell in cells):
                kept += 1
                must_have_room(kept)
                if done - heard > _HEARD:
                    heard = done
                    told(min(done, len(text)), len(text))
                computed = [index for index, cell in enumerate(cells) if cell.startswith("=")]
                literal = {index: found[1] for index in computed if (found := _AS_TEXT.fullmatch(cells[index]))}
                shown = [cell.strip() for cell in cells[:MOST_COLUMNS]]
                for index in literal.keys() & range(len(shown)):
                    shown[index] = literal[index]
                yield Line(no, shown, frozenset(computed) - literal.keys())
    except csv.Error as error:
        raise damaged() from error
