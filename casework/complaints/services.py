"""What residents, clerks and the hotline do: report, follow, withdraw, rate."""

import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import scrypt
from typing import Any

from sqlalchemy import func, select

from casework import attachments, engine
from casework.cases import history
from casework.cases import services as cases
from casework.cases.advance import lock
from casework.cases.commands import once
from casework.cases.models import Case
from casework.cases.values import from_json, to_json
from casework.complaints.models import ONLINE, Complaint, Intake
from casework.complaints.titles import title
from casework.errors import Invalid, NotFound, Refused
from casework.persistence import Work

PROCESS = "complaint_handling"
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class Report:
    """A report as it came in. `person_id` is the complainant; None when nobody may know.

    `details` are further answers of the report's form that the triage asks for, as whether it is the only lift.
    """

    channel: str
    estate_id: int
    text: str
    part: str = "common"
    location_id: int | None = None
    category: str | None = None
    cause: str | None = None
    danger: str = "none"
    received_at: datetime | None = None
    occurred_at: datetime | None = None
    person_id: int | None = None
    about_person_id: int | None = None
    hotline_no: str | None = None
    anonymous: bool = False
    confidential: bool = False
    callback_wanted: bool = True
    joint: Sequence[Any] = field(default_factory=tuple)
    details: Mapping[str, Any] = field(default_factory=dict)
    files: Sequence[int] = field(default_factory=tuple)


@dataclass(frozen=True)
class Receipt:
    """What the complainant keeps: the code and the PIN that open the case, and the number of the case."""

    code: str
    pin: str
    case_no: str


def report(work: Work, given: Report, *, key: str | None = None) -> Receipt:
    """Take in a report and start its case; the same hotline number or the same `key` again gives the same receipt.

    Raises Invalid when the text is too short or too long or the report lies in the future.
    """

    def act() -> dict[str, str]:
        _must_fit(work, given)
        if given.hotline_no is not None:
            _one_at_a_time(work, given.hotline_no)
            known = work.session.scalar(select(Intake).where(Intake.hotline_no == given.hotline_no))
            if known is not None:
                return _again(work, known)
        pin = f"{secrets.randbelow(1_000_000):06d}"
        intake = _take_in(work, given, pin)
        case = open_for(work, intake)
        return {"code": intake.code, "pin": pin, "case_no": case.no}

    request = {"channel": given.channel, "estate": given.estate_id, "text": given.text, "hotline": given.hotline_no}
    return Receipt(**once(work, key, request, act, secret=("pin",)))


def find_by_code(work: Work, code: str, pin: str) -> Intake:
    """Return the report that the code and the PIN open; raise NotFound for a wrong pair, whichever part is wrong."""
    intake = work.session.scalar(select(Intake).where(Intake.code == code.strip().upper()))
    if intake is None:
        _digest(pin, "absent")
        raise _unknown()
    salt, wanted = intake.pin_hash.split("$")
    if not hmac.compare_digest(_digest(pin, salt), wanted):
        raise _unknown()
    return intake


def rate(work: Work, intake_id: int, *, score: int, satisfied: bool, text: str = "", key: str | None = None) -> None:
    """Rate the answer to a report from 1 to 5. Raises Refused when no answer waits for a rating."""
    if not 1 <= score <= 5:
        raise Invalid(
            "评分为 1 至 5 分。", "A rating goes from 1 to 5.", {"score": [("请选择 1 至 5 分", "Choose 1 to 5")]}
        )
    intake = _intake(work, intake_id)
    payload = {"satisfied": satisfied, "score": score, "text": text, "reached": True}
    message = engine.Message("resident_rated", {"rating": payload}, {"intake": intake.id})
    cases.deliver(work, intake.case_id or 0, message, key=key)


def withdraw(work: Work, intake_id: int, reason: str, *, key: str | None = None) -> None:
    """Take a report back. With other complainants left the case goes on for them.

    Raises Refused once the case is closed, or the report was rated or taken back already.
    """
    intake = _intake(work, intake_id)
    case = lock(work, intake.case_id or 0)
    if case.status == "closed" or intake.callback not in {"waiting", "none"}:
        raise Refused("这件诉求已经办结或已撤回。", "This report is closed or taken back already.")
    others = work.session.scalars(
        select(Intake).where(Intake.case_id == intake.case_id, Intake.id != intake.id, Intake.callback != "dropped")
    ).all()
    if others:
        intake.callback = "dropped"
        zh, en = (
            "一位诉求人撤回，其余诉求继续办理。",
            "One complainant took the report back; the case goes on for the others.",
        )
        line = history.Line(None, None, "intake", "dropped", zh, en, {"intake": intake.id})
        history.write(work, case, [line])
        cases.deliver(work, case.id, engine.Message("intake_dropped", {}, {"intake": intake.id}), required=False)
        return
    message = engine.Message("withdrawn", {"withdrawal": {"intake": intake.id, "reason": reason}})
    cases.deliver(work, intake.case_id or 0, message, key=key)


