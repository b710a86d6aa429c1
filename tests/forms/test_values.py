"""What each type of field makes of what was sent."""

from contextlib import suppress
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.errors import Invalid
from tests.forms.writing import NOW, ZONE, answers, component, errors, form, scope

YES_NO = [{"label": "是", "label_en": "Yes", "value": True}, {"label": "否", "label_en": "No", "value": False}]
CHOICE = [{"label": "甲", "value": "a"}, {"label": "乙", "value": "b"}, {"label": "三", "value": 3}]


def kind(name: str, **more: Any) -> dict[str, Any]:
    return {"properties": {"kind": name, **more}}


CASES: list[tuple[dict[str, Any], Any, Any]] = [
    (component("textfield"), "  水景花苑\ufeff ", "水景花苑"),
    (component("textfield"), "a\tb\nc", "a b c"),
    (component("textfield"), "   ", None),
    (component("textarea"), "a\r\nb", "a\nb"),
    (component("number"), "12.50", Decimal("12.50")),
    (component("number"), "１２", 12),
    (component("number"), 3, 3),
    (component("number"), 0.1, Decimal("0.1")),
    (component("number"), "", None),
    (component("number", serializeToString=True), "1.20", "1.20"),
    (component("textfield", **kind("money")), "48532.17", Decimal("48532.17")),
    (component("checkbox"), "on", True),
    (component("checkbox"), None, False),
    (component("radio", values=CHOICE), "a", "a"),
    (component("radio", values=CHOICE), "3", 3),
    (component("select", values=CHOICE), "", None),
    (component("radio", values=YES_NO, **kind("bool")), "false", False),
    (component("checklist", values=CHOICE), ["b", "a", "b"], ["b", "a"]),
    (component("checklist", values=CHOICE), [], None),
    (component("taglist", values=CHOICE), "a", ["a"]),
    (component("datetime", subtype="date"), "2026-02-28", date(2026, 2, 28)),
    (component("datetime", subtype="time"), "14:30", time(14, 30)),
    (component("datetime", subtype="datetime"), "2026-01-05T17:00", datetime(2026, 1, 5, 9, tzinfo=UTC)),
    (component("datetime", subtype="datetime"), "2026-01-05T17:00:00Z", datetime(2026, 1, 5, 17, tzinfo=UTC)),
    (component("textfield", **kind("instant")), "2026-01-05 17:00", datetime(2026, 1, 5, 9, tzinfo=UTC)),
    (component("textfield", **kind("org")), "17", 17),
    (component("select", **kind("person")), 4, 4),
    (component("textfield", **kind("org", multiple=True)), ["3", 4], [3, 4]),
    (component("textfield", **kind("sign")), " 张三 ", {"name": "张三", "at": NOW}),
    (component("textfield", **kind("place")), "3 号楼", "3 号楼"),
]


@pytest.mark.parametrize(("field", "sent", "expected"), CASES)
def test_a_value(field: dict[str, Any], sent: Any, expected: Any) -> None:
    """Each line of the table holds."""
    found = answers(field, sent={"x": sent})["x"]
    assert found == expected
    assert isinstance(found, bool) == isinstance(expected, bool)
    if isinstance(found, datetime):
        assert found.tzinfo in (UTC, ZONE)


FAULTS: list[tuple[dict[str, Any], Any]] = [
    (component("textfield"), 5),
    (component("textfield"), "a\x00b"),
    (component("textfield"), "\ud800"),
    *(
        (component("number"), sent)
        for sent in ("x", "NaN", "Infinity", "1e5", "1_0", "--1", "9" * 40, True, [1], float("nan"))
    ),
    (component("checkbox"), "maybe"),
    (component("radio", values=CHOICE), "c"),
    (component("radio", values=CHOICE), True),
    (component("checklist", values=CHOICE), ["a", "c"]),
    *((component("datetime", subtype="date"), sent) for sent in ("2026-02-30", "28.2.2026", 5, "2026-1-1")),
    *((component("datetime", subtype="time"), sent) for sent in ("25:00", "1430")),
    *((component("datetime", subtype="datetime"), sent) for sent in ("2026-01-05", "2026-13-05T00:00")),
    *((component("textfield", **kind("org")), sent) for sent in ("UM", -1, 0, "1.5", 10**30, True)),
    (component("textfield", **kind("sign")), {"name": "张三", "power": 1}),
    (component("filepicker"), [{"id": 1}]),
    (component("dynamiclist", components=[component("textfield", "a")]), "text"),
]


@pytest.mark.parametrize(("field", "sent"), FAULTS)
def test_what_is_no_value_of_its_type(field: dict[str, Any], sent: Any) -> None:
    """It is told beside the field, never raised as anything else."""
    assert list(errors(field, sent={"x": sent})) == ["x"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*"abcdefghijk", "zz"]), JSON, max_size=12))
def test_any_answers_are_taken_or_refused(sent: dict[str, Any]) -> None:
    """Whatever JSON arrives, the answer is values or Invalid."""
    made = form(
        component("textfield", "a", validate={"minLength": 2, "pattern": "^a+$"}),
        component("number", "b", validate={"min": 1}, increment=2),
        component("datetime", "c", subtype="datetime", properties={"max": "=now()"}),
        component("checkbox", "d"),
        component("select", "e", values=CHOICE),
        component("checklist", "f", values=CHOICE),
        component("filepicker", "g", multiple=True, accept="image/*", properties={"maxFiles": 2}),
        component("dynamiclist", "h", components=[component("textfield", "a"), component("number", "n")]),
        component("group", "i", components=[component("textarea", "t")]),
        component("textfield", "j", properties={"kind": "sign"}, conditional={"hide": "=d = true"}),
        component("textfield", "k", properties={"kind": "person", "must": "=k > 1"}),
    )
    with suppress(Invalid):
        assert set(made.validate(sent, scope())) == set("abcdefghijk")
