"""Bundles of old estates: each votes for itself, and every one has exactly one responsible unit when the bundle ends.

The diagrams are not published with the house while the entry of a company is not drawn; the entry is shortened to its
signing.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from casework import plays
from casework.bootstrap import broken, build
from casework.config import ROOT, Settings
from casework.persistence import Database, embedded
from tests import factories
from tests.processes import test_shared_diagrams as shared
from tests.processes.test_election_diagrams import PROMISES

HERE = Path(__file__).parent / "bundles"
DRAWN = HERE / "drawn" / "processes" / "shared"
DIAGRAMS = ("takeover_bundle", "bundle_mandate", "bundle_entry")
SCENARIOS = sorted(HERE.glob("scenarios/*.yaml"))


@dataclass
class House:
    """The house with the entry shortened, published into a database to copy."""

    server_url: str
    template: str
    folder: Path

    def settings(self, home: Path) -> Settings:
        """Return settings on a fresh copy of the database."""
        url = factories.copy_of(self.server_url, self.template, f"{self.template}_played")
        return factories.settings_for(url, home, processes=self.folder / "processes", forms=self.folder / "forms")


@pytest.fixture(scope="session")
def shortened(server_url: str, worker_id: str, tmp_path_factory: pytest.TempPathFactory) -> House:
    folder = tmp_path_factory.mktemp("bundles")
    for part in ("policies", "shared"):
        shutil.copytree(ROOT / "processes" / part, folder / "processes" / part)
    shutil.copytree(ROOT / "forms", folder / "forms")
    for part in (HERE.parent / "takeovers" / "drawn", HERE / "drawn", HERE / "called"):
        shutil.copytree(part, folder, dirs_exist_ok=True)
    url = embedded.create_database(server_url, f"bundles_{worker_id}")
    factories.publish_into(url, folder / "home", processes=folder / "processes", forms=folder / "forms")
    return House(server_url, f"bundles_{worker_id}", folder)


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda file: file.stem)
def test_a_bundle_goes_as_the_rules_say(file: Path, shortened: House, tmp_path: Path) -> None:
    settings = shortened.settings(tmp_path)
    prepared = Database(settings.database_url, pool_size=3)
    try:
        played = plays.play(plays.read(file.read_bytes(), settings.zone), settings, prepared=prepared)
        assert played.findings == []
        with build(settings, database=prepared).work() as work:
            assert [str(one) for one in broken(work)] == []
    finally:
        prepared.close()


@pytest.fixture(params=DIAGRAMS)
def drawn(request: pytest.FixtureRequest) -> shared.Diagram:
    return shared.Diagram(request.param, DRAWN / request.param)


ALL = (
    *PROMISES,
    shared.test_folder_file_and_process_have_one_name,
    shared.test_every_code_and_outcome_has_english,
    shared.test_every_notice_is_written_in_both_languages,
)


@pytest.mark.parametrize("promise", ALL, ids=lambda promise: promise.__name__.removeprefix("test_"))
def test_a_bundle_is_drawn_as_the_shared_processes_are(
    drawn: shared.Diagram, promise: Callable[[shared.Diagram], None]
) -> None:
    promise(drawn)
