"""Getting a token by login and password, looking at it, ending it; giving one to another system."""

from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

from flask import g
from marshmallow import fields, validate
from werkzeug.exceptions import Unauthorized

from casework.directory import signing_in, tokens
from casework.directory.signing_in import Denied
from casework.errors import NotFound
from casework.persistence import Work
from webapp import limits
from webapp.api.bearer import work
from webapp.api.calls import Calls
from webapp.api.replaying import replayed
from webapp.api.shapes import MOST_ID, Done, Nothing, Shape, moment, number, words
from webapp.door import system_work

api = Calls("tokens_api", __name__, url_prefix="/api/v1", description="令牌 · Tokens")


class SignInIn(Shape):
    """Who asks for a token, for what, and for how long at most."""

    login = words(120, shortest=1, required=True)
    password = words(1024, shortest=1, required=True, load_only=True)
    name = words(80, shortest=1, load_default="API")
    scopes = fields.List(
        fields.String(validate=validate.OneOf(sorted(tokens.OF_PEOPLE))),
        load_default=lambda: sorted(tokens.OF_PEOPLE),
        validate=validate.Length(1, 10),
    )
    hours = fields.Integer(load_default=12, strict=True, validate=validate.Range(1, 720))


class SystemIn(Shape):
    """Which system gets a token, below which area, and for what."""

    system = words(80, shortest=1, required=True)
    area = number(required=True)
    name = words(80, shortest=1, required=True)
    scopes = fields.List(
        fields.String(validate=validate.OneOf(sorted(tokens.OF_SYSTEMS))),
        required=True,
        validate=validate.Length(1, 10),
    )
    days = fields.Integer(load_default=366, strict=True, validate=validate.Range(1, 366))


class TokenOut(Shape):
    """A fresh token; it is told here and never again."""

    id = fields.Integer()
    token = fields.String()
    scopes = fields.List(fields.String())
    expires_at = moment()


class BearerOut(Shape):
    """Whose token it is, what it opens, and until when."""

    id = fields.Integer(attribute="token_id")
    person = fields.Integer(attribute="person_id", allow_none=True)
    system = fields.String()
    area = fields.Integer(attribute="area_id", allow_none=True)
    scopes = fields.List(fields.String())
    expires_at = moment()


class AreaQuery(Shape):
    """Below which area."""

    area = fields.Integer(required=True, validate=validate.Range(1, MOST_ID))


class KeptToken(Shape):
    """A token of another system, as it is kept."""

    id = fields.Integer()
    name = fields.String()
    system = fields.String()
    area = fields.Integer(attribute="area_id")
    scopes = fields.List(fields.String())
    created_at = moment()
    expires_at = moment()
    seen_at = moment(allow_none=True)
    revoked_at = moment(allow_none=True)


class KeptPage(Shape):
    """The tokens, the newest first."""

    items = fields.List(fields.Nested(KeptToken))


@api.call(
    "POST",
    "/tokens",
    "登录取令牌 · Sign in and get a token",
    scope=None,
    public=True,
    takes=SignInIn,
    gives=TokenOut,
    status=201,
    repeats=False,
)
def sign_in(given: dict[str, Any]) -> Any:
    """Check a login and give its person a token; each call gives another, for none is kept."""
    limits.count("sign-in", limits.SIGN_INS)
    with system_work() as opened:
        entered = signing_in.sign_in(opened, given["login"], given["password"])
        if not isinstance(entered, Denied):
            signing_in.sign_out(opened, entered.token)
            return tokens.issue_to_person(
                opened, entered.person_id, given["name"], given["scopes"], timedelta(hours=given["hours"])
            )
    raise Unauthorized


@api.call("GET", "/tokens/current", "当前令牌 · The token in use", scope=None, gives=BearerOut)
def current() -> Any:
    """Tell whose token it is and what it opens."""
    return g.bearer


@api.call("POST", "/tokens/current/end", "停用当前令牌 · End the token in use", scope=None, takes=Nothing, gives=Done)
def end(_given: dict[str, Any]) -> dict[str, Any]:
    """End the token that the call came with."""
    return _ended(g.bearer.token_id, work() if g.visitor.person_id is not None else system_work())


@api.call(
    "POST",
    "/tokens/systems",
    "给外部系统发令牌 · Give another system a token",
    scope="administer",
    takes=SystemIn,
    gives=TokenOut,
    status=201,
    repeats=False,
)
def issue(given: dict[str, Any]) -> Any:
    """Give another system a token below an area; the area's administrator may. Each call gives another."""
    _must_administer()
    with work() as opened:
        lasting = timedelta(days=given["days"])
        return tokens.issue_to_system(opened, given["system"], given["area"], given["name"], given["scopes"], lasting)


@api.call(
    "GET",
    "/tokens/systems",
    "外部系统的令牌 · The tokens of other systems",
    scope="administer",
    takes=AreaQuery,
    gives=KeptPage,
)
def systems(asked: dict[str, Any]) -> dict[str, Any]:
    """List the tokens of other systems below an area, the newest first; the tokens themselves are kept nowhere."""
    _must_administer()
    with work() as opened:
        return {"items": tokens.tokens_below(opened, asked["area"])}


@api.call(
    "POST",
    "/tokens/<int:token_id>/end",
    "停用令牌 · End a token",
    scope="administer",
    takes=Nothing,
    gives=Done,
)
def end_other(_given: dict[str, Any], token_id: int) -> dict[str, Any]:
    """End a token of a system, or of a person, below one's area."""
    _must_administer()
    return _ended(token_id, work())


def _must_administer() -> None:
    if "administer" not in g.visitor.may:
        raise NotFound("没有这个地址。", "There is no such address.")


def _ended(token_id: int, opening: AbstractContextManager[Work]) -> dict[str, Any]:
    with opening as opened:

        def act() -> dict[str, Any]:
            tokens.revoke(opened, token_id)
            return {"done": True}

        return replayed(opened, {}, act)
