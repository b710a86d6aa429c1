"""What a person is told about a value that does not fit, in both languages."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from casework.errors import Texts
from casework.forms.fields import CHOICES, LISTS, Field

UNKNOWN: Texts = ("表单上没有这一项", "This is not on the form")
NOT_TEXT: Texts = ("请填文字", "Enter text")
UNUSABLE: Texts = ("含有不能使用的字符", "It has characters that can't be used")
NOT_NUMBER: Texts = ("请填数字", "Enter a number")
WHOLE: Texts = ("请填整数", "Enter a whole number")
NOT_DATE: Texts = ("请填日期，例如 2026-01-31", "Enter a date such as 2026-01-31")
NOT_TIME: Texts = ("请填时间，例如 14:30", "Enter a time such as 14:30")
NOT_INSTANT: Texts = ("请填日期和时间，例如 2026-01-31 14:30", "Enter a date and time such as 2026-01-31 14:30")
PASSED: Texts = ("不能早于今天", "It can't be before today")
NOT_OPTION: Texts = ("请从选项中选择", "Choose one of the options")
NOT_REFERENCE: Texts = ("请从名单中选择", "Choose one from the list")
NOT_SIGNED: Texts = ("请写姓名签字", "Sign with your name")
NOT_YES_NO: Texts = ("请选择是或否", "Choose yes or no")
PATTERN: Texts = ("格式不正确", "It has not the right form")
PHONE: Texts = ("请填手机号，或带区号的座机", "Enter a mobile number, or a landline with area code")
EMAIL: Texts = ("请填电子邮箱，例如 name@example.cn", "Enter an e-mail address such as name@example.cn")
MUST: Texts = ("不符合要求", "It does not meet the requirement")
FILE_MISSING: Texts = ("有文件没有上传成功，请重新上传", "A file did not arrive; upload it again")
NOT_ROWS: Texts = ("请逐行填写", "Fill it in row by row")
INVALID: Texts = ("有几处需要修改", "Some answers need another look")


def required(field: Field) -> Texts:
    """Say that a field must be filled in, ticked, chosen or uploaded."""
    zh, en = field.label[0] or field.key, field.label[1] or field.label[0] or field.key
    if field.type == "checkbox":
        return f"请勾选：{zh}", f"Tick: {en}"
    if field.type == "filepicker":
        return f"请上传：{zh}", f"Upload: {en}"
    if field.type in CHOICES or field.type in LISTS or field.reference:
        return f"请选择：{zh}", f"Choose: {en}"
    return f"请填写：{zh}", f"Fill in: {en}"


def at_least(number: Decimal, unit: str = "") -> Texts:
    """Say that there is too little; `unit` is "characters", "rows" or nothing for a number."""
    text = plain(number)
    match unit:
        case "characters":
            return f"至少 {text} 个字", f"At least {text} characters"
        case "rows":
            return f"至少 {text} 行", f"At least {text} rows"
    return f"不能小于 {text}", f"Not less than {text}"


def at_most(number: Decimal, unit: str = "") -> Texts:
    """Say that there is too much; `unit` is "characters", "rows", "files" or nothing for a number."""
    text = plain(number)
    match unit:
        case "characters":
            return f"最多 {text} 个字", f"At most {text} characters"
        case "rows":
            return f"最多 {text} 行", f"At most {text} rows"
        case "files":
            return f"最多 {text} 个文件", f"At most {text} files"
    return f"不能大于 {text}", f"Not more than {text}"


def digits(number: int) -> Texts:
    """Say how many places behind the point there may be."""
    return WHOLE if number == 0 else (f"最多 {number} 位小数", f"At most {number} places behind the point")


def multiple_of(step: Decimal) -> Texts:
    """Say that a number goes in steps."""
    return f"须为 {plain(step)} 的倍数", f"It must be a multiple of {plain(step)}"


def outside(end: Any, zone: ZoneInfo, *, early: bool) -> Texts:
    """Say that a date or instant lies before the earliest or after the latest one."""
    text = end.astimezone(zone).strftime("%Y-%m-%d %H:%M") if isinstance(end, datetime) else str(end)
    return (f"不能早于 {text}", f"Not before {text}") if early else (f"不能晚于 {text}", f"Not after {text}")


def too_large(name: str, most: int) -> Texts:
    """Say that a file is too large."""
    size = f"{most / 1_048_576:.0f} MB" if most >= 1_048_576 else f"{most // 1024} KB"
    return f"文件 {name} 超过 {size}", f"{name} is larger than {size}"


def wrong_type(name: str) -> Texts:
    """Say that a file is of a kind the field does not take."""
    return f"不接受这种文件：{name}", f"This kind of file is not accepted: {name}"


def plain(number: Decimal) -> str:
    """Return a number without needless zeros."""
    return format(number.normalize(), "f") if number else "0"
