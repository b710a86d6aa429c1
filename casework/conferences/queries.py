"""Reading conferences: the one a case is before, and whom a notice about it means."""

from collections.abc import Iterable

from sqlalchemy import select

from casework.cases.models import Case, WorkItem
from casework.conferences.models import Conference
from casework.persistence import Work

PROCESS = "joint_conference"


def current(work: Work, case_id: int) -> Conference | None:
    """Return the newest conference about a case; None when there was none yet."""
    query = select(Conference).where(Conference.case_id == case_id).order_by(Conference.id.desc()).limit(1)
    return work.session.scalars(query).first()


def submitter(work: Work, case_id: int) -> int | None:
    """Return the person who submitted the matter last; None before anybody has."""
    query = (
        select(WorkItem.completed_by)
        .where(WorkItem.case_id == case_id, WorkItem.process == PROCESS, WorkItem.element == "submit")
        .where(WorkItem.state == "done")
        .order_by(WorkItem.completed_at.desc(), WorkItem.id.desc())
        .limit(1)
    )
    return work.session.scalar(query)


def member_addresses(work: Work, case: Case) -> Iterable[str]:
    """Return the addresses of those who sit in the conference about the case."""
    conference = current(work, case.id)
    return [f"organisation:{member}" for member in conference.members] if conference is not None else []


def submitter_addresses(work: Work, case: Case) -> Iterable[str]:
    """Return the address of who submitted the matter."""
    person = submitter(work, case.id)
    return [] if person is None else [f"person:{person}"]


ADDRESSEES = {"members": member_addresses, "submitter": submitter_addresses}
