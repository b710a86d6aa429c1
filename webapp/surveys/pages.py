"""Surveying an estate on a phone whose network comes and goes.

The page keeps what is entered in the browser and sends it by itself: each photo under the name it was given there, the
whole under one command key. What the browser is told is JSON; what went wrong stands under "told" in its language.
"""

import hashlib
import re
from typing import Any

from flask import Blueprint, Response, abort, g, jsonify, render_template, request, url_for
from flask_wtf.csrf import generate_csrf

from casework.cases.commands import answered
from casework.errors import CaseworkError, Invalid, NotFound
from webapp import uploads
from webapp.answers import messages, read
from webapp.door import work
from webapp.errors import status_of
from webapp.filters import Filters
from webapp.identity import needs
from webapp.language import current_language
from webapp.rendering import STATIC, digest
from webapp.surveys import acts, reads
from webapp.surveys.views import parts

pages = Blueprint("surveys", __name__, url_prefix="/takeovers/surveys")

NAMES = ("q", "after")
WORKER = "js/surveys/worker.js"
_KEPT = ("css/tokens.css", "css/kit.css", "css/pages.css", "js/page.js", "icons.svg")
_SCRIPTS = tuple(f"js/surveys/{name}.js" for name in ("worker", "store", "sending", "photos", "page", "list"))
_NAME = re.compile(r"[0-9a-f]{32}")


@pages.get("")
@needs("work")
def index() -> str:
    """List the surveys that wait for the person, and what this device has not sent yet."""
    filters = Filters.of_request("surveys.index", NAMES)
    with work() as opened:
        found = reads.page(opened, filters)
    return render_template("surveys/list.html", filters=filters, page=found)


@pages.get("/<int:task_id>")
@needs("work")
def show(task_id: int) -> str:
    """Show a survey as cards with big buttons."""
    with work() as opened:
        task, view = reads.survey(opened, task_id)
    return render_template("surveys/show.html", task=task, view=view, parts=parts(task.form, task.values))


@pages.get("/door")
@needs("work")
def door() -> Response:
    """Say who is signed in, with a fresh token to send with: the page may have lain without a network for days."""
    return jsonify(person=g.visitor.person_id, csrf=generate_csrf())


@pages.get("/worker.js")
@needs("work")
def worker() -> Response:
    """Return the script that keeps these pages, and no others, for when there is no network."""
    made_of = "".join(digest(name) for name in (*_KEPT, *_SCRIPTS)).encode()
    version = f'const VERSION = "{hashlib.sha256(made_of).hexdigest()[:12]}";\n'
    answer = Response(version + (STATIC / WORKER).read_text(encoding="utf-8"), mimetype="text/javascript")
    answer.headers["Service-Worker-Allowed"] = url_for("surveys.index")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@pages.post("/<int:task_id>/photos/<photo_id>")
@needs("work")
def photo(task_id: int, photo_id: str) -> Response | tuple[Response, int]:
    """Keep one photo; the same one twice is kept once."""
    if not _NAME.fullmatch(photo_id):
        abort(404)
    try:
        with work() as opened:
            token = acts.keep_photo(opened, task_id, photo_id, request.files.get("photo"))
    except CaseworkError as error:
        return _refused(error)
    return jsonify(token=token)


@pages.post("/<int:task_id>")
@needs("work")
def complete(task_id: int) -> Response | tuple[Response, int]:
    """Finish a survey; the same one twice is finished once. 410 where photos have lain here for too long."""
    own = request.form.get("command_key", "")
    if not _NAME.fullmatch(own):
        abort(400)
    key = f"survey:{own}"
    refusal: CaseworkError | None = None
    done = _answered(key)
    if done is None:
        try:
            done = _complete(task_id, key)
        except CaseworkError as error:
            refusal = error
    if done is None:  # what another tab has brought in meanwhile is no refusal
        done = _answered(key)
    if done is not None:
        return jsonify(case=done["case"], href=url_for("cases.show", case_no=done["case"]))
    return _refused(refusal) if refusal is not None else (jsonify(gone=True), 410)


def _answered(key: str) -> dict[str, Any] | None:
    with work() as opened:
        return answered(opened, key)


def _complete(task_id: int, key: str) -> dict[str, Any] | None:
    """Finish the survey; None where a photo that was kept as a draft is not there any more."""
    with work() as opened:
        reads.must_be_open(opened, task_id)
        schema = reads.form_of(opened, task_id)
    answers = read(schema, request.form)
    try:
        kept = uploads.receive(schema, answers, request.files)
    except NotFound:
        return None
    with work() as opened:
        return acts.complete(opened, task_id, answers, kept, key=key)


def _refused(error: CaseworkError) -> tuple[Response, int]:
    language = current_language()
    wrong = messages(error.fields, language) if isinstance(error, Invalid) else {}
    return jsonify(told=error.text(language), errors=wrong), status_of(error)
