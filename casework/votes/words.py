"""What the words of a cell mean: an area, a yes or no, whose flat it is, where its area comes from."""

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

from casework.errors import Texts
from casework.votes.identities import Side

_HUNDREDTH = Decimal("0.01")
_NOISE = 11
"""So many decimals nobody writes: they are what is left of a binary fraction."""
_LARGEST = Decimal(1_000_000)
_AREA = re.compile(r"(-?)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(?:m2|平方米|平米|平方|平)?", re.ASCII)
_USES = {
    "parking": re.compile(r"车位|车库|车棚|摊位|parking|garage|stall", re.IGNORECASE),
    "storage": re.compile(r"储藏|贮藏|地下室|杂物间|小房|storage|store ?room|cellar", re.IGNORECASE),
}
USES: Mapping[str, Texts] = {
    "parking": ("车位、车库、摊位", "Parking spaces, garages and stalls"),
    "storage": ("储藏室、地下室", "Storage rooms and cellars"),
}
"""What stands on a list besides flats and shops, and whether it counts is a rule's decision."""
_TOTAL = re.compile(r"合计|小计|总计|共计|备注|说明|制表|填表|审核|注[:：]|total", re.IGNORECASE)
_DEVELOPER = re.compile(r"开发|建设单位|developer", re.IGNORECASE)
_UNNAMED_DEVELOPER = frozenset({"开发商", "建设单位", "开发企业"})
_UNIT = re.compile(r"单位|企业|公司|法人|机关|unit|company", re.IGNORECASE)
_BASES = {
    "registry": ("登记", "产权", "证载", "不动产"),
    "survey": ("实测", "测绘"),
    "contract": ("合同", "预测", "预售"),
}
_DAY = re.compile(r"\d{4}[-/.年]\d{1,2}.*|[34]\d{4}(?:\.\d+)?")
"""A day means that it has happened; a bare number is how a spreadsheet keeps one."""
_YES = frozenset(
    {"是", "已", "有", "y", "yes", "1", "√", "true", "已交付", "已交房", "已入住", "已售", "已出售", "售出"}
)
_NO = frozenset(
    {"否", "未", "无", "n", "no", "0", "×", "x", "false"}
    | {"未交付", "未交房", "未入住", "未售", "未出售", "待售", "自持"}
)


@lru_cache(maxsize=4096)
def square_metres(text: str) -> tuple[Decimal | None, str]:
    """Return an area to the hundredth and nothing, or None and the rule that it breaks."""
    match = _AREA.fullmatch(_plain(text))
    if not match:
        return None, "area_unclear" if text else "area_missing"
    area = Decimal(f"{match[1]}{match[2].replace(',', '')}{match[3] or ''}")
    if len(match[3] or "") > _NOISE:
        area = round(area, _NOISE - 2)
    if area <= 0:
        return None, "area_not_positive"
    if area >= _LARGEST:
        return None, "area_too_large"
    if area != round(area, 2):
        return None, "area_too_fine"
    return area.quantize(_HUNDREDTH), ""


@lru_cache(maxsize=4096)
def answer_in(text: str) -> bool | None:
    """Return what is answered; None where that is neither yes nor no."""
    plain = _plain(text)
    if plain in _YES or _DAY.fullmatch(plain):
        return True
    return False if plain in _NO else None


@lru_cache(maxsize=4096)
def side_in(kind: str, owner: str) -> Side | None:
    """Return what an owner is by the kind that is given; None where none is."""
    if _DEVELOPER.search(kind) or owner in _UNNAMED_DEVELOPER:
        return "developer"
    return "unit" if _UNIT.search(kind) else "person" if kind else None


@lru_cache(maxsize=4096)
def basis_in(text: str) -> str:
    """Return where an area comes from; empty where that is not told."""
    return next((key for key, words in _BASES.items() if any(word in text for word in words)), "")


@lru_cache(maxsize=4096)
def is_total(text: str) -> bool:
    """Say whether a row that begins with this sums up or explains."""
    return _TOTAL.match(_plain(text)) is not None


@lru_cache(maxsize=4096)
def use_in(text: str) -> str:
    """Return which of `USES` a part is by its designation or use; empty for a flat, a shop, an office."""
    return next((use for use, words in _USES.items() if words.search(text)), "")


def _plain(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).casefold()
