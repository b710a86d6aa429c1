"""Multi-instance behaviours: what instances report while the others go on."""

import pytest

from casework import engine
from tests.engine.conftest import Player
from tests.engine.drawing import boundary, diagram, escalation, flows, line, many, named, signal, user

SIGNAL = '<bpmn:signalEventDefinition id="ev" signalRef="s_done"/>'
AROUND = named(signals="done", escalations="enough") + SIGNAL


def drawn(repeated: str, caught: str = signal("done"), *, interrupting: bool = True) -> bytes:
    return diagram(
        user("a", repeated), boundary("heard", "a", caught, interrupting=interrupting), user("h"), user("z"),
        line("a", "z"), flows("heard h"), around=AROUND,
    )  # fmt: skip


def behaving(kind: str) -> str:
    return (
        many(times="3")
        .replace("<bpmn:multiInstance", "<bpmn:multiInstance", 1)
        .replace("isSequential", f'behavior="{kind}" {kind.lower()}BehaviorEventRef="ev" isSequential')
    )


@pytest.mark.parametrize("interrupting", [True, False])
@pytest.mark.parametrize(("kind", "heard"), [("None", 3), ("One", 1)])
def test_instances_report_and_the_others_go_on(play: Player, kind: str, heard: int, interrupting: bool) -> None:
    case = play(drawn(behaving(kind), interrupting=interrupting)).start().done("a")
    assert case.open == ["a", "a", "h"]
    case.done("a").done("a")
    assert case.open.count("h") == heard
    assert case.open.count("z") == 1
    assert case.seen("thrown") == ["a"] * heard


def reporting(condition: str) -> str:
    behaviour = (
        f'<bpmn:complexBehaviorDefinition id="cb"><bpmn:condition>{condition}</bpmn:condition>'
        f'<bpmn:event id="it">{escalation("enough")}</bpmn:event></bpmn:complexBehaviorDefinition>'
    )
    return many(behaviour, times="3").replace("isSequential", 'behavior="Complex" isSequential')


def test_a_condition_decides_what_is_reported(play: Player) -> None:
    repeated = reporting("numberOfCompletedInstances = 2")
    case = play(drawn(repeated, escalation("enough"), interrupting=False)).start().done("a")
    assert case.open == ["a", "a"]
    assert case.done("a").open == ["a", "h"]
    assert sorted(case.done("a").open) == ["h", "z"]


def test_a_report_under_a_condition_stops_the_others_when_its_catcher_interrupts(play: Player) -> None:
    case = play(drawn(reporting("numberOfCompletedInstances = 2"), escalation("enough"))).start().done("a").done("a")
    assert case.open == ["h"]
    assert case.seen("cancelled").count("a") == 2
    assert case.done("h").ended == "completed"


@pytest.mark.parametrize("kind", ["None", "One", "Complex"])
def test_a_behaviour_without_its_event_is_refused(kind: str) -> None:
    repeated = many(times="3").replace("isSequential", f'behavior="{kind}" isSequential')
    found = engine.check({"p.bpmn": drawn(repeated)})
    assert [(one.rule, one.element) for one in found if one.severity == "error"] == [("not_supported_yet", "a")]
