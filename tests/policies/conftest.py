from pathlib import Path

import pytest

from casework.persistence import Work
from casework.policies import Policies, publish

SHIPPED = Path(__file__).parents[2] / "processes" / "policies"


@pytest.fixture(scope="session")
def shipped() -> Policies:
    """The policy files that come with the product."""
    return Policies.load(SHIPPED)


@pytest.fixture
def published(work: Work) -> Work:
    """A work in whose database the shipped policies are published."""
    publish(work, SHIPPED)
    return work
