"""The five diagrams of a committee election are drawn to be read, as the shared ones are."""

from collections.abc import Callable

import pytest

from tests.processes import test_shared_diagrams as shared

FOLDER = shared.ROOT / "processes" / "committee_election"
DIAGRAMS = ("committee_election", "election_run", "election_group", "election_slate", "committee_filing")
PROMISES = (
    shared.test_is_small_enough_to_read,
    shared.test_every_flow_joins_two_nodes_and_every_node_is_on_a_way,
    shared.test_a_choice_has_conditions_and_one_default,
    shared.test_everything_is_labelled_in_chinese_and_english,
    shared.test_every_node_and_flow_is_drawn,
    shared.test_no_two_shapes_overlap,
    shared.test_boundary_events_sit_on_the_edge_of_their_host,
    shared.test_flows_run_straight_and_around_the_shapes,
    shared.test_every_node_is_drawn_in_the_lane_it_belongs_to,
)


@pytest.fixture(params=DIAGRAMS)
def drawn(request: pytest.FixtureRequest) -> shared.Diagram:
    made = shared.Diagram(request.param, FOLDER)
    words = made.english["elements"][made.id]
    made.english = {**made.english, "elements": {key: text for key, text in words.items() if key != made.id}}
    return made


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__.removeprefix("test_"))
def test_an_election_is_drawn_as_the_shared_processes_are(
    drawn: shared.Diagram, promise: Callable[[shared.Diagram], None]
) -> None:
    promise(drawn)
