"""What the standard forbids is told of, and the same diagram put right has no finding."""

import pytest

from casework.engine.check import check
from tests.engine.diagrams import END, START, diagram, findings, flow, path, straight, task
from tests.engine.parts import CATCH, MI, ON_MESSAGE, OUTSIDE, TIMER, choice, event_subprocess

Told = list[tuple[str, str | None]]

RUNS = '<bpmn:process id="q"><bpmn:startEvent id="qs"/><bpmn:task id="work"/><bpmn:endEvent id="qe"/>{}</bpmn:process>'
OTHER = RUNS.format(path("qs", "work", "qe"))
POOLS = (
    '<bpmn:collaboration id="c"><bpmn:participant id="us" processRef="p"/>'
    '<bpmn:participant id="them"{}/><bpmn:messageFlow id="mf" sourceRef="{}" targetRef="{}"/></bpmn:collaboration>'
)
ITEMS = (
    '<bpmn:itemDefinition id="letters" structureRef="Letter" isCollection="true"/>'
    '<bpmn:itemDefinition id="letter" structureRef="Letter"/><bpmn:itemDefinition id="bill" structureRef="Bill"/>'
)
IO = (
    '<bpmn:ioSpecification><bpmn:dataInput id="in"{}/><bpmn:inputSet id="is">{}</bpmn:inputSet>'
    '<bpmn:outputSet id="os"/></bpmn:ioSpecification>'
)
LISTED = "<bpmn:dataInputRefs>in</bpmn:dataInputRefs>"
UNDO = '<bpmn:boundaryEvent id="undo" attachedToRef="a"><bpmn:compensateEventDefinition/></bpmn:boundaryEvent>'
DI = (
    '<di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:dd="http://www.omg.org/spec/DD/20100524/DI">'
    '<di:BPMNPlane bpmnElement="p">{}</di:BPMNPlane></di:BPMNDiagram>'
)
SHAPE = '<di:BPMNShape bpmnElement="{}"><dc:Bounds x="1.5" y="-2" width="36" height="36"/></di:BPMNShape>'
EDGE = '<di:BPMNEdge bpmnElement="start_end"><dd:waypoint x="1" y="1"/>{}</di:BPMNEdge>'
POINT = '<dd:waypoint x="9" y="1"/>'


def talk(source: str, target: str, start: str = START, other: str = OTHER, their: str = ' processRef="q"') -> bytes:
    """Two pools with one message flow between them."""
    middle = task("send", ON_MESSAGE, "intermediateThrowEvent") + task("wait", ON_MESSAGE, CATCH)
    body = start + middle + task("g", kind="exclusiveGateway") + task("a") + END
    flows = path("start", "send", "wait", "g", "a", "end") + flow("g", "end", "x")
    fixed = flows.replace('id="g_a"', 'id="g_a" name="else"')
    return diagram(
        body.replace('<bpmn:exclusiveGateway id="g"', '<bpmn:exclusiveGateway id="g" default="g_a"') + fixed,
        OUTSIDE + POOLS.format(their, source, target) + other,
    )


def data(inner: str, outside: str = ITEMS) -> bytes:
    return straight(task("a", inner), "a", outside=outside)


def caught(first: str, second: str) -> bytes:
    events = "".join(
        task(name, f'<bpmn:errorEventDefinition errorRef="{error}"/>', "boundaryEvent", attachedToRef="a")
        for name, error in (("b1", first), ("b2", second))
    )
    known = OUTSIDE + '<bpmn:error id="other" errorCode="OTHER"/>'
    return straight(task("a") + events + flow("b1", "end") + flow("b2", "end"), "a", outside=known)


def undone(inner: str, undoing: str = "") -> bytes:
    return diagram(START + task("a") + END + UNDO + inner + path("start", "a", "end") + undoing)


def transaction(kind: str) -> bytes:
    inside = '<bpmn:startEvent id="s2"/><bpmn:endEvent id="e2"><bpmn:cancelEventDefinition/></bpmn:endEvent>'
    return diagram(
        START
        + task("sub", inside + flow("s2", "e2"), kind)
        + task("b", "<bpmn:cancelEventDefinition/>", "boundaryEvent", attachedToRef="sub")
        + END
        + path("start", "sub", "end")
        + flow("b", "end")
    )


def lanes(first: str, second: str) -> bytes:
    drawn = "".join(
        f'<bpmn:lane id="l{number}" name="{number}"><bpmn:flowNodeRef>{name}</bpmn:flowNodeRef></bpmn:lane>'
        for number, name in enumerate((first, second), 1)
    )
    return straight(f'<bpmn:laneSet id="ls">{drawn}</bpmn:laneSet>' + task("a"), "a", outside=OTHER)


