"""The shares of a secret vote's key: handed out this once, and brought back to open the box. No page keeps one."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from casework.assemblies import services
from casework.errors import CaseworkError, Conflict, Invalid, Refused, Texts
from casework.persistence import Work
from casework.votes.secret import SHARE
from casework.votes.trustees import right_shares
from webapp.door import work
from webapp.errors import status_of
from webapp.identity import needs
from webapp.rendering import say
from webapp.votes import reads
from webapp.votes.telling import by_field, problems

pages = Blueprint("trustees", __name__, url_prefix="/votes")

Shown = str | Response | tuple[str, int]
_ABSENT: Texts = ("请先确认全体受托人都在场", "Confirm first that all trustees are present")
_NOT_RIGHT: Texts = (
    "这不是本次表决的份额，请对照纸上逐组核对",
    "This is no share of this vote; compare it with the paper, group by group",
)
_TWICE: Texts = ("这一份已经输过，请下一位受托人输入", "This share is in already; the next trustee's is needed")
_LENGTH = 2 * SHARE


@pages.get("/<int:vote_id>/key")
@needs("roll")
def key(vote_id: int) -> str:
    """Show who the trustees are, and what happens when the key is made."""
    return _key_page(vote_id)


@pages.post("/<int:vote_id>/key")
@needs("roll")
def hand_out(vote_id: int) -> Shown:
    """Make the key and show every share in this one answer, each to be opened by its trustee; it can't be had again."""
    try:
        with work() as opened:
            vote, found = reads.organised(opened, vote_id)
            if not request.form.get("present"):
                raise Invalid(*_ABSENT, {"present": [_ABSENT]})
            shares = services.hand_out_shares(opened, vote_id, again=bool(request.form.get("again")))
    except (Invalid, Refused, Conflict) as error:
        return _key_page(vote_id, error), status_of(error)
    slips = [(one, shares[one.person_id].hex()) for one in found.trustees]
    return render_template("votes/shares.html", vote=vote, key=found, slips=slips)


@pages.get("/<int:vote_id>/opening")
@needs()
def opening(vote_id: int) -> str:
    """Show how many shares open the box, and take the first."""
    return _opening_page(vote_id, [])


@pages.post("/<int:vote_id>/opening")
@needs()
def bring(vote_id: int) -> Shown:
    """Check one more share and say how many are right, or open the box and count once they are enough.

    The right ones travel in the page itself, from one trustee to the next; nothing keeps them between two requests.
    """
    opens = request.form.get("do") == "open"
    brought = [share for one in request.form.getlist("brought") if (share := _read(one)) is not None]
    written = request.form.get("share", "")[:200]
    try:
        with work() as opened:
            reads.entrusted(opened, vote_id)
            if opens:
                services.open_box(opened, vote_id, brought)
            else:
                brought.append(_right(opened, vote_id, written, brought))
    except (Invalid, Refused, Conflict) as error:
        kept = "" if _read(written) in brought else written
        return _opening_page(vote_id, brought, error, kept), status_of(error)
    if opens:
        say(_("票箱已打开并计票。"))
        return redirect(url_for("votes.result", vote_id=vote_id), 303)
    return _opening_page(vote_id, brought)


def _key_page(vote_id: int, error: CaseworkError | None = None) -> str:
    with work() as opened:
        vote, found = reads.organised(opened, vote_id)
    return render_template("votes/key.html", vote=vote, key=found, errors=by_field(error), problems=problems(error))


def _opening_page(vote_id: int, given: list[bytes], error: CaseworkError | None = None, written: str = "") -> str:
    with work() as opened:
        vote, found = reads.entrusted(opened, vote_id)
        right = right_shares(opened, vote_id, given)
    return render_template(
        "votes/opening.html",
        vote=vote,
        key=found,
        brought={no: share.hex() for no, share in right.items()},
        written=written,
        errors=by_field(error),
        problems=problems(error),
    )


def _right(opened: Work, vote_id: int, written: str, brought: list[bytes]) -> bytes:
    """Return the share that was typed; raises Invalid for one that can't be read, is not right, or is in already."""
    share = _read(written)
    if share is None or len(share) != SHARE:
        length = len("".join(written.split()))
        wrong = (
            f"份额是 {_LENGTH} 个字符，只有数字 0–9 和字母 a–f，现在输入了 {length} 个，请对照纸上核对",
            f"A share has {_LENGTH} characters, digits and letters a to f; {length} are typed. Compare with the paper",
        )
    elif share in brought:
        wrong = _TWICE
    elif not right_shares(opened, vote_id, [share]):
        wrong = _NOT_RIGHT
    else:
        return share
    raise Invalid(*wrong, {"share": [wrong]})


def _read(text: str) -> bytes | None:
    """Return what was written in hexadecimal, in whatever groups; None for what can't be read."""
    try:
        return bytes.fromhex("".join(text.split()))
    except ValueError:
        return None
