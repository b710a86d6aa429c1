"""Telling every process that a case has changed, so that pages that show it can look again."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import and_, case, func, literal, or_, select

from casework.cases.models import WorkItem
from casework.persistence import Database, Listening, Work, announce

CHANNEL = "case_changed"
_LONGEST = 7_000
"""PostgreSQL takes announcements of less than 8000 bytes; a case that concerns more groups than fit concerns all."""
_ALL = "*"


@dataclass(frozen=True)
class Change:
    """That a case has changed, and whose inboxes with it: the keys of the groups; `everybody` where they are many."""

    case_id: int
    groups: frozenset[str]
    everybody: bool = False

    def concerns(self, case_id: int | None, groups: frozenset[str]) -> frozenset[str]:
        """Return what of a reader's pages it touches: "inbox", "case", both or nothing."""
        inbox = self.everybody or not groups.isdisjoint(self.groups)
        return frozenset(("inbox",) * inbox + ("case",) * (case_id == self.case_id))


def announce_change(work: Work, case_id: int) -> None:
    """Tell of a change to a case when this transaction commits: its id, and the groups that have or just had work."""
    work.session.flush()
    touched = or_(WorkItem.state == "open", WorkItem.completed_at == work.now)
    named = func.string_agg(func.array_to_string(WorkItem.groups, " "), " ")
    groups = select(func.coalesce(named, "")).where(and_(WorkItem.case_id == case_id, touched)).scalar_subquery()
    fitting = case((func.octet_length(groups) > _LONGEST, _ALL), else_=groups)
    announce(work.session, CHANNEL, func.concat(literal(str(case_id)), " ", fitting))


def listen(database: Database, hear: Callable[[Change], None], missed: Callable[[], None]) -> Listening:
    """Return a thread, not yet started, that gives every announced change to `hear`."""
    return Listening(database, CHANNEL, lambda said: hear(_read(said)), missed)


def _read(said: str) -> Change:
    case_id, *groups = said.split()
    return Change(int(case_id), frozenset(groups), _ALL in groups)
