"""Mandates, flats that change hands, and co-owners who don't agree."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from casework.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from casework.votes import queries, services
from casework.votes.models import Envelope, Proxy
from tests.votes.estate import CLOSES, DAY, DECISION, FLAT, SPECIAL, Estate

PROOF = {"file": 7}


def mandate(estate: Estate, head: int, holder: int, **changes: Any) -> Proxy:
    given = {"principal_id": estate.owners[head][0], "matters": [1], "until": CLOSES.date(), "proof": PROOF, **changes}
    return services.give_proxy(estate.work(estate.staff[0]), estate.vote_id, estate.heads[head], holder, **given)


def transfer(estate: Estate, head: int, to: int | list[int]) -> bool:
    return services.transfer_part(estate.work(estate.staff[0]), estate.vote_id, estate.parts[head][0], to, PROOF)


def settle(estate: Estate, by: int, **changes: Any) -> services.Receipt:
    given = {"agreed_by": estate.owners[10], "proof": PROOF, **changes}
    return services.settle_objection(estate.work(by), estate.vote_id, estate.heads[10], **given)


def test_a_proxy_votes_once_and_the_owner_who_comes_later_is_void(hamlet: Estate) -> None:
    hamlet.open()
    holder = hamlet.person()
    proxy = mandate(hamlet, 0, holder)
    assert hamlet.cast(0, person=holder, proxy_id=proxy.id).valid
    assert hamlet.cast(0, "against").void_because == "proxy"
    [seen] = queries.mine(hamlet.work(), holder, hamlet.estate_id)
    assert [head["head"] for head in seen["heads"]] == [hamlet.heads[0]]


def test_a_proxy_holds_as_many_mandates_as_the_rules_allow(hamlet: Estate) -> None:
    hamlet.open()
    holder = hamlet.person()
    given = [mandate(hamlet, head, holder) for head in range(3)]
    with pytest.raises(Refused, match="最多接受 3 位"):
        mandate(hamlet, 3, holder)
    services.withdraw_proxy(hamlet.work(hamlet.owners[0][0]), given[0].id)
    assert mandate(hamlet, 3, holder).id
    mandate(hamlet, 0, hamlet.person())


def test_a_mandate_is_not_passed_on_and_is_one_at_a_time(hamlet: Estate) -> None:
    hamlet.open()
    holder, other = hamlet.person(), hamlet.person()
    mandate(hamlet, 0, holder)
    with pytest.raises(Refused, match="转委托"):
        mandate(hamlet, 0, other, principal_id=holder)
    with pytest.raises(NotFound):
        mandate(hamlet, 1, other, principal_id=holder)
    with pytest.raises(Conflict):
        mandate(hamlet, 0, other)
    with pytest.raises(Refused, match="共有人"):
        mandate(hamlet, 10, hamlet.owners[10][1])


def test_a_mandate_says_what_it_is_for_and_until_when(hamlet: Estate) -> None:
    hamlet.open(DECISION, SPECIAL)
    holder = hamlet.person()
    for lacking in ({"matters": []}, {"matters": [9]}, {"until": hamlet.now.date() - DAY}, {"proof": {}}):
        with pytest.raises(Invalid) as refused:
            mandate(hamlet, 0, holder, **lacking)
        assert set(refused.value.fields) == set(lacking)
    proxy = mandate(hamlet, 0, holder, until=(hamlet.now + DAY).date())
    with pytest.raises(Refused, match="第 2 项"):
        hamlet.cast(0, {1: "for", 2: "for"}, person=holder, proxy_id=proxy.id)
    hamlet.now += 2 * DAY
    with pytest.raises(Refused, match="到期"):
        hamlet.cast(0, person=holder, proxy_id=proxy.id)


def test_a_withdrawn_mandate_and_somebody_elses_cast_nothing(hamlet: Estate) -> None:
    hamlet.open()
    holder = hamlet.person()
    proxy = mandate(hamlet, 0, holder)
    with pytest.raises(NotFound):
        hamlet.cast(1, person=holder, proxy_id=proxy.id)
    with pytest.raises(NotFound):
        hamlet.cast(0, person=hamlet.person(), proxy_id=proxy.id)
    services.withdraw_proxy(hamlet.work(hamlet.owners[0][0]), proxy.id)
    with pytest.raises(Refused, match="撤销"):
        hamlet.cast(0, person=holder, proxy_id=proxy.id)


def test_only_its_owners_and_who_organises_the_vote_withdraw_a_mandate(hamlet: Estate) -> None:
    hamlet.open()
    holder = hamlet.person()
    proxy = mandate(hamlet, 10, holder)
    for other in (holder, hamlet.owners[0][0], hamlet.staff[0]):
        with pytest.raises(Forbidden, match="组织者"):
            services.withdraw_proxy(hamlet.work(other), proxy.id)
    assert proxy.withdrawn_at is None
    services.withdraw_proxy(hamlet.work(hamlet.owners[10][1]), proxy.id)
    again = mandate(hamlet, 10, holder)
    services.withdraw_proxy(hamlet.work(hamlet.appoint("group_lead")), again.id)
    assert again.withdrawn_at is not None


def test_a_flat_sold_after_its_owner_voted_leaves_the_vote_and_the_area(hamlet: Estate) -> None:
    hamlet.open()
    hamlet.cast(0)
    buyer = hamlet.person()
    assert not transfer(hamlet, 0, buyer)
    assert queries.mine(hamlet.work(), buyer, hamlet.estate_id) == []
    assert hamlet.result()["participants"] == {"heads": 1, "area": "100.00"}


def test_a_flat_sold_before_its_owner_voted_gives_the_ballot_to_the_buyer(hamlet: Estate) -> None:
    hamlet.open()
    buyer = hamlet.person()
    assert transfer(hamlet, 0, buyer)
    with pytest.raises(Refused, match="新业主"):
        hamlet.cast(0)
    [seen] = queries.mine(hamlet.work(), buyer, hamlet.estate_id)
    [head] = seen["heads"]
    assert services.cast(hamlet.work(buyer), hamlet.vote_id, head["head"], {1: "for"}, key=None).valid
    result = hamlet.result()
    assert result["participants"] == {"heads": 1, "area": "100.00"}
    assert result["whole"] == {"heads": 12, "area": "1200.00"}


def test_a_neighbour_who_buys_a_flat_stays_one_head_with_both_areas(hamlet: Estate) -> None:
    hamlet.open()
    hamlet.cast(1)
    assert transfer(hamlet, 0, hamlet.owners[1][0])
    result = hamlet.result()
    assert result["participants"] == {"heads": 1, "area": "200.00"}
    assert result["whole"] == {"heads": 11, "area": "1200.00"}


def test_a_flat_bought_by_two_is_one_joint_head(hamlet: Estate) -> None:
    hamlet.open()
    pair = [hamlet.person(), hamlet.person()]
    assert transfer(hamlet, 0, pair)
    assert transfer(hamlet, 1, pair)
    [seen] = queries.mine(hamlet.work(), pair[1], hamlet.estate_id)
    assert [(head["kind"], head["area"]) for head in seen["heads"]] == [("joint", 2 * FLAT)]


def test_a_transfer_needs_its_proof_and_comes_before_the_end(hamlet: Estate) -> None:
    hamlet.open()
    with pytest.raises(Invalid):
        services.transfer_part(hamlet.work(hamlet.staff[0]), hamlet.vote_id, hamlet.parts[0][0], hamlet.person(), {})
    with pytest.raises(NotFound):
        transfer(hamlet, 0, 10**9)
    with pytest.raises(Conflict):
        transfer(hamlet, 0, hamlet.owners[0][0])
    hamlet.now = CLOSES
    with pytest.raises(Refused):
        transfer(hamlet, 0, hamlet.person())


def test_a_co_owners_objection_suspends_head_and_area_until_they_choose_together(hamlet: Estate) -> None:
    hamlet.open()
    hamlet.cast(10, "for", owner=0)
    hamlet.cast(0, "for")
    services.object_to(hamlet.work(hamlet.owners[10][1]), hamlet.vote_id, hamlet.heads[10], "未经我同意")
    assert queries.turnout(hamlet.work(), hamlet.vote_id)["heads"] == 1
    assert hamlet.result()["items"][0]["for"] == {"heads": 1, "area": "100.00"}


def test_a_joint_choice_takes_the_place_of_the_ballot(hamlet: Estate) -> None:
    hamlet.open()
    first = hamlet.cast(10, "for", owner=0)
    services.object_to(hamlet.work(hamlet.owners[10][1]), hamlet.vote_id, hamlet.heads[10], "未经我同意")
    receipt = settle(hamlet, hamlet.staff[0], choices={1: "against"})
    assert receipt.valid
    query = select(Envelope).where(Envelope.digest == bytes.fromhex(first.digest))
    assert hamlet.session.scalars(query).one().void_because == "replaced"
    counted = hamlet.result()["items"][0]
    assert (counted["for"]["heads"], counted["against"]["heads"]) == (0, 1)


def test_an_objection_is_taken_back_alone_but_settled_by_all(hamlet: Estate) -> None:
    hamlet.open()
    one, other = hamlet.owners[10]
    hamlet.cast(10, owner=0)
    services.object_to(hamlet.work(other), hamlet.vote_id, hamlet.heads[10], "未经我同意")
    with pytest.raises(Forbidden):
        settle(hamlet, one)
    with pytest.raises(Forbidden):
        settle(hamlet, other, choices={1: "against"})
    with pytest.raises(Invalid):
        settle(hamlet, hamlet.staff[0], agreed_by=[one])
    assert settle(hamlet, other, agreed_by=[], proof={}).valid
    assert queries.turnout(hamlet.work(), hamlet.vote_id)["heads"] == 1


def test_only_another_co_owner_objects_and_only_before_the_end(hamlet: Estate) -> None:
    hamlet.open()
    caster, other = hamlet.owners[10]

    def object_as(person: int) -> None:
        services.object_to(hamlet.work(person), hamlet.vote_id, hamlet.heads[10], "未经我同意")

    with pytest.raises(Refused, match="还没有投票"):
        object_as(other)
    holder = hamlet.person()
    hamlet.cast(10, person=holder, proxy_id=mandate(hamlet, 10, holder).id)
    with pytest.raises(Forbidden):
        object_as(caster)
    with pytest.raises(NotFound):
        object_as(hamlet.owners[0][0])
    hamlet.now = CLOSES - timedelta(microseconds=1)
    object_as(other)
    object_as(other)
    hamlet.now = CLOSES
    with pytest.raises(Refused):
        settle(hamlet, other, agreed_by=[])
