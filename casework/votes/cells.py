"""The cells of a row of a workbook, as text: numbers as they were typed, merged cells with their value in each."""

from collections.abc import Sequence
from decimal import Context, Decimal, InvalidOperation
from functools import lru_cache
from itertools import chain
from typing import Any

MOST_COLUMNS = 64
_DIGITS = "0123456789"
_NONE: frozenset[int] = frozenset()
_EXCEL_DIGITS = Context(prec=15)
"""What Excel keeps of a number; the rest of its digits is the noise of binary fractions."""


def in_row(row: Any, texts: Sequence[str]) -> tuple[list[str], frozenset[int]]:
    """Return the cells of a row, and the columns whose value is computed; `texts` are those of the workbook."""
    cells: list[str] = []
    formulas: list[int] = []
    for cell in row:
        reference = cell.get("r")
        index = _column_of(reference) if reference else None
        if index is None:
            index = len(cells)
        if index >= MOST_COLUMNS:
            break
        value = ""
        for part in cell:
            name = _local(part.tag)
            if name == "v":
                value = part.text or ""
            elif name == "is":
                value = text_of(part)
            elif name == "f":
                formulas.append(index)
        shown = _shown(cell.get("t"), value, texts).strip() if value else ""
        if index == len(cells):
            cells.append(shown)
        else:
            cells.extend([""] * (index + 1 - len(cells)))
            cells[index] = shown
    return cells, frozenset(formulas) if formulas else _NONE


def _shown(kind: str | None, value: str, texts: Sequence[str]) -> str:
    if kind == "s":
        return texts[int(value)]
    if kind in (None, "n") and not value.isdigit():
        return _number(value)
    if kind in (None, "n") and len(value) > _EXCEL_DIGITS.prec:
        return f"{Decimal(value):.5E}"
    return value


def _number(text: str) -> str:
    """Return a number without the noise of binary fractions; one whose last digits Excel has lost keeps its E."""
    try:
        number = _EXCEL_DIGITS.create_decimal(text)
    except InvalidOperation:
        return text
    if not number.is_finite() or abs(number) >= 10**_EXCEL_DIGITS.prec:
        return f"{number:.5E}"
    return f"{number.normalize():f}"


def filled(
    no: int, cells: list[str], begun: Sequence[tuple[int, int, int]], covering: dict[int, tuple[int, str]]
) -> frozenset[int]:
    """Give each cell of a merged one its value; return the columns whose value began in a row above.

    `begun` are the merged cells that begin in this row (first and last column, last row); `covering` those that began
    above, kept up to date.
    """
    joined = [column for column, (until, _) in covering.items() if no <= until]
    for column, (until, value) in list(covering.items()):
        if no > until:
            del covering[column]
        else:
            cells.extend([""] * (column + 1 - len(cells)))
            cells[column] = cells[column] or value
    for first, last, until in begun:
        value = cells[first] if first < len(cells) else ""
        for column in range(first, last + 1):
            cells.extend([""] * (column + 1 - len(cells)))
            cells[column] = value
            if until > no:
                covering[column] = until, value
    return frozenset(joined)


def text_of(element: Any) -> str:
    """Return the text of a cell, put together from its runs, without the reading aids of Japanese."""
    if len(element) == 1 and not len(element[0]) and _local(element[0].tag) == "t":
        return element[0].text or ""
    return "".join(
        part.text or ""
        for part in chain([element], element.iterdescendants())
        if tag_of(part) == "t" and tag_of(part.getparent()) != "rPh"
    )


def _column_of(reference: str) -> int | None:
    return column(letters) if (letters := reference.rstrip(_DIGITS)).isascii() and letters.isupper() else None


@lru_cache(maxsize=512)
def column(letters: str) -> int:
    """Return the place of a column, from 0 for A."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def tag_of(element: Any) -> str:
    """Return the name of an element without its namespace."""
    return _local(element.tag)


@lru_cache(maxsize=512)
def _local(tag: object) -> str:
    """Return a name without its namespace."""
    return str(tag).rpartition("}")[2]
