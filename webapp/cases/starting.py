"""Starting a case: which processes one may start, and the form it begins with."""

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from casework.cases import starting
from casework.errors import Conflict, Forbidden, Invalid, Refused
from webapp import uploads
from webapp.answers import change_rows, messages, read
from webapp.conditions import standing
from webapp.door import work
from webapp.errors import status_of
from webapp.forms import FormPage
from webapp.identity import needs
from webapp.language import choose, current_language
from webapp.rendering import command_key, say
from webapp.repeats import answered, key_of_form

pages = Blueprint("starting", __name__, url_prefix="/cases/new")


@pages.get("")
@needs("work", "supervise")
def index() -> str:
    """List the processes that the person may start."""
    with work() as opened:
        found = starting.startable(opened, g.visitor.viewer)
    return render_template("cases/startable.html", found=found)


@pages.get("/<process>")
@needs("work", "supervise")
def form(process: str) -> str:
    """Show the form that a case of the process begins with."""
    with work() as opened:
        what = starting.one(opened, g.visitor.viewer, process)
        values = dict(what.form.initial(starting.scope(opened))) if what.form is not None else {}
    return _page(process, values)


@pages.post("/<process>")
@needs("work", "supervise")
def start(process: str) -> str | Response | tuple[str, int]:
    """Start the case; whatever goes wrong, what was typed stays on the page."""
    key = key_of_form()
    with work() as opened:
        schema = _schema(starting.one(opened, g.visitor.viewer, process))
        before = answered(opened, key)
    if before is not None:
        return _started(str(before["case"]))
    answers = read(schema, request.form)
    kept = uploads.receive(schema, answers, request.files)
    if change_rows(schema, answers, request.form.get("do", "")):
        kept.follow(schema, answers)
        return _page(process, answers, kept)
    try:
        kept.refuse_problems()
        with work() as opened:
            filled, files = kept.answered(opened, answers)
            number = starting.start(opened, g.visitor.viewer, process, filled, files, key=key or None)
    except Invalid as error:
        errors = messages(error.fields, current_language()) or {"": [error.text(current_language())]}
        return _page(process, answers, kept, errors), 422
    except (Refused, Forbidden, Conflict) as error:
        return _page(process, answers, kept, {"": [error.text(current_language())]}), status_of(error)
    return _started(number)


def _started(number: str) -> Response:
    say(_("已发起，案号 %(no)s。", no=number), url_for("cases.show", case_no=number))
    return redirect(url_for("cases.show", case_no=number))


def _page(
    process: str,
    answers: dict[str, Any],
    kept: uploads.Received | None = None,
    errors: dict[str, list[str]] | None = None,
) -> str:
    with work() as opened:
        what = starting.one(opened, g.visitor.viewer, process)
        choices = starting.choices(opened, what)
        stands = standing(what.form, answers, starting.scope(opened)) if what.form is not None else None
    files = kept.files if kept is not None else {}
    drawn = FormPage(_schema(what), answers, errors, kept=files, choices=choices, stands=stands)
    return render_template(
        "cases/start.html",
        process=process,
        title=what.title,
        form=drawn,
        nowhere=not choices[f"area:{what.at}"],
        problems=drawn.summary(),
        key=request.form.get("command_key") or command_key(),
    )


def _schema(what: starting.Startable) -> dict[str, Any]:
    """Return the form of a process; where it has none, one that asks for the place alone."""
    if what.form is not None:
        return dict(what.form.schema)
    place = {
        "type": "textfield",
        "id": "field_place",
        "key": starting.PLACE,
        "label": choose(("在哪里", "Where")),
        "validate": {"required": True},
        "properties": {"kind": "area", "level": what.at, "label_en": "Where"},
    }
    return {"type": "default", "id": what.process, "components": [place]}
