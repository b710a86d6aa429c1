"""Writing the row of a case that was archived."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from casework.cases import clocks
from casework.cases.models import Case
from casework.complaints.models import Complaint, Intake
from casework.complaints.operations import ARCHIVED
from casework.jobs import Job
from casework.persistence import Work
from casework.statistics.models import CaseStatistic


def archived(work: Work, job: Job) -> None:
    """Write the row of a complaint that was archived, or write it anew when the matter was opened again."""
    case = work.session.get_one(Case, job.case_id)
    complaint = work.session.get_one(Complaint, case.id)
    if complaint.reopened and work.session.get(CaseStatistic, case.id) is None:
        return  # opened again after it was refused, merged or withdrawn: it was never counted as closed
    intakes = work.session.scalars(
        select(Intake).where(Intake.case_id == case.id, Intake.callback != "dropped").order_by(Intake.id)
    ).all()
    row = _row(work, case, complaint, intakes)
    written = insert(CaseStatistic).values(row)
    work.session.execute(
        written.on_conflict_do_update(index_elements=["case_id"], set_={name: row[name] for name in row})
    )


def _row(work: Work, case: Case, complaint: Complaint, intakes: Sequence[Intake]) -> dict[str, object]:
    first = intakes[0] if intakes else None
    received = min((intake.received_at for intake in intakes), default=case.opened_at)
    reply = clocks.latest(work, case, "reply")
    extended = reply is not None and bool(reply.extra)
    answers = [intake.callback for intake in intakes]
    content, discontent = answers.count("satisfied"), answers.count("dissatisfied")
    return {
        "case_id": case.id,
        "area_path": case.area_path,
        "unit_id": case.unit_id,
        "category": case.category,
        "channel": first.channel if first else "",
        "line": first.line if first else "",
        "urgency": case.urgency,
        "tier": case.tier,
        "received_at": received,
        "closed_at": case.closed_at or work.now,
        "minutes_to_record": _minutes(received, complaint.first_substantive_at),
        "reply_in_time": None if reply is None else reply.breached_at is None,
        "handbacks": complaint.handbacks,
        "extended": extended,
        "redo": complaint.redo,
        "once": not (complaint.handbacks or extended or complaint.redo or complaint.reopened),
        "satisfied": None if not content and not discontent else not discontent,
        "kind": case.outcome or "closed",
        "intakes": len(intakes),
        "intakes_satisfied": content,
        "intakes_dissatisfied": discontent,
    }


def _minutes(since: datetime, until: datetime | None) -> int | None:
    return None if until is None else int((until - since).total_seconds() // 60)


HANDLERS = {ARCHIVED: archived}
