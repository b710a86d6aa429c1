"""Where the cases stand, why, and who could move them; figures of a period."""

from datetime import date

from flask import Blueprint, abort, g, jsonify, make_response, render_template, request
from werkzeug.wrappers import Response

from casework.cases.standing import live_map
from casework.complaints.services import PROCESS
from casework.directory.queries import readable_areas
from casework.elections.stages import Wanted, counts
from casework.statistics.elections import GROUPINGS as BY_AREA
from casework.statistics.elections import elections_view
from casework.statistics.periods import Period, months_until, next_month
from casework.statistics.queries import overview
from webapp.door import work
from webapp.identity import needs
from webapp.moments import local, zone
from webapp.rendering import now
from webapp.sheets import csv_file
from webapp.supervision import figures, reads

pages = Blueprint("supervision", __name__, url_prefix="/supervision")

MOST_COMMITTEES = 20
"""How many committees a page lists; the file has them all."""
GROUPINGS = {
    "city": ("市", "Cities"),
    "county": ("县区", "Counties"),
    "street": ("街道", "Streets"),
    "community": ("社区", "Communities"),
    "estate": ("小区", "Estates"),
    "company": ("责任单位", "Units"),
}


@pages.get("/map")
@needs("supervise")
def map() -> str:  # noqa: A001
    """Show one process, now, with counts on its diagram and the same numbers in a table."""
    process = request.args.get("process", PROCESS)[:60]
    with work() as opened:
        view, others = live_map(opened, g.visitor.viewer, process), reads.processes(opened)
    return render_template("supervision/map.html", view=view, processes=others)


@pages.get("/map/data")
@needs("supervise")
def map_data() -> Response:
    """Return the diagram and its counts, for the viewer."""
    with work() as opened:
        return make_response(jsonify(reads.map_data(opened, request.args.get("process", PROCESS)[:60])))


@pages.get("/statistics")
@needs("supervise")
def statistics() -> str:
    """Show a month beside the month before, for an area and what lies below it, or by responsible unit."""
    by, area = request.args.get("by", "street"), request.args.get("area", type=int)
    today = local(now()).date()
    period = _period(request.args.get("period", f"{today:%Y-%m}"), today)
    if by not in GROUPINGS or period is None:
        abort(404)
    with work() as opened:
        view = overview(opened, g.visitor.viewer, period, area, by=by)
        categories = reads.category_names(opened)
        readable = readable_areas(opened, g.visitor.viewer, [row.id for row in view.rows])
    return render_template(
        "supervision/statistics.html",
        view=view,
        categories=[(categories.get(name, ("其他", "Other")), number) for name, number in view.categories],
        by=by,
        area=area,
        readable=readable,
        period=period.first,
        periods=_months(today, period.first),
        groupings=GROUPINGS,
        chart=figures.chart(view.months),
        figures=figures,
    )


@pages.get("/statistics/elections")
@needs("supervise")
def elections() -> str:
    """Show how committees and elections stand now, for an area and what lies below it."""
    area = request.args.get("area", type=int)
    with work() as opened:
        view = elections_view(opened, g.visitor.viewer, area, by=_grouping())
        readable = readable_areas(opened, g.visitor.viewer, [row.id for row in view.rows])
        stages = counts(opened, g.visitor.viewer, Wanted(area=area))
    return render_template(
        "supervision/elections.html",
        view=view,
        area=area,
        readable=readable,
        stages=stages,
        today=local(view.at).date(),
        groupings=[(name, GROUPINGS[name]) for name in BY_AREA],
        figures=figures,
        most=MOST_COMMITTEES,
    )


@pages.get("/statistics/elections/<what>.csv")
@needs("supervise")
def elections_file(what: str) -> Response:
    """Give the figures of every area, or every committee in office, as a file."""
    if what not in reads.FILES:
        abort(404)
    with work() as opened:
        view = elections_view(opened, g.visitor.viewer, request.args.get("area", type=int), by=_grouping())
    return csv_file(f"{what}-{local(view.at):%Y%m%d}.csv", reads.FILES[what](view))


def _grouping() -> str:
    by = request.args.get("by", "street")
    return by if by in BY_AREA else abort(404)


def _period(text: str, today: date) -> Period | None:
    try:
        first = date.fromisoformat(f"{text[:7]}-01")
    except ValueError:
        return None
    return Period.month(first.year, first.month, zone()) if date(2000, 1, 1) <= first <= today else None


def _months(today: date, chosen: date) -> list[date]:
    months = months_until(next_month(today.replace(day=1)), 3)
    return months if chosen in months else [chosen, *months]
