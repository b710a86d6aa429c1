"""The 12345 hotline: its orders come in as reports, its answers wait to be fetched, its messages reach the case.

`path` is the area that the hotline serves; what lies outside it does not exist for it.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, update

from casework import engine
from casework.cases import services as cases
from casework.cases.commands import once
from casework.cases.models import Case
from casework.complaints.callers import by_phone, hold, phone_lock
from casework.complaints.models import HandlingRecord, HotlineAnswer, Intake
from casework.complaints.orders import Order, read_file, read_order
from casework.complaints.services import Report, report, withdraw
from casework.directory.models import Area, Organisation
from casework.errors import Invalid, NotFound
from casework.persistence import Work

LEGAL_TRACKS: Mapping[str, tuple[str, str]] = {
    "court": ("诉讼", "Court"),
    "arbitration": ("仲裁", "Arbitration"),
    "review": ("行政复议", "Administrative review"),
    "petition": ("信访", "Petition"),
}
MOST_ANSWERS = 200
#: The lock that whoever numbers an answer holds until it is committed.
FEED = int.from_bytes(hashlib.sha256(b"banjie hotline answers").digest()[:8], "big", signed=True)


@dataclass(frozen=True)
class OrderReceipt:
    """What the hotline gets for an order; the same order again gets the same."""

    hotline_no: str
    code: str
    case_no: str


@dataclass(frozen=True)
class OrderState:
    """Where an order stands. `case_no` changes when the order is merged into a case about the same matter."""

    hotline_no: str
    case_no: str
    status: str
    outcome: str | None
    unit: tuple[str, str] | None
    due: datetime | None
    callback: str
    received_at: datetime


@dataclass(frozen=True)
class Answer:
    """One answer to an order. `kind`: reply, or callback; `text` is what the unit said about its work."""

    id: int
    hotline_no: str
    kind: str
    round: int
    conclusion: str | None
    callback: str | None
    unit: tuple[str, str] | None
    text: str | None
    at: datetime
    confirmed_at: datetime | None


def take_order(work: Work, path: str, given: Mapping[str, Any]) -> tuple[OrderReceipt, bool]:
    """Take in one order; return its receipt, and whether it is new. The same number again has no second effect.

    Raises Invalid with every fault, also for a number that was used outside the area.
    """
    order = read_order(work, path, given)
    hold(work, _locks(work, [order]))
    return _taken(work, path, order)


def take_file(work: Work, path: str, sent: bytes) -> dict[str, Any]:
    """Take in a file of orders, all or none; return {"taken", "known", "orders"}. The same file again: the same answer.

    Raises Invalid with the faults of all rows.
    """
    digest = hashlib.sha256(sent).hexdigest()

    def act() -> dict[str, Any]:
        orders = read_file(work, path, sent)
        hold(work, _locks(work, orders))
        made = [_taken(work, path, order) for order in orders]
        taken = sum(new for _, new in made)
        return {"taken": taken, "known": len(made) - taken, "orders": [asdict(receipt) for receipt, _ in made]}

    return once(work, f"hotline-file:{digest}", {"file": digest}, act)


def state_of(work: Work, path: str, hotline_no: str) -> OrderState:
    """Return where an order stands; NotFound outside the area."""
    intake = _intake(work, path, hotline_no)
    case = work.session.get_one(Case, intake.case_id)
    return OrderState(
        hotline_no=hotline_no,
        case_no=case.no,
        status=case.status,
        outcome=case.outcome,
        unit=_unit(work.session.get(Organisation, case.unit_id) if case.unit_id is not None else None),
        due=case.due_at,
        callback=intake.callback,
        received_at=intake.received_at,
    )


def answers_after(work: Work, path: str, after: int = 0, limit: int = MOST_ANSWERS) -> Sequence[Answer]:
    """Return the answers that came after the one with the number `after`, in order; never one that is skipped later."""
    query = (
        _within(path, select(HotlineAnswer, Intake.hotline_no, Intake.case_id))
        .join(HotlineAnswer, HotlineAnswer.intake_id == Intake.id)
        .where(HotlineAnswer.id > after)
        .order_by(HotlineAnswer.id)
        .limit(max(1, min(limit, MOST_ANSWERS)))
    )
    return [_answer(work, row, number or "", case_id) for row, number, case_id in work.session.execute(query)]


def confirm(work: Work, path: str, answer_ids: Sequence[int]) -> int:
    """Note that the hotline has these answers; return how many it had not confirmed before. NotFound for any other."""
    wanted = set(answer_ids)
    known = _within(path, select(HotlineAnswer.id)).join(HotlineAnswer, HotlineAnswer.intake_id == Intake.id)
    found = set(work.session.scalars(known.where(HotlineAnswer.id.in_(wanted))))
    if found != wanted:
        raise NotFound("没有这些答复。", "There are no such answers.")
    noted = update(HotlineAnswer).where(HotlineAnswer.id.in_(found), HotlineAnswer.confirmed_at.is_(None))
    return len(work.session.scalars(noted.values(confirmed_at=work.now).returning(HotlineAnswer.id)).all())


def legal_track(work: Work, path: str, hotline_no: str, kind: str, number: str = "", court: str = "") -> None:
    """Tell the case that the matter went to court, arbitration, review or petition: its clocks pause for the review.

    Raises Refused when the case has moved on.
    """
    if kind not in LEGAL_TRACKS:
        names = "、".join(LEGAL_TRACKS)
        raise Invalid("没有这种途径。", "There is no such track.", {"kind": [(f"可选：{names}", f"One of {names}")]})
    intake = _intake(work, path, hotline_no)
    message = engine.Message("legal_track_started", {"kind": kind, "no": number, "court": court})
    cases.deliver(work, intake.case_id or 0, message)


def withdraw_order(work: Work, path: str, hotline_no: str, reason: str) -> None:
    """Take an order back; the review decides whether the case stops."""
    withdraw(work, _intake(work, path, hotline_no).id, reason)


def in_turn(work: Work) -> None:
    """Let answers be numbered in the order in which they are committed, so that whoever reads on misses none."""
    hold(work, [FEED])


def _taken(work: Work, path: str, order: Order) -> tuple[OrderReceipt, bool]:
    known = work.session.scalar(select(Intake).where(Intake.hotline_no == order.hotline_no))
    if known is not None:
        area = work.session.get_one(Area, known.estate_id)
        if not area.path.startswith(path):
            fault = ("工单编号已被使用", "The number is taken")
            raise Invalid("工单编号已被使用。", "The order's number is taken.", {"hotline_no": [fault]})
        case = work.session.get_one(Case, known.first_case_id)
        return OrderReceipt(order.hotline_no, known.code, case.no), False
    person = by_phone(work, order.phone, order.caller) if order.phone else None
    location = work.session.get(Area, order.location_id) if order.location_id is not None else None
    made = report(
        work,
        Report(
            channel="hotline",
            estate_id=order.area_id,
            text=order.text,
            part="flat" if location is not None and location.kind == "household" else "common",
            location_id=order.location_id,
            category=order.category,
            cause=order.cause,
            danger=order.danger,
            received_at=order.received_at,
            person_id=person,
            hotline_no=order.hotline_no,
            confidential=order.confidential,
            callback_wanted=order.callback_wanted,
        ),
    )
    return OrderReceipt(order.hotline_no, made.code, made.case_no), True


def _locks(work: Work, orders: Sequence[Order]) -> list[int]:
    numbers = [hashlib.sha256(f"hotline order {order.hotline_no}".encode()).digest()[:8] for order in orders]
    phones = [phone_lock(work, order.phone) for order in orders if order.phone]
    return [*(int.from_bytes(number, "big", signed=True) for number in numbers), *phones]


def _within(path: str, query: Any) -> Select[Any]:
    """Return the query over reports that are orders about places below `path`."""
    below: Select[Any] = (
        query.select_from(Intake)
        .join(Area, Area.id == Intake.estate_id)
        .where(Area.path.like(f"{path}%"), Intake.hotline_no.is_not(None), func.length(path) > 0)
    )
    return below


def _intake(work: Work, path: str, hotline_no: str) -> Intake:
    found: Intake | None = work.session.scalar(_within(path, select(Intake)).where(Intake.hotline_no == hotline_no))
    if found is None or found.case_id is None:
        raise NotFound("没有这件工单。", "There is no such order.")
    return found


def _answer(work: Work, row: HotlineAnswer, hotline_no: str, case_id: int) -> Answer:
    done = (
        select(HandlingRecord.text, Organisation)
        .outerjoin(Organisation, Organisation.id == HandlingRecord.unit_id)
        .where(HandlingRecord.case_id == case_id, HandlingRecord.done, HandlingRecord.at <= row.at)
        .order_by(HandlingRecord.id.desc())
        .limit(1)
    )
    said = work.session.execute(done).first()
    return Answer(
        id=row.id,
        hotline_no=hotline_no,
        kind=row.kind,
        round=row.round,
        conclusion=row.conclusion,
        callback=row.callback,
        unit=_unit(said[1]) if said is not None else None,
        text=said[0] if said is not None else None,
        at=row.at,
        confirmed_at=row.confirmed_at,
    )


def _unit(unit: Organisation | None) -> tuple[str, str] | None:
    return None if unit is None else (unit.name, unit.name_en or unit.name)
