"""Many at once: one flat, one ballot; and a box that closes on casts that are still on their way."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier, Event

import pytest
from sqlalchemy import func, select, text

from casework.errors import CaseworkError, Refused
from casework.notifications.models import Notice
from casework.persistence import Database
from casework.votes import queries, services
from casework.votes.models import Envelope
from tests.votes.estate import CLOSES, DAY, FLAT, OPENS, Estate, settle, working

ATTEMPTS = 200


@pytest.fixture
def village(own_database: Database) -> Estate:
    """Forty flats whose vote is open, committed."""
    with own_database.transaction() as session:
        estate = settle(session, [[FLAT]] * 40, joint=(0,))
        estate.open()
    return estate


def attempts(
    database: Database, estate: Estate, key: Callable[[int], str | None], owner: Callable[[int], int]
) -> list[services.Receipt]:
    """Cast so many ballots for the first flat at once, by its two owners in turn."""
    ready = Barrier(20)

    def attempt(number: int) -> services.Receipt:
        if number < ready.parties:
            ready.wait(30)
        with working(database, estate.owners[0][owner(number)], OPENS) as work:
            choice = {1: "for" if number % 2 else "against"}
            return services.cast(work, estate.vote_id, estate.heads[0], choice, key=key(number))

    with ThreadPoolExecutor(20) as pool:
        return list(pool.map(attempt, range(ATTEMPTS)))


def test_of_two_hundred_attempts_on_one_flat_exactly_one_counts(own_database: Database, village: Estate) -> None:
    receipts = attempts(own_database, village, str, lambda number: number % 2)
    assert sum(receipt.valid for receipt in receipts) == 1
    assert len({receipt.digest for receipt in receipts}) == ATTEMPTS
    with own_database.transaction() as session:
        counted = select(func.count()).where(Envelope.vote_id == village.vote_id)
        assert session.scalar(counted) == ATTEMPTS
        assert session.scalar(counted.where(Envelope.valid)) == 1
        assert session.scalar(select(func.count()).where(Notice.code == "ballot_void")) == ATTEMPTS - 1
        assert queries.turnout(village.work(), village.vote_id)["heads"] == 1


def test_of_one_request_sent_two_hundred_times_there_is_one_ballot(own_database: Database, village: Estate) -> None:
    receipts = attempts(own_database, village, lambda _: "the same", lambda _: 0)
    assert len(set(receipts)) == 1
    with own_database.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Envelope)) == 1


def test_the_close_waits_for_a_cast_that_is_on_its_way_and_has_it(own_database: Database, village: Estate) -> None:
    laid_in, waiting = Event(), Event()

    def slow() -> services.Receipt:
        with working(own_database, village.owners[1][0], OPENS) as work:
            receipt = services.cast(work, village.vote_id, village.heads[1], {1: "for"}, key=None)
            laid_in.set()
            assert waiting.wait(30)
            return receipt

    def close() -> str:
        with working(own_database, None, CLOSES) as work:
            return services.close(work, village.vote_id)

    with ThreadPoolExecutor(2) as pool:
        casting = pool.submit(slow)
        assert laid_in.wait(30)
        closing = pool.submit(close)
        _until_blocked(own_database)
        assert not closing.done()
        waiting.set()
        receipt, root = casting.result(30), closing.result(30)
    with working(own_database, None, CLOSES) as work:
        found = queries.find_in_box(work, village.vote_id, receipt.digest)
    assert found is not None
    assert (found["counted"], found["root"]) == (True, root)


def test_a_cast_that_finds_the_box_closed_is_refused(own_database: Database, village: Estate) -> None:
    with ThreadPoolExecutor(1) as pool, working(own_database, None, CLOSES) as work:
        services.close(work, village.vote_id)
        late = pool.submit(_try, own_database, village)
        _until_blocked(own_database)
    assert isinstance(late.result(30), Refused)


def test_without_a_clock_of_its_own_the_window_is_the_databases(own_database: Database) -> None:
    with own_database.transaction() as session:
        estate = settle(session, [[FLAT]] * 4, joint=())
        estate.prepare()
        now = session.scalars(select(func.now())).one()
        services.open_box(estate.work(), estate.vote_id, now - 2 * DAY, now + DAY)
        with working(own_database, None) as work:
            assert abs(work.now - datetime.now(UTC)) < DAY
    with working(own_database, estate.owners[0][0]) as work:
        assert services.cast(work, estate.vote_id, estate.heads[0], {1: "for"}, key=None).valid
    with own_database.transaction() as session:
        session.execute(text("UPDATE vote SET closes_at = now() - interval '1 microsecond'"))
    with working(own_database, estate.owners[1][0]) as work, pytest.raises(Refused, match="截止"):
        services.cast(work, estate.vote_id, estate.heads[1], {1: "for"}, key=None)


def _try(database: Database, estate: Estate) -> services.Receipt | CaseworkError:
    try:
        with working(database, estate.owners[2][0], OPENS) as work:
            return services.cast(work, estate.vote_id, estate.heads[2], {1: "for"}, key=None)
    except CaseworkError as error:
        return error


def _until_blocked(database: Database) -> None:
    """Wait until a connection to this database waits for a lock."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    pause = Event()
    with database.engine.connect() as connection:
        for _ in range(600):
            if connection.execute(waiting).scalar_one():
                return
            connection.rollback()
            pause.wait(0.05)
    pytest.fail("nothing waits for the lock")
