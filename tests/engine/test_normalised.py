"""What the designer drew in one element and runs as several still speaks of the designer's element."""

from tests.engine.conftest import Player
from tests.engine.drawing import boundary, catch, diagram, end, flows, line, message, named, start, throw, timer, user

LINK = '<bpmn:linkEventDefinition name="L"/>'


def test_links_that_name_each_other_pass_the_token_on(play: Player) -> None:
    away = '<bpmn:linkEventDefinition id="l1" name="away"><bpmn:target>l2</bpmn:target></bpmn:linkEventDefinition>'
    back = '<bpmn:linkEventDefinition id="l2" name="back"><bpmn:source>l1</bpmn:source></bpmn:linkEventDefinition>'
    drawn = diagram(start(), throw("out", away), catch("in", back), user("a"), end(), flows("start out", "in a end"))
    assert play(drawn).start().open == ["a"]


def test_links_pass_the_token_on(play: Player) -> None:
    drawn = diagram(start(), user("a"), throw("out", LINK), catch("into", LINK), user("b"), end(),
        flows("start a out", "into b end"))  # fmt: skip
    case = play(drawn).start().done("a")
    assert case.open == ["b"]
    assert case.done("b").seen() == ["start", "a", "out", "into", "b", "end"]


def test_an_event_with_several_triggers_waits_for_any_and_is_one_element_outside(play: Player) -> None:
    drawn = diagram(catch("wait", message("m") + timer("P1D")), user("a"), line("wait", "a"), around=named("m"))
    for happen in ("message", "timer"):
        case = play(drawn).start()
        assert case.standing == ["wait"]
        assert case.waits == ["wait"]
        if happen == "message":
            assert case.send("m")
        else:
            case.fire("wait")
        assert case.open == ["a"]
        assert case.waits == []
        assert {event.element for event in case.history} == {"start", "wait", "a"}
        assert case.seen().count("wait") == 1


def test_a_boundary_event_with_several_triggers(play: Player) -> None:
    drawn = diagram(user("a"), boundary("stop", "a", message("m") + timer("P1D")), user("b"), line("a"),
        flows("stop b end"), around=named("m"))  # fmt: skip
    case = play(drawn).start()
    assert case.send("m")
    assert case.open == ["b"]
    assert set(case.definition().processes["p"].elements) == {"start", "end", "a", "stop", "b"}


def test_event_definitions_by_reference(play: Player) -> None:
    drawn = diagram(catch("wait", "<bpmn:eventDefinitionRef>shared</bpmn:eventDefinitionRef>"), line("wait"),
        around=named("m") + '<bpmn:messageEventDefinition id="shared" messageRef="m_m"/>')  # fmt: skip
    case = play(drawn).start()
    assert case.send("m")
    assert case.ended == "completed"
