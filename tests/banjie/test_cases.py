"""What an operator finds out about cases from the command line, and what they may do to them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from banjie.cases import cases
from casework.audit.models import AuditEntry
from casework.cases.models import Case
from casework.cases.services import start_case
from casework.definitions.services import publish
from casework.directory import services as directory
from casework.directory.signing_in import open_account
from casework.errors import Forbidden, NotFound
from casework.plays.town import add_staff
from tests.cases.test_incidents import BROKEN
from tests.engine import drawing as draw
from tests.factories import KEY, Stage


@pytest.fixture
def town(open_stage: Callable[..., Stage], town_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """The town, open to the command line, with an operator and a case that an incident holds up."""
    for name, value in {"DATABASE_URL": town_url, "SECRET_KEY": KEY, "MASTER_KEY": KEY}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("BANJIE_HOME", str(tmp_path))
    stage = open_stage()
    with stage.work() as work:
        for name, role in (("运维小许", "operator"), ("街道小孙", "street_officer")):
            person_id = add_staff(work, stage.town, name, role, "province" if role == "operator" else "street")
            open_account(work, person_id, role, "Tongji-lu-27-hao")
        publish(work, "probe", {"probe/probe.bpmn": BROKEN} | draw.blank_forms(BROKEN))
        stage.names["probe"] = start_case(work, "probe", {}, area_id=stage.town.areas["estate"]).no
    stage.report("light", by="王业主")
    return stage


def run(*words: str) -> Result:
    return CliRunner().invoke(cases, list(words))


def asked(*words: str) -> Any:
    done = run(*words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


def test_the_list_is_narrowed_and_goes_on_where_it_ended(town: Stage) -> None:
    everything = [row["no"] for row in asked()["cases"]]
    assert len(everything) == asked()["count"] == 2
    first = asked("--size", "1")
    assert [row["no"] for row in first["cases"] + asked("--after", first["after"])["cases"]] == everything
    assert [row["no"] for row in asked("--with-incident")["cases"]] == [town.names["probe"]]
    assert asked("--stranded")["cases"] == asked("--status", "closed")["cases"] == []
    assert [row["no"] for row in asked("--process", "probe")["cases"]] == [town.names["probe"]]
    for place in ("水景花苑", str(town.town.areas["county"])):
        assert asked("--area", place)["count"] == 2
    with town.work() as work:
        other = directory.add_area(work, "county", "微山县", parent_id=town.town.areas["city"]).id
    assert asked("--area", str(other))["count"] == 0
    assert isinstance(run("--area", "亚特兰蒂斯").exception, NotFound)


def test_a_case_is_shown_with_who_may_move_it_and_by_which_rule(town: Stage) -> None:
    no = town.case(town.names["light"]["case"]).no
    shown = asked("show", no)
    [task] = shown["tasks"]
    assert [actor["name"] for actor in task["actors"]] == ["客服小周", "项目经理老秦"]
    assert shown["tokens"]
    assert {clock["name"] for clock in shown["clocks"]} >= {"reply", "company_unhandled"}
    assert all(clock["law"]["article"][0] for clock in shown["clocks"])
    assert shown["history"]
    assert len(asked("show", no, "--lines", "1")["history"]) == 1
    assert "王业主" not in json.dumps(shown, ensure_ascii=False)
    for language, word in (("zh", "时限"), ("en", "Clocks")):
        told = run("show", no, "--language", language)
        assert told.exit_code == 0
        assert word in told.output
        assert "客服小周" in told.output


def test_a_retry_is_the_operators_own_and_is_recorded(town: Stage) -> None:
    no = town.names["probe"]
    assert len(asked("show", no)["incidents"]) == 1
    assert run("retry", no, "--as", "operator").exit_code == 1, "the cause is still there"
    with town.work() as work:
        found = work.session.scalars(select(Case).where(Case.no == no)).one()
        found.level = 3
        case_id = found.id
    done = run("retry", no, "--as", "operator", "--json")
    assert (done.exit_code, json.loads(done.output)) == (0, {"tried": 1, "incidents": []})
    with town.work() as work:
        entries = work.session.scalars(
            select(AuditEntry).where(AuditEntry.subject_id == case_id, AuditEntry.what == "retried")
        ).all()
    assert {one.actor_person_id for one in entries} == {town.town.person("运维小许")}


def test_nobody_else_has_something_tried_again(town: Stage) -> None:
    no = town.names["probe"]
    assert isinstance(run("retry", no, "--as", "street_officer").exception, Forbidden)
    assert isinstance(run("retry", no, "--as", "nobody").exception, NotFound)
    assert isinstance(run("retry", "XX-1", "--as", "operator").exception, NotFound)
    assert len(asked("show", no)["incidents"]) == 1
