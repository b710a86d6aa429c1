"""An Excel workbook, read row by row: a package of XML files of which none is held at once."""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from typing import Any, NamedTuple

from lxml import etree

from casework.errors import Invalid
from casework.votes.cells import MOST_COLUMNS, column, filled, in_row, tag_of, text_of

MOST_ROWS = 200_000
"""Rows that hold anything; a list of all flats of a county has fewer."""
MOST_UNPACKED = 400 << 20
_MOST_TEXTS = 120 << 20
_MOST_NOTES = 4 << 20
_CHUNK = 1 << 16
_LINK = "relationships}id"
"""How the attribute ends that leads to a sheet; workbooks of the strict kind use another namespace."""
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)")
_TRUE = frozenset({"1", "true"})
_NONE: frozenset[int] = frozenset()


class Line(NamedTuple):
    """A row: its number as the spreadsheet shows it, its cells as text, and which of them are not what they seem.

    `formulas` are columns whose value is computed; `joined` those that are part of a merged cell that began above;
    `hidden` says that nobody sees the row who opens the list.
    """

    no: int
    cells: Sequence[str]
    formulas: frozenset[int] = _NONE
    joined: frozenset[int] = _NONE
    hidden: bool = False


@dataclass(frozen=True)
class Sheet:
    """One sheet; `lines` reads it from its beginning and yields the rows that hold anything of their own."""

    name: str
    lines: Callable[[], Iterator[Line]] = field(repr=False)
    hidden: bool = False


class Workbook:
    """An xlsx workbook; `told` hears how many bytes of how many of its sheets have been read."""

    def __init__(self, data: bytes, told: Callable[[int, int], None]) -> None:
        self.told = told
        self.left = MOST_UNPACKED
        self.merged: dict[str, dict[int, list[tuple[int, int, int]]]] = {}
        self.begins: dict[str, int] = {}
        self.whole = 0
        with _sound():
            self.package = zipfile.ZipFile(BytesIO(data))
            if sum(part.file_size for part in self.package.infolist()) > MOST_UNPACKED:
                raise _too_large()

    def sheets(self) -> list[Sheet]:
        """Return the sheets in their order."""
        with _sound():
            links = {
                one.get("Id"): one.get("Target", "")
                for one in self._elements("xl/_rels/workbook.xml.rels", None, _MOST_NOTES)
            }
            known = [one for one in self._elements("xl/workbook.xml", None, _MOST_NOTES) if tag_of(one) == "sheet"]
        parts = [_part(links.get(_link(one), "")) for one in known]
        hidden = [one.get("state", "visible") != "visible" for one in known]
        sizes = {one.filename: one.file_size for one in self.package.infolist()}
        for part, unseen in zip(parts, hidden, strict=True):
            self.begins[part] = self.whole
            self.whole += 0 if unseen else sizes.get(part, 0)
        return [
            self._sheet(str(one.get("name", "")), part, unseen)
            for one, part, unseen in zip(known, parts, hidden, strict=True)
        ]

    @cached_property
    def texts(self) -> Sequence[str]:
        """The texts of the cells, each once; none where a workbook keeps them in its cells."""
        if "xl/sharedStrings.xml" not in self.package.namelist():
            return ()
        return [text_of(one) for one in self._elements("xl/sharedStrings.xml", "si", _MOST_TEXTS)]

    def _sheet(self, name: str, part: str, hidden: bool) -> Sheet:
        return Sheet(name, lambda: self._lines(part), hidden)

    def _lines(self, part: str) -> Iterator[Line]:
        with _sound():
            merged = self._merged(part)
            texts, covering = self.texts, dict[int, tuple[int, str]]()
            kept = no = 0
            for element in self._elements(part, "row", MOST_UNPACKED):
                no = int(element.get("r") or no + 1)
                cells, formulas = in_row(element, texts)
                own = bool(formulas) or any(cells)
                joined = filled(no, cells, merged.get(no, ()), covering) if covering or no in merged else _NONE
                if own:
                    kept += 1
                    must_have_room(kept)
                    yield Line(no, cells, formulas, joined, element.get("hidden") in _TRUE)

    def _merged(self, part: str) -> dict[int, list[tuple[int, int, int]]]:
        """Return by its first row each merged cell of several rows or columns: first and last column, last row.

        They stand behind the rows in the file, so it is looked through once before.
        """
        if part in self.merged:
            return self.merged[part]
        found = self.merged.setdefault(part, {})
        count, kept = 0, b""
        self.left = MOST_UNPACKED
        with self.package.open(part) as stream:
            for chunk in iter(lambda: stream.read(_CHUNK), b""):
                self._spend(len(chunk))
                kept += chunk
                if b"mergeCell" not in kept:
                    kept = kept[-200:]
                    continue
                end = 0
                for one in _MERGED.finditer(kept):
                    end, count = one.end(), count + 1
                    must_have_room(count)
                    first, last = column(one[1].decode()), column(one[3].decode())
                    if first < MOST_COLUMNS:
                        found.setdefault(int(one[2]), []).append((first, min(last, MOST_COLUMNS - 1), int(one[4])))
                kept = kept[max(end, len(kept) - 200) :]
        return found

    def _elements(self, part: str, tag: str | None, most: int) -> Iterator[Any]:
        """Yield the elements of a part at their end, those of one tag forgotten afterwards; `most` bytes of it."""
        self.left = most
        self.package.getinfo(part)
        before = self.begins.get(part, 0)
        with self.package.open(part) as stream:
            told = self.told if tag == "row" else _silent
            source = _Counted(stream, self._spend, lambda done: told(before + done, self.whole))
            options = {"resolve_entities": False, "no_network": True, "huge_tree": False, "load_dtd": False}
            found: Any = etree.iterparse(source, events=("end",), tag=f"{{*}}{tag}" if tag else None, **options)
            for _event, element in found:
                yield element
                if tag:
                    element.clear()
                    while element.getprevious() is not None:
                        del element.getparent()[0]

    def _spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise _too_large()


