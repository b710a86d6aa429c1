"""Data associations: what goes in under one name and comes out under another."""

import pytest

from casework import engine
from tests.engine.conftest import Player
from tests.engine.drawing import (
    boundary,
    call,
    catch,
    diagram,
    element,
    end,
    flows,
    line,
    many,
    message,
    named,
    script,
    service,
    start,
    sub,
    throw,
    user,
)


def io(inputs: str = "", outputs: str = "") -> str:
    """Inputs and outputs; each has the id i_name or o_name."""
    return element(
        "ioSpecification", "io",
        *(element("dataInput", f"i_{word}", name=word) for word in inputs.split()),
        *(element("dataOutput", f"o_{word}", name=word) for word in outputs.split()),
    ).replace(' id="io"', "")  # fmt: skip


def move(way: str, source: str, target: str, inner: str = "") -> str:
    ends = f"<bpmn:sourceRef>{source}</bpmn:sourceRef>" if source else ""
    into = f"<bpmn:targetRef>{target}</bpmn:targetRef>" if target else ""
    return f"<bpmn:data{way}Association>{ends}{into}{inner}</bpmn:data{way}Association>"


def assign(source: str, target: str) -> str:
    return f"<bpmn:assignment><bpmn:from>{source}</bpmn:from><bpmn:to>{target}</bpmn:to></bpmn:assignment>"


def made(text: str) -> str:
    return f"<bpmn:transformation>{text}</bpmn:transformation>"


OBJECTS = (
    '<bpmn:dataObject id="d1" name="amount"/><bpmn:dataObject id="d2" name="total"/>'
    '<bpmn:dataObjectReference id="r1" name="amount" dataObjectRef="d1"/>'
)


def test_a_script_reads_its_inputs_and_writes_its_outputs(play: Player) -> None:
    work = script("s", "{y: x * 2, free: x}").replace(
        "<bpmn:script>", io("x", "y") + move("Input", "r1", "i_x") + move("Output", "o_y", "d2") + "<bpmn:script>"
    )
    case = play(diagram(OBJECTS, work, user("z"), line("s", "z"))).start(amount=5, y="own")
    assert case.task("z").data == {"amount": 5, "total": 10, "free": 5, "y": "own"}


@pytest.mark.parametrize(
    ("own", "shown", "known"),
    [
        ('name="amount"', "", "amount"),
        ('name="amount"', 'name="What is owed"', "amount"),
        ("", 'name="amount"', "amount"),
        ("", "", "d1"),
    ],
)
def test_a_data_object_is_known_by_its_own_name_before_that_of_its_reference(
    play: Player, own: str, shown: str, known: str
) -> None:
    data = f'<bpmn:dataObject id="d1" {own}/><bpmn:dataObjectReference id="r1" dataObjectRef="d1" {shown}/>'
    work = script("s", "{y: 2, seen: 1}").replace(
        "<bpmn:script>", io("", "y") + move("Output", "o_y", "r1") + "<bpmn:script>"
    )
    reads = user("z", io("x") + move("Input", "r1", "i_x"))
    case = play(diagram(data, work, reads, line("s", "z"))).start()
    assert case.task("z").data == {known: 2, "x": 2, "seen": 1}


def test_a_person_sees_the_inputs_and_answers_with_the_outputs(play: Player) -> None:
    work = user(
        "a", io("x", "y") + move("Input", "d1", "i_x", made("amount + 1")) + move("Output", "o_y", "d2", made("y * 10"))
    )
    case = play(diagram(OBJECTS, work, user("z"), line("a", "z"))).start(amount=5)
    assert case.task("a").data == {"amount": 5, "x": 6}
    assert case.done("a", y=3, note="ok").task("z").data == {"amount": 5, "total": 30, "note": "ok"}


def test_assignments(play: Player) -> None:
    work = service("a", io("x", "y") + move("Input", "", "i_x", assign("amount - 1", "x"))
        + move("Output", "o_y", "d2", assign("y.a", "first") + assign("y.b", "second")))  # fmt: skip
    case = play(diagram(OBJECTS, work, user("z"), line("a", "z"))).start(amount=5)
    assert case.asking("a").data["x"] == 4
    assert case.answer("a", y={"a": 1, "b": 2}).task("z").data == {"amount": 5, "first": 1, "second": 2}


