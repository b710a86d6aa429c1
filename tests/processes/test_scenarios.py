"""Every scenario of every process holds: the same run that designers get from `banjie play`."""

from collections.abc import Callable
from pathlib import Path

import pytest

from casework import plays
from casework.config import ROOT, Settings
from casework.persistence import Database

SCENARIOS = sorted((ROOT / "processes").glob("**/scenarios/*.yaml"))


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda file: f"{file.parent.parent.name}/{file.stem}")
def test_scenario_holds(file: Path, play: Callable[[bytes], plays.Played]) -> None:
    assert play(file.read_bytes()).findings == []


def test_every_process_folder_has_scenarios_or_is_played_by_another() -> None:
    assert SCENARIOS


def test_a_wrong_expectation_is_found(database: Database, tmp_path: Path) -> None:
    script = """
title: 预期写错
start: 2026-06-01 09:00:00
steps:
  - report: {by: 李业主, category: power_light, cause: common_lights, text: 楼道灯坏了，一片漆黑。}
    then: {tier: 3}
"""
    settings = Settings(database_url=database.url, home=tmp_path)
    played = plays.play(plays.read(script, settings.zone), settings)
    assert [(finding.step, finding.en) for finding in played.findings] == [(1, "tier should be 3, is 0")]
