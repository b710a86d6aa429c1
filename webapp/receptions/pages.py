"""Receptions and home visits: what is planned below the person's area, a new series, one day called off."""

from datetime import date, time

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from casework.errors import CaseworkError, Conflict, Invalid, Refused
from casework.receptions import planning, queries
from webapp.answers import messages
from webapp.door import work
from webapp.errors import status_of
from webapp.identity import needs
from webapp.language import current_language
from webapp.rendering import say

pages = Blueprint("receptions", __name__, url_prefix="/receptions")

KINDS = {"reception": ("市民接待日", "Reception day"), "home_visit": ("幸福来敲门（入户走访）", "Home visits")}
RHYTHMS = {
    "rules": ("按规定周期", "As the rules say"),
    "weekly": ("每周同一天", "Every week on the same day"),
    "monthly": ("每月同一日", "Every month on the same date"),
}


@pages.get("")
@needs("plan")
def index() -> str:
    """List the series of the person's area with their next days."""
    return _page({})


@pages.post("")
@needs("plan")
def arrange() -> Response | tuple[str, int]:
    """Plan a series."""
    form = request.form
    try:
        with work() as opened:
            planning.arrange(
                opened,
                form.get("kind", ""),
                form.get("area", 0, type=int),
                _day("first_on") or date.min,
                _time("at") or time.min,
                form.get("place", ""),
                until=_time("until", required=False),
                rhythm=form.get("rhythm", ""),
                last_on=_day("last_on", required=False),
            )
    except (Invalid, Conflict) as error:
        return _page(_told(error)), status_of(error)
    say(_("已安排。"))
    return redirect(url_for("receptions.index"))


@pages.post("/<int:series_id>/call-off")
@needs("plan")
def call_off(series_id: int) -> Response | tuple[str, int]:
    """Call off one day of a series."""
    try:
        with work() as opened:
            planning.call_off(opened, series_id, _day("day") or date.min, request.form.get("reason", ""))
    except (Invalid, Refused) as error:
        return _page(_told(error), keep=False), status_of(error)
    say(_("这一天已取消，以后的照旧。"))
    return redirect(url_for("receptions.index"))


@pages.post("/<int:series_id>/stop")
@needs("plan")
def stop(series_id: int) -> Response:
    """End a series."""
    with work() as opened:
        planning.stop(opened, series_id)
    say(_("已停止，以后不再安排。"))
    return redirect(url_for("receptions.index"))


def _page(errors: dict[str, list[str]], *, keep: bool = True) -> str:
    with work() as opened:
        series, places = queries.planned(opened), queries.places(opened)
    return render_template(
        "receptions/list.html",
        series=series,
        places=[(one.id, (one.name, one.name_en or one.name)) for one in places],
        kinds=KINDS,
        rhythms=RHYTHMS,
        errors=errors,
        given=request.form if keep else {},
    )


def _told(error: CaseworkError) -> dict[str, list[str]]:
    fields = messages(error.fields, current_language()) if isinstance(error, Invalid) else {}
    return fields or {"": [error.text(current_language())]}


def _day(name: str, *, required: bool = True) -> date | None:
    text = request.form.get(name, "")
    if not text and not required:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        fault = ("请填写日期", "Please give a date")
        raise Invalid(*fault, {name: [fault]}) from wrong


def _time(name: str, *, required: bool = True) -> time | None:
    text = request.form.get(name, "")
    if not text and not required:
        return None
    try:
        return time.fromisoformat(text).replace(tzinfo=None)
    except ValueError as wrong:
        fault = ("请填写时间", "Please give a time")
        raise Invalid(*fault, {name: [fault]}) from wrong
