"""A new installation gets its first administrator from the command line, and from nowhere else."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from banjie import starting
from banjie.people import people
from casework.config import Settings, read_settings
from casework.directory.models import Area
from casework.directory.queries import posts_of
from casework.directory.signing_in import Denied, sign_in
from casework.errors import Conflict, Invalid
from casework.persistence import embedded

ASKED = ("--name", "王管理", "--province", "山东省", "--city", "济宁市")


@pytest.fixture
def installation(server_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    name = f"installation_{secrets.token_hex(4)}"
    monkeypatch.setenv("DATABASE_URL", embedded.create_database(server_url, name))
    monkeypatch.setenv("BANJIE_HOME", str(tmp_path))
    monkeypatch.setenv("SECRET_KEY", "s" * 40)
    monkeypatch.setenv("MASTER_KEY", "11" * 32)
    yield read_settings()
    embedded.drop_database(server_url, name)


def add(login: str, jurisdiction: str = "jining") -> Result:
    return CliRunner().invoke(people, ["add-administrator", login, *ASKED, "--jurisdiction", jurisdiction])


def test_the_first_administrator_signs_in_with_the_password_that_is_printed(installation: Settings) -> None:
    printed = add("wang").output.split()
    with starting.opened(installation).work() as work:
        entered = sign_in(work, "wang", printed[1])
        assert not isinstance(entered, Denied)
        posts = posts_of(work, entered.person_id)
        assert [(post.role, work.session.get_one(Area, post.area_id).name) for post in posts] == [
            ("administrator", "济宁市")
        ]


def test_what_can_not_be_is_refused_and_leaves_nothing(installation: Settings) -> None:
    assert isinstance(add("wang", "atlantis").exception, Invalid)
    assert add("wang").exit_code == 0
    assert isinstance(add("wang").exception, Conflict)
    with starting.opened(installation).work() as work:
        assert work.session.scalar(select(func.count()).select_from(Area)) == 2