def test_an_association_that_is_only_drawn_moves_nothing(play: Player) -> None:
    work = user("a", move("Input", "r1", "x") + move("Output", "", "d2"))
    case = play(diagram(OBJECTS, work, user("z"), line("a", "z"))).start(amount=5)
    assert case.done("a", total=1).task("z").data == {"amount": 5, "total": 1}


def test_subprocesses_and_calls_see_what_goes_in(play: Player) -> None:
    spec = io("x", "y") + move("Input", "d1", "i_x") + move("Output", "o_y", "d2")
    inner = sub("inner", spec, start("is"), script("s", "{seen: x}"), end("ie"), flows("is s ie"))
    case = play(diagram(OBJECTS, inner, user("z"), line("inner", "z"))).start(amount=5)
    assert case.task("z").data["seen"] == 5
    child = diagram(script("s", "{y: x * 3}"), line("s"), process="child")
    parent = diagram(OBJECTS, call("ask", "child", spec), user("z"), line("ask", "z"))
    case = play({"p.bpmn": parent, "c.bpmn": child}).start(amount=5)
    assert case.task("z").data == {"amount": 5, "total": 15}


def test_events_bring_and_carry_data_by_their_associations(play: Player) -> None:
    caught = catch("wait", message("m"), '<bpmn:dataOutput id="o_text" name="text"/>' + move("Output", "o_text", "d2"))
    thrown = throw("tell", message("n"), '<bpmn:dataInput id="i_sum" name="sum"/>' + move("Input", "d2", "i_sum"))
    case = play(diagram(OBJECTS, caught, thrown, user("z"), line("wait", "tell", "z"), around=named("m n"))).start()
    assert case.send("m", {"text": "好", "other": 1})
    assert case.task("z").data == {"total": "好", "other": 1}
    assert [(one.name, one.payload) for one in case.thrown] == [("n", {"sum": "好"})]
    case = play(diagram(OBJECTS, caught, thrown, user("z"), line("wait", "tell", "z"), around=named("m n"))).start()
    assert case.send("m", {"other": 1})
    assert case.task("z").data == {"total": {"other": 1}, "other": 1}


def test_instances_as_the_standard_writes_them(play: Player) -> None:
    repeated = many(
        "<bpmn:loopDataInputRef>i_list</bpmn:loopDataInputRef><bpmn:loopDataOutputRef>o_all</bpmn:loopDataOutputRef>",
        '<bpmn:inputDataItem id="ii" name="one"/><bpmn:outputDataItem id="oi" name="answer"/>',
    )
    work = user("a", io("list", "all") + move("Input", "d1", "i_list") + move("Output", "o_all", "d2") + repeated)
    case = play(diagram(OBJECTS, work, user("z"), line("a", "z"))).start(amount=["甲", "乙"])
    assert [case.task("a", n).data["one"] for n in (0, 1)] == ["甲", "乙"]
    case.done("a", 1, answer="B", more=1).done("a", answer="A")
    assert case.task("z").data == {"amount": ["甲", "乙"], "total": ["A", "B"]}


def test_an_interrupted_activity_hands_nothing_out(play: Player) -> None:
    spec = io("", "y") + move("Output", "o_y", "d2")
    inner = sub("inner", spec, start("is"), user("u"), end("ie"), flows("is u ie"))
    drawn = diagram(OBJECTS, inner, boundary("b", "inner", message("m")), user("z"), line("inner", "z"), flows("b z"),
        around=named("m"))  # fmt: skip
    case = play(drawn).start()
    assert case.send("m")
    assert "total" not in case.task("z").data


@pytest.mark.parametrize(
    "association",
    [
        move("Input", "st", "i_x"),
        move("Output", "o_y", "st"),
        move("Input", "", "i_x", assign("amount", "1 + 2")),
    ],
)
def test_what_can_not_move_is_refused(association: str) -> None:
    store = '<bpmn:dataStoreReference id="st" name="小区台账"/>'
    found = engine.check({"p.bpmn": diagram(OBJECTS, store, user("a", io("x", "y") + association), line("a"))})
    assert [(one.rule, one.element) for one in found if one.severity == "error"] == [("not_supported_yet", "a")]


def test_a_data_store_may_be_drawn(play: Player) -> None:
    store = '<bpmn:dataStoreReference id="st" name="小区台账"/>'
    assert play(diagram(store, user("a", move("Output", "", "st")), line("a"))).start().open == ["a"]
