"""A company's estates: what is due where, and one estate whole, with its contract to the fen."""

from flask import Blueprint, g, render_template, request
from werkzeug.wrappers import Response

from casework.takeovers import reads_company, reads_company_list
from webapp.door import work
from webapp.filters import Filters, came_from
from webapp.identity import needs
from webapp.moments import local
from webapp.rendering import now
from webapp.sheets import csv_file
from webapp.takeovers import figures, files

pages = Blueprint("takeover_company", __name__, url_prefix="/takeovers/company")

NAMES = ("stands", "late", "after")

for _name in ("yuan", "plain", "percent"):
    pages.add_app_template_filter(getattr(figures, _name), _name)


@pages.get("")
@needs("takeover")
def index() -> str:
    """List the estates of the visitor's companies, the earliest due first."""
    filters = Filters.of_request("takeover_company.index", NAMES)
    with work() as opened:
        rows, after = reads_company_list.estates(opened, g.visitor.viewer, _wanted(filters))
    return render_template(
        "takeovers/company.html", rows=rows, after=after, filters=filters, stands=reads_company.STANDS
    )


@pages.get("/estates.csv")
@needs("takeover")
def estates_file() -> Response:
    """Give every estate of the visitor's companies as a file, narrowed as the list is."""
    wanted = _wanted(Filters.of_request("takeover_company.estates_file", NAMES[:2]))
    with work() as opened:
        rows = list(files.every_estate(opened, g.visitor.viewer, wanted))
    return csv_file(f"estates-{local(now()):%Y%m%d}.csv", rows)


@pages.get("/<int:estate_id>")
@needs("takeover")
def show(estate_id: int) -> str:
    """Show one estate: tasks, contract line by line, works, evaluations, subsidy, the owners' account, inspection."""
    with work() as opened:
        view = reads_company.estate(opened, g.visitor.viewer, estate_id, request.args.get("after", type=int))
    return render_template("takeovers/estate.html", view=view, today=local(now()).date(), back=came_from(""))


@pages.get("/<int:estate_id>/account.csv")
@needs("takeover")
def account_file(estate_id: int) -> Response:
    """Give the lines of the owners' account that the visitor's companies posted as a file."""
    with work() as opened:
        rows = list(files.account(opened, g.visitor.viewer, estate_id))
    return csv_file(f"account-{estate_id}-{local(now()):%Y%m%d}.csv", rows)


def _wanted(filters: Filters) -> reads_company_list.Wanted:
    stands = filters.value("stands")
    return reads_company_list.Wanted(
        stands=stands if stands in reads_company.STANDS else None,
        late=filters.has("late", "1"),
        after=filters.value("after"),
    )
