"""Telling every process that a case has changed, so that pages that show it can look again."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import text

from casework.persistence import Database, Listening, Work

CHANNEL = "case_changed"
_LONGEST = 7_000
"""PostgreSQL takes announcements of less than 8000 bytes; a case that concerns more groups than fit concerns all."""
_ALL = "*"
ANNOUNCED = """pg_notify(:channel || '_' || current_schema(),
    :case || ' ' || CASE WHEN octet_length(said) > :longest THEN :all ELSE said END)"""
"""What a statement selects to tell of a change to `:case`: `said` are the groups it concerns, with a space between."""
ANNOUNCING = {"channel": CHANNEL, "longest": _LONGEST, "all": _ALL}
"""The parameters of `ANNOUNCED` beside the case."""
_ANNOUNCE = text(
    f"""
SELECT {ANNOUNCED}
FROM (SELECT concat_ws(' ', string_agg(DISTINCT array_to_string(groups, ' '), ' ')) AS said
  FROM work_item WHERE case_id = :case AND state = 'open') AS told
"""  # noqa: S608 - our own words
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


def announce_change(work: Work, case_id: int) -> None:
    """Tell of a change to a case when this transaction commits: its id, and the groups that have work in it."""
    work.session.flush()
    work.session.connection().execute(_ANNOUNCE, {"case": case_id, **ANNOUNCING})


def listen(database: Database, hear: Callable[[Change], None], missed: Callable[[], None]) -> Listening:
    """Return a thread, not yet started, that gives every announced change to `hear`."""
    return Listening(database, CHANNEL, lambda said: hear(_read(said)), missed)


def _read(said: str) -> Change:
    case_id, *groups = said.split()
    return Change(int(case_id), frozenset(groups), _ALL in groups)
