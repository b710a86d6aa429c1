"""Estates to vote in: within the transaction of a test, or on a database of its own."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from casework.persistence import Database
from tests.votes import estate as estates


@pytest.fixture
def estate(session: Session) -> estates.Estate:
    """阳光花园 on the morning its vote opens; nothing of it stays."""
    return estates.settle(session)


@pytest.fixture
def hamlet(session: Session) -> estates.Estate:
    """Twelve flats of 100 m², the last two of one owner each with another: eleven and twelve are co-owned."""
    return estates.settle(session, [[estates.FLAT]] * 12, joint=(10, 11))


@pytest.fixture
def own_database(server_url: str, worker_id: str) -> Iterator[Database]:
    """An empty database of the test's own, for what must be committed."""
    with estates.own_database(server_url, f"votes_{worker_id}") as made:
        yield made
