"""Large diagrams take seconds, and no bytes at all make the check raise."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.engine.check import MAX_FINDINGS, check
from tests.engine.bounds import timed
from tests.engine.diagrams import END, START, diagram, flow, path, task

MEGA = 1024 * 1024


def chain(count: int) -> str:
    return "".join(task(f"n{n}") for n in range(count)) + path("start", *(f"n{n}" for n in range(count)), "end")


def choices(count: int) -> str:
    gateways = "".join(
        task(f"x{n}", kind="exclusiveGateway", default=f"d{n}") + task(f"a{n}") + task(f"b{n}") for n in range(count)
    )
    flows = "".join(
        flow(f"x{n}", f"a{n}", "c")
        + flow(f"x{n}", f"b{n}", name=f"d{n}")
        + path(f"a{n}", f"x{n + 1}")
        + path(f"b{n}", f"x{n + 1}")
        for n in range(count)
    )
    return (
        gateways + task(f"x{count}", kind="exclusiveGateway") + flows + path("start", "x0") + path(f"x{count}", "end")
    )


def branches(count: int, kind: str) -> str:
    """A split into many branches that each choose again."""
    inner = "".join(task(f"b{n}", kind="exclusiveGateway") + task(f"l{n}") + task(f"r{n}") for n in range(count))
    flows = "".join(
        path("s", f"b{n}")
        + flow(f"b{n}", f"l{n}", "c")
        + flow(f"b{n}", f"r{n}", "not(c)")
        + path(f"l{n}", "j")
        + path(f"r{n}", "j")
        for n in range(count)
    )
    return task("s", kind=kind) + task("j", kind=kind) + inner + flows + path("start", "s") + path("j", "end")


LARGE = {
    "a chain": chain(6000),
    "a chain nobody reaches": "".join(task(f"n{n}") for n in range(6000))
    + path(*(f"n{n}" for n in reversed(range(6000)))),
    "choices": choices(1500),
    "branches in parallel": branches(1200, "parallelGateway"),
    "branches that may be taken": branches(1200, "inclusiveGateway"),
    "small circles": "".join(task(f"a{n}") + task(f"b{n}") + path(f"a{n}", f"b{n}", f"a{n}") for n in range(3000)),
    "subprocesses": "".join(task(f"s{n}", f'<bpmn:startEvent id="x{n}"/>', "subProcess") for n in range(6000)),
    "event subprocesses": "".join(
        task(f"s{n}", f'<bpmn:startEvent id="x{n}"/>', "subProcess", triggeredByEvent="true") for n in range(6000)
    ),
    "links": "".join(
        task(f"t{n}", '<bpmn:linkEventDefinition name="A"/>', f"intermediate{'Throw' if n % 2 else 'Catch'}Event")
        for n in range(6000)
    ),
    "boundary events": task("a")
    + "".join(task(f"b{n}", kind="boundaryEvent", attachedToRef="a") for n in range(12000)),
    "flows between two steps": task("a") + task("b") + "".join(flow("a", "b", name=f"f{n}") for n in range(12000)),
    "sets of data that name one another": task(
        "a",
        "<bpmn:ioSpecification>"
        + "".join(
            f'<bpmn:inputSet id="i{n}"><bpmn:outputSetRefs>o</bpmn:outputSetRefs></bpmn:inputSet>' for n in range(4000)
        )
        + '<bpmn:outputSet id="o">'
        + "".join(f"<bpmn:inputSetRefs>i{n}</bpmn:inputSetRefs>" for n in range(4000))
        + "</bpmn:outputSet></bpmn:ioSpecification>",
    ),
    "everything joined with everything": "".join(task(f"n{n}", kind="inclusiveGateway") for n in range(110))
    + "".join(flow(f"n{a}", f"n{b}") for a in range(110) for b in range(110)),
}


@pytest.mark.parametrize("name", LARGE)
def test_a_large_diagram_is_checked_in_seconds(name: str) -> None:
    data = diagram(START + LARGE[name] + END)
    assert len(data) < 2 * MEGA
    told = timed({"case.bpmn": data}, seconds=8)
    assert "too_large" not in [one.rule for one in told]
    assert len(told) <= MAX_FINDINGS + 1


def test_more_findings_than_anyone_reads_are_cut_short_with_an_error() -> None:
    told = check({"case.bpmn": diagram(LARGE["subprocesses"])})
    assert len(told) == MAX_FINDINGS + 1
    assert [one.severity for one in told if one.rule == "too_many_findings"] == ["error"]


BYTES = st.binary(max_size=400) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))


@settings(max_examples=300, deadline=None)
@given(BYTES)
def test_any_bytes_at_all_give_findings(data: bytes) -> None:
    told = check({"case.bpmn": data, "table.dmn": data})
    assert any(one.severity == "error" for one in told)


WHOLE = diagram(
    START
    + task("g", kind="exclusiveGateway", default="g_b")
    + task("a", kind="userTask", banjie__form="f")
    + task("b", "<bpmn:script>{x: 1}</bpmn:script>", "scriptTask", scriptFormat="feel")
    + task("sub", '<bpmn:startEvent id="s2"/><bpmn:endEvent id="e2"/>' + flow("s2", "e2"), "subProcess")
    + task(
        "t",
        "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>",
        "boundaryEvent",
        attachedToRef="sub",
    )
    + task("m", '<bpmn:multiInstanceLoopCharacteristics banjie:collection="xs"/>')
    + END
    + flow("start", "g")
    + flow("g", "a", "x > 1")
    + flow("g", "b")
    + path("a", "sub", "m", "end")
    + path("b", "m", "end")
    + path("t", "end")
)
TAGS = [
    "task",
    "userTask",
    "startEvent",
    "endEvent",
    "subProcess",
    "boundaryEvent",
    "exclusiveGateway",
    "parallelGateway",
    "process",
    "inclusiveGateway",
    "sequenceFlow",
    "script",
    "linkEventDefinition",
    "timerEventDefinition",
    "eventBasedGateway",
    "lane",
    "callActivity",
    "message",
    "incoming",
    "intermediateCatchEvent",
    "intermediateThrowEvent",
    "extensionElements",
]
NAMES = ["start", "g", "a", "b", "sub", "t", "m", "end", "p", "s2", "e2", "g_b", "", "x", "d", "true", "1"]


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(st.sampled_from(TAGS), st.sampled_from(TAGS), st.sampled_from(NAMES), st.sampled_from(NAMES)),
        max_size=6,
    ),
    st.integers(0, len(WHOLE)),
    st.binary(max_size=3),
)
def test_a_diagram_with_words_exchanged_gives_findings_and_no_error(
    swaps: list[tuple[str, str, str, str]], place: int, noise: bytes
) -> None:
    text = WHOLE.decode()
    for tag, other, name, instead in swaps:
        text = text.replace(f"bpmn:{tag} ", f"bpmn:{other} ").replace(f"bpmn:{tag}>", f"bpmn:{other}>")
        text = text.replace(f'="{name}"', f'="{instead}"', 1)
    check({"case.bpmn": text.encode()})
    check({"case.bpmn": WHOLE[:place] + noise + WHOLE[place:]})
