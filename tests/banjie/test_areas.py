"""Where areas lie, read in at the machine: in the name of an administrator, and told what found no area."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from banjie.areas import areas
from casework.directory import services
from casework.directory.models import Area, AreaShape
from casework.directory.signing_in import open_account
from casework.errors import Forbidden
from tests.factories import KEY, Stage


@pytest.fixture
def town(open_stage: Callable[..., Stage], town_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """The town, open to the command line, with an administrator of its county and an officer."""
    for name, value in {"DATABASE_URL": town_url, "SECRET_KEY": KEY, "MASTER_KEY": KEY}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("BANJIE_HOME", str(tmp_path))
    stage = open_stage()
    with stage.work() as work:
        estate = work.session.get_one(Area, stage.town.areas["estate"])
        since = work.now.date()
        services.appoint(work, stage.town.person("街道小孙"), "administrator", since=since, area_id=estate.lineage[0])
        for name, login in (("街道小孙", "keeper"), ("客服小周", "company")):
            open_account(work, stage.town.person(name), login, "Tongji-lu-27-hao")
    return stage


@pytest.fixture
def read_in(town: Stage, tmp_path: Path) -> Callable[..., Result]:
    def run(*names: str, by: str = "keeper", more: tuple[str, ...] = ()) -> Result:
        features: list[Any] = [
            {
                "type": "Feature",
                "properties": {"name": name},
                "geometry": {"type": "Point", "coordinates": [116.5, 35.4]},
            }
            for name in names
        ]
        path = tmp_path / "estates.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
        return CliRunner().invoke(areas, ["shapes", str(path), "--as", by, *more])

    return run


def test_a_file_is_kept_under_its_name_and_again_changes_nothing(town: Stage, read_in: Callable[..., Result]) -> None:
    with town.work() as work:
        name = work.session.get_one(Area, town.town.areas["estate"]).name
    done = read_in(name)
    assert done.exit_code == 0
    assert "1 placed" in done.stdout
    with town.work() as work:
        assert work.session.get_one(AreaShape, town.town.areas["estate"]).source == "estates.geojson"
    assert "1 as before" in read_in(name).stdout


def test_what_found_no_area_is_told_and_ends_with_1(read_in: Callable[..., Result]) -> None:
    done = read_in("无此小区", more=("--json",))
    assert done.exit_code == 1
    told = json.loads(done.stdout)
    assert (told["placed"], [one["name"] for one in told["missing"]]) == (0, ["无此小区"])


def test_who_administers_nothing_is_refused(read_in: Callable[..., Result]) -> None:
    assert isinstance(read_in("水景花苑", by="company").exception, Forbidden)
