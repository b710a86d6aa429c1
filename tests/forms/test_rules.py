"""Which rules of a designer the answers must keep, and what happens to hidden, shown-only and computed fields."""

from typing import Any

import pytest

from casework.errors import Invalid
from tests.forms.writing import answers, component, errors, form, scope

CHOICE = [{"label": "通过", "value": "pass"}, {"label": "退回", "value": "return"}]


def rule(**asked: Any) -> dict[str, Any]:
    return {"validate": asked}


def own(**asked: Any) -> dict[str, Any]:
    return {"properties": asked}


CASES: list[tuple[dict[str, Any], Any, list[str]]] = [
    (component("textfield", **rule(required=True)), " ", ["请填写：名称"]),
    (component("checkbox", **rule(required=True)), False, ["请勾选：名称"]),
    (component("radio", values=CHOICE, **rule(required=True)), None, ["请选择：名称"]),
    (component("filepicker", **rule(required=True)), [], ["请上传：名称"]),
    (component("textfield", **own(kind="org", required=True)), "", ["请选择：名称"]),
    (component("textarea", **rule(minLength=5)), "一二三四", ["至少 5 个字"]),
    (component("textarea", **rule(minLength=5)), "一二三四五", []),
    (component("textfield", **rule(maxLength=2)), "😀", []),
    (component("textfield", **rule(maxLength=2)), "😀a", ["最多 2 个字"]),
    (component("textfield", **rule(maxLength="=1 + 1")), "abc", ["最多 2 个字"]),
    (component("number", **rule(min=1, max=5)), "0", ["不能小于 1"]),
    (component("number", **rule(min=1, max=5)), "5.01", ["不能大于 5"]),
    (component("number", **rule(max="=limit")), "8", ["不能大于 7"]),
    (component("number", decimalDigits=0), "1.5", ["请填整数"]),
    (component("number", decimalDigits=2), "1.50", []),
    (component("number", **own(kind="money")), "1.505", ["最多 2 位小数"]),
    (component("number", increment="0.5"), "1.5", []),
    (component("number", increment="0.5"), "1.6", ["须为 0.5 的倍数"]),
    (component("textfield", **rule(pattern="^[0-9]{3}$", patternErrorMessage="三位数字")), "12", ["三位数字"]),
    (component("textfield", **rule(pattern=r"^\d{3}$")), "１２３", ["格式不正确"]),
    (component("textfield", **rule(pattern="^(a+)+$")), "a" * 30 + "b", ["格式不正确"]),
    (component("textfield", **rule(validationType="phone")), "13800138000", []),
    (component("textfield", **rule(validationType="phone")), "0537-1234567", []),
    (component("textfield", **rule(validationType="phone")), "12800138000", ["请填手机号，或带区号的座机"]),
    (component("textfield", **rule(validationType="email")), "a@b", ["请填电子邮箱，例如 name@example.cn"]),
    (component("datetime", subtype="date", disallowPassedDates=True), "2026-01-05", ["不能早于今天"]),
    (component("datetime", subtype="date", disallowPassedDates=True), "2026-01-06", []),
    (component("datetime", subtype="datetime", **own(max="=now()")), "2026-01-06T09:01", ["不能晚于 2026-01-06 09:00"]),
    (component("datetime", subtype="date", **own(min="=today()")), "2026-01-05", ["不能早于 2026-01-06"]),
    (component("number", **own(must="=x < limit", must_zh="超了", must_en="Too much")), "7", ["超了"]),
    (component("number", **own(valid_if="=x < limit", valid_message="超了")), "7", ["超了"]),
    (component("number", **own(must="=x < limit"), **rule(required=False)), "", []),
    (component("number", **rule(min=1), **own(zhError="填一个正数", enError="A positive number")), "x", ["填一个正数"]),
    (component("number", **rule(min=1), **own(zhError="填一个正数", enError="A positive number")), "0", ["填一个正数"]),
]


@pytest.mark.parametrize(("field", "sent", "expected"), CASES)
def test_a_rule(field: dict[str, Any], sent: Any, expected: list[str]) -> None:
    """Each line of the table holds."""
    assert errors(field, sent={"x": sent}, limit=7).get("x", []) == expected


def test_everything_wrong_is_told_at_once() -> None:
    """Also what is not on the form; both languages, the English with the English label."""
    made = form(component("textfield", "a", **rule(required=True)), component("number", "b"))
    with pytest.raises(Invalid) as invalid:
        made.validate({"b": "x", "role": "admin"}, scope())
    assert invalid.value.fields == {
        "role": [("表单上没有这一项", "This is not on the form")],
        "a": [("请填写：名称", "Fill in: Name")],
        "b": [("请填数字", "Enter a number")],
    }


