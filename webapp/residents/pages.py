"""A resident reports in a minute, follows the steps in plain words, answers, rates. No page needs JavaScript."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from casework import attachments
from casework.complaints import services as complaints
from casework.complaints.models import Intake
from casework.complaints.queries import report_by_code
from casework.complaints.views import Question
from casework.directory.viewing import SYSTEM_VIEWER
from casework.errors import CaseworkError, Conflict, Forbidden, Invalid, NotFound, Refused
from casework.persistence import Work
from webapp import limits, uploads
from webapp.answers import change_rows, messages, read
from webapp.door import work
from webapp.errors import status_of
from webapp.files.pages import sent
from webapp.forms import FormPage
from webapp.identity import needs, public
from webapp.language import current_language
from webapp.rendering import command_key, say
from webapp.repeats import answered, key_of_form
from webapp.residents import acts, reads
from webapp.residents.icons import category_icon
from webapp.residents.tracked import grant, must_be_tracked, tracked_work
from webapp.residents.views import TrackView
from webapp.votes import reads as ballots

pages = Blueprint("residents", __name__)

Shown = str | Response | tuple[str, int]
REFUSALS = (Invalid, Refused, Conflict, Forbidden)


@dataclass(frozen=True, slots=True)
class DrawnQuestion:
    """A question with its form."""

    view: Question
    form: FormPage


@pages.get("/")
@public
def home() -> Shown:
    """Show residents what they can do; send staff to their work."""
    if g.visitor.nav:
        return redirect(url_for(g.visitor.nav[0].endpoint))
    with work() as opened:
        waiting = ballots.waiting(opened) if g.visitor.person_id is not None else []
    return render_template("residents/home.html", waiting=waiting)


@pages.get("/report")
@public
def report() -> Shown:
    """Ask first whether somebody is in danger, then what it is about."""
    with work() as opened:
        found = {"categories": reads.categories(opened), "dangers": reads.dangers(opened)}
    return render_template("residents/report.html", category_icon=category_icon, **found)


@pages.route("/report/details", methods=["GET", "POST"])
@public
def details() -> Shown:
    """Ask the rest on one page, and start the case."""
    category, danger = request.args.get("category", "")[:40], request.args.get("danger", "")[:40]
    with work() as opened:
        chosen = next((one for one in reads.categories(opened) if one.value == category), None)
        urgent = next((one for one in reads.dangers(opened) if one.value == danger), None)
        if chosen is None and urgent is None:
            return redirect(url_for("residents.report"))
        asked = reads.report_form(opened, category, danger)
        drawn = {"category": chosen, "danger": urgent, "promise": reads.promise(opened, danger)}
        begins = reads.home(opened)
        stands = reads.stands(opened, asked, begins)
    if request.method == "GET":
        form = FormPage(asked.schema, begins, choices=asked.choices, stands=stands)
        return render_template("residents/details.html", form=form, key=command_key(), **drawn)
    with work() as opened:
        before = answered(opened, key_of_form())
    if before is not None:
        return _reported(acts.Receipt(before["code"], before["pin"]), urgent.call if urgent else "")
    answers = read(asked.schema, request.form)
    kept = uploads.receive(asked.schema, answers, request.files)
    errors: dict[str, list[str]] = {}
    status = 200
    if not change_rows(asked.schema, answers, request.form.get("do", "")):
        try:
            kept.refuse_problems()
            limits.count("report", limits.REPORTS)
            with work() as opened:
                made = acts.report(opened, asked, answers, kept, key=key_of_form())
        except REFUSALS as error:
            errors, status = _errors(error), status_of(error)
        else:
            return _reported(made, urgent.call if urgent else "")
    form = FormPage(asked.schema, answers, errors, kept=kept.files, choices=asked.choices, stands=stands)
    key = request.form.get("command_key") or command_key()
    return render_template("residents/details.html", form=form, key=key, **drawn), status


def _reported(made: acts.Receipt, call: str) -> Response:
    grant(made.no)
    session["receipt"] = {"no": made.no, "pin": made.pin, "call": call}
    return redirect(url_for("residents.receipt"))


@pages.get("/receipt")
@public
def receipt() -> Shown:
    """Show the case code, the PIN and the promised day; the PIN is gone when the page is left."""
    kept = session.get("receipt")
    if not kept:
        return redirect(url_for("residents.track_form"))
    view = _view(kept["no"])
    shown = acts.Receipt(kept["no"], kept["pin"], view.promised, view.law, kept["call"])
    return render_template("residents/receipt.html", receipt=shown)


@pages.route("/track", methods=["GET", "POST"])
@public
def track_form() -> Shown:
    """Ask for case code and PIN."""
    if request.method == "GET":
        return render_template("residents/track_form.html", code=request.args.get("code", "")[:40])
    code, pin = request.form.get("code", "").strip().upper()[:40], request.form.get("pin", "").strip()[:12]
    limits.count("pin", limits.PINS, code)
    try:
        with work() as opened:
            found = complaints.find_by_code(opened, code, pin).code
    except NotFound as error:
        problem = error.text(current_language())
        return render_template("residents/track_form.html", code=code, problem=problem), 422
    grant(found)
    return redirect(url_for("residents.track", code=found))


@pages.get("/track/<code>")
@public
def track(code: str) -> Shown:
    """Show the case in plain words: by when, who has it, what happened."""
    session.pop("receipt", None)
    return _track_page(code)


@pages.get("/track/<code>/files/<int:file_id>")
@public
def file(code: str, file_id: int) -> Response:
    """Send a picture that came with this very report."""
    must_be_tracked(code)
    with work() as opened:
        own = {one.id for one in reads.files(opened, report_by_code(opened, code))}
        if file_id not in own:
            abort(404)
        small = request.args.get("size") == "small"
        return sent(attachments.open_file(opened, file_id, SYSTEM_VIEWER, small=small))


@pages.post("/track/<code>/answer/<int:task_id>")
@public
def answer(code: str, task_id: int) -> Shown:
    """Answer a question of the people who handle the case."""
    view = _view(code)
    question = next((one for one in view.questions if one.task == task_id), None) or abort(404)
    answers = read(question.form, request.form)
    kept = uploads.receive(question.form, answers, request.files)
    try:
        kept.refuse_problems()
        with tracked_work(code) as (opened, _intake):
            version, key = request.form.get("version", 0, type=int), key_of_form()
            acts.answer(opened, task_id, answers, kept, version=version, key=key)
    except REFUSALS as error:
        return _track_page(code, view, task_id, answers, error), status_of(error)
    say(_("您的回答已经送到办理人。"))
    return redirect(url_for("residents.track", code=code))


@pages.post("/track/<code>/add")
@public
def add(code: str) -> Shown:
    """Add words and photos to a running case."""
    must_be_tracked(code)
    answers = read(acts.ADDITION, request.form)
    kept = uploads.receive(acts.ADDITION, answers, request.files)
    try:
        kept.refuse_problems()
        limits.count("addition", limits.ADDITIONS, code)
        with tracked_work(code) as (opened, intake):
            acts.add(opened, intake, answers, kept, key=key_of_form())
    except REFUSALS as error:
        return _track_page(code, error=error, added=(answers, kept)), status_of(error)
    say(_("已补充，办理人会收到通知。"))
    return redirect(url_for("residents.track", code=code))


@pages.post("/track/<code>/rate")
@public
def rate(code: str) -> Shown:
    """Rate the result."""
    score = request.form.get("score", 0, type=int)
    thanks = _("谢谢，已记录。监督单位会重新办理。") if score <= 2 else _("谢谢您的评价。")
    return _do(code, lambda opened, intake, text, key: acts.rate(opened, intake, score, text, key=key), thanks)


@pages.post("/track/<code>/reopen")
@public
def reopen(code: str) -> Shown:
    """Have a closed matter taken up again, and show the receipt of the new case."""
    text = request.form.get("text", "").strip()[:2000]
    try:
        with tracked_work(code) as (opened, intake):
            made = acts.reopen(opened, intake, text, key=key_of_form())
    except REFUSALS as error:
        return _track_page(code, error=error), status_of(error)
    say(_("已经重新办理，期限重新计算。"))
    return _reported(made, "")


@pages.post("/track/<code>/withdraw")
@public
def withdraw(code: str) -> Shown:
    """Withdraw the report."""
    told = _("撤回申请已送到，请留意结果。")
    return _do(code, lambda opened, intake, text, key: acts.withdraw(opened, intake, text, key=key), told)


@pages.get("/my-reports")
@needs()
def mine() -> Shown:
    """List the person's own reports."""
    with work() as opened:
        rows, after = reads.mine(opened, request.args.get("after"))
    return render_template("residents/mine.html", rows=rows, after=after)


