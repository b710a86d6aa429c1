"""A secret vote: sealed for trustees, opened by enough of them, told in sums alone."""

from contextlib import suppress
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.directory.mentions import posted_names
from casework.errors import Conflict, Refused
from casework.votes import box, queries, secret, services
from casework.votes.models import Envelope, Trustee
from casework.votes.results import small_groups
from tests.votes.estate import CLOSES, DECISION, DEVELOPER, OPENS, Estate, election
from tests.votes.test_counting import CLAUSE, deliver, recounted
from tests.votes.test_paper import both, paper


def open_secret(estate: Estate, *items: dict[str, Any], threshold: int = 2) -> list[bytes]:
    """Open a secret vote with three trustees; return their shares."""
    trustees = estate.staff[:3]
    estate.prepare(*items, mode="secret", trustees=trustees, threshold=threshold)
    shares = services.hand_out_shares(estate.work(), estate.vote_id)
    services.open_box(estate.work(), estate.vote_id, OPENS, CLOSES)
    assert list(shares) == trustees
    return list(shares.values())


@given(st.binary(min_size=32, max_size=32), st.integers(2, 5), st.data())
def test_any_so_many_shares_give_the_key_and_fewer_do_not(key: bytes, threshold: int, data: st.DataObject) -> None:
    shares = secret.split(key, threshold, 6)
    chosen = data.draw(st.permutations(shares))[:threshold]
    assert secret.join(chosen) == key
    with suppress(Refused):
        assert secret.join(chosen[1:]) != key


def test_the_shares_are_shown_once_and_kept_nowhere(estate: Estate) -> None:
    shares = open_secret(estate)
    with pytest.raises(Conflict):
        services.hand_out_shares(estate.work(), estate.vote_id)
    kept = [one.check for one in estate.session.query(Trustee).order_by(Trustee.no)]
    assert kept == [secret.check_of(share) for share in shares]
    assert not set(kept) & set(shares)


def test_a_secret_box_is_not_opened_for_voting_before_the_trustees_have_their_shares(estate: Estate) -> None:
    estate.prepare(mode="secret", trustees=estate.staff[:2], threshold=2)
    with pytest.raises(Refused, match="份额"):
        services.open_box(estate.work(), estate.vote_id, OPENS, CLOSES)
    estate.prepare()
    with pytest.raises(Refused):
        services.hand_out_shares(estate.work(), estate.vote_id)


def test_any_two_of_three_trustees_open_the_box_and_one_does_not(estate: Estate, tmp_path: Path) -> None:
    shares = open_secret(estate, DECISION, election(seats=2))
    for head in range(60):
        estate.cast(head, {1: "for" if head % 3 else "against", 3: ["a"] if head % 2 else ["b"]})
    estate.close()
    for given_shares in ([], shares[:1], [shares[0], shares[0]], [shares[0], shares[1][:-1] + b"\0"]):
        with pytest.raises(Refused, match="2"):
            services.count(estate.work(), estate.vote_id, shares=given_shares)
        assert estate.vote().state == "closed"
    result = services.count(estate.work(), estate.vote_id, shares=shares[:2])
    assert (result["items"][0]["for"], result["items"][0]["against"]) == (
        {"heads": 40, "area": "4000.00"},
        {"heads": 20, "area": "2000.00"},
    )
    for pair in combinations(shares, 2):
        assert services.recount(estate.work(), estate.vote_id, shares=pair) == result
        assert recounted(estate, tmp_path, *pair)[0] == 0


def test_the_choices_of_a_secret_vote_stay_sealed_after_the_count(estate: Estate) -> None:
    shares = open_secret(estate)
    for head in range(12):
        estate.cast(head)
    estate.result(shares=shares)
    assert {one.choices for one in estate.session.query(Envelope)} == {None}


def test_what_a_few_said_is_withheld_and_can_not_be_worked_out(estate: Estate, tmp_path: Path) -> None:
    shares = open_secret(estate, DECISION, election(seats=2))
    for head in range(20):
        estate.cast(head, {1: "for", 3: ["a", "b"]})
    estate.cast(DEVELOPER, {1: "against", 3: ["a"]})
    result = estate.result(shares=shares)
    decision, elected = result["items"]
    assert decision["participants"] == {"heads": 21, "area": "5230.00"}
    assert decision["for"] == decision["against"] == {"heads": None, "area": None}
    assert decision["thresholds"]["approval"]["heads"] == {
        "numerator": 1,
        "denominator": 2,
        "more": True,
        "part": None,
        "whole": 21,
        "met": True,
    }
    a, b = elected["candidates"]
    assert (a["heads"], b["heads"], b["area"]) == (21, None, None), "one who did not approve is no group"
    assert recounted(estate, tmp_path, *shares[:2])[0] == 0


