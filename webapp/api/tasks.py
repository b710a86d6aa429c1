"""The caseworker's verbs: list, show, claim, release, complete; files are uploaded first and named by token."""

import hashlib
from collections.abc import Mapping
from datetime import UTC
from typing import Any

from flask import Response, g, request
from flask_smorest.fields import Upload
from marshmallow import fields, validate

from casework import attachments
from casework.cases import inbox, reading, services
from casework.cases.models import Case, WorkItem
from casework.cases.queries import item_for
from casework.directory.people import shown
from casework.errors import Conflict
from casework.persistence import Work
from webapp.api.bearer import viewer, work
from webapp.api.calls import FILES, Calls
from webapp.api.problems import of_domain
from webapp.api.replaying import replayed
from webapp.api.shapes import MOST_ID, Nothing, Shape, both, moment, number, tokens, words
from webapp.uploads import KeptFile, Received

api = Calls("tasks_api", __name__, url_prefix="/api/v1", description="待办与附件 · Tasks and files")


class TaskQuery(Shape):
    """The filters of the inbox."""

    list = fields.String(load_default="all", validate=validate.OneOf(["all", "mine", "groups"]))
    mark = fields.String(load_default=None, validate=validate.OneOf(["over", "soon", "hold"]))
    urgency = fields.String(load_default=None, validate=validate.OneOf(["critical", "urgent", "normal"]))
    kind = words(120, load_default=None)
    estate = fields.Integer(load_default=None, validate=validate.Range(1, MOST_ID))
    group = words(60, load_default=None)
    day = fields.Date(load_default=None)
    after = words(80, load_default=None)
    words = words(80, load_default=None)


class TaskRow(Shape):
    """One open piece of work. `version` is sent back with the answers."""

    id = fields.Integer()
    version = fields.Integer()
    case_no = fields.String()
    task_title = both()
    case_title = both()
    place = both()
    process = both()
    urgency = fields.String()
    due = moment(allow_none=True)
    mark = fields.String()
    holder = fields.String(allow_none=True)
    mine = fields.Boolean()
    may_claim = fields.Boolean()


class TaskPage(Shape):
    """One page of open work in due order; `after` continues it."""

    items = fields.List(fields.Nested(TaskRow), attribute="rows")
    after = fields.String(allow_none=True)


class TaskOut(Shape):
    """One task with its form (form-js) and what stands in it."""

    id = fields.Integer()
    version = fields.Integer()
    state = fields.String()
    case_no = fields.String()
    title = both()
    form = fields.Dict()
    values = fields.Dict()
    due = moment(allow_none=True)
    mark = fields.String()
    holder = fields.String(allow_none=True)
    mine = fields.Boolean()
    may_claim = fields.Boolean()
    may_complete = fields.Boolean()
    may_release = fields.Boolean()
    notes = fields.List(both())


class StandingOut(Shape):
    """How a task stands after a verb, and in `newest` when somebody was first."""

    id = fields.Integer()
    version = fields.Integer()
    state = fields.String()
    mine = fields.Boolean()


class CompleteIn(Shape):
    """The answers to a task's form; `files` are tokens of uploads, by field."""

    version = number(required=True)
    answers = fields.Dict(keys=words(60, shortest=1), values=fields.Raw(allow_none=True), required=True)
    files = fields.Dict(keys=words(60, shortest=1), values=tokens(60), load_default=dict)


class CompletedOut(Shape):
    """What completing led to; `next` are the tasks that opened, whoever they are for."""

    case = fields.String()
    item = fields.Integer()
    next = fields.List(fields.Integer())


class FileIn(Shape):
    """One picture or film; from staff also PDF, Word, Excel."""

    file = Upload(required=True)


class FileOut(Shape):
    """A file that was kept: name it by its token in the next day, or it is forgotten."""

    token = fields.String()
    name = fields.String()
    media_type = fields.String()
    size = fields.Integer()


@api.call("GET", "/tasks", "待办列表 · List tasks", scope="tasks", takes=TaskQuery, gives=TaskPage)
def tasks(asked: dict[str, Any]) -> Any:
    """List the open work of the person, in due order."""
    with work() as opened:
        return inbox.page(opened, viewer(), inbox.Filters(**asked))


@api.call("GET", "/tasks/<int:task_id>", "待办详情 · Show a task", scope="tasks", gives=TaskOut)
def task(task_id: int) -> Any:
    """Show one task with its form, and what the person may do with it."""
    with work() as opened:
        item = item_for(opened, viewer(), task_id)
        case = opened.session.get_one(Case, item.case_id)
        _page, view = reading.read_item(opened, viewer(), task_id)
        keys = _keys(view.form)
        values = {name: value for name, value in view.values.items() if name in keys}
        told = {name: getattr(view, name) for name in TaskOut().fields if hasattr(view, name)}
        return {**told, "values": _plain(values), "case_no": case.no, "state": item.state, "notes": list(view.notes)}


