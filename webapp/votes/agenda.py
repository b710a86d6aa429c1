"""The organiser adds an item to the agenda, until its notice is posted; after that the page says why not."""

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from casework.assemblies import services
from casework.cases.models import Case
from casework.errors import CaseworkError, Conflict, Forbidden, Invalid, Refused
from casework.persistence import Work
from casework.votes import reading
from casework.votes.keeping import keeps
from casework.votes.models import Vote
from casework.votes.views import VoteView
from webapp.door import work
from webapp.errors import status_of
from webapp.identity import needs
from webapp.language import current_language
from webapp.rendering import command_key, say
from webapp.repeats import key_of_form
from webapp.votes.telling import by_field, problems

pages = Blueprint("agenda", __name__, url_prefix="/votes")


@pages.get("/<int:vote_id>/items/new")
@needs()
def ask(vote_id: int) -> str:
    """Ask what is to be voted on, or say why nothing can be added."""
    return _page(vote_id)


@pages.post("/<int:vote_id>/items/new")
@needs()
def add(vote_id: int) -> str | Response | tuple[str, int]:
    """Add the item; the same press again adds no other."""
    item: dict[str, object] = {
        "title": request.form.get("title", "").strip()[:200],
        "text": request.form.get("text", "").replace("\r\n", "\n").strip()[:5000],
        "class": "special" if request.form.get("class") == "special" else "ordinary",
        "kind": "decision",
        "candidates": [],
    }
    try:
        with work() as opened:
            vote = _organised(opened, vote_id)
            services.add_item(opened, vote.case_id or 0, item, key=key_of_form() or None)
    except (Invalid, Refused, Conflict, Forbidden) as error:
        return _page(vote_id, error), status_of(error)
    say(_("已增加表决事项，公告时一并公布。"))
    return redirect(url_for("votes.show", vote_id=vote_id))


def _page(vote_id: int, error: CaseworkError | None = None) -> str:
    with work() as opened:
        vote = _organised(opened, vote_id)
        case = opened.session.get_one(Case, vote.case_id)
        refused = services.locked_because(opened, case, opened.session.get_one(Vote, vote_id))
    return render_template(
        "votes/item.html",
        vote=vote,
        refused=refused.text(current_language()) if refused is not None else "",
        errors=by_field(error),
        problems=problems(error),
        key=request.form.get("command_key") or command_key(),
    )


def _organised(opened: Work, vote_id: int) -> VoteView:
    """Return a vote of a case that the visitor organises or guides; 404 for anybody else, and once voting has begun."""
    vote = reading.vote_view(opened, vote_id)
    if vote.case_id is None or vote.phase != "prepared" or not keeps(g.visitor.viewer, vote.path):
        abort(404)
    return vote
