"""Rules in plain words, Chinese and English, for everyone who asks why."""

import re
from calendar import month_name
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from casework.policies.entries import DECIDED, Entry, Texts

_UNITS: dict[str, Texts] = {
    "minutes": ("分钟", "minutes"),
    "hours": ("小时", "hours"),
    "days": ("日", "days"),
    "working_days": ("个工作日", "working days"),
    "months": ("个月", "months"),
    "years": ("年", "years"),
    "percent": ("%", "%"),
    "yuan": ("元", "yuan"),
    "celsius": ("℃", "°C"),
    "points": ("分", "points"),
}
_BOUNDS: dict[str, Texts] = {
    "at_least": ("不少于 {}", "at least {}"),
    "at_most": ("不超过 {}", "at most {}"),
    "more_than": ("超过 {}", "more than {}"),
    "less_than": ("不足 {}", "less than {}"),
}
_PERIOD_AT_MOST: Texts = ("{}以内", "within {}")
_MODES: dict[str, Texts] = {
    "elapsed": ("昼夜连续计算", "counted day and night"),
    "calendar": ("按自然日计算", "in calendar time"),
    "working": ("按工作日计算, 含调休", "in working days, make-up days included"),
}
_ROLL: Texts = ("末日为休息日的顺延至下一工作日", "a last day of rest moves on to the next working day")
_REMARKS: dict[str, Texts] = {
    "(press)": ("据媒体报道, 未见全文", "known from the press, not read in full"),
    "(excerpt)": ("据摘录, 未见全文", "known from an excerpt, not read in full"),
}
_DECIDED: Texts = ("系统缺省, 无法规依据", "the product's default; no law says so")
_ARTICLE = re.compile(r"(?P<mark>[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)?)(?: (?P<article>\d+))?(?: (?P<remark>\(\w+\)))?")


def value_text(entry: Entry) -> Texts:
    """Return the value with its unit and bound: "5 个工作日以内", "within 5 working days"."""
    value = entry.value
    if isinstance(value, bool):
        return ("是", "yes") if value else ("否", "no")
    if entry.unit == "month_day":
        month, day = map(int, str(value).split("-"))
        return f"{month}月{day}日", f"{day} {month_name[month]}"
    unit = _UNITS.get(entry.unit, ("", ""))
    number = _number(value)
    zh = f"{number} {unit[0]}".strip() if unit[0] not in ("%", "℃") else number + unit[0]
    english = unit[1][:-1] if value == 1 and unit[1].endswith("s") else unit[1]
    en = f"{number} {english}".strip() if english != "%" else number + english
    bound = _BOUNDS.get(entry.bound or "", ("{}", "{}"))
    if entry.is_period and entry.bound == "at_most" and entry.dir is None:
        bound = _PERIOD_AT_MOST
    zh, en = bound[0].format(zh), bound[1].format(en)
    return (f"提前{zh}", f"{en} before") if entry.dir == "before" else (zh, en)


def source_text(source: str, laws: Mapping[str, Texts]) -> Texts:
    """Return the article in full: "《淄博市物业管理条例》第 22 条"."""
    if source == DECIDED:
        return _DECIDED
    match = _ARTICLE.fullmatch(source)
    if match is None or match["mark"] not in laws:
        return source, source
    zh, en = laws[match["mark"]]
    if match["remark"] != "(press)" and "〔" not in zh:
        zh = f"《{zh}》"
    if match["article"]:
        zh, en = f"{zh}第 {match['article']} 条", f"{en}, article {match['article']}"
    if match["remark"] in _REMARKS:
        zh, en = f"{zh}({_REMARKS[match['remark']][0]})", f"{en} ({_REMARKS[match['remark']][1]})"
    return zh, en


def counting_text(entry: Entry) -> Texts | None:
    """Return how a period is counted; None for what is no period."""
    if entry.mode is None:
        return None
    zh, en = _MODES[entry.mode]
    return (f"{zh}, {_ROLL[0]}", f"{en}; {_ROLL[1]}") if entry.roll else (zh, en)


def _number(value: object) -> str:
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, tuple):
        return ", ".join(_number(item) for item in value)
    return str(value)
