"""The county's page of takeovers: what was counted, companies and their capacity, the subsidy, ranking, bundles."""

from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from casework.directory.models import Area
from casework.errors import CaseworkError, Forbidden, Invalid, Refused
from casework.persistence import Work
from casework.takeovers import capacity, counting, reads_budget, reads_county, words
from casework.takeovers.reads_board import areas
from casework.takeovers.works_models import NAMES as WORK_NAMES
from webapp import limits
from webapp.door import work
from webapp.errors import status_of
from webapp.identity import needs
from webapp.language import choose
from webapp.moments import local
from webapp.rendering import now, say
from webapp.sheets import table_file
from webapp.votes.telling import by_field, problems

pages = Blueprint("takeover_county", __name__, url_prefix="/takeovers/county")

MOST_RANKED = 20
FIELDS = ("area", "estates", "longitude", "latitude")


@pages.get("")
@needs("takeovers")
def index() -> str:
    """Show the takeovers of an area in figures, each with the records it was counted from."""
    with work() as opened:
        area = reads_county.home(opened, g.visitor.viewer, request.args.get("area", type=int))
        firms = reads_county.firms(opened, area)
        return render_template(
            "takeover_board/county.html",
            area=area,
            places=areas(opened, g.visitor.viewer),
            figures=counting.figures(opened, area.id),
            works=WORK_NAMES,
            firms=firms,
            others=reads_county.others(opened, area, firms) if _sets() else (),
            budget=reads_budget.budget(reads_budget.lines(opened, area)),
            this_year=local(opened.now).year,
            ranking=reads_county.ranking(opened, area, MOST_RANKED + 1),
            most=MOST_RANKED,
            bundles=reads_county.bundles(opened, area),
            sets=_sets(),
            words=words,
        )


@pages.get("/records/<what>")
@needs("takeovers")
def records(what: str) -> str:
    """List what a figure was counted from."""
    with work() as opened:
        area = reads_county.home(opened, g.visitor.viewer, request.args.get("area", type=int))
        rows, after = reads_county.counted(opened, area, what, request.args.get("after", 0, type=int))
        figures = counting.figures(opened, area.id)
        whole = Decimal(figures.estates) if what == "estates" else figures.works[what]
        return render_template(
            "takeover_board/records.html",
            area=area,
            what=what,
            title=(_("接管小区"),) * 2 if what == "estates" else WORK_NAMES[what],
            rows=rows,
            after=after,
            whole=whole,
            reads=g.visitor.viewer.reads(area.path),
            first="after" not in request.args,
        )


@pages.get("/budget/<int:year>")
@needs("takeovers")
def budget(year: int) -> str:
    """List the subsidies of one year's budget, estate by estate."""
    with work() as opened:
        area = reads_county.home(opened, g.visitor.viewer, request.args.get("area", type=int))
        lines = [line for line in reads_budget.lines(opened, area) if line.budget == year]
        if not lines:
            abort(404)
        (found,) = reads_budget.budget(lines)
        states = reads_budget.STATES
        return render_template("takeover_board/budget.html", area=area, found=found, lines=lines, states=states)


@pages.get("/<what>.<suffix>")
@needs("takeovers")
def export(what: str, suffix: str) -> Response:
    """Give the subsidies or the whole ranking as a spreadsheet or a CSV file."""
    tables = {"subsidies": _subsidies, "ranking": _ranking, "companies": _companies}
    if what not in tables or suffix not in ("csv", "xlsx"):
        abort(404)
    with work() as opened:
        area = reads_county.home(opened, g.visitor.viewer, request.args.get("area", type=int))
        rows = list(tables[what](opened, area))
    return table_file(f"{what}-{local(now()):%Y%m%d}.{suffix}", rows)


@pages.get("/companies")
@needs("takeovers")
def choose_company() -> Response:
    """Lead to the company that was chosen."""
    chosen = request.args.get("company", type=int)
    if chosen is None:
        return redirect(url_for("takeover_county.index"))
    return redirect(url_for("takeover_county.company", organisation_id=chosen))


@pages.get("/companies/<int:organisation_id>")
@needs("takeovers")
def company(organisation_id: int) -> str:
    """Show a company with what it can take on and what it serves, and ask for the first where the office sets it."""
    return _company(organisation_id)


