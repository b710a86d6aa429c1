"""The province of the demonstration, settled once for the tests that play in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from banjie.demonstration import settling
from banjie.demonstration.planning import PAST
from casework import bootstrap
from casework.clock import MovableClock
from casework.config import Settings
from casework.persistence import embedded
from tests import factories
from tests.banjie.provinces import PRESENT, settings_of


@pytest.fixture(scope="session")
def province(server_url: str, published: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database in which the province is settled and nothing has happened yet; changed by nobody."""
    name = published.replace("published", "province")
    settings = settings_of(factories.copy_of(server_url, published, name), tmp_path_factory.mktemp("province"))
    casework = bootstrap.build(settings, clock=MovableClock(PRESENT - PAST))
    with casework.work() as work:
        settling.settle(work, settling.password_of(settings), PRESENT.date())
    casework.database.close()
    return name


@pytest.fixture
def own_province(server_url: str, province: str, tmp_path: Path) -> Iterator[Settings]:
    """The settings of a province of the test's own."""
    name = f"{province}_{tmp_path.name}"[:60]
    yield settings_of(factories.copy_of(server_url, province, name), tmp_path)
    embedded.drop_database(server_url, name)
