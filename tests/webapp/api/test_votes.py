"""Votes by programs: the same receipts, the same box, the same silence before the count."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.webapp.api.county import Caller, County
from tests.webapp.voting import Voting, appoint, begin

OWNER, NEIGHBOUR, TELLERS = "李业主", "王业主", ("社区小宋", "街道小孙")
CHOICES = {"1": "for", "2": "abstain", "3": ["c1"]}
KEY = {"Idempotency-Key": "a-key-of-enough-length"}


@pytest.fixture
def voting(county: County) -> Voting:
    roll = [((OWNER,), (("301", "100.00"),)), ((NEIGHBOUR,), (("302", "90.00"),))]
    return begin(county.casework, county.town.people, county.area("estate"), roll=roll)


@pytest.fixture
def owner(county: County) -> Caller:
    return county.caller(OWNER, ("votes",))


def cast(by: Caller, voting: Voting, choices: Mapping[str, Any] = CHOICES, **more: Any) -> Any:
    return by.post(f"/votes/{voting.vote_id}/ballots", {"head": voting.heads[OWNER], "choices": choices}, **more)


def test_a_ballot_is_cast_once_and_the_same_key_gives_the_same_receipt(owner, voting) -> None:
    first = cast(owner, voting, **KEY)
    assert first.status_code == 201
    assert first.json["valid"]
    assert cast(owner, voting, **KEY).json == first.json
    later = cast(owner, voting).json
    assert (later["valid"], later["void_because"]) == (False, "again")
    shown = owner.get(f"/votes/{voting.vote_id}").json
    assert [one["counts"] for one in shown["heads"][0]["cast"]] == [True, False]
    assert shown["heads"][0]["area"] == "100.00"
    assert voting.vote_id in [one["id"] for one in owner.get("/votes").json["items"]]


def test_what_the_agenda_does_not_offer_is_refused_by_item(owner, voting) -> None:
    answer = cast(owner, voting, {"1": "perhaps"})
    assert answer.status_code == 422
    assert list(answer.json["fields"]) == ["1"]


def test_the_box_is_closed_to_everybody_before_the_end_and_open_to_everybody_after(county, owner, voting) -> None:
    anybody, digest = county.caller(), cast(owner, voting).json["digest"]
    path = f"/votes/{voting.vote_id}"
    assert [anybody.get(f"{path}/{what}").status_code for what in ("box", f"receipts/{digest}")] == [422, 422]
    assert anybody.get(f"{path}/result").status_code == 404
    voting.count()
    box, proof = anybody.get(f"{path}/box").json, anybody.get(f"{path}/receipts/{digest}").json
    assert box["root"] == proof["root"] == anybody.get(f"{path}/result").json["root"]
    assert {"digest": digest, "counted": True} in box["envelopes"]
    assert anybody.get(f"{path}/receipts/{'0' * 64}").status_code == 404


def test_papers_are_entered_by_tellers_only_and_what_differs_is_told_without_the_choice(county, owner, voting) -> None:
    for name in TELLERS:
        appoint(county.casework, county.person(name), "teller", county.area("estate"))
    one, two = (county.caller(name, ("votes",)) for name in TELLERS)
    path = f"/votes/{voting.vote_id}/papers"

    def entered(choice: str) -> dict[str, Any]:
        return {"entries": [{"ballot_no": 2, "choices": {"1": choice}, "signed": True}]}

    assert owner.post(path, entered("for")).status_code == 404
    assert one.post(path, entered("for")).json == {"entered": 1}
    two.post(path, entered("against"))
    [found] = one.post(f"{path}/match").json["differences"]
    assert (found["kind"], found["ballot_no"], found["items"]) == ("choices", 2, [1])
    two.post(path, entered("for"))
    assert one.post(f"{path}/match").json == {"differences": []}
    assert one.get(f"/votes/{voting.vote_id}/turnout").json["heads"] == 1
    assert owner.get(f"/votes/{voting.vote_id}/turnout").status_code == 404
