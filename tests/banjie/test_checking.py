"""`banjie check` tells designers everything about their files, and programs can read it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from banjie.checking import check
from tests.engine.diagrams import END, diagram, flow, straight, task

PYTHON = straight(
    task("score", "<bpmn:script>{}</bpmn:script>", "scriptTask", name="计分", scriptFormat="python"), "score"
)
TABLE = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">
<decision id="who" name="who"><literalExpression><text>1 +</text></literalExpression></decision></definitions>"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "good.bpmn").write_bytes(straight("").replace(b'"p"', b'"good"'))
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "python.bpmn").write_bytes(PYTHON)
    (tmp_path / "notes.txt").write_text("not a diagram")
    return tmp_path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(check, [str(one) for one in arguments])


def test_a_good_file_ends_well(folder: Path) -> None:
    result = run(folder / "good.bpmn")
    assert result.exit_code == 0
    assert "检查了 1 个文件：0 个错误" in result.output


def test_a_folder_is_checked_with_all_below_it_and_an_error_ends_with_1(folder: Path) -> None:
    result = run(folder)
    assert result.exit_code == 1
    assert "Files checked: 2. Errors: 1, warnings: 0, advice: 0." in result.output


def test_findings_stand_under_their_file_with_line_element_and_both_languages(folder: Path) -> None:
    lines = run(folder).output.splitlines()
    assert lines[0] == str(folder / "bad" / "python.bpmn")
    assert lines[1] == "  错误 error · 第 1 行 line 1 · score 计分 · script_language"
    assert "不执行 Python" in lines[2]
    assert "never runs here" in lines[3]


def test_programs_read_the_findings_as_json(folder: Path) -> None:
    told = json.loads(run(folder, "--json").output)
    assert [Path(name).name for name in told["files"]] == ["python.bpmn", "good.bpmn"]
    [problem] = told["problems"]
    assert (problem["rule"], problem["element"], problem["line"], problem["severity"]) == (
        "script_language",
        "score",
        1,
        "error",
    )
    assert set(problem["message"]) == {"zh", "en"}


def test_a_warning_alone_ends_well(tmp_path: Path) -> None:
    file = tmp_path / "w.bpmn"
    file.write_bytes(diagram(task("a") + END + flow("a", "end")))
    result = run(file)
    assert (result.exit_code, "no_start" in result.output) == (0, True)


def test_a_call_finds_what_stands_beside_the_file(folder: Path) -> None:
    caller = folder / "caller.bpmn"
    caller.write_bytes(straight(task("c", kind="callActivity", calledElement="good"), "c"))
    assert run(caller).exit_code == 0
    (folder / "good.bpmn").unlink()
    assert "unknown_process" in run(caller).output


def test_a_file_of_another_engine_is_asked_for_ours_only_when_it_is_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    foreign = tmp_path / "foreign.bpmn"
    foreign.write_bytes(PYTHON.replace(b' xmlns:banjie="urn:banjie:bpmn:1"', b""))
    result = run(foreign)
    assert (result.exit_code, "还有 1 处要写明" in result.output) == (0, True)
    told = json.loads(run(foreign, "--json").output)
    assert (told["problems"], [one["rule"] for one in told["left_open"]]) == ([], ["script_language"])
    asked = run(foreign, "--to-run")
    assert (asked.exit_code, "script_language" in asked.output) == (1, True)
    monkeypatch.setenv("BANJIE_PROCESSES", str(tmp_path))
    assert "script_language" in run(foreign).output, "what lies in the folder of processes is published"


def test_decision_tables_are_checked_too(tmp_path: Path) -> None:
    table = tmp_path / "who.dmn"
    table.write_bytes(TABLE)
    result = run(table)
    assert result.exit_code == 1
    assert "who" in result.output
    table.write_bytes(TABLE.replace(b"1 +", b"1 + 1"))
    assert run(table).exit_code == 0


def test_forms_are_checked_when_named_or_in_the_folder_of_forms(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "package.json").write_text("{}")
    assert "Files checked: 0." in run(tmp_path).output
    assert "not_a_form" in run(tmp_path / "package.json").output
    monkeypatch.setenv("BANJIE_FORMS", str(tmp_path))
    assert "not_a_form" in run(tmp_path).output


def test_what_the_house_does_not_offer_is_told(tmp_path: Path) -> None:
    file = tmp_path / "u.bpmn"
    file.write_bytes(
        straight(task("a", kind="serviceTask", name="x", banjie__operation="complaints.no_such_thing"), "a")
    )
    assert "unknown_operation" in run(file).output


def test_any_file_may_be_named_and_none_makes_a_trace(tmp_path: Path) -> None:
    hostile = tmp_path / "hostile.txt"
    for content in (b"", b"\0\xff", b"<!DOCTYPE a>", b"<a/>" * 700_000):
        hostile.write_bytes(content)
        result = run(hostile)
        assert result.exit_code == 1
        assert isinstance(result.exception, SystemExit)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    result = run(tmp_path / "gone")
    assert result.exit_code == 2
    assert "gone" in result.output


def test_a_file_named_twice_is_told_once(folder: Path) -> None:
    assert "Files checked: 1." in run(folder / "good.bpmn", folder / "good.bpmn").output


def test_an_empty_folder_has_nothing_wrong(tmp_path: Path) -> None:
    assert run(tmp_path).exit_code == 0


def test_nothing_is_wrong_with_the_processes_and_forms_of_the_house() -> None:
    result = run()
    assert "0 个错误，0 个警告，0 条建议" in result.output, result.output
    assert result.exit_code == 0


def test_a_table_that_leaves_a_value_open_or_answers_it_twice_is_told_with_an_example(tmp_path: Path) -> None:
    rows = (("&lt; 10", "1"), ("[10..20]", "2"), ("[20..30]", "3"))
    written = "".join(
        f"<rule><inputEntry><text>{test}</text></inputEntry><outputEntry><text>{answer}</text></outputEntry></rule>"
        for test, answer in rows
    )
    (tmp_path / "fee.dmn").write_text(
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">'
        '<inputData id="area" name="area"><variable name="area" typeRef="number"/></inputData>'
        '<decision id="fee" name="fee"><informationRequirement><requiredInput href="#area"/></informationRequirement>'
        '<decisionTable hitPolicy="UNIQUE"><input><inputExpression typeRef="number"><text>area</text>'
        f"</inputExpression></input><output/>{written}</decisionTable></decision></definitions>"
    )
    told = json.loads(run(tmp_path, "--json").output)["problems"]
    found = {one["rule"]: one for one in told}
    assert set(found) == {"table_gap", "table_contradiction"}
    assert "area = 20" in found["table_contradiction"]["message"]["zh"]
    assert found["table_contradiction"]["severity"] == "error"
    assert "area = 31" in found["table_gap"]["message"]["en"]
