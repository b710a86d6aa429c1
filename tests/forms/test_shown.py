"""What of a form a page shows: its templates filled, and to residents nothing that is for staff."""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from casework import feel, forms

SCHEMA = {
    "schemaVersion": 18,
    "type": "default",
    "id": "asked",
    "title": "补充情况",
    "title_en": "Tell us more",
    "components": [
        {"type": "text", "id": "question", "text": "请您补充：{{question}}", "text_en": "Asked: {{question}}"},
        {"type": "textarea", "id": "answer", "key": "answer", "label": "回答", "label_en": "Answer"},
        {
            "type": "textarea",
            "id": "remark",
            "key": "remark",
            "label": "备注",
            "label_en": "Remarks",
            "properties": {"staff_only": True},
        },
    ],
}


def _shown(*, staff: bool) -> list[dict[str, object]]:
    form = forms.load(json.dumps(SCHEMA).encode())
    scope = feel.Scope({"question": "几单元？"}, {}, datetime(2026, 6, 1, tzinfo=UTC), ZoneInfo("Asia/Shanghai"))
    return list(form.shown(scope, staff=staff)["components"])


def test_a_template_is_filled_in_both_languages() -> None:
    question = _shown(staff=True)[0]
    assert (question["text"], question["text_en"]) == ("请您补充：几单元？", "Asked: 几单元？")


def test_a_resident_is_not_shown_what_is_for_staff() -> None:
    assert [one["id"] for one in _shown(staff=False)] == ["question", "answer"]
    assert [one["id"] for one in _shown(staff=True)] == ["question", "answer", "remark"]
