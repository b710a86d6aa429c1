"""How data, people, codes and shared definitions are bound is told of when it can't be meant, and only then."""

import pytest

from casework import engine
from casework.engine.check import check
from tests.engine.diagrams import END, HEAD, START, diagram, findings, flow, path, straight, task
from tests.engine.parts import ON_MESSAGE, choice

Told = list[tuple[str, str | None]]

ITEMS = '<bpmn:itemDefinition id="letter"{0}/><bpmn:itemDefinition id="bill"{1}/>'
UNDESCRIBED = ITEMS.format("", "")
ALIKE = ITEMS.format(' structureRef="Text"', ' structureRef="Text"')
SERVICE = (
    '<bpmn:message id="m_in" name="asked" itemRef="letter"/><bpmn:message id="m_out" name="told" itemRef="letter"/>'
    '<bpmn:interface id="i" name="i"><bpmn:operation id="o" name="look up"><bpmn:inMessageRef>m_in</bpmn:inMessageRef>'
    "<bpmn:outMessageRef>m_out</bpmn:outMessageRef></bpmn:operation></bpmn:interface>"
)
MESSAGE = '<bpmn:message id="m" name="m"/>'
SHARED = '<bpmn:messageEventDefinition id="shared" messageRef="m"/>'
REFERS = "<bpmn:eventDefinitionRef>shared</bpmn:eventDefinitionRef>"
CODES = '<bpmn:escalation id="es" name="late"{}/><bpmn:error id="er" name="failed"{}/>'
FOUND = (
    "<bpmn:resourceAssignmentExpression><bpmn:formalExpression>x</bpmn:formalExpression>"
    "</bpmn:resourceAssignmentExpression>"
)
NAMED = "<bpmn:resourceRef>clerk</bpmn:resourceRef>"
BINDING = (
    '<bpmn:resourceParameterBinding parameterRef="{}"><bpmn:formalExpression>x</bpmn:formalExpression>'
    "</bpmn:resourceParameterBinding>"
)
CLERK = (
    '<bpmn:resource id="clerk" name="clerk"><bpmn:resourceParameter id="post" name="post"/></bpmn:resource>'
    '<bpmn:resource id="guard" name="guard"><bpmn:resourceParameter id="shift" name="shift"/></bpmn:resource>'
)
TALK = '<bpmn:globalConversation id="talk"><bpmn:participant id="one"/>{}</bpmn:globalConversation>'
STEPS = (
    '<bpmn:choreography id="ch"><bpmn:participant id="pa"/><bpmn:participant id="pb"/>'
    '<bpmn:choreographyTask id="ask" initiatingParticipantRef="pa"><bpmn:participantRef>pa</bpmn:participantRef>'
    "<bpmn:participantRef>pb</bpmn:participantRef></bpmn:choreographyTask></bpmn:choreography>"
)
TO_STEP = (
    '<bpmn:collaboration id="c"><bpmn:participant id="us" processRef="p"/>'
    '<bpmn:messageFlow id="mf" sourceRef="a" targetRef="{}"/></bpmn:collaboration>'
)


def executable(drawn: bytes) -> bytes:
    """Return the diagram with its process marked as one that is to run."""
    return drawn.replace(b'id="p"', b'id="p" isExecutable="true"', 1)


def io(inputs: dict[str, str], outputs: dict[str, str]) -> str:
    """Return the declaration of inputs and outputs, each with the kind of data it holds ("" for none)."""
    declared = "".join(
        f'<bpmn:data{side} id="{name}"' + (f' itemSubjectRef="{kind}"/>' if kind else "/>")
        for side, pieces in (("Input", inputs), ("Output", outputs))
        for name, kind in pieces.items()
    )
    sets = "".join(
        f"<bpmn:{side.lower()}Set>"
        + "".join(f"<bpmn:data{side}Refs>{name}</bpmn:data{side}Refs>" for name in pieces)
        + f"</bpmn:{side.lower()}Set>"
        for side, pieces in (("Input", inputs), ("Output", outputs))
    )
    return f"<bpmn:ioSpecification>{declared}{sets}</bpmn:ioSpecification>"


def moved(kind: str, source: str, target: str) -> str:
    """Return an association that moves data."""
    return (
        f"<bpmn:data{kind}Association><bpmn:sourceRef>{source}</bpmn:sourceRef>"
        f"<bpmn:targetRef>{target}</bpmn:targetRef></bpmn:data{kind}Association>"
    )


def service(inner: str, items: str = ALIKE) -> bytes:
    """Return an executable process with one task that calls the operation."""
    return executable(straight(task("a", inner, "serviceTask", operationRef="o"), "a", outside=items + SERVICE))


