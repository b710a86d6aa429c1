"""Taking in reports from two lines as one case: the receipt, the search for the same matter, the merge."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import or_, select

from casework.cases.models import Case
from casework.cases.services import link
from casework.cases.step import Step
from casework.complaints import rows
from casework.complaints.models import Complaint, Intake

_SAME_PLACE, _SAME_CATEGORY, _ONE_UNKNOWN, _SAME_CAUSE, _SAME_PERSON, _WORDS = 50, 30, 10, 10, 10, 10


def register(
    step: Step,
    channel: str | None = None,
    line: str | None = None,
    person: Any = None,
    media: Sequence[Any] | None = None,
) -> Mapping[str, Any]:
    """Register the report that this case was opened with. Returns {id, code, received_at}."""
    del channel, line, person, media  # the report's own row, written before the case began, is the truth
    intake = _own(step)
    step.note("登记诉求，生成回执。", "Report registered, receipt made.", what="registered", intake=intake.id)
    return {"id": Decimal(intake.id), "code": intake.code, "received_at": intake.received_at}


def find_same(step: Step) -> Mapping[str, Any]:
    """Look for an open, unanswered case about the same thing.

    Returns {same: {score, case}, explained: {case, new_facts} or null}.

    The score goes to 100: the same flat or common part, category, cause, complainant, and words in common.
    `explained` is a closed case of the same person and facts that ended with an explanation.
    """
    own = _own(step)
    best: dict[str, Any] = {"score": Decimal(0), "case": None}
    for case, complaint in _candidates(step, own):
        if not _same_place(own, complaint):
            continue
        score = _score(step, own, case, complaint)
        if score > best["score"]:
            best = {"score": Decimal(score), "case": Decimal(case.id)}
    return {"same": best, "explained": _explained(step, own)}


def attach(step: Step, case: int) -> None:
    """Give this report to another case: it keeps its own receipt and callback, its clocks go to that case."""
    own = _own(step)
    own.case_id = int(case)
    for touched in (step.case.id, int(case)):
        rows.forget_intakes(step.work, touched)
    link(step.work, step.case.id, int(case), "merged")
    step.later("complaints.merged", {"intake": own.id, "from": step.case.id}, case_id=int(case), key="merged")
    step.note("归并到同一事项的案件。", "Merged into the case about the same matter.", what="merged", case=int(case))


def _own(step: Step) -> Intake:
    return step.work.session.scalars(select(Intake).where(Intake.first_case_id == step.case.id)).one()


def _candidates(step: Step, own: Intake) -> Sequence[tuple[Case, Complaint]]:
    query = (
        select(Case, Complaint)
        .join(Complaint, Complaint.case_id == Case.id)
        .where(Case.estate_id == own.estate_id, Case.status == "open", Case.id != step.case.id)
        .where(Complaint.answered_at.is_(None), Case.sealed.is_(False))
        .where(Case.tokens != [])
        .order_by(Case.id)
        .limit(200)
    )
    if own.category is not None:
        query = query.where(or_(Case.category == own.category, Case.category.is_(None)))
    return [(case, complaint) for case, complaint in step.work.session.execute(query)]


def _same_place(own: Intake, complaint: Complaint) -> bool:
    if own.part != complaint.part:
        return False
    if own.part == "flat":
        return own.location_id is not None and own.location_id == complaint.location_id
    return own.location_id is None or complaint.location_id is None or own.location_id == complaint.location_id


def _score(step: Step, own: Intake, case: Case, complaint: Complaint) -> int:
    others = step.work.session.scalars(select(Intake).where(Intake.case_id == case.id)).all()
    score = _SAME_PLACE if own.location_id == complaint.location_id else _SAME_PLACE - 15
    if own.category is None or case.category is None:
        score += _ONE_UNKNOWN
    else:
        score += _SAME_CATEGORY
        score += _SAME_CAUSE if own.cause is not None and own.cause == complaint.cause else 0
    if own.person_id is not None and any(other.person_id == own.person_id for other in others):
        score += _SAME_PERSON
    score += round(_WORDS * max((_likeness(own.text, other.text) for other in others), default=0))
    return min(100, score)


def _likeness(one: str, other: str) -> float:
    """Return how many pairs of neighbouring characters two texts share, from 0 to 1."""
    first, second = _pairs(one), _pairs(other)
    return len(first & second) / len(first | second) if first and second else 0.0


def _pairs(text: str) -> set[str]:
    letters = "".join(text.split())
    return {letters[n : n + 2] for n in range(len(letters) - 1)}


def _explained(step: Step, own: Intake) -> dict[str, Any] | None:
    if own.person_id is None:
        return None
    query = (
        select(Case)
        .join(Intake, Intake.case_id == Case.id)
        .join(Complaint, Complaint.case_id == Case.id)
        .where(Intake.person_id == own.person_id, Intake.id != own.id)
        .where(Case.status == "closed", Case.outcome == "explained", Case.category == own.category)
        .where(Case.estate_id == own.estate_id, Complaint.cause == own.cause)
        .order_by(Case.id.desc())
        .limit(1)
    )
    case = step.work.session.scalars(query).first()
    if case is None:
        return None
    later = own.occurred_at is not None and case.closed_at is not None and own.occurred_at > case.closed_at
    return {"case": Decimal(case.id), "new_facts": bool(own.files) or later}


OPERATIONS = {
    "intakes.register": register,
    "intakes.find_same": find_same,
    "intakes.attach": attach,
}
