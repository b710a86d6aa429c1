"""What changes a case is announced on commit, to every process, with nothing in it but ids."""

import queue
import re
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import text

from casework.cases import changes, services
from casework.cases.changes import Change
from tests.factories import Stage

Heard = queue.Queue[Change | str]
ID_AND_GROUPS = re.compile(r"\d+( [a-z_]+@[ao]\d+| p\d+)*")


@pytest.fixture
def heard(open_stage: Callable[..., Stage]) -> Iterator[tuple[Stage, Heard]]:
    """A town, and what another listener hears of it."""
    stage, found = open_stage(), queue.Queue()
    listening = changes.listen(stage.casework.database, found.put, lambda: found.put("missed"))
    listening.start()
    assert listening.connected.wait(10)
    yield stage, found
    listening.stop()


def _last(found: Heard) -> Change:
    """Return the last change that comes; one has to."""
    last = found.get(timeout=5)
    while True:
        try:
            last = found.get(timeout=0.3)
        except queue.Empty:
            assert isinstance(last, Change)
            return last


def _groups(found: Heard) -> frozenset[str]:
    """Return every group that the changes concern which come now."""
    told = frozenset[str]()
    while True:
        try:
            change = found.get(timeout=0.3)
        except queue.Empty:
            return told
        assert isinstance(change, Change)
        told |= change.groups


def test_a_step_and_a_claim_reach_another_connection(heard: tuple[Stage, Heard]) -> None:
    stage, found = heard
    case_id = stage.report()
    assert _last(found).case_id == case_id
    item = stage.item(case_id, "handle")
    with stage.work("客服小周") as work:
        services.claim_item(work, item.id)
    told = _last(found)
    assert told.case_id == case_id
    assert set(item.groups) <= told.groups
    assert told.concerns(None, frozenset(item.groups)) == {"inbox"}
    assert told.concerns(case_id, frozenset({"p0"})) == {"case"}
    assert told.concerns(None, frozenset({"p0"})) == frozenset()


def test_who_has_just_lost_a_task_is_told_as_well(heard: tuple[Stage, Heard]) -> None:
    stage, found = heard
    case_id = stage.report()
    before = set(stage.item(case_id, "handle").groups)
    _last(found)
    stage.handled(case_id)
    assert before <= _groups(found)


def test_what_is_undone_is_told_to_nobody(heard: tuple[Stage, Heard]) -> None:
    stage, found = heard
    item = stage.item(stage.report(), "handle")
    _last(found)
    with stage.work("客服小周") as work:
        services.claim_item(work, item.id)
        work.session.rollback()
    with pytest.raises(queue.Empty):
        found.get(timeout=1)


def test_after_a_lost_connection_it_listens_again_and_says_that_it_missed_something(
    heard: tuple[Stage, Heard],
) -> None:
    stage, found = heard
    case_id = stage.report()
    _last(found)
    with stage.casework.database.transaction() as session:
        ended = session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND query LIKE 'LISTEN%'"
            )
        )
        assert ended.all()
    assert found.get(timeout=10) == "missed"
    stage.handled(case_id)
    assert _last(found).case_id == case_id


def test_an_announcement_holds_ids_and_nothing_else(open_stage: Callable[..., Stage]) -> None:
    stage, said = open_stage(), []
    with stage.casework.database.apart() as connection:
        connection.execute("LISTEN case_changed_public")
        stage.handled(stage.report())
        said = [one.payload for one in connection.notifies(timeout=1)]
    assert said
    assert [one for one in said if not ID_AND_GROUPS.fullmatch(one.strip())] == []


def test_more_groups_than_fit_concern_everybody(heard: tuple[Stage, Heard]) -> None:
    stage, found = heard
    case_id = stage.report()
    _last(found)
    with stage.work() as work:
        item = stage.item(case_id, "handle")
        work.session.merge(item).groups = [f"community_officer@a{number}" for number in range(1000, 2000)]
        changes.announce_change(work, case_id)
    assert _last(found).concerns(None, frozenset({"p0"})) == {"inbox"}
