"""From the sheets of a list to exclusive parts with their owners: which sheets, which rows, what lies between."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from re import IGNORECASE
from re import compile as pattern

from casework.votes import headings, words
from casework.votes.designations import building_of
from casework.votes.findings import Report, Where
from casework.votes.flats import Flats, Part, Uses
from casework.votes.headings import Headings
from casework.votes.workbooks import Line, Sheet

__all__ = ["Part", "parts_in"]

_LOOKED_FOR_HEADINGS = 30
_ANY_NAME = pattern(r"(?:sheet|工作表|表)\s*\d*|.*(?:名册|业主|明细|汇总|统计|信息|台账|总表).*", IGNORECASE)
_WHOLE = Where(1)


@dataclass(frozen=True)
class _Found:
    sheet: Sheet
    first: int
    headings: Headings


def parts_in(
    sheets: Sequence[Sheet],
    report: Report,
    *,
    sources: Sequence[str],
    uses: Uses,
    without: Collection[str] = (),
) -> list[Part]:
    """Return the parts of every sheet that is a roll; what is wrong stands in the report, with its sheet and row.

    `sources` is in which order areas are believed, `uses` whether the rules count parking spaces and the like,
    `without` the names of sheets that somebody has said are not meant. Any other sheet that holds something but no
    headings is told by its name, and keeps the list from being loaded.
    """
    several = len(sheets) > 1
    found = [one for sheet in sheets if (one := _looked_at(sheet, report, without, several=several)) is not None]
    if not found:
        if not report.skipped:
            report.wrong(_WHOLE, "", "no_headings")
        return []
    reader = Flats(report, sources, uses)
    parts: list[Part] = []
    for one in found:
        name = one.sheet.name if several else ""
        building = _building_of(one, report, alone=len(found) == 1)
        before = report.read
        parts += _rows(one, reader, name, building)
        if report.read == before and len(found) > 1:
            report.note(Where(one.first, name), "", "sheet_empty", sheet=name)
    if not parts and report.sound:
        report.wrong(_WHOLE, "", "no_rows")
    return parts


def _looked_at(sheet: Sheet, report: Report, without: Collection[str], *, several: bool) -> _Found | None:
    """Return a sheet with its headings; what is said of a sheet without goes into the report."""
    at = Where(1, sheet.name)
    if sheet.hidden:
        report.note(at, "", "sheet_hidden", sheet=sheet.name)
        return None
    if several and sheet.name in without:
        report.note(at, "", "sheet_left_out", sheet=sheet.name)
        return None
    holds = False
    for _, line in zip(range(_LOOKED_FOR_HEADINGS), sheet.lines(), strict=False):
        holds = True
        known = headings.found(line.cells)
        if known:
            return _Found(sheet, line.no, known)
    if holds and several:
        report.skipped.append(sheet.name)
        report.wrong(at, "", "sheet_skipped", sheet=sheet.name)
    return None


def _building_of(one: _Found, report: Report, *, alone: bool) -> str:
    """Return the building that a sheet is named after, where its rows don't tell."""
    if {"building", "address"} & one.headings.at.keys():
        return ""
    name = one.sheet.name
    building = building_of(name)
    if building or alone:
        return building if not building.isascii() or not alone else ""
    if _ANY_NAME.fullmatch(name):
        report.wrong(Where(one.first, name), "", "sheet_unnamed", sheet=name)
    return name


def _rows(one: _Found, reader: Flats, name: str, building: str) -> Iterator[Part]:
    """Yield the parts of a sheet, each with the last one in mind, for co-owners may have a row each."""
    reader.begin(one.headings, name, building, one.first)
    last: Part | None = None
    for line in one.sheet.lines():
        if line.no <= one.first or _between(line, reader):
            continue
        joined = reader.place_column in line.joined
        made = reader.part(line, last if joined else None)
        if last is not None and made is not last:
            yield last
        last = made
    if last is not None:
        yield last


def _between(line: Line, reader: Flats) -> bool:
    """Say whether a row is no flat but lies between: a total, a remark, a building's name, the headings again."""
    where = Where(line.no, reader.sheet)
    if reader.names_a_flat(line):
        if line.cells[reader.owner_column] != reader.owner_title or headings.found(line.cells) is None:
            return False
        reader.report.note(where, "", "heading_again")
        return True
    said = [cell for index, cell in enumerate(line.cells) if cell and index not in line.joined]
    text = next(iter(said), "")
    alone = len(set(said)) == 1
    if words.is_total(text) or (alone and (len(text) > _LONGEST_PLACE or len(said) > 1)):
        reader.report.note(where, "", "total_row")
        return True
    if alone and reader.without_building and (building := building_of(text)):
        reader.building = building
        return True
    return False


_LONGEST_PLACE = 40