@pages.post("/companies/<int:organisation_id>")
@needs("takeovers")
def set_capacity(organisation_id: int) -> str | Response | tuple[str, int]:
    """Set what a company can take on."""
    limits.count("capacity", limits.ADDITIONS, who=str(g.visitor.person_id))
    form = {name: request.form.get(name, "").strip() for name in FIELDS}
    try:
        with work() as opened:
            reads_county.firm(opened, g.visitor.viewer, organisation_id)
            area, estates, place = _typed(form)
            capacity.set_capacity(opened, organisation_id, area, estates, place)
    except (Invalid, Refused, Forbidden) as error:
        return _company(organisation_id, error, form), status_of(error)
    say(_("承接能力已核定。"))
    return redirect(url_for("takeover_county.company", organisation_id=organisation_id))


def _company(organisation_id: int, error: CaseworkError | None = None, form: dict[str, str] | None = None) -> str:
    with work() as opened:
        firm = reads_county.firm(opened, g.visitor.viewer, organisation_id)
        return render_template(
            "takeover_board/company.html",
            firm=firm,
            form=form or _kept(firm),
            sets=_sets(),
            errors=by_field(error),
            problems=problems(error),
        )


def _kept(firm: reads_county.Firm) -> dict[str, str]:
    kept = [getattr(firm.most, name, None) for name in FIELDS]
    return {name: "" if value is None else str(value) for name, value in zip(FIELDS, kept, strict=True)}


def _typed(form: dict[str, str]) -> tuple[Decimal, int, tuple[Decimal, Decimal] | None]:
    """Return what was typed as numbers. Raises Invalid, naming the field, for what is none."""
    wrong, found = {}, {}
    for name in FIELDS:
        try:
            found[name] = Decimal(form[name].replace(",", "").replace("\u00a0", "")) if form[name] else None
        except InvalidOperation:
            wrong[name] = [("请填数字", "Enter a number")]
    for name in ("area", "estates"):
        if name not in wrong and found[name] is None:
            wrong[name] = [("请填写", "Fill this in")]
    east, north = found.get("longitude"), found.get("latitude")
    for name, here, other in (("longitude", east, north), ("latitude", north, east)):
        if name not in wrong and here is None and other is not None:
            wrong[name] = [("经度和纬度要一起填", "Longitude and latitude go together")]
    area, estates = found.get("area"), found.get("estates")
    if estates is not None and (not estates.is_finite() or estates % 1):
        wrong["estates"] = [("请填 0 以上的整数", "Enter a whole number of 0 or more")]
    if wrong or area is None or estates is None:
        raise Invalid("承接能力有误", "The capacity can't be right", wrong)
    return area, int(estates), None if east is None or north is None else (east, north)


def _sets() -> bool:
    return bool(g.visitor.viewer.holds(*capacity.SETTERS))


def _subsidies(opened: Work, area: Area) -> Iterator[Sequence[object]]:
    year = (_("预算年度"), _("小区"), _("企业"), _("第几年"), _("起"), _("止"), _("月数"))
    yield (*year, _("面积（m²）"), _("标准（元/m²·月）"), _("金额（元）"), _("状态"))
    for one in reads_budget.lines(opened, area):
        span = (one.from_on.isoformat(), one.to_on.isoformat(), one.months)
        state = choose(reads_budget.STATES[one.state])
        yield (
            one.budget,
            choose(one.names),
            choose(one.unit),
            one.number,
            *span,
            one.area,
            one.rate,
            one.amount,
            state,
        )


def _ranking(opened: Work, area: Area) -> Iterator[Sequence[object]]:
    yield (
        _("名次"),
        _("小区"),
        _("企业"),
        _("第几年"),
        _("得分"),
        _("合格"),
        _("连续不合格年数"),
        _("应收（元）"),
        _("实收（元）"),
    )
    for one in reads_county.ranking(opened, area):
        passed = _("否") if one.score.failed else _("是")
        who = (choose(one.names), choose(one.unit), one.year.number)
        yield (one.place, *who, one.score.composite, passed, one.score.fails, one.year.due, one.year.collected)


def _companies(opened: Work, area: Area) -> Iterator[Sequence[object]]:
    most = (_("最多小区"), _("最多面积（m²）"), _("在服小区"), _("在服面积（m²）"))
    yield (_("企业"), *most, _("空余小区"), _("空余面积（m²）"), _("在管失管小区"))
    for one in reads_county.firms(opened, area):
        limit = (one.most.estates, one.most.area) if one.most else ("", "")
        left = (one.free_estates, one.free_area) if one.most else ("", "")
        yield (choose(one.names), *limit, one.load.estates, one.load.area, *left, one.answers)
