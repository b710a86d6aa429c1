"""How names sort, and how much of a person's data is shown to those who may not see all of it."""

import re
import unicodedata

from pypinyin import lazy_pinyin

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_DIGITS = re.compile(r"\d+")
# Family names of two characters keep both in the mask, so that 欧阳 does not read as 欧.
DOUBLE_SURNAMES = frozenset(
    (
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "宇文",
        "长孙",
        "夏侯",
        "司徒",
        "端木",
        "独孤",
    )
)


def sort_key(name: str) -> str:
    """Return the key that sorts Chinese names by their sound, and 2号楼 before 10号楼."""
    sounds = " ".join(lazy_pinyin(unicodedata.normalize("NFKC", name)))
    return _DIGITS.sub(lambda match: match.group().zfill(6), sounds.casefold())


def masked_name(name: str, language: str = "zh") -> str:
    """Return the name with only its family name left: 李**, or "Li **" in English."""
    name = name.strip()
    if not name:
        return "**"
    if not _CHINESE.match(name):
        return f"{name.split()[0]} **"
    surname = name[:2] if name[:2] in DOUBLE_SURNAMES and len(name) > 2 else name[0]
    if language.startswith("en"):
        return f"{''.join(lazy_pinyin(surname)).capitalize()} **"
    return f"{surname}**"


def masked_phone(phone: str) -> str:
    """Return the phone with its middle hidden: 138****5678."""
    if not phone:
        return ""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else f"****{phone[-2:]}"


def plain_phone(phone: str) -> str:
    """Return a phone as digits alone, without spaces and the country's prefix, so that equal phones are equal."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", phone))
    for prefix in ("0086", "86"):
        if digits.startswith(prefix) and len(digits) - len(prefix) == 11:
            return digits[len(prefix) :]
    return digits


def latin_name(name: str) -> str:
    """Return a Chinese personal name in letters, family name first: 周敏 becomes Zhou Min; other names unchanged."""
    if not _CHINESE.match(name):
        return name
    cut = 2 if name[:2] in DOUBLE_SURNAMES and len(name) > 2 else 1
    parts = ("".join(lazy_pinyin(part)).capitalize() for part in (name[:cut], name[cut:]))
    return " ".join(part for part in parts if part)
