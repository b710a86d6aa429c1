"""What can be wrong with a row of a roll, and what to do about it: one text for each, in both languages."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from casework.errors import Texts

_BLANKS = re.compile(r"\{\w+\}")
MOST_FINDINGS = 20_000
"""As many are told one by one; of more, how many there are."""

RULES: Mapping[str, tuple[str, str]] = {
    "no_headings": (
        "没有找到表头。请留一行表头，至少有“房号”“面积”“业主姓名”三列。",
        "There is no row of headings. Keep one, with at least room, area and owner.",
    ),
    "heading_twice": (
        "“{first}”和“{second}”是同一项内容，请只留一列。",
        "“{first}” and “{second}” hold the same. Keep one of them.",
    ),
    "sheet_skipped": (
        "跳过了工作表“{sheet}”：没有找到表头。是名册请补表头；不是请勾选“不导入”后重新上传。",
        "Sheet “{sheet}” skipped: no headings found. Is it meant? Add them, or tick it as left out and send again.",
    ),
    "sheet_unnamed": (
        "看不出工作表“{sheet}”是哪栋楼。请把工作表改名为楼栋（如“3号楼”），或加“楼栋”一列。",
        "Which building is the sheet “{sheet}”? Name it after the building (3号楼), or add a column for it.",
    ),
    "sheet_left_out": (
        "按您的确认，没有导入工作表“{sheet}”。",
        "The sheet “{sheet}” was left out, as you said.",
    ),
    "sheet_hidden": (
        "隐藏的工作表“{sheet}”没有读。要导入请取消隐藏后重新上传。",
        "The hidden sheet “{sheet}” was not read. Show it and send the list again if it is meant.",
    ),
    "sheet_empty": (
        "工作表“{sheet}”表头下面没有房屋。",
        "There are no flats below the headings of the sheet “{sheet}”.",
    ),
    "row_hidden": (
        "这一行在表格里是隐藏的，也照常读入。不要的请删去。",
        "The row is hidden in the spreadsheet and was read all the same. Delete it if it is not meant.",
    ),
    "heading_again": (
        "重复的表头，未导入。",
        "The headings again: left out.",
    ),
    "no_rows": (
        "表头下面没有房屋。",
        "There are no flats below the headings.",
    ),
    "formula": (
        "单元格是公式。请选中该列，复制后“粘贴为数值”。",
        "The cell holds a formula. Copy the column and paste it as values.",
    ),
    "cell_error": (
        "单元格显示错误值，请填写正确内容。",
        "The cell shows an error. Write what it should hold.",
    ),
    "no_room": (
        "缺少房号，请补填。",
        "The room is missing. Fill it in.",
    ),
    "no_building": (
        "缺少楼栋，请补填。",
        "The building is missing. Fill it in.",
    ),
    "address_unclear": (
        "看不出楼栋和房号。请写成“3号楼2单元301室”，或分成楼栋、单元、房号三列。",
        "Building and room can't be told apart. Write 3号楼2单元301室, or use three columns.",
    ),
    "part_again": (
        "与{other}是同一房屋。重复的请删去；共有人请写在同一格，用顿号分开。",
        "The same flat as in {other}. Delete one; write co-owners in one cell, parted by “、”.",
    ),
    "area_missing": (
        "缺少面积，请按不动产权证书或测绘报告补填。",
        "The area is missing. Take it from the registry or the survey.",
    ),
    "area_unclear": (
        "面积不是数字，请只填平方米数，如 89.50。",
        "The area is not a number. Write square metres alone, as 89.50.",
    ),
    "area_not_positive": (
        "面积须大于 0，请核对。",
        "The area has to be more than 0. Check it.",
    ),
    "area_too_fine": (
        "面积最多两位小数，请按证书上的数填写。",
        "The area has more than two decimals. Write it as the certificate does.",
    ),
    "area_too_large": (
        "面积过大，请核对单位是不是平方米。",
        "The area is too large. Check that it is in square metres.",
    ),
    "area_differs": (
        "合并的几行面积不同。共有人各占一行时，面积须相同或合并。",
        "Merged rows give different areas. Where co-owners have a row each, the area is the same.",
    ),
    "basis_unclear": (
        "看不懂面积来源，请填“登记”“实测”或“合同”。",
        "The source of the area is unclear. Write 登记 (registry), 实测 (survey) or 合同 (contract).",
    ),
    "owner_missing": (
        "缺少业主。已售的请填产权人；未售的请在“销售状态”填“未售”。",
        "The owner is missing. Name the owner of a sold flat; mark an unsold one 未售.",
    ),
    "owner_unclear": (
        "姓名中间有空格，看不出是一人还是几人。多人请用顿号“、”分开。",
        "A blank in the name: one person or several? Part several by “、”.",
    ),
    "owner_others": (
        "姓名要逐个写全，不能写“等几人”、不能夹电话。多人请用顿号“、”分开。",
        "Name every owner in full, without “and others” and without phones. Part several by “、”.",
    ),
    "ditto": (
        "请填写完整内容，不要写“同上”。",
        "Write it in full, not “as above”.",
    ),
    "masked": (
        "内容打了星号。请填完整内容，系统会加密保存，公示时自动隐去。",
        "The content is masked. Write it in full: it is sealed, and masked again when posted.",
    ),
    "phone_wrong": (
        "电话号码不对，请核对位数；座机请带区号。",
        "The phone is not right. Check its digits; give the area code of a landline.",
    ),
    "phone_first": (
        "一人多个电话，只登记第一个。",
        "Several phones for one owner: the first is kept.",
    ),
    "phones_differ": (
        "电话个数与业主人数不一致，请按姓名顺序逐一对应。",
        "There are not as many phones as owners. Give them in the order of the names.",
    ),
    "id_lost": (
        "证件号被存成了数字，后几位已丢失。请把该列设为“文本”后重新填写。",
        "The number was stored as a number and has lost its last digits. Make the column text and write it again.",
    ),
    "id_wrong": (
        "证件号校验不通过，请对照证件核对。",
        "The check digit of the identity number is wrong. Compare it with the card.",
    ),
    "ids_differ": (
        "证件号个数与业主人数不一致，请按姓名顺序逐一对应。",
        "There are not as many identity numbers as owners. Give them in the order of the names.",
    ),
    "id_of_another": (
        "与{other}证件号相同而姓名不同，请核对。",
        "The same identity number as in {other} under another name. Check both.",
    ),
    "owner_ambiguous": (
        "与{other}同名，没有证件号或电话，看不出是不是同一人。请补填其一。",
        "The same name as in {other}, without number or phone: one owner or two? Give either.",
    ),
    "developer_unclear": (
        "看不出是不是建设单位。请在“业主类型”填“建设单位”或“单位”。",
        "Is this the developer? Write 建设单位 (developer) or 单位 (unit) as the kind of owner.",
    ),
    "yes_no_unclear": (
        "看不懂，请填“是”或“否”。",
        "This is unclear. Write 是 (yes) or 否 (no).",
    ),
    "left_out": (
        "{what}不计入业主人数和面积，未导入（{source}）。",
        "{what_en} count neither as heads nor as area: left out ({source_en}).",
    ),
    "counted_in": (
        "{what}计入业主人数和面积（{source}）。附属于住宅、没有单独登记的请删去。",
        "{what_en} count as heads and area ({source_en}). Delete one that is not registered apart from its flat.",
    ),
    "total_row": (
        "合计或说明行，未导入。",
        "A total or a remark: left out.",
    ),
    "developer_named": (
        "未售或未交付，计入建设单位，不计买受人。",
        "Unsold or not handed over: counts with the developer, not with a buyer.",
    ),
}


def in_general(rule: str) -> Texts:
    """Return what a rule says of any row."""
    zh, en = (_BLANKS.sub("…", text) for text in RULES[rule])
    return zh, en


class Where(NamedTuple):
    """A row of a list, and its sheet where there are several."""

    row: int
    sheet: str = ""

    def texts(self) -> Texts:
        """Return the row in words."""
        if not self.sheet:
            return f"第 {self.row} 行", f"row {self.row}"
        return f"“{self.sheet}”第 {self.row} 行", f"row {self.row} of “{self.sheet}”"


class Finding(NamedTuple):
    """One thing about one row: the rule it breaks, what to do in both languages, its sheet where there are several."""

    row: int
    column: str
    rule: str
    zh: str
    en: str
    sheet: str = ""


@dataclass
class Report:
    """What was found in a list: `rows` is what is wrong, `notes` what was left out; `roll_id` when it was loaded.

    `wrongs` and `found` (by rule) count all, also where there are too many to tell each. What a cell holds is never
    repeated. `skipped` are the sheets that are no roll and that nobody has said are not meant; `uses` what was counted
    or left out besides flats.
    """

    rows: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)
    found: dict[str, int] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)
    uses: dict[str, dict[str, Any]] = field(default_factory=dict)
    wrongs: int = 0
    read: int = 0
    roll_id: int | None = None
    parts: int = 0
    heads: int = 0
    area: Decimal = Decimal(0)

    @property
    def sound(self) -> bool:
        """Whether nothing keeps the list from being loaded."""
        return not self.rows

    def wrong(self, where: Where, column: str, rule: str, **details: Any) -> None:
        """Take down what is wrong: the list can't be loaded before it is mended."""
        self.wrongs += 1
        self._take(self.rows, where, column, rule, details)

    def note(self, where: Where, column: str, rule: str, **details: Any) -> None:
        """Take down what is good to know."""
        self._take(self.notes, where, column, rule, details)

    def as_json(self) -> dict[str, Any]:
        """Return the report as a row keeps it."""
        return {
            "wrongs": self.wrongs,
            "read": self.read,
            "parts": self.parts,
            "heads": self.heads,
            "area": str(self.area),
            "rows": list(map(list, self.rows)),
            "notes": list(map(list, self.notes)),
            "found": self.found,
            "skipped": self.skipped,
            "uses": self.uses,
        }

    def _take(self, into: list[Finding], where: Where, column: str, rule: str, details: Mapping[str, Any]) -> None:
        self.found[rule] = self.found.get(rule, 0) + 1
        if len(into) < MOST_FINDINGS:
            zh, en = (text.format(**_in_words(details, at)) for at, text in enumerate(RULES[rule]))
            into.append(Finding(where.row, column, rule, zh, en, where.sheet))


def _in_words(details: Mapping[str, Any], language: int) -> dict[str, Any]:
    return {name: one.texts()[language] if isinstance(one, Where) else one for name, one in details.items()}
