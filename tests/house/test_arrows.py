"""The arrows of the house are kept, and a planted violation of each turns them red."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from casework.config import ROOT

CHECK = Path(sys.executable).with_name("lint-imports")
PACKAGES = ("banjie", "casework", "webapp", "workers")

PLANTED = {
    "a door that uses the other": ("doors", "webapp/planted.py", "import workers.sweep"),
    "a worker that uses the web": ("doors", "workers/planted.py", "from webapp import door"),
    "a domain that knows a door": ("doors", "casework/cases/planted.py", "import webapp.errors"),
    "a door that knows the command line": ("doors", "webapp/planted.py", "import banjie.starting"),
    "an import up the domain": ("domain", "casework/jobs/planted.py", "from casework.cases import services"),
    "an engine with a database": ("pure", "casework/engine/planted.py", "from casework.persistence import Work"),
    "neighbours that know each other": ("domain", "casework/decisions/planted.py", "from casework import forms"),
    "a package outside the order": ("domain", "casework/helpers/__init__.py", '"""A drawer for everything."""'),
    "SpiffWorkflow outside the engine": ("engine", "casework/cases/planted.py", "import SpiffWorkflow"),
    "SpiffWorkflow in a door": ("engine", "webapp/planted.py", "from SpiffWorkflow.bpmn import BpmnWorkflow"),
    "a domain that knows HTTP": ("domain-is-free", "casework/complaints/planted.py", "from flask import request"),
    "a domain that knows Celery": ("domain-is-free", "casework/jobs/planted.py", "import celery"),
    "a web door that sends by itself": ("web-is-free", "webapp/planted.py", "from celery import Celery"),
    "a worker in a web costume": ("workers-are-free", "workers/planted.py", "from flask import Flask"),
}  # fmt: skip


def contracts() -> dict[str, str]:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {one["id"]: one["name"] for one in told["tool"]["importlinter"]["contracts"]}


def checked(folder: Path, contract: str | None = None) -> tuple[int, str]:
    chosen = ["--contract", contract] if contract else []
    done = subprocess.run(
        [CHECK, "--no-cache", *chosen],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package,
            tmp_path / package,
            ignore=shutil.ignore_patterns("node_modules", "static", "templates", "data"),
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_arrow_is_kept(copy: Path) -> None:
    code, told = checked(copy)
    assert (code, "0 broken" in told) == (0, True), told


@pytest.mark.parametrize(("contract", "file", "line"), PLANTED.values(), ids=PLANTED)
def test_a_planted_violation_turns_red(copy: Path, contract: str, file: str, line: str) -> None:
    (copy / file).parent.mkdir(exist_ok=True)
    (copy / file).write_text(f"{line}\n", encoding="utf-8")
    code, told = checked(copy, contract)
    assert code == 1, told
    assert f"{contracts()[contract]} BROKEN" in told or "helpers" in told


def test_each_contract_has_its_planted_violation() -> None:
    assert {contract for contract, _, _ in PLANTED.values()} == set(contracts())
