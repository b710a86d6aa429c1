"""What is not a word of the language, does not run yet, or refers to nothing is told of."""

import pytest

from tests.engine.diagrams import START, diagram, findings, flow, path, straight, task
from tests.engine.parts import CATCH, EXTENSION, ON_MESSAGE, OUTSIDE, TIMER, on_boundary

Told = list[tuple[str, str | None]]

BROKEN: dict[str, tuple[bytes, Told]] = {
    # the words of the language
    "a word BPMN does not have": (straight(task("a", kind="magicTask"), "a"), [("unknown_element", "a")]),
    "a foreign element in the flow": (straight('<x:task xmlns:x="x" id="a"/>'), [("unknown_element", "a")]),
    "a step in a task": (straight(task("a", task("b")), "a"), [("misplaced_element", "b")]),
    "a condition on a task": (
        straight(task("a", "<bpmn:conditionExpression>x</bpmn:conditionExpression>"), "a"),
        [("misplaced_element", "a")],
    ),
    "a misspelt attribute": (straight(task("a", defualt="x"), "a"), [("unknown_attribute", "a")]),
    "an attribute with the wrong capitals": (
        on_boundary(TIMER.format("timeDuration", "PT1H"), attachedToRef="a", cancelactivity="false"),
        [("unknown_attribute", "b")],
    ),
    "an attribute with a prefix": (
        straight("<bpmn:task bpmn:name='x' id='a'/>", "a"),
        [("unknown_attribute", "a")],
    ),
    "a value that is none": (
        on_boundary(TIMER.format("timeDuration", "PT1H"), attachedToRef="a", cancelActivity="yes"),
        [("bad_value", "b")],
    ),
    "a banjie attribute nobody knows": (
        straight(task("a", kind="task", banjie__rol="x"), "a"),
        [("unknown_extension", "a")],
    ),
    "a form on a script": (
        straight(
            task("a", "<bpmn:script>{a: 1}</bpmn:script>", "scriptTask", scriptFormat="feel", banjie__form="f"), "a"
        ),
        [("unknown_extension", "a")],
    ),
    "a banjie element nobody knows": (
        straight(
            task(
                "a", EXTENSION.format('<banjie:paramter name="a" value="1"/>'), "serviceTask", banjie__operation="x.y"
            ),
            "a",
        ),
        [("unknown_extension", "a")],
    ),
    "a parameter without a value": (
        straight(
            task("a", EXTENSION.format('<banjie:parameter name="a"/>'), "serviceTask", banjie__operation="x.y"), "a"
        ),
        [("unknown_extension", "a")],
    ),
    "marks that only the engine writes": (straight(task("a", banjie__of="b"), "a"), [("unknown_extension", "a")]),
    "another engine's instructions": (
        straight('<bpmn:userTask xmlns:c="http://camunda.org/schema/1.0/bpmn" c:assignee="x" id="a"/>', "a"),
        [("foreign_extension", "a")],
    ),
    # what does not run
    "a parallel event gateway inside a process": (
        straight(
            task("g", kind="eventBasedGateway", eventGatewayType="Parallel")
            + task("t", ON_MESSAGE, CATCH)
            + task("u", TIMER.format("timeDuration", "PT1H"), CATCH)
            + path("g", "t", "end")
            + path("g", "u", "end"),
            "g",
            outside=OUTSIDE,
        ).replace(path("g", "end").encode(), b""),
        [("not_supported_yet", "g")],
    ),
    # ids and references
    "one id twice": (straight(task("a") + task("a"), "a"), [("duplicate_id", "a")]),
    "an id with a space": (straight("", outside='<bpmn:message id="a b" name="x"/>'), [("bad_id", "a b")]),
    "an id that is empty": (straight("", outside='<bpmn:message id="" name="x"/>'), [("bad_id", None)]),
    "a task without an id": (straight("<bpmn:task name='甲'/>"), [("missing_id", "p")]),
    "a message that is not there": (
        straight(task("t", '<bpmn:messageEventDefinition messageRef="gone"/>', CATCH), "t"),
        [("unknown_reference", "t")],
    ),
    "a message that is a signal": (
        straight(task("t", '<bpmn:messageEventDefinition messageRef="s"/>', CATCH), "t", outside=OUTSIDE),
        [("unknown_reference", "t")],
    ),
    "a message nobody names": (straight(task("t", kind="receiveTask"), "t"), [("missing_reference", "t")]),
    "an error end without an error": (
        diagram(START + task("end", "<bpmn:errorEventDefinition/>", "endEvent") + flow("start", "end")),
        [("missing_reference", "end")],
    ),
    "a message without a name": (straight("", outside='<bpmn:message id="m"/>'), [("missing_reference", "m")]),
    "a lane with a step that is gone": (
        straight(
            '<bpmn:laneSet><bpmn:lane id="l"><bpmn:flowNodeRef>gone</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>'
        ),
        [("unknown_reference", "l")],
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_wrong_is_told_once_and_of_the_right_element(name: str) -> None:
    data, expected = BROKEN[name]
    told = [(one.rule, one.element) for one in findings(data)]
    assert sorted(told, key=str) == sorted(expected, key=str)
