"""`kill -9` while ballots are cast, the box is closed, extended or counted: a vote is in or refused, never twice."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from casework.persistence import Database
from casework.votes import queries, services
from casework.votes.models import Envelope, Vote
from tests.faults.conftest import ROOT
from tests.faults.voting import FEW, LATER
from tests.votes.estate import CLOSES, FLAT, OPENS, own_database, settle, working

VOTERS = 30


@pytest.fixture
def box(server_url: str, worker_id: str) -> Iterator[Database]:
    """A database of the test's own."""
    with own_database(server_url, f"box_{worker_id}") as made:
        yield made


def opened(box: Database, mode: str) -> tuple[int, list[str]]:
    """Open a vote of thirty owners; return its id and the shares of its key."""
    with box.transaction() as session:
        estate = settle(session, [[FLAT]] * VOTERS, joint=())
        secretly: dict[str, Any] = {"trustees": estate.staff[:3], "threshold": 2} if mode == "secret" else {}
        vote_id = estate.prepare(mode=mode, **secretly)
        shares = services.hand_out_shares(estate.work(), vote_id).values() if secretly else []
        services.open_box(estate.work(), vote_id, OPENS, CLOSES)
    return vote_id, [share.hex() for share in shares][:2]


def run(box: Database, *step: str, crash: str = "") -> tuple[int, list[str]]:
    """Run one step in a process of its own; return how it ended and what it said."""
    command = [sys.executable, "-m", "tests.faults.voting", box.url, *step]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | {"CRASH_AT": crash},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout.split()


def state(box: Database, vote_id: int) -> tuple[str, bool, bool]:
    """Return the state of the vote, whether it has a root, and whether it has a result."""
    with box.transaction() as session:
        vote = session.get_one(Vote, vote_id)
        return vote.state, vote.box is not None, vote.result is not None


def test_a_ballot_that_was_answered_is_in_the_box_and_one_sent_again_is_not_doubled(box: Database) -> None:
    vote_id, _ = opened(box, "signed")
    code, receipts = run(box, "cast", crash="vote_cast:12")
    assert (code, len(receipts)) == (-signal.SIGKILL, 11)
    code, again = run(box, "cast")
    assert (code, again[:11]) == (0, receipts)
    with box.transaction() as session:
        digests = {digest.hex() for digest in session.scalars(select(Envelope.digest).where(Envelope.valid))}
        assert session.scalar(select(func.count()).select_from(Envelope)) == VOTERS
    assert digests == set(again)
    assert state(box, vote_id) == ("open", False, False)


@pytest.mark.parametrize("mode", ["signed", "secret"])
def test_a_box_killed_at_its_close_and_at_every_step_of_its_count_is_whole(box: Database, mode: str) -> None:
    vote_id, shares = opened(box, mode)
    receipts = run(box, "cast")[1]
    for crash in ("vote_close", "vote_closed"):
        assert run(box, "close", crash=crash)[0] == -signal.SIGKILL
        assert state(box, vote_id) == ("open", False, False), crash
    assert run(box, "close")[0] == 0
    for crash in ("vote_shuffle", "vote_tally", "vote_counted"):
        assert run(box, "count", *shares, crash=crash)[0] == -signal.SIGKILL
        assert state(box, vote_id) == ("closed", True, False), crash
        with box.transaction() as session:
            assert set(session.scalars(select(Envelope.choices))) == {None}, crash
    assert run(box, "count", *shares)[0] == 0
    with working(box, None, CLOSES) as work:
        result = services.recount(work, vote_id, shares=[bytes.fromhex(share) for share in shares])
        assert (result["items"][0]["for"]["heads"], result["items"][0]["against"]["heads"]) == (10, 20)
        for digest in receipts:
            found = queries.find_in_box(work, vote_id, digest)
            assert found is not None
            assert found["counted"]


@pytest.mark.parametrize("mode", ["signed", "secret"])
def test_a_box_extended_unopened_and_opened_once_is_whole_whenever_it_is_killed(box: Database, mode: str) -> None:
    vote_id, shares = opened(box, mode)
    first = run(box, "few")[1]
    assert run(box, "close")[0] == 0
    with working(box, None, CLOSES) as work:
        assert services.enough_took_part(work, vote_id) is False
    assert run(box, "extend", crash="vote_extended")[0] == -signal.SIGKILL
    assert state(box, vote_id) == ("closed", True, False)
    assert run(box, "extend")[0] == 0
    assert state(box, vote_id) == ("open", False, False)
    code, before = run(box, "cast", crash=f"vote_cast:{FEW + 5}")
    assert (code, before[:FEW]) == (-signal.SIGKILL, first), "what was cast before the extension stands"
    receipts = run(box, "cast")[1]
    assert receipts[: len(before)] == before
    for crash in ("vote_close", "vote_closed"):
        assert run(box, "close", crash=crash)[0] == -signal.SIGKILL
        assert state(box, vote_id) == ("open", False, False), crash
    assert run(box, "close")[0] == 0
    with working(box, None, LATER) as work:
        assert services.enough_took_part(work, vote_id) is True
    for crash in ("vote_shuffle", "vote_tally", "vote_counted"):
        assert run(box, "count", *shares, crash=crash)[0] == -signal.SIGKILL
        assert state(box, vote_id) == ("closed", True, False), crash
    assert run(box, "count", *shares)[0] == 0
    with working(box, None, LATER) as work:
        found = services.recount(work, vote_id, shares=[bytes.fromhex(share) for share in shares])
        assert (found["participants"]["heads"], found["participation"]) == (VOTERS, True)
        assert all(queries.find_in_box(work, vote_id, digest) for digest in receipts)
