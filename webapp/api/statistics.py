"""The figures of a month, of what the caller may see; every share comes with its numerator and denominator."""

from typing import Any

from flask import g
from marshmallow import fields, validate

from casework.errors import NotFound
from casework.statistics import queries
from casework.statistics.periods import Period
from webapp.api.bearer import viewer, work
from webapp.api.calls import Calls
from webapp.api.shapes import MOST_ID, Shape, both, moment

api = Calls("statistics_api", __name__, url_prefix="/api/v1", description="统计 · Statistics")


class StatisticsQuery(Shape):
    """Which month, below which area, and what the rows are."""

    period = fields.String(required=True, validate=validate.Regexp(r"20[0-9]{2}-(0[1-9]|1[0-2])\Z"))
    area = fields.Integer(load_default=None, validate=validate.Range(1, MOST_ID))
    by = fields.String(load_default="street", validate=validate.OneOf(sorted(queries.GROUPINGS)))


class Rate(Shape):
    """A share: `part` of `whole`."""

    part = fields.Integer()
    whole = fields.Integer()


class FigureOut(Shape):
    """One figure beside that of the month before: a count, or a share."""

    key = fields.String()
    title = both()
    definition = both()
    count = fields.Integer(allow_none=True)
    rate = fields.Nested(Rate, allow_none=True)
    before_count = fields.Integer(allow_none=True)
    before_rate = fields.Nested(Rate, allow_none=True)


class StatisticsRow(Shape):
    """One area or company."""

    id = fields.Integer()
    name = both()
    received = fields.Integer()
    before = fields.Integer()
    closed = fields.Integer()
    once = fields.Nested(Rate)
    in_time = fields.Nested(Rate)
    satisfied = fields.Nested(Rate)


class MonthOut(Shape):
    """One month: what came in and what was closed."""

    first = fields.Date()
    received = fields.Integer()
    closed = fields.Integer()


class StatisticsOut(Shape):
    """A month of an area; `display` says how the place cuts percentages: truncated or rounded."""

    area = both()
    since = moment()
    before = moment()
    display = fields.String()
    figures = fields.List(fields.Nested(FigureOut))
    rows = fields.List(fields.Nested(StatisticsRow))
    months = fields.List(fields.Nested(MonthOut))


@api.call(
    "GET",
    "/statistics",
    "月度统计 · Figures of a month",
    scope="statistics",
    takes=StatisticsQuery,
    gives=StatisticsOut,
)
def statistics(asked: dict[str, Any]) -> Any:
    """Give the figures of a month beside those of the month before; an area out of sight does not exist."""
    if g.visitor.person_id is not None and "supervise" not in g.visitor.may:
        raise NotFound("没有这个地址。", "There is no such address.")
    year, month = (int(part) for part in asked["period"].split("-"))
    with work() as opened:
        period = Period.month(year, month, opened.house.zone)
        return queries.overview(opened, viewer(), period, asked["area"], by=asked["by"])
