"""Normalising draws out what BPMN leaves unsaid; each rewriting is looked at in the structure it leaves behind."""

import pytest

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
    drawn, _ = read("f", diagram(START + task("a") + flow("start", "a")))
    assert drawn is not None
    before = written(drawn)
    assert written(normalise(drawn)) != before
    assert written(drawn) == before


def test_several_flows_out_of_a_task_leave_a_parallel_gateway() -> None:
    root = normalised(diagram(START + task("a") + task("b") + END + path("start", "a", "b", "end") + flow("a", "end")))
    assert ids(root, "parallelGateway") == ["a__split"]
    assert edges(root) == {("start", "a"), ("a", "a__split"), ("a__split", "b"), ("a__split", "end"), ("b", "end")}
    assert by_id(root, "a__split").get(ext("of")) == "a"


def test_conditions_on_flows_out_of_a_task_leave_an_inclusive_gateway() -> None:
    root = normalised(
        diagram(
            START + task("a", default="a_b") + task("b") + END + path("start", "a", "b", "end") + flow("a", "end", "x")
        )
    )
    choice = by_id(root, "a__choice")
    assert (local(choice), choice.get("default"), by_id(root, "a").get("default")) == ("inclusiveGateway", "a_b", None)
    assert edges(root) == {("start", "a"), ("a", "a__choice"), ("a__choice", "b"), ("a__choice", "end"), ("b", "end")}
    assert find(by_id(root, "a_end"), "conditionExpression") is not None


def test_a_token_that_no_condition_wants_ends_there() -> None:
    root = normalised(straight(task("a"), "a").replace(path("a", "end").encode(), flow("a", "end", "x").encode()))
    assert by_id(root, "a__choice").get("default") == "a__to__a__none"
    assert ("a__choice", "a__none") in edges(root)
    assert "a__none" in ids(root, "endEvent")


def test_flows_with_and_without_conditions_are_split_apart() -> None:
    root = normalised(
        diagram(START + task("a") + task("b") + END + path("start", "a", "b", "end") + flow("a", "end", "x"))
    )
    assert {("a", "a__split"), ("a__split", "b"), ("a__split", "a__choice"), ("a__choice", "end")} <= edges(root)


def test_a_path_without_an_end_gets_one() -> None:
    root = normalised(diagram(START + task("a") + flow("start", "a")))
    assert edges(root) == {("start", "a"), ("a", "a__end")}
    assert origins(root)["a__end"] == "a"


def test_a_process_without_a_start_begins_wherever_nothing_leads() -> None:
    root = normalised(diagram(task("a") + task("b") + task("c") + path("a", "c")))
    assert ids(root, "startEvent") == ["p__start"]
    assert {("p__start", "p__split"), ("p__split", "a"), ("p__split", "b")} <= edges(root)
    assert not any(target == "c" and source != "a" for source, target in edges(root))


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


def test_a_signal_end_throws_before_it_ends() -> None:
    root = normalised(diagram(START + task("end", ON_SIGNAL, "endEvent") + flow("start", "end"), OUTSIDE))
    assert edges(root) == {("start", "end__throw"), ("end__throw", "end")}
    assert trigger(by_id(root, "end__throw"), "signal") is not None
    assert trigger(by_id(root, "end"), "signal") is None


@pytest.mark.parametrize("name", ["Start", "End", "Root", "a.BoundaryEventSplit"])
def test_ids_the_library_keeps_for_itself_are_renamed(name: str) -> None:
    data = diagram(
        START + task(name) + END + task("b", TIMER, "boundaryEvent", attachedToRef=name, cancelActivity="false")
        + path("start", name, "end") + flow("b", "end")
        + f'<bpmn:laneSet><bpmn:lane id="l"><bpmn:flowNodeRef>{name}</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>'
    )  # fmt: skip
    root = normalised(data)
    assert name not in ids(root, "task")
    [renamed] = ids(root, "task")
    assert origins(root)[renamed] == name
    assert {("start", renamed), (renamed, "end")} <= edges(root)
    assert by_id(root, "b").get("attachedToRef") == renamed
    assert f">{renamed}<" in written(root)


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


def test_the_first_of_several_triggers_of_a_catching_event_counts() -> None:
    root = normalised(straight(task("t", ON_MESSAGE + TIMER, "intermediateCatchEvent"), "t", outside=OUTSIDE))
    assert edges(root) == {
        ("start", "t__wait"),
        ("t__wait", "t__1"),
        ("t__wait", "t__2"),
        ("t__1", "t"),
        ("t__2", "t"),
        ("t", "end"),
    }
    assert ids(root, "eventBasedGateway") == ["t__wait"]
    assert trigger(by_id(root, "t__1"), "message") is not None
    assert trigger(by_id(root, "t__2"), "timer") is not None


def test_a_boundary_event_with_two_triggers_becomes_two_that_go_the_same_way() -> None:
    data = diagram(
        START + task("a") + END
        + task("b", ON_MESSAGE + TIMER, "boundaryEvent", attachedToRef="a", cancelActivity="false")
        + path("start", "a", "end") + flow("b", "end"), OUTSIDE,
    )  # fmt: skip
    root = normalised(data)
    again = by_id(root, "b__2")
    assert (again.get("attachedToRef"), again.get("cancelActivity"), again.get(ext("of"))) == ("a", "false", "b")
    assert {("b", "b__merge"), ("b__2", "b__merge"), ("b__merge", "end")} <= edges(root)


def test_a_start_with_two_triggers_becomes_two_starts() -> None:
    root = normalised(diagram(task("st", ON_MESSAGE + ON_SIGNAL, "startEvent") + END + flow("st", "end"), OUTSIDE))
    assert ids(root, "startEvent") == ["st", "st__2"]
    assert edges(root) == {("st", "st__merge"), ("st__2", "st__merge"), ("st__merge", "end")}


def test_what_is_thrown_together_is_thrown_one_after_another() -> None:
    root = normalised(diagram(START + task("end", ON_MESSAGE + ON_SIGNAL, "endEvent") + flow("start", "end"), OUTSIDE))
    assert edges(root) == {("start", "end__1"), ("end__1", "end__throw"), ("end__throw", "end")}


def test_generated_ids_never_collide_with_the_designers() -> None:
    root = normalised(diagram(START + task("a") + task("a__end") + path("start", "a__end", "a")))
    assert edges(root) == {("start", "a__end"), ("a__end", "a"), ("a", "a__end_2")}


def test_normalising_twice_changes_nothing_more() -> None:
    data = diagram(START + task("a") + task("b") + END + path("start", "a", "b") + flow("a", "end", "x"))
    once = normalised(data)
    assert written(normalise(once)) == written(once)


def test_the_same_file_always_gives_the_same_ids() -> None:
    data = diagram(START + task("a") + task("b") + END + path("start", "a", "b") + flow("a", "end", "x"))
    assert written(normalised(data)) == written(normalised(data))
