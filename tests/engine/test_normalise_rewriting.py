"""Normalising draws out what BPMN leaves unsaid; each rewriting is looked at in the structure it leaves behind."""

from casework.engine.normalise import normalise, origins
from casework.engine.xml import ext, find, local, read, trigger
from tests.engine.diagrams import (
    END,
    START,
    by_id,
    diagram,
    edges,
    flow,
    ids,
    normalised,
    path,
    straight,
    task,
    written,
)

OUTSIDE = '<bpmn:message id="m" name="answered"/><bpmn:signal id="s" name="stop"/>'
ON_MESSAGE = '<bpmn:messageEventDefinition messageRef="m"/>'
ON_SIGNAL = '<bpmn:signalEventDefinition signalRef="s"/>'
TIMER = "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>"
MI = "bpmn:multiInstanceLoopCharacteristics"


def test_what_needs_no_rewriting_stays_as_it_is() -> None:
    data = straight(task("a"), "a")
    drawn, _ = read("f", data)
    assert drawn is not None
    assert written(normalised(data)) == written(drawn)


def test_the_diagram_that_was_checked_is_not_touched() -> None:
    drawn, _ = read("f", diagram(START + task("s", kind="subProcess") + flow("start", "s")))
    assert drawn is not None
    before = written(drawn)
    assert written(normalise(drawn)) != before
    assert written(drawn) == before


def test_an_empty_subprocess_passes_its_token_on() -> None:
    assert ("s__start", "s__end") in edges(normalised(straight(task("s", kind="subProcess"), "s")))


def test_a_closed_pool_is_dropped() -> None:
    root = normalised(straight("", outside='<bpmn:process id="resident"/>'))
    assert ids(root, "process") == ["p"]


def test_an_event_definition_is_copied_to_where_it_is_referred_to() -> None:
    data = straight(
        task("t", "<bpmn:eventDefinitionRef>x:wait</bpmn:eventDefinitionRef>", "intermediateCatchEvent"), "t",
        outside=TIMER.replace("Definition>", 'Definition id="wait">', 1),
    )  # fmt: skip
    event = by_id(normalised(data), "t")
    copy = trigger(event, "timer")
    assert copy is not None
    assert (copy.get("id"), find(event, "eventDefinitionRef")) == (None, None)


def test_references_lose_their_prefixes() -> None:
    data = straight(
        task("t", ON_MESSAGE.replace('"m"', '"tns:m"'), "intermediateCatchEvent"), "t", outside=OUTSIDE
    ).replace(b'sourceRef="start"', b'sourceRef="tns:start"')
    root = normalised(data)
    definition = trigger(by_id(root, "t"), "message")
    assert definition is not None
    assert definition.get("messageRef") == "m"
    assert ("start", "t") in edges(root)


def test_a_link_becomes_the_flow_it_stands_for() -> None:
    link = '<bpmn:linkEventDefinition name="A"/>'
    root = normalised(
        diagram(
            START + task("g", kind="parallelGateway") + task("one", link, "intermediateThrowEvent")
            + task("two", link, "intermediateThrowEvent") + task("in", link, "intermediateCatchEvent") + END
            + path("start", "g", "one") + flow("g", "two") + flow("in", "end")
        )
    )  # fmt: skip
    assert {("one", "in"), ("two", "in"), ("in", "end")} <= edges(root)
    assert (local(by_id(root, "in")), by_id(root, "in").get(ext("kind"))) == (
        "intermediateThrowEvent",
        "intermediateCatchEvent",
    )
    assert "linkEventDefinition" not in written(root)


def test_the_tokens_an_activity_needs_are_gathered_before_it() -> None:
    root = normalised(straight(task("a", startQuantity="2"), "a"))
    assert edges(root) == {("start", "a__tokens"), ("a__tokens", "a"), ("a", "end")}
    assert by_id(root, "start_a").get("targetRef") == "a__tokens"
    assert origins(root)["a__tokens"] == "a"


def test_a_flow_without_an_id_gets_one_from_its_ends() -> None:
    data = diagram(START + END + flow("start", "end").replace('id="start_end" ', ""))
    assert ids(normalised(data), "sequenceFlow") == ["start__to__end"]


def test_a_global_task_becomes_a_process_of_one_task() -> None:
    data = straight(
        task("c", kind="callActivity", calledElement="sign"), "c",
        outside='<bpmn:globalUserTask id="sign" name="签字"/>',
    )  # fmt: skip
    root = normalised(data)
    process = by_id(root, "sign")
    assert (local(process), process.get("name")) == ("process", "签字")
    assert ids(process, "userTask") == ["sign__task"]
    assert origins(root)["sign__task"] == "sign"


def test_a_receive_task_that_begins_a_process_becomes_its_start() -> None:
    root = normalised(
        diagram(task("r", kind="receiveTask", instantiate="true", messageRef="m") + END + flow("r", "end"), OUTSIDE)
    )
    assert ids(root, "startEvent") == ["r"]
    assert by_id(root, "r").get(ext("kind")) == "receiveTask"
    assert trigger(by_id(root, "r"), "message") is not None


def test_instances_as_the_standard_writes_them_are_written_as_ours() -> None:
    data = straight(
        '<bpmn:dataObject id="d1" name="flats"/>'
        + task("a", f"<{MI}><bpmn:loopDataInputRef>d1</bpmn:loopDataInputRef><bpmn:loopDataOutputRef>answers"
               f'</bpmn:loopDataOutputRef><bpmn:inputDataItem id="i1" name="flat"/></{MI}>'), "a",
    )  # fmt: skip
    [loop] = list(normalised(data).iter("{*}multiInstanceLoopCharacteristics"))
    assert [loop.get(ext(name)) for name in ("collection", "element", "collect")] == ["flats", "flat", "answers"]
    assert len(loop) == 0


def test_normalising_twice_changes_nothing_more() -> None:
    data = diagram(START + task("a") + task("b") + END + path("start", "a", "b") + flow("a", "end", "x"))
    once = normalised(data)
    assert written(normalise(once)) == written(once)


def test_the_same_file_always_gives_the_same_ids() -> None:
    data = diagram(START + task("a") + task("b") + END + path("start", "a", "b") + flow("a", "end", "x"))
    assert written(normalised(data)) == written(normalised(data))
