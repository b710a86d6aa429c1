"""Signing in and out, the language, the demonstration's one-click sign-in."""

from collections.abc import Sequence

from flask import Blueprint, abort, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from casework.directory import signing_in
from casework.directory.signing_in import Denied, SignedIn
from casework.errors import Invalid, NotFound
from webapp import limits
from webapp.answers import messages
from webapp.door import settings, system_work
from webapp.door import work as own_work
from webapp.identity import COOKIE, needs, public, safe_back
from webapp.language import LANGUAGES, choose, current_language
from webapp.rendering import say
from webapp.sign_in.demonstration import DemonstrationPerson
from webapp.sign_in.demonstration import people as demonstration_people
from webapp.votes import drafts

pages = Blueprint("sign_in", __name__)


@pages.get("/sign-in")
@public
def form() -> str:
    """Show the door: own account, and in demonstration mode one person per role."""
    return _page(back=request.args.get("back"))


@pages.post("/sign-in")
@public
def enter() -> Response | tuple[str, int]:
    """Sign in by login and password; a wrong one says no more than that."""
    login, password = request.form.get("login", "").strip()[:120], request.form.get("password", "")[:200]
    back = request.form.get("back")
    limits.count("sign-in", limits.SIGN_INS)
    with system_work() as work:
        found = signing_in.sign_in(work, login, password)
    if isinstance(found, Denied):
        return _page(back=back, login=login, problem=choose((found.zh, found.en))), 422
    return _entered(found, back)


@pages.post("/sign-in/demonstration/<int:person_id>")
@public
def demonstration(person_id: int) -> Response:
    """Sign in as a demonstration person; there is no such door outside a demonstration."""
    if not settings().demonstration:
        abort(404)
    with system_work() as work:
        if person_id not in {one.id for one in demonstration_people(work)}:
            raise NotFound("没有这个演示人物", "There is no such demonstration person")
        opened = signing_in.open_session(work, person_id)
    return _entered(opened, request.form.get("back"))


@pages.post("/sign-out")
@public
def leave() -> Response:
    """End the session on the server and forget the cookie."""
    token = request.cookies.get(COOKIE)
    if token:
        with system_work() as work:
            signing_in.sign_out(work, token)
    spoken = current_language()
    session.clear()
    session["spoken"] = spoken
    response = redirect(url_for("sign_in.form"))
    response.delete_cookie(COOKIE, samesite="Lax", httponly=True, secure=settings().https)
    return response


@pages.get("/language/<code>")
@public
def language(code: str) -> Response:
    """Switch the language and come back to the same page."""
    if code not in LANGUAGES:
        abort(404)
    session["language"] = code
    if g.visitor.login:
        with own_work() as work:
            signing_in.set_preferences(work, g.visitor.person_id, language=code)
    return redirect(safe_back(request.args.get("back"), url_for("residents.home")))


@pages.get("/account")
@needs()
def account() -> str:
    """Show who is signed in, as what, and let them change the password."""
    return render_template("sign_in/account.html")


@pages.post("/account/password")
@needs()
def change_password() -> Response | tuple[str, int]:
    """Change the password; every other session of the person ends."""
    try:
        with own_work() as work:
            old, new = request.form.get("old", "")[:1024], request.form.get("new", "")[:1024]
            signing_in.change_password(work, g.visitor.person_id, old, new)
    except Invalid as error:
        texts = [text for found in messages(error.fields, current_language()).values() for text in found]
        problem = "；".join(texts) or error.text(current_language())
        return render_template("sign_in/account.html", problem=problem), 422
    say(_("密码已更改，请重新登录。"))
    return redirect(url_for("sign_in.form"))


@pages.post("/account/theme")
@needs()
def theme() -> Response:
    """Choose light or dark, or follow the system."""
    chosen = request.form.get("theme")
    session["theme"] = chosen if chosen in {"light", "dark"} else None
    return redirect(url_for("sign_in.account"))


def _page(**shown: object) -> str:
    people: Sequence[DemonstrationPerson] = ()
    if settings().demonstration:
        with system_work() as work:
            people = demonstration_people(work)
    return render_template("sign_in/form.html", people=people, **shown)


def _entered(opened: SignedIn, back: str | None) -> Response:
    """Go where the person wanted to go; the language they switched to before becomes that of their account."""
    kept = {name: session[name] for name in ("language", drafts.NAME) if name in session}
    if "language" in kept:
        with system_work() as work:
            person = signing_in.session_of(work, opened.token)
            if person is not None and person.login:
                signing_in.set_preferences(work, person.person_id, language=kept["language"])
    session.clear()
    session.update(kept)
    response = redirect(safe_back(back, url_for("residents.home")))
    response.set_cookie(COOKIE, opened.token, httponly=True, samesite="Lax", secure=settings().https)
    return response
