"""The made-up town, and a unit of work that can seal personal data."""

import pytest
from sqlalchemy.orm import Session

from casework.clock import MovableClock
from casework.persistence import SYSTEM, Work
from tests.directory.town import HOUSE, Town, build


@pytest.fixture
def work(session: Session, clock: MovableClock) -> Work:
    """A unit of work of the system in a house that has its secrets."""
    return Work(session, clock.now(), SYSTEM, HOUSE)


@pytest.fixture
def town(work: Work) -> Town:
    """The made-up town."""
    return build(work)
