"""What the pages of a case ask of the domain."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import g

from casework.assemblies.queries import read_for
from casework.cases import inbox, queries, reading
from casework.cases.choosing import Choices
from casework.cases.choosing import choices as choices_for
from casework.cases.facts import scope
from casework.cases.models import Case, WorkItem
from casework.cases.views import CaseRow, CaseView, Choice, TaskView, Texts
from casework.definitions import library
from casework.forms import every as every_field
from casework.persistence import Work
from casework.takeovers.surveying import PROCESS, TASK
from webapp.conditions import Standing, standing
from webapp.filters import Filters
from webapp.language import choose, english

MARKS = (("over", ("已超期", "Overdue")), ("soon", ("一天内到期", "Due within a day")))
STATES = (("open", ("在办", "Open")), ("closed", ("已办结", "Closed")), ("all", ("全部", "All")))


def case(work: Work, case_no: str) -> CaseView:
    """Return everything of a case that the person may see."""
    return reading.read_case(work, g.visitor.viewer, case_no)


def task(work: Work, task_id: int) -> tuple[TaskView, CaseView]:
    """Return an open task with its form, and its case."""
    view, found = reading.read_item(work, g.visitor.viewer, task_id)
    return found, view


def desk(work: Work, task_id: int) -> int | None:
    """Return the vote at whose desk a task's paper ballots may be entered by keyboard; None for any other task."""
    item = work.session.get_one(WorkItem, task_id)
    vote = read_for(work, item)
    if vote is None or item.state != "open" or vote.state not in ("open", "closed"):
        return None
    return vote.id


def on_phone(work: Work, task_id: int) -> bool:
    """Say whether a task has a page that is made for a phone without a network."""
    item = work.session.get_one(WorkItem, task_id)
    return (item.process, item.element) == (PROCESS, TASK)


def form_of(work: Work, task_id: int) -> tuple[Mapping[str, Any], Texts]:
    """Return the form and the title of a task, without its case: all that completing it well takes."""
    item = inbox.find(work, g.visitor.viewer, task_id)
    if item is None:
        found, _view = task(work, task_id)
        return found.form, found.title
    release = library.opened(work.session, work.session.get_one(Case, item.case_id).release_id)
    form = release.forms.get(item.form or "")
    return (form.schema if form else {}), release.called(item.process, item.element)


def drawn(work: Work, task_id: int, answers: Mapping[str, Any]) -> tuple[Standing | None, Choices]:
    """Return how the form of a task stands for these answers, and what its references can be chosen from."""
    item = queries.item_for(work, g.visitor.viewer, task_id)
    case_of = work.session.get_one(Case, item.case_id)
    form = library.opened(work.session, case_of.release_id).forms.get(item.form or "")
    if form is None:
        return None, {}
    known = {field.key for field in every_field(form.fields, rows=False) if field.key}
    given = {name: value for name, value in answers.items() if name in known}
    return standing(form, given, scope(work, case_of, item)), choices_for(work, g.visitor.viewer, case_of, form)


def cases(work: Work, filters: Filters) -> tuple[Sequence[CaseRow], str | None]:
    """Return one page of the cases below the person's areas: escalated and overdue first."""
    return queries.cases(work, g.visitor.viewer, asked(filters))


def asked(filters: Filters) -> queries.CaseFilters:
    """Return the filters of the address as the domain takes them."""
    state = filters.value("state") or "open"
    return queries.CaseFilters(
        status=None if state == "all" else state,
        mark=filters.value("mark"),
        tier=filters.number("tier"),
        process=filters.value("kind"),
        area=filters.number("area"),
        element=filters.value("step"),
        words=filters.value("q"),
        after=filters.value("after"),
    )


def choices() -> dict[str, Sequence[Choice]]:
    """Return what the list can be filtered by."""
    return {
        "state": [Choice(value, label, 0) for value, label in STATES],
        "mark": [Choice(value, label, 0) for value, label in MARKS],
        "tier": [Choice(str(tier), label, 0) for tier, label in queries.TIERS.items()],
    }


def diagram(work: Work, case_no: str) -> dict[str, object]:
    """Return the diagrams' XML with their tokens and what is behind them; the one with a token first."""
    drawn = []
    for one in case(work, case_no).diagrams:
        release = library.opened(work.session, one.release)
        drawn.append(
            {
                "process": one.process,
                "title": choose(one.name),
                "xml": xml_of(release, one.process),
                "names": names_of(release, one.process),
                "active": list(one.active),
                "done": list(one.done),
                "flows": list(one.flows),
            }
        )
    standing = [index for index, one in enumerate(drawn) if one["active"]]
    return {"diagrams": drawn, "first": standing[-1] if standing else 0}


def names_of(release: library.OpenRelease, process: str) -> dict[str, str]:
    """Return the English names of a diagram's elements where the page speaks English; the diagram has the Chinese."""
    if not english():
        return {}
    own = [element for place, element in release.names if place == process and element]
    return {element: release.name(process, element, "en") for element in own}


def xml_of(release: library.OpenRelease, process: str) -> str:
    """Return the BPMN of one process of a release."""
    found = (raw for name, raw in release.files.items() if name.rsplit("/", 1)[-1] == f"{process}.bpmn")
    return next(found, b"").decode()
