"""States written by earlier versions: every format ever written must go on to its end.

A new format adds files here; those that are here are never written again.
"""

from pathlib import Path

import pytest

from casework import engine
from tests.engine.conftest import NOON

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize(("number", "voters"), [(1, "甲乙"), (2, "甲乙丙丁")])
def test_a_state_of_this_format_goes_on_to_its_end(number: int, voters: str) -> None:
    files = {name: (GOLDEN / f"format_1_{name}").read_bytes() for name in ("p.bpmn", "c.bpmn")}
    definition = engine.load(files)
    outcome = engine.deliver(
        definition, (GOLDEN / f"format_{number}.state").read_bytes(), engine.Message("s"), now=NOON, signal=True
    )
    assert outcome.delivered
    standing = {token.element: token.task for token in outcome.tokens}
    votes = [token.task for token in outcome.tokens if token.element == "vote"]
    assert set(standing) == {"inner", "a", "ask", "work", "vote", "dispatch", "wait", "join", "handler", "h"}
    for task in (standing["a"], standing["work"], *votes, standing["dispatch"]):
        outcome = engine.complete(definition, outcome.state, task, {"by": task}, now=NOON)
    outcome = engine.deliver(definition, outcome.state, engine.Message("m", {}, {"no": "A1"}), now=NOON)
    [last] = outcome.opened
    assert last.element == "z"
    assert [vote["person"] for vote in last.data["votes"]] == [*voters]
    assert (last.data["text"], str(last.data["amount"])) == ("~", "1.50")
    outcome = engine.complete(definition, outcome.state, last.id, {}, now=NOON)
    assert outcome.ended is None
    assert engine.complete(definition, outcome.state, standing["h"], {}, now=NOON).ended == "completed"


def test_what_branches_kept_apart_in_the_second_format_comes_together_at_their_join() -> None:
    definition = engine.load({"p.bpmn": (GOLDEN / "format_2_merging.bpmn").read_bytes()})
    state = (GOLDEN / "format_2_merging.state").read_bytes()
    outcome = engine.complete(definition, state, "4", {"total": 7, "notes": ["始", "乙"]}, now=NOON)
    [last] = outcome.opened
    assert (str(last.data["total"]), last.data["notes"]) == ("12", ["始", "甲", "乙"])