class _Counted:
    """A stream that tells how much has been read of it: what a package says of its sizes may be a lie."""

    def __init__(self, stream: Any, spend: Callable[[int], None], told: Callable[[int], None]) -> None:
        self._stream, self._spend, self._told, self._done = stream, spend, told, 0

    def read(self, size: int) -> bytes:
        data: bytes = self._stream.read(size)
        self._spend(len(data))
        self._done += len(data)
        self._told(self._done)
        return data


def _link(sheet: Any) -> str:
    return next((str(value) for name, value in sheet.attrib.items() if name.endswith(_LINK)), "")


def _part(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _silent(done: int, whole: int) -> None:
    """Hear nothing: only the rows tell how far a list is read."""


def must_have_room(rows: int) -> None:
    """Raise Invalid for more rows than a list may have."""
    if rows > MOST_ROWS:
        raise Invalid(
            f"超过 {MOST_ROWS} 行，请确认是不是一个小区的名册。",
            f"There are more than {MOST_ROWS} rows. Is this the roll of one estate?",
        )


@contextmanager
def _sound() -> Iterator[None]:
    wrong = (zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError)
    try:
        yield
    except (*wrong, KeyError, IndexError, ValueError, EOFError, NotImplementedError, RuntimeError) as error:
        raise damaged() from error


def damaged() -> Invalid:
    """Return what is told of a file that can't be read to its end."""
    return Invalid(
        "表格文件已损坏，请用 Excel 或 WPS 打开后另存为 .xlsx 再上传。",
        "The file is damaged. Open it in a spreadsheet program, save it as .xlsx and send it again.",
    )


def _too_large() -> Invalid:
    return Invalid(
        "表格解压后过大，请只留名册一张表、删去空行和图片后再上传。",
        "The workbook is too large once unpacked. Keep the roll alone, without blank rows and pictures.",
    )
