"""Paper ballots: two tellers read the same or it is not counted; paper and online are one count."""

from datetime import timedelta
from typing import Any

import pytest

from casework.errors import Forbidden, Invalid, Refused
from casework.votes import queries, services
from casework.votes.models import PaperEntry
from tests.votes.estate import CLOSES, DAY, DECISION, OPENS, SPECIAL, WANG, Estate, appointed, area, election
from tests.votes.test_casting import envelopes, told


def paper(no: int, choices: Any = "for", *, signed: bool = True, **more: Any) -> dict[str, Any]:
    given = choices if isinstance(choices, dict) else {1: choices}
    return {"ballot_no": no, "choices": given, "signed": signed, **more}


def enter(estate: Estate, *entries: dict[str, Any], teller: int = 0) -> None:
    services.enter_paper(estate.work(estate.staff[teller]), estate.vote_id, entries)


def both(estate: Estate, *entries: dict[str, Any]) -> list[services.Difference]:
    enter(estate, *entries)
    enter(estate, *entries, teller=1)
    return services.match(estate.work(), estate.vote_id)


def kinds(found: list[services.Difference]) -> list[tuple[str, int | None]]:
    return [(one.kind, one.ballot_no) for one in found]


def test_what_two_tellers_read_alike_is_in_the_box_once(estate: Estate) -> None:
    estate.open()
    assert both(estate, paper(estate.numbers(0)[0]), paper(estate.numbers(1)[0], "against")) == []
    assert services.match(estate.work(), estate.vote_id) == []
    assert [one.channel for one in envelopes(estate)] == ["paper", "paper"]
    item = estate.result()["items"][0]
    assert (item["for"]["heads"], item["against"]["heads"]) == (1, 1)


def test_one_teller_alone_is_not_enough_even_twice(estate: Estate) -> None:
    estate.open()
    [no] = estate.numbers(0)
    enter(estate, paper(no))
    enter(estate, paper(no))
    assert kinds(services.match(estate.work(), estate.vote_id)) == [("missing", no)]
    assert envelopes(estate) == []


def test_any_difference_comes_back_without_what_was_read(estate: Estate) -> None:
    estate.open(DECISION, SPECIAL)
    a, b, c = (estate.numbers(head)[0] for head in range(3))
    enter(estate, paper(a, {1: "for", 2: "for"}), paper(b), paper(c, received_at=OPENS))
    enter(
        estate, paper(a, {1: "for", 2: "against"}), paper(b, signed=False), paper(c, received_at=OPENS + DAY), teller=1
    )
    found = services.match(estate.work(), estate.vote_id)
    assert kinds(found) == [("choices", a), ("signed", b), ("received_at", c)]
    assert found[0].items == (2,)
    assert "against" not in repr(found)
    assert envelopes(estate) == []
    enter(estate, paper(a, {1: "for", 2: "for"}), paper(b), paper(c, received_at=OPENS), teller=1)
    assert services.match(estate.work(), estate.vote_id) == []


def test_numbers_never_issued_copies_and_more_papers_than_ballots_come_back(hamlet: Estate) -> None:
    hamlet.open()
    numbers = [hamlet.numbers(head)[0] for head in range(12)]
    found = both(hamlet, *map(paper, numbers), paper(numbers[0]), paper(99))
    assert kinds(found) == [("more", None), ("twice", numbers[0]), ("not_issued", 99)]
    assert found[0].en.startswith("14 papers")
    hamlet.close()
    with pytest.raises(Refused, match="13"):
        services.count(hamlet.work(), hamlet.vote_id)


def test_an_online_ballot_before_the_paper_counts(estate: Estate) -> None:
    estate.open()
    estate.now = OPENS + timedelta(hours=1)
    estate.cast(0, "for")
    estate.now = OPENS + timedelta(hours=6)
    assert both(estate, paper(estate.numbers(0)[0], "against")) == []
    assert [(one.channel, one.valid, one.void_because) for one in envelopes(estate)] == [
        ("online", True, None),
        ("paper", False, "other_channel"),
    ]
    assert len(told(estate)) == 1
    assert estate.result()["participants"]["heads"] == 1


def test_a_paper_received_before_the_online_ballot_counts_though_it_is_entered_later(estate: Estate) -> None:
    estate.open()
    estate.now = OPENS + DAY
    estate.cast(0, "for")
    estate.close()
    root = estate.vote().box
    assert both(estate, paper(estate.numbers(0)[0], "against", received_at=OPENS)) == []
    assert [(one.channel, one.valid) for one in envelopes(estate)] == [("online", False), ("paper", True)]
    assert estate.vote().box != root, "what came in after the close is in the root that is counted"
    assert services.count(estate.work(), estate.vote_id)["items"][0]["against"]["heads"] == 1


