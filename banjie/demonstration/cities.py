"""Playing the cities side by side, each in a process of its own with a clock of its own: no case crosses a city."""

import gc
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing.process import BaseProcess
from typing import Any

from sqlalchemy import event, text

from banjie.demonstration import playing
from banjie.demonstration.acts import Act
from banjie.demonstration.planning import PAST, plan
from banjie.demonstration.progress import Bar
from banjie.demonstration.province import Province
from casework import bootstrap
from casework.clock import MovableClock
from casework.config import Settings
from casework.errors import CaseworkError
from casework.persistence import Database

_POLL = 0.2


class NotLoaded(CaseworkError):
    """A city could not be played to its end; the next start goes on with it."""


def play(settings: Settings, present: datetime, report: Callable[[str], None]) -> None:
    """Play all cities up to now, with a bar of the whole. Raises NotLoaded when one of them breaks off."""
    spawning = multiprocessing.get_context("spawn")
    database = Database(settings.database_url, pool_size=1)
    with bootstrap.build(settings, database=database).work() as work:
        province = Province.read(work)
    database.close()
    total = len(plan(province, present, settings.zone))
    count = spawning.Value("i", 0)
    players: list[BaseProcess] = [
        spawning.Process(target=play_city, args=(settings, city, present, count), name=f"demonstration {city}")
        for city in province.cities
    ]
    for player in players:
        player.start()
    try:
        with Bar(report, total) as bar:
            while any(player.is_alive() for player in players):
                bar.show(count.value)
                time.sleep(_POLL)
            bar.show(count.value)
    finally:
        for player in players:
            if player.is_alive():
                player.terminate()
            player.join()
    if any(player.exitcode for player in players):
        raise NotLoaded(
            "演示数据没有装完，请看上面的原因，重新启动会接着装。",
            "The demonstration was not loaded to its end; see above. The next start goes on with it.",
        )


def play_city(
    settings: Settings, city: str, present: datetime, count: Any, *, until: datetime | None = None
) -> Sequence[tuple[Act, str]]:
    """Play one city from where it stands to `until`, or now; return the acts that were refused, with the reason."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    database = Database(settings.database_url, pool_size=2)
    event.listen(database.engine, "connect", _relax)
    clock = MovableClock(present - PAST)
    casework = bootstrap.build(settings, database=database, clock=clock)
    parent = multiprocessing.parent_process()

    def advance() -> None:
        if parent is not None and not parent.is_alive():
            sys.exit("the process that asked for this city is gone")
        with count.get_lock():
            count.value += 1

    with alone(database, city):
        with casework.work() as work:
            province = Province.read(work)
            known = playing.done(work)
        player = playing.Player(casework, clock, province, city, known)
        end = until or max(present, datetime.now(UTC))
        acts = [act for act in plan(province, present, settings.zone) if act.city == city and act.at <= end]
        player.play(acts, advance)
        player.run_until(end)
    database.close()
    return player.refused


@contextmanager
def alone(database: Database, what: str) -> Iterator[None]:
    """Hold the lock of what is loaded meanwhile; whoever else loads the same waits, however long."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET lock_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_lock(hashtext(:key))"), {"key": f"demonstration {what}"})
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(hashtext(:key))"), {"key": f"demonstration {what}"})
            connection.execute(text("RESET lock_timeout"))


def _relax(connection: Any, _record: Any) -> None:
    """Let commits go on before the disk has them: a crash of the server loses the last acts, and they are redone."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    connection.commit()
