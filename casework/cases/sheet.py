"""What a step writes, gathered while it runs and written in one statement: a round trip costs more than a row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm.attributes import set_committed_value

from casework import jobs
from casework.cases import changes
from casework.cases.models import Case, CaseTimer, History, WorkItem
from casework.persistence import Work
from casework.persistence.rows import as_json, columns, inserted, row_of, take_changes

_CASE = columns(Case, "id", "state")
_WRITE = text(
    f"""
WITH finished AS (
  UPDATE work_item SET state = 'done', completed_at = :now, completed_by = :by, holder_id = :by, draft = NULL,
    version = version + 1 WHERE id = :finished),
withdrawn AS (
  UPDATE work_item SET state = 'cancelled', completed_at = :now, version = version + 1
  WHERE case_id = :case AND task = ANY(:withdrawn) AND state = 'open'),
opened AS ({inserted(WorkItem, "opened")} RETURNING id, task, groups),
cleared AS (DELETE FROM case_timer WHERE case_id = :case AND task = ANY(:cleared)),
waiting AS ({inserted(CaseTimer, "waiting")} ON CONFLICT (case_id, task) DO UPDATE
  SET due_at = excluded.due_at, clock = excluded.clock, expression = excluded.expression),
cancelled AS ({jobs.CANCELLED}),
armed AS ({jobs.ARMED}),
told AS ({inserted(History, "lines")}),
moved AS (
  UPDATE "case" AS held SET ({_CASE}) = (SELECT {_CASE} FROM jsonb_populate_record(held, CAST(:moved AS jsonb))),
    state = coalesce(CAST(:state AS bytea), held.state)
  WHERE held.id = :case AND CAST(:moved AS text) <> '{{}}')
SELECT
  (SELECT jsonb_object_agg(task, id) FROM opened) AS opened,
  (SELECT array_agg(id) FROM armed WHERE due_at <= :now) AS due,
  (SELECT array_agg(ARRAY[name, key, CASE WHEN signal THEN 'signal' ELSE 'message' END] ORDER BY position)
   FROM subscription WHERE case_id = :case) AS subscribed,
  {changes.ANNOUNCED}
FROM (SELECT concat_ws(' ', string_agg(DISTINCT array_to_string(groups, ' '), ' ')) AS said
  FROM (SELECT groups FROM work_item WHERE case_id = :case AND state = 'open'
    UNION ALL SELECT groups FROM opened) AS concerned) AS told_of
"""  # noqa: S608 - the names of our own tables and columns
)


@dataclass
class _Rows:
    """What waits to be written; false when nothing does."""

    finished: tuple[int, int] | None = None
    withdrawn: list[str] = field(default_factory=list)
    opened: dict[str, WorkItem] = field(default_factory=dict)
    cleared: set[str] = field(default_factory=set)
    waiting: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    cancelled: set[str] = field(default_factory=set)
    armed: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    lines: list[dict[str, Any]] = field(default_factory=list)
    changed: dict[str, Any] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return any(vars(self).values())


class Sheet:
    """The rows of one step of a locked case that are not written yet.

    Whatever reads these rows from the database must have `settle` called before; a step ends with `write`.
    """

    def __init__(self, work: Work, case: Case) -> None:
        self.work = work
        self.case = case
        self._rows = _Rows()
        self._ids: dict[str, int] = {}

    @property
    def items(self) -> Sequence[int]:
        """The ids of the items that the step has opened and not withdrawn again, as far as they are written."""
        return list(self._ids.values())

    def finish(self, item: WorkItem, person_id: int) -> None:
        """Have an open item done by a person; it is so on the item at once."""
        _set(item, state="done", completed_at=self.work.now, completed_by=person_id, holder_id=person_id, draft=None)
        _set(item, version=item.version + 1)
        self._rows.finished = (item.id, person_id)

    def withdraw(self, task: str) -> None:
        """Have the item of a task withdrawn if it is open; one that is not written yet is never written."""
        self._ids.pop(task, None)
        if self._rows.opened.pop(task, None) is None:
            self._rows.withdrawn.append(task)

    def open(self, item: WorkItem) -> None:
        """Have a new item written."""
        self._rows.opened[item.task] = item

    def wait(self, timer: Mapping[str, Any]) -> None:
        """Have the row of a timer written."""
        self._rows.cleared.discard(timer["task"])
        self._rows.waiting[timer["task"]] = timer

    def clear(self, task: str) -> None:
        """Have the row of a timer taken out."""
        self._rows.waiting.pop(task, None)
        self._rows.cleared.add(task)

    def arm(self, job: Mapping[str, Any]) -> None:
        """Have a job put into the queue, or moved when its key is known."""
        self._rows.cancelled.discard(job["key"])
        self._rows.armed[job["key"]] = job

    def cancel(self, key: str) -> None:
        """Have the job with this key taken out of the queue."""
        self._rows.armed.pop(key, None)
        self._rows.cancelled.add(key)

    def tell(self, lines: Sequence[dict[str, Any]]) -> None:
        """Have lines of history written, in this order after those of the case."""
        self._rows.lines.extend(lines)

    def change(self, **columns: Any) -> None:
        """Have columns of the case written; they are so on the case at once."""
        _set(self.case, **columns)
        self._rows.changed.update(columns)

    def settle(self) -> None:
        """Write what waits, if anything does: somebody is about to read it."""
        if self._rows:
            self.write()

    def write(self, state: bytes | None = None) -> Sequence[tuple[str, str, bool]]:
        """Write everything that waits, with it the state of the engine and whatever changed on the case.

        Returns the subscriptions that the case has: name, key, and whether it is a signal.
        """
        work, case, rows = self.work, self.case, self._rows
        for place, line in enumerate(rows.lines, case.lines + 1):
            line["seq"] = place
        self.change(lines=case.lines + len(rows.lines))
        finished, by = rows.finished or (None, None)
        given = {
            "now": work.now,
            "case": case.id,
            "by": by,
            "finished": finished,
            "withdrawn": rows.withdrawn,
            "opened": as_json(row_of(item) for item in rows.opened.values()),
            "cleared": list(rows.cleared),
            "waiting": as_json(rows.waiting.values()),
            "cancelled": list(rows.cancelled),
            "armed": as_json(rows.armed.values()),
            "lines": as_json(rows.lines),
            "moved": as_json({**rows.changed, **take_changes(case)}),
            "state": state,
            **changes.ANNOUNCING,
        }
        found = work.session.connection().execute(_WRITE, given).one()
        if state is not None:
            _set(case, state=state)
        self._rows = _Rows()
        self._ids.update(found.opened or {})
        work.due_jobs.extend(found.due or ())
        return [(name, key, kind == "signal") for name, key, kind in found.subscribed or ()]


def gather(work: Work, case: Case) -> Sheet:
    """Return the sheet of the step that this unit of work takes with a locked case, begun when there is none."""
    return work.remembered(("sheet", case.id), lambda: Sheet(work, case))


def gathering(work: Work, case: Case) -> Sheet | None:
    """Return the sheet of the step under way with a case; None outside one."""
    found: Sheet | None = work.known.get(("sheet", case.id))
    return found


def close(work: Work, case: Case) -> None:
    """End the step under way: from now on rows are written as they come."""
    work.known.pop(("sheet", case.id), None)


def _set(entity: Case | WorkItem, **columns: Any) -> None:
    """Set columns of an entity that the session need not write: the sheet does."""
    for name, value in columns.items():
        set_committed_value(entity, name, value)