def test_three_papers_of_one_owner_are_one_head_with_all_the_area(estate: Estate) -> None:
    estate.open()
    assert both(estate, *map(paper, estate.numbers(WANG))) == []
    assert estate.result()["participants"] == {"heads": 1, "area": "360.00"}
    assert [one.void_because for one in envelopes(estate)] == [None, "other_flat", "other_flat"]


def test_an_unsigned_paper_is_kept_void_and_one_with_too_many_names_takes_part_invalid(estate: Estate) -> None:
    estate.open(election(1))
    a, b = (estate.numbers(head)[0] for head in range(2))
    assert both(estate, paper(a, {1: ["a"]}, signed=False), paper(b, {1: ["a", "b"]})) == []
    result = estate.result()
    assert result["participants"]["heads"] == 1
    assert result["items"][0]["invalid"]["heads"] == 1
    assert [one.void_because for one in envelopes(estate)] == ["unsigned", None]


def test_a_candidate_and_a_candidates_relative_are_no_tellers(estate: Estate) -> None:
    candidate, relative = estate.staff[0], estate.staff[1]
    item = election(1, persons={"a": candidate})
    item["candidates"][0]["relatives"] = [relative]
    estate.open(item)
    for teller in (0, 1):
        with pytest.raises(Forbidden, match="计票人"):
            enter(estate, paper(1, {1: ["a"]}), teller=teller)


def test_only_a_teller_of_the_estate_enters_papers(estate: Estate) -> None:
    estate.open()
    elsewhere = appointed(estate.session, area(estate.session).id, "teller", 1)[0]
    for other in (elsewhere, estate.person(), estate.appoint("group_lead")):
        with pytest.raises(Forbidden, match="计票人"):
            services.enter_paper(estate.work(other), estate.vote_id, [paper(1)])
    assert list(estate.session.query(PaperEntry)) == []


def test_bad_lines_come_back_together_and_nothing_is_kept(estate: Estate) -> None:
    estate.open()
    late = paper(3, received_at=CLOSES)
    with pytest.raises(Invalid) as refused:
        enter(estate, paper(1), {"choices": {1: "for"}}, late, paper(4, "yes"))
    assert set(refused.value.fields) == {"2", "3", "4"}
    assert list(estate.session.query(PaperEntry)) == []


def test_what_is_in_the_box_is_not_entered_over(estate: Estate) -> None:
    estate.open()
    both(estate, paper(1))
    with pytest.raises(Invalid) as refused:
        enter(estate, paper(1, "against"), teller=2)
    assert set(refused.value.fields) == {"no 1"}


def test_a_vote_without_paper_takes_none(estate: Estate) -> None:
    estate.open(paper=False)
    with pytest.raises(Refused):
        enter(estate, paper(1))


def test_a_paper_that_came_before_the_sale_stays_the_former_owners(hamlet: Estate) -> None:
    hamlet.open()
    [no], part = hamlet.numbers(0), hamlet.parts[0][0]
    buyer = hamlet.person()
    hamlet.now = OPENS + 2 * DAY
    assert services.transfer_part(hamlet.work(hamlet.staff[0]), hamlet.vote_id, part, buyer, {"file": 7})
    [seen] = queries.mine(hamlet.work(), buyer, hamlet.estate_id)
    services.cast(hamlet.work(buyer), hamlet.vote_id, seen["heads"][0]["head"], {1: "against"}, key=None)
    assert both(hamlet, paper(no, "for", received_at=OPENS + DAY)) == []
    assert [(one.head_id == hamlet.heads[0], one.void_because) for one in envelopes(hamlet)] == [
        (False, "old_owner"),
        (True, None),
    ]
    item = hamlet.result()["items"][0]
    assert (item["for"], item["against"]["heads"]) == ({"heads": 1, "area": "100.00"}, 0)


def test_after_an_upheld_objection_the_papers_are_entered_again(hamlet: Estate) -> None:
    hamlet.open()
    numbers = [hamlet.numbers(head)[0] for head in range(9)]
    hamlet.now = OPENS + 2 * DAY
    hamlet.cast(0, "against")
    both(hamlet, *(paper(no, "for", received_at=OPENS + DAY) for no in numbers))
    assert hamlet.result()["items"][0]["for"]["heads"] == 9
    services.enter_again(hamlet.work(), hamlet.vote_id, "复核")
    assert queries.turnout(hamlet.work(), hamlet.vote_id)["heads"] == 1, "the online ballot stands until then"
    assert both(hamlet, *(paper(no, "against", received_at=OPENS + DAY) for no in numbers)) == []
    again = services.count(hamlet.work(), hamlet.vote_id)
    assert (again["items"][0]["for"]["heads"], again["items"][0]["against"]["heads"]) == (0, 9)
