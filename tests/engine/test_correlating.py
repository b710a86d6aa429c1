"""Correlation keys as BPMN writes them: which message belongs to which case."""

from casework import engine
from tests.engine.conftest import Player
from tests.engine.drawing import catch, diagram, element, end, extras, flows, line, message, named, start, throw, user


def prop(word: str, **paths: str) -> str:
    """A property of a key, with where it stands in each message."""
    found = "".join(
        f'<bpmn:correlationPropertyRetrievalExpression messageRef="m_{name}">'
        f"<bpmn:messagePath>{path}</bpmn:messagePath></bpmn:correlationPropertyRetrievalExpression>"
        for name, path in paths.items()
    )
    return element("correlationProperty", f"cp_{word}", found, name=word)


KEY = (
    '<bpmn:collaboration id="c"><bpmn:participant id="us" processRef="p"/><bpmn:correlationKey id="k">'
    "<bpmn:correlationPropertyRef>cp_no</bpmn:correlationPropertyRef></bpmn:correlationKey></bpmn:collaboration>"
)
AROUND = named("order reply") + prop("no", order="number", reply="answer.number") + KEY
TALK = diagram(
    start("begin", message("order")), catch("wait", message("reply")), user("a"), end(), flows("begin wait a end"),
    around=AROUND,
)  # fmt: skip


def test_the_message_that_begins_a_case_sets_its_key(play: Player) -> None:
    case = play(TALK).start(None, engine.Message("order", {"number": "A1"}))
    assert [one.correlation for one in case.waiting] == [{"no": "A1"}]
    assert not case.send("reply", {"answer": {"number": "B2"}})
    assert not case.send("reply")
    assert case.send("reply", {"answer": {"number": "A1"}})
    assert case.open == ["a"]


def test_the_key_may_stand_beside_the_payload(play: Player) -> None:
    case = play(TALK).start(None, engine.Message("order", {"number": "A1"}))
    assert not case.send("reply", no="B2")
    assert case.send("reply", no="A1")


def test_a_message_that_is_sent_sets_the_key_and_bears_it(play: Player) -> None:
    drawn = diagram(
        throw("ask", message("order"), extras("parameter", number="no1")), catch("wait", message("reply")),
        line("ask", "wait"), around=AROUND,
    )  # fmt: skip
    case = play(drawn).start(no1="A1")
    assert [(one.name, one.correlation) for one in case.thrown] == [("order", {"no": "A1"})]
    assert not case.send("reply", {"answer": {"number": "B2"}})
    assert case.send("reply", {"answer": {"number": "A1"}})
    assert case.ended == "completed"


def test_a_first_message_without_a_key_yet_is_taken_and_sets_it(play: Player) -> None:
    drawn = diagram(catch("one", message("order")), catch("two", message("reply")), line("one", "two"), around=AROUND)
    case = play(drawn).start()
    assert case.send("order", {"number": 7})
    assert not case.send("reply", {"answer": {"number": 8}})
    assert case.send("reply", {"answer": {"number": 7}})


def test_a_subscription_asks_the_data_of_the_process(play: Player) -> None:
    subscription = (
        '<bpmn:correlationSubscription id="cs" correlationKeyRef="k">'
        '<bpmn:correlationPropertyBinding correlationPropertyRef="cp_no"><bpmn:dataPath>case_no</bpmn:dataPath>'
        "</bpmn:correlationPropertyBinding></bpmn:correlationSubscription>"
    )
    drawn = diagram(catch("wait", message("reply")), line("wait"), subscription, around=AROUND)
    case = play(drawn).start(case_no="A1")
    assert [one.correlation for one in case.waiting] == [{"no": "A1"}]
    assert not case.send("reply", {"answer": {"number": "B2"}})
    assert case.send("reply", {"answer": {"number": "A1"}})


def test_what_the_thrower_says_of_itself_goes_with_the_message(play: Player) -> None:
    drawn = diagram(throw("ask", message("order"), extras("match", estate="e")), line("ask"), around=named("order"))
    assert [one.correlation for one in play(drawn).start(e=3).thrown] == [{"estate": 3}]
