"""Reading work-calendar tables: comma-separated lines of date, kind and name."""

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from importlib.resources import files
from typing import NamedTuple, get_args

from casework.calendar.days import Kind, SpecialDay, Texts, WorkCalendar
from casework.errors import Invalid

HEADER = ["date", "kind", "name"]
#: More special days than a year can have; also a bound on what is read.
_MOST_LINES = 120
_FESTIVALS = ("元旦", "春节", "清明", "劳动节", "端午", "国庆")
_ALWAYS_OFF = ((1, 1), (5, 1), (10, 1), (10, 2), (10, 3))


class Row(NamedTuple):
    """A day that differs from its weekday, and the year whose notice says so (make-up days may lie before it)."""

    day: date
    special: SpecialDay
    notice: int


def digest(rows: Iterable[Row], years: Iterable[int]) -> str:
    """Return a fingerprint of a table: equal tables have equal ones."""
    text = repr((sorted(years), sorted(rows)))
    return hashlib.sha256(text.encode()).hexdigest()


def calendar_of(rows: Iterable[Row], years: Iterable[int], version: int) -> WorkCalendar:
    """Return the calendar that `rows` make; where two notices name one day, the later notice holds."""
    days = {row.day: row.special for row in sorted(rows, key=lambda row: row.notice)}
    return WorkCalendar(days, frozenset(years), version)


@cache
def builtin() -> tuple[tuple[Row, ...], frozenset[int]]:
    """Return the table that comes with the product, and the years it covers."""
    rows: list[Row] = []
    for table in sorted(files("casework.calendar").joinpath("data").iterdir(), key=lambda item: item.name):
        if table.name.endswith(".csv"):
            read, problems = _read(table.read_bytes())
            if problems:
                raise Invalid(*problems[0])
            rows.extend(Row(day, special, _notice(day, special)) for _, day, special in read)
    return tuple(rows), frozenset(range(2004, max(row.notice for row in rows) + 1))


def parse_year(data: bytes) -> tuple[list[Row], int]:
    """Read one year's table; raise Invalid with every problem, each with its line, if it has any."""
    read, problems = _read(data, most=_MOST_LINES)
    year = max((day.year for _, day, _ in read), default=0)
    if not problems:
        problems.extend(_doubts(read, year))
    if problems:
        raise Invalid(
            "工作日历表有错, 未作任何改动",
            "The work calendar has errors; nothing was changed",
            {"file": problems},
        )
    return [Row(day, special, year) for _, day, special in read], year


def _read(data: bytes, most: int | None = None) -> tuple[list[tuple[int, date, SpecialDay]], list[Texts]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return [], [("文件不是 UTF-8 编码", "The file is not in UTF-8")]
    lines = csv.reader(io.StringIO(text))
    try:
        header = next(lines, [])
        if [cell.strip() for cell in header] != HEADER:
            return [], [("第 1 行: 表头应为 date,kind,name", "Line 1: the header must be date,kind,name")]
        cells = [(lines.line_num, row) for row in lines if any(cell.strip() for cell in row)]
    except csv.Error:
        return [], [_at(lines.line_num, "无法按 CSV 读取", "can't be read as CSV")]
    if most is not None and len(cells) > most:
        return [], [(f"一年的表不超过 {most} 行", f"A year's table has at most {most} lines")]
    read: list[tuple[int, date, SpecialDay]] = []
    problems: list[Texts] = []
    seen: dict[date, int] = {}
    for number, row in cells:
        found = _row(row)
        if isinstance(found, SpecialDay):
            day = date.fromisoformat(row[0].strip())
            if day in seen:
                problems.append(_at(number, f"{day} 与第 {seen[day]} 行重复", f"{day} repeats line {seen[day]}"))
            seen.setdefault(day, number)
            read.append((number, day, found))
        else:
            problems.extend(_at(number, *texts) for texts in found)
    return read, problems


def _row(row: list[str]) -> SpecialDay | list[Texts]:
    if len(row) != len(HEADER):
        return [(f"应有 3 列, 现有 {len(row)} 列", f"3 columns expected, {len(row)} found")]
    written, kind, name = (cell.strip() for cell in row)
    problems: list[Texts] = []
    day: date | None = None
    try:
        day = date.fromisoformat(written) if len(written) == 10 else None
    except ValueError:
        day = None
    if day is None:
        problems.append((f"日期无效: {written[:20]!r}", f"not a date: {written[:20]!r}"))
    if kind not in get_args(Kind):
        problems.append((f"类型应为 holiday 或 makeup: {kind[:20]!r}", f"kind is holiday or makeup, not {kind[:20]!r}"))
    if not name or len(name) > 40 or not name.isprintable():
        problems.append(("名称应为 1 至 40 字", "a name has 1 to 40 characters"))
    if kind == "makeup" and day is not None and day.weekday() < 5:
        problems.append((f"{day} 不是周末, 不能补班", f"{day} is no weekend day, so no make-up day"))
    return problems or SpecialDay("holiday" if kind == "holiday" else "makeup", name)


def _doubts(read: list[tuple[int, date, SpecialDay]], year: int) -> Iterator[Texts]:
    """Yield what shows that a table, each line of it well formed, is not the whole table of `year`."""
    if not read:
        yield "表是空的", "The table is empty"
        return
    if not 2004 <= year <= 2100:
        yield f"年份超出范围: {year}", f"The year is out of range: {year}"
        return
    for number, day, _ in read:
        if day.year != year and (day.year, day.month) != (year - 1, 12):
            yield _at(number, f"{day} 不属于 {year} 年", f"{day} does not belong to {year}")
    off = {day for _, day, special in read if special.kind == "holiday"}
    for month, number in _ALWAYS_OFF:
        if date(year, month, number) not in off:
            yield f"缺少法定节假日 {year}-{month:02}-{number:02}", f"Holiday {year}-{month:02}-{number:02} is missing"
    for festival in _FESTIVALS:
        if not any(festival in special.name for _, day, special in read if special.kind == "holiday"):
            yield f"缺少节日: {festival}", f"Festival {festival} is missing"


def _notice(day: date, special: SpecialDay) -> int:
    return day.year + (day.month == 12 and "元旦" in special.name)


def _at(line: int, zh: str, en: str) -> Texts:
    return f"第 {line} 行: {zh}", f"Line {line}: {en}"