def _do(code: str, act: Callable[[Work, Intake, str, str], None], thanks: str) -> Shown:
    text = request.form.get("text", "").strip()[:2000]
    try:
        with tracked_work(code) as (opened, intake):
            act(opened, intake, text, key_of_form())
    except REFUSALS as error:
        return _track_page(code, error=error), status_of(error)
    say(thanks)
    return redirect(url_for("residents.track", code=code))


def _errors(error: CaseworkError) -> dict[str, list[str]]:
    found = messages(error.fields, current_language()) if isinstance(error, Invalid) else {}
    return found or {"": [error.text(current_language())]}


def _view(code: str) -> TrackView:
    must_be_tracked(code)
    with work() as opened:
        return reads.track(opened, report_by_code(opened, code))


def _track_page(
    code: str,
    view: TrackView | None = None,
    task_id: int | None = None,
    answers: dict[str, Any] | None = None,
    error: CaseworkError | None = None,
    added: tuple[dict[str, Any], uploads.Received] | None = None,
) -> str:
    view = view or _view(code)
    errors = _errors(error) if error is not None else {}
    questions = [
        DrawnQuestion(one, FormPage(one.form, answers, errors) if one.task == task_id else FormPage(one.form))
        for one in view.questions
    ]
    addition = FormPage(acts.ADDITION)
    if added is not None:
        addition = FormPage(acts.ADDITION, added[0], errors, kept=added[1].files)
    problems = [problem for form in (*(one.form for one in questions), addition) for problem in form.summary()]
    if error is not None and not problems:
        problems = [("", text) for texts in errors.values() for text in texts]
    return render_template("residents/track.html", view=view, questions=questions, problems=problems, addition=addition)
