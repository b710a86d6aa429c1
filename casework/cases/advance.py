"""The one door through which a case moves: command → engine → rows, all in the caller's transaction."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import undefer

from casework import engine
from casework.cases import clocks, history, items, messages, sheet, timers
from casework.cases.facts import facts, forget, seeing
from casework.cases.models import Case, Incident, WorkItem
from casework.cases.step import Step, StepFailed
from casework.cases.values import to_json
from casework.definitions import library
from casework.errors import NotFound
from casework.jobs import crash_point
from casework.persistence import SYSTEM, Work

OPERATIONS_IN_ONE_STEP = 2_000

# What every step asks is written once: to build a statement takes longer than to run it.
_LOCK = (
    select(Case, func.now())
    .where(Case.id == bindparam("wanted"))
    .options(undefer(Case.state))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_LOCK_ITEM = (
    select(Case, WorkItem, func.now())
    .join(WorkItem, WorkItem.case_id == Case.id)
    .where(WorkItem.id == bindparam("wanted"))
    .options(undefer(Case.state))
    .with_for_update(of=(Case, WorkItem))
    .execution_options(populate_existing=True)
)
_RECORDED = {"completed", "caught", "thrown", "failed", "cancelled", "compensated", "conflict"}

Move = Callable[[engine.Definition, bytes, engine.Facts], engine.Outcome]


class EndlessDiagram(RuntimeError):
    """A diagram asked for more operations in one step than a case may: it turns in a circle without a person."""


@dataclass(frozen=True)
class Advanced:
    """What a command led to: the ids of the items it opened, and whether a waiting receiver took the message."""

    case: Case
    opened: Sequence[int]
    delivered: bool


def lock(work: Work, case_id: int) -> Case:
    """Lock the row of the case for this transaction and return it; raise NotFound when there is none."""
    found = work.session.execute(_LOCK, {"wanted": case_id}).one_or_none()
    if found is None:
        raise NotFound("没有这个案件。", "There is no such case.")
    work.begun_at(found[1])
    case: Case = found[0]
    return case


def lock_with_item(work: Work, item_id: int) -> tuple[Case, WorkItem]:
    """Lock the case of a work item, then the item, and return both; raise NotFound when there is no such item.

    One statement, for a person waits for it: it also tells the moment of the work.
    """
    both = work.session.execute(_LOCK_ITEM, {"wanted": item_id}).one_or_none()
    if both is None:
        raise NotFound("没有这件待办。", "There is no such task.")
    work.begun_at(both[2])
    return both[0], both[1]


def advance(work: Work, case: Case, move: Move, *, finished: str | None = None) -> Advanced:
    """Run `move` on the engine state of the locked `case`, then every operation the diagram asks for, until it rests.

    State, work items, timers, subscriptions, history and jobs are written in the transaction of `work`: all or nothing.
    `finished` is the human task that `move` completes, whose item its caller has closed.
    """
    return _Mover(work, case, finished).run(move)


class _Mover:
    def __init__(self, work: Work, case: Case, finished: str | None = None) -> None:
        self.work = work
        self.case = case
        self.finished = finished
        self.release = library.opened(work.session, case.release_id)
        self.person_id = work.actor.person_id
        self.state: bytes = case.state
        self.operations: deque[engine.Operation] = deque()
        self.messages: deque[engine.Message] = deque()
        self.outward: deque[engine.Message] = deque()
        self.outcome: engine.Outcome | None = None
        self.sheet = sheet.gather(work, case)

    @property
    def facts(self) -> engine.Facts:
        """The snapshot that holds until the next operation."""
        return facts(self.work, self.case)

    def run(self, move: Move) -> Advanced:
        self._apply(move)
        crash_point("after_engine")
        delivered = self.outcome.delivered if self.outcome else False
        self.work = self.work.acting_as(SYSTEM)
        for _ in range(OPERATIONS_IN_ONE_STEP):
            if self.operations:
                self._operate(self.operations.popleft())
            elif self.messages and not self._ended():
                self._deliver(self.messages.popleft())
            elif self.outward:
                self._send(self.outward.popleft())
            else:
                break
        else:
            message_text = f"case {self.case.no} asked for more than {OPERATIONS_IN_ONE_STEP} operations in one step"
            raise EndlessDiagram(message_text)
        self._settle()
        crash_point("before_commit")
        self.work.after_commit(lambda: crash_point("after_commit"))
        return Advanced(self.case, self.sheet.items, delivered)

    def _apply(self, move: Move) -> None:
        outcome = move(self.release.definition, self.state, self.facts)
        self.state, self.outcome = outcome.state, outcome
        self._record(outcome)
        for gone in outcome.closed:
            if gone != self.finished:
                self.sheet.withdraw(gone)
        for task in outcome.opened:
            items.open_item(self.work, self.case, task)
        for cleared in outcome.timers_cleared:
            timers.clear_timer(self.work, self.case, cleared)
        for timer in outcome.timers_set:
            timers.set_timer(self.work, self.case, timer)
        closed = set(outcome.closed)
        self.operations = deque(operation for operation in self.operations if operation.id not in closed)
        self.operations.extend(outcome.operations)
        self.outward.extend(outcome.thrown)
        for problem in outcome.incidents:
            self._report(problem)

    def _ended(self) -> bool:
        return self.outcome is not None and self.outcome.ended is not None

    def _deliver(self, message: engine.Message) -> bool:
        self.sheet.settle()
        self._apply(lambda d, s, f: engine.deliver(d, s, message, now=self.work.now, facts=f))
        return self.outcome is not None and self.outcome.delivered

    def _send(self, message: engine.Message) -> None:
        """Give a message of the diagram to the case itself if it waits for it, otherwise send it to the others."""
        if message.signal or self._ended() or not self._deliver(message):
            messages.post(self.work, self.case, message)

    def _operate(self, operation: engine.Operation) -> None:
        step = Step(
            self.work,
            self.case,
            self.release,
            operation.process,
            operation.element,
            operation.id,
            operation.data,
            self.person_id,
            self.facts.names,
        )
        now = self.work.now
        self.sheet.settle()
        try:
            result = self._perform(step, operation)
            forget(self.work, self.case)
        except StepFailed as failed:
            forget(self.work, self.case)
            code, data = failed.code, failed.data
            self._apply(lambda d, s, f: engine.fail(d, s, operation.id, code, data, now=now, facts=f))
            return
        history.write(self.work, self.case, step.lines)
        self._apply(lambda d, s, f: engine.complete(d, s, operation.id, result, now=now, facts=f))
        self.messages.extend(step.messages)

    def _perform(self, step: Step, operation: engine.Operation) -> Mapping[str, Any]:
        arguments = dict(operation.arguments)
        if operation.name == "decisions.decide":
            answer = self._decide(step, arguments["decision"])
            return answer if operation.result else {arguments["decision"]: answer}
        perform = self.work.house.operations[operation.name]
        return perform(step, **arguments) or {}

    def _decide(self, step: Step, name: str) -> Any:
        answer = self.release.decisions[name].evaluate(seeing(self.work, self.case, step.data))
        refs = {"decision": name, "answer": to_json(answer)}
        line = history.Line(step.process, step.element, "businessRuleTask", "decided", refs=refs)
        history.write(self.work, self.case, [line])
        return answer

    def _record(self, outcome: engine.Outcome) -> None:
        lines = [
            history.Line(event.process, event.element, event.kind, event.what, refs=_lost(event))
            for event in outcome.history
            if event.what in _RECORDED
        ]
        history.write(self.work, self.case, lines)

    def _report(self, problem: engine.Problem) -> None:
        self.work.session.add(
            Incident(
                case_id=self.case.id,
                process=problem.file,
                element=problem.element,
                task=(problem.fix or {}).get("task"),
                rule=problem.rule,
                text_zh=problem.message["zh"],
                text_en=problem.message["en"],
                first_seen=self.work.now,
            )
        )

    def _settle(self) -> None:
        outcome, case = self.outcome, self.case
        if outcome is None:
            self.sheet.settle()
            sheet.close(self.work, case)
            return
        if outcome.ended is not None and case.status == "open":
            case.status, case.closed_at = "closed", self.work.now
            case.outcome = case.outcome or outcome.ended
            clocks.stop(self.work, case, None, "closed")
            resolve(self.work, case)
        if case.clocks_moved:
            self.sheet.settle()
            _follow(self.work, case, self.release.definition)
        elif case.due_at is not None and case.due_at <= self.work.now:
            _lead(self.work, case)  # a time that merely had to pass leads no more once it has
        tokens = [{"process": token.process, "element": token.element} for token in outcome.tokens]
        self.sheet.change(version=case.version + 1, tokens=tokens)
        subscribed = self.sheet.write(self.state)
        sheet.close(self.work, case)
        messages.subscribe(self.work, case, outcome.waiting, known=subscribed)


def _follow(work: Work, case: Case, definition: engine.Definition) -> None:
    """Arm, move or retire every timer and due time that follows a clock of the case."""
    case.clocks_moved = False
    timers.follow_clocks(work, case, definition)
    items.follow_clocks(work, case)
    _lead(work, case)


def _lead(work: Work, case: Case) -> None:
    """Show the clock that is due first as the due time of the case."""
    first = clocks.earliest(work, case)
    case.due_at, case.due_clock = (first.due_at, first.name) if first else (None, None)


def resolve(work: Work, case: Case, *, but: Sequence[str] = (), by: int | None = None) -> None:
    """Take the incidents of the diagram of `case` out of the list, but for those of the tasks that are still stuck."""
    work.session.execute(
        update(Incident)
        .where(Incident.case_id == case.id, Incident.task.is_not(None), Incident.task.not_in(but))
        .where(Incident.resolved_at.is_(None))
        .values(resolved_at=work.now, resolved_by=by)
    )


def settle_clocks(work: Work, case: Case) -> None:
    """Bring what follows the clocks of the locked `case` in line after they were changed outside a step."""
    if case.clocks_moved:
        _follow(work, case, library.opened(work.session, case.release_id).definition)
        case.version += 1


def recount(work: Work, case: Case) -> bool:
    """Count the clocks of the locked `case` anew, for a year of the calendar has arrived; tell whether any moved."""
    moved = clocks.recompute(work, case)
    settle_clocks(work, case)
    return bool(moved)


def _lost(event: engine.Event) -> dict[str, Any]:
    """Return which names a conflict is about and whose values gave way; the values stay in the engine's history."""
    return {"names": sorted(event.data or ()), "against": list(event.against)} if event.what == "conflict" else {}
