"""Residents report, follow, answer, rate, withdraw and reopen; signed in, or with the PIN of the receipt."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from flask import g, request
from werkzeug.exceptions import Unauthorized

from casework import attachments
from casework.cases import reading
from casework.cases import services as cases
from casework.complaints import additions
from casework.complaints import services as complaints
from casework.complaints.models import Intake
from casework.complaints.queries import case_of, questions, report_by_code
from casework.complaints.reopening import may_reopen, reopen
from casework.complaints.reporting import report_by_form
from casework.errors import NotFound
from casework.persistence import ANONYMOUS, Actor, Work
from webapp import limits
from webapp.api.bearer import work
from webapp.api.calls import Calls
from webapp.api.replaying import replayed
from webapp.api.report_shapes import (
    AdditionIn,
    AgainIn,
    AnswerIn,
    RatingIn,
    ReceiptOut,
    ReportIn,
    ReportOut,
    ReportPage,
)
from webapp.api.shapes import AfterQuery, Done, Reason
from webapp.residents import acts, reads
from webapp.uploads import KeptFile, Received

api = Calls("reports_api", __name__, url_prefix="/api/v1", description="居民报事与跟踪 · Residents' reports")

PIN = "X-Report-Pin"
PIN_PARAMETER = {
    "in": "header",
    "name": PIN,
    "required": False,
    "schema": {"type": "string", "pattern": "^[0-9]{6}$"},
    "description": "回执上的密码；本人令牌不需要。 The PIN of the receipt; not needed with the resident's own token.",
}


@api.call(
    "POST",
    "/reports",
    "报事，得回执 · Report and get a receipt",
    scope="report",
    public=True,
    takes=ReportIn,
    gives=ReceiptOut,
    status=201,
)
def report(given: dict[str, Any]) -> dict[str, Any]:
    """Start a case from a report; the PIN is told here and never again."""
    _count_report()
    below = g.bearer.path if g.bearer is not None else ""
    answers = {**given["details"], **{name: given[name] for name in _ASKED if given[name] is not None}}

    def act() -> dict[str, Any]:
        filled, files = _kept({"media": given["media"]}).answered(opened, answers)
        made = report_by_form(opened, filled, files, channel=given["channel"], place=given["place"], below=below)
        return {"code": made.code, "pin": made.pin, "case_no": made.case_no}

    with work() as opened:
        return replayed(opened, request.get_json(), act, secret=("pin",))


@api.call("GET", "/reports", "本人的报事 · One's own reports", scope="follow", takes=AfterQuery, gives=ReportPage)
def mine(asked: dict[str, Any]) -> dict[str, Any]:
    """List the reports of the person whose token it is."""
    if g.visitor.person_id is None:
        return {"items": [], "after": None}
    with work() as opened:
        rows, after = reads.mine(opened, asked["after"])
    return {"items": rows, "after": after}


@api.call(
    "GET",
    "/reports/<code>",
    "查看进展 · Follow a report",
    scope="follow",
    gives=ReportOut,
    secret=PIN_PARAMETER,
)
def follow(code: str) -> dict[str, Any]:
    """Tell in plain words where a report stands."""
    with _own(code) as (opened, intake):
        view = reads.track(opened, intake)
        case = case_of(opened, intake)
        clocks = reading.clock_views(opened, case) if case.status == "open" else []
        return {
            **{name: getattr(view, name) for name in _TOLD},
            "code": intake.code,
            "steps": [{"name": name, "state": state} for name, state in view.steps],
            "who": [{"role": role, "name": name} for role, name in view.who],
            "clocks": [one for one in clocks if one.name in _PROMISES],
            "may_reopen": may_reopen(opened, case),
        }


@api.call(
    "POST",
    "/reports/<code>/answers/<int:task_id>",
    "回答提问 · Answer a question",
    scope="follow",
    takes=AnswerIn,
    gives=Done,
    secret=PIN_PARAMETER,
)
def answer(given: dict[str, Any], code: str, task_id: int) -> dict[str, Any]:
    """Answer a question that was put to the resident."""

    def act(opened: Work, intake: Intake) -> None:
        case = case_of(opened, intake)
        if task_id not in {one.task for one in questions(opened, case, intake)}:
            raise NotFound("没有这个提问。", "There is no such question.")
        filled, files = _kept(given["files"]).answered(opened, given["answers"])
        cases.complete_item(opened, task_id, filled, seen_version=given["version"], files=files)

    return _done(code, act)


@api.call(
    "POST",
    "/reports/<code>/additions",
    "补充 · Add to a report",
    scope="follow",
    takes=AdditionIn,
    gives=Done,
    secret=PIN_PARAMETER,
)
def supplement(given: dict[str, Any], code: str) -> dict[str, Any]:
    """Add words and photos to a running case, until it is closed; whoever has it in hand is told."""

    def act(opened: Work, intake: Intake) -> None:
        limits.count("addition", limits.ADDITIONS, intake.code)
        drafts = attachments.drafts_by_token(opened, given["media"])
        additions.add(opened, intake.id, given["text"], [one.id for one in drafts])

    return _done(code, act)


@api.call(
    "POST",
    "/reports/<code>/rating",
    "评价 · Rate the result",
    scope="follow",
    takes=RatingIn,
    gives=Done,
    secret=PIN_PARAMETER,
)
def rate(given: dict[str, Any], code: str) -> dict[str, Any]:
    """Rate the result from 1 to 5."""
    score, text = given["score"], given["text"]
    return _done(code, lambda opened, intake: acts.rate(opened, intake, score, text, key=""))


@api.call(
    "POST",
    "/reports/<code>/withdrawal",
    "撤回 · Withdraw a report",
    scope="follow",
    takes=Reason,
    gives=Done,
    secret=PIN_PARAMETER,
)
def withdraw(given: dict[str, Any], code: str) -> dict[str, Any]:
    """Withdraw a report; a review decides whether the case stops."""
    return _done(code, lambda opened, intake: complaints.withdraw(opened, intake.id, given["reason"]))


@api.call(
    "POST",
    "/reports/<code>/reopening",
    "重开 · Open a closed matter again",
    scope="follow",
    takes=AgainIn,
    gives=ReceiptOut,
    status=201,
    secret=PIN_PARAMETER,
)
def again(given: dict[str, Any], code: str) -> dict[str, Any]:
    """Open a closed matter again: a new case, linked to the old one, with a receipt of its own."""
    _count_report()
    with _own(code) as (opened, intake):

        def act() -> dict[str, Any]:
            drafts = attachments.drafts_by_token(opened, given["media"])
            made = reopen(opened, intake.id, given["text"], files=[one.id for one in drafts])
            return {"code": made.code, "pin": made.pin, "case_no": made.case_no}

        return replayed(opened, request.get_json(), act, secret=("pin",))


_ASKED = (
    "estate",
    "text",
    "category",
    "cause",
    "danger",
    "part",
    "occurred_at",
    "anonymous",
    "confidential",
    "callback_wanted",
    "phone",
)
_TOLD = (
    "title",
    "state",
    "says",
    "promised",
    "mark",
    "law",
    "phone",
    "timeline",
    "questions",
    "may_rate",
    "may_withdraw",
    "may_add",
    "additions",
)
_PROMISES = frozenset(("reply", "urgent_arrive", "urgent_control"))
PIN_OF_ADDRESS = limits.Limit(60, timedelta(minutes=15))
OF_SYSTEM = limits.Limit(3000, timedelta(hours=1))
PIN_OF_REPORT = limits.Limit(300, timedelta(hours=1))


@contextmanager
def _own(code: str) -> Iterator[tuple[Work, Intake]]:
    """Open a transaction in the complainant's name on their own report; 401 without token and PIN, else 404."""
    code, pin = code.strip().upper()[:40], request.headers.get(PIN)
    if pin is None and g.visitor.person_id is None:
        raise Unauthorized
    if pin is not None:
        limits.count("pin", PIN_OF_ADDRESS, code)
        limits.count("pin-of", PIN_OF_REPORT, who=code)
    with work() as opened:
        found = complaints.find_by_code(opened, code, pin[:12]) if pin is not None else report_by_code(opened, code)
        if found.case_id is None or (pin is None and found.person_id != g.visitor.person_id):
            raise NotFound("没有这件报事。", "There is no such report.")
        acting = ANONYMOUS if found.person_id is None else Actor("person", found.person_id)
    with work(acting) as opened:
        yield opened, report_by_code(opened, code)


def _done(code: str, act: Callable[[Work, Intake], None]) -> dict[str, Any]:
    with _own(code) as (opened, intake):

        def once() -> dict[str, Any]:
            act(opened, intake)
            return {"done": True}

        return replayed(opened, request.get_json(), once)


def _kept(files: Mapping[str, list[str]]) -> Received:
    return Received({name: [KeptFile(token, "") for token in sent] for name, sent in files.items()})


def _count_report() -> None:
    """Count one report: of the person of a token, of a system for its many people, else of the address."""
    if g.visitor.person_id is not None:
        limits.count("report", limits.REPORTS, who=f"person:{g.visitor.person_id}")
    elif g.bearer is not None:
        limits.count("report", OF_SYSTEM, who=f"token:{g.bearer.token_id}")
    else:
        limits.count("report", limits.REPORTS)