def test_what_is_hidden_does_not_count() -> None:
    """Its value is taken away, its rules are silent, and for other fields it is empty."""
    fields = (
        component("radio", "pass", values=CHOICE),
        component("textarea", "reason", conditional={"hide": '=pass != "return"'}, **rule(required=True)),
        component("textarea", "more", conditional={"hide": "=reason = null"}),
    )
    assert answers(*fields, sent={"pass": "pass", "reason": "because", "more": "and"}) == {
        "pass": "pass",
        "reason": None,
        "more": None,
    }
    assert errors(*fields, sent={"pass": "return"}) == {"reason": ["请填写：名称"]}
    assert answers(*fields, sent={"pass": "return", "reason": "r", "more": "m"})["more"] == "m"


def test_a_hidden_group_hides_what_is_in_it() -> None:
    """Whether or not the group has a name of its own."""
    inner = component("textfield", "a", **rule(required=True))
    group = {"type": "group", "id": "g", "components": [inner], "conditional": {"hide": "=on != true"}}
    assert answers(component("checkbox", "on"), group, sent={}) == {"on": False, "a": None}
    assert errors(component("checkbox", "on"), group, sent={"on": True}) == {"a": ["请填写：名称"]}
    named = component("group", "g", components=[inner])
    assert answers(named, sent={"g": {"a": "1"}}) == {"g": {"a": "1"}}
    assert errors(named, sent={}) == {"g.a": ["请填写：名称"]}
    assert errors(named, sent={"g": {"b": 1, "a": "1"}}) == {"g.b": ["表单上没有这一项"]}


def test_old_data_of_the_case_does_not_answer_for_the_person() -> None:
    """A field left empty is empty, whatever the case knows under the same name."""
    field = component("textarea", "reason", **own(required_if='=pass = "return"'))
    assert errors(component("radio", "pass", values=CHOICE), field, sent={"pass": "return"}, reason="old") == {
        "reason": ["请填写：名称"]
    }
    assert answers(component("radio", "pass", values=CHOICE), field, sent={}, **{"pass": "return"})["reason"] is None


def test_options_depend_on_the_case_and_on_other_answers() -> None:
    """An option that is not offered now can't be chosen, however it was sent."""
    values = [
        {"label": "报结", "value": "done"},
        {"label": "退回", "value": "hand_back", "show_if": "=designated != true"},
    ]
    field = component("radio", values=values)
    assert errors(field, sent={"x": "hand_back"}, designated=True) == {"x": ["请从选项中选择"]}
    assert answers(field, sent={"x": "hand_back"})["x"] == "hand_back"
    causes = [{"label": "故障", "value": "fault", "group": "lift"}, {"label": "停水", "value": "dry", "group": "water"}]
    fields = (
        component(
            "select", "category", values=[{"label": "电梯", "value": "lift"}, {"label": "供水", "value": "water"}]
        ),
        component("select", "cause", values=causes, **own(options_by="category")),
    )
    assert answers(*fields, sent={"category": "lift", "cause": "fault"})["cause"] == "fault"
    assert errors(*fields, sent={"category": "lift", "cause": "dry"}) == {"cause": ["请从选项中选择"]}
    look = form(*fields).look({"category": "water"}, scope())
    assert [option.value for option in look.options["cause"]] == ["dry"]


def test_options_from_the_data() -> None:
    """By a key of the data or by FEEL; plain values or labels with values."""
    by_key = component("select", valuesKey="units")
    assert answers(by_key, sent={"x": "CO"}, units=["CO", "ST"])["x"] == "CO"
    assert errors(by_key, sent={"x": "UM"}, units=["CO", "ST"]) == {"x": ["请从选项中选择"]}
    by_feel = component("checklist", valuesExpression="=for u in units return {label: u.name, value: u.id}")
    assert answers(by_feel, sent={"x": ["2"]}, units=[{"id": 2, "name": "物业"}])["x"] == [2]


def test_computed_fields_are_computed_here() -> None:
    """What was sent for them does not count."""
    fields = (component("number", "a"), component("expression", "total", expression="=a * 2"))
    assert answers(*fields, sent={"a": "4", "total": 99}) == {"a": 4, "total": 8}


def test_fields_that_are_only_shown_keep_what_they_showed() -> None:
    """Nothing sent for a read-only or disabled field counts, in rows neither."""
    assert answers(component("textfield", readonly=True), sent={"x": "mine"}) == {}
    assert answers(component("textfield", readonly=True, **own(default="=unit")), sent={"x": "y"}, unit="CO") == {
        "x": "CO"
    }
    rows = component(
        "dynamiclist",
        "present",
        components=[component("textfield", "unit", readonly=True), component("checkbox", "came")],
        **own(default="=for m in members return {unit: m, came: false}"),
    )
    sent = {"present": [{"unit": "forged", "came": True}, {"unit": "ST", "came": False}]}
    assert answers(rows, sent=sent, members=["CO", "ST"])["present"] == [
        {"unit": "CO", "came": True},
        {"unit": "ST", "came": False},
    ]


