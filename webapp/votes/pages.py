"""An owner votes on a phone: the roll, the ballot, a look before it is cast, the receipt. No page needs JavaScript."""

from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Blueprint, abort, g, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from casework.errors import CaseworkError, Conflict, Forbidden, Invalid, NotFound, Refused
from casework.persistence import Work
from casework.publicity.objections import OwnObjection, own_objections
from casework.publicity.services import file_objection
from casework.votes import queries, reading, services
from casework.votes.keeping import keeps, tells
from casework.votes.results import FEW
from casework.votes.trustees import KeyView, key_view
from casework.votes.views import HeadView, VoteView
from webapp import limits, uploads
from webapp.door import work
from webapp.errors import status_of
from webapp.identity import needs, public
from webapp.limits import Limit
from webapp.rendering import command_key, say
from webapp.repeats import key_of_form
from webapp.votes import drafts, figures, reads
from webapp.votes.choices import checked, chosen, offered, spoken
from webapp.votes.telling import by_field, problems

pages = Blueprint("votes", __name__, url_prefix="/votes")

Shown = str | Response | tuple[str, int]
REFUSALS = (Invalid, Refused, Conflict, Forbidden)
LOOKS = Limit(120, timedelta(minutes=15))
NOT_CAST = Refused(
    "投票已经截止，您的选票没有投出。",
    "Voting is over; your ballot is not cast.",
)
SCRIPT = Path(__file__).parents[2] / "docs" / "recount.py"


for _name in ("area_text", "count_text", "share_text", "receipt_text", "ratio_of", "ranked"):
    pages.add_app_template_filter(getattr(figures, _name), _name)


@pages.get("")
@needs()
def index() -> str:
    """Show whether the person is on the roll, what is open, and what was decided."""
    with work() as opened:
        estates = reading.estates(opened, g.visitor.viewer)
        heads = {one.id: own for one, own in reads.votable(opened, estates)}
    return render_template("votes/index.html", estates=estates, heads=heads)


@pages.get("/<int:vote_id>")
@needs()
def show(vote_id: int) -> Shown:
    """Show one vote: by when, on what, by which rules, and what the person may do in it."""
    return _vote_page(vote_id)


@pages.get("/<int:vote_id>/heads/<int:head_id>/ballot")
@needs()
def ballot(vote_id: int, head_id: int) -> Shown:
    """Show the ballot of a head."""
    with work() as opened:
        vote, head = reads.own(opened, vote_id, head_id)
        laws = reads.laws(opened, vote)
    if vote.phase != "open" or head.valid is not None:
        return redirect(url_for("votes.show", vote_id=vote_id))
    return _ballot_page(vote, head, laws, drafts.waiting(vote_id, head_id), kept=True)


@pages.post("/<int:vote_id>/heads/<int:head_id>/ballot")
@drafts.kept
@needs()
def fill(vote_id: int, head_id: int) -> Shown:
    """Show what was chosen once more before it is cast, or the ballot again to change it."""
    with work() as opened:
        vote, head = reads.own(opened, vote_id, head_id)
        laws = reads.laws(opened, vote)
    if head.valid is not None:
        say(_("这一票先前已经投出，不能再投。"))
        return redirect(url_for("votes.show", vote_id=vote_id), 303)
    if vote.phase != "open":
        return _vote_page(vote_id, NOT_CAST), status_of(NOT_CAST)
    if request.form.get("do") == "change":
        return _ballot_page(vote, head, laws, request.form)
    items = offered(vote, head.matters)
    try:
        said = checked(vote, chosen(items, request.form))
    except Invalid as error:
        return _ballot_page(vote, head, laws, request.form, error), status_of(error)
    return render_template("votes/review.html", vote=vote, head=head, rows=spoken(items, said), key=command_key())


