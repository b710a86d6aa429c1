"""The 12345 hotline's own door: orders in, one by one or by file; answers out; messages to the case."""

from dataclasses import asdict
from typing import Any

from flask import g, request
from flask_smorest.fields import Upload
from marshmallow import fields, validate

from casework.complaints import hotline
from casework.complaints.orders import MOST_BYTES
from casework.errors import NotFound
from webapp.api.bearer import work
from webapp.api.calls import FILES, Calls
from webapp.api.replaying import replayed
from webapp.api.shapes import MOST_ID, Done, Reason, Shape, both, moment, words

api = Calls("hotline_api", __name__, url_prefix="/api/v1/hotline", description="12345热线 · The 12345 hotline")


class OrderIn(Shape):
    """One order. `place` is an estate, community, street or county by id, code or name; without it the address tells.

    `caller` and `phone` are kept sealed, apart from the case, and never given out here.
    """

    hotline_no = words(40, shortest=3, required=True)
    received_at = moment(required=True)
    text = words(2000, shortest=5, required=True)
    place = words(80, load_default="")
    address = words(200, load_default="")
    category = words(60, load_default="")
    cause = words(60, load_default="")
    danger = words(60, load_default="")
    caller = words(40, load_default="", load_only=True)
    phone = words(20, load_default="", load_only=True)
    confidential = fields.Boolean(load_default=False)
    callback_wanted = fields.Boolean(load_default=True)


class OrderReceipt(Shape):
    """The receipt of an order; the same order again gets the same."""

    hotline_no = fields.String()
    code = fields.String()
    case_no = fields.String()


class OrdersIn(Shape):
    """A CSV file in UTF-8 or GBK, its heading in Chinese or as the fields of an order."""

    file = Upload(required=True)


class OrdersOut(Shape):
    """What was taken in, and what had been before."""

    taken = fields.Integer()
    known = fields.Integer()
    orders = fields.List(fields.Nested(OrderReceipt))


class OrderOut(Shape):
    """Where an order stands."""

    hotline_no = fields.String()
    case_no = fields.String()
    status = fields.String()
    outcome = fields.String(allow_none=True)
    unit = both(allow_none=True)
    due = moment(allow_none=True)
    callback = fields.String()
    received_at = moment()


class AnswerOut(Shape):
    """One answer. `kind`: reply, or callback."""

    id = fields.Integer()
    hotline_no = fields.String()
    kind = fields.String()
    round = fields.Integer()
    conclusion = fields.String(allow_none=True)
    callback = fields.String(allow_none=True)
    unit = both(allow_none=True)
    text = fields.String(allow_none=True)
    at = moment()
    confirmed_at = moment(allow_none=True)


class AnswersQuery(Shape):
    """Which answers are wanted: those after a number."""

    after = fields.Integer(load_default=0, validate=validate.Range(0, MOST_ID))
    limit = fields.Integer(load_default=100, validate=validate.Range(1, hotline.MOST_ANSWERS))


class AnswersOut(Shape):
    """The answers in order; `after` is the number to go on from."""

    items = fields.List(fields.Nested(AnswerOut))
    after = fields.Integer()


class ConfirmIn(Shape):
    """Which answers the hotline has."""

    ids = fields.List(
        fields.Integer(strict=True, validate=validate.Range(1, MOST_ID)),
        required=True,
        validate=validate.Length(1, 500),
    )


class ConfirmOut(Shape):
    """How many were not confirmed before."""

    confirmed = fields.Integer()


class LegalTrackIn(Shape):
    """Which legal track the matter is on."""

    kind = fields.String(required=True, validate=validate.OneOf(sorted(hotline.LEGAL_TRACKS)))
    no = words(60, load_default="")
    court = words(80, load_default="")


@api.call(
    "POST",
    "/orders",
    "送工单 · Send an order",
    scope="hotline",
    takes=OrderIn,
    gives=OrderReceipt,
    status=201,
    also={200: "以前收下过 · Taken in before: the same receipt"},
)
def order(given: dict[str, Any]) -> Any:
    """Take in one order; the same number again has no second effect and gets the same receipt."""
    path = _path()
    with work() as opened:

        def act() -> dict[str, Any]:
            receipt, new = hotline.take_order(opened, path, given)
            return {"receipt": asdict(receipt), "new": new}

        made = replayed(opened, request.get_json(), act)
    return made["receipt"], 201 if made["new"] else 200


@api.call(
    "POST",
    "/orders/files",
    "整批送工单 · Send a file of orders",
    scope="hotline",
    takes=OrdersIn,
    gives=OrdersOut,
    sends=FILES,
    status=201,
)
def orders(given: dict[str, Any]) -> dict[str, Any]:
    """Take in a file of orders, all or none; the same file again gets the same answer."""
    path, sent = _path(), given["file"].stream.read(MOST_BYTES + 1)
    with work() as opened:
        return hotline.take_file(opened, path, sent)


@api.call("GET", "/orders/<hotline_no>", "工单状态 · Where an order stands", scope="hotline", gives=OrderOut)
def order_state(hotline_no: str) -> Any:
    """Tell where an order stands."""
    with work() as opened:
        return hotline.state_of(opened, _path(), hotline_no)


@api.call(
    "POST",
    "/orders/<hotline_no>/legal-track",
    "转入法定途径 · The matter is on a legal track",
    scope="hotline",
    takes=LegalTrackIn,
    gives=Done,
)
def legal_track(given: dict[str, Any], hotline_no: str) -> dict[str, Any]:
    """Tell the case that the matter went to court, arbitration, review or petition: its clocks pause for the review."""
    path = _path()
    with work() as opened:

        def act() -> dict[str, Any]:
            hotline.legal_track(opened, path, hotline_no, given["kind"], given["no"], given["court"])
            return {"done": True}

        return replayed(opened, request.get_json(), act)


@api.call(
    "POST",
    "/orders/<hotline_no>/withdrawal",
    "撤回工单 · Take an order back",
    scope="hotline",
    takes=Reason,
    gives=Done,
)
def withdraw(given: dict[str, Any], hotline_no: str) -> dict[str, Any]:
    """Take an order back; a review decides whether the case stops."""
    path = _path()
    with work() as opened:

        def act() -> dict[str, Any]:
            hotline.withdraw_order(opened, path, hotline_no, given["reason"])
            return {"done": True}

        return replayed(opened, request.get_json(), act)


@api.call("GET", "/answers", "取答复 · Fetch answers", scope="hotline", takes=AnswersQuery, gives=AnswersOut)
def answers(asked: dict[str, Any]) -> dict[str, Any]:
    """Give out the replies and the outcomes of callbacks after a number, in order."""
    with work() as opened:
        found = hotline.answers_after(opened, _path(), asked["after"], asked["limit"])
    return {"items": found, "after": found[-1].id if found else asked["after"]}


@api.call(
    "POST",
    "/answers/confirmation",
    "确认收到答复 · Confirm answers",
    scope="hotline",
    takes=ConfirmIn,
    gives=ConfirmOut,
)
def confirm(given: dict[str, Any]) -> dict[str, Any]:
    """Note that the hotline has these answers."""
    path = _path()
    with work() as opened:
        return replayed(opened, request.get_json(), lambda: {"confirmed": hotline.confirm(opened, path, given["ids"])})


def _path() -> str:
    """Return the area that the hotline serves; a token without one opens nothing here."""
    path: str = g.bearer.path
    if not path:
        raise NotFound("没有这个地址。", "There is no such address.")
    return path
