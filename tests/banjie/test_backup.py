"""A backup holds everything but the keys, is checked before it is loaded, and cases go on from it."""

import gzip
import json
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from banjie.backup import backup, restore
from banjie.upkeep import verify
from casework.attachments.models import Attachment
from casework.cases.models import Case
from casework.errors import Conflict, Invalid, Refused
from casework.persistence import Base, Database, embedded
from tests.factories import KEY, Stage, stage_on


@pytest.fixture
def old(open_stage: Callable[..., Stage]) -> Stage:
    """The town in which one complaint with a photo waits to be verified, and one was just reported."""
    stage = open_stage()
    stage.handled(stage.report("handled"))
    stage.report("new", by="王业主", part="flat")
    return stage


@pytest.fixture
def empty_url(server_url: str) -> Iterator[str]:
    name = f"restored_{secrets.token_hex(4)}"
    yield embedded.create_database(server_url, name)
    embedded.drop_database(server_url, name)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Point the command line at a database and a home, with a master key."""

    def point(url: str, home: Path, key: str = KEY) -> None:
        for name, value in {"DATABASE_URL": url, "BANJIE_HOME": home, "SECRET_KEY": KEY, "MASTER_KEY": key}.items():
            monkeypatch.setenv(name, str(value))

    return point


@pytest.fixture
def taken(old: Stage, town_url: str, tmp_path: Path, at: Callable[..., None]) -> Path:
    """A backup of the town."""
    at(town_url, old.casework.settings.home)
    folder = tmp_path / "taken"
    done = run(backup, folder)
    assert done.exit_code == 0, done.output
    return folder


def run(command: object, *words: object) -> Result:
    return CliRunner().invoke(command, [str(word) for word in words])  # type: ignore[arg-type]


def counts(stage: Stage) -> dict[str, int]:
    with stage.work() as work:
        return {
            table.name: work.session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


def test_what_is_restored_is_whole_and_its_cases_go_on(
    old: Stage, taken: Path, empty_url: str, tmp_path: Path, at: Callable[..., None]
) -> None:
    home = tmp_path / "another machine"
    at(empty_url, home)
    done = run(restore, taken, "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.output)
    assert told["tables"] == counts(old)
    assert told["files"] >= 1
    assert run(verify).output.startswith("没有发现问题")
    again = stage_on(empty_url, old.town, home, database=Database(empty_url))
    again.names = dict(old.names)
    assert counts(again) == counts(old)
    with again.work() as work:
        for digest in work.session.scalars(select(Attachment.digest)):
            with work.house.files.store.open(digest) as file:
                assert file.read(1)
    case_id = int(old.names["handled"]["case"])
    again.verified(case_id)
    assert "verify" not in again.tasks(case_id)
    newest = max(one.id for one in again.rows(Case))
    assert again.report("after", by="张业主", part="flat") == newest + 1, "numbers go on where they were"
    assert run(verify).exit_code == 0
    again.casework.database.close()


def test_no_key_and_nobodys_particulars_are_readable_in_a_backup(old: Stage, taken: Path) -> None:
    held = b"".join(gzip.decompress(one.read_bytes()) for one in (taken / "tables").iterdir())
    rest = b"".join(one.read_bytes() for one in taken.iterdir() if one.is_file())
    for secret in (KEY.encode(), "王业主".encode(), b"13900000000"):
        assert secret not in held + rest


def test_a_database_that_holds_anything_is_left_alone(
    taken: Path, old: Stage, town_url: str, tmp_path: Path, at: Callable[..., None]
) -> None:
    before = counts(old)
    at(town_url, tmp_path / "another machine")
    assert isinstance(run(restore, taken).exception, Conflict)
    assert counts(old) == before


def test_another_master_key_is_refused_before_anything_is_loaded(
    taken: Path, empty_url: str, tmp_path: Path, at: Callable[..., None]
) -> None:
    at(empty_url, tmp_path / "another machine", key="11" * 32)
    assert isinstance(run(restore, taken).exception, Refused)
    assert holds_nothing(empty_url)


@pytest.mark.parametrize("harm", ["a table changed", "a table lost", "a file changed", "the list of files cut"])
def test_a_damaged_backup_is_refused_before_anything_is_loaded(
    harm: str, taken: Path, empty_url: str, tmp_path: Path, at: Callable[..., None]
) -> None:
    table, file = taken / "tables" / "case.copy.gz", next((taken / "files").rglob("*/*/*"))
    if harm == "a table changed":
        table.write_bytes(table.read_bytes()[:-1] + b"?")
    elif harm == "a table lost":
        table.unlink()
    elif harm == "a file changed":
        file.write_bytes(b"another picture")
    else:
        (taken / "files.txt").write_text("")
    at(empty_url, tmp_path / "another machine")
    assert isinstance(run(restore, taken).exception, Refused)
    assert holds_nothing(empty_url)


def test_a_backup_that_was_cut_off_is_none(
    taken: Path, empty_url: str, tmp_path: Path, at: Callable[..., None]
) -> None:
    (taken / "manifest.json").unlink()
    at(empty_url, tmp_path / "another machine")
    assert isinstance(run(restore, taken).exception, Invalid)


def test_a_backup_never_overwrites_another(taken: Path) -> None:
    assert isinstance(run(backup, taken).exception, Conflict)


def test_a_lost_file_is_told_and_the_rest_is_saved(
    old: Stage, tmp_path: Path, town_url: str, at: Callable[..., None]
) -> None:
    home = old.casework.settings.home
    at(town_url, home)
    lost = next((home / "files").glob("*/*/*"))
    lost.unlink()
    done = CliRunner().invoke(backup, [str(tmp_path / "taken"), "--json"])
    assert done.exit_code == 1
    assert json.loads(done.output)["missing"] == [lost.name]


def holds_nothing(url: str) -> bool:
    database = Database(url, pool_size=1)
    with database.transaction() as session:
        found = session.connection().exec_driver_sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        empty = found.scalar_one() == 0
    database.close()
    return empty
