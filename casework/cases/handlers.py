"""What the jobs of a case do when they are due. Each may run twice: it locks the case and looks before it acts."""

from sqlalchemy import select

from casework import audit, engine, jobs, notifications
from casework.cases import history, messages, services, sheet
from casework.cases.advance import advance, lock, recount
from casework.cases.models import Case, CaseClock, CaseTimer, Incident, Posted
from casework.cases.notices import recipients
from casework.cases.timers import TIMER_JOB
from casework.cases.values import from_json
from casework.engine import Message
from casework.jobs import Job
from casework.persistence import Work


def fire_timer(work: Work, job: Job) -> None:
    """Fire a timer of the diagram. One that was cleared since is not needed, one that was moved comes later.

    A timer that has fired follows no clock any more; one that repeats is set anew by the engine.
    """
    case = lock(work, job.case_id or 0)
    timer = work.session.get(CaseTimer, (case.id, job.payload["timer"]))
    if timer is None or timer.due_at is None:
        raise jobs.NotNeeded
    if timer.due_at > work.now:
        raise jobs.Later(timer.due_at)
    task = timer.task
    sheet.gather(work, case).clear(task)  # it waits no longer: whatever its clock does from now on, it has fired
    advance(work, case, lambda d, s, f: engine.fire(d, s, task, now=work.now, facts=f))


def start_linked(work: Work, job: Job) -> None:
    """Open the case that another asked for, and link the two. The job's key makes it happen once."""
    wanted = job.payload
    start = work.house.starters.get(wanted["process"], _start)
    case: Case = start(work, wanted["process"], from_json(wanted["data"]), wanted["area"])
    services.link(work, wanted["from"], case.id, wanted["why"])


def pass_on(work: Work, job: Job) -> None:
    """Bring a message to the one case that waits for it or that it starts, a signal to all; put it off while none does.

    A message whose time is over is told in the history of the case that sent it.
    """
    posted = work.session.get_one(Posted, job.payload["posted"])
    if posted.outcome is not None:
        raise jobs.NotNeeded
    if posted.signal:
        _tell_all(work, posted)
        return
    receiver_id = messages.receiver_of(work, posted)
    starts = () if receiver_id is not None else messages.started_by(work, posted)
    if receiver_id is not None:
        case = lock(work, receiver_id)
        messages.end(work, posted, "delivered", case.id)  # before the step, which may begin to wait for such a message
        if case.status != "open" or not services.deliver(work, case.id, _said(posted), required=False):
            raise messages.put_off(work, posted)
    elif starts:
        messages.end(work, posted, "started", _started(work, posted, starts[0]).id)
    elif posted.expires_at > work.now:
        raise messages.put_off(work, posted)
    else:
        messages.end(work, posted, "expired")
        zh, en = (
            f"消息“{posted.name}”一直没有人接收，已过期。",
            f"Nobody took the message “{posted.name}”: it has expired.",
        )
        line = history.Line(None, None, "message", "expired", zh, en)
        history.write(work, lock(work, posted.sender_id), [line])


def hear(work: Work, job: Job) -> None:
    """Let one case hear a signal, if it still waits for it."""
    case = lock(work, job.case_id or 0)
    if case.status == "open":
        services.deliver(work, case.id, _said(work.session.get_one(Posted, job.payload["posted"])), required=False)


def forget_posted(work: Work, job: Job) -> None:  # noqa: ARG001
    """Delete the messages and signals whose way ended long ago."""
    messages.forget(work)


def calendar_changed(work: Work, job: Job) -> None:
    """Have every open case with a provisional or running day clock counted anew, one job each."""
    query = select(CaseClock.case_id).where(CaseClock.stopped_at.is_(None)).distinct()
    for case_id in work.session.scalars(query):
        jobs.schedule(work, "cases.recount", case_id=case_id, key=f"recount:{job.id}:{case_id}")


def recount_clocks(work: Work, job: Job) -> None:
    """Count the clocks of one case with today's calendar, and tell whoever waits for it when a date has moved."""
    case = lock(work, job.case_id or 0)
    if case.status == "open" and recount(work, case):
        audit.record(work, ("case", case.id), "due_recounted")
        to = list(recipients(work, case, ("complainant", "unit")))
        notifications.send(work, "due_moved", to, case.id, key=f"{job.key}:due_moved")


def report_dead(work: Work, job: Job) -> None:
    """Put a job that has used up its tries in the supervisors' list of incidents."""
    work.session.add(
        Incident(
            case_id=job.case_id,
            job_id=job.id,
            rule="job_dead",
            text_zh=f"后台任务“{job.kind}”多次失败，已停止重试。",
            text_en=f"The job “{job.kind}” failed repeatedly and is no longer tried.",
            first_seen=work.now,
        )
    )


def _start(work: Work, process: str, data: dict[str, object], area_id: int) -> Case:
    return services.start_case(work, process, data, area_id=area_id)


def _said(posted: Posted) -> Message:
    return Message(posted.name, from_json(posted.payload), from_json(posted.correlation), posted.signal)


def _tell_all(work: Work, posted: Posted) -> None:
    for case_id in messages.listeners_of(work, posted):
        key = f"signal:{posted.id}:{case_id}"
        jobs.schedule(work, messages.SIGNAL_JOB, case_id=case_id, key=key, payload={"posted": posted.id})
    for process in messages.started_by(work, posted):
        _started(work, posted, process)
    messages.end(work, posted, "told")


def _started(work: Work, posted: Posted, process: str) -> Case:
    """Open the case that a message or signal starts, at the place of the case that sent it, linked to it."""
    sender = work.session.get_one(Case, posted.sender_id)
    case = services.start_case(work, process, {}, area_id=sender.area_id, message=_said(posted))
    services.link(work, sender.id, case.id, "message")
    return case


HANDLERS = {
    TIMER_JOB: fire_timer,
    messages.MESSAGE_JOB: pass_on,
    messages.SIGNAL_JOB: hear,
    "upkeep.posted": forget_posted,
    "cases.start": start_linked,
    "calendar.changed": calendar_changed,
    "cases.recount": recount_clocks,
    jobs.ON_DEAD: report_dead,
}
