"""The inbox: what next, by when, and who else could."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from casework.errors import Conflict
from webapp.door import work
from webapp.filters import Filters, came_from
from webapp.identity import needs
from webapp.inbox import acts, grouping, reads
from webapp.language import current_language
from webapp.rendering import now, say

pages = Blueprint("inbox", __name__, url_prefix="/inbox")

NAMES = ("list", "mark", "urgency", "kind", "estate", "group", "day", "q", "after")


@pages.get("")
@needs("work")
def index() -> str:
    """Show the open work of the person and their groups, in due order."""
    filters = Filters.of_request("inbox.index", NAMES)
    with work() as opened:
        page, counts = reads.page(opened, filters), reads.counts(opened, filters)
    groups = grouping.by_day(page.rows, now())
    return render_template("inbox/list.html", filters=filters, page=page, counts=counts, groups=groups)


@pages.get("/<int:task_id>/preview")
@needs("work")
def peek(task_id: int) -> str:
    """Show one row's preview, for the pane beside the list."""
    with work() as opened:
        chosen = reads.peek(opened, task_id)
    return render_template("inbox/peek.html", peek=chosen, filters=Filters("inbox.index", NAMES, request.args))


@pages.post("/<int:task_id>/claim")
@needs("work")
def claim(task_id: int) -> Response:
    """Claim a task and go on working on it, or come back to the list."""
    back = came_from(url_for("inbox.index"))
    try:
        with work() as opened:
            acts.claim(opened, task_id)
    except Conflict as error:
        say(error.text(current_language()))
        return redirect(back)
    say(_("已领取，由您办理。"), url_for("cases.task", task_id=task_id, back=back))
    return redirect(url_for("cases.task", task_id=task_id, back=back) if request.form.get("key") else back)


@pages.post("/<int:task_id>/release")
@needs("work")
def release(task_id: int) -> Response:
    """Put a task back for the others."""
    back = came_from(url_for("inbox.index"))
    with work() as opened:
        acts.release(opened, task_id)
    say(_("已放回，您岗位的其他人可以领取。"))
    return redirect(back)
