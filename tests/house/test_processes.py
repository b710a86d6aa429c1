"""Diagrams, forms and operations fit together: nothing is named that is not there, nothing lies about unused."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from banjie.checking import files_of, findings
from casework.config import ROOT, Settings
from casework.directory.models import AREA_KINDS
from casework.directory.roles import ROLES

SETTINGS = Settings()
DIAGRAMS = sorted((ROOT / "processes").rglob("*.bpmn"))
ABOUT = sorted((ROOT / "processes").rglob("process.toml"))
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
BANJIE = "{urn:banjie:bpmn:1}"


def user_tasks() -> Iterator[tuple[Path, str, str | None]]:
    """Yield every user task of every diagram, with the form it names."""
    for diagram in DIAGRAMS:
        for task in etree.parse(diagram).iter(f"{BPMN}userTask"):
            yield diagram, task.attrib["id"], task.get(f"{BANJIE}form")


def forms() -> set[str]:
    return {str(path.relative_to(ROOT / "forms").with_suffix("")) for path in (ROOT / "forms").rglob("*.json")}


@pytest.mark.parametrize("diagram", DIAGRAMS, ids=lambda path: path.stem)
def test_every_user_task_has_its_form(diagram: Path) -> None:
    without = {task: form for file, task, form in user_tasks() if file == diagram and form not in forms()}
    assert without == {}


def test_every_form_has_its_task_or_starts_a_process() -> None:
    used = {form for _, _, form in user_tasks()}
    starts = {tomllib.loads(path.read_text(encoding="utf-8")).get("start_form") for path in ABOUT}
    assert forms() - used - starts == set()


@pytest.mark.parametrize("about", ABOUT, ids=lambda path: path.parent.name)
def test_whoever_starts_a_process_has_a_role_and_a_place_there_is(about: Path) -> None:
    said = tomllib.loads(about.read_text(encoding="utf-8"))
    assert set(said.get("start_by", ())) <= set(ROLES)
    assert said.get("start_at", "estate") in AREA_KINDS


def test_a_form_is_named_after_a_task_that_shows_it() -> None:
    by_form: dict[str | None, set[str]] = {}
    for _, task, form in user_tasks():
        by_form.setdefault(form, set()).add(task)
    assert {form for form, tasks in by_form.items() if form and form.rsplit("/", 1)[-1] not in tasks} == set()


def test_a_folder_is_named_after_its_process() -> None:
    assert {path.parent.name for path in ABOUT if not (path.parent / f"{path.parent.name}.bpmn").exists()} == set()


@pytest.mark.parametrize("diagram", DIAGRAMS, ids=lambda path: path.stem)
def test_a_diagram_is_named_after_the_process_it_holds(diagram: Path) -> None:
    held = {process.get("id") for process in etree.parse(diagram).iter(f"{BPMN}process")}
    assert diagram.stem in held


def test_the_check_finds_no_error_in_any_process_of_the_house() -> None:
    """Every operation exists with the parameters given, every role, scope, conflict rule, table and call too."""
    files = {str(path): path.read_bytes() for path in files_of((SETTINGS.processes,))}
    errors = [problem for problem in findings(files, SETTINGS) if problem.severity == "error"]
    told = [f"{Path(one.file).name} {one.element} {one.rule}: {one.message['en']}" for one in errors]
    assert told == []
