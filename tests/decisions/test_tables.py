"""What decision tables decide under each hit policy."""

from typing import Any

import pytest

from casework import decisions
from tests.decisions.drawing import decision, file, scope, table

ROWS = [(["< 10"], ['"low"']), (["> 5"], ['"high"']), (["7"], ['"high"'])]


def decided(logic: str, **names: Any) -> Any:
    """Evaluate the one decision made of this logic."""
    return decisions.load({"t.dmn": file(decision("d", logic))})["d"].evaluate(scope(**names))


@pytest.mark.parametrize(
    ("policy", "x", "expected"),
    [
        ("UNIQUE", 1, "low"),
        ("UNIQUE", 6, None),
        ("UNIQUE", None, None),
        ("ANY", 12, "high"),
        ("ANY", 1, "low"),
        ("ANY", 7, None),
        ("FIRST", 7, "low"),
        ("FIRST", 20, "high"),
        ("RULE ORDER", 7, ["low", "high", "high"]),
        ("RULE ORDER", None, []),
        ("COLLECT", 7, ["low", "high", "high"]),
        ("COLLECT", 1, ["low"]),
    ],
)
def test_a_hit_policy(policy: str, x: Any, expected: Any) -> None:
    """Each policy makes of the matching rows what DMN says."""
    assert decided(table(policy, ROWS), x=x) == expected


@pytest.mark.parametrize(("policy", "expected"), [("PRIORITY", "high"), ("OUTPUT ORDER", ["high", "high", "low"])])
def test_priority_follows_the_listed_output_values(policy: str, expected: Any) -> None:
    """The first of the output values ranks highest, whatever row it stands in."""
    assert decided(table(policy, ROWS, ranked='"high", "low"'), x=7) == expected


@pytest.mark.parametrize(("how", "expected"), [("SUM", 60), ("MIN", 10), ("MAX", 30), ("COUNT", 3)])
def test_collect_aggregates(how: str, expected: int) -> None:
    """Sum, smallest, largest and number of what the matching rows give."""
    rows = [(["> 0"], ["10"]), (["> 1"], ["20"]), (["> 2"], ["x * 10"])]
    assert decided(table("COLLECT", rows, more=f'aggregation="{how}"'), x=3) == expected


def test_nothing_matches() -> None:
    """Null, the default, no entries, or a count of nothing."""
    rows = [(["1"], ["1"])]
    assert decided(table("UNIQUE", rows), x=2) is None
    assert decided(table("UNIQUE", rows, otherwise="x + 1"), x=2) == 3
    assert decided(table("COLLECT", rows), x=2) == []
    assert decided(table("COLLECT", rows, more='aggregation="COUNT"'), x=2) == 0
    assert decided(table("COLLECT", rows, more='aggregation="SUM"'), x=2) is None


def test_a_broken_policy_says_which_rows() -> None:
    """The reason names the rows that match together."""
    here = scope(x=7)
    made = decisions.load({"t.dmn": file(decision("d", table("UNIQUE", ROWS)))})["d"]
    assert made.evaluate(here) is None
    assert "1、2、3" in here.reasons[0]


def test_several_outputs_give_a_context() -> None:
    """Every output cell is an expression and may ask for the data."""
    rows = [(["-", '"lift"'], ['"CO"', "{days: x, more: [x, 1]}"]), (["-", "-"], ['"ST"', "null"])]
    logic = table("FIRST", rows, inputs=("x", "category"), outputs=("unit", "terms"))
    assert decided(logic, x=3, category="lift") == {"unit": "CO", "terms": {"days": 3, "more": [3, 1]}}
    assert decided(logic, x=3, category="gas") == {"unit": "ST", "terms": None}


def test_a_value_outside_the_allowed_ones_counts_as_none() -> None:
    """The rows are asked about null in its place; null itself is not outside."""
    logic = table("FIRST", [(['"c"'], ["1"]), (['"a"'], ["2"]), (["null"], ["3"])], allowed='"a", "b"')
    assert decided(logic, x="c") == 3
    assert decided(logic, x="a") == 2
    assert decided(logic, x=None) == 3


def test_an_output_outside_the_listed_values_is_null() -> None:
    """Whatever the row says."""
    assert decided(table("FIRST", [(["-"], ['"foo"'])], ranked='"a", "b"'), x=1) is None
    assert decided(table("FIRST", [(["-"], ['"b"'])], ranked='"a", "b"'), x=1) == "b"


def test_a_decision_tells_which_rows_decided() -> None:
    """With the designer's note beside the row, for whoever asks why."""
    made = decisions.load({"t.dmn": file(decision("d", table("FIRST", ROWS)))})["d"]
    found = made.decide(scope(x=20))
    assert found.value == "high"
    assert found.hits == (decisions.Hit("t", 2, "r2", "note 2"),)
