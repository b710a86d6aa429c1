"""Whoever supervises a case steps in: reminds, hands on, frees, notes. The responsible unit never changes by it."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import select

from casework import audit, notifications
from casework.cases import history, services
from casework.cases.advance import lock
from casework.cases.assignment import members_of, must_act
from casework.cases.commands import once
from casework.cases.models import Case, Incident, Instruction, WorkItem
from casework.cases.queries import may_see
from casework.cases.supervising import (
    asks_residents,
    may_mend,
    reach,
    recused,
    reminded_today,
    rung_of,
    unit_rung,
    ways_over,
)
from casework.directory.viewing import Viewer, viewer
from casework.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from casework.persistence import Work

MOST_WORDS = 500


def remind(work: Work, item_id: int, words: str, *, key: str | None = None) -> dict[str, Any]:
    """Hurry whoever holds an open task, or all who may take it, in the supervisor's words; once per day and task.

    Raises Refused on the same local day, Forbidden for who does not supervise it, NotFound out of their sight.
    """

    def act(case: Case, item: WorkItem) -> None:
        if reminded_today(work, item):
            raise Refused("这件待办今天已催办过，请明天再催。", "This task was hurried today; try again tomorrow.")
        said = _say(work, case, "reminded", words, item)
        people = [item.holder_id] if item.holder_id is not None else members_of(work, item)
        day = work.now.astimezone(work.house.zone).date()
        _tell(work, said, [one for one in people if one not in item.excluded], key=f"remind:{item.id}:{day}")

    return _on_item(work, item_id, "remind", {"words": words}, key, act)


def hand_on(work: Work, item_id: int, person_id: int, reason: str, *, key: str | None = None) -> dict[str, Any]:
    """Give an open task to somebody who may act on it, over the head of whoever holds it; both are told why.

    Raises Forbidden when the person may not act on it, NotFound when the task is not meant for them.
    """

    def act(case: Case, item: WorkItem) -> None:
        must_act(work, case, item, person_id)
        if item.holder_id == person_id:
            raise Conflict("这件待办已由此人办理。", "This person holds the task already.")
        before, item.holder_id, item.claimed_at = item.holder_id, person_id, work.now
        item.version += 1
        said = _say(work, case, "handed_over", reason, item, to=person_id)
        _tell(work, said, [person_id, *([before] if before is not None else [])])

    return _on_item(work, item_id, "hand_on", {"to": person_id, "words": reason}, key, act)


def free(work: Work, item_id: int, reason: str, *, key: str | None = None) -> dict[str, Any]:
    """Put a task that somebody sits on back into the pool; whoever held it is told why. Raises Conflict if it is free.

    No clock starts anew by it.
    """

    def act(case: Case, item: WorkItem) -> None:
        before = item.holder_id
        if before is None:
            raise Conflict("这件待办没有人领取，无须释放。", "Nobody holds this task; there is nothing to take back.")
        item.holder_id = item.claimed_at = None
        item.version += 1
        _tell(work, _say(work, case, "freed", reason, item), [before])

    return _on_item(work, item_id, "free", {"words": reason}, key, act)


def note(work: Work, case_no: str, words: str, *, key: str | None = None) -> dict[str, Any]:
    """Write an instruction on a case: staff of the case read it, residents never; those at work on it are told."""

    def act() -> dict[str, Any]:
        case = _seen(work, case_no)
        _must_supervise(work, case, unit_rung(work, case))
        said = _say(work, case, "noted", words)
        items = work.session.scalars(select(WorkItem).where(WorkItem.case_id == case.id, WorkItem.state == "open"))
        _tell(work, said, [item.holder_id for item in items if item.holder_id is not None])
        return {"case": case.no}

    return once(work, key, {"do": "note", "case": case_no, "words": words}, act)


def retry(work: Work, case_no: str, incident_id: int, *, key: str | None = None) -> dict[str, Any]:
    """Let what stands still in a case try again. Raises Forbidden unless the person operates or administers there."""

    def act() -> dict[str, Any]:
        case = _seen(work, case_no)
        if work.session.scalar(select(Incident.case_id).where(Incident.id == incident_id)) != case.id:
            raise NotFound("没有这个异常。", "There is no such incident.")
        if not may_mend(_viewer(work).posts, case):
            raise Forbidden(
                "只有该区域的运维员或管理员可以重试。", "Only an operator or administrator of the area may retry."
            )
        services.retry(work, incident_id)
        return {"case": case.no}

    return once(work, key, {"do": "retry", "incident": incident_id}, act)


def _on_item(
    work: Work,
    item_id: int,
    do: str,
    said: dict[str, Any],
    key: str | None,
    act: Callable[[Case, WorkItem], None],
) -> dict[str, Any]:
    def stepped_in() -> dict[str, Any]:
        case_no = work.session.scalar(select(Case.no).join(WorkItem).where(WorkItem.id == item_id))
        case = _seen(work, case_no or "")
        item = work.session.get_one(WorkItem, item_id, populate_existing=True)
        _must_supervise(work, case, rung_of(work, item))
        if item.state != "open":
            raise Conflict("这件待办已经办完或撤销。", "This task is done or was withdrawn.")
        if asks_residents(item):
            raise Refused("这一步在等居民答复，不能代为催转。", "This step waits for a resident; it can't be moved.")
        act(case, item)
        work.session.flush()
        return {"case": case.no, "item": item.id, "version": item.version}

    return once(work, key, {"do": do, "item": item_id, **said}, stepped_in)


def _viewer(work: Work) -> Viewer:
    if work.actor.person_id is None:
        raise Forbidden("请先登录。", "Sign in first.")
    person_id = work.actor.person_id
    return work.remembered(("viewer", person_id), lambda: viewer(work, person_id))


def _seen(work: Work, case_no: str) -> Case:
    """Return the locked case; NotFound when the person does not see it."""
    found = work.session.scalar(select(Case.id).where(Case.no == case_no, may_see(work, _viewer(work))))
    if found is None:
        raise NotFound("没有这个案件，或您无权查看。", "There is no such case, or it is not yours to see.")
    return lock(work, found)


def _must_supervise(work: Work, case: Case, rung: int) -> None:
    """Raise Forbidden with the reason unless the person supervises whoever stands on that rung."""
    seen_by = _viewer(work)
    if reach(work, seen_by, case) > rung:
        return
    ways = ways_over(seen_by, case)
    if max((tier for tier, _ in ways), default=0) > rung:
        out = recused(work, seen_by, case, ways[0][1])
        if out is not None:
            raise Forbidden(f"您须回避：{out.zh}。", f"You are recused: {out.en}.")
    raise Forbidden("只有上级督办人员可以这样办理。", "Only whoever supervises this from above may do so.")


def _say(
    work: Work, case: Case, what: str, words: str, item: WorkItem | None = None, *, to: int | None = None
) -> Instruction:
    """Keep what was said, and write it into history and audit by its id."""
    if case.status != "open":
        raise Refused("案件已办结，不能再督办。", "The case is closed; there is nothing to supervise.")
    said = Instruction(
        case_id=case.id,
        item_id=item.id if item is not None else None,
        what=what,
        text=_fitting(words),
        said_by=_viewer(work).person_id or 0,
        at=work.now,
    )
    work.session.add(said)
    work.session.flush()
    refs = {"instruction": said.id, **({"item": item.id} if item else {}), **({"to": to} if to is not None else {})}
    process, element = (item.process, item.element) if item is not None else (None, None)
    history.write(work, case, [history.Line(process, element, "instruction", what, refs=refs)])
    audit.record(work, ("case", case.id), what, **refs)
    return said


def _fitting(words: str) -> str:
    fault = None
    if not words.strip():
        fault = ("请写明内容。", "Say what it is about.")
    elif len(words) > MOST_WORDS:
        fault = (f"最多 {MOST_WORDS} 字。", f"At most {MOST_WORDS} characters.")
    elif audit.holds_personal_number(words):
        fault = ("请不要写手机号或证件号。", "Leave out phone and identity numbers.")
    if fault is not None:
        raise Invalid("请改一下内容。", "Please change the text.", {"words": [fault]})
    return words.strip()


def _tell(work: Work, said: Instruction, people: Sequence[int], *, key: str = "") -> None:
    to = [f"person:{one}" for one in dict.fromkeys(people) if one != said.said_by]
    params = {"instruction": said.id, "item": said.item_id}
    if to:
        notifications.send(work, said.what, to, said.case_id, params, key=key or f"instruction:{said.id}")
