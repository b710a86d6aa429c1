"""The notice board of an estate, for everybody; and the form by which those who live there object to what hangs."""

from datetime import datetime
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from casework.directory import queries as directory
from casework.errors import Conflict, Forbidden, Invalid, Refused
from casework.publicity import board, objections, services
from casework.votes import reading
from webapp import limits, uploads
from webapp.answers import messages
from webapp.door import work
from webapp.errors import status_of
from webapp.files.pages import sent
from webapp.identity import needs, public
from webapp.language import current_language
from webapp.moments import zone
from webapp.rendering import command_key, say
from webapp.repeats import key_of_form

pages = Blueprint("board", __name__, url_prefix="/board")

MOST_ESTATES = 30
MOST_RESULTS = 10


@pages.get("")
@public
def find() -> str:
    """Find the board of an estate by its name."""
    words = request.args.get("q", "").strip()[:40]
    with work() as opened:
        homes = [directory.ancestor(opened, home, "estate") for home, _path, _kind in g.visitor.viewer.homes]
        named = directory.find_areas(opened, words, limit=MOST_ESTATES)
        estates = {one.id: one.names for one in (*(homes if not words else ()), *named) if one is not None}
    return render_template("board/find.html", words=words, estates=estates, most=MOST_ESTATES)


@pages.get("/<int:estate_id>")
@public
def show(estate_id: int) -> str:
    """Show what hangs in an estate and what hung before."""
    after = min(max(request.args.get("after", 0, type=int), 0), 100_000)
    with work() as opened:
        g.now, view = opened.now, board.board(opened, estate_id, after=after)
        votes = reading.posted(opened, estate_id) if not after else ()
    return render_template(
        "board/show.html",
        view=view,
        after=after,
        running=[one for one in votes if one.phase in ("waiting", "open")],
        counted=[one for one in votes if one.phase == "counted"][:MOST_RESULTS],
    )


@pages.get("/notices/<int:posting_id>")
@public
def notice(posting_id: int) -> str:
    """Show one notice whole, as it is printed, with the code by which a phone finds it again."""
    with work() as opened:
        g.now, found = opened.now, board.notice(opened, posting_id)
        estate = directory.area(opened, found.estate_id or 0)
        own = objections.own_objections(opened, g.visitor.person_id, posting_id=posting_id)
    names = estate.names if estate is not None else ("", "")
    return render_template("board/one.html", notice=found, estate=names, objections=own)


@pages.get("/notices/<int:posting_id>/papers/<int:file_id>")
@public
def paper(posting_id: int, file_id: int) -> Response:
    """Send a paper that hangs with a notice."""
    with work() as opened:
        found = board.open_paper(opened, posting_id, file_id)
    return sent(found)


@pages.get("/notices/<int:posting_id>/objection")
@needs("account")
def objection(posting_id: int) -> str:
    """Ask what is wrong with a notice."""
    return _form(posting_id, {})


@pages.post("/notices/<int:posting_id>/objection")
@needs("account")
def object_to(posting_id: int) -> Response | tuple[str, int]:
    """Object to what hangs; whatever goes wrong, what was typed stays on the page."""
    limits.count("objection", limits.ADDITIONS, who=str(g.visitor.person_id))
    grounds = request.form.get("grounds", "").replace("\r\n", "\n")
    kept = uploads.proofs()
    try:
        kept.refuse_problems()
        with work() as opened:
            found = board.notice(opened, posting_id)
            person, files, key = g.visitor.person_id, kept.ids(opened), key_of_form() or None
            services.file_objection(opened, found.case_id, person, grounds, evidence=files, key=key)
    except (Invalid, Refused, Conflict, Forbidden) as error:
        fields = messages(error.fields, current_language()) if isinstance(error, Invalid) else {}
        return _form(posting_id, fields or {"": [error.text(current_language())]}, kept), status_of(error)
    say(_("异议已收到，答复会通知您。"), url_for("board.own_objections"))
    return redirect(url_for("board.notice", posting_id=posting_id))


@pages.get("/notices/<int:posting_id>/damage")
@needs("account")
def damage(posting_id: int) -> str:
    """Ask where and when a notice was found torn down, with a photo."""
    return _damage_form(posting_id, {})


@pages.post("/notices/<int:posting_id>/damage")
@needs("account")
def report_damage(posting_id: int) -> Response | tuple[str, int]:
    """Report that a notice was torn down; whatever goes wrong, what was typed and sent stays on the page."""
    limits.count("damage", limits.ADDITIONS, who=str(g.visitor.person_id))
    kept = uploads.proofs()
    try:
        kept.refuse_problems()
        with work() as opened:
            found = board.notice(opened, posting_id)
            services.report_damage(
                opened,
                found.case_id,
                g.visitor.person_id,
                _moment(request.form.get("damaged_at", "")) or opened.now,
                where=request.form.get("where", ""),
                photos=kept.ids(opened),
                key=key_of_form() or None,
            )
    except (Invalid, Refused, Conflict, Forbidden) as error:
        fields = messages(error.fields, current_language()) if isinstance(error, Invalid) else {}
        return _damage_form(posting_id, fields or {"": [error.text(current_language())]}, kept), status_of(error)
    say(_("已报告公示单位，核实结果会通知您。"), url_for("notices.index"))
    return redirect(url_for("board.show", estate_id=found.estate_id))


def _moment(typed: str) -> datetime | None:
    """Return what a datetime-local field holds, in the zone of the house; None for an empty one."""
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=zone()) if typed else None
    except ValueError:
        fault = ("请按 年-月-日 时:分 填写", "Write it as year-month-day hour:minute")
        raise Invalid("报告填写有误。", "The report is not right.", {"damaged_at": [fault]}) from None


@pages.get("/objections")
@needs("account")
def own_objections() -> str:
    """List what the person has objected to, with the answers."""
    with work() as opened:
        rows = objections.own_objections(opened, g.visitor.person_id)
    return render_template("board/objections.html", rows=rows)


@pages.get("/objections/<int:objection_id>/files/<int:file_id>")
@needs("account")
def own_evidence(objection_id: int, file_id: int) -> Response:
    """Send what the person handed in with an objection of their own."""
    with work() as opened:
        found = objections.open_own_evidence(opened, g.visitor.person_id, objection_id, file_id)
    return sent(found)


def _damage_form(posting_id: int, errors: dict[str, Any], kept: uploads.Received | None = None) -> str:
    with work() as opened:
        found = board.notice(opened, posting_id)
    return render_template(
        "board/damage.html",
        notice=found,
        errors=errors,
        kept=kept.files.get("proof", ()) if kept is not None else (),
        key=request.form.get("command_key") or command_key(),
    )


def _form(posting_id: int, errors: dict[str, Any], kept: uploads.Received | None = None) -> str:
    with work() as opened:
        found = board.notice(opened, posting_id)
    return render_template(
        "board/objection.html",
        notice=found,
        errors=errors,
        grounds=request.form.get("grounds", ""),
        kept=kept.files.get("proof", ()) if kept is not None else (),
        key=request.form.get("command_key") or command_key(),
    )
