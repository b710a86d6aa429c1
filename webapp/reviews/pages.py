"""The review of a candidate: whole for officers, an office's own part for it, and the candidate's page to answer on."""

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from casework.errors import CaseworkError, Conflict, Forbidden, Invalid, Refused
from casework.reviews import services, views
from casework.reviews.bundles import write_bundle
from webapp import limits, uploads
from webapp.answers import messages
from webapp.door import work
from webapp.errors import status_of
from webapp.files.pages import sent
from webapp.identity import needs
from webapp.language import current_language
from webapp.rendering import command_key, say
from webapp.repeats import key_of_form

pages = Blueprint("reviews", __name__, url_prefix="/reviews")

Shown = str | Response | tuple[str, int]
REFUSALS = (Invalid, Refused, Conflict, Forbidden)


@pages.get("/<case_no>")
@needs("work", "supervise")
def index(case_no: str) -> str:
    """List who is reviewed in a case, and how each stands."""
    with work() as opened:
        case, found = views.subjects(opened, g.visitor.viewer, case_no)
        whole = g.visitor.viewer.reads(case.area_path)
    return render_template("reviews/list.html", case_no=case_no, rows=found, whole=whole)


@pages.get("/<case_no>/<int:subject_id>")
@needs("work", "supervise")
def show(case_no: str, subject_id: int) -> str:
    """Show one candidate: what every office found, with its evidence, the challenge and the ruling."""
    return _officer_page(case_no, subject_id)


@pages.post("/<case_no>/<int:subject_id>/reconsideration")
@needs("work")
def reconsider(case_no: str, subject_id: int) -> Shown:
    """Have the viewer's own office look again at what it found."""
    try:
        with work() as opened:
            found = views.subject(opened, g.visitor.viewer, case_no, subject_id)
            form, key = request.form, key_of_form() or None
            services.reconsider(
                opened, g.visitor.viewer, found.case_id, found.id, form.get("ground", ""), form.get("text", ""), key=key
            )
    except REFUSALS as error:
        return _officer_page(case_no, subject_id, error), status_of(error)
    say(_("已转为复查待办，请在待办里写明结论和依据。"), url_for("inbox.index"))
    return redirect(url_for("reviews.show", case_no=case_no, subject_id=subject_id))


@pages.get("/<case_no>/evidence.zip")
@needs("work", "supervise")
def evidence(case_no: str) -> Response:
    """Send everything about the reviews of a case as one file, with an index and hashes."""
    with work() as opened:
        packed = write_bundle(opened, g.visitor.viewer, views.case_of(opened, case_no))
    name = f"{case_no}-{_('联审证据')}.zip"
    response = send_file(packed, mimetype="application/zip", as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@pages.get("/<case_no>/files/<int:file_id>")
@needs()
def paper(case_no: str, file_id: int) -> Response:
    """Send a file of a review to who may see what it proves."""
    with work() as opened:
        found = views.open_evidence(opened, g.visitor.viewer, case_no, file_id)
    return sent(found)


@pages.get("/mine")
@needs()
def own() -> Shown:
    """Open the person's own review, or list them where there are several."""
    with work() as opened:
        rows = views.own_cases(opened, g.visitor.person_id)
    if len(rows) == 1:
        return redirect(url_for("reviews.mine", case_no=rows[0][0]))
    return render_template("reviews/own.html", rows=rows)


@pages.get("/<case_no>/mine")
@needs()
def mine(case_no: str) -> str:
    """Show the candidate what stands against them, by when they may answer, and what came of it."""
    return _own_page(case_no)


@pages.post("/<case_no>/mine/challenge")
@needs()
def challenge(case_no: str) -> Shown:
    """Challenge what the review found, with what proves it."""
    return _answer(case_no, "reasons", _("申辩已提交，裁定会通知您。"))


@pages.post("/<case_no>/mine/lifted")
@needs()
def lifted(case_no: str) -> Shown:
    """Report that a ground is gone, as arrears paid: the office looks again at once."""
    return _answer(case_no, "text", _("凭证已送审查单位，复查后会通知您。"))


def _answer(case_no: str, field: str, said: str) -> Shown:
    limits.count("review", limits.ADDITIONS, who=str(g.visitor.person_id))
    kept = uploads.proofs(f"proof_{field}")
    try:
        kept.refuse_problems()
        with work() as opened:
            case_id = views.own(opened, g.visitor.person_id, case_no).case_id
            text, files = request.form.get(field, "").replace("\r\n", "\n"), kept.ids(opened, f"proof_{field}")
            key = key_of_form() or None
            if field == "reasons":
                services.challenge(opened, case_id, g.visitor.person_id, text, evidence=files, key=key)
            else:
                ground = request.form.get("ground", "")
                services.report_lifted(opened, case_id, g.visitor.person_id, ground, text, evidence=files, key=key)
    except REFUSALS as error:
        return _own_page(case_no, error, kept), status_of(error)
    say(said, url_for("notices.index"))
    return redirect(url_for("reviews.mine", case_no=case_no))


def _own_page(case_no: str, error: CaseworkError | None = None, kept: uploads.Received | None = None) -> str:
    with work() as opened:
        found = views.own(opened, g.visitor.person_id, case_no)
    return _page("reviews/mine.html", error, view=found, kept=kept.files if kept is not None else {})


def _officer_page(case_no: str, subject_id: int, error: CaseworkError | None = None) -> str:
    with work() as opened:
        found = views.subject(opened, g.visitor.viewer, case_no, subject_id)
    return _page("reviews/show.html", error, view=found)


def _page(template: str, error: CaseworkError | None, **more: Any) -> str:
    errors = messages(error.fields, current_language()) if isinstance(error, Invalid) else {}
    if error is not None and not errors:
        errors = {"": [error.text(current_language())]}
    return render_template(template, errors=errors, key=request.form.get("command_key") or command_key(), **more)
