"""The organiser records who brings the opinions of a building; each owner's own opinion is what counts."""

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from casework.cases.commands import once
from casework.directory.people import persons_with_phone
from casework.errors import CaseworkError, Conflict, Forbidden, Invalid, Refused
from casework.persistence import Work
from casework.votes import reading
from casework.votes.keeping import keeps
from casework.votes.models import Vote
from casework.votes.representatives import buildings, open_writing, record_representative, representatives
from casework.votes.views import VoteView
from webapp import limits, uploads
from webapp.door import work
from webapp.errors import status_of
from webapp.files.pages import sent
from webapp.identity import needs
from webapp.rendering import command_key, say
from webapp.repeats import key_of_form
from webapp.votes.telling import by_field, problems

pages = Blueprint("representatives", __name__, url_prefix="/votes")


@pages.get("/<int:vote_id>/representatives")
@needs()
def index(vote_id: int) -> str:
    """List who brings opinions, and ask for one more."""
    return _page(vote_id)


@pages.post("/<int:vote_id>/representatives")
@needs()
def record(vote_id: int) -> str | Response | tuple[str, int]:
    """Record a representative with the signed mandate."""
    limits.count("representatives", limits.ADDITIONS, who=str(g.visitor.person_id))
    kept, form = uploads.proofs(), request.form
    try:
        kept.refuse_problems()
        with work() as opened:
            _organised(opened, vote_id)
            found = persons_with_phone(opened, form.get("phone", ""))
            person = found[0] if len(found) == 1 else None
            building, heads = form.get("building", ""), form.get("heads", 0, type=int)

            def act() -> dict[str, int]:
                made = record_representative(opened, vote_id, building, person, heads, kept.ids(opened))
                return {"representative": made.id}

            once(opened, key_of_form() or None, {"vote": vote_id, "building": building, "heads": heads}, act)
    except (Invalid, Refused, Conflict, Forbidden) as error:
        return _page(vote_id, error, kept), status_of(error)
    say(_("代表已登记。"))
    return redirect(url_for("representatives.index", vote_id=vote_id))


@pages.get("/<int:vote_id>/representatives/files/<int:file_id>")
@needs()
def paper(vote_id: int, file_id: int) -> Response:
    """Send the scan of a mandate to who organises the vote."""
    with work() as opened:
        _organised(opened, vote_id)
        found = open_writing(opened, vote_id, file_id)
    return sent(found)


def _organised(opened: Work, vote_id: int) -> VoteView:
    vote = reading.vote_view(opened, vote_id)
    if not keeps(g.visitor.viewer, vote.path):
        abort(404)
    return vote


def _page(vote_id: int, error: CaseworkError | None = None, kept: uploads.Received | None = None) -> str:
    with work() as opened:
        vote = _organised(opened, vote_id)
        roll_id = opened.session.get_one(Vote, vote_id).roll_id
        rows, known = representatives(opened, vote_id, roll_id), buildings(opened, roll_id)
    return render_template(
        "votes/representatives.html",
        vote=vote,
        rows=rows,
        buildings=known,
        errors=by_field(error),
        problems=problems(error),
        kept=kept.files.get("proof", ()) if kept is not None else (),
        key=request.form.get("command_key") or command_key(),
    )
