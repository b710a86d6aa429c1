"""What the house does not have is told of; findings are complete, in order, and in plain words."""

from datetime import UTC, datetime

import pytest

from casework.engine.check import check
from casework.engine.checks.rules import RULES
from tests.engine import (
    test_check_bindings,
    test_check_contents,
    test_check_paths,
    test_check_standard,
    test_check_words,
)
from tests.engine.diagrams import END, HEAD, START, diagram, findings, flow, straight, task
from tests.engine.parts import EXTENSION, timer

HOUSE = {
    "forms": {"p/handle"},
    "roles": {"community_officer"},
    "scopes": {"estate.community"},
    "conflicts": {"K1"},
    "operations": {"complaints.dispatch": ("unit",)},
    "decisions": {"triage"},
    "notices": {"complaint_received"},
    "policies": {"complaint.handle.working_days"},
    "clocks": {"reply"},
    "functions": {"policy", "clock"},
}
PERSON = {"kind": "userTask", "banjie__form": "p/handle", "banjie__role": "community_officer"}
NOT_IN_THE_HOUSE = {
    "unknown_form": {**PERSON, "banjie__form": "p/other"},
    "unknown_role": {**PERSON, "banjie__role": "community_officer wizard"},
    "unknown_scope": {**PERSON, "banjie__scope": "estate.moon"},
    "unknown_conflict": {**PERSON, "banjie__conflict": "K9"},
    "unknown_clock": {**PERSON, "banjie__clock": "lunch"},
    "unknown_policy": {**PERSON, "banjie__due": "= policy(&quot;no.such.key&quot;)"},
    "unknown_function": {**PERSON, "banjie__due": "= tomorow()"},
    "missing_form": {**PERSON, "banjie__form": ""},
    "missing_role": {**PERSON, "banjie__role": " "},
    "bad_value": {**PERSON, "banjie__priority": "high"},
    "unknown_operation": {"kind": "serviceTask", "banjie__operation": "complaints.dipsatch"},
    "missing_operation": {"kind": "serviceTask"},
    "unknown_decision": {"kind": "businessRuleTask", "banjie__decision": "triag"},
    "missing_decision": {"kind": "businessRuleTask"},
    "unknown_notice": {"kind": "sendTask", "banjie__notice": "spam", "banjie__to": "complainant"},
}


@pytest.mark.parametrize("rule", NOT_IN_THE_HOUSE)
def test_what_the_house_does_not_have_is_refused(rule: str) -> None:
    data = straight(task("a", name="办理", **NOT_IN_THE_HOUSE[rule]), "a")
    assert [(one.rule, one.element) for one in findings(data, **HOUSE)] == [(rule, "a")]


def test_a_finding_about_a_shared_definition_points_at_it() -> None:
    ending = task("end", "<bpmn:eventDefinitionRef>broken</bpmn:eventDefinitionRef>", "endEvent")
    shared = '<bpmn:errorEventDefinition id="broken" errorRef="nowhere"/>'
    data = diagram(START + ending + flow("start", "end"), shared)
    assert [(one.rule, one.element) for one in findings(data)] == [("unknown_reference", "broken")]


def test_a_parameter_an_operation_does_not_take_is_refused() -> None:
    data = straight(
        task("a", EXTENSION.format('<banjie:parameter name="unti" value="1"/>'), "serviceTask", name="派单",
             banjie__operation="complaints.dispatch"), "a",
    )  # fmt: skip
    assert [one.rule for one in findings(data, **HOUSE)] == ["unknown_parameter"]


def test_a_parameter_an_operation_needs_must_be_given() -> None:
    data = straight(task("a", kind="serviceTask", name="派单", banjie__operation="complaints.dispatch"), "a")
    [told] = findings(data, **HOUSE, needed={"complaints.dispatch": ("unit",)})
    assert (told.rule, told.element) == ("missing_parameter", "a")
    assert "unit" in told.message["zh"]


def test_what_is_given_twice_is_refused() -> None:
    twice = EXTENSION.format('<banjie:in name="a" value="1"/><banjie:in name="a" value="2"/>')
    data = straight(
        task("a", twice, "callActivity", calledElement="q"),
        "a",
        outside=f'<bpmn:process id="q">{task("only")}</bpmn:process>',
    )
    assert [one.rule for one in findings(data)] == ["bad_name"]


def test_a_step_nobody_can_read_is_told_of() -> None:
    unnamed = task("a", **PERSON) + task("b") + task("g", kind="exclusiveGateway", default="g_end")
    told = findings(straight(unnamed + flow("g", "b", "again"), "b", "a", "g"), **HOUSE)
    assert sorted((one.rule, one.element) for one in told) == [("missing_label", name) for name in ("a", "b", "g")]


def test_a_time_that_is_past_is_told_of_where_the_moment_is_known() -> None:
    data = timer("timeDate", "2026-03-01T09:00:00+08:00")
    before, after = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)
    assert [(one.rule, one.element) for one in findings(data, now=after)] == [("past_timer", "t")]
    assert findings(data, now=before) == findings(data) == []


def test_plain_bpmn_needs_nothing_of_the_house() -> None:
    assert findings(straight(task("a", kind="userTask") + task("b", kind="serviceTask"), "a", "b")) == []


