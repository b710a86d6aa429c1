"""Signed minutes: handed in by members and organisers, read by owners and offices on the committee's page."""

from datetime import date

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from casework.directory.models import Area
from casework.elections import minutes
from casework.errors import CaseworkError, Conflict, Forbidden, Invalid, Refused
from webapp import limits, uploads
from webapp.door import work
from webapp.errors import status_of
from webapp.files.pages import sent
from webapp.identity import needs
from webapp.rendering import command_key, say
from webapp.repeats import key_of_form
from webapp.votes.telling import by_field, problems

pages = Blueprint("minutes", __name__, url_prefix="/elections/estates")


@pages.get("/<int:estate_id>/minutes")
@needs("work")
def ask(estate_id: int) -> str:
    """Ask for the signed minutes of a meeting."""
    return _page(estate_id)


@pages.post("/<int:estate_id>/minutes")
@needs("work")
def keep(estate_id: int) -> str | Response | tuple[str, int]:
    """Keep the scan; the same press again keeps no other."""
    limits.count("minutes", limits.ADDITIONS, who=str(g.visitor.person_id))
    kept = uploads.proofs()
    try:
        kept.refuse_problems()
        with work() as opened:
            form, files, key = request.form, kept.ids(opened), key_of_form() or None
            held_on = _day(form.get("held_on", ""))
            minutes.keep_minutes(opened, g.visitor.viewer, estate_id, form.get("meeting", ""), held_on, files, key=key)
    except (Invalid, Refused, Conflict, Forbidden) as error:
        return _page(estate_id, error, kept), status_of(error)
    say(_("会议纪要已存入。"))
    return redirect(url_for("elections.committee", estate_id=estate_id))


@pages.get("/<int:estate_id>/minutes/<int:file_id>")
@needs("account")
def scan(estate_id: int, file_id: int) -> Response:
    """Send a scan of minutes to who is entitled to it."""
    with work() as opened:
        if opened.session.get(Area, estate_id) is None:
            abort(404)
        found = minutes.open_minutes(opened, g.visitor.viewer, estate_id, file_id)
    return sent(found)


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _page(estate_id: int, error: CaseworkError | None = None, kept: uploads.Received | None = None) -> str:
    with work() as opened:
        estate = opened.session.get(Area, estate_id)
        if estate is None or not minutes.may_keep(opened, g.visitor.viewer, estate_id):
            abort(404)
        names = estate.names
    return render_template(
        "elections/minutes.html",
        estate_id=estate_id,
        estate=names,
        meetings=minutes.MEETINGS,
        errors=by_field(error),
        problems=problems(error),
        kept=kept.files.get("proof", ()) if kept is not None else (),
        key=request.form.get("command_key") or command_key(),
    )
