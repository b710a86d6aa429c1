"""Candidates who stand no more and members who leave: recorded by themselves or by the organisers, looked at first."""

from collections.abc import Callable

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from casework.elections import leavers
from casework.errors import CaseworkError, Conflict, Forbidden, Invalid, NotFound, Refused
from casework.persistence import Work
from webapp.door import work
from webapp.errors import status_of
from webapp.identity import needs
from webapp.rendering import command_key, say
from webapp.repeats import key_of_form
from webapp.votes.telling import by_field, problems

pages = Blueprint("leaving", __name__, url_prefix="/elections")


@pages.get("/<case_no>/withdrawal")
@needs("account")
def ask_candidate(case_no: str) -> str:
    """Ask which candidate withdrew, and why."""
    return _page(lambda opened: leavers.candidates(opened, g.visitor.viewer, case_no))


@pages.post("/<case_no>/withdrawal")
@needs("account")
def withdraw(case_no: str) -> str | Response | tuple[str, int]:
    """Record it; the same press again records nothing more."""
    try:
        with work() as opened:
            who, because, key = _person(), request.form.get("because", ""), key_of_form() or None
            leavers.withdraw(opened, g.visitor.viewer, case_no, who, because, key=key)
    except (Invalid, Refused, Conflict, Forbidden) as error:
        return _page(lambda opened: leavers.candidates(opened, g.visitor.viewer, case_no), error), status_of(error)
    say(_("退出已记录。名单正在公示的，将重新公示。"))
    return redirect(url_for("elections.mine"))


@pages.get("/estates/<int:estate_id>/leaving")
@needs("account")
def ask_member(estate_id: int) -> str:
    """Ask who leaves the committee, and why."""
    return _page(lambda opened: leavers.seats(opened, g.visitor.viewer, estate_id))


@pages.post("/estates/<int:estate_id>/leaving")
@needs("account")
def leave(estate_id: int) -> str | Response | tuple[str, int]:
    """Record it; the same press again records nothing more."""
    try:
        with work() as opened:
            who, because, key = _person(), request.form.get("because", ""), key_of_form() or None
            opened_no = leavers.leave(opened, g.visitor.viewer, estate_id, who, because, key=key)
    except (Invalid, Refused, Conflict, Forbidden) as error:
        return _page(lambda opened: leavers.seats(opened, g.visitor.viewer, estate_id), error), status_of(error)
    say(_("离任已记录，已启动选举 %(no)s。", no=opened_no) if opened_no else _("离任已记录。"))
    return redirect(url_for("elections.committee", estate_id=estate_id))


def _person() -> int:
    typed = request.form.get("person", "")
    if not typed.isdecimal():
        raise Invalid("没有选人。", "Nobody is chosen.", {"person": [("请选择", "Choose one")]})
    return int(typed)


def _page(reads: Callable[[Work], leavers.Leavers], error: CaseworkError | None = None) -> str:
    try:
        with work() as opened:
            found = reads(opened)
    except NotFound:
        if error is None:
            raise
        raise error from None
    return render_template(
        "elections/leaving.html",
        found=found,
        errors=by_field(error),
        problems=problems(error),
        key=request.form.get("command_key") or command_key(),
    )
