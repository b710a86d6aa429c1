"""Tables are looked through for values that no row answers, or that several rows answer differently."""

from collections.abc import Sequence

import pytest

from casework.decisions.coverage import look_through
from tests.decisions.drawing import decision, file, table

Rows = Sequence[tuple[Sequence[str], Sequence[str]]]


def faults(policy: str, rows: Rows, **more: str) -> list[tuple[str, list[str], tuple[int, ...]]]:
    """Return the faults of a table with their examples."""
    inputs = ("x",) if len(rows[0][0]) == 1 else ("x", "y")
    found = look_through({"a.dmn": file(decision("d", table(policy, rows, inputs=inputs, **more)))})
    return [(one.fault, list(one.example.values()), one.rows) for one in found]


def test_a_whole_table_has_no_faults() -> None:
    """Rows that meet without touching answer every value once."""
    assert faults("UNIQUE", [(["< 10"], ["1"]), (["[10..20]"], ["2"]), (["> 20"], ["3"])]) == []
    assert faults("FIRST", [(["< 10"], ["1"]), (["-"], ["2"])]) == []
    assert faults("UNIQUE", [(["true"], ["1"]), (["false"], ["2"])]) == []
    assert faults("UNIQUE", [(['@"2026-01-01"'], ["1"]), (['not(@"2026-01-01")'], ["2"])]) == []


def test_a_gap_is_told_with_an_example() -> None:
    """A single number between two rows, a text nobody listed, a combination of two inputs."""
    assert faults("UNIQUE", [(["< 10"], ["1"]), (["> 10"], ["2"])]) == [("gap", ["10"], ())]
    assert faults("FIRST", [(['"a"'], ["1"])]) == [("gap", ['"其他"'], ())]
    assert faults("FIRST", [(['"a"'], ["1"])], allowed='"a", "b"') == [("gap", ['"b"'], ())]
    rows = [(["true", "< 5"], ["1"]), (["false", "-"], ["2"])]
    assert faults("UNIQUE", rows)[0] == ("gap", ["true", "5"], ())


def test_a_default_or_a_list_of_hits_leaves_no_gap() -> None:
    """Then it is answered when no row matches."""
    assert faults("UNIQUE", [(["< 10"], ["1"])], otherwise="0") == []
    assert faults("COLLECT", [(["< 10"], ["1"])]) == []


def test_rows_that_answer_the_same_value_are_told() -> None:
    """As a contradiction when they differ, and as an overlap when they agree but may not both match."""
    rows = [(["<= 10"], ["1"]), ([">= 10"], ["2"])]
    assert faults("UNIQUE", rows) == [("contradiction", ["10"], (1, 2))]
    assert faults("ANY", rows) == [("contradiction", ["10"], (1, 2))]
    assert faults("FIRST", rows) == []
    same = [(["<= 10"], ["1"]), ([">= 10"], ["1"])]
    assert faults("UNIQUE", same) == [("overlap", ["10"], (1, 2))]
    assert faults("ANY", same) == []


@pytest.mark.parametrize("cell", ["? > y", "count(y) > 1", "y", '"a".."b"', '< "a"', '1, "a"', "null"])
def test_what_cannot_be_looked_through_is_not_judged(cell: str) -> None:
    """A cell that asks for data, or compares texts."""
    assert faults("UNIQUE", [([cell], ["1"])]) == []


def test_the_work_is_bounded() -> None:
    """A table with too many combinations is left alone, at once."""
    rows = [([f"{at}", f"{at}"], ["1"]) for at in range(300)]
    assert faults("UNIQUE", rows) == []
