"""A good diagram gets no finding at all, and findings never depend on the order of the files."""

import pytest

from casework.engine.catalogue import Catalogue
from casework.engine.check import check
from tests.engine.diagrams import END, START, diagram, flow, path, rules, straight, task

MESSAGE = (
    '<bpmn:message id="m" name="answered"/><bpmn:error id="e" errorCode="NO_UNIT"/><bpmn:signal id="s" name="stop"/>'
)


def gateway(name: str, kind: str = "exclusive", default: str = "") -> str:
    chosen = f' default="{default}"' if default else ""
    return f'<bpmn:{kind}Gateway id="{name}"{chosen}/>'


def catch(name: str, definition: str, kind: str = "intermediateCatchEvent", **attributes: str) -> str:
    return task(name, definition, kind, **attributes)


TIMER = "<bpmn:timerEventDefinition><bpmn:timeDuration>{}</bpmn:timeDuration></bpmn:timerEventDefinition>"
ON_MESSAGE = '<bpmn:messageEventDefinition messageRef="m"/>'


def joined(name: str, end: str, other: str) -> str:
    """A link whose other end is named by its id, not by a name they share."""
    ends = f"<bpmn:{end}>{other}</bpmn:{end}>"
    return f'<bpmn:linkEventDefinition id="{name}" name="{name}">{ends}</bpmn:linkEventDefinition>'