def test_a_field_that_facts_lock_keeps_its_own_value_and_one_that_they_leave_open_takes_the_answer() -> None:
    field = component("number", readonly="=enough", **own(default="=mean"))
    assert answers(field, sent={"x": "10"}, enough=True, mean=86) == {"x": 86}
    assert answers(field, sent={"x": "10"}, enough=False, mean=86) == {"x": 10}
    assert form(field).look({"x": "10"}, scope(enough=True, mean=86)).fixed == {"id_x": 86}
    assert form(field).look({"x": "10"}, scope(enough=False, mean=86)).fixed == {}


def test_rows() -> None:
    """Empty rows are dropped, faults keep the place of the row as it was sent, limits count what is left."""
    rows = component(
        "dynamiclist",
        "joint",
        components=[component("textfield", "name", **rule(required=True)), component("number", "heads")],
        **own(min_rows=1, max_rows=2, required=True),
    )
    sent = [{"name": ""}, {"name": "甲", "heads": "2"}, {}, {"name": " ", "heads": None}]
    assert answers(rows, sent={"joint": sent}) == {"joint": [{"name": "甲", "heads": 2}]}
    assert errors(rows, sent={"joint": [{}, {"heads": "x"}, {"heads": 1}]}) == {
        "joint.1.heads": ["请填数字"],
        "joint.1.name": ["请填写：名称"],
        "joint.2.name": ["请填写：名称"],
    }
    assert errors(rows, sent={"joint": [{"name": "a", "id": 1}]}) == {"joint.0.id": ["表单上没有这一项"]}
    assert errors(rows, sent={"joint": [{}]}) == {"joint": ["请填写：名称"]}
    assert errors(rows, sent={"joint": [{"name": name} for name in "甲乙丙"]}) == {"joint": ["最多 2 行"]}


def test_rules_in_rows_see_the_row_and_the_form() -> None:
    """A row's own answers come first."""
    rows = component(
        "dynamiclist",
        "lines",
        components=[component("number", "n", **own(must="=n <= limit and i[1] < 3")), component("textfield", "t")],
    )
    fields = (component("number", "limit"), rows)
    assert errors(*fields, sent={"limit": 5, "lines": [{"n": 5}, {"n": 6}]}) == {"lines.1.n": ["不符合要求"]}


def test_fields_for_staff_are_not_on_a_residents_form() -> None:
    """What a resident sends for them is refused like anything unknown."""
    made = form(component("textfield", "a"), component("textfield", "behalf", **own(kind="person", staff_only=True)))
    assert made.validate({"behalf": "3"}, scope())["behalf"] == 3
    assert made.validate({"a": "x"}, scope(), staff=False) == {"a": "x"}
    with pytest.raises(Invalid):
        made.validate({"behalf": "3"}, scope(), staff=False)


class Upload:
    """A file as the store knows it."""

    id: int

    def __init__(self, name: str, media_type: str, size: int) -> None:
        self.name, self.media_type, self.size = name, media_type, size


def test_files() -> None:
    """Each must have arrived, be of a kind and size the field takes, and not be too many."""
    field = component(
        "filepicker",
        multiple=True,
        accept="image/*,.pdf",
        **own(maxFiles=2, maxBytes=2_097_152, maxImageBytes=1_048_576),
    )
    made = form(field)
    files = {
        1: Upload("a.jpg", "image/jpeg", 900_000),
        2: Upload("b.jpg", "image/jpeg", 1_500_000),
        3: Upload("c.PDF", "application/pdf", 1_500_000),
        4: {"name": "d.exe", "media_type": "application/x-msdownload", "size": 10},
    }
    assert made.validate({"x": ["1", 3]}, scope(), files) == {"x": [1, 3]}
    for sent, message in (
        ([9], "有文件没有上传成功，请重新上传"),
        ([2], "文件 b.jpg 超过 1 MB"),
        ([4], "不接受这种文件：d.exe"),
        ([1, 3, 1], "最多 2 个文件"),
    ):
        with pytest.raises(Invalid) as invalid:
            made.validate({"x": sent}, scope(), files)
        assert invalid.value.fields["x"][0][0] == message
    with pytest.raises(Invalid):
        form(component("filepicker")).validate({"x": [1, 3]}, scope(), files)
    kept = Upload("a.jpg", "image/jpeg", 10)
    kept.id = 17
    assert made.validate({"x": ["t0ken"]}, scope(), {"t0ken": kept}) == {"x": [17]}
