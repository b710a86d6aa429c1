"""What the pages of a case do."""

from collections.abc import Mapping
from typing import Any

from flask import g
from sqlalchemy import select

from casework.cases import reading, services
from casework.cases.models import CaseParty
from casework.directory import people
from casework.errors import NotFound
from casework.persistence import Work
from webapp.uploads import Received


def complete(
    work: Work, task_id: int, answers: Mapping[str, Any], kept: Received, *, version: int, key: str
) -> dict[str, Any]:
    """Complete a task with the answers; return {"case", "item", "next"}."""
    filled, files = kept.answered(work, answers)
    return services.complete_item(work, task_id, filled, seen_version=version, key=key or None, files=files)


def keep_draft(work: Work, task_id: int, answers: Mapping[str, Any]) -> None:
    """Keep what the holder has typed so far."""
    services.keep_draft(work, task_id, answers)


def reveal(work: Work, case_no: str, purpose: str) -> dict[str, str]:
    """Return name and phone of who reported; the look is recorded."""
    view = reading.read_case(work, g.visitor.viewer, case_no)
    if not view.may_reveal:
        raise NotFound("没有可以查看的联系方式。", "There is no contact to show.")
    parties = select(CaseParty.person_id).where(CaseParty.case_id == view.id, CaseParty.role == "complainant")
    found = [people.reveal(work, one, purpose, case_id=view.id) for one in work.session.scalars(parties)]
    return {
        "name": "、".join(one.name for one in found if one.name),
        "phone": "、".join(one.phone for one in found if one.phone),
        "purpose": purpose,
    }


def supervise(work: Work, case_no: str, action: str, answers: Mapping[str, Any], *, key: str) -> None:
    """Do one of the actions the case page offers."""
    del work, action, answers, key
    raise NotFound(f"没有案件 {case_no}", f"There is no case {case_no}")
