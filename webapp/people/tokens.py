"""The administrator's page of tokens: which other systems may call, for what, over which area, until when."""

from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from casework.directory import tokens
from casework.errors import Forbidden, Invalid
from webapp.answers import messages
from webapp.door import work
from webapp.errors import status_of
from webapp.identity import needs
from webapp.language import current_language
from webapp.rendering import say

pages = Blueprint("tokens", __name__, url_prefix="/administration/tokens")

_SHOWN = "issued_token"


@pages.get("")
@needs("administer")
def index() -> str:
    """List the tokens of other systems over what the person administers, and show a fresh one once."""
    return _page({})


@pages.post("")
@needs("administer")
def issue() -> Response | tuple[str, int]:
    """Give another system a token."""
    form = request.form
    try:
        with work() as opened:
            made = tokens.issue_to_system(
                opened,
                form.get("system", ""),
                form.get("area", 0, type=int),
                form.get("name", ""),
                form.getlist("scopes"),
                timedelta(days=_days()),
            )
    except Invalid as error:
        return _page(messages(error.fields, current_language()) or {"": [error.text(current_language())]}), 422
    except Forbidden as error:
        return _page({"area": [error.text(current_language())]}), status_of(error)
    session[_SHOWN] = made.token
    return redirect(url_for("tokens.index"))


@pages.post("/<int:token_id>/revoke")
@needs("administer")
def revoke(token_id: int) -> Response:
    """End a token at once."""
    with work() as opened:
        tokens.revoke(opened, token_id)
    say(_("令牌已停用。"))
    return redirect(url_for("tokens.index"))


def _page(errors: dict[str, list[str]]) -> str:
    with work() as opened:
        kept, areas = tokens.tokens_below(opened), tokens.areas_to_reach(opened)
    return render_template(
        "people/tokens.html",
        kept=kept,
        areas=[(one.id, (one.name, one.name_en or one.name)) for one in areas],
        scopes={key: tokens.SCOPES[key] for key in sorted(tokens.OF_SYSTEMS)},
        longest=tokens.LONGEST["system"].days,
        errors=errors,
        given=request.form,
        issued=session.pop(_SHOWN, None),
    )


def _days() -> int:
    days = request.form.get("days", 0, type=int)
    if not 1 <= days <= tokens.LONGEST["system"].days:
        fault = (
            f"有效期为 1 至 {tokens.LONGEST['system'].days} 天",
            f"It is valid for 1 to {tokens.LONGEST['system'].days} days",
        )
        raise Invalid(*fault, {"days": [fault]})
    return days
