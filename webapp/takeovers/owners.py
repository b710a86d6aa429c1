"""A taken-over estate for those who live there, and the rating of its service."""

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from casework.errors import Conflict, Forbidden, Invalid, Refused
from casework.takeovers import rating, reads_company, reads_owner
from casework.takeovers.rating_models import MOST_WORDS
from webapp import limits
from webapp.answers import messages
from webapp.door import work
from webapp.errors import status_of
from webapp.files.pages import sent
from webapp.identity import needs
from webapp.language import current_language
from webapp.moments import local
from webapp.rendering import now, say

pages = Blueprint("takeover_owner", __name__, url_prefix="/takeovers")

STEPS = range(1, 6)
"""What a household can choose."""


@pages.get("/mine")
@needs("account")
def mine() -> str:
    """Show the taken-over estates where the visitor has a flat: who answers, what it costs, what is done and rated."""
    return _page({})


@pages.post("/mine/<int:year_id>/rating")
@needs("account")
def rate(year_id: int) -> Response | tuple[str, int]:
    """Rate a year for a household; whatever goes wrong, what was chosen and typed stays on the page."""
    limits.count("service", limits.ADDITIONS, who=str(g.visitor.person_id))
    step, household = request.form.get("score", 0, type=int), request.form.get("household", 0, type=int)
    text = request.form.get("words", "").replace("\r\n", "\n")
    try:
        with work() as opened:
            # A choice that is none goes on as a score that can't be, so that all faults are told at once.
            points = reads_owner.points(step if step in STEPS else -1)
            rating.rate(opened, year_id, household, points, text)
    except (Invalid, Refused, Conflict, Forbidden) as error:
        fields = messages(error.fields, current_language()) if isinstance(error, Invalid) else {}
        told = fields or {"": [error.text(current_language())]}
        return _page(told, (year_id, household, step, text)), status_of(error)
    say(_("评价已收到。评价结束之前可以修改。"))
    return redirect(url_for("takeover_owner.mine"))


@pages.get("/photos/<int:estate_id>/<int:file_id>")
@needs("account")
def photo(estate_id: int, file_id: int) -> Response:
    """Send a photo of the works or of a posting of an estate, to who lives there and to its company."""
    with work() as opened:
        seen = reads_owner.sees(opened, g.visitor.viewer, estate_id)
        if not (seen or reads_company.shows_photo(opened, g.visitor.viewer, estate_id, file_id)):
            abort(404)
        small = request.args.get("size") == "small"
        found = reads_owner.open_photo(opened, estate_id, file_id, small=small)
    return sent(found)


def _page(errors: dict[str, list[str]], typed: tuple[int, int, int, str] | None = None) -> str:
    estate, after = request.args.get("estate", 0, type=int), request.args.get("after", type=int)
    with work() as opened:
        views = reads_owner.own(opened, g.visitor.viewer, {estate: after} if after is not None else {})
    return render_template(
        "takeovers/mine.html",
        views=views,
        errors=errors,
        typed=typed,
        most=MOST_WORDS,
        today=local(now()).date(),
    )
