"""What the residents' pages do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from casework.cases import services as cases
from casework.cases.commands import once
from casework.cases.views import Law
from casework.complaints import additions, reopening, reporting
from casework.complaints import services as complaints
from casework.complaints.models import Intake
from casework.errors import Invalid
from casework.persistence import Work
from webapp.residents.reads import ReportForm
from webapp.uploads import Received

CHANNEL = "portal"
# What the page asks of who adds to a report. The names are its own: a designer's questions stand on the same page.
WORDS, PHOTOS = "addition_words", "addition_photos"
ADDITION: Mapping[str, Any] = {
    "components": [
        {
            "type": "textarea",
            "id": WORDS,
            "key": WORDS,
            "label": "补充的情况",
            "label_en": "What to add",
            "validate": {"maxLength": additions.LONGEST},
        },
        {
            "type": "filepicker",
            "id": PHOTOS,
            "key": PHOTOS,
            "label": "照片",
            "label_en": "Photos",
            "description": "照片里的位置信息会去掉。",
            "description_en": "Where a photo was taken is removed from it.",
            "accept": "image/jpeg,image/png,image/webp",
            "multiple": True,
        },
    ]
}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a resident gets for a report; the PIN is shown once."""

    no: str
    pin: str = ""
    promised: datetime | None = None
    law: Law | None = None
    call: str = ""


def report(work: Work, asked: ReportForm, answers: Mapping[str, Any], kept: Received, *, key: str) -> Receipt:
    """Start a case from a resident's report. Raises Invalid with every field that does not fit."""
    filled, files = kept.answered(work, {**answers, **asked.fixed})
    place = str(filled.pop("location", "") or "").strip()[:200]

    def act() -> dict[str, str]:
        made = reporting.report_by_form(work, filled, files, channel=CHANNEL, place=place)
        return {"code": made.code, "pin": made.pin}

    made = once(work, key or None, {"report": key}, act, secret=("pin",))
    return Receipt(made["code"], made["pin"])


def answer(work: Work, task_id: int, answers: Mapping[str, Any], kept: Received, *, version: int, key: str) -> None:
    """Answer a question that was put to the resident."""
    filled, files = kept.answered(work, answers)
    cases.complete_item(work, task_id, filled, seen_version=version, key=key or None, files=files)


def rate(work: Work, intake: Intake, score: int, text: str, *, key: str) -> None:
    """Rate the result from 1 to 5; 1 and 2 are not satisfied."""
    complaints.rate(work, intake.id, score=score, satisfied=score > 2, text=text, key=key or None)


def add(work: Work, intake: Intake, answers: Mapping[str, Any], kept: Received, *, key: str) -> None:
    """Add words and photos to a running case."""
    filled, _files = kept.answered(work, answers)
    try:
        additions.add(work, intake.id, str(filled.get(WORDS) or ""), filled.get(PHOTOS) or (), key=key or None)
    except Invalid as error:
        raise Invalid(error.zh, error.en, {WORDS: error.fields.get("text", [])}) from error


def reopen(work: Work, intake: Intake, text: str, *, key: str) -> Receipt:
    """Have a closed matter taken up again; the new case has a receipt of its own."""

    def act() -> dict[str, str]:
        made = reopening.reopen(work, intake.id, text)
        return {"code": made.code, "pin": made.pin}

    made = once(work, key or None, {"reopen": intake.id, "text": text}, act, secret=("pin",))
    return Receipt(made["code"], made["pin"])


def withdraw(work: Work, intake: Intake, text: str, *, key: str) -> None:
    """Withdraw the resident's own report."""
    complaints.withdraw(work, intake.id, text, key=key or None)
