"""Reading the schemas: what a form tells about itself, and what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework import forms
from tests.forms.writing import component, form, scope

PARTS = st.sampled_from(["type", "key", "label", "values", "validate", "properties", "components"])
SENT = st.none() | st.integers() | st.text(max_size=5) | st.lists(st.integers(), max_size=2)
SHIPPED = sorted((Path(__file__).parents[2] / "forms").rglob("*.json"))


def rules(*components: Any) -> list[str]:
    """Return the rules that a schema with these components breaks."""
    with pytest.raises(forms.FormRefused) as refusal:
        form(*components)
    for problem in refusal.value.problems:
        assert problem.message["zh"]
        assert problem.message["en"]
    return [problem.rule for problem in refusal.value.problems]


@pytest.mark.parametrize("path", SHIPPED, ids=[f"{path.parent.name}/{path.stem}" for path in SHIPPED])
def test_shipped_forms_can_be_used(path: Path) -> None:
    """Every form loads, has a title and a label in both languages, and knows each of its fields."""
    made = forms.load(path.read_bytes())
    assert all(made.title)
    for field in forms.every(made.fields):
        if field.key:
            assert all(field.label), field.key
            assert all(all(option.label) for option in field.options), field.key


@pytest.mark.parametrize(
    ("field", "rule"),
    [
        (component("slider"), "type_unknown"),
        ("text", "type_unknown"),
        (component("textfield", "a b"), "key_unusable"),
        (component("textfield", "__x"), "key_unusable"),
        (component("textfield", "a.b"), "key_unusable"),
        (component("textfield", "true"), "key_unusable"),
        ({"type": "textfield", "id": "a"}, "key_unusable"),
        (component("textfield", properties={"kind": "planet"}), "kind_unknown"),
        (component("select"), "options_missing"),
        (component("select", values=[{"label": "a", "value": "1"}, {"label": "b", "value": "1"}]), "option_unusable"),
        (component("select", values=[{"label": "a", "value": "1", "show_if": "=a +"}]), "expression_unreadable"),
        (component("textfield", conditional={"hide": "=a ="}), "expression_unreadable"),
        (component("textfield", label="{{a.}}"), "expression_unreadable"),
        (component("textfield", validate={"pattern": "(?=a)"}), "pattern_unreadable"),
        (component("textfield", validate={"pattern": "("}), "pattern_unreadable"),
        (component("textfield", validate={"minLength": 5, "maxLength": 3}), "limits_crossed"),
        (component("number", validate={"min": "five"}), "number_unusable"),
        (component("number", decimalDigits=-1), "number_unusable"),
        (component("number", increment="0"), "number_unusable"),
        (component("filepicker", properties={"maxBytes": "10 MB"}), "number_unusable"),
        (component("expression"), "expression_missing"),
    ],
)
def test_what_is_no_form_is_refused(field: Any, rule: str) -> None:
    """Each with its rule."""
    assert rule in rules(field)


def test_everything_wrong_is_told_at_once() -> None:
    """With the component it stands in."""
    found = rules(component("slider", "a"), component("textfield", "b"), component("textarea", "b"))
    assert found == ["type_unknown", "key_not_unique"]


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff", b'{"components": 1}', b"[" * 100_000, b" " * 500_001])
def test_what_is_no_schema_is_refused(content: bytes) -> None:
    """Bytes, sizes and depths of any kind."""
    with pytest.raises(forms.FormRefused):
        forms.load(content)


def test_a_schema_that_is_too_deep_is_refused() -> None:
    """Lists in lists in lists have an end."""
    inner: dict[str, Any] = component("textfield", "a")
    for _ in range(30):
        inner = component("dynamiclist", "rows", components=[inner])
    assert "form_too_large" in rules(inner)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(PARTS, SENT))
def test_any_component_is_read_or_refused(parts: dict[str, Any]) -> None:
    """Nothing else is raised."""
    content = json.dumps(
        {"components": [parts, {**parts, "type": "select"}, {**parts, "type": "dynamiclist"}]}
    ).encode()
    with pytest.raises(forms.FormRefused):
        forms.load(content)


def test_a_form_tells_what_it_asks_for() -> None:
    """Names its expressions need besides its own answers, and the functions they call."""
    made = form(
        component("number", "a", validate={"max": '=policy("a.days")'}),
        component("textfield", "b", conditional={"hide": "=a > limit"}),
    )
    assert made.names == {"limit"}
    assert [(call.name, call.args) for call in made.calls] == [("policy", ("a.days",))]


def test_both_languages_are_at_hand() -> None:
    """English beside the text or among the properties; Chinese where there is none."""
    made = form(
        {
            "type": "textfield",
            "id": "a",
            "key": "a",
            "label": "甲",
            "properties": {"label_en": "A", "description_en": "D"},
        },
        {"type": "textfield", "id": "b", "key": "b", "label": "乙"},
    )
    assert made.fields[0].label == ("甲", "A")
    assert made.fields[0].description == ("", "D")
    assert [field.name("en") for field in made.fields] == ["A", "乙"]
    assert made.fields[0].name("zh") == "甲"


def test_what_stands_in_a_form_when_it_opens() -> None:
    """Defaults of the schema and of the case."""
    made = form(
        component("select", "danger", values=[{"label": "无", "value": "none"}], defaultValue="none"),
        component("textfield", "case", properties={"default": "=found.case", "kind": "case"}),
        component("textfield", "empty"),
    )
    assert made.initial(scope(found={"case": 7})) == {"danger": "none", "case": 7}


def test_how_a_form_stands_for_answers_that_are_not_right_yet() -> None:
    """Hidden components are named by their ids, texts as well."""
    made = form(
        component("number", "a", validate={"min": 5}),
        {"type": "text", "id": "warning", "text": "少了", "conditional": {"hide": "=a >= 5"}},
        component("textfield", "b", conditional={"hide": "=a < 5"}),
    )
    assert made.look({"a": "3", "unknown": 1}, scope()).hidden == {"id_b"}
    assert made.look({"a": "x"}, scope()).hidden == frozenset()
    assert made.look({"a": "6"}, scope()).hidden == {"warning"}


def test_texts_are_filled_from_the_case() -> None:
    """Null gives nothing, and what can't be read gives nothing either."""
    here = scope(triage={"evidence": "维修单"}, days=3)
    assert (
        forms.fill("要有：{{triage.evidence}}（{{ days * 2 }} 天）{{missing}}{{a +}}", here) == "要有：维修单（6 天）"
    )
