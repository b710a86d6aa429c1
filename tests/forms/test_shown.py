"""What of a form a page shows: its templates filled, and to residents nothing that is for staff."""

import json
from datetime import UTC, datetime
from decimal import Decimal
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


def test_a_table_holds_what_its_source_gives_and_is_empty_without() -> None:
    columns = [{"label": "企业", "key": "name"}, {"label": "距离", "key": "km"}]
    table = {"type": "table", "id": "firms", "label": "企业", "dataSource": "=firms", "columns": columns}
    form = forms.load(json.dumps({"type": "default", "id": "match", "components": [table]}).encode())
    assert "firms" in form.names
    rows = [{"name": "甲", "name_en": "A", "km": Decimal("2.5")}, {"name": "乙", "km": None}, "no row"]

    def cells(found: object) -> object:
        scope = feel.Scope({"firms": found}, {}, datetime(2026, 6, 1, tzinfo=UTC), ZoneInfo("Asia/Shanghai"))
        return form.shown(scope)["components"][0]["rows"]

    assert cells(rows) == [{"name": "甲", "name_en": "A", "km": "2.5"}, {"name": "乙", "km": ""}]
    assert cells(None) == []
