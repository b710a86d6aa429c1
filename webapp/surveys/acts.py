"""What the survey pages do: the same request twice has one effect and one answer."""

from typing import Any

from casework import attachments
from casework.cases import services
from casework.cases.commands import once
from casework.errors import Invalid
from casework.persistence import Work
from webapp.surveys import reads
from webapp.uploads import Received


def keep_photo(work: Work, task_id: int, photo_id: str, sent: Any) -> str:
    """Keep one photo of a survey as a draft and return its token; `photo_id` is the name that the browser gave it."""
    if sent is None or not sent.filename:
        raise Invalid("没有收到照片", "No photo has arrived")

    def act() -> dict[str, Any]:
        reads.must_be_open(work, task_id)
        return {"token": attachments.keep(work, sent.stream, sent.filename).token}

    return str(once(work, f"survey-photo:{photo_id}", {"survey": task_id, "photo": photo_id}, act)["token"])


def complete(work: Work, task_id: int, answers: dict[str, Any], kept: Received, *, key: str) -> dict[str, Any]:
    """Finish the survey with the answers; return {"case", "item", "next"}."""
    filled, files = kept.answered(work, answers)
    return services.complete_item(work, task_id, filled, key=key, files=files)
