"""Tables as files that a spreadsheet opens."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from flask import make_response
from werkzeug.wrappers import Response


def csv_file(name: str, rows: Iterable[Sequence[object]]) -> Response:
    """Return the rows as a CSV file to be saved under `name`, an ASCII name; Excel reads its Chinese as it is."""
    text = StringIO(newline="")
    csv.writer(text).writerows([[_harmless(cell) for cell in row] for row in rows])
    answer = make_response("\ufeff" + text.getvalue())
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _harmless(cell: object) -> object:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
