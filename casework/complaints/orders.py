"""What an order of the hotline says: read from a message or a row of a file, and checked before it is taken in."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import literal, select

from casework.complaints.reporting import location_of, start_form
from casework.directory.models import Area
from casework.directory.names import plain_phone
from casework.errors import Invalid, Texts
from casework.forms.fields import Option
from casework.persistence import Work

MOST_ROWS = 100
MOST_BYTES = 1 << 20
LONGEST_CELL = 2_000
_PLACES = ("estate", "community", "street", "county")
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{9,11}|400\d{7}")
_NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{2,39}")
_MOMENTS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M")
_LATER = timedelta(minutes=5)
_YES = {"1": True, "是": True, "true": True, "yes": True, "0": False, "否": False, "false": False, "no": False}

#: The columns of a file: the name in a message, then what the heading may say.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "hotline_no": ("工单编号", "工单号"),
    "received_at": ("受理时间", "来电时间"),
    "text": ("诉求内容", "内容"),
    "place": ("小区", "区域"),
    "address": ("地址", "详细地址"),
    "category": ("类别",),
    "cause": ("原因",),
    "danger": ("险情",),
    "caller": ("诉求人", "来电人"),
    "phone": ("联系电话", "电话"),
    "confidential": ("保密",),
    "callback_wanted": ("回访",),
}
_NEEDED = ("hotline_no", "received_at", "text")

_MISSING: Texts = ("必填", "Required")


@dataclass(frozen=True)
class Order:
    """One order, ready to be taken in. `caller` and `phone` go to the protected rows of a person and nowhere else."""

    hotline_no: str
    received_at: datetime
    text: str
    area_id: int
    location_id: int | None = None
    category: str | None = None
    cause: str | None = None
    danger: str = "none"
    caller: str = ""
    phone: str = ""
    confidential: bool = False
    callback_wanted: bool = True

    def __repr__(self) -> str:
        return f"Order({self.hotline_no})"  # never a caller in a log


def read_order(work: Work, path: str, given: Mapping[str, Any]) -> Order:
    """Return the order that a message or a row says, for places below `path`; Invalid with every fault."""
    reading = _Reading(work, path, given)
    made = reading.order()
    if reading.faults:
        raise Invalid("工单有误，请检查标出的内容。", "The order has faults; check what is marked.", reading.faults)
    return made


def read_file(work: Work, path: str, sent: bytes) -> list[Order]:
    """Return the orders of a CSV file in UTF-8 or GBK; Invalid with the faults of all rows, "3.phone" for row 3.

    Rows are counted as a spreadsheet does: the heading is row 1.
    """
    rows = _rows(_text(sent))
    heading = _heading(rows[0])
    body = [(number, row) for number, row in enumerate(rows[1:], start=2) if any(cell.strip() for cell in row)]
    if not body:
        raise _unreadable("文件里没有工单", "There is no order in the file")
    if len(body) > MOST_ROWS:
        raise _unreadable(f"每个文件最多 {MOST_ROWS} 件工单", f"At most {MOST_ROWS} orders in one file")
    faults: dict[str, Sequence[Texts]] = {}
    orders: list[Order] = []
    seen: dict[str, int] = {}
    for number, row in body:
        if len(row) > len(heading) and any(cell.strip() for cell in row[len(heading) :]):
            faults[str(number)] = [("列数多于表头", "More cells than the heading has")]
            continue
        given = {name: cell.strip() for name, cell in zip(heading, row, strict=False) if cell.strip()}
        reading = _Reading(work, path, given)
        orders.append(reading.order())
        first = seen.setdefault(given.get("hotline_no", f"row {number}"), number)
        if first != number:
            reading.fault("hotline_no", (f"与第 {first} 行重复", f"The same as in row {first}"))
        faults.update({f"{number}.{name}": texts for name, texts in reading.faults.items()})
    if faults:
        raise Invalid("文件有误，没有收下任何工单。", "The file has faults; no order of it was taken in.", faults)
    return orders


class _Reading:
    """One order being read: every fault is noted, none stops the rest."""

    def __init__(self, work: Work, path: str, given: Mapping[str, Any]) -> None:
        self.work = work
        self.path = path
        self.given = {name: value for name, value in given.items() if value not in (None, "")}
        self.faults: dict[str, Sequence[Texts]] = {}

    def fault(self, name: str, text: Texts) -> None:
        self.faults.setdefault(name, [text])

    def order(self) -> Order:
        for name in _NEEDED:
            if name not in self.given:
                self.fault(name, _MISSING)
        address = self._words("address", 200)
        area = self._area(address)
        location = location_of(self.work, area.id, address) if area is not None and area.kind == "estate" else None
        text = self._words("text", LONGEST_CELL)
        if location is None and address and area is not None:
            text = f"{address}：{text}"
        if "text" in self.given and not 5 <= len(text) <= LONGEST_CELL:
            self.fault(
                "text", (f"请用 5 至 {LONGEST_CELL} 字说明情况", f"Describe it in 5 to {LONGEST_CELL} characters")
            )
        return Order(
            hotline_no=self._number(),
            received_at=self._received(),
            text=text,
            area_id=area.id if area is not None else 0,
            location_id=location,
            category=self._code("category"),
            cause=self._code("cause"),
            danger=self._code("danger") or "none",
            caller=self._words("caller", 40),
            phone=self._phone(),
            confidential=self._yes("confidential", otherwise=False),
            callback_wanted=self._yes("callback_wanted", otherwise=True),
        )

    def _words(self, name: str, longest: int) -> str:
        text = " ".join(str(self.given.get(name, "")).split())
        if len(text) > longest:
            self.fault(name, (f"最多 {longest} 字", f"At most {longest} characters"))
        return text

    def _number(self) -> str:
        number = str(self.given.get("hotline_no", ""))
        if number and not _NUMBER.fullmatch(number):
            self.fault("hotline_no", ("工单编号为 3 至 40 位字母和数字", "3 to 40 letters and digits"))
        return number

    def _received(self) -> datetime:
        raw = self.given.get("received_at")
        moment = raw if isinstance(raw, datetime) else self._moment(str(raw)) if raw is not None else None
        if moment is None:
            if raw is not None:
                self.fault("received_at", ("时间如 2026-09-18 16:30", "A time such as 2026-09-18 16:30"))
            return self.work.now
        if moment > self.work.now + _LATER:
            self.fault("received_at", ("受理时间不能晚于现在", "It can't have been received in the future"))
        return min(moment, self.work.now)

    def _moment(self, text: str) -> datetime | None:
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            return next((moment for form in _MOMENTS if (moment := self._formed(text, form)) is not None), None)
        return found if found.tzinfo is not None else found.replace(tzinfo=self.work.house.zone)

    def _formed(self, text: str, form: str) -> datetime | None:
        try:
            return datetime.strptime(text, form).replace(tzinfo=self.work.house.zone)
        except ValueError:
            return None

    def _phone(self) -> str:
        phone = plain_phone(str(self.given.get("phone", "")))
        if "phone" in self.given and not _PHONE.fullmatch(phone):
            self.fault("phone", ("请填手机号，或带区号的座机", "A mobile number, or a landline with area code"))
        return phone

    def _yes(self, name: str, *, otherwise: bool) -> bool:
        raw = self.given.get(name, otherwise)
        if isinstance(raw, bool):
            return raw
        known = _YES.get(str(raw).casefold())
        if known is None:
            self.fault(name, ("请填 是 或 否", "Yes or no"))
        return bool(known)

    def _code(self, name: str) -> str | None:
        """Return the code of a choice of the start form, written as its code or as what people read."""
        raw = str(self.given.get(name, "")).strip()
        if not raw:
            return None
        field = next((one for one in start_form(self.work).fields if one.key == name), None)
        options: Sequence[Option] = field.options if field is not None else ()
        for option in options:
            if raw in (str(option.value), *option.label):
                return str(option.value)
        self.fault(name, (f"没有“{raw[:20]}”这一项", f"There is no “{raw[:20]}”"))
        return None

    def _area(self, address: str) -> Area | None:
        """Return the place an order is about: by id, code or name; else the estate whose name the address holds."""
        place = self._words("place", 80)
        below = select(Area).where(Area.path.like(f"{self.path}%"), Area.kind.in_(_PLACES), Area.valid_to.is_(None))
        if place:
            named = below.where((Area.code == place) | (Area.name == place))
            if place.isascii() and place.isdigit() and len(place) < 19:
                named = below.where((Area.id == int(place)) | (Area.code == place))
        elif address:
            named = below.where(Area.kind == "estate", literal(address).contains(Area.name))
        else:
            self.fault("place", _MISSING)
            return None
        found = self.work.session.scalars(named.order_by(Area.id).limit(2)).all()
        if len(found) == 1:
            return found[0]
        if found:
            self.fault("place", ("有几个同名的地方，请填代码", "Several places are called so; give the code"))
        else:
            self.fault("place", ("辖区内没有这个地方", "There is no such place in the area"))
        return None


def _text(sent: bytes) -> str:
    if len(sent) > MOST_BYTES:
        raise _unreadable(f"文件超过 {MOST_BYTES >> 10} KB", f"The file is larger than {MOST_BYTES >> 10} KB")
    for coding in ("utf-8-sig", "gb18030"):
        try:
            text = sent.decode(coding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise _unreadable("请用 UTF-8 或 GBK 编码的 CSV 文件", "Send a CSV file in UTF-8 or GBK")


def _rows(text: str) -> list[list[str]]:
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise _unreadable("不是完整的 CSV 文件", "This is no complete CSV file") from error
    if not rows:
        raise _unreadable("文件是空的", "The file is empty")
    return rows


def _heading(cells: Sequence[str]) -> list[str]:
    names = {said: name for name, labels in COLUMNS.items() for said in (name, *labels)}
    heading = [names.get(cell.strip(), "") for cell in cells]
    faults: dict[str, Sequence[Texts]] = {}
    for number, (name, cell) in enumerate(zip(heading, cells, strict=True), start=1):
        if not name:
            faults[f"1.{number}"] = [(f"不认识的列“{cell[:20]}”", f"There is no column “{cell[:20]}”")]
        elif heading.index(name) != number - 1:
            faults[f"1.{number}"] = [(f"重复的列“{cell[:20]}”", f"The column “{cell[:20]}” is there twice")]
    for name in _NEEDED:
        if name not in heading:
            faults[f"1.{name}"] = [(f"缺少列“{COLUMNS[name][0]}”", f"The column {name} is missing")]
    if faults:
        raise Invalid("表头有误，没有收下任何工单。", "The heading has faults; no order was taken in.", faults)
    return heading


def _unreadable(zh: str, en: str) -> Invalid:
    return Invalid(
        "文件不能读取，没有收下任何工单。", "The file can't be read; no order was taken in.", {"file": [(zh, en)]}
    )