def _take_in(work: Work, given: Report, pin: str) -> Intake:
    salt = secrets.token_hex(8)
    intake = Intake(
        code="".join(secrets.choice(_ALPHABET) for _ in range(10)),
        pin_hash=f"{salt}${_digest(pin, salt)}",
        channel=given.channel,
        line="online" if given.channel in ONLINE else "offline",
        received_at=given.received_at or work.now,
        occurred_at=given.occurred_at,
        person_id=None if given.anonymous and given.person_id is None else given.person_id,
        registered_by=work.actor.person_id if work.actor.person_id != given.person_id else None,
        about_person_id=given.about_person_id,
        hotline_no=given.hotline_no,
        estate_id=given.estate_id,
        location_id=given.location_id,
        part=given.part,
        category=given.category,
        cause=given.cause,
        danger=given.danger,
        text=given.text,
        anonymous=given.anonymous,
        confidential=given.confidential,
        joint=list(given.joint),
        details=to_json(given.details),
        files=list(given.files),
        callback="waiting" if given.callback_wanted and given.person_id is not None else "none",
    )
    work.session.add(intake)
    work.session.flush()
    attachments.attach(work, intake.files, f"intake:{intake.id}")
    return intake


def open_for(work: Work, intake: Intake) -> Case:
    """Open a case for a report that has been taken in."""
    parties = [(intake.person_id, "complainant")] if intake.person_id is not None else []
    if intake.about_person_id is not None:
        parties.append((intake.about_person_id, "accused"))
    data = {
        **from_json(intake.details),
        "channel": intake.channel,
        "line": intake.line,
        "person": intake.person_id,
        "on_behalf_of": None,
        "media": list(intake.files),
        "category": intake.category,
        "cause": intake.cause,
        "danger": intake.danger,
        "part": intake.part,
        "urgency": "normal",
    }

    def prepare(case: Case) -> None:
        intake.case_id = intake.first_case_id = case.id
        case.title_zh, case.title_en = title(work, case, intake)
        work.session.add(
            Complaint(
                case_id=case.id,
                cause=intake.cause,
                danger=intake.danger,
                part=intake.part,
                location_id=intake.location_id,
                triage={},
            )
        )
        work.session.flush()

    return cases.start_case(
        work,
        PROCESS,
        data,
        area_id=intake.estate_id,
        incident_at=intake.occurred_at or intake.received_at,
        columns={
            "category": intake.category,
            "confidential": intake.confidential,
            "hotline": intake.hotline_no is not None,
        },
        parties=parties,
        prepare=prepare,
    )


def _must_fit(work: Work, given: Report) -> None:
    fields: dict[str, list[tuple[str, str]]] = {}
    if not 5 <= len(given.text.strip()) <= 2000:
        fields["text"] = [("请用 5 至 2000 字说明情况", "Describe it in 5 to 2000 characters")]
    if given.occurred_at is not None and given.occurred_at > work.now:
        fields["occurred_at"] = [("发生时间不能晚于现在", "It can't have happened in the future")]
    if fields:
        raise Invalid("请检查标出的内容。", "Check what is marked.", fields)


def _one_at_a_time(work: Work, hotline_no: str) -> None:
    """Let the same order that comes twice at once wait for the first: it is the same report."""
    work.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"hotline {hotline_no}", 0))))


def _again(work: Work, intake: Intake) -> dict[str, str]:
    case = work.session.get_one(Case, intake.case_id)
    return {"code": intake.code, "pin": "", "case_no": case.no}


def _intake(work: Work, intake_id: int) -> Intake:
    intake = work.session.get(Intake, intake_id)
    if intake is None or intake.case_id is None:
        raise _unknown()
    return intake


def _unknown() -> NotFound:
    return NotFound("查询码或密码不对，请核对回执。", "The code or the PIN is wrong; check your receipt.")


def _digest(pin: str, salt: str) -> str:
    return scrypt(pin.encode(), salt=salt.encode(), n=2**12, r=8, p=1, dklen=24).hex()
