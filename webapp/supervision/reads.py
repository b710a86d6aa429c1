"""What the supervisor's pages ask of the domain."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from flask import g, url_for
from flask_babel import gettext as _

from casework.cases import standing
from casework.cases.views import Texts
from casework.complaints.reporting import start_form
from casework.complaints.services import PROCESS
from casework.definitions import library
from casework.definitions.services import current
from casework.forms import every
from casework.persistence import Work
from casework.statistics.views import ElectionsView, Rate
from webapp.cases.reads import names_of, xml_of
from webapp.language import choose
from webapp.moments import local


def processes(work: Work) -> Sequence[tuple[str, Texts]]:
    """Return the processes that have open cases below the person's areas, and the first of all."""
    names = sorted({PROCESS, *standing.open_processes(work, g.visitor.viewer)})
    return [(name, _release(work, name).called(name, name)) for name in names]


def map_data(work: Work, process: str) -> dict[str, object]:
    """Return the diagrams' XML with counts per element and where these cases are listed, for the viewer."""
    release = _release(work, process)
    counts: dict[str, dict[str, dict[str, object]]] = {process: {}}
    for one in standing.token_counts(work, g.visitor.viewer, process):
        step = choose(release.called(one.process, one.element))
        told = _("%(step)s：%(n)s 件在办，%(late)s 件红牌", step=step, n=one.open, late=one.overdue)
        href = url_for("cases.index", kind=process, step=one.element)
        about = {"open": one.open, "overdue": one.overdue, "href": href, "told": told}
        counts.setdefault(one.process, {})[one.element] = about
    diagrams = [
        {
            "process": name,
            "title": choose(release.called(name, name)),
            "xml": xml,
            "names": names_of(release, name),
            "active": [],
            "done": [],
            "counts": found,
        }
        for name, found in counts.items()
        if (xml := xml_of(release, name))
    ]
    return {"diagrams": diagrams, "first": 0}


def areas_file(view: ElectionsView) -> Iterable[Sequence[object]]:
    """Return the figures of every area as rows under their titles; shares with numerator and denominator."""
    shares = (_("具备条件的小区"), _("其中已备案"), _("有人履职的小区"), _("社区"), _("其中有环物委"))
    party = (_("业委会委员"), _("其中党员"), _("设有目标的业委会"), _("其中达到"))
    yield (_("名称"), _("小区"), *shares, *party, _("一年内届满"), _("选举"), _("逾期"), _("截至"))
    for row in view.rows:
        bodies = row.bodies or Rate()
        covered = (row.filed.whole, row.filed.part, row.acted_for.part, bodies.whole, bodies.part)
        members = (row.party.whole, row.party.part, row.met.whole, row.met.part)
        yield (choose(row.name), row.estates, *covered, *members, row.ending, row.open, row.late, _at(view))


def committees_file(view: ElectionsView) -> Iterable[Sequence[object]]:
    """Return every committee in office as a row under its titles, the term that ends first at the top."""
    yield (_("小区"), _("任期到"), _("委员"), _("其中党员"), _("目标"), _("达到目标"), _("换届案号"), _("截至"))
    for one in view.terms:
        met = (_("是") if one.met else _("否")) if one.target else ""
        party = (one.party.whole, one.party.part, str(one.target or ""), met)
        yield (choose(one.estate), one.term_ends.isoformat(), *party, one.election_no or "", _at(view))


FILES: Mapping[str, Callable[[ElectionsView], Iterable[Sequence[object]]]] = {
    "areas": areas_file,
    "committees": committees_file,
}


def _at(view: ElectionsView) -> str:
    return f"{local(view.at):%Y-%m-%d %H:%M}"


def category_names(work: Work) -> dict[str, Texts]:
    """Return the names of the categories, as the start form of today's release has them."""
    return {
        str(option.value): option.label
        for field in every(start_form(work).fields, rows=False)
        if field.key == "category"
        for option in field.options
    }


def _release(work: Work, process: str) -> library.OpenRelease:
    return library.opened(work.session, current(work, process).id)
