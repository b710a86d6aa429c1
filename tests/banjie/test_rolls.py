"""A roll taken in at the machine: loaded or told row by row, always in somebody's name."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from banjie.rolls import rolls
from casework.directory.signing_in import open_account
from casework.errors import Forbidden
from casework.votes.models import Roll
from casework.votes.rolls import current
from tests.factories import KEY, Stage
from tests.votes.lists import as_csv, row, sunshine


@pytest.fixture
def town(open_stage: Callable[..., Stage], town_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """The town, open to the command line, with accounts for two."""
    for name, value in {"DATABASE_URL": town_url, "SECRET_KEY": KEY, "MASTER_KEY": KEY}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("BANJIE_HOME", str(tmp_path))
    stage = open_stage()
    with stage.work() as work:
        for name, login in (("街道小孙", "officer"), ("客服小周", "company")):
            open_account(work, stage.town.person(name), login, "Tongji-lu-27-hao")
    return stage


@pytest.fixture
def take_in(town: Stage, tmp_path: Path) -> Callable[..., Result]:
    def run(file: bytes, *more: str, by: str = "officer") -> Result:
        path = tmp_path / "roll.csv"
        path.write_bytes(file)
        estate = str(town.town.areas["estate"])
        return CliRunner().invoke(rolls, ["import", str(path), "--estate", estate, "--as", by, *more])

    return run


def test_a_sound_list_becomes_a_draft_of_whoever_took_it_in(town: Stage, take_in: Callable[..., Result]) -> None:
    done = take_in(as_csv(sunshine()), "--json", "--as-of", "2026-05-20")
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert (told["parts"], told["heads"], told["area"], told["rows"]) == (240, 204, "25200.00", [])
    with town.work() as work:
        roll = current(work, town.town.areas["estate"])
        assert roll is not None
        assert (roll.id, roll.made_by) == (told["roll"], town.town.person("街道小孙"))


def test_a_list_with_a_fault_is_told_row_by_row_and_ends_with_1(town: Stage, take_in: Callable[..., Result]) -> None:
    done = take_in(as_csv([row("1", "101", "0", "周全", person=1)]))
    assert done.exit_code == 1
    assert done.stdout.startswith("2 建筑面积（㎡）: 面积须大于 0")
    assert "Not loaded: 1" in done.stdout
    assert town.rows(Roll) == []


def test_somebody_who_keeps_no_roll_is_refused(take_in: Callable[..., Result]) -> None:
    assert isinstance(take_in(as_csv(sunshine()), by="company").exception, Forbidden)
