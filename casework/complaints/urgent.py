"""What a diagram may ask for where minutes count: the alert, the arrival, the danger under control, the breach."""

from collections.abc import Sequence
from datetime import datetime

from casework.cases import clocks
from casework.cases.notices import tell
from casework.cases.step import Step
from casework.complaints import rows
from casework.complaints.models import Complaint


def alert(step: Step, tiers: Sequence[int] | None = None) -> None:
    """Start the urgent clocks at the moment of the report, and tell the unit on duty and the tiers named.

    Asked again, the clocks run on and everybody is told once more.
    """
    work, case = step.work, step.case
    triage = step.data.get("triage") or {}
    since = min((intake.received_at for intake in rows.intakes(step.work, step.case)), default=work.now)
    for name, key in (("urgent_arrive", "arrive_key"), ("urgent_control", "control_key")):
        if triage.get(key):
            clocks.start(work, case, name, triage[key], since)
    if triage.get("accident_key"):
        clocks.start(work, case, "accident_report", triage["accident_key"], since)
    tell(step, "urgent_alert", " ".join(["unit", *(f"tier:{int(tier)}" for tier in tiers or ())]))


def arrived(step: Step, at: datetime) -> None:
    """Record when the unit reached the place; a later arrival does not erase a breach."""
    complaint = step.work.session.get_one(Complaint, step.case.id)
    complaint.arrived_at = complaint.arrived_at or at
    clock = clocks.latest(step.work, step.case, "urgent_arrive")
    if clock is not None and at > clock.due_at:
        clocks.breach(step.work, step.case, "urgent_arrive")
    clocks.stop(step.work, step.case, "urgent_arrive", "arrived")
    step.throw("arrived")


def safe(step: Step, at: datetime) -> None:
    """Record when the danger was under control."""
    clock = clocks.latest(step.work, step.case, "urgent_control")
    if clock is not None and at > clock.due_at:
        clocks.breach(step.work, step.case, "urgent_control")
    clocks.stop(step.work, step.case, "urgent_control", "controlled")


def breach(step: Step, clock: str) -> None:
    """Record that clock `clock` was missed; whatever comes later does not erase it."""
    clocks.breach(step.work, step.case, clock)
    step.note(f"超过时限：{clock}。", f"Time limit missed: {clock}.", what="breached", clock=clock)


OPERATIONS = {
    "complaints.alert": alert,
    "complaints.arrived": arrived,
    "complaints.safe": safe,
    "complaints.breach": breach,
}