@pages.post("/<int:vote_id>/heads/<int:head_id>/cast")
@drafts.kept
@needs()
def cast(vote_id: int, head_id: int) -> Shown:
    """Cast the ballot and show its receipt; the same press again shows the same receipt."""
    mandate = request.values.get("mandate", type=int)
    with work() as opened:
        vote, head = reads.own(opened, vote_id, head_id)
        laws = reads.laws(opened, vote)
    try:
        said = chosen(offered(vote, head.matters), request.form)
        with work() as opened:
            made = services.cast(opened, vote_id, head_id, said, key=key_of_form() or None, proxy_id=mandate)
    except Refused as error:
        return _vote_page(vote_id, error), status_of(error)
    except Invalid as error:
        return _ballot_page(vote, head, laws, request.form, error), status_of(error)
    drafts.forget()
    return redirect(url_for("votes.receipt", vote_id=vote_id, digest=made.digest), 303)


@pages.get("/<int:vote_id>/receipts/<digest>")
@needs()
def receipt(vote_id: int, digest: str) -> str:
    """Show the receipt of a ballot to the owners it was cast for: whether it counts, and how to look for it."""
    return render_template("votes/receipt.html", **_of_receipt(vote_id, digest))


@pages.get("/<int:vote_id>/receipts/<digest>.txt")
@needs()
def receipt_file(vote_id: int, digest: str) -> Response:
    """Send the receipt as a text to keep on the phone: the code, and the address where anybody finds it in the box."""
    text = render_template("votes/receipt.txt", **_of_receipt(vote_id, digest))
    sent = BytesIO(text.encode("utf-8-sig"))
    return send_file(sent, "text/plain", as_attachment=True, download_name=f"receipt-{digest[:8]}.txt")


@pages.route("/<int:vote_id>/find", methods=["GET"])
@public
def find(vote_id: int) -> Shown:
    """Look for a receipt in the closed box, with the way from it to the published root; anybody may."""
    limits.count("receipt", LOOKS)
    given = "".join(request.args.get("receipt", "")[:120].lower().split())
    with work() as opened:
        vote = reads.published(opened, vote_id)
        proof = queries.find_in_box(opened, vote_id, given) if given and vote.published else None
        waiting = bool(given) and not vote.published and reading.has_cast(opened, vote_id, given)
    return render_template("votes/find.html", vote=vote, given=given, proof=proof, waiting=waiting)


@pages.get("/<int:vote_id>/result")
@public
def result(vote_id: int) -> Shown:
    """Show the result as it is posted: every figure with its limit, whether or not somebody is signed in."""
    with work() as opened:
        vote = reads.published(opened, vote_id)
        if vote.result is None or vote.phase != "counted":
            abort(404)
        told = {"laws": reads.laws(opened, vote), "platform": reads.platform(opened, vote)}
        cast = reads.cast_by_visitor(opened, vote)
    return render_template("votes/result.html", vote=vote, result=vote.result, few=FEW, cast=cast, **told)


@pages.get("/recount.py")
@public
def script() -> Response:
    """Send the script by which anybody can check the box and count again without this house."""
    if not SCRIPT.is_file():
        abort(404)
    return send_file(SCRIPT, mimetype="text/x-python", as_attachment=True, download_name="recount.py")


@pages.post("/<int:vote_id>/heads/<int:head_id>/objection")
@needs()
def object_to(vote_id: int, head_id: int) -> Shown:
    """Object, as a co-owner, to the ballot that another has cast."""
    try:
        with work() as opened:
            services.object_to(opened, vote_id, head_id, request.form.get("reason", "")[:2000])
    except REFUSALS as error:
        return _vote_page(vote_id, error), status_of(error)
    say(_("异议已记录。共有人共同选择以前，这张选票不计入。"))
    return redirect(url_for("votes.show", vote_id=vote_id))


@pages.post("/<int:vote_id>/heads/<int:head_id>/objection/withdrawal")
@needs()
def take_back(vote_id: int, head_id: int) -> Shown:
    """Take one's own objection back; the ballot counts again."""
    try:
        with work() as opened:
            services.settle_objection(opened, vote_id, head_id, agreed_by=[], proof={})
    except REFUSALS as error:
        return _vote_page(vote_id, error), status_of(error)
    say(_("异议已撤回，原选票恢复计入。"))
    return redirect(url_for("votes.show", vote_id=vote_id))


