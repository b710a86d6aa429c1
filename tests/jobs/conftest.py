from collections.abc import Iterator

import pytest
from sqlalchemy import text

from casework.jobs import Job
from casework.persistence import Database, embedded
from tests.jobs.house import SmallHouse


@pytest.fixture(scope="session")
def jobs_url(server_url: str, worker_id: str) -> str:
    """A database of their own for tests that commit jobs."""
    url = embedded.create_database(server_url, f"jobs_{worker_id}")
    made = Database(url)
    with made.engine.begin() as connection:
        Job.metadata.create_all(connection, tables=[Job.__table__])
        connection.execute(text("CREATE TABLE IF NOT EXISTS effect (job_id bigint NOT NULL)"))
    made.close()
    return url


@pytest.fixture
def queue(jobs_url: str) -> Iterator[Database]:
    """An empty queue."""
    made = Database(jobs_url)
    with made.engine.begin() as connection:
        connection.execute(text("TRUNCATE job, effect"))
    yield made
    made.close()


@pytest.fixture
def house(queue: Database) -> SmallHouse:
    """A house on that queue, at the clock of the database."""
    return SmallHouse(queue)
