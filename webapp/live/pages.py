"""The stream that tells an open page to look again. It says that something changed, never what."""

import time
from collections.abc import Callable, Iterator

from flask import Blueprint, Response, current_app, g, request
from sqlalchemy.exc import SQLAlchemyError

from casework.cases.models import Case
from casework.cases.queries import case_for
from casework.directory.signing_in import session_of
from casework.directory.viewing import viewer
from casework.errors import NotFound
from casework.persistence import SYSTEM
from webapp.door import casework, work
from webapp.identity import COOKIE, needs
from webapp.live.streams import Stream, Streams

pages = Blueprint("live", __name__)

#: Seconds between two signs of life; as often it is asked whether the visitor may still listen.
HEARTBEAT = 20.0
AGAIN = "retry: 3000\n\n"
CHANGED = "event: changed\ndata: {}\n\n"
END = "event: end\ndata:\n\n"
ALIVE = ":\n\n"
_MANY = 10**9


@pages.get("/live")
@needs()
def stream() -> Response:
    """Stream "changed" for the visitor's inbox and, with `case`, for one case they may see; 204 when there is no room.

    With `lines`, how much of the history the page shows, it is told at once when there is more by now. A page that
    gets 204 or "end" looks by itself once in a while.
    """
    case_no = request.args.get("case")
    case_id = None
    if case_no:
        with work() as opened:
            case_id = case_for(opened, g.visitor.viewer, case_no).id
    streams: Streams = current_app.extensions["live"]
    mine = Stream(g.visitor.person_id, request.args.get("tab", "")[:40], g.visitor.viewer.groups, case_id)
    if not streams.open(mine):
        return Response(status=204)
    told = _told(mine, _asker(request.cookies.get(COOKIE, ""), mine, case_no))
    if case_id is not None and _lines(case_id) > request.args.get("lines", _MANY, type=int):
        mine.tell({"case"})  # between the making of the page and now
    answer = Response(told, mimetype="text/event-stream", headers={"X-Accel-Buffering": "no"})
    answer.call_on_close(lambda: streams.leave(mine))
    return answer


def _lines(case_id: int) -> int:
    with work() as opened:
        return opened.session.get_one(Case, case_id).lines


def _told(mine: Stream, may_stay: Callable[[], bool]) -> Iterator[str]:
    """Yield what goes to the page until the stream is over, or the visitor may not listen any more."""
    yield AGAIN
    asked = time.monotonic()
    while True:
        news = mine.wait(HEARTBEAT)
        if mine.over:
            yield END
            return
        if time.monotonic() - asked >= HEARTBEAT:
            try:
                staying = may_stay()
            except SQLAlchemyError:
                return  # the page comes back by itself, and with it the question
            if not staying:
                yield END
                return
            asked = time.monotonic()
        yield CHANGED.format(" ".join(sorted(news))) if news else ALIVE


def _asker(token: str, mine: Stream, case_no: str | None) -> Callable[[], bool]:
    """Return what tells whether the session lasts and the case is still theirs; their groups are brought up to date.

    Being asked is no sign that somebody sits before the page: an idle session goes on to its end.
    """
    domain = casework()

    def may_stay() -> bool:
        with domain.work(SYSTEM) as opened:
            signed_in = session_of(opened, token, seen=False)
            if signed_in is None or signed_in.person_id != mine.person_id:
                return False
            seen_by = viewer(opened, signed_in.person_id)
            mine.groups = frozenset(seen_by.groups)
            try:
                return case_no is None or case_for(opened, seen_by, case_no).id == mine.case_id
            except NotFound:
                return False

    return may_stay
