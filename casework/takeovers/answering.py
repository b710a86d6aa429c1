"""Who answers for an unmanaged estate from when on: in an emergency, with basic service, hired, or the owners."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from casework import calendar
from casework.cases import clocks, messages
from casework.cases.models import Case
from casework.cases.notices import tell
from casework.cases.operations import close
from casework.cases.services import link
from casework.cases.step import Step
from casework.cases.units import change_unit
from casework.directory import queries as directory
from casework.directory import serving
from casework.elections.queries import in_office
from casework.engine import Message
from casework.errors import Refused
from casework.persistence import Work
from casework.takeovers import units
from casework.takeovers.models import KINDS

CLOCK = "emergency"
SERVICE = "emergency_service"
_LENGTH = "takeover.emergency.max_months"
_COMMUNITY = "CM"
_KEEPERS = ("project_manager", "company_admin", "soe_manager")
"""Who keeps the papers of a company."""
_OUTCOMES = {"self": ("转业主自管", "the owners run it"), "market": ("转市场化服务", "it is served by the market")}
_NOTICES = {"emergency": "emergency_started", "basic": "basic_started", "serving": "entered"}


def set_unit(step: Step, unit: int, kind: str, since: datetime, until: date | None = None) -> Mapping[str, Any]:
    """Have `unit` answer for the estate from `since` on: emergency, basic, interim, serving or self.

    An emergency service ends on `until`, at the latest after takeover.emergency.max_months (clock `emergency`): it
    begins on a day and ends on the same day of the last month, or on that month's last day. Any other kind stops the
    clock. An estate that was not flagged is flagged by it. Returns {service_ends: instant or null}. Raises Refused for
    an unknown kind, a later end, a beginning in the future, or a company that is to give basic service.
    """
    return _answer(step, unit, kind, since, until, {})


def enter(step: Step, unit: int, since: datetime, **told: Any) -> None:
    """Have the firm that the owners hired answer from `since` on; whoever served until then learns of it (firm_hired).

    `told` stands in the owners' notice `entered`. Raises Refused for a beginning in the future.
    """
    _answer(step, unit, "serving", since, None, told)
    _say(step, "firm_hired", {"firm": Decimal(int(unit))})


def keepers(work: Work, unit_id: int) -> Any:
    """Return who hands over or takes papers for a unit, as a hand-over takes it: its leading people, else the unit."""
    posts = directory.members_of(work, organisation_id=unit_id)
    people = [Decimal(post.person_id) for post in posts if post.role in _KEEPERS]
    return list(dict.fromkeys(people)) or {"organisation": Decimal(unit_id)}


def _answer(
    step: Step, unit: int, kind: str, since: datetime, until: date | None, told: Mapping[str, Any]
) -> Mapping[str, Any]:
    work, case = step.work, step.case
    if kind not in KINDS:
        raise Refused(f"没有“{kind}”这种服务。", f"There is no service of kind “{kind}”.")
    if since > work.now:
        raise Refused("起始时间不能晚于现在。", "The beginning can't lie in the future.")
    if kind == "basic" and serving.is_company(work, int(unit)):
        raise Refused(
            "基本服务由居民委员会、物业管理委员会或者街道承担，不能指定企业。",
            "Basic service is the residents' committee's, the interim committee's or the street's, never a company's.",
        )
    ends = _emergency_ends(step, since, until) if kind == "emergency" else None
    if ends is None:
        clocks.stop(work, case, CLOCK, kind)
    if case.estate_id is not None and units.flagged(work, case.estate_id) is None:
        left_at = step.data.get("left_at")
        units.flag(work, case, "firm_left", min(left_at, since) if isinstance(left_at, datetime) else since, gone=True)
    units.change(work, case, int(unit), kind, since, until=ends)
    change_unit(work, case, int(unit))
    name = units.name_of(work, int(unit))
    last = None if ends is None else calendar.last_day(ends, work.house.zone)
    if kind in _NOTICES:
        ends_on = {} if last is None else {"until": str(last)}
        tell(step, _NOTICES[kind], "owners tier:1", unit=name, **ends_on, **told)
    step.note(
        f"{name}自 {since.astimezone(work.house.zone):%Y-%m-%d %H:%M} 起负责"
        + (f"，到 {last} 为止。" if last else "。"),
        f"{name} answers from {since.astimezone(work.house.zone):%Y-%m-%d %H:%M} on"
        + (f", until {last}." if last else "."),
        what="unit_set",
        unit=int(unit),
        kind=kind,
    )
    return {"service_ends": ends}


def leave(step: Step, reason: str, since: datetime | None = None) -> Mapping[str, Any]:
    """Have the street answer for an estate whose firm is gone, and open its emergency service the same day.

    Where nobody serves any more already, only the service is opened. Returns {attempt: 0}: the owners are asked anew.
    """
    at = since or step.work.now
    street_answers(step, at)
    _open_service(step, "emergency", reason, at)
    return {"attempt": Decimal(0)}


def open_basic(step: Step, reason: str) -> None:
    """Open basic service for the estate, unless a service goes on there: that one turns basic at its end.

    The takeover ends with it; the estate stays flagged, and a firm that serves goes on until basic service begins.
    """
    close(step, "interim", reason)
    present = units.responsible(step.work, step.case.estate_id or 0)
    running = None if present is not None and present.kind == "serving" else _service(step)
    if running is None:
        _open_service(step, "basic", reason, None)
        return
    link(step.work, step.case.id, running, SERVICE)
    step.note("已有应急服务，期满转基本服务。", "The service there turns basic at its end.", what="service_kept")


def settle(step: Step, outcome: str) -> Mapping[str, Any]:
    """End the flag: `outcome` is market, where the firm hired goes on, or self, where the owners run their estate.

    Who runs it for them is their committee, else the residents' committee; the firm that served until then hands over
    in a case of its own, and everybody who served learns that the owners do it themselves (self_managed). Returns
    {unit}. Raises Refused where neither committee is on record.
    """
    work, case, now = step.work, step.case, step.work.now
    before = units.responsible(work, case.estate_id or 0)
    unit = before.unit_id if before is not None else 0
    if outcome == "self":
        unit = _owners_body(step)
        units.change(work, case, unit, "self", now)
        change_unit(work, case, unit)
        _say(step, "self_managed", {"body": Decimal(unit)})
        if before is not None and before.kind == "serving":
            _hand_over(step, before.unit_id)
    units.settle(work, case, outcome, now).class_ = "D" if outcome == "self" else "A"
    close(step, outcome)
    zh, en = _OUTCOMES[outcome]
    step.note(f"失管状态结束：{zh}。", f"No longer unmanaged: {en}.", what="settled", unit=unit)
    return {"unit": Decimal(unit)}


def service_at(work: Work, estate_id: int) -> int | None:
    """Return the case of the emergency or basic service that is open at an estate; the oldest of several."""
    query = select(Case.id).where(Case.process == SERVICE, Case.status == "open", Case.estate_id == estate_id)
    return work.session.scalars(query.order_by(Case.id)).first()


def street_answers(step: Step, at: datetime) -> None:
    """Put the street in the place of a firm that is gone; whoever else answers goes on."""
    present = units.responsible(step.work, step.case.estate_id or 0)
    if present is not None and present.kind == "serving":
        street = units.street_of(step.work, step.case.estate_id or 0)
        units.change(step.work, step.case, street, "interim", at)
        change_unit(step.work, step.case, street)


def _emergency_ends(step: Step, since: datetime, until: date | None) -> datetime:
    """Start the clock of an emergency service and return when it ends: on `until`, never later than the rule says."""
    rules = clocks.counting(step.work, step.case)
    latest = rules.pinned.deadline(_LENGTH, since, rules.calendar, rules.zone)
    ends = latest
    if until is not None:
        at = datetime.combine(until + timedelta(days=1), time(), rules.zone)
        if at > latest.instant:
            last = calendar.last_day(latest.instant, rules.zone)
            raise Refused(f"应急服务最晚到 {last} 为止。", f"An emergency service ends on {last} at the latest.")
        ends = calendar.Due(at, at)
    return clocks.start(step.work, step.case, CLOCK, _LENGTH, since, again=True, ends=ends).due_at


def _open_service(step: Step, mode: str, reason: str, left_at: datetime | None) -> None:
    data = {"mode": mode, "reason": reason, "left_at": left_at}
    started = {"process": SERVICE, "from": step.case.id, "area": step.case.area_id, "why": SERVICE, "data": data}
    step.later("cases.start", started, key=f"start:{SERVICE}")
    zh, en = ("应急服务", "Emergency service") if mode == "emergency" else ("基本服务", "Basic service")
    step.note(f"启动{zh}。", f"{en} opened.", what="service_opened", mode=mode)


def _service(step: Step) -> int | None:
    return None if step.case.estate_id is None else service_at(step.work, step.case.estate_id)


def _owners_body(step: Step) -> int:
    estate_id = step.case.estate_id or 0
    committee = in_office(step.work, estate_id)
    if committee is not None:
        return committee.organisation_id
    residents = directory.bureau(step.work, _COMMUNITY, estate_id)
    if residents is None:
        raise Refused(
            "小区没有业主委员会，所在社区也没有登记居民委员会（代码 CM），请先在“组织”中登记。",
            "There is no owners' committee, and no residents' committee on record (code CM): add it first.",
        )
    return residents.id


def _hand_over(step: Step, old: int) -> None:
    """Open the hand-over of a firm that leaves: whoever leads its service hands the papers to the owners' body."""
    committee = in_office(step.work, step.case.estate_id or 0)
    data = {
        "template": "firm_exit",
        "from": keepers(step.work, old),
        "to": "estate.community" if committee is None else {"organisation": Decimal(committee.organisation_id)},
        "witness": "estate.street",
    }
    started = {"process": "document_handover", "from": step.case.id, "area": step.case.area_id, "why": "handover"}
    step.later("cases.start", {**started, "data": data}, key="start:document_handover")


def _say(step: Step, name: str, payload: Mapping[str, Any]) -> None:
    """Tell the service that is open at the estate; without one nobody has to know."""
    if _service(step) is not None:
        estate = {"estate": Decimal(step.case.estate_id or 0)}
        messages.post(step.work, step.case, Message(name, payload, estate))


OPERATIONS = {
    "takeovers.set_unit": set_unit,
    "takeovers.leave": leave,
    "takeovers.open_basic": open_basic,
    "takeovers.settle": settle,
}
