"""What a complaint tells on the page of its case."""

from collections.abc import Mapping

from sqlalchemy import select

from casework.cases.models import Case
from casework.cases.telling import Telling
from casework.cases.views import Addition, Texts
from casework.complaints.additions import additions
from casework.complaints.models import Complaint, HandlingRecord, Intake
from casework.persistence import Work

CHANNELS: Mapping[str, Texts] = {
    "mini_program": ("小程序", "Mini-program"),
    "portal": ("网上报事", "Portal"),
    "hotline": ("12345热线", "12345 hotline"),
    "letter": ("来信", "Letter"),
    "call": ("来电", "Phone call"),
    "visit": ("来访", "Visit"),
    "reception": ("接待日", "Reception day"),
    "reception_day": ("接待日", "Reception day"),
    "inspection": ("现场巡查", "Inspection"),
    "home_visit": ("入户走访", "Home visit"),
    "counter": ("服务窗口", "Counter"),
}
_CONCLUSIONS: Mapping[str, Texts] = {
    "resolved": ("已解决", "Resolved"),
    "explained": ("已释明", "Explained"),
    "unfounded": ("不属实", "Unfounded"),
    "beyond_law": ("诉求于法无据", "Beyond the law"),
}


def tell(work: Work, case: Case, identity: bool) -> Telling:
    """Return the reports of a complaint in their words; a letter that must stay sealed is told to its unit alone."""
    del identity  # reports hold no name: who may see the case may read what is wrong
    complaint = work.session.get(Complaint, case.id)
    if complaint is None:
        return Telling()
    intakes = work.session.scalars(
        select(Intake).where(Intake.case_id == case.id, Intake.callback != "dropped").order_by(Intake.id)
    ).all()
    records = work.session.scalars(select(HandlingRecord.id).where(HandlingRecord.case_id == case.id)).all()
    facts: list[tuple[Texts, Texts]] = [(("诉求件数", "Reports"), (str(len(intakes)), str(len(intakes))))]
    evidence = complaint.triage.get("evidence")
    if evidence:
        facts.append((("办结要有", "Evidence to close"), str(evidence)))
    if complaint.redo:
        facts.append((("二次办理", "Second round"), (f"第 {complaint.redo} 次", str(complaint.redo))))
    if (conclusion := _CONCLUSIONS.get(complaint.conclusion or "")) is not None:
        facts.append((("结论", "Conclusion"), conclusion))
    return Telling(
        story="\n\n".join(intake.text for intake in intakes),
        additions=[Addition(one.at, one.text) for one in additions(work, [intake.id for intake in intakes])],
        channels=[CHANNELS.get(channel, channel) for channel in dict.fromkeys(one.channel for one in intakes)],
        facts=facts,
        files=[*(("intake", intake.id) for intake in intakes), *(("handling", record) for record in records)],
    )
