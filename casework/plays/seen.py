"""What a scenario may expect, compared with what the database holds."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from casework.cases import inbox
from casework.cases.models import Case, CaseClock, CaseLink, CaseUnit, History, Incident, WorkItem
from casework.cases.reading import read_case
from casework.complaints.models import Complaint, Intake
from casework.credit.models import CreditEntry
from casework.directory.viewing import viewer
from casework.errors import NotFound
from casework.jobs import Job
from casework.notifications.models import Notice
from casework.persistence import Work
from casework.plays.comparing import Mismatch, due, equal
from casework.plays.looks import LOOKS
from casework.plays.takeovers import LOOKS as TAKEOVER_LOOKS
from casework.plays.tasks import case_of
from casework.plays.town import Town
from casework.supervision.models import Card, SupervisionOrder


def compare(work: Work, town: Town, names: dict[str, Any], then: Mapping[str, Any]) -> None:
    """Raise Mismatch at the first expectation of `then` that does not hold."""
    _no_failed_jobs(work)
    case = case_of(work, names, then) if names else None
    for what, expected in then.items():
        if what == "case":
            continue
        look = _LOOKS.get(what)
        if look is None:
            raise Mismatch(f"不认识的预期“{what}”", f"unknown expectation “{what}”")
        look(work, town, case, expected)


def _no_failed_jobs(work: Work) -> None:
    failed = work.session.scalars(select(Job).where(Job.last_error.is_not(None), Job.state != "done")).first()
    if failed is not None:
        raise Mismatch(f"后台任务失败：{failed.kind}", f"the job {failed.kind} failed: {failed.last_error}")
    stuck = work.session.scalars(select(Incident).where(Incident.resolved_at.is_(None))).first()
    if stuck is not None:
        raise Mismatch(f"流程停在“{stuck.element}”：{stuck.text_zh}", f"stuck at “{stuck.element}”: {stuck.text_en}")


def _tasks(work: Work, town: Town, case: Case, expected: Any) -> None:
    """Expect exactly these open tasks: names of elements, or {element: {by: person, not_by: …, due: …, number: …}}."""
    items = work.session.scalars(
        select(WorkItem).where(WorkItem.case_id == case.id, WorkItem.state == "open").order_by(WorkItem.element)
    ).all()
    wanted = dict.fromkeys(expected) if isinstance(expected, list) else dict(expected)
    equal("待办 tasks", sorted(wanted), sorted({item.element for item in items}))
    for name, details in wanted.items():
        named = [item for item in items if item.element == name]
        for field, value in (details or {}).items():
            _item_field(work, town, named, field, value)


def _item_field(work: Work, town: Town, items: Sequence[WorkItem], field: str, value: Any) -> None:
    item = items[0]
    if field == "number":
        equal(f"{item.element} number", value, len(items))
    elif field in {"by", "not_by"}:
        for person in value if isinstance(value, list) else [value]:
            looker = viewer(work, town.person(person))
            seen = any(inbox.find(work, looker, one.id) is not None for one in items)
            if seen != (field == "by"):
                zh, en = ("看得到", "sees") if seen else ("看不到", "doesn't see")
                raise Mismatch(f"{person} {zh}待办 {item.element}", f"{person} {en} the task {item.element}")
    elif field == "due":
        due(work, f"{item.element} due", value, item.due_at)
    elif field == "holder":
        equal("领取人 holder", None if value is None else town.person(value), item.holder_id)
    else:
        raise Mismatch(f"不认识“{field}”", f"unknown detail “{field}”")


def _clocks(work: Work, town: Town, case: Case, expected: Any) -> None:
    """Expect of each clock named: a due day or instant, or stopped, paused, provisional, none, or breached."""
    del town
    for name, value in expected.items():
        query = select(CaseClock).where(CaseClock.case_id == case.id, CaseClock.name == name)
        clock = work.session.scalars(query.order_by(CaseClock.id.desc())).first()
        for one in value if isinstance(value, list) else [value]:
            _clock(work, name, clock, one)


def _clock(work: Work, name: str, clock: CaseClock | None, value: Any) -> None:
    states: Mapping[str, Callable[[CaseClock], bool]] = {
        "stopped": lambda known: known.stopped_at is not None,
        "running": lambda known: known.stopped_at is None and known.paused_at is None,
        "paused": lambda known: known.paused_at is not None,
        "provisional": lambda known: known.provisional,
        "settled": lambda known: not known.provisional,
        "breached": lambda known: known.breached_at is not None,
        "kept": lambda known: known.breached_at is None,
    }
    if value == "none":
        equal(f"时限 {name}", None, clock)
        return
    if clock is None:
        raise Mismatch(f"时限 {name} 未开始", f"the clock {name} has not started")
    if isinstance(value, str) and value in states:
        if not states[value](clock):
            raise Mismatch(f"时限 {name} 不是 {value}", f"the clock {name} is not {value}")
        return
    due(work, f"时限 {name}", value, clock.due_at)


def _notices(work: Work, town: Town, case: Case, expected: Any) -> None:
    """Expect this many notices of each code about the case."""
    del town
    for code, number in expected.items():
        query = select(func.count()).where(Notice.case_id == case.id, Notice.code == code)
        equal(f"通知 {code}", number, work.session.scalar(query))


def _cards(work: Work, town: Town, case: Case, expected: Any) -> None:
    del town
    query = select(Card.kind).where(Card.case_id == case.id).order_by(Card.id)
    equal("牌 cards", list(expected), list(work.session.scalars(query)))


def _supervision(work: Work, town: Town, case: Case, expected: Any) -> None:
    """Expect the open order: none, or {tier, kind, reason, due}."""
    del town
    query = select(SupervisionOrder).where(SupervisionOrder.case_id == case.id, SupervisionOrder.lifted_at.is_(None))
    order = work.session.scalars(query).first()
    if expected == "none" or order is None:
        equal("督办 supervision", expected, "none" if order is None else f"tier {order.tier}")
        return
    for field, value in expected.items():
        if field == "due":
            due(work, "督办期限", value, order.due_at)
        else:
            equal(f"督办 {field}", value, getattr(order, field))


def _unit(work: Work, town: Town, case: Case, expected: Any) -> None:
    del work
    equal("责任单位 unit", town.organisations[expected], case.unit_id)


def _units(work: Work, town: Town, case: Case, expected: Any) -> None:
    query = select(CaseUnit.organisation_id).where(CaseUnit.case_id == case.id, CaseUnit.leads).order_by(CaseUnit.id)
    equal("责任单位历次", [town.organisations[name] for name in expected], list(work.session.scalars(query)))


def _column(name: str) -> Callable[[Work, Town, Case, Any], None]:
    def look(work: Work, town: Town, case: Case, expected: Any) -> None:
        del work, town
        equal(name, expected, getattr(case, name))

    return look


def _complaint(work: Work, town: Town, case: Case, expected: Any) -> None:
    del town
    row = work.session.get_one(Complaint, case.id)
    for field, value in expected.items():
        equal(field, value, getattr(row, field))


def _intakes(work: Work, town: Town, case: Case, expected: Any) -> None:
    """Expect the callbacks of all reports of the case, in order of arrival."""
    del town
    query = select(Intake.callback).where(Intake.case_id == case.id).order_by(Intake.id)
    equal("诉求 intakes", list(expected), list(work.session.scalars(query)))


def _credit(work: Work, town: Town, case: Case, expected: Any) -> None:
    """Expect the points each company lost by this case: {company: points}, or none."""
    query = select(CreditEntry.organisation_id, func.sum(CreditEntry.points)).where(CreditEntry.case_id == case.id)
    found = {
        organisation: int(points) for organisation, points in work.session.execute(query.group_by("organisation_id"))
    }
    wanted = {} if expected in (None, "none") else {town.organisations[name]: n for name, n in expected.items()}
    equal("信用 credit", wanted, found)


def _sees(work: Work, town: Town, case: Case, expected: Any) -> None:
    """Expect what each person sees of the case: nothing, case, or identity."""
    for person, value in expected.items():
        try:
            page = read_case(work, viewer(work, town.person(person)), case.no)
            found = "identity" if page.may_reveal else "case"
        except NotFound:
            found = "nothing"
        equal(f"{person} 所见", value, found)


def _links(work: Work, town: Town, case: Case, expected: Any) -> None:
    del town
    query = select(CaseLink.why).where(CaseLink.case_id == case.id).order_by(CaseLink.why)
    equal("关联 links", sorted(expected), list(work.session.scalars(query)))


def _count(work: Work, town: Town, case: Case | None, expected: Any) -> None:
    del town, case
    for process, number in expected.items():
        query = select(func.count()).select_from(Case).where(Case.process == process)
        equal(f"案件数 {process}", number, work.session.scalar(query))


def _history(work: Work, town: Town, case: Case, expected: Any) -> None:
    """Expect how often each thing stands in the history, by its short name."""
    del town
    for what, number in expected.items():
        query = select(func.count()).select_from(History).where(History.case_id == case.id, History.what == what)
        equal(f"经过 {what}", number, work.session.scalar(query))


def _open_cases(work: Work, town: Town, case: Case | None, expected: Sequence[str]) -> None:
    del town, case
    query = select(Case.process).where(Case.status == "open").order_by(Case.process)
    equal("在办案件", sorted(expected), list(work.session.scalars(query)))


_LOOKS: Mapping[str, Callable[..., None]] = {
    **LOOKS,
    **TAKEOVER_LOOKS,
    "tasks": _tasks,
    "clocks": _clocks,
    "notices": _notices,
    "cards": _cards,
    "supervision": _supervision,
    "unit": _unit,
    "units": _units,
    "tier": _column("tier"),
    "status": _column("status"),
    "outcome": _column("outcome"),
    "urgency": _column("urgency"),
    "sealed": _column("sealed"),
    "tags": _column("tags"),
    "complaint": _complaint,
    "intakes": _intakes,
    "credit": _credit,
    "sees": _sees,
    "links": _links,
    "cases": _count,
    "history": _history,
    "open": _open_cases,
    "level": _column("level"),
}
