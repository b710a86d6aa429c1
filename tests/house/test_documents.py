"""What the documents point at is there: links, files, commands, and every decision in the list."""

import re
from pathlib import Path

import pytest

from banjie.__main__ import banjie
from casework.config import ROOT

PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")] + sorted(
    (ROOT / "docs").rglob("*.md")
)
LINK = re.compile(r"\]\((?!https?://|#)([^)\s#]+)")
FILE = re.compile(r"`((?:banjie|benchmarks|casework|docs|forms|processes|tests|webapp|workers)/[\w./-]+\.\w+)`")
MODULE = re.compile(r"`(casework(?:\.[a-z_]+)+)`")
COMMAND = re.compile(r"(?:`|\n)(?:python3 run\.py|banjie) ([a-z]+)")
RUN = {"test", "lint"}


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_every_link_leads_somewhere(page: Path) -> None:
    found = LINK.findall(page.read_text(encoding="utf-8"))
    assert [link for link in found if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_every_file_and_command_that_is_named_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert [name for name in FILE.findall(text) if "*" not in name and not (ROOT / name).exists()] == []
    assert [name for name in COMMAND.findall(text) if name not in {*banjie.commands, *RUN}] == []


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_every_module_that_is_named_exists(page: Path) -> None:
    missing = []
    for name in MODULE.findall(page.read_text(encoding="utf-8")):
        parts = name.split(".")
        while len(parts) > 1 and not any((ROOT / "/".join(parts)).with_suffix(end).exists() for end in ("", ".py")):
            last = parts.pop()  # what is left over must be a name inside the module
            package = ROOT / "/".join(parts)
            inside = package / "__init__.py" if package.is_dir() else package.with_suffix(".py")
            if inside.exists() and not re.search(rf"\b{last}\b", inside.read_text(encoding="utf-8")):
                missing.append(name)
    assert missing == []


def test_every_decision_is_listed_and_says_how_we_will_know_that_it_holds() -> None:
    folder = ROOT / "docs" / "decisions"
    records = sorted(path for path in folder.glob("*.md") if path.name != "README.md")
    listed = LINK.findall((folder / "README.md").read_text(encoding="utf-8"))
    assert listed == [path.name for path in records]
    assert [int(path.name[:4]) for path in records] == list(range(1, len(records) + 1))
    for path in records:
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {path.name[:4]} ")
        for part in ("**In question.**", "**Decision.**", "**Consequences.**", "**How we will know it holds.**"):
            assert part in text, (path.name, part)


def test_every_command_is_told_somewhere_and_has_its_help() -> None:
    told = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert {name for name in banjie.commands if name not in COMMAND.findall(told)} == set()
    assert {name for name, command in banjie.commands.items() if not command.help} == set()
