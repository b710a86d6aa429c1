"""The diagram of a bundle is drawn to be read, as the shared ones are."""

from collections.abc import Callable

import pytest

from tests.processes import test_shared_diagrams as shared
from tests.processes.test_election_diagrams import PROMISES

FOLDER = shared.ROOT / "processes" / "takeover_bundle"
ALL = (
    *PROMISES,
    shared.test_folder_file_and_process_have_one_name,
    shared.test_every_form_has_a_remark_attachments_and_english,
    shared.test_the_form_fields_of_one_form_have_different_keys,
    shared.test_every_code_on_a_form_has_english,
    shared.test_every_code_and_outcome_has_english,
    shared.test_every_notice_is_written_in_both_languages,
)


@pytest.mark.parametrize("promise", ALL, ids=lambda promise: promise.__name__.removeprefix("test_"))
def test_a_bundle_is_drawn_as_the_shared_processes_are(promise: Callable[[shared.Diagram], None]) -> None:
    made = shared.Diagram("takeover_bundle", FOLDER)
    made.home = shared.ROOT
    promise(made)
