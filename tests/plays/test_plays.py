"""Plays: a scenario is read or refused with its step, and a play tells the first thing that did not come as written."""

from pathlib import Path

import pytest
from sqlalchemy import text

from casework import plays
from casework.config import Settings
from casework.persistence import Database
from casework.plays import ScriptRefused

HEAD = "title: 试演\nstart: 2026-06-01 09:00:00\nsteps:\n"
REPORT = "  - report: {by: 李业主, category: power_light, cause: common_lights, text: 楼道灯坏了，一片漆黑。}\n"
ZONE = Settings().zone


def play(url: str, home: Path, steps: str) -> plays.Played:
    settings = Settings(database_url=url, home=home)
    prepared = Database(url, pool_size=3)
    try:
        return plays.play(plays.read(HEAD + steps, ZONE), settings, prepared=prepared)
    finally:
        prepared.close()


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("title: [", "YAML"),
        ("- 1", "title"),
        ("title: x\nstart: 2026-06-01\n", "steps"),
        (f"{HEAD}  - 3\n", "1"),
        (f"{HEAD}{REPORT}  - dance: {{by: 李业主}}\n", "dance"),
        (f"{HEAD}  - {{claim: {{}}, release: {{}}}}\n", "1"),
        ("title: x\nstart: soon\nsteps: []\n", "soon"),
        (f"surprise: 1\n{HEAD}{REPORT}", "title"),
    ],
)
def test_a_scenario_that_cannot_be_read_is_refused_with_its_place(source: str, said: str) -> None:
    with pytest.raises((ScriptRefused, ValueError)) as refused:
        plays.read(source, ZONE)
    assert said in str(refused.value)


def test_what_comes_as_written_passes(fresh_url: str, tmp_path: Path) -> None:
    steps = f"{REPORT}    then: {{unit: 九安物业, tier: 0, tasks: {{handle: {{by: 客服小周}}}}}}\n"
    late = "  - at: 2026-06-04 09:00:01\n    then: {tier: 1}\n"
    assert play(fresh_url, tmp_path, steps + late).passed


@pytest.mark.parametrize(
    ("steps", "number", "said"),
    [
        (f"{REPORT}    then: {{tier: 3}}\n", 1, "tier should be 3, is 0"),
        (f"{REPORT}    then: {{tasks: [verify]}}\n", 1, "handle"),
        (f"{REPORT}    then: {{weather: fine}}\n", 1, "weather"),
        (f"{REPORT}  - claim: {{by: 客服小周, task: verify}}\n", 2, "verify"),
        (f"{REPORT}  - claim: {{by: 王五, task: handle}}\n", 2, "王五"),
        (f"{REPORT}  - claim: {{by: 客服小周, task: handle}}\n    refused: true\n", 2, "went through"),
        (f"{REPORT}  - claim: {{by: 社区小宋, task: handle}}\n    refused: 天气\n", 2, "天气"),
        (f"{REPORT}  - at: 2026-06-04 09:00:00\n    then: {{tier: 1}}\n", 2, "tier should be 1"),
    ],
)
def test_the_first_thing_that_comes_otherwise_is_told_with_its_step(
    fresh_url: str, tmp_path: Path, steps: str, number: int, said: str
) -> None:
    played = play(fresh_url, tmp_path, steps + "  - then: {tier: 9}\n")
    assert [finding.step for finding in played.findings] == [number]
    assert said in f"{played.findings[0].zh} {played.findings[0].en}"


def test_a_play_leaves_nothing_in_the_database_it_was_played_in(fresh_url: str, tmp_path: Path) -> None:
    settings = Settings(database_url=fresh_url, home=tmp_path)
    for steps in (REPORT, f"{REPORT}    then: {{tier: 3}}\n"):
        plays.play(plays.read(HEAD + steps, ZONE), settings)
    database = Database(fresh_url, pool_size=1)
    with database.engine.connect() as connection:
        schemas = connection.execute(text("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'play%'")).all()
        cases = connection.execute(text('SELECT count(*) FROM public."case"')).scalar_one()
    database.close()
    assert (schemas, cases) == ([], 0)
