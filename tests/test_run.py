"""The bootstrap: prepares once, does what is asked, and passes on how it ended."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from casework.config import ROOT


class Machine:
    """Stands for pip, pytest and the rest: notes what was started and answers with an exit code."""

    def __init__(self, library: Path) -> None:
        self.started: list[list[str]] = []
        self.library = library
        self.code = 0

    def run(self, command: Sequence[object], *, check: bool, **_: Any) -> "subprocess.CompletedProcess[str]":
        words = [str(word) for word in command]
        self.started.append(words)
        if check and self.code:
            raise subprocess.CalledProcessError(self.code, words)
        return subprocess.CompletedProcess(words, self.code, f"{self.library}\n", "")

    @property
    def installs(self) -> list[str]:
        return [Path(words[-1]).name for words in self.started if "install" in words]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """run.py with a folder of its own for the virtual environment, which is there already."""
    monkeypatch.setenv("BANJIE_VENV", str(tmp_path / "venv"))
    described = importlib.util.spec_from_file_location("banjie_run", ROOT / "run.py")
    assert described
    assert described.loader
    module = importlib.util.module_from_spec(described)
    described.loader.exec_module(module)
    module.HOME.mkdir()
    (module.HOME / ".made").touch()
    return module


@pytest.fixture
def machine(run: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine(tmp_path)
    monkeypatch.setattr(subprocess, "run", made.run)
    return made


@pytest.fixture
def replaced(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What the process was replaced by."""
    seen: list[list[str]] = []

    def execv(path: str, arguments: list[str]) -> int:
        seen.append(arguments)
        return 0

    monkeypatch.setattr(os, "execv", execv)
    monkeypatch.setattr(os, "chdir", lambda _: None)
    return seen


def test_the_locked_packages_are_installed_once(run: ModuleType, machine: Machine) -> None:
    run.prepare("run")
    run.prepare("run")
    assert machine.installs == ["run.txt"]
    assert {"--require-hashes", "--no-deps"} <= set(machine.started[0])
    assert (machine.library / "banjie-checkout.pth").read_text(encoding="utf-8").strip() == str(ROOT)


def test_a_changed_lock_is_installed_again(run: ModuleType, machine: Machine, tmp_path: Path) -> None:
    lock = tmp_path / "run.txt"
    run.LOCKS["run"] = lock
    for text in ("one", "one", "two"):
        lock.write_text(text)
        run.prepare("run")
    assert machine.installs == ["run.txt", "run.txt"]


def test_an_interrupted_environment_is_made_again(
    run: ModuleType, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Path] = []

    def create(home: Path, *, with_pip: bool) -> None:
        made.append(home)
        if len(made) == 1:
            raise KeyboardInterrupt

    monkeypatch.setattr(run.venv, "create", create)
    (run.HOME / ".made").unlink()
    with pytest.raises(KeyboardInterrupt):
        run.prepare("run")
    run.prepare("run")
    run.prepare("develop")
    assert made == [run.HOME, run.HOME]


def test_a_failed_installation_is_tried_again(run: ModuleType, machine: Machine) -> None:
    machine.code = 1
    with pytest.raises(subprocess.CalledProcessError):
        run.prepare("run")
    machine.code = 0
    run.prepare("run")
    assert machine.installs == ["run.txt", "run.txt"]


def test_without_words_it_starts_with_the_demonstration(
    run: ModuleType, machine: Machine, replaced: list[list[str]]
) -> None:
    run.main([])
    assert replaced == [[str(run.PYTHON), "-m", "banjie", "up", "--demo"]]


def test_any_other_word_is_a_command_of_banjie(run: ModuleType, machine: Machine, replaced: list[list[str]]) -> None:
    run.main(["play", "processes/shared", "--json"])
    assert replaced == [[str(run.PYTHON), "-m", "banjie", "play", "processes/shared", "--json"]]
    assert machine.installs == ["run.txt"]


def test_tests_run_on_every_core_with_what_developers_need(run: ModuleType, machine: Machine) -> None:
    machine.code = 0
    assert run.main(["test", "tests/feel"]) == 0
    assert machine.installs == ["develop.txt"]
    assert machine.started[-1][1:4] == ["-m", "pytest", "-n"]
    assert machine.started[-1][5:] == ["--dist", "worksteal", "tests/feel"]


def test_a_red_suite_is_told(run: ModuleType, machine: Machine) -> None:
    run.prepare("develop")
    machine.code = 1
    assert run.main(["test", "-n0"]) == 1
    assert machine.started[-1][1:] == ["-m", "pytest", "-n0"]


def test_lint_runs_every_check_even_after_a_red_one(run: ModuleType, machine: Machine) -> None:
    run.prepare("develop")
    machine.code = 1
    assert run.main(["lint"]) == 1
    assert [Path(words[0]).name for words in machine.started[-4:]] == ["ruff", "ruff", "mypy", "lint-imports"]


def test_an_older_python_is_told_so(run: ModuleType, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 9))
    assert run.main(["test"]) == 2
    assert machine.started == []


def test_ci_calls_exactly_these_two() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert lines[-2:] == ["python3 run.py lint", "python3 run.py test"]
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
