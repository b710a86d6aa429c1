"""The page for process designers tells what there is: every operation, word, verb and expectation, and nothing else.

`python -m tests.house.test_designing` writes its two tables anew.
"""

import inspect
import re
from pathlib import Path

import pytest

from casework import bootstrap, plays
from casework.config import ROOT, Settings
from casework.directory.conflicts import NAMES as CONFLICTS
from casework.directory.roles import ROLES
from casework.directory.scopes import SCOPES
from casework.forms.fields import KINDS
from casework.persistence import Database
from casework.plays import seen, stage
from casework.plays.script import VERBS
from casework.plays.town import STAFF

PAGE = (ROOT / "docs" / "designing.md").read_text(encoding="utf-8")


def operation_rows() -> list[str]:
    """Return the table of operations as the page must have it."""
    rows = ["| operation | parameters | does |", "|---|---|---|"]
    for name, operation in sorted(bootstrap.operations().items()):
        parameters = list(inspect.signature(operation).parameters.values())[1:]
        told = ", ".join(f"`{one.name}`{'' if one.default is one.empty else '?'}" for one in parameters)
        promise = (inspect.getdoc(operation) or "").split("\n\n")[0].replace("\n", " ").replace("|", "\\|")
        rows.append(f"| `{name}` | {told or 'none'} | {promise} |")
    return rows


def town_rows() -> list[str]:
    """Return the table of the town's staff as the page must have it."""
    rows = ["| name | role | where |", "|---|---|---|"]
    return rows + [f"| {name} | {ROLES[role].zh} `{role}` | {where} |" for name, (role, where) in STAFF.items()]


TABLES = {"operations": operation_rows, "town": town_rows}


def brought_up_to_date(page: str) -> str:
    """Return the page with its tables as they must be."""
    for mark, rows in TABLES.items():
        table = "\n".join([f"<!-- {mark} -->", *rows(), f"<!-- /{mark} -->"])
        page = re.sub(rf"<!-- {mark} -->.*?<!-- /{mark} -->", lambda _, made=table: made, page, flags=re.DOTALL)
    return page


def between(mark: str) -> list[str]:
    found = re.search(rf"<!-- {mark} -->\n(.*?)\n<!-- /{mark} -->", PAGE, re.DOTALL)
    assert found, mark
    return found[1].splitlines()


def first_column(heading: str) -> set[str]:
    """Return every word in the first column of the table with this heading."""
    found = re.search(rf"^\| {heading} \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    assert found, heading
    return {word for row in found[1].splitlines() for word in re.findall(r"`([\w:]+)`", row.split(" | ")[0])}


def test_every_operation_is_told_with_its_parameters_and_promise() -> None:
    assert between("operations") == operation_rows()


def test_every_operation_has_a_promise() -> None:
    assert [name for name, operation in bootstrap.operations().items() if not inspect.getdoc(operation)] == []


def test_the_staff_of_the_town_is_told() -> None:
    assert between("town") == town_rows()


def test_every_verb_is_told() -> None:
    also = {"dismiss", "damage"}  # told in the rows of their opposites
    assert first_column("verb") | also == VERBS
    assert set(stage.VERBS) | {"restart"} == VERBS


def test_every_expectation_is_told() -> None:
    assert first_column("in `then`") == set(seen._LOOKS) | {"case"}


@pytest.mark.parametrize("words", [SCOPES, CONFLICTS, KINDS], ids=["scopes", "conflict rules", "kinds of fields"])
def test_every_word_is_told(words: frozenset[str]) -> None:
    assert {word for word in words if f"`{word}`" not in PAGE} == set()


def test_the_scenario_of_the_page_holds(database: Database, tmp_path: Path) -> None:
    example = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert example
    settings = Settings(database_url=database.url, home=tmp_path)
    assert plays.play(plays.read(example[1], settings.zone), settings).findings == []


def test_every_word_of_the_namespace_is_told() -> None:
    used = set()
    for diagram in (ROOT / "processes").rglob("*.bpmn"):
        used |= set(re.findall(r"[<\s]banjie:(\w+)", diagram.read_text(encoding="utf-8")))
    assert {word for word in used if f"banjie:{word}" not in PAGE} == set()


if __name__ == "__main__":
    (ROOT / "docs" / "designing.md").write_text(brought_up_to_date(PAGE), encoding="utf-8")
