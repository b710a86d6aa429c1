"""What the diagrams of a complaint may ask for. Each runs in the transaction of its step."""

from collections.abc import Mapping, Sequence
from typing import Any

from casework.cases import clocks
from casework.cases.notices import tell
from casework.cases.operations import set_unit
from casework.cases.step import Step
from casework.cases.values import from_json, to_json
from casework.complaints import rows
from casework.complaints.additions import keep
from casework.complaints.models import CallbackRecord, Complaint, HandlingRecord, Intake
from casework.complaints.units import PETITION, responsible
from casework.credit.services import apply as debit

ARCHIVED = "complaints.archived"
"""The job that says that a complaint was archived: the statistics count it then."""

_COMPANY_CLOCK = "company_unhandled"
_REPLY_CLOCK = "reply"
_HAND_BACK = "hotline.handback.working_days"


def dispatch(
    step: Step, unit: str | int, co_units: Sequence[str | int] | None = None, keep_due: bool = False
) -> Mapping[str, Any]:
    """Make `unit` the responsible unit, start the clocks of the triage on the first dispatch, and tell the unit.

    `unit` is a code of the triage table or the id of an organisation. With `keep_due` no clock starts anew but the
    unit's own time to hand back; a dispatch after arbitration is final. Returns {unit, unit_kind}.
    """
    work, case = step.work, step.case
    complaint = _complaint(step)
    found = responsible(work, case, unit, co_units or ())
    first = complaint.dispatched_at is None
    set_unit(step, found.leading.id, [organisation.id for organisation in found.helping])
    if unit == PETITION or (step.data.get("triage") or {}).get("sealed"):
        case.sealed = True
    if found.unmanaged and "unmanaged" not in case.tags:
        case.tags = [*case.tags, "unmanaged"]
    if first:
        complaint.dispatched_at = work.now
        complaint.triage = to_json(step.data.get("triage") or {})
        case.urgency = complaint.triage.get("urgency") or "normal"
    if not keep_due:
        _start_clocks(step, is_company=found.leading.kind == "company")
    if found.leading.kind != "company":
        clocks.stop(work, case, _COMPANY_CLOCK, "unit_is_no_company")
    if not complaint.designated:
        clocks.start(work, case, "hand_back", _HAND_BACK, work.now, again=True)
    tell(step, "case_assigned", "unit")
    step.note(
        f"派单至{found.leading.name}。",
        f"Dispatched to {found.leading.name_en or found.leading.name}.",
        what="dispatched",
        unit=found.leading.id,
    )
    return {"unit": found.leading.id, "unit_kind": found.leading.kind}


def designate(step: Step, unit: int) -> Mapping[str, Any]:
    """Dispatch finally after arbitration: the clocks run on and the unit can't hand back any more."""
    _complaint(step).designated = True
    clocks.stop(step.work, step.case, "hand_back", "designated")
    return dispatch(step, unit, keep_due=True)


def transfer(step: Step, unit: int) -> Mapping[str, Any]:
    """Dispatch to the unit that a hand-back led to: counted, and no clock starts anew."""
    _complaint(step).handbacks += 1
    return dispatch(step, unit, keep_due=True)


def record(step: Step, text: str, files: Sequence[int] | None = None, substantive: bool = True) -> None:
    """Record what the unit did; a text with evidence is substantive and stops the company's clock.

    It answers the supervision for not acting, but not once the reply itself is overdue: then only the end does.
    """
    _record(step, text, files or (), substantive=substantive and bool(files), done=False)


def supplement(step: Step, answer: str) -> Mapping[str, Any]:
    """Keep what the reporter has answered as an addition to their report; the process keeps nothing of it."""
    for intake in _intakes(step):
        if intake.person_id is not None and intake.person_id == step.person_id:
            keep(step.work, intake, answer)
    step.note("诉求人补充了情况。", "The reporter told more.", what="supplemented")
    return {"answer": None, "photos": None}


def report_done(step: Step, text: str, files: Sequence[int] | None = None) -> None:
    """Record that the unit holds the matter to be done: a substantive record that answers every supervision."""
    _record(step, text, files or (), substantive=True, done=True)
    step.throw("handled", {}, {"reason": "overdue"})


def reply(step: Step) -> None:
    """Answer every complainant that waits and every hotline order at once; the reply clock stops."""
    work, case = step.work, step.case
    complaint = _complaint(step)
    complaint.answered_at = work.now
    complaint.conclusion = step.data.get("conclusion") or complaint.conclusion
    clocks.stop(work, case, _REPLY_CLOCK, "answered")
    for intake in _intakes(step):
        if intake.hotline_no is not None:
            step.later(
                "complaints.hotline_reply", {"intake": intake.id, "redo": complaint.redo}, key=f"hotline:{intake.id}"
            )
        if intake.person_id is not None and intake.callback == "waiting":
            _tell(step, "callback_invite", intake)


def redo(step: Step) -> Mapping[str, Any]:
    """Open the second round: only the dissatisfied reports wait for a callback again."""
    complaint = _complaint(step)
    complaint.redo += 1
    step.case.tier = max(step.case.tier, 2)
    for intake in _intakes(step):
        if intake.callback == "dissatisfied":
            intake.callback = "waiting"
    step.note(
        "应办未办，转二次办理。", "Not done as due: opened for a second round.", what="redo", round=complaint.redo
    )
    return {"conclusion": None}


def note_attempt(step: Step, intake: Mapping[str, Any]) -> None:
    """Record that the complainant could not be reached this time."""
    _callback(step, int(intake["id"]), reached=False, satisfied=None, score=None, text=None)


