"""The count: exact, the same again, and the same by a script that knows nothing of the program."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from casework.config import ROOT
from casework.errors import Conflict, Refused
from casework.votes import queries, services
from casework.votes.models import Ballot, Envelope
from tests.votes.estate import CLOSES, DAY, DECISION, DEVELOPER, OPENS, SHOP, SPECIAL, Estate, election

CLAUSE = {"silent": {"mode": "by_rules", "clause": "议事规则第十二条"}}


def recounted(estate: Estate, folder: Path, *shares: bytes, box: dict[str, Any] | None = None) -> tuple[int, str]:
    """Run the independent script on the exported box; return its exit code and what it says."""
    exported = box or queries.export_box(estate.work(), estate.vote_id)
    (folder / "box.json").write_text(json.dumps(exported), encoding="utf-8")
    (folder / "shares").write_text("\n".join(share.hex() for share in shares), encoding="ascii")
    command = [sys.executable, str(ROOT / "docs" / "recount.py"), "box.json", *(["shares"] if shares else [])]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def deliver(estate: Estate, head: int, how: str = "hand") -> None:
    for no in estate.numbers(head):
        proof = None if how == "posted" else {"file": 3}
        services.record_delivery(estate.work(), estate.vote_id, no, at=OPENS, how=how, proof=proof)


@pytest.mark.parametrize(
    ("singles", "developer", "elected"), [(70, False, []), (66, True, []), (68, True, ["a"])], ids=["A", "B", "C"]
)
def test_a_candidate_of_the_reference_estate(estate: Estate, singles: int, developer: bool, elected: list[str]) -> None:
    estate.open(election(1))
    for head in range(136):
        estate.cast(head, {1: ["a"] if head < singles else []})
    estate.cast(DEVELOPER, {1: ["a"] if developer else []})
    result = estate.result()
    assert result["participants"] == {"heads": 137, "area": "16830.00"}
    assert (result["participation"], result["elected"]) == (True, elected)
    [item] = result["items"]
    assert item["thresholds"]["participation"]["area"] == {
        "numerator": 2,
        "denominator": 3,
        "more": False,
        "part": "16830.00",
        "whole": "25200.00",
        "met": True,
    }
    assert item["candidates"][0]["thresholds"]["heads"]["denominator"] == 2
    assert "." not in str([v for v in _leaves(result) if isinstance(v, float)]), "no number is inexact"


def _leaves(value: Any) -> list[Any]:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return [value] if inside is None else [leaf for one in inside for leaf in _leaves(one)]


def test_many_small_owners_are_not_enough_and_the_result_says_so(estate: Estate) -> None:
    estate.open()
    for head in range(136):
        estate.cast(head)
    result = estate.result()
    assert (result["participation"], result["items"][0]["passed"]) == (False, False)
    halves = result["thresholds"]
    assert (halves["heads"]["met"], halves["area"]["met"]) == (True, False)


def test_the_same_count_again_is_the_same_and_stored_once(estate: Estate, tmp_path: Path) -> None:
    estate.open(DECISION, SPECIAL, election(seats=2))
    for head in range(150):
        said = {1: ["for", "against", "abstain"][head % 3], 2: "for", 3: [["a"], ["b"], ["a", "b"], []][head % 4]}
        estate.cast(head, said if head % 7 else {1: "for"})
    estate.cast(DEVELOPER, {1: "for", 2: "for", 3: ["a"]})
    estate.cast(0, "against")
    result = estate.result()
    assert services.count(estate.work(), estate.vote_id) == result
    assert services.recount(estate.work(), estate.vote_id) == result
    assert json.loads(json.dumps(result)) == result
    code, said = recounted(estate, tmp_path)
    assert (code, said.split(":")[0]) == (0, "The same")


@pytest.mark.parametrize("change", ["content", "area", "counted", "gone", "result"])
def test_the_script_sees_what_was_changed(hamlet: Estate, tmp_path: Path, change: str) -> None:
    hamlet.open()
    for head in range(9):
        hamlet.cast(head, "for" if head else "against")
    hamlet.result()
    box = queries.export_box(hamlet.work(), hamlet.vote_id)
    first = box["envelopes"][0]
    if change == "gone":
        del box["envelopes"][0]
    elif change == "result":
        box["result"]["plain"][0]["for"]["heads"] += 1
    else:
        first[change] = {"content": box["envelopes"][1]["content"], "area": "99.00", "counted": False}[change]
    code, said = recounted(hamlet, tmp_path, box=box)
    assert code == 1, said


@pytest.mark.parametrize("crime", ["deleted", "swapped", "handed over", "made void"])
def test_a_box_that_was_touched_after_its_close_is_not_counted(hamlet: Estate, crime: str) -> None:
    hamlet.open()
    for head in range(4):
        hamlet.cast(head, "for" if head else "against")
    hamlet.close()
    one, other = hamlet.session.query(Envelope).order_by(Envelope.id).limit(2)
    change = update(Envelope).where(Envelope.id == one.id)
    if crime == "deleted":
        hamlet.session.delete(one)
    elif crime == "swapped":
        hamlet.session.execute(change.values(sealed=other.sealed))
    elif crime == "handed over":
        hamlet.session.execute(change.values(head_id=hamlet.heads[7]))
    else:
        hamlet.session.execute(change.values(valid=False, void_because="again"))
    hamlet.session.flush()
    hamlet.session.expire_all()
    with pytest.raises((Conflict, Refused)):
        services.count(hamlet.work(), hamlet.vote_id)


def test_silent_owners_count_only_under_a_clause_and_only_if_the_ballot_surely_came(estate: Estate) -> None:
    estate.open(rules=CLAUSE)
    for head in range(120):
        estate.cast(head)
    for head in range(120, 160):
        deliver(estate, head)
    for head, how in ((160, "posted"), (161, "refused")):
        deliver(estate, head, how)
    result = estate.result()
    assert result["silent"] == {
        "heads": 40,
        "area": "4000.00",
        "mode": "by_rules",
        "clause": "议事规则第十二条",
        "items": [1],
    }
    assert [one[0]["participants"] for one in (result["plain"], result["with_silent"])] == [
        {"heads": 120, "area": "12000.00"},
        {"heads": 160, "area": "16000.00"},
    ]
    assert result["participation"] is False


def test_with_the_shop_that_got_its_ballot_the_silent_carry_the_vote(estate: Estate, tmp_path: Path) -> None:
    estate.open(DECISION, SPECIAL, election(), rules=CLAUSE)
    for head in range(120):
        estate.cast(head, {1: "for", 2: "for", 3: ["a"]})
    for head in (*range(120, 160), SHOP):
        deliver(estate, head)
    result = estate.result()
    assert [one["passed"] for one in result["items"]] == [True, False, False], "special items and elections are locked"
    assert [one["passed"] for one in result["plain"]] == [False, False, False]
    assert result["items"][0]["for"] == {"heads": 161, "area": "17500.00"}
    assert result["participation"] is True
    assert recounted(estate, tmp_path)[0] == 0


def test_the_script_checks_the_public_box_as_far_as_it_goes(estate: Estate, tmp_path: Path) -> None:
    estate.open(DECISION)
    estate.cast(0, {1: "for"})
    estate.result()
    public = queries.published_box(estate.work(), estate.vote_id)
    code, said = recounted(estate, tmp_path, box=public)
    assert (code, public["root"] in said) == (0, True), said
    public["envelopes"][0]["counted"] = False
    assert recounted(estate, tmp_path, box=public)[0] == 1


def test_a_clause_that_names_special_matters_reaches_them(estate: Estate) -> None:
    clause = {"silent": {**CLAUSE["silent"], "special": True}}
    estate.open(DECISION, SPECIAL, election(), rules=clause)
    assert estate.result()["silent"]["items"] == [1, 2]


def test_without_a_clause_silence_says_nothing(estate: Estate) -> None:
    estate.open()
    for head in range(3):
        deliver(estate, head)
    result = estate.result()
    assert (result["silent"]["heads"], result["silent"]["items"]) == (3, [])
    assert result["with_silent"] == result["plain"] == result["items"]


def test_whoever_returned_a_ballot_is_not_silent_and_the_first_proof_stays(estate: Estate) -> None:
    estate.open(rules=CLAUSE)
    deliver(estate, 0)
    deliver(estate, 1)
    [no] = estate.numbers(1)
    estate.now = OPENS + DAY
    services.record_delivery(estate.work(), estate.vote_id, no, at=estate.now, how="post", proof={"file": 9})
    query = update(Ballot).where(Ballot.no == no).values(no=no).returning(Ballot.delivered_how)
    assert estate.session.scalar(query) == "hand"
    estate.cast(0)
    estate.session.flush()
    assert estate.result()["silent"]["heads"] == 1


def test_a_box_is_exported_only_once_it_may_be_known(estate: Estate) -> None:
    estate.open()
    receipt = estate.cast(0)
    for ask in (queries.export_box, queries.published_box):
        with pytest.raises(Refused):
            ask(estate.work(), estate.vote_id)
    with pytest.raises(Refused):
        queries.find_in_box(estate.work(), estate.vote_id, receipt.digest)
    estate.close()
    with pytest.raises(Refused):
        queries.export_box(estate.work(), estate.vote_id)
    assert [one["digest"] for one in queries.published_box(estate.work(), estate.vote_id)["envelopes"]] == [
        receipt.digest
    ]


def test_an_extended_vote_keeps_its_window_open_to_its_new_end(hamlet: Estate) -> None:
    hamlet.open()
    services.extend(hamlet.work(), hamlet.vote_id, CLOSES + DAY)
    hamlet.now = CLOSES
    assert hamlet.cast(0).valid
