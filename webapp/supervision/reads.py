"""What the supervisor's pages ask of the domain."""

from collections.abc import Sequence

from flask import g

from casework.cases import standing
from casework.cases.views import Texts
from casework.complaints.reporting import start_form
from casework.complaints.services import PROCESS
from casework.definitions import library
from casework.definitions.services import current
from casework.forms import every
from casework.persistence import Work
from webapp.cases.reads import names_of, xml_of
from webapp.language import choose


def processes(work: Work) -> Sequence[tuple[str, Texts]]:
    """Return the processes that have open cases below the person's areas, and the first of all."""
    names = sorted({PROCESS, *standing.open_processes(work, g.visitor.viewer)})
    return [(name, _release(work, name).called(name, name)) for name in names]


def map_data(work: Work, process: str) -> dict[str, object]:
    """Return the diagrams' XML with counts per element, for the viewer."""
    release = _release(work, process)
    counts: dict[str, dict[str, dict[str, int]]] = {process: {}}
    for one in standing.token_counts(work, g.visitor.viewer, process):
        counts.setdefault(one.process, {})[one.element] = {"open": one.open, "overdue": one.overdue}
    diagrams = [
        {
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
