"""The habits that a review would otherwise have to remember: sizes, words, doors for errors, nothing personal."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from casework.config import ROOT

PACKAGES = ("banjie", "casework", "webapp", "workers")
MOST_LINES = 300

#: Files that may be longer, how long at most, and why. The number only ever goes down.
LONGER: dict[str, tuple[int, str]] = {}

#: Where any error at all may be met: it is recorded there, never swallowed.
ANY_ERROR = {
    "casework/jobs/running.py": "a job's failure, of any kind, becomes a row",
    "workers/wakening.py": "whatever a broker's client raises, the sweep makes good",
}

#: What a session is asked with a statement.
STATEMENTS = {"execute", "scalar", "scalars", "query", "stream", "stream_scalars"}

FORBIDDEN_NAMES = {"utils", "util", "common", "core", "manager", "helper", "helpers", "misc", "base_manager"}


def tracked() -> list[str]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout: what belongs to the repository can't be told from what lies beside it")
    return [name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def sources(*packages: str) -> Iterator[tuple[str, str]]:
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "node_modules" not in path.parts:
                yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def test_no_file_is_longer_than_it_may_be() -> None:
    too_long = {}
    for name, text in sources(*PACKAGES):
        lines = text.count("\n")
        if "/migrations/versions/" not in name and lines > LONGER.get(name, (MOST_LINES, ""))[0]:
            too_long[name] = lines
    assert too_long == {}


def test_a_file_that_has_become_short_leaves_the_list() -> None:
    lengths = {name: text.count("\n") for name, text in sources(*PACKAGES)}
    assert {name for name in LONGER if lengths.get(name, 0) <= MOST_LINES} == set()
    assert {name for name, (most, why) in LONGER.items() if most - lengths[name] > 40 or len(why) < 20} == set()


def test_any_error_at_all_is_met_only_where_it_is_recorded() -> None:
    """Elsewhere an error nobody named may only pass, after what was begun is put away."""
    assert {name for name, text in sources(*PACKAGES) if any(_keeps_any_error(text))} == set(ANY_ERROR)


def _keeps_any_error(source: str) -> Iterator[bool]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ExceptHandler):
            kinds = [node.type] if not isinstance(node.type, ast.Tuple) else node.type.elts
            broad = any(kind is None or getattr(kind, "id", "") in {"Exception", "BaseException"} for kind in kinds)
            yield broad and not (isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None)


@pytest.mark.parametrize(
    ("kept", "handler"),
    [
        (True, "except Exception:\n  pass"),
        (True, "except:\n  pass"),
        (True, "except (ValueError, Exception) as error:\n  print(error)"),
        (False, "except BaseException:\n  print()\n  raise"),
        (False, "except ValueError:\n  pass"),
    ],
)
def test_a_kept_error_is_seen(kept: bool, handler: str) -> None:
    assert any(_keeps_any_error(f"try:\n  pass\n{handler}")) is kept


def test_nothing_is_a_drawer_for_everything() -> None:
    named = {name for name, _ in sources(*PACKAGES) if FORBIDDEN_NAMES & set(Path(name).with_suffix("").parts)}
    assert named == set()


def test_no_source_evaluates_text() -> None:
    """The one expression language is FEEL, compiled to closures."""
    evaluates = re.compile(r"(?<![\w.])(?:eval|exec)\(|__import__\(")
    assert {name for name, text in sources(*PACKAGES) if evaluates.search(text)} == set()


def test_services_never_commit() -> None:
    commits = re.compile(r"\bsession\.(?:commit|rollback)\(")
    assert {name for name, text in sources("casework", "webapp", "workers") if commits.search(text)} == set()


def test_no_door_builds_sql() -> None:
    """What a person may see is decided where the rows are read, and that is in the domain."""
    assert {name for name, text in sources("webapp", "workers") if any(_builds_sql(text))} == set()


def _builds_sql(source: str) -> Iterator[bool]:
    """Run over the imports from SQLAlchemy (the errors that a door catches apart) and the statements given to it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            yield _is_sql(node.module or "")
        elif isinstance(node, ast.Import):
            yield any(_is_sql(one.name) for one in node.names)
        elif isinstance(node, ast.Attribute) and node.attr in STATEMENTS:
            yield isinstance(node.value, ast.Attribute) and node.value.attr == "session"


def _is_sql(module: str) -> bool:
    return module.split(".")[0] == "sqlalchemy" and module != "sqlalchemy.exc"


@pytest.mark.parametrize(
    ("builds", "line"),
    [
        (True, "from sqlalchemy import func, select"),
        (True, "from sqlalchemy.dialects.postgresql import insert"),
        (True, "import sqlalchemy as sa"),
        (True, "found = work.session.scalars(wanted)"),
        (True, "work.session.query(Case).all()"),
        (False, "from sqlalchemy.exc import OperationalError"),
        (False, "found = library.opened(work.session, 7)"),
        (False, "connection.execute(job)"),
    ],
)
def test_a_statement_is_seen(builds: bool, line: str) -> None:
    assert any(_builds_sql(line)) is builds


def test_every_module_says_what_it_is_for() -> None:
    silent = {name for name, text in sources(*PACKAGES) if text.strip() and not text.lstrip().startswith('"""')}
    assert silent == set()


def test_no_text_names_a_place_on_somebodys_machine() -> None:
    personal = re.compile(rb"(?:/home/\w|/Users/\w|/root/|[A-Z]:\\Users\\)")
    found = set()
    for name in tracked():
        if name != "tests/house/test_habits.py" and personal.search((ROOT / name).read_bytes()):
            found.add(name)
    assert found == set()


def test_nothing_that_is_made_is_committed() -> None:
    made = re.compile(r"(^|/)(node_modules|__pycache__|\.banjie|\.venv)/|^webapp/static/dist/|\.(pyc|mo)$")
    assert [name for name in tracked() if made.search(name)] == []


def test_every_change_is_told() -> None:
    told = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    version = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    assert version
    assert f"## {version[1]}" in told
