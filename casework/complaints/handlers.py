"""What the jobs of complaints do when they are due."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from casework import jobs
from casework.cases import clocks, history
from casework.cases.advance import lock, settle_clocks
from casework.cases.models import Case
from casework.cases.units import change_unit
from casework.complaints.hotline import in_turn
from casework.complaints.models import Complaint, HotlineAnswer, Intake
from casework.complaints.services import PROCESS, Report, open_for, report
from casework.directory.models import Contract, Organisation
from casework.jobs import Job
from casework.persistence import Work


def merged(work: Work, job: Job) -> None:
    """Give the case that took a report over the clocks of that report.

    A case that was closed in the meantime takes nothing: the report then opens a case of its own again.
    """
    case = lock(work, job.case_id or 0)
    intake = work.session.get_one(Intake, job.payload["intake"])
    if case.status == "closed":
        open_for(work, intake)
        return
    if intake.hotline_no is not None:
        case.hotline = True
        clocks.start(work, case, "reply", "hotline.reply.working_days", intake.received_at)
        settle_clocks(work, case)
    line = history.Line(
        None,
        None,
        "intake",
        "joined",
        f"并入一件诉求（{intake.channel}），分别回访。",
        f"A report was merged in ({intake.channel}); it gets its own callback.",
        {"intake": intake.id},
    )
    history.write(work, case, [line])


def start_complaint(work: Work, process: str, data: dict[str, Any], area_id: int) -> Case:
    """Open a complaint that another case asked for: an issue of a reception day, a broken promise."""
    del process
    flat = data.get("flat")
    given = Report(
        channel=data.get("channel", "reception_day"),
        estate_id=area_id,
        text=f"接待登记：{data.get('text') or '当面反映的事项'}",
        part="common" if flat is None else "flat",
        location_id=None if flat is None else int(flat),
        category=data.get("category"),
        cause=data.get("cause"),
        person_id=None if data.get("person") is None else int(data["person"]),
        callback_wanted=data.get("callback_wanted") is not False,
    )
    receipt = report(work, given)
    return work.session.scalars(select(Case).where(Case.no == receipt.case_no)).one()


def answer_hotline(work: Work, job: Job) -> None:
    """Put the reply to a hotline order where the hotline fetches it, once per round."""
    _answer(work, job, "reply", job.payload["redo"])


def tell_hotline_callback(work: Work, job: Job) -> None:
    """Put the outcome of the callback where the hotline fetches it."""
    _answer(work, job, "callback", 0)


def _answer(work: Work, job: Job, kind: str, number: int) -> None:
    intake = work.session.get_one(Intake, job.payload["intake"])
    complaint = work.session.get_one(Complaint, intake.case_id)
    in_turn(work)
    made = insert(HotlineAnswer).values(
        intake_id=intake.id,
        kind=kind,
        round=number,
        conclusion=complaint.conclusion,
        callback=intake.callback,
        at=work.now,
    )
    work.session.execute(made.on_conflict_do_nothing())


def contract_begins(work: Work, job: Job) -> None:
    """When an estate changes company, have every open case of the old one moved to the new, one job each."""
    contract = work.session.get(Contract, job.payload["contract"])
    day = work.now.astimezone(work.house.zone).date()
    if contract is None or day not in contract.during:
        return
    companies = select(Organisation.id).where(Organisation.kind == "company")
    query = select(Case.id).where(
        Case.estate_id == contract.estate_id,
        Case.status == "open",
        Case.unit_id.in_(companies),
        Case.unit_id != contract.organisation_id,
    )
    for case_id in work.session.scalars(query):
        payload = {"unit": contract.organisation_id}
        jobs.schedule(
            work, "complaints.hand_over", payload=payload, case_id=case_id, key=f"hand_over:{job.id}:{case_id}"
        )


def hand_over(work: Work, job: Job) -> None:
    """Move the open work of a case to the company that now serves the estate; its record stays, nothing restarts."""
    case = lock(work, job.case_id or 0)
    if case.status == "open":
        change_unit(work, case, job.payload["unit"])


HANDLERS = {
    "contract.begins": contract_begins,
    "complaints.hand_over": hand_over,
    "complaints.merged": merged,
    "complaints.hotline_reply": answer_hotline,
    "complaints.hotline_callback": tell_hotline_callback,
}
STARTERS = {PROCESS: start_complaint}
