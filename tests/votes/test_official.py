"""A result that another system has counted: taken over whole, or not at all."""

from typing import Any

import pytest

from casework.errors import Invalid, Refused
from casework.votes import queries, services
from casework.votes.official import differences, platform
from tests.votes.estate import CLOSES, DECISION, OPENS, Estate, election

PROOF = {"file": 5}


def weighs(heads: int, area: str) -> dict[str, Any]:
    return {"heads": heads, "area": area}


def counted(**changes: Any) -> dict[str, Any]:
    half = {"for": weighs(69, "10030.00"), "against": weighs(68, "6800.00")}
    elects = {"for": weighs(137, "16830.00"), "candidates": {"a": weighs(69, "10030.00"), "b": weighs(67, "9830.00")}}
    return {"participants": weighs(137, "16830.00"), "items": {1: half, 3: elects}, **changes}


def test_what_was_counted_elsewhere_is_judged_by_the_rules_of_the_vote(estate: Estate) -> None:
    vote_id = estate.prepare(DECISION, election(), mode="import")
    result = services.take_over(estate.work(), vote_id, counted(), PROOF)
    assert (result["participation"], [one["passed"] for one in result["items"]]) == (True, [True, True])
    assert (result["elected"], result["items"][0]["thresholds"]["approval"]["area"]["part"]) == (["a"], "10030.00")
    assert services.take_over(estate.work(), vote_id, {}, {}) == result, "what is stored stays"
    assert services.count(estate.work(), vote_id) == result
    for ask in (services.recount, queries.export_box, queries.published_box):
        with pytest.raises(Refused, match="没有票箱"):
            ask(estate.work(), vote_id)


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"participants": weighs(205, "16830.00")}, {"participants", "1", "3"}),
        ({"participants": {"heads": 137, "area": 16830.0}}, {"participants", "1", "3"}),
        ({"items": {1: {"for": weighs(137, "16830.001")}, 3: {}}}, {"1", "3"}),
        ({"items": {"1": {"for": weighs(137, "16830.00")}}}, {"3"}),
    ],
)
def test_numbers_that_do_not_add_up_are_not_taken_over(
    estate: Estate, changes: dict[str, Any], where: set[str]
) -> None:
    vote_id = estate.prepare(DECISION, election(), mode="import")
    with pytest.raises(Invalid) as refused:
        services.take_over(estate.work(), vote_id, counted(**changes), PROOF)
    assert set(refused.value.fields) == where


def test_a_result_needs_its_proof_and_a_vote_of_our_own_takes_none(estate: Estate) -> None:
    vote_id = estate.prepare(DECISION, election(), mode="import")
    with pytest.raises(Invalid) as refused:
        services.take_over(estate.work(), vote_id, counted(), {})
    assert set(refused.value.fields) == {"proof"}
    with pytest.raises(Refused):
        services.take_over(estate.work(), estate.open(), counted(), PROOF)


@pytest.fixture
def closed(estate: Estate) -> int:
    """A vote on the official platform whose window is over; no ballot was issued here."""
    vote_id = estate.prepare(DECISION, election(), mode="import")
    services.open_box(estate.work(), vote_id, OPENS, CLOSES)
    estate.now = CLOSES
    services.close(estate.work(), vote_id)
    return vote_id


def test_no_ballot_is_issued_or_taken_for_a_vote_on_another_platform(estate: Estate, closed: int) -> None:
    assert services.issue(estate.work(), estate.prepare(mode="import")) == 0
    for act in (
        lambda: services.enter_paper(estate.work(estate.staff[0]), closed, []),
        lambda: estate.cast(0),
    ):
        with pytest.raises(Refused):
            act()


def test_who_took_part_is_known_before_anything_is_taken_over(estate: Estate, closed: int) -> None:
    assert services.enough_by(estate.work(), closed, counted())
    few = {"participants": weighs(5, "500.00"), "items": {1: {"for": weighs(5, "500.00")}}}
    few["items"][3] = {"for": weighs(5, "500.00"), "candidates": dict.fromkeys("ab", weighs(0, "0"))}
    assert not services.enough_by(estate.work(), closed, few)
    assert services.take_over(estate.work(), closed, counted(), PROOF)["whole"]["heads"] == len(estate.heads)


def test_an_official_result_is_entered_anew_after_an_objection(estate: Estate, closed: int) -> None:
    services.take_over(estate.work(), closed, counted(), PROOF)
    services.enter_again(estate.work(), closed, "异议成立")
    less = counted()
    less["items"][1] = {"for": weighs(68, "6800.00"), "against": weighs(69, "10030.00")}
    assert not services.take_over(estate.work(), closed, less, PROOF)["items"][0]["passed"]


def test_differences_of_two_entries_are_told_by_item_and_never_what_was_written() -> None:
    items, other = [DECISION, election()], counted(participants=weighs(136, "16830.00"))
    other["items"][1] = {**other["items"][1], "for": weighs(69, "10030.01")}
    other["items"][3] = {**other["items"][3], "candidates": {"a": weighs(69, "10030.00"), "b": weighs(1, "9830.00")}}
    assert differences(items, counted(), counted()) == []
    assert [zh for zh, _ in differences(items, counted(), other)] == [
        "参与数：两人录入的人数不同",
        f"第 1 项“{DECISION['title']}”的同意数：两人录入的面积不同",
        "第 3 项“选举委员”第 2 名候选人的得票：两人录入的人数不同",
    ]
    assert not any("10030" in text or "136" in text for texts in differences(items, counted(), other) for text in texts)


def test_a_platform_goes_by_its_name_or_as_the_rules_of_the_place_write_it() -> None:
    assert platform("city_housing")[0] == "市住房主管部门的业主表决系统"
    assert platform("https://vote.example/") == ("https://vote.example/", "https://vote.example/")