@api.call(
    "POST",
    "/tasks/<int:task_id>/claim",
    "领取 · Claim a task",
    scope="tasks",
    takes=Nothing,
    gives=StandingOut,
    also={409: "已由他人领取 · Somebody was first; `newest` says who"},
)
def claim(_given: dict[str, Any], task_id: int) -> Any:
    """Take a task into one's own hands."""
    return _move(task_id, lambda opened: services.claim_item(opened, task_id))


@api.call(
    "POST", "/tasks/<int:task_id>/release", "放回 · Put a task back", scope="tasks", takes=Nothing, gives=StandingOut
)
def release(_given: dict[str, Any], task_id: int) -> Any:
    """Put a task back for the others."""
    return _move(task_id, lambda opened: services.release_item(opened, task_id))


@api.call(
    "POST",
    "/tasks/<int:task_id>/completion",
    "办结一步 · Complete a task",
    scope="tasks",
    takes=CompleteIn,
    gives=CompletedOut,
    also={409: "已由他人办完 · Somebody was first; `newest` says how it stands"},
)
def complete(given: dict[str, Any], task_id: int) -> Any:
    """Finish a task with the answers of its form; an unclaimed one is claimed on the way."""
    kept = Received({name: [KeptFile(token, "") for token in sent] for name, sent in given["files"].items()})
    try:
        with work() as opened:

            def act() -> dict[str, Any]:
                item = item_for(opened, viewer(), task_id)
                # Of one that is done the files are taken already; that it is done is the better answer.
                filled, files = kept.answered(opened, given["answers"]) if item.state == "open" else ({}, {})
                return services.complete_item(opened, task_id, filled, seen_version=given["version"], files=files)

            return replayed(opened, request.get_json(), act)
    except Conflict as error:
        return of_domain(error, _newest(task_id))


@api.call(
    "POST",
    "/files",
    "上传附件 · Upload a file",
    scope=None,
    public=True,
    takes=FileIn,
    gives=FileOut,
    sends=FILES,
    status=201,
)
def upload(given: dict[str, Any]) -> dict[str, Any]:
    """Keep a file and get its token; pictures are drawn anew without place and device."""
    sent = given["file"]
    seen = hashlib.file_digest(sent.stream, "sha256").hexdigest()
    sent.stream.seek(0)
    with work() as opened:

        def act() -> dict[str, Any]:
            made = attachments.keep(opened, sent.stream, sent.filename or "", evidence="work" in g.visitor.may)
            return {"token": made.token, "name": made.name, "media_type": made.media_type, "size": made.size}

        return replayed(opened, {"file": seen, "name": sent.filename}, act)


def _move(task_id: int, verb: Any) -> dict[str, Any] | Response:
    try:
        with work() as opened:

            def act() -> dict[str, Any]:
                item_for(opened, viewer(), task_id)
                return _standing(verb(opened))

            return replayed(opened, {}, act)
    except Conflict as error:
        return of_domain(error, _newest(task_id))


def _standing(item: WorkItem) -> dict[str, Any]:
    mine = item.holder_id is not None and item.holder_id == g.visitor.person_id
    return {"id": item.id, "version": item.version, "state": item.state, "mine": mine}


def _newest(task_id: int) -> dict[str, Any]:
    """Return how a task stands now: who holds it or did it, and since when."""
    with work() as opened:
        item = item_for(opened, viewer(), task_id)
        at = item.completed_at or item.claimed_at
        holder = item.completed_by or item.holder_id
        return {
            **_standing(item),
            "holder": _name(opened, holder),
            "at": None if at is None else at.astimezone(UTC).isoformat(),
        }


def _name(opened: Work, person_id: int | None) -> str | None:
    found = shown(opened, [person_id], full=True).get(person_id) if person_id is not None else None
    return found.zh if found is not None and found.kind == "staff" else None


def _keys(form: Mapping[str, Any]) -> frozenset[str]:
    """Return the names of what the form asks: of the case's data only these go out."""
    found: set[str] = set()
    for one in form.get("components", ()):
        found |= {str(one[name]) for name in ("key", "path") if one.get(name)}
        if not one.get("path"):
            found |= _keys(one)
    return frozenset(found)


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: numbers as numbers, moments and days as text."""
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return float(value) if hasattr(value, "as_tuple") else str(value)
