"""The pages of the owners' roll."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from casework.errors import CaseworkError, Conflict, Forbidden, Invalid, NotFound, Refused
from casework.persistence import Work
from casework.votes import comparing, corrections, importing, posting, rolls
from casework.votes.sheets import MOST_BYTES
from webapp.answers import messages
from webapp.door import work
from webapp.errors import status_of
from webapp.identity import needs
from webapp.language import current_language
from webapp.rendering import say
from webapp.rolls import reads
from webapp.sheets import csv_file

pages = Blueprint("rolls", __name__, url_prefix="/rolls")

Shown = str | Redirect | tuple[str, int]


@pages.get("")
@needs("roll")
def index() -> Shown:
    """List the estates whose roll the person keeps."""
    with work() as opened:
        estates = posting.estates_kept(opened, g.visitor.viewer)
    if len(estates) == 1:
        return redirect(url_for("rolls.show", estate_id=estates[0].id))
    return render_template("rolls/list.html", estates=estates, states=reads.STATES)


@pages.get("/<int:estate_id>")
@needs("roll")
def show(estate_id: int) -> Shown:
    """Show an estate's roll, how far a list is that was sent, and what was wrong with it."""
    return _page(estate_id, {})


@pages.post("/<int:estate_id>")
@needs("roll")
def send(estate_id: int) -> Shown:
    """Take a list in: now it is kept and queued, the rest is told on the page."""
    sent = request.files.get("file")

    def act(opened: Work) -> None:
        if sent is None or not sent.filename:
            wrong = (("请选择名册文件", "Choose the file of the roll"),)
            raise Invalid(*wrong[0], {"file": wrong})
        day = _day("as_of")
        file, without = sent.stream.read(MOST_BYTES + 1), request.form.getlist("without")
        importing.send(opened, estate_id, file, sent.filename, as_of=day, without=without)

    return _do(estate_id, act, _("已收到，正在核对。"))


@pages.get("/<int:estate_id>/report.csv")
@needs("roll")
def report(estate_id: int) -> Redirect:
    """Give everything that was found in the last list as a file to work through."""
    with work() as opened:
        posting.kept_estate(opened, g.visitor.viewer, estate_id)
        last = importing.latest(opened, estate_id)
    english = current_language() == "en"
    found = [(one.sheet, one.row, one.column, one.en if english else one.zh) for one in reads.findings(last)]
    return csv_file("roll-report.csv", [(_("工作表"), _("行"), _("列"), _("怎么改")), *found])


@pages.post("/<int:estate_id>/look")
@needs("roll")
def look(estate_id: int) -> Shown:
    """Record the second person's look."""
    roll_id = request.form.get("roll", 0, type=int)
    return _do(estate_id, lambda opened: rolls.look(opened, roll_id), _("已记录您的复核。"))


@pages.post("/<int:estate_id>/freeze")
@needs("roll")
def freeze(estate_id: int) -> Shown:
    """Freeze the roll."""
    roll_id = request.form.get("roll", 0, type=int)

    def act(opened: Work) -> None:
        posting.kept_estate(opened, g.visitor.viewer, estate_id)
        newest = rolls.current(opened, estate_id)
        if newest is None or newest.id != roll_id:
            raise Conflict(
                "名册已有更新，请核对最新的一份。", "The roll has changed since you saw it. Look at the newest."
            )
        rolls.freeze(opened, roll_id)

    return _do(estate_id, act, _("名册已固定。"))


@pages.post("/<int:estate_id>/again")
@needs("roll")
def again(estate_id: int) -> Shown:
    """Make a draft of the frozen roll, to be corrected."""
    roll_id = request.form.get("roll", 0, type=int)
    return _do(estate_id, lambda opened: corrections.drawn_again(opened, roll_id), _("已另作一份草稿，可以更正。"))


@pages.get("/<int:estate_id>/changes")
@needs("roll")
def changes(estate_id: int) -> str:
    """Show what the newest roll says otherwise than the one before."""
    with work() as opened:
        estate = posting.kept_estate(opened, g.visitor.viewer, estate_id)
        roll = rolls.current(opened, estate.id)
        older = comparing.before(opened, roll) if roll is not None else None
        if roll is None or older is None:
            raise NotFound("还没有上一份名册可比", "There is no earlier roll to compare with")
        found = comparing.compared(opened, roll, older, page=request.args.get("page", 1, type=int))
        return render_template("rolls/changes.html", estate=estate, roll=roll, older=older, found=found)


@pages.get("/posted/<int:roll_id>")
@needs()
def posted(roll_id: int) -> str:
    """Show the roll as it is posted: where a flat is, its area, the family name of its owner."""
    building, number = request.args.get("building", "")[:40], request.args.get("page", 1, type=int)
    with work() as opened:
        page = posting.posted(opened, g.visitor.viewer, roll_id, building=building, page=number)
    return render_template("rolls/posted.html", page=page, bases=reads.BASES, kinds=reads.KINDS)


@pages.get("/posted/<int:roll_id>/parts/<int:part_id>")
@needs("roll")
def part(roll_id: int, part_id: int) -> str:
    """Show the form by which one line of a draft is corrected."""
    return _part_page(roll_id, part_id, {})


@pages.post("/posted/<int:roll_id>/parts/<int:part_id>")
@needs("roll")
def correct(roll_id: int, part_id: int) -> Shown:
    """Correct one line of a draft."""
    try:
        with work() as opened:
            change = reads.change_in(request.form, posting.posted_part(opened, roll_id, part_id))
            corrections.correct(opened, roll_id, part_id, change, reason=request.form.get("reason", ""))
    except (Invalid, Conflict, Forbidden) as error:
        return _part_page(roll_id, part_id, _told(error)), status_of(error)
    say(_("已更正，名册须由另一人重新复核。"))
    return redirect(url_for("rolls.posted", roll_id=roll_id, building=request.form.get("building", "")))


def _do(estate_id: int, act: Callable[[Work], Any], done: str) -> Shown:
    try:
        with work() as opened:
            act(opened)
    except (Invalid, Conflict, Refused) as error:
        return _page(estate_id, _told(error)), status_of(error)
    say(done)
    return redirect(url_for("rolls.show", estate_id=estate_id))


def _page(estate_id: int, errors: dict[str, list[str]]) -> str:
    with work() as opened:
        page = reads.roll_page(opened, g.visitor.viewer, estate_id, request.args.get("page", 1, type=int))
    return render_template("rolls/roll.html", page=page, errors=errors, states=reads.STATES, given=request.form)


def _part_page(roll_id: int, part_id: int, errors: dict[str, list[str]]) -> str:
    with work() as opened:
        shown = posting.posted(opened, g.visitor.viewer, roll_id)
        line = posting.posted_part(opened, roll_id, part_id)
    return render_template(
        "rolls/part.html",
        page=shown,
        part=line,
        errors=errors,
        given=request.form,
        bases=reads.BASES,
        sides=reads.SIDES,
    )


def _told(error: CaseworkError) -> dict[str, list[str]]:
    fields = messages(error.fields, current_language()) if isinstance(error, Invalid) else {}
    return fields or {"": [error.text(current_language())]}


def _day(name: str) -> date:
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError as error:
        fault = ("请填写日期", "Please give a date")
        raise Invalid(*fault, {name: [fault]}) from error
