"""What a stored result means: who has the last seats after a tie, and what is posted of it."""

from decimal import Decimal
from typing import Any

from casework.assemblies import outcomes

ITEM = {
    "no": 1,
    "title": "选举业主委员会",
    "kind": "election",
    "seats": 2,
    "candidates": [
        {"key": key, "name": name, "person": person}
        for key, name, person in zip("abc", "甲乙丙", (7, 8, 9), strict=True)
    ],
}
NONE = {"heads": 0, "area": "0.00"}


def result(
    areas: dict[str, str | None], *, heads: int | None = 70, participation: bool = True, **item: Any
) -> dict[str, Any]:
    """Return a stored result: a has the first seat, b and c are tied for the second."""
    lot = {
        **ITEM,
        "valid": participation,
        "passed": False,
        **dict.fromkeys(("for", "against", "abstain", "invalid"), NONE),
        "candidates": [
            {"key": key, "heads": 80 if key == "a" else heads, "area": areas.get(key, "9000.00")} for key in "abc"
        ],
        "elected": ["a"],
        "tied": ["b", "c"],
        **item,
    }
    return {
        "whole": {"heads": 204, "area": "25200.00"},
        "participants": {"heads": 137, "area": "16830.00"},
        "participation": participation,
        "silent": {**NONE, "items": [], "clause": None},
        "items": [lot],
        "plain": [lot],
    }


TIED = {"b": "7000.00", "c": "7000.01"}


def elected(found: outcomes.Outcome) -> list[str]:
    return [one["key"] for one in found.elected]


def test_a_tie_stays_a_tie_until_a_rule_says_who_has_the_seat() -> None:
    data = outcomes.read(result(TIED), [ITEM], "ask").as_data()
    assert [one["key"] for one in data["elected"]] == ["a"]
    assert data["tied"] == [{"item": 1, "seats": 1, "keys": ["b", "c"]}]
    assert data["tied_in_area"] is False


def test_by_the_rule_the_larger_area_has_the_seat_to_the_hundredth() -> None:
    found = outcomes.read(result(TIED), [ITEM], "heads_then_area")
    assert (elected(found), found.tied) == (["a", "c"], [])


def test_equal_areas_leave_a_new_ballot_alone() -> None:
    found = outcomes.read(result({"b": "7000.00", "c": "7000.00"}), [ITEM], "heads_then_area")
    assert elected(found) == ["a"]
    assert found.as_data()["tied_in_area"] is True


def test_numbers_withheld_in_a_secret_vote_settle_no_tie() -> None:
    found = outcomes.read(result({"b": None, "c": None}, heads=None), [ITEM], "heads_then_area")
    assert elected(found) == ["a"]
    assert found.as_data()["tied_in_area"] is True


def test_a_new_ballot_is_for_the_open_seats_and_those_tied_and_takes_none_from_the_elected() -> None:
    first = outcomes.read(result(TIED), [ITEM], "new_ballot")
    [item] = outcomes.open_seats([ITEM], first.tied)
    assert (item["seats"], [one["key"] for one in item["candidates"]]) == (1, ["b", "c"])
    rows = [{"key": key, "heads": 70, "area": TIED[key]} for key in "bc"]
    again = result(TIED, seats=1, elected=["c"], tied=[], candidates=rows)
    assert elected(outcomes.read(again, [item], "new_ballot", before=first.elected)) == ["a", "c"]


def test_the_posting_tells_numbers_limits_and_names_in_both_languages() -> None:
    found = outcomes.read(result(TIED), [ITEM], "ask")
    assert found.summary == (
        "应参与 204 人、25200.00 平方米，实际参与 137 人、16830.00 平方米，达到法定参与比例。"
        "第 1 项“选举业主委员会”：甲 80 人 9000.00 平方米当选；"
        "乙 70 人 7000.00 平方米并列；丙 70 人 7000.01 平方米并列。"
    )
    assert found.summary_en.startswith("137 of 204 owners with 16830.00 of 25200.00 m²; enough took part.")
    void = outcomes.read(result(TIED, participation=False, elected=[], tied=[]), [ITEM], "ask")
    assert void.summary.endswith("未达到法定参与比例，表决无效。")
    assert void.as_data()["void"] is True


def test_elected_owners_are_named_with_what_they_had() -> None:
    [first] = outcomes.read(result(TIED), [ITEM], "ask").as_data()["elected"]
    assert first == {
        "item": Decimal(1), "key": "a", "person": Decimal(7), "name": "甲", "heads": Decimal(80), "area": "9000.00",
    }  # fmt: skip


def test_a_notice_tells_what_came_of_each_item_and_names_nobody() -> None:
    decided = {"no": 2, "title": "更换门禁", "kind": "decision", "passed": True, "candidates": []}
    decided |= {"for": {"heads": 100, "area": "9000.00"}, "against": NONE, "abstain": NONE}
    stored = result(TIED)
    stored["items"].append(decided)
    told = outcomes.read(stored, [ITEM], "heads_then_area").as_notice()
    assert "第 1 项“选举业主委员会”：选出 2 人。" in told["said"]
    assert "第 2 项“更换门禁”：赞成 100 人 9000.00 平方米" in told["said"]
    assert "通过。" in told["said"]
    assert "for 100, 9000.00 m²" in told["said_en"]
    assert not set("甲乙丙") & set(repr(told))


def test_a_notice_of_a_void_vote_says_so() -> None:
    told = outcomes.read(result(TIED, participation=False), [ITEM], "area").as_notice()
    assert (told["said"], told["said_en"]) == (
        "参与未达到法定比例，表决无效。",
        "Too few took part: the vote is void.",
    )
