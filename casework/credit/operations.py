"""What a diagram may ask of the credit record."""

from collections.abc import Mapping
from typing import Any

from casework.cases.step import Step
from casework.credit.services import apply


def enter(step: Step, code: str, organisation: int | None = None) -> Mapping[str, Any] | None:
    """Enter finding `code` against the responsible unit of the case, or the organisation named."""
    made = apply(
        step.work,
        step.case,
        code,
        organisation_id=int(organisation) if organisation is not None else step.case.unit_id,
        occasion=step.activation,
    )
    if made is not None:
        step.note(
            f"记入企业信用：{code} {made.points} 分。",
            f"Entered in the company's credit record: {code}, {made.points} points.",
            what="credit",
            entry=made.id,
        )
    return None


OPERATIONS = {"credit.apply": enter}
