"""Reading the votes of a case: the one it is about, whom it concerns, and who stands for election in it."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select

from casework.cases.models import Case, WorkItem
from casework.directory.viewing import Viewer
from casework.persistence import Work
from casework.votes.models import RollHead, RollOwner, Vote
from casework.votes.trustees import trustees_of

PROCESS = "owner_vote"
ENTER = "enter"
TELLERS = 2
"""How many read the paper ballots, each apart."""


def latest(work: Work, case_id: int) -> Vote | None:
    """Return the newest vote of a case; None where there was none yet."""
    query = select(Vote).where(Vote.case_id == case_id).order_by(Vote.id.desc()).limit(1)
    return work.session.scalars(query).first()


def voters(work: Work, case: Case) -> Iterable[str]:
    """Return the addresses of every owner on the roll of the newest vote of a case."""
    vote = latest(work, case.id)
    if vote is None:
        return []
    owners = select(RollOwner.person_id).join(RollHead, RollHead.id == RollOwner.head_id)
    found = work.session.scalars(owners.where(RollHead.roll_id == vote.roll_id).distinct())
    return [f"person:{person}" for person in found]


def trustees(work: Work, case: Case) -> Iterable[str]:
    """Return the addresses of the trustees of the newest vote of a case; none where it is no secret."""
    vote = latest(work, case.id)
    return [] if vote is None else [f"person:{one.person_id}" for one in trustees_of(work, vote.id)]


def candidates(items: Iterable[dict[str, Any]]) -> Sequence[int]:
    """Return the persons who stand for election in an agenda."""
    return [int(one["person"]) for item in items for one in item.get("candidates", ()) if one.get("person")]


def readings(work: Work, case_id: int) -> Sequence[WorkItem]:
    """Return the tasks of the newest reading of the paper ballots, one for each teller, open or done."""
    tasks = select(WorkItem).where(WorkItem.case_id == case_id, WorkItem.state != "cancelled")
    tasks = tasks.where(WorkItem.process == PROCESS, WorkItem.element == ENTER)
    return work.session.scalars(tasks.order_by(WorkItem.id.desc()).limit(TELLERS)).all()


def read_for(work: Work, item: WorkItem) -> Vote | None:
    """Return the vote whose paper ballots a task has read; None for any other task, and for a vote without paper."""
    if (item.process, item.element) != (PROCESS, ENTER):
        return None
    vote = latest(work, item.case_id)
    return vote if vote is not None and vote.paper else None


def reading_of(work: Work, case_id: int, seen_by: Viewer) -> WorkItem | None:
    """Return the open task in which a person sends their reading of the paper ballots: their own, or one to claim."""
    tasks = [one for one in readings(work, case_id) if one.state == "open" and set(seen_by.groups) & set(one.groups)]
    own = (one for one in tasks if one.holder_id == seen_by.person_id)
    return next(own, next((one for one in reversed(tasks) if one.holder_id is None), None))


ADDRESSEES = {"voters": voters, "trustees": trustees}
