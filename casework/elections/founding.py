"""The preparatory or replacement group: when it must be there, and the day it is founded."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from casework.cases import clocks
from casework.cases.step import Step
from casework.directory import services as directory
from casework.directory.models import Membership
from casework.directory.queries import members_of
from casework.elections.models import Election, ElectionGroup
from casework.elections.queries import group_of
from casework.elections.standing import at_start_of, election, end_mandates, start_mandate, today
from casework.elections.values import person_of

_FIRST = "election.prep_group.form_days"
_LATER = "election.replacement_group.form_days"
_LEAD = "group_lead"


def open_group(step: Step) -> None:
    """Start clock `group`: by when the group must stand, from the day that the rules of the place count from."""
    work, case = step.work, step.case
    found = election(step)
    found.organiser = "group"
    first = found.variant == "first" and found.attempt == 0
    since = _counted_from(step) if first else work.now
    clocks.start(work, case, "group", _FIRST if first else _LATER, since, again=True)


def start_group(step: Step, members: Sequence[Mapping[str, Any]], lead: Any) -> Mapping[str, Any]:
    """Found the group today: its lead may act, and the time for the announcement and the assembly runs.

    Returns {group: {founded, announce_by, assembly_by, documents_by}}.
    """
    work, case = step.work, step.case
    found, day = election(step), today(step)
    lead_id = person_of(lead)
    rows = [{"person": person_of(row), "side": str(row.get("side"))} for row in members]
    if group_of(work, found) is None:
        group = ElectionGroup(case_id=case.id, attempt=found.attempt, founded_on=day, lead_id=lead_id, members=rows)
        work.session.add(group)
    dissolve(step, found, "replaced")
    directory.take_office(work, lead_id, _LEAD, area_id=found.estate_id, since=day)
    start_mandate(step, "group", ["election"], "committee_seated", rows)
    founded = at_start_of(step, day)
    clocks.stop(work, case, "group", "founded")
    announce = clocks.start(work, case, "announce", "election.prep_group.announce_days", founded, again=True)
    assembly = clocks.start(work, case, "assembly", _assembly_key(found), _assembly_from(step, found), again=True)
    documents = None
    if found.variant == "first":
        documents = clocks.start(work, case, "documents", "election.first.documents_days", founded, again=True)
    step.note(
        f"{'筹备组' if found.variant == 'first' else '换届小组'}成立，{len(rows)} 人。",
        f"The {'preparatory' if found.variant == 'first' else 'replacement'} group of {len(rows)} is founded.",
        what="group_founded",
    )
    return {
        "group": {
            "founded": day,
            "announce_by": announce.due_at,
            "assembly_by": assembly.due_at,
            "documents_by": documents.due_at if documents is not None else None,
        }
    }


def dissolve(step: Step, found: Election, because: str) -> None:
    """End what a group of the estate may do, its lead's post with it."""
    end_mandates(step, "group", because)
    for post in _leads(step, found):
        directory.leave_office(step.work, post)


def _leads(step: Step, found: Election) -> Sequence[Membership]:
    return [post for post in members_of(step.work, area_id=found.estate_id) if post.role == _LEAD]


def _counted_from(step: Step) -> datetime:
    """Return the day from which the group has its time: conditions met, reported, or verified."""
    rule = clocks.counting(step.work, step.case).pinned.value("election.prep_group.form_from")
    if rule == "conditions_met":
        met = step.day(step.data.get("met_on"))
        return at_start_of(step, met) if met is not None else step.case.incident_at
    return step.case.opened_at if rule == "reported" else step.work.now


def _assembly_key(found: Election) -> str:
    """Return the rule of how long a group has for the assembly; a replacement group has its own."""
    if found.variant == "early":
        return "election.early.street_days"
    return "election.first.assembly_days" if found.variant == "first" else "election.replacement_group.elect_days"


def _assembly_from(step: Step, found: Election) -> datetime:
    """Return where that time begins: at the group's founding; in an early election when the seats were found empty."""
    if found.variant == "early" and found.attempt == 0:
        vacant = step.day(step.data.get("met_on"))
        return at_start_of(step, vacant) if vacant is not None else step.case.opened_at
    return at_start_of(step, today(step))


OPERATIONS = {"elections.open_group": open_group, "elections.start_group": start_group}
