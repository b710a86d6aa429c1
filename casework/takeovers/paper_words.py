"""The words that papers of a takeover use: what codes are called, and money, counts and days as texts."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from casework import calendar
from casework.directory.models import Organisation
from casework.persistence import Work
from casework.takeovers.works_models import NAMES
from casework.votes.texts import BLANK, as_day, figure

LEVELS = {"basic": "基本服务", "standard": "标准服务", "full": "全面服务"}
KINDS = {
    "serving": "选聘的物业服务企业",
    "emergency": "应急服务",
    "basic": "基本服务",
    "interim": "暂由街道负责",
    "self": "业主自行管理",
}
LINES = {"service": "服务成本", "fee": "物业费", "revenue": "公共收益", "subsidy": "过渡性补贴"}
STATES = {"present": "在", "missing": "缺失", "rebuild": "重建", "sound": "完好", "defect": "有缺陷", "lost": "遗失"}
FOUND = {"good": "完好", "worn": "破损", "missing": "没有"}
GRADES = {"A": "A 危及安全", "B": "B 影响使用", "C": "C 观感"}
DUTIES = {"old_unit": "原服务人", "new_firm": "新企业"}
PAYERS = {"developer": "建设单位", "utility": "专业经营单位", "owners": "业主", "government": "政府"}
WISHES = {"market": "市场化企业", "state_firm": "国企物业", "self": "自行管理", "unclear": "不明确"}
BODIES = {"committee": "业主委员会", "pmc": "物业管理委员会", "epc": "环境和物业管理委员会", "none": "没有"}
WORKS = {"open": "进行中", "accepted": "已验收", "carried_over": "结转"}
NONE = "无"


def name(work: Work, unit_id: int | None) -> str:
    """Return what a unit is called; a blank for none."""
    found = None if unit_id is None else work.session.get(Organisation, unit_id)
    return BLANK if found is None else found.name


def phone(work: Work, unit_id: int | None) -> str:
    """Return the duty phone of a unit; a blank for none."""
    found = None if unit_id is None else work.session.get(Organisation, unit_id)
    return (found.duty_phone if found is not None else None) or BLANK


def last(work: Work, at: datetime | None) -> str:
    """Return the last day of a time that ends at a moment; a blank for none."""
    return BLANK if at is None else as_day(calendar.last_day(at, work.house.zone))


def day(on: date | None) -> str:
    """Return a day; a blank for none."""
    return BLANK if on is None else as_day(on)


def yuan(amount: Decimal | None) -> str:
    """Return an amount to the fen; a blank for none."""
    return BLANK if amount is None else figure(amount)


def rate(value: Any) -> str:
    """Return a rate in yuan per m² and month, never rounded; nothing for none."""
    if value is None:
        return ""
    exact = Decimal(value)
    return f"{exact:.2f}" if exact == round(exact, 2) else f"{exact.normalize():f}"


def count(value: Any) -> str:
    """Return how many; a blank for none."""
    return BLANK if value is None else f"{Decimal(value).normalize():f}"


def number(value: Any) -> Decimal | None:
    """Return a number that is stored as text."""
    return None if value is None else Decimal(value)


def work_name(item: Any) -> str:
    """Return what a kind of work is called; whatever else was written as it is."""
    return NAMES[item][0] if item in NAMES else str(item or BLANK)
