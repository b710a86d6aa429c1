"""`banjie bench` runs what lies in a folder, and is held to what each of them says of itself."""

import ast
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from banjie import bench

ONE = """
import json, sys
print(json.dumps({"ratio": 1.0}) if "--json" in sys.argv else "ratio: 1.00")
sys.exit(CODE)
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = tmp_path / "benchmarks"
    folder.mkdir()
    for name, code in {"flat": "0", "late": "1"}.items():
        (folder / f"{name}.py").write_text(ONE.replace("CODE", code))
    monkeypatch.setattr(bench, "FOLDER", folder)

    def go(*words: str) -> Result:
        return CliRunner().invoke(bench.bench, list(words))

    return go


def test_everything_runs_and_one_miss_is_told(run) -> None:
    done = run("--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout) == {
        "flat": {"exit": 0, "measured": {"ratio": 1.0}},
        "late": {"exit": 1, "measured": {"ratio": 1.0}},
    }


def test_only_what_is_named_runs(run) -> None:
    done = run("flat", "--json")
    assert done.exit_code == 0
    assert list(json.loads(done.stdout)) == ["flat"]


def test_an_unknown_name_is_refused_with_those_there_are(run) -> None:
    done = run("fast")
    assert done.exit_code == 2
    assert "flat, late" in done.output
    assert run("--list").output.split() == ["flat", "late"]


@pytest.mark.parametrize("name", bench.benchmarks(bench.FOLDER))
def test_every_benchmark_has_a_main_and_can_print_json(name: str) -> None:
    alone, among = bench.FOLDER / f"{name}.py", bench.FOLDER / name / "__main__.py"
    source = (alone if alone.exists() else among).read_text(encoding="utf-8")
    made = {node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}
    assert "main" in made
    assert "--json" in source
