"""One valid ballot for each head: the first counts, whatever comes later is kept, void, and told."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from casework.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from casework.notifications.models import Notice
from casework.persistence import House
from casework.votes import queries, services
from casework.votes.models import Envelope, Vote
from tests.votes.estate import CLOSES, DECISION, DEVELOPER, OPENS, SPECIAL, WANG, Estate, election

TICK = timedelta(microseconds=1)


def told(estate: Estate) -> list[Notice]:
    return list(estate.session.scalars(select(Notice).where(Notice.code == "ballot_void").order_by(Notice.id)))


def envelopes(estate: Estate) -> list[Envelope]:
    query = select(Envelope).where(Envelope.vote_id == estate.vote_id).order_by(Envelope.id)
    return list(estate.session.scalars(query.execution_options(populate_existing=True)))


def test_the_first_ballot_counts_and_a_later_one_is_kept_void_and_told(estate: Estate) -> None:
    estate.open()
    first, second = estate.cast(0, "for"), estate.cast(0, "against")
    assert (first.valid, second.valid, second.void_because) == (True, False, "again")
    assert [one.valid for one in envelopes(estate)] == [True, False]
    [notice] = told(estate)
    assert notice.recipients == [f"p{estate.owners[0][0]}"]
    assert notice.params["because"].startswith("您已投过票")
    assert estate.result()["items"][0]["for"] == {"heads": 1, "area": "100.00"}


def test_one_owner_of_three_flats_is_one_head_with_all_the_area(estate: Estate) -> None:
    estate.open()
    one, two, _ = estate.numbers(WANG)
    assert estate.cast(WANG, "for", ballot_no=one).valid
    assert estate.cast(WANG, "against", ballot_no=two).void_because == "other_flat"
    assert queries.turnout(estate.work(), estate.vote_id) == {
        "area": Decimal("360.00"),
        "heads": 1,
        "whole_area": Decimal("25200.00"),
        "whole_heads": 204,
        "enough": False,
    }


def test_a_co_owner_who_comes_later_is_void_and_both_are_told(hamlet: Estate) -> None:
    hamlet.open()
    assert hamlet.cast(10, "for", owner=0).valid
    assert hamlet.cast(10, "against", owner=1).void_because == "co_owner"
    [notice] = told(hamlet)
    assert notice.recipients == sorted(f"p{one}" for one in hamlet.owners[10])


def test_the_same_request_twice_is_one_ballot(estate: Estate) -> None:
    estate.open()
    first = estate.cast(0, "for", key="k")
    assert estate.cast(0, "for", key="k") == first
    estate.now = CLOSES
    assert estate.cast(0, "for", key="k") == first, "also when the answer had been lost and the window is over"
    assert len(envelopes(estate)) == 1
    assert told(estate) == []


def test_a_key_used_for_another_owners_ballot_is_refused(hamlet: Estate) -> None:
    hamlet.open()
    person = hamlet.owners[0][0]
    hamlet.cast(0, key="k")
    with pytest.raises(Invalid):
        hamlet.cast(1, key="k", person=person)
    assert hamlet.cast(1, key="k").valid, "somebody else's key is another key"


def test_a_vote_counts_until_just_before_the_end_and_not_at_it(estate: Estate) -> None:
    estate.open()
    estate.now = OPENS - TICK
    with pytest.raises(Refused, match="开始"):
        estate.cast(0)
    estate.now = OPENS
    assert estate.cast(0).valid
    estate.now = CLOSES - TICK
    assert estate.cast(1).valid
    estate.now = CLOSES
    with pytest.raises(Refused, match="截止"):
        estate.cast(2)
    estate.close()
    with pytest.raises(Refused, match="截止"):
        estate.cast(2)
    assert len(envelopes(estate)) == 2


def test_nobody_votes_for_a_head_that_is_not_theirs(estate: Estate) -> None:
    estate.open()
    with pytest.raises(NotFound):
        estate.cast(0, person=estate.owners[1][0])
    with pytest.raises(Forbidden):
        services.cast(estate.work(), estate.vote_id, estate.heads[0], {1: "for"}, key=None)


@pytest.mark.parametrize(
    ("choices", "where"),
    [
        ({9: "for"}, "9"),
        ({1: "yes"}, "1"),
        ({1: ["a"]}, "1"),
        ({3: ["a", "b"]}, "3"),
        ({3: ["stranger"]}, "3"),
        ({3: "for"}, "3"),
        ({3: [["a"]]}, "3"),
        ({3: 7}, "3"),
        ({"first": "for"}, "first"),
        ({}, ""),
    ],
)
def test_what_the_agenda_does_not_offer_is_not_cast_and_not_repeated(
    estate: Estate, choices: dict[int, object], where: str
) -> None:
    estate.open(DECISION, SPECIAL, election())
    with pytest.raises(Invalid) as refused:
        estate.cast(0, choices)
    assert set(refused.value.fields) == {where}
    assert "stranger" not in str(refused.value) + str(refused.value.fields)
    assert estate.cast(0, {1: "for", 2: "abstain", 3: []}).valid, "the owner may cast again"


def test_every_ballot_is_sealed_to_the_same_length(estate: Estate) -> None:
    estate.open(DECISION, election(2, 2, {"a" * 40: 0, "b": 0}), election(3, 1, {"c": 0}))
    for head, said in enumerate([{1: "for"}, {1: "against", 2: ["a" * 40, "b"], 3: "abstain"}, {2: [], 3: ["c"]}]):
        estate.cast(head, said)
    assert len({len(one.sealed) for one in envelopes(estate)}) == 1


def test_a_vote_on_paper_alone_takes_no_ballot_online(estate: Estate) -> None:
    estate.open(mode="paper")
    with pytest.raises(Refused, match="纸质"):
        estate.cast(0)


def test_nothing_is_taken_before_the_box_is_open_or_after_it_was_stopped(estate: Estate) -> None:
    estate.prepare()
    with pytest.raises(Refused):
        estate.cast(0)
    services.open_box(estate.work(), estate.vote_id, OPENS, CLOSES)
    estate.cast(0)
    services.stop(estate.work(), estate.vote_id, "法院裁定")
    with pytest.raises(Refused, match="中止"):
        estate.cast(1)
    with pytest.raises(Conflict):
        services.count(estate.work(), estate.vote_id)


def test_a_vote_on_paper_alone_takes_nothing_online(estate: Estate) -> None:
    estate.open(mode="paper")
    with pytest.raises(Refused, match="只收纸质选票"):
        estate.cast(0)


def test_every_part_has_one_numbered_ballot_however_often_they_are_issued(estate: Estate) -> None:
    estate.open()
    assert services.issue(estate.work(), estate.vote_id) == 240
    assert sorted(no for head in range(204) for no in estate.numbers(head)) == list(range(1, 241))
    assert len(estate.numbers(DEVELOPER)) == 35


def test_an_owner_sees_their_flats_and_what_was_cast_but_never_a_choice(estate: Estate) -> None:
    estate.open()
    estate.cast(WANG, "against")
    [seen] = queries.mine(estate.work(), estate.owners[WANG][0], estate.estate_id)
    [head] = seen["heads"]
    assert (head["area"], [part["area"] for part in head["parts"]]) == (Decimal("360.00"), [Decimal("120.00")] * 3)
    assert [one["valid"] for one in head["cast"]] == [True]
    assert "against" not in repr(head)


def test_a_vote_is_prepared_only_on_a_frozen_roll_and_a_whole_agenda(estate: Estate) -> None:
    with pytest.raises(Invalid) as refused:
        estate.prepare({**DECISION, "kind": "poll"}, election(seats=0), rules={"special": None})
    assert set(refused.value.fields) == {"1", "3"}
    with pytest.raises(Invalid, match="规则"):
        estate.prepare(rules={"special": None})
    with pytest.raises(Invalid, match="规则"):
        estate.prepare(rules={"silent": {"mode": "by_rules"}})
    with pytest.raises(Invalid):
        estate.prepare(mode="secret", trustees=[1], threshold=1)


def test_before_the_box_opens_nobody_has_taken_part(estate: Estate) -> None:
    estate.prepare()
    assert queries.turnout(estate.work(), estate.vote_id)["heads"] == 0


def test_the_window_is_extended_before_the_count_and_never_after(estate: Estate) -> None:
    estate.open()
    estate.cast(0)
    estate.close()
    assert services.enough_took_part(estate.work(), estate.vote_id) is False
    assert estate.session.get_one(Vote, estate.vote_id).state == "closed", "nothing was opened"
    later = CLOSES + timedelta(days=7)
    services.extend(estate.work(), estate.vote_id, later)
    assert estate.cast(1).valid
    estate.now = later
    services.close(estate.work(), estate.vote_id)
    assert services.count(estate.work(), estate.vote_id)["participants"]["heads"] == 2
    with pytest.raises(Conflict):
        services.extend(estate.work(), estate.vote_id, later + timedelta(days=7))


def test_the_box_is_not_closed_before_its_time(estate: Estate) -> None:
    estate.open()
    estate.now = CLOSES - TICK
    with pytest.raises(Refused):
        services.close(estate.work(), estate.vote_id)


def test_without_the_master_key_no_ballot_is_taken(estate: Estate) -> None:
    estate.open()
    estate.house = House()
    with pytest.raises(Refused, match="主密钥"):
        estate.cast(0)
