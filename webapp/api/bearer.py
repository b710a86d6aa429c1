"""Who calls the API: the bearer of a token, or nobody in particular. Cookies open nothing here."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import wraps
from typing import Any

from flask import abort, g, request
from werkzeug.exceptions import Unauthorized

from casework.directory import tokens
from casework.directory.tokens import Bearer
from casework.directory.viewing import Viewer
from casework.errors import NotFound
from casework.persistence import ANONYMOUS, Actor, Work
from webapp import limits
from webapp.door import casework, system_work
from webapp.limits import Limit
from webapp.sign_in.visitors import granted
from webapp.visiting import NOBODY, Visitor

OF_TOKEN = Limit(1200, timedelta(minutes=5))
OF_ADDRESS = Limit(300, timedelta(minutes=5))
LARGEST_JSON = 256 * 1024
View = Callable[..., Any]


def opens(
    scope: str | None, *, public: bool = False, secret: str | None = None, sends: str = "application/json"
) -> Callable[[View], View]:
    """Let only bearers with `scope` through (any bearer when None).

    `public` lets people without a token in too, `secret` those who send this header; what it opens is looked at later.
    `sends` is the media type a POST must have. Comes right under the route, so that nothing is read before.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **names: Any) -> Any:
            _recognise()
            if g.bearer is None and not public and (secret is None or secret not in request.headers):
                raise Unauthorized
            if g.bearer is not None and scope is not None and scope not in g.bearer.scopes:
                abort(403)
            if g.bearer is None:
                limits.count("api", OF_ADDRESS)
            else:
                limits.count("api", OF_TOKEN, who=f"token:{g.bearer.token_id}")
            _must_send(sends)
            return view(*args, **names)

        guarded.needs = ("api", scope or "any")  # type: ignore[attr-defined]
        return guarded

    return guard


def actor() -> Actor:
    """Return in whose name the call acts."""
    bearer: Bearer | None = g.bearer
    return ANONYMOUS if bearer is None else bearer.actor


def viewer() -> Viewer:
    """Return what the caller sees."""
    seen_by: Viewer = g.visitor.viewer
    return seen_by


@contextmanager
def work(acting: Actor | None = None) -> Iterator[Work]:
    """Open one transaction of the caller, or of `acting`; it commits when the block ends well."""
    with casework().work(acting or actor()) as opened:
        yield opened


def _recognise() -> None:
    """Find who is behind the token; a token that opens nothing is refused, also where none is needed."""
    g.bearer, g.visitor = None, NOBODY
    sent = request.headers.get("Authorization")
    if sent is None:
        return
    kind, _, token = sent.partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise Unauthorized
    with system_work() as opened:
        bearer = tokens.bearer_of(opened, token.strip()[:200])
        if bearer is None:
            seen_by = None
        else:
            try:
                seen_by = tokens.viewer_of(opened, bearer)
            except NotFound:
                seen_by = None
    if bearer is None or seen_by is None:
        limits.count("token", limits.PINS)
        raise Unauthorized
    g.bearer = bearer
    may = granted(seen_by) if bearer.person_id is not None else frozenset()
    g.visitor = Visitor(person_id=bearer.person_id, may=may, viewer=seen_by)


def _must_send(media_type: str) -> None:
    if request.method != "POST":
        return
    if media_type == "application/json":
        request.max_content_length = LARGEST_JSON
    if (request.content_length or 0) > (request.max_content_length or 0):
        abort(413)
    if request.content_length and request.mimetype != media_type:
        abort(415)
