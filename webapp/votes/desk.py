"""The tellers' desk: paper ballots by keyboard, what two readings differ in, and the turnout while a vote runs."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from casework.assemblies.queries import reading_of
from casework.errors import CaseworkError, Conflict, Forbidden, Invalid, Refused
from casework.votes import queries, reading, services
from webapp.door import work
from webapp.errors import status_of
from webapp.identity import needs
from webapp.language import choose, current_language
from webapp.rendering import say
from webapp.votes import reads
from webapp.votes.choices import typed
from webapp.votes.telling import by_field

pages = Blueprint("ballot_desk", __name__, url_prefix="/votes")

Shown = str | Response | tuple[str, int]


@pages.get("/<int:vote_id>/turnout")
@needs("work", "supervise")
def turnout(vote_id: int) -> str:
    """Show who has taken part so far, in area and in heads; never what they chose."""
    with work() as opened:
        vote = reads.watched(opened, vote_id)
        found = queries.turnout(opened, vote_id)
    return render_template("votes/turnout.html", vote=vote, turnout=found)


@pages.get("/<int:vote_id>/papers")
@needs("work")
def papers(vote_id: int) -> str:
    """Show the line in which a teller enters a paper ballot, and how far the entering is."""
    return _desk(vote_id)


@pages.post("/<int:vote_id>/papers")
@needs("work")
def enter(vote_id: int) -> Shown:
    """Keep what the teller has read on one ballot, and offer the next line."""
    with work() as opened:
        vote = reads.told(opened, vote_id)
    form = request.form
    number = form.get("ballot_no", "").strip()
    try:
        if not number.isdecimal():
            raise Invalid(*_NUMBER, {"ballot_no": [_NUMBER]})
        entry = {
            "ballot_no": int(number),
            "choices": typed(vote.items, form),
            "signed": not form.get("unsigned"),
            "received_at": form.get("received_at") or None,
        }
        with work() as opened:
            services.enter_paper(opened, vote_id, [entry])
    except (Invalid, Refused, Forbidden, Conflict) as error:
        return _desk(vote_id, error=error), status_of(error)
    say(_("已录入 %(no)s 号选票。", no=number))
    return redirect(url_for("ballot_desk.papers", vote_id=vote_id), 303)


@pages.post("/<int:vote_id>/papers/match")
@needs("work")
def match(vote_id: int) -> Shown:
    """Compare the two readings: put what is alike into the box, or show where to look again."""
    try:
        with work() as opened:
            reads.told(opened, vote_id)
            differences = services.match(opened, vote_id)
    except (Refused, Conflict) as error:
        return _desk(vote_id, error=error), status_of(error)
    if differences:
        return _desk(vote_id, differences=differences)
    say(_("两人录入一致，已全部入箱。"))
    return redirect(url_for("ballot_desk.papers", vote_id=vote_id), 303)


_NUMBER = ("请填写选票编号", "Give the number of the ballot")


def _desk(vote_id: int, *, error: CaseworkError | None = None, differences: Sequence[services.Difference] = ()) -> str:
    with work() as opened:
        vote = reads.told(opened, vote_id)
        found = reading.desk(opened, vote_id, g.visitor.person_id)
        task = reading_of(opened, vote.case_id, g.visitor.viewer) if vote.case_id is not None else None
        task_id = task.id if task is not None else None
    return render_template(
        "votes/papers.html",
        vote=vote,
        desk=found,
        task_id=task_id,
        given=request.form if error is not None else {},
        errors=_errors(error),
        differences=[(one.ballot_no, choose((one.zh, one.en))) for one in differences],
    )


def _errors(error: CaseworkError | None) -> Mapping[str, Sequence[str]]:
    if error is None:
        return {}
    fields = by_field(error)
    known = {name: texts for name, texts in fields.items() if name == "ballot_no" or name.startswith("item-")}
    others = [text for name, texts in fields.items() if name not in known for text in texts]
    return {**known, "": others or ([] if known else [error.text(current_language())])}