def test_two_files_with_one_process_are_refused() -> None:
    told = check({"a.bpmn": straight(""), "b.bpmn": straight("")})
    assert [(one.file, one.rule, one.element) for one in told] == [("b.bpmn", "duplicate_process", "p")]


def test_processes_that_always_call_each_other_are_told() -> None:
    call = straight(task("c", kind="callActivity", calledElement="q"), "c")
    back = call.replace(b'id="p"', b'id="q"').replace(b'calledElement="q"', b'calledElement="p"')
    told = check({"a.bpmn": call, "b.bpmn": back})
    assert [(one.file, one.rule, one.element) for one in told] == [
        ("a.bpmn", "endless_loop", "c"),
        ("b.bpmn", "endless_loop", "c"),
    ]
    chosen = (
        START + task("g", kind="exclusiveGateway", default="out") + task("c", kind="callActivity", calledElement="p")
    )
    ways = flow("start", "g") + flow("g", "c", "again") + flow("g", "end", name="out") + flow("c", "end")
    assert findings(diagram(chosen + END + ways)) == []


def test_everything_is_told_at_once_in_order_of_lines() -> None:
    lines = (
        f"{HEAD}\n<bpmn:process id='p'>\n{START}\n<bpmn:magic id='x'/>\n{END}\n{flow('start', 'gone')}\n</bpmn:process>"
    )
    told = findings(f"{lines}</bpmn:definitions>".encode())
    assert [(one.line, one.rule) for one in told] == [
        (4, "unknown_element"),
        (6, "dangling_flow"),
    ]


def test_a_finding_says_what_is_wrong_and_what_to_do_in_both_languages() -> None:
    [told] = findings(
        straight(
            task("score", "<bpmn:script>{}</bpmn:script>", "scriptTask", name="计分", scriptFormat="python"), "score"
        )
    )
    assert (told.file, told.element, told.name, told.line) == ("case.bpmn", "score", "计分", 1)
    assert "FEEL" in told.message["zh"]
    assert "只执行" in told.message["zh"]
    assert "never runs here" in told.message["en"]
    assert told.severity == "error"


@pytest.mark.parametrize(("end", "en"), [("sourceRef", "starts nowhere"), ("targetRef", "ends nowhere")])
def test_a_flow_with_a_loose_end_is_told_without_quoting_nothing(end: str, en: str) -> None:
    loose = '<bpmn:sequenceFlow id="loose" sourceRef="a" targetRef="a"/>'.replace(f' {end}="a"', "")
    [told] = [one for one in findings(straight(task("a") + loose, "a")) if one.rule == "dangling_flow"]
    assert told.element == "loose"
    assert en in told.message["en"]
    assert end in told.message["zh"]


NOTHING_QUOTED = {
    "a link without a name": straight(
        task("out", "<bpmn:linkEventDefinition/>", "intermediateThrowEvent")
        + task("in", "<bpmn:linkEventDefinition/>", "intermediateCatchEvent")
    ),
    "a boundary event on nothing": straight(
        task("a") + task("b", "<bpmn:errorEventDefinition/>", "boundaryEvent") + flow("b", "end"), "a"
    ),
    "a word of BPMN inside foreign ones": straight(
        task("a", '<extensionElements xmlns="urn:none"><formData><formField id="f"/></formData></extensionElements>'),
        "a",
    ),
}


@pytest.mark.parametrize("name", NOTHING_QUOTED)
def test_no_message_quotes_nothing(name: str) -> None:
    told = [text for one in findings(NOTHING_QUOTED[name]) for text in one.message.values()]
    assert told
    assert [text for text in told if "''" in text or "“”" in text or "?" in text] == []


def test_what_stands_inside_a_foreign_element_is_not_told_again() -> None:
    [told] = findings(NOTHING_QUOTED["a word of BPMN inside foreign ones"])
    assert (told.rule, told.element) == ("unknown_element", "a")


@pytest.mark.parametrize("kind", ["error", "escalation", "cancel"])
def test_an_event_that_cant_stand_there_is_named(kind: str) -> None:
    definition = f"<bpmn:{kind}EventDefinition/>"
    told = findings(straight(task("t", definition, "intermediateCatchEvent"), "t"))
    [english] = [one.message["en"] for one in told if one.rule == "event_not_allowed"]
    assert f"'{kind}'" in english
    assert "intermediateCatchEvent" in english


def test_every_rule_has_an_example_in_the_tests() -> None:
    broken = [
        *test_check_words.BROKEN.values(),
        *test_check_paths.BROKEN.values(),
        *test_check_contents.BROKEN.values(),
        *((broken, told) for broken, told, _ in test_check_standard.PAIRS.values()),
        *((broken, told) for broken, told, _ in test_check_bindings.PAIRS.values()),
    ]
    shown = {rule for _, expected in broken for rule, _ in expected} | set(NOT_IN_THE_HOUSE)
    of_files = {
        "too_many_findings",
        "too_large",
        "document_type",
        "not_xml",
        "too_deep",
        "not_bpmn",
        "duplicate_process",
    }
    of_the_house = {"unknown_parameter", "missing_parameter", "missing_label", "past_timer"}
    assert set(RULES) == shown | of_files | of_the_house
