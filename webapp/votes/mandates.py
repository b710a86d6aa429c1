"""An owner gives somebody a written mandate, and takes it back."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from casework import attachments
from casework.cases.commands import once
from casework.directory.people import persons_with_phone
from casework.errors import CaseworkError, Conflict, Forbidden, Invalid, Refused
from casework.persistence import Work
from casework.votes import reading, services
from casework.votes.views import HeadView, VoteView
from webapp import limits, uploads
from webapp.door import work
from webapp.errors import status_of
from webapp.identity import needs
from webapp.limits import Limit
from webapp.rendering import command_key, say
from webapp.repeats import answered, key_of_form
from webapp.votes import reads
from webapp.votes.telling import by_field, problems

pages = Blueprint("mandates", __name__, url_prefix="/votes")

Shown = str | Response | tuple[str, int]
HOLDERS = Limit(20, timedelta(hours=1))
PROOF: Mapping[str, Any] = {
    "components": [{"type": "filepicker", "id": "proof", "key": "proof", "label": "委托书", "multiple": True}]
}


@pages.route("/<int:vote_id>/heads/<int:head_id>/mandate", methods=["GET", "POST"])
@needs()
def give(vote_id: int, head_id: int) -> Shown:
    """Give somebody a written mandate: whom, for which items, until when, with the signed writing."""
    with work() as opened:
        vote, head = reads.own(opened, vote_id, head_id)
        before = answered(opened, key_of_form()) if request.method == "POST" else None
    if request.method == "GET":
        return _mandate_page(vote, head, _given_anew(vote), uploads.Received())
    if before is not None:
        return redirect(url_for("votes.show", vote_id=vote_id))
    answers = {"proof": [one for one in request.form.getlist("proof") if one]}
    kept = uploads.receive(PROOF, answers, request.files)
    try:
        kept.refuse_problems()
        limits.count("mandate", HOLDERS)
        with work() as opened:
            once(opened, key_of_form() or None, {}, lambda: _give(opened, vote, head, kept))
    except (Invalid, Refused, Conflict, Forbidden) as error:
        return _mandate_page(vote, head, request.form, kept, error), status_of(error)
    say(_("委托已登记。投票以前可以随时撤销。"))
    return redirect(url_for("votes.show", vote_id=vote_id))


@pages.post("/<int:vote_id>/mandates/<int:proxy_id>/withdrawal")
@needs()
def withdraw(vote_id: int, proxy_id: int) -> Response:
    """Withdraw a mandate that one has given."""
    with work() as opened:
        reading.mandate_of(opened, g.visitor.person_id, proxy_id)
        services.withdraw_proxy(opened, proxy_id)
    say(_("委托已撤销。"))
    return redirect(url_for("votes.show", vote_id=vote_id))


def _mandate_page(
    vote: VoteView, head: HeadView, given: Any, kept: uploads.Received, error: CaseworkError | None = None
) -> str:
    fields = by_field(error)
    return render_template(
        "votes/mandate.html",
        vote=vote,
        head=head,
        given=given,
        matters=set(given.getlist("matters")),
        kept=kept.files.get("proof", []),
        errors=fields,
        problems=problems(error),
        key=request.form.get("command_key") or command_key(),
    )


def _given_anew(vote: VoteView) -> MultiDict[str, str]:
    return MultiDict([("matters", str(item["no"])) for item in vote.items])


def _give(opened: Work, vote: VoteView, head: HeadView, kept: uploads.Received) -> dict[str, Any]:
    form = request.form
    holders = [one for one in persons_with_phone(opened, form.get("phone", "")) if one != g.visitor.person_id]
    if len(holders) != 1:
        fault = (
            "没有用这个手机号登记的人，请对方先到社区窗口登记",
            "Nobody is registered with this phone; have them register at the community window first",
        )
        raise Invalid("找不到代理人。", "The proxy holder was not found.", {"phone": [fault]})
    _answers, files = kept.answered(opened, {})
    made = services.give_proxy(
        opened,
        vote.id,
        head.id,
        holders[0],
        principal_id=g.visitor.person_id,
        matters=form.getlist("matters", type=int),
        until=_day(form.get("until", "")),
        proof={"files": sorted(files)} if files else {},
    )
    attachments.attach(opened, sorted(files), f"proxy:{made.id}")
    return {"proxy": made.id}


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        fault = ("请填写日期", "Please give a date")
        raise Invalid(*fault, {"until": [fault]}) from wrong
