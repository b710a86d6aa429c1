"""Lists of owners as estates send them: workbooks and texts, made here, with made-up people."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape

from casework.audit.references import check_digit

Cell = str | float | tuple[str, str]
"""A text; a number; or a formula with the value that was computed last."""
HEADINGS = (
    "楼栋",
    "单元",
    "房号",
    "建筑面积（㎡）",
    "业主姓名",
    "身份证号",
    "联系电话",
    "业主类型",
    "销售状态",
    "是否交付",
)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def number_of(person: int) -> str:
    """Return the identity number of a made-up person, with the right check digit."""
    body = f"370101{19500101 + person // 1000 % 300000:08d}{person % 1000:03d}"
    return body + check_digit(body)


def phone_of(person: int) -> str:
    """Return the phone of a made-up person."""
    return f"139{person:08d}"


def row(
    building: str,
    room: str,
    area: Cell,
    owner: str = "",
    *,
    person: int | None = None,
    unit: str = "1",
    kind: str = "",
    sold: str = "已售",
    delivered: str = "是",
    **changes: Cell,
) -> list[Cell]:
    """Return a row under `HEADINGS`; with `person` the owner has that one's number and phone."""
    number, phone = ("", "") if person is None else (number_of(person), phone_of(person))
    number, phone = changes.get("number", number), changes.get("phone", phone)
    return [building, unit, room, area, owner, number, phone, kind, sold, delivered]


def sunshine() -> Iterator[list[Cell]]:
    """Yield the 240 flats of 阳光花园: 204 heads, 25,200.00 m²."""
    for index in range(200):
        yield row(
            str(1 + index // 40), f"{index % 40 // 4 + 1}0{index % 4 + 1}", "100.00", f"张第{index}", person=index
        )
    for index in range(3):
        yield row("6", f"10{index + 1}", 120, "王 伟", person=900)
    yield row("6", "201", "110.00㎡", "李明、赵红", number=f"{number_of(901)}、{number_of(902)}", phone="")
    for index in range(30):
        yield row("7", f"{index + 101}", "90", "", kind="建设单位" if index else "", sold="未售", delivered="否")
    for index in range(5):
        yield row("8", f"{index + 101}", "106.0", f"买家{index}", person=950 + index, delivered="否")
    yield row("商铺", "1", "1,500.00", "阳光商业管理有限公司", kind="单位", number="", phone="")


def as_csv(rows: Iterable[Sequence[Cell]], *, encoding: str = "gb18030", headings: Sequence[str] = HEADINGS) -> bytes:
    """Return rows as a text with commas, as a spreadsheet program saves it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def as_workbook(
    rows: Iterable[Sequence[Cell]],
    *,
    merged: Sequence[str] = (),
    above: Sequence[Sequence[Cell]] = (),
    headings: Sequence[str] = HEADINGS,
    more_sheets: Sequence[tuple[str, Sequence[Sequence[Cell]]]] = (),
    hidden: Sequence[int] = (),
    unseen: Sequence[str] = (),
) -> bytes:
    """Return rows as a workbook, below rows of title; `merged` are references such as A2:A9.

    Of the first sheet the rows with the numbers `hidden` can't be seen, nor can the sheets with the names `unseen`.
    """
    sheets = [("名册", [*above, headings, *rows], merged), *((name, lines, ()) for name, lines in more_sheets)]
    kept = io.BytesIO()
    texts: dict[str, int] = {}
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as package:
        state = {True: ' state="hidden"', False: ""}
        named = "".join(
            f'<sheet name="{escape(name)}" sheetId="{no}"{state[name in unseen]} r:id="r{no}"/>'
            for no, (name, _, _) in enumerate(sheets, 1)
        )
        package.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINK}"><sheets>{named}</sheets></workbook>'
        )
        links = "".join(f'<Relationship Id="r{no}" Target="worksheets/s{no}.xml"/>' for no in range(1, len(sheets) + 1))
        package.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{_PACKAGE}">{links}</Relationships>')
        for no, (_, lines, joined) in enumerate(sheets, 1):
            with package.open(f"xl/worksheets/s{no}.xml", "w") as part:
                part.write(f'<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
                for index, line in enumerate(lines, 1):
                    written = _row(index, line, texts)
                    unseen_row = no == 1 and index in hidden
                    part.write((written.replace("<row ", '<row hidden="1" ') if unseen_row else written).encode())
                cells = "".join(f'<mergeCell ref="{one}"/>' for one in joined)
                part.write(f"</sheetData>{f'<mergeCells>{cells}</mergeCells>' if cells else ''}</worksheet>".encode())
        shared = "".join(f"<si><t>{escape(text)}</t></si>" for text in texts)
        package.writestr("xl/sharedStrings.xml", f'<sst xmlns="{_MAIN}">{shared}</sst>')
    return kept.getvalue()


def _row(no: int, cells: Sequence[Cell], texts: dict[str, int]) -> str:
    written = "".join(_cell(f"{chr(65 + index)}{no}", cell, texts) for index, cell in enumerate(cells) if cell != "")
    return f'<row r="{no}">{written}</row>'


def _cell(reference: str, cell: Cell, texts: dict[str, int]) -> str:
    if isinstance(cell, tuple):
        return f'<c r="{reference}"><f>{escape(cell[0])}</f><v>{escape(cell[1])}</v></c>'
    if isinstance(cell, str):
        return f'<c r="{reference}" t="s"><v>{texts.setdefault(cell, len(texts))}</v></c>'
    return f'<c r="{reference}"><v>{cell!r}</v></c>'
