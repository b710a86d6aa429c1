"""What is installed is exactly what is pinned, and nothing says where to fetch it."""

import json
import re
import tomllib
from collections.abc import Mapping

import pytest

from casework.config import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUN = PROJECT["project"]["dependencies"]
DEVELOP = PROJECT["dependency-groups"]["dev"]
PIN = re.compile(r"^([\w.-]+)(?:\[[\w,]+\])?==(\S+)")


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(lines: list[str]) -> dict[str, str]:
    return {normal(found[1]): found[2] for line in lines if (found := PIN.match(line))}


def lines(file: str) -> list[str]:
    return (ROOT / "requirements" / file).read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("pinned", [RUN, DEVELOP], ids=["run", "develop"])
def test_every_dependency_is_pinned_exactly(pinned: list[str]) -> None:
    assert len(pins(pinned)) == len(pinned)


@pytest.mark.parametrize(("file", "pinned"), [("run", RUN), ("develop", DEVELOP)], ids=["run", "develop"])
def test_the_lists_agree_with_the_project(file: str, pinned: list[str]) -> None:
    assert pins(lines(f"{file}.in")) == pins(pinned)


@pytest.mark.parametrize(("file", "pinned"), [("run", RUN), ("develop", [*RUN, *DEVELOP])], ids=["run", "develop"])
def test_the_locks_hold_what_is_pinned(file: str, pinned: list[str]) -> None:
    assert pins(pinned).items() <= pins(lines(f"{file}.txt")).items()


def test_developers_run_on_what_is_released() -> None:
    assert pins(lines("run.txt")).items() <= pins(lines("develop.txt")).items()


@pytest.mark.parametrize("file", ["run.txt", "develop.txt"])
def test_every_locked_package_has_its_hashes(file: str) -> None:
    text = "\n".join(lines(file)).replace("\\\n", " ")
    locked = [line for line in text.splitlines() if PIN.match(line)]
    assert locked
    assert [line.split()[0] for line in locked if not re.search(r"--hash=sha256:[0-9a-f]{64}", line)] == []


@pytest.mark.parametrize("file", ["run.in", "run.txt", "develop.in", "develop.txt"])
def test_no_list_names_a_host(file: str) -> None:
    assert [line for line in lines(file) if "://" in line or "index-url" in line or "find-links" in line] == []


@pytest.mark.parametrize("folder", ["ui", "fonts"])
def test_the_locks_of_the_pages_and_the_fonts_name_no_host_and_have_hashes(folder: str) -> None:
    lock = json.loads((ROOT / "webapp" / folder / "package-lock.json").read_text(encoding="utf-8"))
    packages: Mapping[str, Mapping[str, object]] = {name: one for name, one in lock["packages"].items() if name}
    assert packages
    assert {name for name, one in packages.items() if "resolved" in one} == set()
    assert {name for name, one in packages.items() if not one.get("integrity")} == set()
