"""The list of notices: newest first, each opening what it is about."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework import notifications
from webapp.door import work
from webapp.filters import Filters
from webapp.identity import needs, safe_back
from webapp.notices import reads

pages = Blueprint("notices", __name__, url_prefix="/notices")


@pages.get("")
@needs()
def index() -> str:
    """Show what the person was told, newest first."""
    before = Filters.of_request("notices.index", ("before",)).number("before")
    with work() as opened:
        rows, after = reads.page(opened, before)
    return render_template("notices/list.html", rows=rows, before=before, after=after)


@pages.post("/read")
@needs()
def read() -> Response:
    """Mark one notice as read and go on to what it is about, or mark all and stay."""
    one = request.form.get("notice", type=int)
    with work() as opened:
        notifications.mark_read(opened, g.visitor.viewer, None if one is None else [one])
    return redirect(safe_back(request.form.get("to"), url_for("notices.index")))
