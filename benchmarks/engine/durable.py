"""A step that is kept: the library's whole workflow written anew, ours through `advance`, and the bare transaction.

The bare transaction locks the row of the case and writes the rows that one of our steps writes, taken from a real
one, with prepared statements and nothing else: no engine, no rules, no rights.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from statistics import median
from time import perf_counter
from typing import Any, cast

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
from sqlalchemy import Connection, Table, TextClause, bindparam, delete, func, insert, select, text, update

from benchmarks.engine.drawings import DATA, many
from benchmarks.engine.memory import finish_one, shipped
from casework import jobs
from casework.cases import services as cases
from casework.cases.models import Case, CaseTimer, History, WorkItem
from casework.definitions.services import publish
from casework.persistence import Base
from tests.factories import Stage

OFFICER = "社区小宋"
_PAIRS = 51
_KEPT = "CREATE TABLE IF NOT EXISTS naive (id bigint PRIMARY KEY, state text NOT NULL)"


def naive(stage: Stage, name: str, diagram: bytes, steps: int) -> tuple[float, int]:
    """Return the seconds of a step that reads, serialises and writes the whole workflow, and the bytes of the last."""
    took: list[tuple[float, int]] = []
    while len(took) < steps:
        took += islice(naive_steps(stage, name, diagram), steps - len(took))
    return median(spent for spent, _ in took), took[-1][1]


def naive_steps(stage: Stage, name: str, diagram: bytes) -> Iterator[tuple[float, int]]:
    """Yield the seconds of each step of one such case, and the bytes after it, until it ends or breaks."""
    serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(DEFAULT_CONFIG))
    engine = stage.casework.database.engine
    with engine.begin() as connection:
        connection.execute(text(_KEPT))
        said = {"state": serializer.serialize_json(shipped(name, diagram))}
        connection.execute(text("DELETE FROM naive"))
        connection.execute(text("INSERT INTO naive VALUES (1, :state)"), said)
    while True:
        begun = perf_counter()
        with engine.begin() as connection:
            going, size = _naively(connection, serializer)
        if not going:
            return
        yield perf_counter() - begun, size


def near(took: Sequence[float], mark: int) -> float:
    """Return what a step costs near a round: a median of up to 51."""
    return median(took[max(0, mark - 25) : mark + 26])


def _naively(connection: Connection, serializer: BpmnWorkflowSerializer) -> tuple[bool, int]:
    state = connection.execute(text("SELECT state FROM naive WHERE id = 1 FOR UPDATE")).scalar_one()
    workflow: BpmnWorkflow = serializer.deserialize_json(state)
    try:
        done = finish_one(workflow)
    except RecursionError:  # the library walks down every round there has been
        done = False
    written = serializer.serialize_json(workflow)
    connection.execute(text("UPDATE naive SET state = :state WHERE id = 1"), {"state": written})
    return done, len(written)


def drawn(stage: Stage, name: str, diagram: bytes) -> Callable[[], int]:
    """Publish a diagram; return what opens a case of it and gives its id."""
    with stage.work() as work:
        publish(work, name, {f"{name}/{name}.bpmn": diagram})

    def begin() -> int:
        with stage.work() as work:
            return cases.start_case(work, name, dict(DATA), area_id=stage.town.areas["estate"]).id

    return begin


def ours(stage: Stage, begin: Callable[[], int], steps: int) -> tuple[float, int]:
    """Return the seconds of a step through the whole of `advance`, and the bytes of state after the last."""
    took: list[float] = []
    case_id = 0
    while len(took) < steps:
        case_id = begin()
        waiting = opened(stage, case_id)
        while waiting and len(took) < steps:
            spent, more = step(stage, waiting.pop(0))
            took.append(spent)
            waiting += more
    with stage.work() as work:
        return median(took), work.session.scalar(select(func.length(Case.state)).where(Case.id == case_id)) or 0


def opened(stage: Stage, case_id: int) -> list[int]:
    """Return the open tasks of a case."""
    with stage.work() as work:
        query = select(WorkItem.id).where(WorkItem.case_id == case_id, WorkItem.state == "open").order_by(WorkItem.id)
        return list(work.session.scalars(query))


def step(stage: Stage, item_id: int) -> tuple[float, list[int]]:
    """Finish a task as a person does; return the seconds it took and the tasks that opened."""
    begun = perf_counter()
    with stage.work(OFFICER) as work:
        more = cases.complete_item(work, item_id, {})["next"]
    return perf_counter() - begun, more


def lasting(stage: Stage, begin: Callable[[], int], marks: Sequence[int]) -> dict[int, tuple[float, float]]:
    """Return what a step of one long case costs at each round: seconds, and by how much more than at round 10.

    Beside the long case a young one takes a step in turn, so that both meet the same machine and the same tables.
    """
    waiting, found = opened(stage, begin()), {}
    for number in range(max(marks) + 1):
        if number in marks:
            young = opened(stage, begin())
            for _ in range(10):
                _, young = step(stage, young[0])
            pairs = []
            for _ in range(_PAIRS):
                old, waiting = step(stage, waiting[0])
                other, young = step(stage, young[0])
                pairs.append((old, other))
            found[number] = (
                median(old for old, _ in pairs),
                median(old for old, _ in pairs) / median(other for _, other in pairs),
            )
        _, waiting = step(stage, waiting[0])
    return found


def of_instances(stage: Stage, number: int) -> float:
    """Return the naive step ÷ ours where a task has so many instances, one of each in turn."""
    begin = drawn(stage, "many", many("feel", number))
    waiting, theirs, own = opened(stage, begin()), [], []
    steps = naive_steps(stage, "many", many("python", number))
    for _ in range(_PAIRS // 3):
        theirs.append(next(steps)[0])
        spent, more = step(stage, waiting.pop(0))
        waiting += more
        own.append(spent)
    return median(theirs) / median(own)


def left_behind(stage: Stage, diagram: bytes, size: TextClause, number: int = 300) -> float:
    """Return the bytes that a finished case leaves in all tables and indexes, by `size` before and after `number`."""
    begin = drawn(stage, "complaint", diagram)
    before = _weighed(stage, size)
    for _ in range(number):
        waiting = opened(stage, begin())
        while waiting:
            waiting = [*waiting[1:], *step(stage, waiting[0])[1]]
    return (_weighed(stage, size) - before) / number


def _weighed(stage: Stage, size: TextClause) -> int:
    engine = stage.casework.database.engine
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM FULL"))
        return int(connection.execute(size).scalar_one())


class Bare:
    """The transaction that writes the rows of one step of the loop, and nothing else."""

    def __init__(self, stage: Stage, begin: Callable[[], int]) -> None:
        self.stage = stage
        self.case_id = begin()
        step(stage, opened(stage, self.case_id)[0])
        with stage.work() as work:
            found = {
                table.name: [
                    dict(row._mapping) for row in work.session.execute(select(table).where(_of(table, self.case_id)))
                ]
                for table in map(_table, (Case, WorkItem, CaseTimer, History, jobs.Job))
            }
        self.case, self.lines = found["case"][0], found["history"]
        self.item, self.timer, self.job = found["work_item"][-1], found["case_timer"][-1], found["job"][-1]
        last = max(line["at"] for line in self.lines)
        self.lines = [line for line in self.lines if line["at"] == last]
        self.seq, self.number = 1_000, 0

    def run(self, steps: int) -> float:
        """Return the seconds of one such transaction (the median of `steps`)."""
        took = []
        for _ in range(steps):
            self.number += 1
            begun = perf_counter()
            with self.stage.casework.database.engine.begin() as connection:
                self._write(connection, self.number)
            took.append(perf_counter() - begun)
        return median(took)

    def _write(self, connection: Connection, number: int) -> None:
        task, key = f"bare-{number}", f"timer:{self.case_id}:bare-{number}"
        connection.execute(_LOCK, {"wanted": self.case_id})
        connection.execute(_DONE, {"wanted": self.item["id"]})
        item = {**self.item, "task": task}
        del item["id"]
        self.item = {**item, "id": connection.execute(_ITEM, item).scalar_one()}
        connection.execute(_OVER, {"wanted": self.job["key"]})
        connection.execute(_UNSET, {"of": self.case_id, "wanted": self.timer["task"]})
        self.job = {
            **{k: v for k, v in self.job.items() if k != "id"},
            "key": key,
            "state": "ready",
            "finished_at": None,
        }
        connection.execute(_JOB, self.job)
        self.timer = {**self.timer, "task": task}
        connection.execute(_SET, self.timer)
        lines = [{**line, "seq": self.seq + place} for place, line in enumerate(self.lines)]
        self.seq += len(lines)
        connection.execute(_LINES, lines)
        connection.execute(_MOVED, {"wanted": self.case_id, "bytes": self.case["state"], "line": self.seq})


def _table(model: type[Base]) -> Table:
    return cast(Table, model.__table__)


def _of(table: Table, case_id: int) -> Any:
    return (table.c.id if table.name == "case" else table.c.case_id) == case_id


_CASE, _ITEMS, _TIMERS, _JOBS = (_table(model) for model in (Case, WorkItem, CaseTimer, jobs.Job))
_LOCK = select(_CASE, func.now()).where(_CASE.c.id == bindparam("wanted")).with_for_update()
_DONE = (
    update(_ITEMS)
    .where(_ITEMS.c.id == bindparam("wanted"))
    .values(state="done", completed_at=func.now(), version=_ITEMS.c.version + 1)
)
_ITEM = insert(_ITEMS).returning(_ITEMS.c.id)
_OVER = update(_JOBS).where(_JOBS.c.key == bindparam("wanted")).values(state="cancelled", finished_at=func.now())
_UNSET = delete(_TIMERS).where(_TIMERS.c.case_id == bindparam("of"), _TIMERS.c.task == bindparam("wanted"))
_JOB = insert(_JOBS)
_SET = insert(_TIMERS)
_LINES = insert(_table(History))
_MOVED = (
    update(_CASE)
    .where(_CASE.c.id == bindparam("wanted"))
    .values(state=bindparam("bytes"), version=_CASE.c.version + 1, lines=bindparam("line"))
)
