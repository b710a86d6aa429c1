"""The check and the engine agree: what passes the check loads and runs, and what does not is told before."""

from datetime import UTC, datetime

import pytest

from casework import engine
from casework.engine.check import examine
from casework.engine.normalise import normalise
from tests.engine.random_drawings import drawn

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
BLOCK = 150
REPEATS_FOR_EVER = {"endless_loop", "loop_without_exit"}


@pytest.mark.parametrize("block", range(8))
def test_what_passes_the_check_loads_and_starts(block: int) -> None:
    passed = 0
    for seed in range(block * BLOCK, (block + 1) * BLOCK):
        files = {"case.bpmn": drawn(seed)}
        checked = examine(files)
        if checked.refused:
            with pytest.raises(engine.DefinitionRefused):
                engine.load(files)
            continue
        passed += 1
        normalise(checked.roots["case.bpmn"])
        definition = engine.load(files)
        if definition.processes["p"].startable and not {one.rule for one in checked.problems} & REPEATS_FOR_EVER:
            outcome = engine.start(definition, "p", {"x": 2}, now=NOW)
            assert outcome.history, f"seed {seed}: nothing happened"
    assert passed > BLOCK / 20, "too few of the drawings are good to show anything"


def test_most_drawings_are_told_apart_by_more_than_one_rule() -> None:
    told = {problem.rule for seed in range(400) for problem in examine({"case.bpmn": drawn(seed)}).problems}
    assert len(told) > 20
