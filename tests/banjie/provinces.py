"""Playing in the province of the demonstration."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from banjie.demonstration import playing
from banjie.demonstration.acts import Act
from banjie.demonstration.planning import PAST
from banjie.demonstration.province import Province
from casework import bootstrap
from casework.clock import MovableClock
from casework.config import Settings

ZONE = ZoneInfo("Asia/Shanghai")
PRESENT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def settings_of(url: str, home: Path) -> Settings:
    return Settings(home=home, database_url=url, secret_key="s" * 32, master_key="ab" * 32)


def play(
    settings: Settings, acts: Sequence[Act], known: dict[str, playing.Answer] | None = None, city: str = "jining"
) -> playing.Player:
    """Play acts of a city in this process."""
    clock = MovableClock(PRESENT - PAST)
    casework = bootstrap.build(settings, clock=clock)
    with casework.work() as work:
        province = Province.read(work)
        done = playing.done(work) if known is None else known
    player = playing.Player(casework, clock, province, city, done)
    player.play(acts)
    player.run_until(PRESENT)
    casework.database.close()
    return player
