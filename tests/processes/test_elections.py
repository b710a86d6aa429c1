"""Elections of owners' committees, to the day: every scenario runs on the real diagrams, by the rules of its place."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from casework import plays
from casework.calendar import last_day
from casework.cases.models import CaseClock, WorkItem
from casework.plays.player import _Player
from casework.plays.script import Step
from tests import factories
from tests.processes.conftest import Towns, standing

SCENARIOS = sorted((Path(__file__).parent / "elections" / "scenarios").glob("*.yaml"))


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda file: file.stem)
def test_election_goes_as_the_rules_of_its_place_say(file: Path, play: Callable[[bytes], plays.Played]) -> None:
    assert play(file.read_bytes()).findings == []


COURSE: Sequence[tuple[str, Mapping[str, Any]]] = (
    ("roll", {"parts": [{"owner": "业主", "times": 8, "area": "100.00"}]}),
    ("usual", {"value": "check_facts"}),
    ("usual", {"task": "nominate", "owners": "业主1-4"}),
    ("usual", {"value": ["declare", "check"]}),
    ("post", {"by": "街道小孙"}),
    ("usual", {"value": ["receive_files", "conclude"]}),
    ("usual", {"task": "prepare", "with": {"assembly_date": "2026-03-03"}}),
    ("post", {"by": "街道小孙"}),
    ("usual", {"value": "conclude"}),
    ("usual", {"task": "collect", "members": "业主1-5"}),
    ("usual", {"value": ["declare", "check", "decide_list"]}),
    ("post", {"by": "街道小孙"}),
    ("usual", {"value": "conclude"}),
    ("post", {"by": "街道小孙"}),
    ("usual", {"value": "conclude"}),
)
"""A first election up to the opening of the vote, every step as early as the rules allow."""
START = {
    "process": "committee_election",
    "with": {"variant": "first", "total_area": 800, "delivered_area": 800, "total_heads": 8, "delivered_heads": 8},
}
LONGER = {"file": "defaults", "key": "publicity.min_days", "value": 10}


class Timetable(_Player):
    """An election that is driven on as fast as its clocks let it."""

    def drive(self, steps: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
        """Take the steps; after a posting, go on at the very moment it has hung long enough."""
        for number, (verb, details) in enumerate(steps):
            self._take(Step(number, verb=verb, details=details))
            while verb == "post" and not self._stands_at("conclude"):
                due = self._next_due()
                assert due is not None
                self._move(due)

    def days(self) -> dict[str, list[str]]:
        """Return the last day of every clock of the election, in the order in which they started."""
        found: dict[str, list[str]] = {}
        with self.casework.work() as work:
            for clock in work.session.scalars(select(CaseClock).order_by(CaseClock.id)):
                found.setdefault(clock.name, []).append(f"{last_day(clock.due_at, work.house.zone):%m-%d}")
        return found

    def _stands_at(self, element: str) -> bool:
        with self.casework.work() as work:
            query = select(WorkItem.id).filter_by(element=element, state="open")
            return work.session.scalar(query.limit(1)) is not None


@pytest.fixture
def driven(towns: Towns, tmp_path: Path) -> Iterator[Timetable]:
    settings = factories.settings_for("", tmp_path)
    script = plays.read(b"{title: t, city: weifang, start: 2026-03-02 09:00:00, steps: []}", settings.zone)
    with standing(towns, script.city) as (prepared, town):
        yield Timetable(script, settings, prepared, town)


WRITTEN = {"posting": ["03-09", "03-17", "03-25", "04-09"], "window": ["04-25"]}
CHANGED = {"posting": ["03-09", "03-20", "03-30", "04-14"], "window": ["04-30"]}


@pytest.mark.parametrize(
    ("steps", "days"),
    [
        pytest.param([("start", START), *COURSE], WRITTEN, id="as the files are"),
        pytest.param([("policy", LONGER), ("start", START), *COURSE], CHANGED, id="the file changed before"),
        pytest.param([("start", START), ("policy", LONGER), *COURSE], WRITTEN, id="a running election keeps its rules"),
    ],
)
def test_a_longer_posting_in_the_policy_file_moves_every_later_date(
    driven: Timetable, steps: Sequence[tuple[str, Mapping[str, Any]]], days: Mapping[str, list[str]]
) -> None:
    driven.drive(steps)
    assert {name: found for name, found in driven.days().items() if name in days} == days
