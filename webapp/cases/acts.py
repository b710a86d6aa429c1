"""What the pages of a case do."""

from collections.abc import Mapping
from typing import Any

from flask import g

from casework.cases import services, stepping_in
from casework.cases.parties import reveal_complainants
from casework.errors import Invalid, NotFound
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


def step_in(work: Work, case_no: str, action: str, on: int, words: str, to: int | None, *, key: str) -> dict[str, Any]:
    """Do one of the things the case page offers its supervisor, to the task or incident `on`; NotFound for others."""
    own = key or None
    if action == "remind":
        done = stepping_in.remind(work, on, words, key=own)
    elif action == "hand_on":
        if to is None:
            fault = ("请选择转交给谁。", "Choose whom to hand it to.")
            raise Invalid(*fault, {"to": [fault]})
        done = stepping_in.hand_on(work, on, to, words, key=own)
    elif action == "free":
        done = stepping_in.free(work, on, words, key=own)
    elif action == "note":
        done = stepping_in.note(work, case_no, words, key=own)
    elif action == "retry":
        done = stepping_in.retry(work, case_no, on, key=own)
    else:
        raise NotFound("没有这个操作。", "There is no such action.")
    if done["case"] != case_no:
        raise NotFound("本案没有这件待办。", "This case has no such task.")
    return done