def drawn(*shapes: str) -> bytes:
    return straight("").replace(b"</bpmn:definitions>", DI.format("".join(shapes)).encode() + b"</bpmn:definitions>")


def script(name: str, source: str) -> str:
    return task(name, f"<bpmn:script>{source}</bpmn:script>", "scriptTask", scriptFormat="feel")


def computed(first: str, second: str) -> bytes:
    return straight(script("a", first) + script("b", second), "a", "b")


def pool_of(multiplicity: str) -> bytes:
    return straight(
        "",
        outside=f'<bpmn:collaboration id="c"><bpmn:participant id="us" processRef="p">'
        f"<bpmn:participantMultiplicity {multiplicity}/></bpmn:participant></bpmn:collaboration>",
    )


WAIT = TIMER.format("timeDuration", "PT1H")
EVENT = '<bpmn:messageEventDefinition messageRef="m"/>'

# what is wrong: the broken diagram, what is told of it, and the diagram put right
DELIVERED = (
    '<bpmn:dataOutput id="o" itemSubjectRef="letter"/><bpmn:outputSet><bpmn:dataOutputRefs>o</bpmn:dataOutputRefs>'
    "</bpmn:outputSet>"
)


def delivered(data: str) -> bytes:
    """An executable process that waits for a letter."""
    letter = ITEMS + '<bpmn:message id="post" name="post" itemRef="letter"/>'
    event = task("t", data + '<bpmn:messageEventDefinition messageRef="post"/>', CATCH)
    return straight(event, "t", outside=letter).replace(b'id="p"', b'id="p" isExecutable="true"')


