"""The times of a service contract: its years, its quarters, and when its end is planned."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from casework.calendar import SHANDONG, months_on
from casework.cases import values
from casework.errors import Refused

DAY = timedelta(days=1)
YEAR = 12


@dataclass(frozen=True)
class Span:
    """Some time of a contract, from its first to its last day; `months` are the whole months in it."""

    from_on: date
    to_on: date
    months: int


def day_of(value: Any, zone: ZoneInfo = SHANDONG) -> date:
    """Return the local day that an answer or a diagram names. Raises Refused where it names none."""
    try:
        found = values.day_of(value, zone)
    except ValueError:
        found = None
    if found is None:
        raise Refused("合同的起止日期不完整。", "The contract does not say from when to when it runs.")
    return found


def term_of(contract: Mapping[str, Any]) -> tuple[date, date]:
    """Return the first and the last day of a contract {from, to}. Raises Refused where it ends before it begins."""
    first, last = day_of(contract.get("from")), day_of(contract.get("to"))
    if last < first:
        raise Refused("合同终止日期早于起始日期。", "The contract ends before it begins.")
    return first, last


def part(first: date, last: date, since: date, length: int) -> Span | None:
    """Return the part of a contract, counted in parts of `length` months, that begins on `since` or has it inside.

    A part begins on the day of the month on which the contract began, the month's last where there is none; the last
    part ends with the contract. None after its end.
    """
    if since > last:
        return None
    number = 1
    while months_on(first, number * length)[0] <= since:
        number += 1
    begins = months_on(first, (number - 1) * length)[0]
    ends = min(months_on(first, number * length)[0] - DAY, last)
    whole = 0
    while whole < length and months_on(first, (number - 1) * length + whole + 1)[0] - DAY <= ends:
        whole += 1
    return Span(begins, ends, whole)