GOOD = {
    "the shortest process": straight(""),
    "a task between": straight(task("a"), "a"),
    "an exclusive choice with a default": diagram(
        START + gateway("g", default="g_b") + task("a") + task("b") + END
        + flow("start", "g") + flow("g", "a", "urgent") + flow("g", "b") + flow("a", "end") + flow("b", "end")
    ),
    "conditions that leave nothing out": diagram(
        START + gateway("g") + task("a") + task("b") + END
        + flow("start", "g") + flow("g", "a", "n &gt; 3") + flow("g", "b", "not(n &gt; 3)") + path("a", "end")
        + path("b", "end")
    ),
    "branches in parallel, joined": diagram(
        START + gateway("g", "parallel") + task("a") + task("b") + gateway("j", "parallel") + END
        + path("start", "g", "a", "j", "end") + path("g", "b", "j")
    ),
    "an inclusive choice, joined": diagram(
        START + gateway("g", "inclusive", "g_b") + task("a") + task("b") + gateway("j", "inclusive") + END
        + path("start", "g") + flow("g", "a", "x") + path("a", "j", "end") + path("g", "b", "j")
    ),
    "a parallel join inside a loop": diagram(
        START + gateway("m") + gateway("g", "parallel") + task("a") + task("b") + gateway("j", "parallel")
        + gateway("again", default="again_end") + END
        + path("start", "m", "g", "a", "j", "again", "end") + path("g", "b", "j") + flow("again", "m", "rejected")
    ),
    "a timer on a task, not interrupting": diagram(
        START + task("a") + task("late") + END
        + catch("t", TIMER.format("PT48H"), "boundaryEvent", attachedToRef="a", cancelActivity="false")
        + path("start", "a", "end") + path("t", "late", "end")
    ),
    "a timer that asks a clock": straight(catch("t", TIMER.format('clock("reply").due')), "t"),
    "a timer with a quoted duration": straight(catch("t", TIMER.format('"P3D"')), "t"),
    "a timer that reads data": straight(catch("t", TIMER.format("= limit")), "t"),
    "an error caught on a subprocess": diagram(
        START + task("sub", '<bpmn:startEvent id="s1"/><bpmn:endEvent id="e1"><bpmn:errorEventDefinition errorRef="e"/>'
                     "</bpmn:endEvent>" + flow("s1", "e1"), "subProcess")
        + catch("b", '<bpmn:errorEventDefinition errorRef="e"/>', "boundaryEvent", attachedToRef="sub")
        + END + path("start", "sub", "end") + flow("b", "end"),
        MESSAGE,
    ),
    "the first of two events": diagram(
        START + gateway("g", "eventBased") + catch("t", TIMER.format("PT1H")) + catch("m1", ON_MESSAGE) + END
        + path("start", "g", "t", "end") + path("g", "m1", "end"),
        MESSAGE,
    ),
    "a message and a plain start": diagram(
        START + catch("called", ON_MESSAGE, "startEvent") + task("a") + END + path("start", "a", "end")
        + flow("called", "a"),
        MESSAGE,
    ),
    "a message event subprocess": diagram(
        START + task("a") + END + path("start", "a", "end")
        + task("side", catch("s2", ON_MESSAGE, "startEvent", isInterrupting="false") + '<bpmn:endEvent id="e2"/>'
               + flow("s2", "e2"), "subProcess", triggeredByEvent="true"),
        MESSAGE,
    ),
    "two tokens given and needed": straight(
        task("a", completionQuantity="2") + task("b", startQuantity="2"), "a", "b",
    ),
    "two tokens needed, one over each flow": diagram(
        START + gateway("g", "parallel") + task("a") + task("b") + task("c", startQuantity="2") + END
        + path("start", "g", "a", "c", "end") + path("g", "b", "c")
    ),
    "several instances of a task": straight(
        task("a", '<bpmn:multiInstanceLoopCharacteristics banjie:collection="intakes[callback = &quot;waiting&quot;]" '
             'banjie:element="intake" banjie:collect="answers"/>'), "a",
    ),
    "a loop with a condition": straight(
        task("a", "<bpmn:standardLoopCharacteristics><bpmn:loopCondition>n &lt; 3</bpmn:loopCondition>"
             "</bpmn:standardLoopCharacteristics>"), "a",
    ),
    "links": diagram(
        START + catch("out", '<bpmn:linkEventDefinition name="A"/>', "intermediateThrowEvent")
        + catch("in", '<bpmn:linkEventDefinition name="A"/>') + END + flow("start", "out") + flow("in", "end")
    ),
    "links that name each other": diagram(
        START + catch("out", joined("away", "target", "back"), "intermediateThrowEvent")
        + catch("in", joined("back", "source", "away")) + END + flow("start", "out") + flow("in", "end")
    ),
    "a script": straight(
        task("a", "<bpmn:script>{分数: amount * 2}</bpmn:script>", "scriptTask", scriptFormat="feel"), "a"
    ),
    "a script whose language is a type of content": straight(
        task("a", "<bpmn:script>{score: amount * 2}</bpmn:script>", "scriptTask", scriptFormat="text/x-feel"), "a"
    ),
    "a task that splits on its own": diagram(START + task("a") + task("b") + END + path("start", "a", "b", "end")
                                             + flow("a", "end", "quick")),
    "a signal at the end": diagram(
        START + catch("end", '<bpmn:signalEventDefinition signalRef="s"/>', "endEvent") + flow("start", "end"),
        MESSAGE,
    ),
    "branches merged by a rule for each name": diagram(
        START + task("g", kind="parallelGateway") + task("a") + task("b") + END
        + task("j", kind="parallelGateway", banjie__merge=" 合计: sum;notes : append; stage: last; ")
        + path("start", "g", "a", "j", "end") + path("g", "b", "j")
    ),
    "a global script": straight(
        task("c", kind="callActivity", calledElement="g"), "c",
        outside=task("g", "<bpmn:script>{a: 1}</bpmn:script>", "globalScriptTask", scriptLanguage="feel"),
    ),
    "a loop that a boundary event ends": diagram(
        START + task("sub", '<bpmn:startEvent id="s1"/><bpmn:exclusiveGateway id="m"/><bpmn:userTask id="u"/>'
                     + path("s1", "m", "u", "m"), "subProcess")
        + catch("b", TIMER.format("P1D"), "boundaryEvent", attachedToRef="sub") + END
        + path("start", "sub", "end") + flow("b", "end")
    ),
    "a branch in parallel that can be undone": diagram(
        START + gateway("g", "parallel") + task("a") + task("b") + gateway("j", "parallel") + END
        + catch("undo", "<bpmn:compensateEventDefinition/>", "boundaryEvent", attachedToRef="a")
        + task("undone", isForCompensation="true")
        + '<bpmn:association id="back" sourceRef="undo" targetRef="undone"/>'
        + path("start", "g", "a", "j", "end") + path("g", "b", "j")
    ),
    "data that is only drawn beside its steps": straight(
        '<bpmn:dataObject id="file"/><bpmn:dataObjectReference id="paper" dataObjectRef="file"/>'
        + task("a", '<bpmn:dataOutputAssociation id="written"><bpmn:targetRef>paper</bpmn:targetRef>'
               "</bpmn:dataOutputAssociation>")
        + task("b", '<bpmn:property id="p1" name="placeholder"/><bpmn:dataInputAssociation id="read">'
               "<bpmn:sourceRef>paper</bpmn:sourceRef><bpmn:targetRef>p1</bpmn:targetRef>"
               "</bpmn:dataInputAssociation>"),
        "a", "b",
    ),
    "documentation, lanes, notes and colours": diagram(
        "<bpmn:documentation>办理</bpmn:documentation>"
        '<bpmn:laneSet id="ls"><bpmn:lane id="l" name="街道"><bpmn:flowNodeRef>start</bpmn:flowNodeRef></bpmn:lane>'
        "</bpmn:laneSet>"
        '<bpmn:textAnnotation id="n"><bpmn:text>依据</bpmn:text></bpmn:textAnnotation>'
        '<bpmn:association id="as" sourceRef="start" targetRef="n"/>' + START + END + flow("start", "end")
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_a_good_diagram_has_no_finding(name: str) -> None:
    assert rules(GOOD[name]) == []


def test_a_task_of_the_house_that_says_everything_has_no_finding() -> None:
    data = straight(
        task("handle", kind="userTask", name="办理", banjie__form="complaint_handling/handle",
             banjie__role="community_officer street_officer", banjie__scope="estate.community",
             banjie__due="= clock(&quot;reply&quot;).due", banjie__conflict="K1 K2", banjie__priority="1")
        + task("dispatch", '<bpmn:extensionElements><banjie:parameter name="unit" value="triage.unit"/>'
               "</bpmn:extensionElements>", "serviceTask", name="派单", banjie__operation="complaints.dispatch"),
        "handle", "dispatch",
    )  # fmt: skip
    assert (
        rules(
            data,
            forms={"complaint_handling/handle"},
            roles={"community_officer", "street_officer"},
            scopes={"estate.community"},
            conflicts={"K1", "K2"},
            operations={"complaints.dispatch": ("unit", "co_units")},
            clocks={"reply"},
            functions={"clock"},
        )
        == []
    )


def test_a_call_finds_its_process_in_another_file() -> None:
    caller = straight(task("c", kind="callActivity", calledElement="q"), "c")
    called = straight("").replace(b'id="p"', b'id="q"')
    assert check({"a.bpmn": caller, "b.bpmn": called}) == ()
    assert [one.rule for one in check({"a.bpmn": caller})] == ["unknown_process"]


def test_a_decision_is_found_in_a_table_beside_the_diagram() -> None:
    caller = straight(task("c", kind="businessRuleTask", banjie__decision="triage"), "c")
    table = b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"><decision id="triage"/></definitions>'
    assert check({"a.bpmn": caller, "triage.dmn": table}) == ()
    other = check({"a.bpmn": caller, "triage.dmn": table.replace(b"triage", b"other")})
    assert [one.rule for one in other] == ["unknown_decision"]


def test_the_order_of_the_files_changes_nothing() -> None:
    files = {"b.bpmn": straight(task("a", kind="nonsense"), "a"), "a.bpmn": b"<", "c.bpmn": straight("", "gone")}
    backwards = dict(reversed(files.items()))
    assert check(files) == check(backwards, catalogue=Catalogue())
