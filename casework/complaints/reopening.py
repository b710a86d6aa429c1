"""Opening a matter again: a new case, linked to the one that was closed, within the days the rules allow."""

from collections.abc import Sequence

from sqlalchemy import select

from casework import jobs
from casework.cases import clocks
from casework.cases.advance import lock
from casework.cases.models import Case, CaseLink
from casework.cases.services import link
from casework.complaints.models import Complaint, Intake
from casework.complaints.operations import ARCHIVED
from casework.complaints.services import Receipt, Report, report
from casework.errors import Conflict, NotFound, Refused
from casework.persistence import Work

REOPENED = "reopened"
_LIMIT = "complaint.reopen.days"


def reopen(work: Work, intake_id: int, text: str, *, files: Sequence[int] = ()) -> Receipt:
    """Report a closed matter again: a new case with a receipt of its own, linked to the old one.

    Refused while the case is open or after the days for it; Conflict when it was opened again and is still being
    handled. Whether the report is theirs is asked before.
    """
    intake = work.session.get(Intake, intake_id)
    if intake is None or intake.case_id is None:
        raise NotFound("没有这件报事。", "There is no such report.")
    case = lock(work, intake.case_id)
    _must_be_reopenable(work, case)
    made = report(
        work,
        Report(
            channel=intake.channel if intake.channel in ("mini_program", "portal") else "portal",
            estate_id=intake.estate_id,
            text=text,
            part=intake.part,
            location_id=intake.location_id,
            category=case.category or intake.category,
            cause=intake.cause,
            danger=intake.danger,
            occurred_at=work.now,
            person_id=intake.person_id,
            about_person_id=intake.about_person_id,
            anonymous=intake.anonymous,
            confidential=intake.confidential,
            callback_wanted=intake.person_id is not None,
            files=files,
        ),
    )
    again = work.session.scalars(select(Case).where(Case.no == made.case_no)).one()
    link(work, again.id, case.id, REOPENED)
    complaint = work.session.get(Complaint, case.id)
    if complaint is not None:
        complaint.reopened = True
        jobs.schedule(work, ARCHIVED, case_id=case.id, key=f"{case.id}:{ARCHIVED}:{again.id}")
    work.session.flush()
    return made


def may_reopen(work: Work, case: Case) -> bool:
    """Say whether a case can be opened again now."""
    try:
        _must_be_reopenable(work, case)
    except (Refused, Conflict):
        return False
    return True


def _must_be_reopenable(work: Work, case: Case) -> None:
    if case.status != "closed" or case.closed_at is None:
        raise Refused("案件还在办理，不用重开。", "The case is still being handled; there is nothing to open again.")
    rules = clocks.counting(work, case)
    due = rules.pinned.deadline(_LIMIT, case.closed_at, rules.calendar, rules.zone).instant
    if work.now >= due:
        days = rules.pinned.value(_LIMIT)
        raise Refused(
            f"办结已超过 {days} 天，不能重开，请重新报事。",
            f"It was closed more than {days} days ago and can't be opened again; please report it anew.",
        )
    running = (
        select(Case.id)
        .join(CaseLink, CaseLink.other_id == Case.id)
        .where(CaseLink.case_id == case.id, CaseLink.why == REOPENED, Case.status == "open", Case.id > case.id)
    )
    if work.session.scalar(running.limit(1)) is not None:
        raise Conflict("这件事已经重开，正在办理。", "This has been opened again and is being handled.")
