"""States written by earlier versions: every format ever written must go on to its end.

A new format adds files here; those that are here are never written again.
"""

from pathlib import Path

import pytest

from casework import engine
from tests.engine.conftest import NOON

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("number", [1])
def test_a_state_of_this_format_goes_on_to_its_end(number: int) -> None:
    files = {name: (GOLDEN / f"format_{number}_{name}").read_bytes() for name in ("p.bpmn", "c.bpmn")}
    definition = engine.load(files)
    outcome = engine.deliver(
        definition, (GOLDEN / f"format_{number}.state").read_bytes(), engine.Message("s"), now=NOON, signal=True
    )
    assert outcome.delivered
    standing = {token.element: token.task for token in outcome.tokens}
    assert set(standing) == {"inner", "a", "ask", "work", "vote", "dispatch", "wait", "join", "handler", "h"}
    for element in ("a", "work", "vote", "dispatch"):
        outcome = engine.complete(definition, outcome.state, standing[element], {element: "done"}, now=NOON)
    outcome = engine.deliver(definition, outcome.state, engine.Message("m", {}, {"no": "A1"}), now=NOON)
    [last] = outcome.opened
    assert last.element == "z"
    assert [vote["person"] for vote in last.data["votes"]] == ["甲", "乙"]
    assert (last.data["text"], str(last.data["amount"])) == ("~", "1.50")
    outcome = engine.complete(definition, outcome.state, last.id, {}, now=NOON)
    assert outcome.ended is None
    assert engine.complete(definition, outcome.state, standing["h"], {}, now=NOON).ended == "completed"
