"""What a teller may write of a paper ballot, and what is refused before it is entered."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from casework.assemblies.papers import Unreadable, choices_in, lines_in

ZONE = ZoneInfo("Asia/Shanghai")
ITEMS = [
    {"no": 1, "kind": "decision"},
    {"no": 2, "kind": "decision"},
    {"no": 3, "kind": "election", "candidates": [{"key": "a"}, {"key": "b"}, {"key": "c"}]},
]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("1赞 2反 3:1,3", {1: "for", 2: "against", 3: ["a", "c"]}),
        ("1同意　2弃权 3：2、1", {1: "for", 2: "abstain", 3: ["b", "a"]}),
        ("1Y 2n", {1: "for", 2: "against"}),
        ("3弃 1废", {3: "abstain", 1: "invalid"}),
        ("3:", {3: []}),
        ("", {}),
    ],
)
def test_choices_are_read_by_number_in_either_language(written: str, said: dict) -> None:
    assert choices_in(written, ITEMS) == said


@pytest.mark.parametrize("written", ["4赞", "1好", "1", "赞", "1:1", "3赞", "3:4", "3:0", "1赞 1反", "1赞2反"])
def test_what_the_agenda_does_not_have_is_unreadable(written: str) -> None:
    with pytest.raises(Unreadable):
        choices_in(written, ITEMS)


def test_lines_carry_the_number_the_signature_and_when_it_came_in() -> None:
    entries = lines_in("12 1赞 2反\n\n 7 3:1 未签\n9 1n @2026-03-20 15:00\n30 unsigned", ITEMS, ZONE)
    assert [(one["ballot_no"], one["choices"], one["signed"]) for one in entries] == [
        (12, {1: "for", 2: "against"}, True),
        (7, {3: ["a"]}, False),
        (9, {1: "against"}, True),
        (30, {}, False),
    ]
    assert [one["received_at"] for one in entries][2:] == [datetime(2026, 3, 20, 15, tzinfo=ZONE), None]


@pytest.mark.parametrize("line", ["1赞", "x 1赞", "12 9赞", "12 1赞 @2026-13-40 15:00"])
def test_a_line_that_cannot_be_read_is_named(line: str) -> None:
    with pytest.raises(Unreadable):
        lines_in(f"1 1赞\n{line}", ITEMS, ZONE)