def received(kind: str, items: str = UNDESCRIBED) -> bytes:
    inner = io({}, {"got": kind})
    return straight(task("a", inner, "receiveTask", messageRef="m_in"), "a", outside=items + SERVICE)


def offered(given: str, returned: str, names: str = 'inputDataRef="in" outputDataRef="out"') -> bytes:
    """Return a process that is offered as a service."""
    outside = ITEMS.format(' structureRef="Text"', ' structureRef="Number"') + SERVICE
    head = (
        "<bpmn:supportedInterfaceRef>i</bpmn:supportedInterfaceRef>"
        + io({"in": given}, {"out": returned}).replace("<bpmn:inputSet>", '<bpmn:inputSet id="given">')
        + f'<bpmn:ioBinding operationRef="o" {names}/>'
    )
    return straight(head + task("a"), "a", outside=outside)


def of_process(inner: str) -> bytes:
    """Return a process with one input and one output whose task moves data."""
    declared = io({"in": ""}, {"out": ""})
    return straight(declared + task("a", io({"mine": ""}, {"made": ""}) + inner), "a")


def kept(kind: str) -> bytes:
    stored = '<bpmn:dataObject id="file" itemSubjectRef="letter"/>'
    inner = io({"mine": kind}, {}) + moved("Input", "file", "mine")
    return straight(stored + task("a", inner), "a", outside=UNDESCRIBED)


def ends(definition: str, outside: str) -> bytes:
    drawn = START + task("end", definition, "endEvent") + flow("start", "end")
    return executable(diagram(drawn, outside))


def thrown(inner: str, other: str, outside: str = MESSAGE) -> bytes:
    drawn = START + task("t", inner, "intermediateThrowEvent") + task("end", other, "endEvent")
    return diagram(drawn + path("start", "t", "end"), outside)


def done_by(inner: str) -> bytes:
    return straight(task("a", f"<bpmn:performer>{inner}</bpmn:performer>"), "a", outside=CLERK)


def branches(*conditions: str | None) -> bytes:
    """Return an activity that one flow leaves for each condition."""
    targets = [f"b{number}" for number, _ in enumerate(conditions)]
    steps = "".join(task(name) + flow(name, "end") for name in targets)
    ways = "".join(flow("a", name, condition) for name, condition in zip(targets, conditions, strict=True))
    return diagram(START + task("a") + steps + END + flow("start", "a") + ways)