@pytest.mark.parametrize(
    ("heads", "withheld"),
    [
        ({"for": 20, "against": 10, "abstain": 0, "invalid": 0}, set()),
        ({"for": 20, "against": 4, "abstain": 0, "invalid": 0}, {"for", "against"}),
        ({"for": 20, "against": 9, "abstain": 2, "invalid": 0}, {"against", "abstain"}),
        ({"for": 20, "against": 9, "abstain": 2, "invalid": 2}, {"against", "abstain", "invalid"}),
        ({"for": 3, "against": 0, "abstain": 0, "invalid": 0}, {"for"}),
    ],
)
def test_a_small_group_takes_another_with_it(heads: dict[str, int], withheld: set[str]) -> None:
    assert small_groups(heads) == withheld


def test_paper_and_online_are_one_secret_count(estate: Estate) -> None:
    shares = open_secret(estate)
    for head in range(8):
        estate.cast(head, "for")
    numbers = [estate.numbers(head)[0] for head in range(8, 16)]
    assert both(estate, *(paper(no, "against") for no in numbers)) == []
    item = estate.result(shares=shares)["items"][0]
    assert (item["for"]["heads"], item["against"]["heads"]) == (8, 8)


def test_an_owner_finds_their_envelope_in_the_published_box(estate: Estate) -> None:
    open_secret(estate)
    receipts = [estate.cast(head).digest for head in range(7)]
    late = estate.cast(0)
    root = estate.close()
    for digest in receipts:
        found = queries.find_in_box(estate.work(), estate.vote_id, digest)
        assert found is not None
        assert (found["counted"], found["root"]) == (True, root)
        leaf = box.Leaf(bytes.fromhex(digest), True)
        assert box.leads_to(leaf, found["siblings"], bytes.fromhex(root))
        assert not box.leads_to(box.Leaf(bytes.fromhex(late.digest), True), found["siblings"], bytes.fromhex(root))
    void = queries.find_in_box(estate.work(), estate.vote_id, late.digest)
    assert void is not None
    assert void["counted"] is False
    for unknown in ("00" * 32, "no receipt"):
        assert queries.find_in_box(estate.work(), estate.vote_id, unknown) is None


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=20, unique=True))
def test_every_leaf_leads_to_the_root_whatever_their_number(digests: list[bytes]) -> None:
    leaves = sorted(box.Leaf(digest, True) for digest in digests)
    top = box.root(leaves)
    for at, leaf in enumerate(leaves):
        assert box.leads_to(leaf, box.siblings(leaves, at), top)


def test_silent_owners_do_not_hide_that_only_a_few_chose(estate: Estate, tmp_path: Path) -> None:
    trustees = estate.staff[:3]
    estate.prepare(mode="secret", trustees=trustees, threshold=2, rules=CLAUSE)
    shares = list(services.hand_out_shares(estate.work(), estate.vote_id).values())
    services.open_box(estate.work(), estate.vote_id, OPENS, CLOSES)
    for head in range(40, 60):
        deliver(estate, head)
    for head in range(14):
        estate.cast(head, "for" if head < 4 else "abstain")
    result = estate.result(shares=shares)
    for tally in ("plain", "with_silent"):
        [item] = result[tally]
        assert item["for"] == item["abstain"] == {"heads": None, "area": None}, tally
    assert recounted(estate, tmp_path, *shares[:2])[0] == 0


def test_a_candidate_is_no_trustee(estate: Estate) -> None:
    first, second = estate.owners[0][0], estate.staff[0]
    with pytest.raises(Refused) as refused:
        estate.prepare(election(persons={"a": first}), mode="secret", trustees=[first, second], threshold=2)
    [name] = posted_names(estate.work(), [first]).values()
    assert name[0] in refused.value.zh
    assert name[1] in refused.value.en
    estate.prepare(election(persons={"a": first}), mode="secret", trustees=estate.staff[:2], threshold=2)
