"""Who and what a step of a scenario means: the person who acts, the case, the task as the inbox shows it."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select

from casework import attachments
from casework.bootstrap import Casework
from casework.cases import inbox
from casework.cases import services as cases
from casework.cases.models import Case, WorkItem
from casework.complaints.models import Intake
from casework.directory.viewing import viewer
from casework.errors import NotFound
from casework.persistence import ANONYMOUS, Actor, Work
from casework.plays.answers import Names, photographed, resolved, wanted_photos
from casework.plays.naming import called
from casework.plays.town import Town


def complete(casework: Casework, town: Town, names: Names, details: Mapping[str, Any]) -> None:
    """Somebody finishes a task with the answers of its form; `photos` attaches so many photos to each field.

    `item` is the task where it was looked up already.
    """
    with casework.work(actor_of(town, details)) as work:
        found = details.get("item")
        item = item_of(work, town, names, details) if found is None else work.session.get_one(WorkItem, found)
        files: list[int] = []
        given = {**(details.get("with") or {}), **wanted_photos(details.get("photos") or {})}
        answers = resolved(town, names, photographed(work, given, files), casework.house.zone)
        kept = {file.id: file for file in attachments.by_ids(work, files)}
        cases.complete_item(work, item.id, answers, key=details.get("key"), files=kept)


def case_of(work: Work, names: Names, details: Mapping[str, Any]) -> Case:
    """Return the case that `case` names: a label of the scenario, the newest without one."""
    label = details.get("case", names.get("newest", "case"))
    known = names[label]
    intake = work.session.get(Intake, known["intake"]) if known.get("intake") else None
    return work.session.get_one(Case, intake.case_id if intake is not None else known["case"])


def each_case(details: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield a step once for every case that it names, as `case: 表决1-39`; as it is where it names one or none."""
    for label in called(details["case"]) if isinstance(details.get("case"), str) else ():
        yield {**details, "case": label}
    if not isinstance(details.get("case"), str):
        yield details


def item_of(work: Work, town: Town, names: Names, details: Mapping[str, Any]) -> WorkItem:
    """Return the open task that the person finds in the inbox, as the page would show it."""
    case = case_of(work, names, details)
    person = town.person(details["by"])
    query = select(WorkItem).where(
        WorkItem.element == details["task"], WorkItem.state == "open", WorkItem.case_id == case.id
    )
    found = work.session.scalars(query.order_by(WorkItem.id)).all()
    looker = viewer(work, person) if found else None
    for item in found:
        if looker is not None and inbox.find(work, looker, item.id):
            return item
    if found:
        return found[0]
    raise NotFound(f"没有待办“{details['task']}”", f"There is no open task “{details['task']}”")


def actor_of(town: Town, details: Mapping[str, Any]) -> Actor:
    """Return who acts in a step: the person under `by`, else nobody in particular."""
    return acting(town.person(details["by"]) if details.get("by") else None)


def acting(person: int | None) -> Actor:
    """Return the actor for a person's id; the anonymous one for None."""
    return ANONYMOUS if person is None else Actor("person", person)
