"""Cases: the list and the page of one, scoped as everywhere; outside of sight there is nothing."""

from typing import Any

from marshmallow import fields, pre_dump, validate

from casework.cases import queries, reading
from webapp.api.bearer import viewer, work
from webapp.api.calls import Calls
from webapp.api.shapes import MOST_ID, Clock, Entry, Shape, both, moment, words

api = Calls("cases_api", __name__, url_prefix="/api/v1", description="案件 · Cases")


class CaseQuery(Shape):
    """The filters of the list."""

    state = fields.String(load_default="open", validate=validate.OneOf(["open", "closed", "all"]))
    mark = fields.String(load_default=None, validate=validate.OneOf(["over", "soon"]))
    tier = fields.Integer(load_default=None, validate=validate.Range(0, 4))
    process = words(60, load_default=None)
    area = fields.Integer(load_default=None, validate=validate.Range(1, MOST_ID))
    step = words(60, load_default=None)
    after = words(80, load_default=None)
    words = words(80, load_default=None)


class CaseRow(Shape):
    """One case in a list."""

    no = fields.String()
    title = both()
    place = both()
    process = both()
    state = both()
    unit = both(allow_none=True)
    due = moment(allow_none=True)
    mark = fields.String()
    tier = both(allow_none=True)
    urgency = fields.String()
    step = both(allow_none=True)


class CasePage(Shape):
    """One page of cases, escalated and overdue first; `after` continues it."""

    items = fields.List(fields.Nested(CaseRow))
    after = fields.String(allow_none=True)
    count = fields.Integer()


class ActorOut(Shape):
    """Somebody who can act, could, or may not. `stands`: holding, may, above or recused."""

    name = fields.String()
    role = both()
    stands = fields.String()
    note = both(allow_none=True)


class LinkOut(Shape):
    """A case that belongs to this one."""

    no = fields.String()
    title = both()
    relation = both()
    state = both()


class OpenTask(Shape):
    """An open task of the case."""

    id = fields.Integer()
    version = fields.Integer()
    title = both()
    due = moment(allow_none=True)
    mark = fields.String()
    holder = fields.String(allow_none=True)
    mine = fields.Boolean()
    may_claim = fields.Boolean()
    may_complete = fields.Boolean()


class PersonOut(Shape):
    """Somebody to choose."""

    id = fields.Integer()
    name = both()

    @pre_dump
    def pair(self, said: Any, **_: Any) -> Any:
        """Take an (id, name) pair."""
        return {"id": said[0], "name": said[1]}


class OfferOut(Shape):
    """Something the caller may do as the supervisor: remind, hand_on, free (a task) or note (the case)."""

    action = fields.String()
    task = fields.Integer(allow_none=True, attribute="item")
    step = both()
    people = fields.List(fields.Nested(PersonOut))
    refused = both(allow_none=True)


class IncidentOut(Shape):
    """Where the case stands still, and why."""

    id = fields.Integer()
    step = both()
    why = both()
    since = moment()
    may_retry = fields.Boolean()


class CaseOut(Shape):
    """Everything of a case that the caller may see; `reporter` is masked, and absent for who may not know."""

    no = fields.String()
    title = both()
    process = both()
    place = both()
    state = both()
    urgency = fields.String()
    opened = moment()
    closed = moment(allow_none=True)
    unit = both(allow_none=True)
    unit_until = fields.Date(allow_none=True)
    supervisor = both(allow_none=True)
    reporter = fields.String(allow_none=True)
    clocks = fields.List(fields.Nested(Clock))
    timeline = fields.List(fields.Nested(Entry))
    actors = fields.List(fields.Nested(ActorOut))
    links = fields.List(fields.Nested(LinkOut))
    tasks = fields.List(fields.Nested(OpenTask))
    offers = fields.List(fields.Nested(OfferOut))
    incidents = fields.List(fields.Nested(IncidentOut))


@api.call("GET", "/cases", "案件列表 · List cases", scope="cases", takes=CaseQuery, gives=CasePage)
def cases(asked: dict[str, Any]) -> dict[str, Any]:
    """List the cases that the caller may see, escalated and overdue first."""
    filters = queries.CaseFilters(
        status=None if asked["state"] == "all" else asked["state"],
        mark=asked["mark"],
        tier=asked["tier"],
        process=asked["process"],
        area=asked["area"],
        element=asked["step"],
        words=asked["words"],
        after=asked["after"],
    )
    with work() as opened:
        rows, after = queries.cases(opened, viewer(), filters)
        return {"items": rows, "after": after, "count": queries.count(opened, viewer(), filters)}


@api.call("GET", "/cases/<no>", "案件详情 · Show a case", scope="cases", gives=CaseOut)
def case(no: str) -> Any:
    """Show one case; outside the caller's sight it does not exist."""
    with work() as opened:
        return reading.read_case(opened, viewer(), no)
