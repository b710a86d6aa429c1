"""What other tools draw is judged by BPMN's own rules; what only this house needs is asked when it is to run here."""

import pytest

from casework import engine
from casework.engine.check import examine
from casework.engine.problems import Problem
from tests.engine.diagrams import diagram, flow, path, task

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="urn:other"{}>'
)
XPATH = ' expressionLanguage="http://www.w3.org/1999/XPath"'
FEEL = ' expressionLanguage="https://www.omg.org/spec/DMN/20191111/FEEL/"'
START, END = '<bpmn:startEvent id="start"/>', '<bpmn:endEvent id="end"/>'
CHOICE = task("g", kind="exclusiveGateway", default="g_b") + task("a") + task("b")
HOUSE = engine.Catalogue(forms=frozenset(), operations={}, roles=frozenset())


def other(body: str, outside: str = "", says: str = "", executable: str = "true") -> bytes:
    """Draw an executable process as tools do that know nothing of us."""
    drawn = diagram(body, outside, HEAD.format(says))
    return drawn.replace(b'id="p"', f'id="p" isExecutable="{executable}"'.encode(), 1)


def straight(inner: str, name: str, says: str = "") -> bytes:
    return other(START + inner + END + path("start", name, "end"), says=says)


def ending(definition: str) -> bytes:
    return other(START + task("end", definition, "endEvent") + flow("start", "end"))


def choosing(condition: str, says: str = "") -> bytes:
    chosen = flow("start", "g") + flow("g", "a", condition) + flow("g", "b") + flow("a", "end") + flow("b", "end")
    return other(START + CHOICE + END + chosen, says=says)


def bordered(definition: str) -> bytes:
    late = task("late", definition, "boundaryEvent", attachedToRef="a")
    return other(START + task("a") + late + END + path("start", "a", "end") + flow("late", "end"))


CATCH = "intermediateCatchEvent"
OPEN = {
    "a message that is not named": (straight(task("e", "<bpmn:messageEventDefinition/>", CATCH), "e"), "e"),
    "a signal that is not named": (straight(task("e", "<bpmn:signalEventDefinition/>", CATCH), "e"), "e"),
    "a timer without a time": (straight(task("e", "<bpmn:timerEventDefinition/>", CATCH), "e"), "e"),
    "a timer on a border without a time": (bordered("<bpmn:timerEventDefinition/>"), "late"),
    "an error that is not named": (ending("<bpmn:errorEventDefinition/>"), "end"),
    "an escalation that is not named": (ending("<bpmn:escalationEventDefinition/>"), "end"),
    "a task that waits for any message": (straight(task("e", kind="receiveTask"), "e"), "e"),
    "a call that names no process": (straight(task("e", kind="callActivity"), "e"), "e"),
    "a condition in the words of another engine": (choosing("${amount &gt; 3}"), "g_a"),
    "a condition in plain words": (choosing("the customer (if any) agrees"), "g_a"),
    "a condition in XPath": (choosing("$order/price &gt; 5 or //rush", XPATH), "g_a"),
    "a script in another language": (
        straight(task("e", "<bpmn:script>print(1)</bpmn:script>", "scriptTask", scriptFormat="groovy"), "e"), "e",
    ),
    "a script that names no language": (straight(task("e", "<bpmn:script>LOG</bpmn:script>", "scriptTask"), "e"), "e"),
    "a script task that is only drawn": (straight(task("e", kind="scriptTask"), "e"), "e"),
}  # fmt: skip


@pytest.mark.parametrize("name", OPEN)
@pytest.mark.parametrize("catalogue", [engine.Catalogue(), HOUSE], ids=["alone", "in the house"])
def test_what_bpmn_leaves_open_is_told_when_it_is_to_run_here(name: str, catalogue: engine.Catalogue) -> None:
    data, element = OPEN[name]
    checked = examine({"case.bpmn": data}, catalogue=catalogue)
    assert list(checked.told) == []
    assert element in {one.element for one in checked.left_open}
    assert engine.check({"case.bpmn": data}, catalogue=catalogue) == ()
    with pytest.raises(engine.DefinitionRefused) as refused:
        engine.load({"case.bpmn": data}, catalogue=catalogue)
    assert element in {one.element for one in refused.value.problems}, "nothing runs that is not said"


BROKEN = {
    "a flow that leads nowhere": (straight("", "gone"), "dangling_flow"),
    "a flow into the start": (other(START + END + flow("start", "end") + flow("end", "start")), "flow_into_start"),
    "two times in one timer": (
        bordered(
            "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration><bpmn:timeCycle>R2/PT1H"
            "</bpmn:timeCycle></bpmn:timerEventDefinition>"
        ),
        "bad_timer",
    ),
    "a time that is none": (
        bordered("<bpmn:timerEventDefinition><bpmn:timeDuration>PT5</bpmn:timeDuration></bpmn:timerEventDefinition>"),
        "bad_timer",
    ),
    "an event that waits for nothing": (straight(task("e", kind=CATCH), "e"), "missing_trigger"),
    "a reference to what is not there": (
        straight(task("e", '<bpmn:messageEventDefinition messageRef="m"/>', CATCH), "e"), "unknown_reference",
    ),
    "a word BPMN does not have": (straight(task("e", kind="fancyTask"), "e"), "unknown_element"),
    "feel that is none": (choosing("amount &gt;", FEEL), "bad_expression"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_rule_of_bpmn_is_told_whoever_drew_it(name: str) -> None:
    data, rule = BROKEN[name]
    assert rule in {one.rule for one in engine.check({"case.bpmn": data}) if one.severity == "error"}


def rules(problems: object) -> list[str]:
    assert isinstance(problems, tuple)
    return sorted(one.rule for one in problems if isinstance(one, Problem))


def test_a_drawing_for_people_is_asked_for_nothing_of_ours_in_the_house_either() -> None:
    body = START + task("a", kind="userTask") + task("b", kind="serviceTask") + END + path("start", "a", "b", "end")
    checked = examine({"case.bpmn": other(body, executable="false")}, catalogue=HOUSE)
    assert rules(checked.told) == []
    assert {"missing_form", "missing_role", "missing_operation"} <= set(rules(checked.left_open))


def test_who_declares_our_namespace_is_asked_for_everything() -> None:
    ours = OPEN["a script in another language"][0].replace(b' id="d"', b' id="d" xmlns:banjie="urn:banjie:bpmn:1"', 1)
    assert rules(engine.check({"case.bpmn": ours})) == ["script_language"]