def add_callback(step: Step, intake: Mapping[str, Any], record: Mapping[str, Any] | None = None) -> None:
    """Record the outcome of the callback of one report: satisfied, dissatisfied, or not reached."""
    known = dict(record or {})
    satisfied = known.get("satisfied")
    reached = bool(known.get("reached", satisfied is not None))
    score = known.get("score")
    made = _callback(
        step,
        int(intake["id"]),
        reached=reached,
        satisfied=satisfied if reached else None,
        score=None if score is None else int(score),
        text=known.get("wants_more") or known.get("text"),
    )
    row = step.work.session.get_one(Intake, made.intake_id)
    row.callback = "unreached" if not reached else "satisfied" if satisfied else "dissatisfied"
    row.score = made.score


def drop_intake(step: Step, intake: int, reason: str) -> None:
    """Take one report out of the case; the others go on."""
    row = step.work.session.get_one(Intake, int(intake))
    row.callback = "dropped"
    step.note(f"撤出一件诉求：{reason}。", f"One report withdrawn: {reason}.", what="dropped", intake=row.id)


def archive(step: Step) -> None:
    """Close the books: credit for every confirmed breach of the company, callbacks fed back to the hotline."""
    work, case = step.work, step.case
    complaint = _complaint(step)
    triage = from_json(complaint.triage)
    debits = set(triage.get("credit") or ())
    for clock in ("company_unhandled", "reply"):
        known = clocks.latest(work, case, clock)
        if known is not None and known.breached_at is not None and "late" in debits:
            debit(work, case, "late", organisation_id=case.unit_id, occasion=clock)
    for clock in ("urgent_arrive", "urgent_control"):
        known = clocks.latest(work, case, clock)
        if known is not None and known.breached_at is not None:
            debit(work, case, "urgent_late", organisation_id=case.unit_id, occasion=clock)
    twice = complaint.redo > 0 and any(intake.callback == "dissatisfied" for intake in _intakes(step))
    if twice and "poor" in debits and complaint.conclusion != "unfounded":
        debit(work, case, "poor", organisation_id=case.unit_id, occasion="second")
    for intake in _intakes(step):
        if intake.hotline_no is not None:
            step.later("complaints.hotline_callback", {"intake": intake.id}, key=f"hotline:{intake.id}")
    step.later(ARCHIVED, {}, case_id=case.id, key="archived")


def _record(step: Step, text: str, files: Sequence[int], *, substantive: bool, done: bool) -> None:
    work, case = step.work, step.case
    complaint = _complaint(step)
    made = HandlingRecord(
        case_id=case.id,
        person_id=step.person_id,
        unit_id=case.unit_id,
        at=work.now,
        substantive=substantive,
        done=done,
        text=text,
        files=[int(file) for file in files],
    )
    known = rows.handling(work, case)
    work.session.add(made)
    work.session.flush()
    known.append(made)
    clocks.stop(work, case, "hand_back", "recorded")
    if not substantive:
        return
    complaint.first_substantive_at = complaint.first_substantive_at or work.now
    clocks.stop(work, case, _COMPANY_CLOCK, "handled")
    reply_clock = clocks.latest(work, case, _REPLY_CLOCK)
    if done or reply_clock is None or reply_clock.breached_at is None:
        step.throw("handled", {}, {"reason": "unhandled"})
    for intake in _intakes(step):
        if intake.person_id is not None and not done:
            _tell(step, "handling_recorded", intake)


def _callback(
    step: Step, intake: int, *, reached: bool, satisfied: bool | None, score: int | None, text: str | None
) -> CallbackRecord:
    made = CallbackRecord(
        intake_id=intake,
        case_id=step.case.id,
        person_id=step.person_id,
        at=step.work.now,
        reached=reached,
        satisfied=satisfied,
        score=score,
        text=text,
        redo=_complaint(step).redo,
    )
    known = rows.callbacks(step.work, step.case)
    step.work.session.add(made)
    step.work.session.flush()
    known.append(made)
    return made


def _start_clocks(step: Step, *, is_company: bool) -> None:
    work, case = step.work, step.case
    triage = step.data.get("triage") or {}
    received = min((intake.received_at for intake in _intakes(step)), default=case.opened_at)
    for clock in triage.get("clocks") or ():
        if clock["name"] == _COMPANY_CLOCK:
            if is_company:
                clocks.start(work, case, _COMPANY_CLOCK, clock["key"], work.now)
        else:
            clocks.start(work, case, clock["name"], clock["key"], received)
    start_hotline_clock(step)


def start_hotline_clock(step: Step) -> None:
    """Let every hotline order of the case set its own limit; the earliest is the reply clock."""
    for intake in _intakes(step):
        if intake.hotline_no is not None:
            clocks.start(step.work, step.case, _REPLY_CLOCK, "hotline.reply.working_days", intake.received_at)


def _tell(step: Step, notice: str, intake: Intake) -> None:
    tell(step, notice, f"person:{intake.person_id}", intake=intake.id)


def _intakes(step: Step) -> Sequence[Intake]:
    return [intake for intake in rows.intakes(step.work, step.case) if intake.callback != "dropped"]


def _complaint(step: Step) -> Complaint:
    return step.work.session.get_one(Complaint, step.case.id)


OPERATIONS = {
    "complaints.dispatch": dispatch,
    "complaints.designate": designate,
    "complaints.transfer": transfer,
    "complaints.record": record,
    "complaints.report_done": report_done,
    "complaints.supplement": supplement,
    "complaints.reply": reply,
    "complaints.redo": redo,
    "complaints.note_attempt": note_attempt,
    "complaints.add_callback": add_callback,
    "complaints.drop_intake": drop_intake,
    "complaints.archive": archive,
}
