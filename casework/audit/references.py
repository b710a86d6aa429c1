"""What may stand in a record that outlives a person: references, never the person's own data."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from operator import mul
from typing import Any

_PHONE = re.compile(r"(?<![0-9A-Za-z])1[3-9]\d{9}(?![0-9A-Za-z])")
_IDENTITY = re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def as_references(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values as JSON; refuse (ValueError) a phone, an identity number, or what JSON can't hold exactly."""
    return {str(name): _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        if holds_personal_number(value):
            message = "a phone or identity number can't stand in a lasting record; name the person by id"
            raise ValueError(message)
        return value
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Mapping):
        return as_references(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in (sorted(value) if isinstance(value, set | frozenset) else value)]
    message = f"{type(value).__name__} can't be kept as a reference"
    raise ValueError(message)


def holds_personal_number(text: str) -> bool:
    """Say whether the text holds a mobile number, or an identity number whose check digit is right."""
    if _PHONE.search(text):
        return True
    return any(check_digit(found) == found[17].upper() for found in _IDENTITY.findall(text))


def check_digit(number: str) -> str:
    """Return the last sign that the first 17 digits of a citizen's identity number ask for (GB 11643)."""
    return "10X98765432"[sum(map(mul, map(int, number[:17]), _WEIGHTS)) % 11]
