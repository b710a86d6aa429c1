"""The survey of an unmanaged estate: what community and street found on the spot, kept and read."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from casework.cases.step import Step
from casework.errors import Refused
from casework.persistence import Work
from casework.takeovers.planning_models import EstateSurvey

PROCESS, TASK = "estate_takeover", "survey"
SURVEYORS = ("community_officer", "street_officer")
"""Who is offered the page of surveys; whom a survey waits for the diagram says."""


def record(step: Step) -> EstateSurvey | None:
    """Keep what the survey task of the case has just brought in, in the name of whoever finished it.

    Returns None for a case whose answers hold no survey. Every survey stays; the newest of an estate counts. Raises
    Refused outside an estate.
    """
    said, case = step.data, step.case
    if not said.get("facts") or said.get("wish") is None or said.get("legal_body") is None:
        return None
    if case.estate_id is None:
        raise Refused("摸底须在小区内办理。", "A survey belongs to an estate.")
    hazards = said.get("hazards") or ()
    debts = said.get("debts")
    made = EstateSurvey(
        case_id=case.id,
        estate_id=case.estate_id,
        by_id=step.person_id,
        at=step.work.now,
        facts=[_fact(row) for row in said["facts"]],
        hazards=[{"item": row["item"], "grade": row["grade"], "photos": _files(row.get("photo"))} for row in hazards],
        wish=said["wish"],
        body=said["legal_body"],
        debts=None if debts is None else Decimal(debts),
        photos=_files(said.get("photos")),
    )
    step.work.session.add(made)
    step.work.session.flush()
    step.note(
        f"摸底：设施 {len(made.facts)} 项，隐患 {len(made.hazards)} 处。",
        f"Surveyed: {len(made.facts)} facilities, {len(made.hazards)} hazards.",
        what="surveyed",
        survey=made.id,
    )
    return made


def latest(work: Work, estate_id: int) -> EstateSurvey | None:
    """Return the survey of an estate that counts, its newest; None where nobody has surveyed it."""
    rows = select(EstateSurvey).where(EstateSurvey.estate_id == estate_id)
    return work.session.scalars(rows.order_by(EstateSurvey.at.desc(), EstateSurvey.id.desc()).limit(1)).first()


def surveys_of(work: Work, estate_id: int) -> Sequence[EstateSurvey]:
    """Return every survey of an estate, newest first."""
    rows = select(EstateSurvey).where(EstateSurvey.estate_id == estate_id)
    return work.session.scalars(rows.order_by(EstateSurvey.at.desc(), EstateSurvey.id.desc())).all()


def _fact(row: Mapping[str, Any]) -> dict[str, str]:
    return {"item": str(row["item"]), "state": str(row["state"]), "count": f"{Decimal(row['count']):f}"}


def _files(value: Any) -> list[int]:
    return [int(one) for one in value or ()]