# what is wrong: the broken diagram, what is told of it, and the diagram put right
PAIRS: dict[str, tuple[bytes, Told, bytes]] = {
    "a message of an undescribed kind received as another": (
        received("bill"),
        [("data_type", "a")],
        received("letter"),
    ),
    "a message received as data of no kind": (received("", ALIKE), [("data_type", "a")], received("bill", ALIKE)),
    "data of an undescribed kind put where another belongs": (
        kept("bill"),
        [("data_association", "a")],
        kept("letter"),
    ),
    "an operation called without data": (
        service(""),
        [("data_type", "a")],
        service(io({"in": "bill"}, {"out": "letter"})),
    ),
    "the answer of an operation kept nowhere": (
        service(io({"in": "letter"}, {})),
        [("data_type", "a")],
        service(io({"in": "letter"}, {"out": "letter"})),
    ),
    "a service bound to an operation for other data": (
        offered("bill", "letter"),
        [("data_type", "p")],
        offered("letter", "letter"),
    ),
    "a service whose answer is of another kind, bound by its set": (
        offered("letter", "bill", 'inputDataRef="given" outputDataRef="out"'),
        [("data_type", "p")],
        offered("letter", "letter", 'inputDataRef="given" outputDataRef="out"'),
    ),
    "an input of the process that a step writes": (
        of_process(moved("Output", "made", "in")),
        [("data_association", "a")],
        of_process(moved("Output", "made", "out")),
    ),
    "an output of the process that a step reads": (
        of_process(moved("Input", "out", "mine")),
        [("data_association", "a")],
        of_process(moved("Input", "in", "mine")),
    ),
    "a property of the whole file": (
        straight(task("a"), "a", outside='<bpmn:property id="data"/>'),
        [("misplaced_element", None)],
        straight('<bpmn:property id="data"/>' + task("a"), "a"),
    ),
    "data kept outside every process": (
        straight(task("a"), "a", outside='<bpmn:dataObject id="file"/>'),
        [("misplaced_element", "file")],
        straight('<bpmn:dataObject id="file"/>' + task("a"), "a"),
    ),
    "a store inside a process": (
        straight('<bpmn:dataStore id="store"/>' + task("a"), "a"),
        [("misplaced_element", "store")],
        straight(task("a"), "a", outside='<bpmn:dataStore id="store"/>'),
    ),
    "inputs of a gateway": (
        choice(flow("g", "a", "x"), flow("g", "b"), default="g_b").replace(
            b"</bpmn:exclusiveGateway>", io({}, {}).encode() + b"</bpmn:exclusiveGateway>"
        ),
        [("misplaced_element", "g")],
        choice(flow("g", "a", "x"), flow("g", "b"), default="g_b").replace(
            b"</bpmn:task>", io({}, {}).encode() + b"</bpmn:task>", 1
        ),
    ),
    "a parameter of another resource": (
        done_by(NAMED + BINDING.format("shift")),
        [("unknown_reference", "a")],
        done_by(NAMED + BINDING.format("post")),
    ),
    "a parameter of no resource": (
        done_by(BINDING.format("post")),
        [("unknown_reference", "a")],
        done_by(NAMED + BINDING.format("post")),
    ),
    "people named and looked for at once": (
        done_by(NAMED + FOUND),
        [("misplaced_element", "a")],
        done_by(FOUND),
    ),
    "an escalation thrown by its name alone": (
        ends('<bpmn:escalationEventDefinition escalationRef="es"/>', CODES.format("", "")),
        [("missing_code", "end")],
        ends('<bpmn:escalationEventDefinition escalationRef="es"/>', CODES.format(' escalationCode="LATE"', "")),
    ),
    "an error thrown by its name alone": (
        ends('<bpmn:errorEventDefinition errorRef="er"/>', CODES.format("", "")),
        [("missing_code", "end")],
        ends('<bpmn:errorEventDefinition errorRef="er"/>', CODES.format("", ' errorCode="FAILED"')),
    ),
    "a definition borrowed from another event": (
        thrown(SHARED, REFERS),
        [("unknown_reference", "end")],
        thrown(REFERS, REFERS, MESSAGE + SHARED),
    ),
    "the only way out under a condition": (
        branches("x"),
        [("condition_not_allowed", "a_b0")],
        branches("x", None),
    ),
    "at least two participants and at most one": (
        straight(
            "",
            outside='<bpmn:collaboration id="c"><bpmn:participant id="us" processRef="p">'
            '<bpmn:participantMultiplicity minimum="2"/></bpmn:participant></bpmn:collaboration>',
        ),
        [("bad_value", "us")],
        straight(
            "",
            outside='<bpmn:collaboration id="c"><bpmn:participant id="us" processRef="p">'
            '<bpmn:participantMultiplicity minimum="1"/></bpmn:participant></bpmn:collaboration>',
        ),
    ),
    "a note in a global conversation": (
        straight("", outside=TALK.format('<bpmn:textAnnotation id="n"/>')),
        [("misplaced_element", "talk")],
        straight('<bpmn:textAnnotation id="n"/>', outside=TALK.format("")),
    ),
    "a message flow to no step of a choreography": (
        straight(task("a"), "a", outside=STEPS + TO_STEP.format("gone")),
        [("unknown_reference", "mf")],
        straight(task("a"), "a", outside=STEPS + TO_STEP.format("ask")),
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_what_is_bound_wrongly_is_told_of_the_right_element(name: str) -> None:
    broken, expected, _ = PAIRS[name]
    told = [(one.rule, one.element) for one in findings(broken)]
    assert sorted(told, key=str) == sorted(expected, key=str)


@pytest.mark.parametrize("name", PAIRS)
def test_the_same_diagram_put_right_has_no_finding(name: str) -> None:
    assert [str(one) for one in findings(PAIRS[name][2])] == []


def test_a_process_that_does_not_say_it_is_to_run_may_throw_by_name_and_call_without_data() -> None:
    by_name = ends('<bpmn:errorEventDefinition errorRef="er"/>', CODES.format("", ""))
    for drawn in (by_name, service("")):
        assert findings(drawn.replace(b' isExecutable="true"', b"")) == []


def test_a_file_that_only_describes_is_a_drawing_for_people_and_does_not_load() -> None:
    for shown in (STEPS, '<bpmn:collaboration id="k"><bpmn:conversation id="c"/></bpmn:collaboration>'):
        files = {"p.bpmn": f"{HEAD}{shown}</bpmn:definitions>".encode()}
        assert check(files) == ()
        with pytest.raises(engine.DefinitionRefused) as refused:
            engine.load(files)
        assert "not_supported_yet" in {one.rule for one in refused.value.problems}


def test_a_message_still_starts_what_shares_its_definition() -> None:
    shared = diagram(task("start", REFERS, "startEvent") + END + flow("start", "end"), MESSAGE + SHARED)
    own = diagram(task("start", ON_MESSAGE, "startEvent") + END + flow("start", "end"), MESSAGE)
    assert findings(shared) == findings(own) == []
