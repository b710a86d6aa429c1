"""Takeovers of unmanaged estates, to the day: the diagram itself with the real vote, posting, conference and hand-over.

The diagram is not published with the house while the entry of a company is not drawn; entry and operation are shortened
to their result.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from casework import bootstrap, engine, plays
from casework.cases import services as cases
from casework.cases.models import Case, WorkItem
from casework.clock import MovableClock
from casework.config import ROOT, Settings
from casework.jobs import run_due
from casework.persistence import Database, embedded
from casework.plays.town import settle
from casework.takeovers import units
from tests import factories
from tests.processes import test_shared_diagrams as shared
from tests.processes.test_election_diagrams import PROMISES

HERE = Path(__file__).parent / "takeovers"
FOLDER = HERE / "drawn" / "processes" / "estate_takeover"
SCENARIOS = sorted(HERE.glob("scenarios/*.yaml"))
MAY = datetime(2026, 5, 2, 2, tzinfo=UTC)


@dataclass
class House:
    """The house with entry and operation shortened, published into a database to copy."""

    server_url: str
    template: str
    processes: Path
    forms: Path

    def settings(self, home: Path) -> Settings:
        """Return settings on a fresh copy of the database."""
        url = factories.copy_of(self.server_url, self.template, f"{self.template}_played")
        return factories.settings_for(url, home, processes=self.processes, forms=self.forms)


@pytest.fixture(scope="session")
def shortened(server_url: str, worker_id: str, tmp_path_factory: pytest.TempPathFactory) -> House:
    folder = tmp_path_factory.mktemp("takeovers")
    for part in ("policies", "shared"):
        shutil.copytree(ROOT / "processes" / part, folder / "processes" / part)
    shutil.copytree(ROOT / "forms", folder / "forms")
    shutil.rmtree(folder / "processes" / "shared" / "takeover_operation")
    for part in ("drawn", "called"):
        shutil.copytree(HERE / part, folder, dirs_exist_ok=True)
    url = embedded.create_database(server_url, f"takeovers_{worker_id}")
    factories.publish_into(url, folder / "home", processes=folder / "processes", forms=folder / "forms")
    return House(server_url, f"takeovers_{worker_id}", folder / "processes", folder / "forms")


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda file: file.stem)
def test_takeover_goes_as_the_rules_say(file: Path, shortened: House, tmp_path: Path) -> None:
    settings = shortened.settings(tmp_path)
    prepared = Database(settings.database_url, pool_size=3)
    try:
        played = plays.play(plays.read(file.read_bytes(), settings.zone), settings, prepared=prepared)
    finally:
        prepared.close()
    assert played.findings == []


def test_a_message_that_the_company_walked_out_flags_the_estate_and_opens_emergency_service(
    shortened: House, tmp_path: Path
) -> None:
    settings = shortened.settings(tmp_path)
    database = Database(settings.database_url, pool_size=3)
    casework = bootstrap.build(settings, database=database, clock=MovableClock(MAY))
    try:
        with casework.work() as work:
            town = settle(work, "zibo", {})
            said = engine.Message("firm_withdrew", {"left_at": MAY, "notice": "企业已撤离。"})
            case = cases.start_case(work, "estate_takeover", {}, area_id=town.areas["estate"], message=said)
        while run_due(casework, limit=50):
            pass
        with casework.work() as work:
            opened = work.session.scalars(select(Case).where(Case.process == "emergency_service")).one()
            elements = select(WorkItem.element).where(WorkItem.state == "open").order_by(WorkItem.element)
            assert work.session.scalars(elements).all() == ["appoint", "survey"]
            assert opened.estate_id == case.estate_id
            now = units.responsible(work, town.areas["estate"], MAY)
            assert now is not None
            assert (now.kind, now.unit_id) == ("interim", town.organisations["ST"])
    finally:
        database.close()


@pytest.fixture
def drawn() -> shared.Diagram:
    made = shared.Diagram("estate_takeover", FOLDER)
    words = made.english["elements"][made.id]
    made.english = {**made.english, "elements": {key: text for key, text in words.items() if key != made.id}}
    return made


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__.removeprefix("test_"))
def test_a_takeover_is_drawn_as_the_shared_processes_are(
    drawn: shared.Diagram, promise: Callable[[shared.Diagram], None]
) -> None:
    promise(drawn)


@pytest.mark.parametrize(
    "promise",
    [
        shared.test_every_form_has_a_remark_attachments_and_english,
        shared.test_the_form_fields_of_one_form_have_different_keys,
        shared.test_every_code_on_a_form_has_english,
        shared.test_every_code_and_outcome_has_english,
        shared.test_every_notice_is_written_in_both_languages,
    ],
    ids=lambda promise: promise.__name__.removeprefix("test_"),
)
def test_the_forms_of_a_takeover_are_as_those_of_the_shared_processes(
    drawn: shared.Diagram, promise: Callable[[shared.Diagram], None]
) -> None:
    promise(drawn)
