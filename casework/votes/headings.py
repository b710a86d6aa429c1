"""Which column of a roll holds what: its heading, under whichever of the usual names."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_WORDS: Mapping[str, tuple[str, ...]] = {
    "building": ("楼栋", "楼幢", "楼号", "幢号", "栋号", "楼栋号", "楼幢号", "幢", "栋", "楼", "building"),
    "unit": ("单元", "单元号", "unit", "entrance"),
    "room": ("房号", "房间号", "室号", "户号", "门牌号", "房屋编号", "室", "room", "flat"),
    "address": ("房屋坐落", "坐落", "房屋地址", "地址", "房屋", "address"),
    "area": ("专有部分面积", "专有面积", "建筑面积", "房屋面积", "产权面积", "面积", "area", "exclusivearea"),
    "area_registry": ("登记面积", "证载面积", "产权证面积", "不动产登记面积", "registeredarea"),
    "area_survey": ("实测面积", "测绘面积", "surveyedarea"),
    "area_contract": ("合同面积", "预测面积", "contractarea"),
    "basis": ("面积来源", "面积依据", "面积类型", "areasource"),
    "owner": ("业主姓名", "业主", "姓名", "产权人", "权利人", "业主名称", "所有权人", "买受人", "owner", "name"),
    "phone": ("联系电话", "电话", "手机号", "手机", "手机号码", "联系方式", "phone"),
    "id_number": (
        "身份证号",
        "身份证号码",
        "身份证",
        "证件号",
        "证件号码",
        "证件编号",
        "统一社会信用代码",
        "idnumber",
    ),
    "side": ("业主类型", "业主性质", "产权性质", "权利人类型", "ownertype"),
    "sold": ("销售状态", "是否出售", "是否已售", "售出", "sold"),
    "delivered": ("交付状态", "是否交付", "交付", "是否交房", "交房", "交付日期", "交房日期", "delivered"),
    "moved_in": ("是否入住", "入住", "入住状态", "入住日期", "movedin"),
    "use": ("房屋用途", "用途", "规划用途", "房屋类型", "use"),
}
_FIELDS = {word: name for name, words in _WORDS.items() for word in words}
FIELDS = tuple(_WORDS)
"""What a column may hold."""
_AREAS = frozenset({"area", "area_registry", "area_survey", "area_contract"})
_ASIDE = re.compile(r"\(.*?\)|[\s*:·]")


@dataclass(frozen=True)
class Headings:
    """The columns of a list by what they hold, their headings as written, and headings that come twice."""

    at: Mapping[str, int]
    written: Mapping[int, str] = field(default_factory=dict)
    twice: Sequence[tuple[str, str]] = ()

    def title(self, name: str) -> str:
        """Return the heading of what a column holds, as written; its usual name where there is no such column."""
        return self.written.get(self.at.get(name, -1), _WORDS[name][0])


def found(cells: Sequence[str]) -> Headings | None:
    """Return the headings that a row holds; None unless they name where a flat is, its area and its owner."""
    at: dict[str, int] = {}
    twice = []
    for index, cell in enumerate(cells):
        name = _FIELDS.get(_plain(cell))
        if name in at and cell != cells[at[name]]:
            twice.append((cells[at[name]], cell))
        elif name:
            at.setdefault(name, index)
    if not at.keys() & {"room", "address"} or not at.keys() & _AREAS or "owner" not in at:
        return None
    return Headings(at, {index: " ".join(cells[index].split()) for index in at.values()}, twice)


def _plain(heading: str) -> str:
    return _ASIDE.sub("", unicodedata.normalize("NFKC", heading)).casefold()
