"""The API on the real domain: everything published, two counties, a clock that stands still."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from casework import bootstrap, calendar, policies
from casework.clock import MovableClock
from casework.config import Settings
from casework.definitions.services import publish
from casework.definitions.source import process_folders, read_release
from casework.persistence import Database, embedded
from tests.webapp.api.county import Caller, County, build
from webapp import WebSettings, create_app, limits
from webapp.api import bearer

START = datetime(2026, 9, 18, 8, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def county(
    server_url: str,
    worker_id: str,
    tmp_path_factory: pytest.TempPathFactory,
    database: Database,
) -> Iterator[County]:
    """Two counties in a database of their own, on Friday 18 September 2026, 16:30 in Shandong."""
    del database  # its fixture has imported every model
    clock = MovableClock(START)
    settings = replace(
        Settings(),
        home=Path(tmp_path_factory.mktemp("api")),
        database_url=embedded.create_database(server_url, f"api_{worker_id}"),
        master_key="cd" * 32,
    )
    own = Database(settings.database_url, pool_size=30)
    own.create_all()
    casework = bootstrap.build(settings, database=own, clock=clock)
    with casework.work() as work:
        calendar.load_builtin(work)
        policies.publish(work, settings.processes / "policies")
        for process in process_folders(settings.processes):
            publish(work, process, read_release(settings.processes, settings.forms, process))
    patched = pytest.MonkeyPatch()
    patched.setattr(limits, "REPORTS", limits.Limit(500, limits.REPORTS.span))  # the hour stands still
    patched.setattr(bearer, "OF_ADDRESS", limits.Limit(9000, bearer.OF_ADDRESS.span))
    app = create_app(casework, WebSettings("only-tests-may-know-this-secret!", testing=True))
    yield build(casework, clock, app)
    patched.undo()
    own.close()


@pytest.fixture
def anybody(county: County) -> Caller:
    """A program without a token."""
    return county.caller()
