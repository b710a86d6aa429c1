"""Tables as files that a spreadsheet opens."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from io import BytesIO, StringIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from flask import make_response
from werkzeug.wrappers import Response

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_SPREADSHEET}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SPREADSHEET}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="1" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_EXACT = 15


def csv_file(name: str, rows: Iterable[Sequence[object]]) -> Response:
    """Return the rows as a CSV file to be saved under `name`, an ASCII name; Excel reads its Chinese as it is."""
    text = StringIO(newline="")
    csv.writer(text).writerows([[_harmless(cell) for cell in row] for row in rows])
    return _sent(name, "\ufeff" + text.getvalue(), "text/csv; charset=utf-8")


def xlsx_file(name: str, rows: Iterable[Sequence[object]]) -> Response:
    """Return the rows as a workbook of one sheet to be saved under `name`, an ASCII name.

    Numbers stay numbers that can be added up, as long as a spreadsheet keeps all their digits; all else is text, which
    no spreadsheet takes for a formula.
    """
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as package:
        for part, content in _PARTS.items():
            package.writestr(part, _HEAD + content)
        package.writestr("xl/worksheets/sheet1.xml", "".join(_sheet(rows)))
    return _sent(name, made.getvalue(), _XLSX)


def table_file(name: str, rows: Iterable[Sequence[object]]) -> Response:
    """Return the rows as the kind of file that the ending of `name` says: .xlsx, else .csv."""
    return xlsx_file(name, rows) if name.endswith(".xlsx") else csv_file(name, rows)


def _sent(name: str, content: str | bytes, kind: str) -> Response:
    answer = make_response(content)
    answer.headers["Content-Type"] = kind
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _sheet(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>'
    for row in rows:
        yield f"<row>{''.join(_cell(cell) for cell in row)}</row>"
    yield "</sheetData></worksheet>"


def _cell(cell: object) -> str:
    if cell is None or cell == "":
        return "<c/>"
    if isinstance(cell, int | Decimal) and not isinstance(cell, bool) and len(str(cell)) <= _EXACT:
        return f"<c><v>{cell}</v></c>"
    text = "".join(one for one in str(cell) if one in "\t\n" or (one >= " " and one not in "\ufffe\uffff"))
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def _harmless(cell: object) -> object:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
