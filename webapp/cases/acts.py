"""What the pages of a case do."""

from collections.abc import Mapping
from typing import Any

from flask import g

from casework.cases import services
from casework.cases.parties import reveal_complainants
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
    found = reveal_complainants(work, g.visitor.viewer, case_no, purpose)
    return {
        "name": "、".join(one.name for one in found if one.name),
        "phone": "、".join(one.phone for one in found if one.phone),
        "purpose": purpose,
    }


def supervise(work: Work, case_no: str, action: str, answers: Mapping[str, Any], *, key: str) -> None:
    """Do one of the actions the case page offers."""
    del work, action, answers, key
    raise NotFound(f"没有案件 {case_no}", f"There is no case {case_no}")
