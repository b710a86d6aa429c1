"""The administrator's pages: places, organisations, people, posts and contracts."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from casework.directory import reading, services, signing_in
from casework.errors import CaseworkError, Conflict, Invalid, Refused
from casework.persistence import Work
from webapp.answers import messages
from webapp.door import work
from webapp.errors import status_of
from webapp.identity import needs
from webapp.language import current_language
from webapp.people import acts, reads
from webapp.rendering import say

pages = Blueprint("people", __name__, url_prefix="/administration")

Shown = str | Response | tuple[str, int]


@pages.get("")
@needs("administer")
def index() -> Shown:
    """Begin at the area the person administers, or show what a search found."""
    words = request.args.get("q", "").strip()[:60]
    if not words:
        return redirect(url_for("people.area", area_id=reads.first_area() or 0))
    with work() as opened:
        places, posts = reading.search(opened, g.visitor.viewer, words)
    return render_template("people/found.html", words=words, places=places, posts=posts, kinds=reads.KINDS)


@pages.get("/areas/<int:area_id>")
@needs("administer")
def area(area_id: int) -> Shown:
    """Show an area: what is below it, who holds a post there, who serves it."""
    return _area_page(area_id)


@pages.post("/areas/<int:area_id>/areas")
@needs("administer")
def add_area(area_id: int) -> Shown:
    """Add an area below this one."""
    form = request.form
    return _do(
        lambda opened: services.add_area(
            opened,
            form.get("kind", ""),
            form.get("name", "")[:80],
            parent_id=area_id,
            name_en=form.get("name_en", "")[:120],
            code=form.get("code", "").strip()[:40] or None,
        ),
        lambda problem: _area_page(area_id, problem),
        url_for("people.area", area_id=area_id),
    )


@pages.post("/areas/<int:area_id>/organisations")
@needs("administer")
def add_organisation(area_id: int) -> Shown:
    """Add an organisation that belongs to this area."""
    form = request.form
    return _do(
        lambda opened: services.add_organisation(
            opened,
            form.get("kind", ""),
            form.get("name", "")[:80],
            area_id=area_id,
            name_en=form.get("name_en", "")[:120],
            code=form.get("code", "").strip()[:40] or None,
        ),
        lambda problem: _area_page(area_id, problem),
        url_for("people.area", area_id=area_id),
    )


@pages.post("/areas/<int:area_id>/posts")
@needs("administer")
def appoint_in_area(area_id: int) -> Shown:
    """Give somebody a post over this area."""
    return _appoint(
        url_for("people.area", area_id=area_id), lambda problem: _area_page(area_id, problem), area_id=area_id
    )


@pages.post("/areas/<int:area_id>/contracts")
@needs("administer")
def sign(area_id: int) -> Shown:
    """Record that a company serves this estate."""
    form = request.form
    return _do(
        lambda opened: services.sign_contract(
            opened,
            form.get("organisation", 0, type=int),
            area_id,
            _day("since", required=True) or date.min,
            _day("last_day"),
        ),
        lambda problem: _area_page(area_id, problem),
        url_for("people.area", area_id=area_id),
    )


@pages.post("/contracts/<int:contract_id>/end")
@needs("administer")
def end_contract(contract_id: int) -> Shown:
    """End a contract after a day."""
    back = url_for("people.area", area_id=request.form.get("area", 0, type=int))
    return _do(
        lambda opened: services.end_contract(opened, contract_id, _day("last_day", required=True) or date.min),
        lambda problem: _area_page(request.form.get("area", 0, type=int), problem),
        back,
    )


@pages.get("/organisations/<int:organisation_id>")
@needs("administer")
def organisation(organisation_id: int) -> Shown:
    """Show an organisation: its people and its contracts."""
    return _organisation_page(organisation_id)


@pages.post("/organisations/<int:organisation_id>/posts")
@needs("administer")
def appoint_in_organisation(organisation_id: int) -> Shown:
    """Give somebody a post in this organisation."""
    return _appoint(
        url_for("people.organisation", organisation_id=organisation_id),
        lambda problem: _organisation_page(organisation_id, problem),
        organisation_id=organisation_id,
    )


@pages.get("/people/<int:person_id>")
@needs("administer")
def person(person_id: int) -> Shown:
    """Show a person and their posts."""
    return _person_page(person_id)


@pages.post("/posts/<int:post_id>/end")
@needs("administer")
def end_post(post_id: int) -> Shown:
    """End a post, today or after a day."""
    person_id = request.form.get("person", 0, type=int)
    return _do(
        lambda opened: services.dismiss(opened, post_id, _day("last_day")),
        lambda problem: _person_page(person_id, problem),
        url_for("people.person", person_id=person_id),
    )


@pages.post("/people/<int:person_id>/password")
@needs("administer")
def reset_password(person_id: int) -> Shown:
    """Give a person a new password and show it once."""
    try:
        with work() as opened:
            reading.read_person(opened, g.visitor.viewer, person_id)
            session["password"] = signing_in.reset_password(opened, person_id)
    except (Invalid, Refused, Conflict) as error:
        return _person_page(person_id, _words(error)), status_of(error)
    return redirect(url_for("people.person", person_id=person_id))


def _appoint(back: str, again: Callable[[str], str], **where: int) -> Shown:
    form = request.form

    def act(opened: Work) -> None:
        made = acts.appoint(
            opened,
            form.get("role", ""),
            name=form.get("name", "").strip()[:60],
            phone=form.get("phone", "").strip()[:20],
            login=form.get("login", "").strip()[:64],
            since=_day("since"),
            last_day=_day("last_day"),
            **where,
        )
        if made.password:
            session["password"] = made.password

    return _do(act, again, back)


def _do(act: Callable[[Work], Any], again: Callable[[str], str], back: str) -> Shown:
    try:
        with work() as opened:
            act(opened)
    except (Invalid, Refused, Conflict) as error:
        return again(_words(error)), status_of(error)
    say(_("已保存。"))
    return redirect(back)


def _words(error: CaseworkError) -> str:
    fields = messages(error.fields, current_language()) if isinstance(error, Invalid) else {}
    return "; ".join(text for texts in fields.values() for text in texts) or error.text(current_language())


def _day(name: str, *, required: bool = False) -> date | None:
    text = request.form.get(name, "")
    if not text and not required:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise Invalid("请填写日期", "Please give a date", {name: [("请填写日期", "Please give a date")]}) from wrong


def _area_page(area_id: int, problem: str | None = None) -> str:
    with work() as opened:
        page = reading.read_area(opened, g.visitor.viewer, area_id or None)
        companies = reads.companies(opened) if page.area and page.area.kind == "estate" else []
    return render_template(
        "people/area.html",
        page=page,
        problem=problem,
        kinds=reads.KINDS,
        below=reads.below(page.area.kind) if page.area else [],
        roles=reads.role_choices(page.area.kind) if page.area else [],
        companies=companies,
        password=session.pop("password", None),
    )


def _organisation_page(organisation_id: int, problem: str | None = None) -> str:
    with work() as opened:
        page = reading.read_organisation(opened, g.visitor.viewer, organisation_id)
    return render_template(
        "people/organisation.html",
        page=page,
        problem=problem,
        kinds=reads.KINDS,
        roles=reads.role_choices(page.organisation.kind),
        password=session.pop("password", None),
    )


def _person_page(person_id: int, problem: str | None = None) -> str:
    with work() as opened:
        page = reading.read_person(opened, g.visitor.viewer, person_id)
    return render_template("people/person.html", page=page, problem=problem, password=session.pop("password", None))
