"""How a flat is called: one way of writing a building, a unit and a room, so that the same flat is the same text."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

_SPACE = re.compile(r"\s+")
_BUILDING = re.compile(r"0*(\d+)(?:号楼|号|楼|幢|栋|#楼|#|座)?")
_NAMED = re.compile(r"(\d+|\w{1,6}?(?:号楼|#楼|#|幢|栋|座|号|楼))(?:号?楼)?(?:\W.*|(?:业主|住户|房屋|名册|明细).*)?$")
_SHOPS = re.compile(r"\w{0,4}(?:商铺|商业|商网|沿街|门市|别墅|车库|车位|储藏室|地下室)\w{0,4}")
_UNIT = re.compile(r"0*(\d+)(?:单元|号门|门)?")
_ROOM = re.compile(r"0*([1-9]\w*?)(?:室|号|户)?")
_WRITTEN = re.compile(r"(?:.*?小区|.*?花园|.*?苑)?(\w+?)(?:号楼|幢|栋|#楼|#)(?:(\w+?)单元)?(\w+?)(?:室|号|户)?")
_DASHED = re.compile(r"(\w+?)-(?:(\w+?)-)?(\w+)")


class Designation(NamedTuple):
    """Building, unit and room in their one writing; empty where a flat has none."""

    building: str
    unit: str
    room: str

    def __str__(self) -> str:
        return " ".join(part for part in self if part)


def designation(building: str, unit: str, room: str) -> Designation:
    """Return how a flat is called: 3#, ０３幢 and "3 号楼" are all 3号楼."""
    return Designation(_building(building), _unit(unit), _one(_ROOM, room, "{}"))


def taken_apart(address: str) -> Designation | None:
    """Return the designation that an address holds, as 3号楼2单元301室 or 3-2-301; None where it is not plain."""
    text = _narrow(address)
    match = _WRITTEN.fullmatch(text) or _DASHED.fullmatch(text)
    return designation(match[1], match[2] or "", match[3]) if match else None


def building_of(name: str) -> str:
    """Return the building that a sheet or a row between flats is named after, as "3号楼业主" is; empty for none."""
    text = _narrow(name)
    match = _NAMED.match(text)
    return _building(match[1]) if match else text if _SHOPS.fullmatch(text) else ""


@lru_cache(maxsize=4096)
def _building(text: str) -> str:
    return _one(_BUILDING, text, "{}号楼")


@lru_cache(maxsize=4096)
def _unit(text: str) -> str:
    return _one(_UNIT, text, "{}单元")


def _one(form: re.Pattern[str], text: str, written: str) -> str:
    plain = _narrow(text)
    match = form.fullmatch(plain)
    return written.format(match[1]) if match else plain


def _narrow(text: str) -> str:
    return text if text.isalnum() and text.isascii() else _SPACE.sub("", unicodedata.normalize("NFKC", text))
