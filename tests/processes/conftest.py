"""Playing scenarios where a town stands already: what one does is undone after it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from casework import plays
from casework.persistence import Database, Work
from casework.plays.town import Town, add
from tests import factories

Towns = Callable[[str], tuple[Database, Town]]


@contextmanager
def standing(towns: Towns, city: str) -> Iterator[tuple[factories.Rehearsal, Callable[..., Town]]]:
    """Give the database of a city, and what adds to its town what a scenario brings; undo everything in the end."""
    database, town = towns(city)
    with database.engine.connect() as connection:
        outer = connection.begin()

        def settle(work: Work, _city: str, given: Any) -> Town:
            return add(work, deepcopy(town), given)

        yield factories.Rehearsal(connection), settle
        outer.rollback()


@pytest.fixture
def play(towns: Towns, tmp_path: Path) -> Callable[[bytes], plays.Played]:
    """Plays a scenario in the town of its city."""

    def run(written: bytes) -> plays.Played:
        settings = factories.settings_for("", tmp_path)
        script = plays.read(written, settings.zone)
        with standing(towns, script.city) as (prepared, town):
            return plays.play(script, settings, prepared=prepared, town=town)

    return run
