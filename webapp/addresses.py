"""Numbers in addresses: no row has a larger one, so a larger one is an address that does not exist."""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter

LARGEST = 2**63 - 1


class RowNumber(IntegerConverter):
    """A whole number that a row may have."""

    def __init__(self, map: Any, fixed_digits: int = 0, min: int | None = None, max: int | None = LARGEST) -> None:  # noqa: A002
        super().__init__(map, fixed_digits, min, max)


def install(app: Flask) -> None:
    """Have every `<int:…>` of the addresses be the number of a row."""
    app.url_map.converters["int"] = RowNumber
