"""What a conference of its own does to the case that waits for it: by jobs, one case at a time."""

from casework import notifications
from casework.cases import clocks, history
from casework.cases.advance import lock, settle_clocks
from casework.cases.assignment import reassign
from casework.cases.models import Case
from casework.cases.notices import recipients
from casework.cases.step import Step
from casework.conferences.operations import REASON, give_unit
from casework.definitions import library
from casework.jobs import Job
from casework.persistence import Work


def admitted(work: Work, job: Job) -> None:
    """Let the clocks of the case that waits stand still, and tell the complainant why."""
    case = lock(work, job.case_id or 0)
    if case.status == "closed":
        return
    clocks.pause(work, case, REASON)
    settle_clocks(work, case)
    _tell(work, case, job, "clock_paused")
    _note(work, case, job, "admitted", "联席会议受理，暂停计时。", "Accepted by the joint conference; clocks paused.")


def assigned(work: Work, job: Job) -> None:
    """Let the clocks of the case that waited run on with what was left, with the unit that the conference named."""
    case = lock(work, job.case_id or 0)
    if case.status == "closed":
        return
    clocks.resume(work, case)
    if job.payload["unit"] is not None:
        step = Step(
            work,
            case,
            library.opened(work.session, case.release_id),
            case.process,
            "joint_conference",
            f"job:{job.id}",
            {},
        )
        give_unit(step, job.payload["unit"])
        history.write(work, case, step.lines)
        reassign(work, case)
    settle_clocks(work, case)
    _tell(work, case, job, "due_moved")
    _note(work, case, job, "resolved", "联席会议作出决定，恢复计时。", "Decided by the conference; clocks run on.")


def returned(work: Work, job: Job) -> None:
    """Let the clocks of the case that waited run on: no conference will decide about it."""
    case = lock(work, job.case_id or 0)
    if case.status == "closed":
        return
    clocks.resume(work, case)
    settle_clocks(work, case)
    _tell(work, case, job, "due_moved")
    _note(work, case, job, "returned", "联席会议退回，恢复计时。", "Returned by the conference; clocks run on.")


def _tell(work: Work, case: Case, job: Job, code: str) -> None:
    addresses = list(recipients(work, case, ["complainant"]))
    if addresses:
        notifications.send(work, code, addresses, case.id, {}, key=f"{code}:{job.id}")


def _note(work: Work, case: Case, job: Job, what: str, zh: str, en: str) -> None:
    refs = {"conference": job.payload["conference"]}
    history.write(work, case, [history.Line(None, None, "conference", what, zh, en, refs)])


HANDLERS = {
    "conferences.admitted": admitted,
    "conferences.assigned": assigned,
    "conferences.returned": returned,
}
