"""A case and its tasks: the form beside the clocks, the history, who can act, the files, the diagram."""

from typing import Any

from flask import Blueprint, g, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from casework.cases import starting
from casework.cases.views import CaseView, TaskView, Texts
from casework.directory.people import PURPOSES
from casework.errors import Conflict, Forbidden, Invalid, Refused
from webapp import uploads
from webapp.answers import change_rows, messages, read
from webapp.cases import acts, axis, reads
from webapp.cases.views import HINTS, TITLES, Refilled
from webapp.door import work
from webapp.errors import status_of
from webapp.filters import Filters, came_from
from webapp.forms import FormPage
from webapp.identity import needs
from webapp.language import choose, current_language
from webapp.rendering import command_key, now, say
from webapp.repeats import answered, key_of_form

pages = Blueprint("cases", __name__)

NAMES = ("q", "state", "kind", "area", "estate", "unit", "urgency", "mark", "tier", "step", "after")


@pages.get("/cases")
@needs("work", "supervise")
def index() -> str:
    """List the cases below the person's areas."""
    filters = Filters.of_request("cases.index", NAMES)
    with work() as opened:
        rows, after = reads.cases(opened, filters)
        starts = bool(starting.startable(opened, g.visitor.viewer))
    found = reads.choices()
    titles = {
        "state": _("状态"),
        "kind": _("流程"),
        "area": _("辖区"),
        "mark": _("时限"),
        "urgency": _("缓急"),
        "tier": _("督办层级"),
    }
    selects = [(name, title, found[name]) for name, title in titles.items() if found.get(name)]
    return render_template(
        "cases/list.html", filters=filters, page={"rows": rows, "after": after}, selects=selects, starts=starts
    )


@pages.get("/cases/<case_no>")
@needs("work", "supervise")
def show(case_no: str) -> str:
    """Show a case whole."""
    with work() as opened:
        view = reads.case(opened, case_no)
    return _page(view, None, back=came_from(url_for("cases.index")))


@pages.get("/tasks/<int:task_id>")
@needs("work")
def task(task_id: int) -> str:
    """Show a task's form beside its case."""
    with work() as opened:
        found, view = reads.task(opened, task_id)
        stands, choices = reads.drawn(opened, task_id, found.values)
        desk, phone = reads.desk(opened, task_id), reads.on_phone(opened, task_id)
    form = FormPage(found.form, found.values, stands=stands, choices=choices)
    return _page(view, found, form=form, desk=desk, phone=phone, back=came_from(url_for("inbox.index")))


@pages.post("/tasks/<int:task_id>")
@needs("work")
def complete(task_id: int) -> Response | tuple[str, int]:
    """Complete a task; whatever goes wrong, what was typed stays on the page."""
    key = key_of_form()
    with work() as opened:
        schema, title = reads.form_of(opened, task_id)
        before = answered(opened, key)
    if before is not None:
        return _done(before, title)
    answers = read(schema, request.form)
    kept = uploads.receive(schema, answers, request.files)
    if change_rows(schema, answers, request.form.get("do", "")):
        kept.follow(schema, answers)
        return _again(task_id, answers, kept, {}), 200
    try:
        kept.refuse_problems()
        with work() as opened:
            version = request.form.get("version", 0, type=int)
            done = acts.complete(opened, task_id, answers, kept, version=version, key=key)
    except Invalid as error:
        errors = messages(error.fields, current_language()) or {"": [error.text(current_language())]}
        return _again(task_id, answers, kept, errors), 422
    except (Refused, Forbidden) as error:
        return _again(task_id, answers, kept, {"": [error.text(current_language())]}), status_of(error)
    except Conflict as error:
        return _again(task_id, answers, kept, {}, conflict=error.text(current_language())), 409
    return _done(done, title)


def _done(done: dict[str, Any], title: Texts) -> Response:
    told = _("已办「%(what)s」，案号 %(no)s。", what=choose(title), no=done["case"])
    say(told, url_for("cases.show", case_no=done["case"]))
    return redirect(came_from(url_for("inbox.index")))


