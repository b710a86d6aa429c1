"""What every test may ask for: a database, a clock that moves, and a unit of work that leaves nothing behind."""

import atexit
import importlib
import pkgutil
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

import casework
from casework.clock import MovableClock
from casework.persistence import SYSTEM, Database, House, Work, embedded
from casework.plays.town import Town
from tests import factories

SERVER = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder of this run's server: not below pytest's, to which every other run resets the access."""
    if hasattr(config, "workerinput"):
        config.stash[SERVER] = config.workerinput["server"]
        return
    config.stash[SERVER] = tempfile.mkdtemp(prefix="banjie-tests-")
    atexit.register(shutil.rmtree, config.stash[SERVER], ignore_errors=True)  # runs after the server has stopped


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell the processes of a run where its server lies."""
    node.workerinput["server"] = node.config.stash[SERVER]


@pytest.fixture(scope="session")
def server_url(pytestconfig: pytest.Config) -> str:
    """The embedded server, one for all the processes of a test run."""
    url = embedded.start(Path(pytestconfig.stash[SERVER]) / "postgresql")
    factories.in_a_hurry(url)
    return url


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    """The name of this test process; "master" when there is one only."""
    return getattr(request.config, "workerinput", {}).get("workerid", "master")


@pytest.fixture(scope="session")
def database(server_url: str, worker_id: str) -> Iterator[Database]:
    """A migrated, empty database of this test process. Tests that commit must use `clean_database`."""
    for module in pkgutil.iter_modules(casework.__path__):
        package = Path(casework.__path__[0]) / module.name / "models.py"
        if package.exists():
            importlib.import_module(f"casework.{module.name}.models")
    made = Database(embedded.create_database(server_url, f"test_{worker_id}"))
    made.create_all()
    yield made
    made.close()


@pytest.fixture
def clock() -> MovableClock:
    """A clock at 16:30 on Friday 18 September 2026 in Shandong."""
    return MovableClock(datetime(2026, 9, 18, 8, 30, tzinfo=UTC))


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A session whose transaction is rolled back after the test."""
    with database.engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as made:
            yield made
        outer.rollback()


@pytest.fixture
def work(session: Session, clock: MovableClock) -> Work:
    """A unit of work of the system; nothing of it stays."""
    return Work(session, clock.now(), SYSTEM, House())


@pytest.fixture(scope="session")
def published(server_url: str, worker_id: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database in which everything is published: copied in a moment, changed by nobody."""
    name = f"published_{worker_id}"
    factories.publish_into(embedded.create_database(server_url, name), tmp_path_factory.mktemp("published"))
    return name


@pytest.fixture(scope="session")
def settled(server_url: str, published: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Town]:
    """The name of a published database that holds a town as well, and who is who there; changed by nobody."""
    name = published.replace("published", "settled")
    url = factories.copy_of(server_url, published, name)
    return name, factories.settle_into(url, tmp_path_factory.mktemp("settled"))


@pytest.fixture(scope="session")
def _rehearsed(server_url: str, settled: tuple[str, Town]) -> Iterator[Database]:
    url = factories.copy_of(server_url, settled[0], settled[0].replace("settled", "rehearsed"))
    made = Database(url, pool_size=1)
    yield made
    made.close()


@pytest.fixture(scope="session")
def towns(
    server_url: str, settled: tuple[str, Town], published: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], tuple[Database, Town]]]:
    """Gives the town as it stands where the rules of a city hold, built once; tests undo what they do there."""
    made: dict[str, tuple[Database, Town]] = {}

    def town_in(city: str) -> tuple[Database, Town]:
        if city not in made:
            own = city == factories.CITY
            url = factories.copy_of(server_url, settled[0] if own else published, f"{published}_{city}")
            home = tmp_path_factory.mktemp(city)
            made[city] = Database(url, pool_size=1), settled[1] if own else factories.settle_into(url, home, city)
        return made[city]

    yield town_in
    for database, _town in made.values():
        database.close()


@pytest.fixture
def rehearsal(_rehearsed: Database) -> Iterator[factories.Rehearsal]:
    """A database that holds the town of `settled`; nothing of the test stays."""
    with _rehearsed.engine.connect() as connection:
        outer = connection.begin()
        yield factories.Rehearsal(connection)
        outer.rollback()


@pytest.fixture
def stage(
    _rehearsed: Database, rehearsal: factories.Rehearsal, settled: tuple[str, Town], tmp_path: Path
) -> factories.Stage:
    """The town on a Monday morning, with a clock that moves; nothing of the test stays."""
    clock = MovableClock(factories.NOON)
    return factories.stage_on(_rehearsed.url, settled[1], tmp_path, clock=clock, database=rehearsal)


_copies = count(1)


@pytest.fixture
def fresh_url(server_url: str, published: str, worker_id: str) -> Iterator[str]:
    """A database of the test's own in which everything is published and nobody lives."""
    name = f"fresh_{worker_id}_{next(_copies)}"
    yield factories.copy_of(server_url, published, name)
    embedded.drop_database(server_url, name)


@pytest.fixture
def town_url(server_url: str, settled: tuple[str, Town], worker_id: str) -> Iterator[str]:
    """A database of the test's own that holds the town: for tests whose threads or processes must commit."""
    name = f"town_{worker_id}_{next(_copies)}"
    yield factories.copy_of(server_url, settled[0], name)
    embedded.drop_database(server_url, name)


@pytest.fixture
def open_stage(town_url: str, settled: tuple[str, Town], tmp_path: Path) -> Iterator[Callable[..., factories.Stage]]:
    """Open the town of `town_url`: every transaction stays. With `clock=` at a clock that moves."""
    opened: list[factories.Stage] = []

    def make(**changes: object) -> factories.Stage:
        made = factories.stage_on(town_url, settled[1], tmp_path, database=Database(town_url), **changes)
        opened.append(made)
        return made

    yield make
    for one in opened:
        one.casework.database.close()