PAIRS: dict[str, tuple[bytes, Told, bytes]] = {
    # message flows
    "a message flow between a pool and its own step": (
        talk("us", "a"),
        [("message_flow_inside", "mf")],
        talk("them", "a"),
    ),
    "a message flow from a pool to itself": (
        talk("them", "them", their=""),
        [("message_flow_inside", "mf")],
        talk("them", "us", their=""),
    ),
    "a message flow out of a start": (
        talk("start", "them"),
        [("message_flow_end", "mf")],
        talk("send", "them"),
    ),
    "a message flow into a plain start": (
        talk("them", "start"),
        [("message_flow_end", "mf")],
        talk("them", "start", start=f'<bpmn:startEvent id="start">{ON_MESSAGE}</bpmn:startEvent>'),
    ),
    "a message flow into an end": (talk("them", "end"), [("message_flow_end", "mf")], talk("them", "wait")),
    "a message flow out of a plain end": (talk("end", "them"), [("message_flow_end", "mf")], talk("a", "work")),
    "a message flow out of what waits": (talk("wait", "them"), [("message_flow_end", "mf")], talk("send", "work")),
    "a message flow into what sends": (talk("them", "send"), [("message_flow_end", "mf")], talk("work", "wait")),
    "a message flow at a gateway": (talk("g", "them"), [("unknown_reference", "mf")], talk("a", "them")),
    "a flow that its node does not list": (
        straight(task("a", "<bpmn:incoming>start_a</bpmn:incoming>") + task("b"), "a", "b").replace(
            b'<bpmn:startEvent id="start"/>',
            b'<bpmn:startEvent id="start"><bpmn:outgoing>start_a</bpmn:outgoing></bpmn:startEvent>',
        ),
        [("stale_flow_list", name) for name in ("a_b", "b_end")],
        straight(task("a") + task("b"), "a", "b"),
    ),
    # flows of events
    "a start that leads nowhere": (
        diagram(START + task("s", '<bpmn:startEvent id="s2"/>', "subProcess") + END + path("start", "s", "end")),
        [("no_end", "s"), ("unconnected_event", "s2")],
        diagram(START + task("s", task("b"), "subProcess") + END + path("start", "s", "end")),
    ),
    "an event in the middle where the path ends": (
        diagram(START + task("t", WAIT, CATCH) + task("a") + END + path("start", "t") + path("start", "a", "end")),
        [("unconnected_event", "t")],
        straight(task("t", WAIT, CATCH), "t"),
    ),
    "an event in the middle where the process begins": (
        diagram(task("t", WAIT, CATCH) + task("a") + path("t", "a")),
        [("unconnected_event", "t")],
        diagram(task("b") + task("t", WAIT, CATCH) + task("a") + path("b", "t", "a")),
    ),
    "a boundary event that leads nowhere": (
        straight(task("a") + task("b", WAIT, "boundaryEvent", attachedToRef="a"), "a"),
        [("unconnected_event", "b")],
        straight(task("a") + task("b", WAIT, "boundaryEvent", attachedToRef="a") + flow("b", "end"), "a"),
    ),
    "an error caught twice on one border": (
        caught("e", "e"),
        [("caught_twice", "b2")],
        caught("e", "other"),
    ),
    # compensation, transactions
    "a compensation event that undoes nothing": (
        undone(""),
        [("compensation", "undo")],
        straight(task("a"), "a"),
    ),
    "a compensation event with a flow": (
        undone(flow("undo", "end")),
        [("compensation", "undo"), ("compensation", "undo")],
        straight(task("a"), "a"),
    ),
    "an activity that undoes nothing": (
        straight(task("a", isForCompensation="true")),
        [("unused_compensation", "a")],
        straight(task("a"), "a"),
    ),
    "a subprocess cancelled like a transaction": (
        transaction("subProcess"),
        [("cancel_outside_transaction", "b"), ("cancel_outside_transaction", "e2")],
        straight(task("a"), "a"),
    ),
    "an ad hoc subprocess with a start and nothing to do": (
        straight(task("s", '<bpmn:startEvent id="s2"/>', "adHocSubProcess"), "s"),
        [("ad_hoc", "s"), ("ad_hoc", "s2"), ("unconnected_event", "s2")],
        straight(task("a"), "a"),
    ),
    # gateways
    "a gateway that is mixed in name only": (
        choice(flow("g", "a", "x"), flow("g", "b"), default="g_b").replace(
            b"<bpmn:exclusiveGateway ", b'<bpmn:exclusiveGateway gatewayDirection="Mixed" '
        ),
        [("wrong_direction", "g")],
        choice(flow("g", "a", "x"), flow("g", "b"), default="g_b").replace(
            b"<bpmn:exclusiveGateway ", b'<bpmn:exclusiveGateway gatewayDirection="Diverging" '
        ),
    ),
    "a gateway that neither splits nor joins": (
        straight(task("g", kind="parallelGateway"), "g"),
        [("gateway_without_purpose", "g")],
        straight(task("g"), "g"),
    ),
    "a condition behind an event": (
        diagram(START + task("t", WAIT, CATCH) + END + flow("start", "t") + flow("t", "end", "x")),
        [("condition_not_allowed", "t_end")],
        straight(task("t", WAIT, CATCH), "t"),
    ),
    "a receiver that starts the process in its middle": (
        straight(task("r", kind="receiveTask", messageRef="m", instantiate="true"), "r", outside=OUTSIDE),
        [("flow_into_start", "r")],
        straight(task("r", kind="receiveTask", messageRef="m"), "r", outside=OUTSIDE),
    ),
    # lanes, participants
    "a step in two lanes": (lanes("a", "a"), [("lane_overlap", "l2")], lanes("a", "start")),
    "a step in a lane of another process": (lanes("a", "work"), [("lane_overlap", "l2")], lanes("a", "end")),
    "fewer than no participants": (pool_of('minimum="-1"'), [("bad_value", "us")], pool_of('minimum="1"')),
    "more participants at least than at most": (
        pool_of('minimum="3" maximum="2"'),
        [("bad_value", "us")],
        pool_of('minimum="2" maximum="3"'),
    ),
    "a public process that is to run": (
        straight("").replace(b'id="p"', b'id="p" processType="Public" isExecutable="true"'),
        [("public_process", "p")],
        straight("").replace(b'id="p"', b'id="p" processType="Private" isExecutable="true"'),
    ),
    # data
    "an input in no set": (data(IO.format("", "")), [("data_set", "a")], data(IO.format("", LISTED))),
    "an optional input that is none": (
        data(IO.format("", LISTED + "<bpmn:optionalInputRefs>gone</bpmn:optionalInputRefs>")),
        [("data_set", "a"), ("unknown_reference", "a")],
        data(IO.format("", LISTED + "<bpmn:optionalInputRefs>in</bpmn:optionalInputRefs>")),
    ),
    "a set that answers no other": (
        data(IO.format("", LISTED + "<bpmn:outputSetRefs>os</bpmn:outputSetRefs>")),
        [("data_set", "a")],
        data(
            IO.format("", LISTED + "<bpmn:outputSetRefs>os</bpmn:outputSetRefs>").replace(
                '<bpmn:outputSet id="os"/>',
                '<bpmn:outputSet id="os"><bpmn:inputSetRefs>is</bpmn:inputSetRefs></bpmn:outputSet>',
            )
        ),
    ),
    "a subprocess with inputs of its own": (
        straight(task("s", IO.format("", LISTED) + task("b"), "subProcess"), "s"),
        [("misplaced_element", "s")],
        straight(task("s", task("b"), "subProcess"), "s"),
    ),
    "data from two places": (
        data(
            IO.format("", LISTED) + "<bpmn:dataInputAssociation><bpmn:sourceRef>in</bpmn:sourceRef>"
            "<bpmn:sourceRef>in</bpmn:sourceRef><bpmn:targetRef>in</bpmn:targetRef></bpmn:dataInputAssociation>"
        ),
        [("data_association", "a")],
        data(
            IO.format("", LISTED) + "<bpmn:dataInputAssociation><bpmn:sourceRef>in</bpmn:sourceRef>"
            "<bpmn:targetRef>in</bpmn:targetRef></bpmn:dataInputAssociation>"
        ),
    ),
    "data put where other data belongs": (
        data(
            '<bpmn:property id="have" itemSubjectRef="bill"/>' + IO.format(' itemSubjectRef="letter"', LISTED)
            + "<bpmn:dataInputAssociation><bpmn:sourceRef>have</bpmn:sourceRef><bpmn:targetRef>in</bpmn:targetRef>"
            "</bpmn:dataInputAssociation>"
        ),
        [("data_association", "a")],
        data(
            '<bpmn:property id="have" itemSubjectRef="letter"/>' + IO.format(' itemSubjectRef="letter"', LISTED)
            + "<bpmn:dataInputAssociation><bpmn:sourceRef>have</bpmn:sourceRef><bpmn:targetRef>in</bpmn:targetRef>"
            "</bpmn:dataInputAssociation>"
        ),
    ),
    "a collection that is one piece": (
        data(IO.format(' itemSubjectRef="letters"', LISTED)),
        [("data_type", "a")],
        data(IO.format(' itemSubjectRef="letters" isCollection="true"', LISTED)),
    ),
    "an event with more data than definitions": (
        straight(
            task("t", f'<bpmn:dataOutput id="o1"/><bpmn:dataOutput id="o2"/><bpmn:outputSet><bpmn:dataOutputRefs>o1'
                 f"</bpmn:dataOutputRefs><bpmn:dataOutputRefs>o2</bpmn:dataOutputRefs></bpmn:outputSet>{EVENT}", CATCH),
            "t", outside=OUTSIDE,
        ),
        [("data_type", "t")],
        straight(
            task("t", f'<bpmn:dataOutput id="o1"/><bpmn:outputSet><bpmn:dataOutputRefs>o1</bpmn:dataOutputRefs>'
                 f"</bpmn:outputSet>{EVENT}", CATCH),
            "t", outside=OUTSIDE,
        ),
    ),
    "an event that has no place for the data of its message": (
        delivered(""),
        [("data_type", "t")],
        delivered(DELIVERED),
    ),
    "instances of what is no input": (
        straight(
            task("a", '<bpmn:property id="list"/>' + IO.format("", LISTED)
                 + MI.format("", "<bpmn:loopDataInputRef>list</bpmn:loopDataInputRef>")), "a",
        ),
        [("data_type", "a")],
        straight(
            task("a", IO.format("", LISTED) + MI.format("", "<bpmn:loopDataInputRef>in</bpmn:loopDataInputRef>")), "a",
        ),
    ),
    "a message of a kind that is not there": (
        straight("", outside='<bpmn:message id="m" name="x" itemRef="gone"/>'),
        [("unknown_reference", "m")],
        straight("", outside=ITEMS + '<bpmn:message id="m" name="x" itemRef="letter"/>'),
    ),
    # parts
    "an association with one end": (
        straight('<bpmn:association id="as" sourceRef="start"/>'),
        [("missing_part", "as")],
        straight('<bpmn:association id="as" sourceRef="start" targetRef="end"/>'),
    ),
    "an association with what is not there": (
        straight('<bpmn:association id="as" sourceRef="start" targetRef="gone"/>'),
        [("unknown_reference", "as")],
        straight('<bpmn:association id="as" sourceRef="start" targetRef="end"/>'),
    ),
    "an operation that receives nothing": (
        straight(
            "",
            outside='<bpmn:interface id="i" name="i"><bpmn:operation id="o" name="o"/></bpmn:interface>',
        ),
        [("missing_part", None)],
        straight(
            "",
            outside=OUTSIDE + '<bpmn:interface id="i" name="i"><bpmn:operation id="o" name="o">'
            "<bpmn:inMessageRef>m</bpmn:inMessageRef></bpmn:operation></bpmn:interface>",
        ),
    ),
    "a note in no format": (
        straight('<bpmn:textAnnotation id="n" textFormat="bold"/>'),
        [("bad_value", "n")],
        straight('<bpmn:textAnnotation id="n" textFormat="text/plain"/>'),
    ),
    "a choreography step in a process": (
        straight(task("x", kind="choreographyTask") + task("a"), "a"),
        [("misplaced_element", "p")],
        straight(task("a"), "a"),
    ),
    "a handler that undoes without interrupting": (
        diagram(
            START + END + flow("start", "end")
            + event_subprocess('<bpmn:startEvent id="s2" isInterrupting="false"><bpmn:compensateEventDefinition/>'
                               "</bpmn:startEvent>")
        ),
        [("error_must_interrupt", "s2")],
        straight(""),
    ),
    # variables
    "a variable read before the process writes it": (
        computed("{y: x + 1}", "{x: 1}"),
        [("unset_variable", "a")],
        computed("{x: 1}", "{y: x + 1}"),
    ),
    "a variable of a subprocess read too early": (
        straight(script("a", "{y: x}") + task("s", script("b", "{x: 1}"), "subProcess"), "a", "s"),
        [("unset_variable", "a")],
        straight(script("a", "{y: x}") + task("s", script("b", "{x: 1}"), "subProcess"), "s", "a"),
    ),
    # the drawing
    "a shape of nothing": (
        drawn(SHAPE.format("gone")),
        [("bad_drawing", None)],
        drawn(SHAPE.format("start"), SHAPE.format("end"), EDGE.format(POINT)),
    ),
    "a line with one point": (
        drawn(SHAPE.format("start"), SHAPE.format("end"), EDGE.format("")),
        [("bad_drawing", None)],
        drawn(SHAPE.format("start"), SHAPE.format("end"), EDGE.format(POINT)),
    ),
    "a step that is not drawn": (
        drawn(SHAPE.format("start"), EDGE.format(POINT)),
        [("bad_drawing", "end")],
        drawn(SHAPE.format("start"), SHAPE.format("end"), EDGE.format(POINT)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PAIRS)
def test_what_the_standard_forbids_is_told_of_the_right_element(name: str) -> None:
    broken, expected, _ = PAIRS[name]
    told = [(one.rule, one.element) for one in findings(broken) if one.rule != "not_supported_yet"]
    assert sorted(told, key=str) == sorted(expected, key=str)


@pytest.mark.parametrize("name", PAIRS)
def test_the_same_diagram_put_right_has_no_finding(name: str) -> None:
    assert [str(one) for one in findings(PAIRS[name][2])] == []


def test_a_drawing_for_people_may_leave_open_what_only_running_needs() -> None:
    left_open = choice(flow("g", "a"), flow("g", "b")).replace(b'id="p"', b'id="p" isExecutable="false"')
    assert check({"a.bpmn": left_open}) == ()
    meant = left_open.replace(b'isExecutable="false"', b'isExecutable="true"')
    assert {one.rule for one in check({"a.bpmn": meant})} == {"missing_condition"}


def test_a_process_that_does_not_say_whether_it_runs_is_a_drawing_beside_drawings() -> None:
    unsaid = choice(flow("g", "a"), flow("g", "b"))
    beside = b'<bpmn:process id="them" isExecutable="%s"><bpmn:task id="t"/></bpmn:process></bpmn:definitions>'
    drawing = unsaid.replace(b"</bpmn:definitions>", beside % b"false")
    assert check({"a.bpmn": drawing}) == ()
    meant = unsaid.replace(b"</bpmn:definitions>", beside % b"true")
    assert {one.rule for one in check({"a.bpmn": meant})} == {"missing_condition"}


def test_what_people_or_a_later_round_may_have_written_is_not_told() -> None:
    steps = script("a", "{y: x}") + script("b", "{x: 1}")
    asked = straight(task("u", kind="userTask") + steps, "u", "a", "b")
    gateways = task("m", kind="exclusiveGateway") + task("g", kind="exclusiveGateway", default="g_end")
    back = path("start", "m", "a", "b", "g", "end") + flow("g", "m", "y")
    again = diagram(START + gateways + steps + END + back)
    assert findings(asked) == findings(again) == []