@pages.post("/tasks/<int:task_id>/draft")
@needs("work")
def keep_draft(task_id: int) -> tuple[str, int]:
    """Keep what was typed so far; nothing is checked."""
    with work() as opened:
        schema, _title = reads.form_of(opened, task_id)
        acts.keep_draft(opened, task_id, read(schema, request.form))
    return "", 204


def _again(
    task_id: int, answers: dict[str, Any], kept: uploads.Received, errors: dict[str, list[str]], **more: Any
) -> str:
    with work() as opened:
        found, view = reads.task(opened, task_id)
        stands, choices = reads.drawn(opened, task_id, answers)
        desk, phone = reads.desk(opened, task_id), reads.on_phone(opened, task_id)
    form = FormPage(found.form, answers, errors, kept=kept.files, stands=stands, choices=choices)
    return _page(view, found, form=form, desk=desk, phone=phone, back=came_from(url_for("inbox.index")), **more)


@pages.post("/cases/<case_no>/reveal")
@needs("work", "supervise")
def reveal(case_no: str) -> str:
    """Show who reported, once, and write down who looked and why."""
    with work() as opened:
        found = acts.reveal(opened, case_no, request.form.get("purpose", ""))
        view = reads.case(opened, case_no)
    return _page(view, None, back=url_for("cases.index"), revealed=found)


@pages.post("/cases/<case_no>/do/<action>")
@needs("work", "supervise")
def act(case_no: str, action: str) -> Response | tuple[str, int]:
    """Do what a supervisor may do to the case; whatever goes wrong, what was typed stays on the page."""
    on, words = request.args.get("on", 0, type=int), request.form.get("words", "").replace("\r\n", "\n")
    to = request.form.get("to", type=int)
    try:
        with work() as opened:
            acts.step_in(opened, case_no, action, on, words, to, key=key_of_form())
    except (Invalid, Refused, Conflict, Forbidden) as error:
        fields = messages(error.fields, current_language()) if isinstance(error, Invalid) else {}
        errors = {name: found[0] for name, found in fields.items()} or {"words": error.text(current_language())}
        name = f"{action}-{on}"
        with work() as opened:
            view = reads.case(opened, case_no)
        gone = name not in {f"{one.action}-{one.item or 0}" for one in view.offers}
        problems = [("" if gone else f"{field}-{name}", text) for field, text in errors.items()]
        refilled = Refilled(name, words, request.form.get("to", ""), errors, gone)
        back = came_from(url_for("cases.index"))
        return _page(view, None, back=back, problems=problems, refilled=refilled), status_of(error)
    say(_("已办「%(what)s」，案号 %(no)s。", what=choose(TITLES[action]), no=case_no))
    return redirect(url_for("cases.show", case_no=case_no, back=request.form.get("back")))


@pages.get("/cases/<case_no>/diagram")
@needs("work", "supervise")
def diagram(case_no: str) -> Response:
    """Return the pinned diagram and where its tokens stand, for the viewer."""
    with work() as opened:
        return make_response(jsonify(reads.diagram(opened, case_no)))


def _page(view: CaseView, task: TaskView | None, *, back: str, form: FormPage | None = None, **more: Any) -> str:
    more.setdefault("problems", form.summary() if form else [])
    return render_template(
        "cases/show.html",
        view=view,
        task=task,
        form=form,
        verb=_verb(task) if task else "",
        titles=TITLES,
        hints=HINTS,
        other_tasks=[one for one in view.tasks if task is None or one.id != task.id],
        axis=axis.build(view.clocks, now()),
        lead=next((one for one in view.clocks if one.leading and one.due and not one.stopped), None),
        purposes={name: texts for name, texts in PURPOSES.items() if name != "own"},
        back=back,
        back_title=_("待办") if back.startswith(url_for("inbox.index")) else _("案件"),
        key=request.form.get("command_key") or command_key(),
        **more,
    )


def _verb(task: TaskView) -> str:
    own = task.form.get("properties") or {}
    return str(
        own.get("verb" if current_language() == "zh" else "verb_en") or _("提交：%(what)s", what=choose(task.title))
    )
