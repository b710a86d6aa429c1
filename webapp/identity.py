"""Who is asking: the visitor behind the session cookie, and which pages are theirs."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, abort, g, redirect, request, url_for

from webapp.door import system_work
from webapp.sign_in import visitors
from webapp.visiting import NOBODY

COOKIE = "banjie_session"
FRAGMENT = "X-Fragment"
"""What a script that looks again by itself sends along: nobody may be sitting before the page."""
View = Callable[..., Any]


def install(app: Flask) -> None:
    """Find the visitor before each page that is not a static file."""

    @app.before_request
    def recognise() -> None:
        g.visitor = NOBODY
        token = request.cookies.get(COOKIE)
        if request.endpoint == "static" or not token:
            return
        with system_work() as work:
            g.now = work.now
            by_itself = FRAGMENT in request.headers or request.endpoint == "live.stream"
            g.visitor = visitors.find(work, token, seen=not by_itself) or NOBODY


def needs(*verbs: str) -> Callable[[View], View]:
    """Let only people through whom the directory grants one of `verbs`; others get 404, strangers the sign-in page."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **names: Any) -> Any:
            if g.visitor.person_id is None:
                return redirect(url_for("sign_in.form", back=_wanted()))
            if verbs and not g.visitor.may.intersection(verbs):
                abort(404)
            return view(*args, **names)

        guarded.needs = verbs or ("account",)  # type: ignore[attr-defined]
        return guarded

    return guard


def public(view: View) -> View:
    """Mark a page as open to everybody, so that a forgotten guard is seen."""
    view.needs = ()  # type: ignore[attr-defined]
    return view


def _wanted() -> str | None:
    """Return where to go on after signing in: to this page, or to the one whose form was sent."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    before = urlsplit(request.referrer or "")
    if before.netloc != request.host:
        return None
    return before.path + (f"?{before.query}" if before.query else "")


def safe_back(back: str | None, otherwise: str) -> str:
    """Return `back` if it stays on this site, else `otherwise`."""
    if not back or not back.startswith("/") or back.startswith(("//", "/\\")) or "\\" in back:
        return otherwise
    parts = urlsplit(back)
    return otherwise if parts.scheme or parts.netloc else back
