"""Elections of an area by stage, one election whole, and the committee of an estate."""

from collections.abc import Sequence

from flask import Blueprint, g, render_template, url_for
from flask_babel import gettext as _

from casework.cases.models import Case
from casework.cases.queries import case_for
from casework.cases.reading import read_case
from casework.cases.views import TaskView
from casework.directory import queries as directory
from casework.elections import committees, leavers, minutes, stages
from casework.elections.overview import VARIANTS, overview
from casework.elections.own import own
from casework.reviews.views import own_cases, reads_review
from webapp.door import work
from webapp.filters import Filters, came_from
from webapp.identity import needs
from webapp.rendering import now

pages = Blueprint("elections", __name__, url_prefix="/elections")

NAMES = ("stage", "area", "variant", "late", "after")
MOST_AREAS = 200


@pages.get("")
@needs("work", "supervise")
def index() -> str:
    """List the elections below the person's areas by stage, the earliest due first."""
    filters = Filters.of_request("elections.index", NAMES)
    wanted = stages.Wanted(
        stage=filters.value("stage") if filters.value("stage") in stages.STAGES else None,
        area=filters.number("area"),
        variant=filters.value("variant") if filters.value("variant") in VARIANTS else None,
        late=filters.has("late", "1"),
        after=filters.value("after"),
    )
    with work() as opened:
        rows, after = stages.elections(opened, g.visitor.viewer, wanted)
        counts = stages.counts(opened, g.visitor.viewer, wanted)
        areas = directory.find_areas(
            opened, "", g.visitor.viewer, kinds=("county", "street", "community"), limit=MOST_AREAS
        )
        places = [(one.id, one.names) for one in areas]
    return render_template(
        "elections/list.html",
        rows=rows,
        after=after,
        counts=counts,
        filters=filters,
        places=places,
        variants=VARIANTS,
        process=stages.PROCESS,
    )


@pages.get("/mine")
@needs("account")
def mine() -> str:
    """Show what of elections is the person's own: committee, elections, votes to count or open, own reviews."""
    with work() as opened:
        found, reviews = own(opened, g.visitor.viewer), own_cases(opened, g.visitor.person_id)
    return render_template("elections/mine.html", own=found, reviews=reviews)


@pages.get("/<case_no>")
@needs("work", "supervise")
def show(case_no: str) -> str:
    """Show one election: what is due when and why, what was done, who has the next step, and its papers."""
    with work() as opened:
        case: Case = case_for(opened, g.visitor.viewer, case_no)
        page, view = read_case(opened, g.visitor.viewer, case_no), overview(opened, case)
        reviewed = reads_review(opened, g.visitor.viewer, case)
    return render_template(
        "elections/show.html",
        page=page,
        view=view,
        reviewed=reviewed,
        withdraws=case.status == "open" and leavers.organises(g.visitor.viewer, case.area_path),
        tasks=_alike(
            sorted(page.tasks, key=lambda one: (not (one.mine or one.may_claim), one.due is None, one.due or now()))
        ),
        told={one.name: one for one in view.deadlines},
        coming=[one for one in view.deadlines if one.rule is not None],
        lead=next((one for one in page.clocks if one.leading and one.due and not one.stopped), None),
        back=came_from(url_for("elections.index")),
        back_title=_("选举"),
    )


@pages.get("/estates/<int:estate_id>/committee")
@needs("account")
def committee(estate_id: int) -> str:
    """Show the committee of an estate, to its owners and to who reads it by office."""
    with work() as opened:
        view = committees.committee(opened, g.visitor.viewer, estate_id)
        kept = minutes.minutes(opened, g.visitor.viewer, estate_id)
        leaves = view.now is not None and leavers.may_leave(opened, g.visitor.viewer, estate_id)
        adds = view.now is not None and minutes.may_keep(opened, g.visitor.viewer, estate_id)
    return render_template("elections/committee.html", view=view, minutes=kept, adds=adds, leaves=leaves)


def _alike(tasks: Sequence[TaskView]) -> list[tuple[TaskView, int]]:
    """Put tasks that the visitor only watches on one line where they say the same, with their number."""
    groups: dict[object, list[TaskView]] = {}
    for one in tasks:
        own = one.mine or one.may_claim
        groups.setdefault(one.id if own else (one.title, one.due, one.holder), []).append(one)
    return [(several[0], len(several)) for several in groups.values()]
