"""Telling every process that a case has changed, so that pages that show it can look again."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import text

from casework.persistence import Database, Listening, Work

CHANNEL = "case_changed"
_LONGEST = 7_000
"""PostgreSQL takes announcements of less than 8000 bytes; a case that concerns more groups than fit concerns all."""
_ALL = "*"
_ANNOUNCE = text(
    """
SELECT pg_notify(:channel || '_' || current_schema(),
  :case || ' ' || CASE WHEN octet_length(said) > :longest THEN :all ELSE said END)
FROM (SELECT concat_ws(' ', nullif(CAST(:left AS text), ''), string_agg(array_to_string(groups, ' '), ' ')) AS said
  FROM work_item WHERE case_id = :case AND state = 'open') AS told
"""
)


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


def concerned(work: Work, case_id: int, groups: Iterable[str]) -> None:
    """Keep whose inboxes the case leaves with this transaction: they are told beside those it is in."""
    work.known.setdefault(("concerned", case_id), set()).update(groups)


def announce_change(work: Work, case_id: int) -> None:
    """Tell of a change to a case when this transaction commits: its id, and the groups that have or just had work."""
    work.session.flush()
    left = work.known.get(("concerned", case_id), ())
    announced = {"channel": CHANNEL, "case": case_id, "left": " ".join(sorted(left)), "longest": _LONGEST, "all": _ALL}
    work.session.connection().execute(_ANNOUNCE, announced)


def listen(database: Database, hear: Callable[[Change], None], missed: Callable[[], None]) -> Listening:
    """Return a thread, not yet started, that gives every announced change to `hear`."""
    return Listening(database, CHANNEL, lambda said: hear(_read(said)), missed)


def _read(said: str) -> Change:
    case_id, *groups = said.split()
    return Change(int(case_id), frozenset(groups), _ALL in groups)
