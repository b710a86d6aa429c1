"""Takeovers of unmanaged estates: the diagram is drawn to be read, and begins by a message as well as by a form."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from casework import bootstrap, engine
from casework.cases import services as cases
from casework.cases.models import Case, WorkItem
from casework.clock import MovableClock
from casework.jobs import run_due
from casework.takeovers import units
from tests import factories
from tests.processes import test_shared_diagrams as shared
from tests.processes.conftest import Towns, standing
from tests.processes.test_election_diagrams import PROMISES

FOLDER = shared.ROOT / "processes" / "estate_takeover"
MAY = datetime(2026, 5, 2, 2, tzinfo=UTC)


def test_a_message_that_the_company_walked_out_flags_the_estate_and_opens_emergency_service(
    towns: Towns, tmp_path: Path
) -> None:
    with standing(towns, "zibo") as (database, settle):
        casework = bootstrap.build(factories.settings_for("", tmp_path), database=database, clock=MovableClock(MAY))
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


@pytest.fixture
def drawn() -> shared.Diagram:
    made = shared.Diagram("estate_takeover", FOLDER)
    words = made.english["elements"][made.id]
    made.english = {**made.english, "elements": {key: text for key, text in words.items() if key != made.id}}
    return made


@pytest.mark.parametrize(
    "promise",
    [
        *PROMISES,
        shared.test_every_form_has_a_remark_attachments_and_english,
        shared.test_the_form_fields_of_one_form_have_different_keys,
        shared.test_every_code_on_a_form_has_english,
        shared.test_every_code_and_outcome_has_english,
        shared.test_every_notice_is_written_in_both_languages,
    ],
    ids=lambda promise: promise.__name__.removeprefix("test_"),
)
def test_a_takeover_is_drawn_and_worded_as_the_shared_processes_are(
    drawn: shared.Diagram, promise: Callable[[shared.Diagram], None]
) -> None:
    promise(drawn)
