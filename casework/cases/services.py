"""What people and the system do to a case, in the words of the trade. Each runs in the caller's transaction."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from casework import attachments, audit, engine, jobs
from casework.cases import assignment, history, sheet
from casework.cases.advance import Advanced, advance, lock, lock_with_item
from casework.cases.commands import once
from casework.cases.facts import scope
from casework.cases.models import Case, CaseLink, CaseParty, Incident, WorkItem
from casework.definitions import library
from casework.definitions.services import current as current_release
from casework.directory.models import Person
from casework.errors import Conflict, Forbidden, NotFound, Refused
from casework.persistence import Work
from casework.policies import pin

_PARTIES = "case.parties"


def start_case(
    work: Work,
    process: str,
    data: Mapping[str, Any],
    *,
    area_id: int,
    incident_at: datetime | None = None,
    message: engine.Message | None = None,
    columns: Mapping[str, Any] | None = None,
    parties: Sequence[tuple[int, str]] = (),
    prepare: Callable[[Case], None] | None = None,
) -> Case:
    """Open a case of `process` at `area_id` (an estate, or the area it is about), pinned to today's release and rules.

    `data` starts the diagram; `columns` are further columns of the case; `parties` are (person, part) pairs.
    `incident_at` is when it happened: the rules of that day hold. `prepare` writes the noun's own rows before the
    diagram takes its first step. Raises NotFound when the process is not published.
    """
    release = current_release(work, process)
    opened = library.opened(work.session, release.id)
    place = assignment.place(work, area_id)
    happened = incident_at or work.now
    case = Case(
        no=f"new-{work.now.timestamp()}",
        process=process,
        release_id=release.id,
        state=b"",
        tokens=[],
        area_id=area_id,
        area_path=place.path,
        estate_id=place.estate_id,
        policies=pin(work, place.codes, happened.astimezone(work.house.zone).date(), estate_id=place.estate_id).digest,
        incident_at=happened,
        opened_at=work.now,
        tags=[],
    )
    for name, value in (columns or {}).items():
        setattr(case, name, value)
    work.session.add(case)
    work.session.flush()
    prefix = opened.about.get(process, {}).get("prefix", "AJ")
    case.tags = [tag for asked in work.house.tagging for tag in asked(work, case)]
    case.no = f"{prefix}{work.now.astimezone(work.house.zone):%Y}-{case.id:06d}"
    for person_id, role in parties:
        work.session.add(CaseParty(case_id=case.id, person_id=person_id, role=role))
    work.session.flush()
    if prepare is not None:
        prepare(case)
    audit.record(work, ("case", case.id), "started", process=process, release=release.hash)
    advance(
        work,
        case,
        lambda d, _, f: engine.start(d, None if message else process, data, now=work.now, facts=f, message=message),
    )
    return case


def claim_item(work: Work, item_id: int) -> WorkItem:
    """Take an open work item into one's own hands. Claiming stops no clock.

    Raises Conflict when somebody else holds it or it is done, Forbidden when the person may not act on it.
    """
    case, item = _locked_item(work, item_id)
    person_id = _person(work)
    if item.holder_id == person_id:
        return item
    if item.holder_id is not None:
        raise Conflict("这件待办已由他人领取。", "Somebody else has already claimed this task.")
    assignment.must_act(work, case, item, person_id)
    item.holder_id, item.claimed_at = person_id, work.now
    item.version += 1
    _note(work, case, item, "claimed")
    return item


def release_item(work: Work, item_id: int) -> WorkItem:
    """Put a claimed work item back into the pool. Raises Forbidden unless the person holds it."""
    case, item = _locked_item(work, item_id)
    if item.holder_id != _person(work):
        raise Forbidden("只有领取人可以放回这件待办。", "Only the person who claimed the task can put it back.")
    item.holder_id = item.claimed_at = None
    item.version += 1
    _note(work, case, item, "released")
    return item


def hand_to(work: Work, item_id: int, person_id: int) -> WorkItem:
    """Give an open work item to a colleague who may act on it. Raises Forbidden when either may not."""
    case, item = _locked_item(work, item_id)
    assignment.must_act(work, case, item, _person(work))
    assignment.must_act(work, case, item, person_id)
    item.holder_id, item.claimed_at = person_id, work.now
    item.version += 1
    _note(work, case, item, "handed_on", to=person_id)
    return item


def keep_draft(work: Work, item_id: int, typed: Mapping[str, Any]) -> None:
    """Keep what the holder has typed so far, so that nothing typed is lost."""
    _, item = _locked_item(work, item_id)
    if item.holder_id == _person(work):
        item.draft = dict(typed)


def complete_item(
    work: Work,
    item_id: int,
    answers: Mapping[str, Any],
    *,
    seen_version: int | None = None,
    key: str | None = None,
    files: Mapping[int, Any] | None = None,
) -> dict[str, Any]:
    """Finish a work item with the `answers` of its form; return {"case": no, "item": id, "next": [item ids]}.

    An unclaimed item is claimed on the way. `files` are the drafts that the answers name, by id; they become files of
    the case. `seen_version` is the version the person saw, `key` the command key.
    Fields for staff only are not on the form of a resident, nor of a party to the case.
    Raises Invalid for answers that do not fit the form, Conflict when it is done or has moved on, Forbidden when the
    person may not act.
    """

    def act() -> dict[str, Any]:
        case, item = _locked_item(work, item_id)
        person_id = _person(work)
        if item.holder_id not in (None, person_id):
            raise Conflict("这件待办已由他人领取。", "Somebody else has already claimed this task.")
        if seen_version is not None and item.version != seen_version and item.holder_id != person_id:
            raise Conflict("这件待办已有变动，请查看后再办。", "The task has changed since you opened it; look again.")
        assignment.must_act(work, case, item, person_id)
        data = _valid(work, case, item, answers, files or {})
        attachments.attach(work, list(files or {}), ("case", case.id))
        sheet.gather(work, case).finish(item, person_id)
        assignment.remember(work, case, item, person_id)
        _note(work, case, item, "submitted")
        moved = advance(
            work,
            case,
            lambda d, s, f: engine.complete(d, s, item.task, data, now=work.now, facts=f),
            finished=item.task,
        )
        return {"case": case.no, "item": item.id, "next": list(moved.opened)}

    return once(work, key, {"complete": item_id, **answers}, act)


def retry(work: Work, incident_id: int) -> Case:
    """Let what an incident tells of try again, once a person has removed its cause; return the case.

    A token of the diagram goes on, or is reported anew; a job that gave up gets its tries again. Raises Conflict when
    the incident is resolved already, Forbidden unless a person asks.
    """
    person_id = _person(work)
    case_id = work.session.scalar(select(Incident.case_id).where(Incident.id == incident_id))
    if case_id is None:
        raise NotFound("没有这个异常。", "There is no such incident.")
    case = lock(work, case_id)
    incident = work.session.get_one(Incident, incident_id, populate_existing=True)
    if incident.resolved_at is not None:
        raise Conflict("这个异常已经处理。", "This incident is resolved already.")
    incident.resolved_at, incident.resolved_by = work.now, person_id
    work.session.flush()
    audit.record(work, ("case", case.id), "retried", incident=incident.id)
    task = incident.task
    if task is not None:
        advance(work, case, lambda d, s, f: engine.retry(d, s, task, now=work.now, facts=f))
    elif incident.job_id is not None:
        jobs.revive(work, incident.job_id)
    return case


def deliver(
    work: Work, case_id: int, message: engine.Message, *, key: str | None = None, required: bool = True
) -> bool:
    """Give `message` to the receiver that waits for it in the case; return whether one took it.

    Raises Refused when none waits and the message is `required`.
    """

    def act() -> dict[str, Any]:
        case = lock(work, case_id)
        moved: Advanced = advance(work, case, lambda d, s, f: engine.deliver(d, s, message, now=work.now, facts=f))
        if required and not moved.delivered:
            raise Refused("案件已进入下一步，现在不能这样操作。", "The case has moved on; this can't be done now.")
        return {"delivered": moved.delivered}

    request = {"deliver": case_id, "name": message.name, "payload": dict(message.payload)}
    return bool(once(work, key, request, act)["delivered"])


def link(work: Work, case_id: int, other_id: int, why: str) -> None:
    """Link two cases, both ways; a link that exists is left alone."""
    for one, other in ((case_id, other_id), (other_id, case_id)):
        if work.session.get(CaseLink, (one, other, why)) is None:
            work.session.add(CaseLink(case_id=one, other_id=other, why=why))
    work.session.flush()


def _valid(
    work: Work, case: Case, item: WorkItem, answers: Mapping[str, Any], files: Mapping[int, Any]
) -> Mapping[str, Any]:
    form = library.opened(work.session, case.release_id).forms.get(item.form or "")
    if form is None:
        return answers
    staff = item.scope != _PARTIES and work.session.get_one(Person, _person(work)).kind == "staff"
    return form.validate(answers, scope(work, case, item), files, staff=staff)


def _locked_item(work: Work, item_id: int) -> tuple[Case, WorkItem]:
    case, item = lock_with_item(work, item_id)
    if item.state != "open" or item.holder_id not in (None, work.actor.person_id):
        assignment.must_be_theirs(work, item)
    if item.state == "done":
        raise Conflict("这件待办已经办完。", "This task is already done.")
    if item.state == "cancelled":
        raise Conflict("案件已进入下一步，这件待办已撤销。", "The case has moved on; this task was withdrawn.")
    return case, item


def _person(work: Work) -> int:
    if work.actor.person_id is None:
        raise Forbidden("请先登录。", "Sign in first.")
    return work.actor.person_id


def _note(work: Work, case: Case, item: WorkItem, what: str, **refs: Any) -> None:
    history.write(
        work, case, [history.Line(item.process, item.element, "userTask", what, refs={"item": item.id, **refs})]
    )
