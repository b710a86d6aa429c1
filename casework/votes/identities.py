"""Who an owner is: names, phones and identity numbers as they are written, and when two of them are one owner."""

import re
import unicodedata
from typing import Literal, NamedTuple

from casework.audit.references import check_digit
from casework.directory.names import DOUBLE_SURNAMES, plain_phone
from casework.directory.sealing import Particulars

Side = Literal["person", "unit", "developer"]

_SEPARATORS = re.compile(r"[、,;/|&\n]+")
_CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+")
_UNIT_NAME = re.compile(r"(?:公司|厂|学校|医院|银行|委员会|合作社|中心|局|院|协会|商行|店|大学|中学|小学|幼儿园)$")
_BUILDS = re.compile(r"(?:房地产|房产|地产|置业).*公司")
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{9,11}|[2-8]\d{6,7}")
_CITIZEN = re.compile(r"\d{17}[\dX]")
_OLD_CITIZEN = re.compile(r"\d{15}")
_UNIT_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
_UNIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_OTHERS = re.compile(r"等(?:\d+|[一二三四五六七八九十两几多]+)?[人户名位]?$|\d{7,}")
_DOTS = re.compile(r"(?<=[\u3400-\u9fff])\s*[·•・‧∙⋅.●]\s*(?=[\u3400-\u9fff])")
_DITTO = frozenset({"同上", "〃", '"', "″", "''", "同前", "ditto", "do."})
_SEVERAL = frozenset("、,;/|&\n\uff0c\uff1b\uff0f\uff5c\uff06")
_ASIDE = re.compile(r"[\s'‘’-]")
_NONE = frozenset({"", "无", "-", "--", "—", "——", "/", "待定", "未知", "空", "不详", "无业主", "暂无"})


class Owner(NamedTuple):
    """An owner as a row names them; phone and identity number in their one writing, empty where not given."""

    name: str
    phone: str = ""
    id_number: str = ""
    side: Side = "person"

    def __repr__(self) -> str:
        return "Owner(…)"  # never in a log

    @property
    def particulars(self) -> Particulars:
        """What is sealed of the owner."""
        return Particulars(self.name, self.phone, self.id_number)


def names_in(cell: str) -> list[str] | None:
    """Return the owners a cell names, each in one writing; None where a blank may part two people or one name."""
    if _CHINESE.fullmatch(cell) and cell not in _NONE:
        return [cell]
    names = []
    for piece in pieces_in(cell):
        words = _DOTS.sub("·", piece).split()
        if all(_CHINESE.fullmatch(word) for word in words):
            if len(words) > 1 and words[0] not in DOUBLE_SURNAMES and all(len(word) > 1 for word in words):
                return None
            names.append("".join(words))
        else:
            names.append(" ".join(words))
    return [name for name in names if name not in _NONE]


def pieces_in(cell: str) -> list[str]:
    """Return what a cell holds between separators, in one writing."""
    if _SEVERAL.isdisjoint(cell) and cell.isalnum():
        narrow = cell if cell.isascii() else unicodedata.normalize("NFKC", cell)
        return [] if narrow in _NONE else [narrow]
    narrow = unicodedata.normalize("NFKC", cell)
    return [piece.strip() for piece in _SEPARATORS.split(narrow) if piece.strip() and piece.strip() not in _NONE]


def names_others(name: str) -> bool:
    """Say whether a name stands for more people than it names, or holds a phone."""
    return _OTHERS.search(name) is not None


def is_ditto(cell: str) -> bool:
    """Say whether a cell says that it holds what stands above it."""
    return cell.strip().casefold() in _DITTO


def is_unit(name: str) -> bool:
    """Say whether a name is that of a unit, not of a person."""
    return _UNIT_NAME.search(name.rstrip(")")) is not None


def may_be_developer(name: str) -> bool:
    """Say whether a unit builds and sells by its name: whether it built here has to be told."""
    return _BUILDS.search(name) is not None


def phone_in(piece: str) -> str | None:
    """Return a phone as digits alone; None for what is none."""
    digits = piece.removesuffix(".0")
    if not (digits.isascii() and digits.isdigit() and len(digits) == 11):
        digits = plain_phone(digits)
    return digits if _PHONE.fullmatch(digits) else None


def id_number_in(piece: str) -> str | None:
    """Return an identity number in its one writing, of a citizen or a unit; None where its check digit is wrong.

    The 15 digits of old cards become the 18 of today. Other papers (passports, permits) have no check digit and stay.
    """
    number = piece if piece.isascii() and piece.isdigit() else _one_writing(piece)
    if _OLD_CITIZEN.fullmatch(number):
        number = f"{number[:6]}19{number[6:]}"
        return number + check_digit(number)
    if _CITIZEN.fullmatch(number):
        return number if check_digit(number) == number[17] or _is_unit_code(number) else None
    if _UNIT_CODE.fullmatch(number):
        return number if _is_unit_code(number) else None
    return number if 5 <= len(number) <= 17 and re.fullmatch(r"[A-Z]+\d+[A-Z0-9]*", number) else None


def _one_writing(piece: str) -> str:
    return _ASIDE.sub("", unicodedata.normalize("NFKC", piece)).upper()


def _is_unit_code(number: str) -> bool:
    """Say whether the last sign of a unified social credit code is right (GB 32100: powers of 3 as weights, mod 31)."""
    if not _UNIT_CODE.fullmatch(number):
        return False
    total = sum(_UNIT_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(number[:17]))
    return _UNIT_SIGNS[(31 - total % 31) % 31] == number[17]
