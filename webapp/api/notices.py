"""A person's notices: the list behind the bell, and marking them as read."""

from typing import Any

from flask import g, request
from marshmallow import fields, validate

from casework import notifications
from casework.cases import noticed
from casework.complaints.sights import own_codes
from webapp.api.bearer import viewer, work
from webapp.api.calls import Calls
from webapp.api.replaying import replayed
from webapp.api.shapes import MOST_ID, Done, Shape, both, moment, number

api = Calls("notices_api", __name__, url_prefix="/api/v1", description="通知 · Notices")


class NoticeQuery(Shape):
    """Where the list goes on."""

    before = fields.Integer(load_default=None, validate=validate.Range(1, MOST_ID))


class NoticeOut(Shape):
    """Something the person was told. Case, task and report are named only while the person may open them."""

    id = fields.Integer()
    at = moment()
    title = both()
    text = both()
    read = fields.Boolean()
    case_no = fields.String(allow_none=True)
    task = fields.Integer(allow_none=True, attribute="item")
    report = fields.String(allow_none=True)


class NoticePage(Shape):
    """One page of notices, newest first; `before` continues it. `unread` counts all."""

    items = fields.List(fields.Nested(NoticeOut))
    before = fields.Integer(allow_none=True)
    unread = fields.Integer()


class ReadIn(Shape):
    """Which notices were read; all of them without ids."""

    ids = fields.List(number(), load_default=None, allow_none=True, validate=validate.Length(1, 200))


@api.call("GET", "/notices", "通知列表 · List notices", scope="follow", takes=NoticeQuery, gives=NoticePage)
def notices(asked: dict[str, Any]) -> dict[str, Any]:
    """List what the person was told, newest first."""
    if g.visitor.person_id is None:
        return {"items": [], "before": None, "unread": 0}
    staff = bool(g.visitor.may.intersection(("work", "supervise")))
    with work() as opened:
        rows, before = noticed.page(opened, viewer(), before=asked["before"])
        codes = own_codes(opened, g.visitor.person_id, {one.case_id for one in rows if one.case_id is not None})
        items = [
            {
                **{name: getattr(one, name) for name in ("id", "at", "title", "text", "read", "item")},
                "case_no": one.case_no if staff else None,
                "report": codes.get(one.case_id or 0),
            }
            for one in rows
        ]
        return {"items": items, "before": before, "unread": notifications.unread_count(opened, viewer())}


@api.call("POST", "/notices/read", "标为已读 · Mark as read", scope="follow", takes=ReadIn, gives=Done)
def read(given: dict[str, Any]) -> dict[str, Any]:
    """Mark notices of the person as read; those of others are passed over."""
    with work() as opened:

        def act() -> dict[str, Any]:
            notifications.mark_read(opened, viewer(), given["ids"])
            return {"done": True}

        return replayed(opened, request.get_json(silent=True) or {}, act)
