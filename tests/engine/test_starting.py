"""How processes begin: plainly, by messages, signals, conditions and event-based gateways."""

import pytest

from casework import engine
from tests.engine.conftest import NOON, Player
from tests.engine.drawing import catch, diagram, element, end, flows, line, message, named, signal, start, timer, user

AROUND = named("m n", "s")
GATE = '<bpmn:eventBasedGateway id="g" instantiate="true"'


def gate(kind: str = "") -> str:
    return GATE + (f' eventGatewayType="{kind}"' if kind else "") + "/>"


def test_of_several_plain_starts_one_is_named(play: Player) -> None:
    drawn = diagram(start("s1"), start("s2"), user("a"), user("b"), end(), flows("s1 a end", "s2 b end"))
    definition = play(drawn).definition()
    assert definition.processes["p"].starts == ("s1", "s2")
    for at, task in (("s1", "a"), ("s2", "b")):
        outcome = engine.start(definition, "p", {}, now=NOON, at=at)
        assert [one.element for one in outcome.opened] == [task]
    with pytest.raises(engine.SeveralStarts) as refused:
        play(drawn).start()
    assert "s1" in refused.value.zh
    assert "s2" in refused.value.en
    with pytest.raises(engine.NoSuchStart):
        engine.start(definition, "p", {}, now=NOON, at="a")


def test_a_signal_starts_a_process(play: Player) -> None:
    drawn = diagram(start("s", signal("s")), user("a"), end(), flows("s a end"), around=AROUND)
    assert play(drawn).start(None, engine.Message("s", {"x": 1}, signal=True)).task("a").data == {"x": 1}
    assert play(drawn).start(None, engine.Message("s")).open == ["a"]


def test_of_a_message_and_a_signal_of_one_name_each_begins_its_own(play: Player) -> None:
    by_signal = element("process", "q", start("qs", signal("s")), user("b"), end("qe"), flows("qs b qe"),
        isExecutable="true")  # fmt: skip
    drawn = diagram(start("ps", '<bpmn:messageEventDefinition messageRef="same"/>'), user("a"), end(),
        flows("ps a end"), around=by_signal + AROUND + '<bpmn:message id="same" name="s"/>')  # fmt: skip
    assert play(drawn).start(None, engine.Message("s")).open == ["a"]
    assert play(drawn).start("q", engine.Message("s")).open == ["b"]
    assert play(drawn).start(None, engine.Message("s", signal=True)).open == ["b"]
    with pytest.raises(engine.NoSuchStart):
        play(drawn).start("p", engine.Message("s", signal=True))


def test_an_event_based_gateway_begins_the_process_with_the_event_that_comes(play: Player) -> None:
    drawn = diagram(
        gate(), catch("one", message("m")), catch("two", message("n")), user("a"), user("b"), end(),
        flows("g one a end", "g two b end"), around=AROUND,
    )  # fmt: skip
    for name, task in (("m", "a"), ("n", "b")):
        case = play(drawn).start(None, engine.Message(name, {"x": 1}))
        assert case.open == [task]
        assert case.task(task).data == {"x": 1}
        assert case.waiting == []
        assert case.done(task).ended == "completed"
    info = play(drawn).definition().processes["p"]
    assert (info.startable, info.messages) == (False, ("m", "n"))
    with pytest.raises(engine.NoSuchStart):
        play(drawn).start()


def test_behind_a_parallel_one_all_events_come(play: Player) -> None:
    drawn = diagram(
        gate("Parallel"), catch("one", message("m")), catch("two", message("n")), user("a"), user("b"), end(),
        flows("g one a end", "g two b end"), around=AROUND,
    )  # fmt: skip
    case = play(drawn).start(None, engine.Message("n"))
    assert case.open == ["b"]
    assert [one.name for one in case.waiting] == ["m"]
    assert case.done("b").ended is None
    assert case.send("m")
    assert case.done("a").ended == "completed"


def test_receive_tasks_behind_a_gateway_that_begins_the_process(play: Player) -> None:
    drawn = diagram(
        gate(), element("receiveTask", "one", messageRef="m_m"), element("receiveTask", "two", messageRef="m_n"),
        end(), flows("g one end", "g two end"), around=AROUND,
    )  # fmt: skip
    assert play(drawn).start(None, engine.Message("n")).ended == "completed"


def test_a_receive_task_that_begins_the_process(play: Player) -> None:
    drawn = diagram(element("receiveTask", "one", messageRef="m_m", instantiate="true"), user("a"), end(),
        flows("one a end"), around=AROUND)  # fmt: skip
    assert play(drawn).start(None, engine.Message("m")).open == ["a"]


def test_two_processes_in_one_file_talk_by_messages(play: Player) -> None:
    pools = (
        '<bpmn:collaboration id="c"><bpmn:participant id="one" processRef="p"/>'
        '<bpmn:participant id="two" processRef="q"/>'
        '<bpmn:messageFlow id="f1" sourceRef="ask" targetRef="asked"/></bpmn:collaboration>'
    )
    answering = element("process", "q", start("asked", message("m")), user("think"),
        end("reply", message("n")), flows("asked think reply"), isExecutable="true")  # fmt: skip
    drawn = diagram(
        start(), element("sendTask", "ask", messageRef="m_m"), catch("answer", message("n")), user("a"), end(),
        flows("start ask answer a end"), around=AROUND + pools + answering,
    )  # fmt: skip
    one = play(drawn).start()
    [sent] = one.thrown
    two = play(drawn).start(None, sent).done("think")
    [reply] = two.thrown
    assert two.ended == "completed"
    assert one.send(reply.name, reply.payload)
    assert one.open == ["a"]


def test_a_timer_starts_a_process_when_the_caller_says_so(play: Player) -> None:
    drawn = diagram(start("s", timer("R/P1D", "Cycle")), user("a"), end(), flows("s a end"))
    assert play(drawn).start().open == ["a"]


def test_a_diagram_may_show_conversations_and_choreographies_beside_its_process(play: Player) -> None:
    shown = (
        '<bpmn:collaboration id="c"><bpmn:participant id="one" processRef="p"/><bpmn:participant id="two"/>'
        '<bpmn:conversation id="talk" name="办理"><bpmn:participantRef>one</bpmn:participantRef>'
        "<bpmn:participantRef>two</bpmn:participantRef></bpmn:conversation>"
        '<bpmn:conversationLink id="cl" sourceRef="two" targetRef="talk"/></bpmn:collaboration>'
        '<bpmn:choreography id="ch"><bpmn:participant id="pa"/><bpmn:participant id="pb"/><bpmn:startEvent id="cs"/>'
        '<bpmn:choreographyTask id="ct" initiatingParticipantRef="pa"><bpmn:participantRef>pa</bpmn:participantRef>'
        "<bpmn:participantRef>pb</bpmn:participantRef></bpmn:choreographyTask>"
        '<bpmn:sequenceFlow id="cf" sourceRef="cs" targetRef="ct"/></bpmn:choreography>'
    )
    assert play(diagram(user("a"), line("a"), around=shown)).start().open == ["a"]