@pages.post("/<int:vote_id>/roll-objection")
@needs()
def object_to_roll(vote_id: int) -> Shown:
    """Object to the posted roll."""
    with work() as opened:
        vote = _theirs(opened, vote_id)[0]
        if not reads.may_object_to_roll(opened, vote) or vote.case_id is None:
            abort(404)
    grounds, kept = request.form.get("grounds", "").replace("\r\n", "\n"), uploads.proofs()
    try:
        kept.refuse_problems()
        with work() as opened:
            person, files, key = g.visitor.person_id, kept.ids(opened), key_of_form() or None
            file_objection(opened, vote.case_id, person, grounds, evidence=files, key=key)
    except REFUSALS as error:
        return _vote_page(vote_id, error, kept), status_of(error)
    say(_("对名册的异议已送到，答复会通知您。"))
    return redirect(url_for("votes.show", vote_id=vote_id))


def _of_receipt(vote_id: int, digest: str) -> dict[str, Any]:
    with work() as opened:
        vote, head, cast = reads.receipt(opened, vote_id, digest)
    return {"vote": vote, "head": head, "cast": cast}


def _vote_page(vote_id: int, error: CaseworkError | None = None, kept: uploads.Received | None = None) -> str:
    with work() as opened:
        vote, heads, watching = _theirs(opened, vote_id)
        key = key_view(opened, vote.id)
        return render_template(
            "votes/show.html",
            vote=vote,
            heads=heads,
            laws=reads.laws(opened, vote),
            may_object=reads.may_object_to_roll(opened, vote),
            platform=reads.platform(opened, vote),
            turnout=queries.turnout(opened, vote_id) if watching and vote.turns_out else None,
            tells=vote.paper and tells(g.visitor.viewer, vote.path),
            adds=vote.phase == "prepared" and vote.case_id is not None and keeps(g.visitor.viewer, vote.path),
            keeps=vote.phase != "stopped" and keeps(g.visitor.viewer, vote.path),
            key=key,
            trusted=key.includes(g.visitor.person_id),
            hands_out=vote.secret and keeps(g.visitor.viewer, vote.path) and _may_hand_out(vote, key),
            opens=vote.phase == "closed" and vote.secret and _opens(vote, key),
            problems=problems(error),
            errors=by_field(error),
            kept=kept.files.get("proof", ()) if kept is not None else (),
            objections=_objections(opened, vote),
        )


def _objections(opened: Work, vote: VoteView) -> Sequence[OwnObjection]:
    return own_objections(opened, g.visitor.person_id, case_id=vote.case_id) if vote.case_id is not None else ()


def _may_hand_out(vote: VoteView, key: KeyView) -> bool:
    """Say whether the key may be made: before the vote, and anew until the first ballot is sealed with it."""
    return vote.phase == "prepared" or (vote.phase in ("waiting", "open") and not key.in_use)


def _opens(vote: VoteView, key: KeyView) -> bool:
    return keeps(g.visitor.viewer, vote.path) or key.includes(g.visitor.person_id)


def _theirs(opened: Work, vote_id: int) -> tuple[VoteView, Sequence[HeadView], bool]:
    """Return a vote that concerns the visitor, with what they own in it; raises NotFound for anybody else."""
    vote = reading.vote_view(opened, vote_id)
    heads = reading.heads(opened, vote, g.visitor.person_id)
    watching = reading.watches(g.visitor.viewer, vote.path)
    lives = any(path.startswith(vote.path) for _area, path, _kind in g.visitor.viewer.homes)
    if not heads and not watching and not lives and not key_view(opened, vote_id).includes(g.visitor.person_id):
        raise NotFound("没有这次表决。", "There is no such vote.")
    return vote, heads, watching


def _ballot_page(
    vote: VoteView,
    head: HeadView,
    laws: Sequence[Any],
    posted: Any,
    error: CaseworkError | None = None,
    *,
    kept: bool = False,
) -> str:
    marked = {(name.removeprefix("item-"), value) for name, value in MultiDict(posted).items(multi=True)}
    fields = by_field(error)
    items = offered(vote, head.matters)
    return render_template(
        "votes/ballot.html",
        vote=vote,
        head=head,
        laws=laws,
        items=items,
        marked=marked,
        kept=kept and bool(marked),
        errors=fields,
        problems=problems(error),
    )
