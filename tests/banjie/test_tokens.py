"""Tokens of other systems from the command line: printed once, listed without, ended; always in somebody's name."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from banjie.tokens import tokens
from casework.audit.models import AuditEntry
from casework.directory.signing_in import open_account
from casework.directory.tokens import bearer_of
from casework.errors import Forbidden, Invalid
from casework.plays.town import add_staff
from tests.factories import KEY, Stage


@pytest.fixture
def town(open_stage: Callable[..., Stage], town_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """The town, open to the command line, with an administrator of its county."""
    for name, value in {"DATABASE_URL": town_url, "SECRET_KEY": KEY, "MASTER_KEY": KEY}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("BANJIE_HOME", str(tmp_path))
    stage = open_stage()
    with stage.work() as work:
        for name, role, where in (("管理员", "administrator", "city"), ("社区小宋", "community_officer", "community")):
            open_account(work, add_staff(work, stage.town, name, role, where), role, "Tongji-lu-27-hao")
    return stage


def run(*words: object) -> Result:
    return CliRunner().invoke(tokens, [str(word) for word in words])


def create(town: Stage, *, area: str = "county", by: str = "administrator", scope: str = "hotline") -> Result:
    where = town.town.areas[area]
    given = ("--purpose", "12345 对接", "--area", where, "--scope", scope, "--days", 30, "--as", by, "--json")
    return run("create", "市12345平台", *given)


def test_a_token_opens_what_it_was_made_for_until_it_is_ended(town: Stage) -> None:
    made = json.loads(create(town).output)
    with town.work() as work:
        bearer = bearer_of(work, made["token"])
    assert bearer is not None
    assert (bearer.scopes, bearer.area_id) == (("hotline",), town.town.areas["county"])
    listed = run("list", "--as", "administrator", "--json").output
    assert made["token"] not in listed
    assert [(one["id"], one["name"], one["opens"]) for one in json.loads(listed)] == [(made["id"], "12345 对接", True)]
    assert run("revoke", made["id"], "--as", "administrator").exit_code == 0
    with town.work() as work:
        assert bearer_of(work, made["token"]) is None
        said = select(AuditEntry.what, AuditEntry.actor_person_id).where(AuditEntry.subject_kind == "token")
        by = town.town.person("管理员")
        assert {tuple(row) for row in work.session.execute(said)} == {("token_issued", by), ("token_revoked", by)}
    assert "已停用" in run("list", "--as", "administrator").output


def test_only_an_administrator_of_the_area_may(town: Stage) -> None:
    assert isinstance(create(town, by="community_officer").exception, Forbidden)
    assert isinstance(create(town, area="province").exception, Forbidden)
    assert isinstance(run("list", "--as", "community_officer").exception, Forbidden)
    assert create(town, scope="cases").exit_code == 2
    made = json.loads(create(town).output)
    assert run("revoke", made["id"], "--as", "community_officer").exception is not None
    with town.work() as work:
        assert bearer_of(work, made["token"]) is not None


def test_a_token_must_say_what_it_is_for(town: Stage) -> None:
    given = ("--area", town.town.areas["county"], "--scope", "hotline", "--as", "administrator")
    assert isinstance(run("create", "平台", "--purpose", " ", *given).exception, Invalid)
